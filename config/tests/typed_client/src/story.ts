/** A session's whole life, over HTTP, by the people who live it. */

import type { BookingFormRequest } from "../generated/schema.js";
import * as agenda from "./agenda.js";
import { same } from "./api.js";
import * as booking from "./booking.js";
import { cancel } from "./cancelling.js";
import { PEOPLE } from "./environment.js";
import * as money from "./money.js";
import * as people from "./people.js";
import { assign, attend, edit, editTheNext } from "./work.js";

await people.isRefusedWithAWrongPassword(PEOPLE.coordinator);
const [admin, desk, photographer, editor] = await Promise.all([
  people.signIn(PEOPLE.admin),
  people.signIn(PEOPLE.coordinator),
  people.signIn(PEOPLE.photographer),
  people.signIn(PEOPLE.editor),
]);
await people.openTheApp(desk);
await people.readTheRoles(admin);

const catalog = await booking.readTheCatalog(desk);
const client = await booking.takeDownTheClient(desk);

// Tonight, so that all of its life fits into one day: booked late, it can be assigned at once.
const tonight = await booking.book(desk, {
  client_id: client.id,
  session_type: "External",
  session_date: await booking.studioDay(desk),
  session_time: "23:59",
  estimated_duration_hours: 1.5,
  location: "Antigua Guatemala",
});
await booking.order(desk, tonight, catalog);
await booking.takeTo(desk, tonight, "Negotiation");
await booking.changeThePlan(desk, tonight);
const agreed = await booking.takeTo(desk, tonight, "Pre-scheduled");
await money.isNotConfirmedUnpaid(desk, agreed);
await money.payTheDeposit(desk, tonight);
await booking.takeTo(desk, tonight, "Confirmed");
await assign(desk, tonight, photographer);
await attend(photographer, tonight);
await edit(editor, tonight);
await money.payTheBalance(desk, tonight);
await booking.takeTo(desk, tonight, "Completed");
same("every step of its life", await booking.passedThrough(desk, tonight), [
  "Request",
  "Negotiation",
  "Pre-scheduled",
  "Confirmed",
  "Assigned",
  "Attended",
  "In Editing",
  "Ready for Delivery",
  "Completed",
]);

// Another one, in a room, well ahead; then the client moves abroad.
const ahead: BookingFormRequest = {
  client_id: client.id,
  session_type: "Studio",
  session_date: await booking.studioDay(desk, 60),
  session_time: "10:00",
  estimated_duration_hours: 2,
  room_id: catalog.room.id,
};
same("free until it is booked", await agenda.isFree(desk, ahead), true);
const planned = await booking.book(desk, ahead);
same("and then no more", await agenda.isFree(desk, ahead), false);
await agenda.standsInTheAgenda(desk, planned);
await booking.isNotBookedTwice(desk, ahead);
const slot = await agenda.firstSlot(desk, 70);
await agenda.takeTimeOff(photographer, desk, slot);
await agenda.planMaintenance(admin, catalog, slot, planned);
await booking.order(desk, planned, catalog);
await booking.takeTo(desk, planned, "Pre-scheduled");
await money.payTheDeposit(desk, planned);
await booking.takeTo(desk, planned, "Confirmed");
await cancel(desk, planned);
same("every step until its end", await booking.passedThrough(desk, planned), [
  "Request",
  "Negotiation",
  "Pre-scheduled",
  "Confirmed",
  "Canceled",
]);

// One from the spreadsheet, of last month.
const past = await booking.enterAfterwards(admin, {
  client_id: client.id,
  session_type: "External",
  session_date: await booking.studioDay(desk, -30),
  session_time: "10:00",
  location: "Zona 10",
  status: "Attended",
  reason: "from the spreadsheet",
  photographer_ids: [photographer.id],
  lines: [{ item_id: catalog.item.id, quantity: 3 }],
});
await editTheNext(editor, desk, past);
await booking.closeTheFile(admin, await booking.takeDownTheClient(desk), client);

const renewed = await people.refresh(desk);
await people.signOut(renewed);
console.log("Delivered, canceled, entered afterwards, and signed out.");
