/** Who and what is free, what takes rooms and people, and time off. */

import type { BookingFormRequest, Entry, Option, Session, TimeOff } from "../generated/schema.js";
import { answered, refused, same } from "./api.js";
import { studioDay, type Catalog } from "./booking.js";
import type { Person } from "./people.js";

/** Ask whether a booking could be made; what is free then, must be. */
export async function isFree(desk: Person, asked: BookingFormRequest): Promise<boolean> {
  const query = {
    date: asked.session_date,
    time: "10:00",
    duration_hours: 2,
    session_type: asked.session_type,
  };
  const found = await answered(desk.api.GET("/api/v1/availability", { params: { query } }));
  const room = found.rooms.find((one) => one.id === asked.room_id);
  if (room === undefined) throw new Error("The room is not told of.");
  const someone = found.photographers.some((one) => one.is_free);
  same("room and people decide", found.is_available, room.is_free && someone);
  same("free, or taken by something", room.conflicts.length === 0, room.is_free);
  const [next] = found.next_options;
  same("another time", [next?.room_ids.length, next?.photographer_ids.length], [1, 1]);
  return found.is_available;
}

/** Return the first free time of a week, so many days from today. */
export async function firstSlot(desk: Person, days: number): Promise<Option> {
  const query = {
    from: await studioDay(desk, days),
    to: await studioDay(desk, days + 6),
    duration_hours: 2,
    session_type: "Studio" as const,
    photographers: 1,
  };
  const slots = await answered(desk.api.GET("/api/v1/availability/slots", { params: { query } }));
  const [slot] = slots;
  if (slot === undefined) throw new Error("The whole week is taken.");
  same("each with a room", slots.every((one) => one.room_ids.length > 0), true);
  return slot;
}

/** The day of a session, for who may see it all, and in its room. */
export async function standsInTheAgenda(desk: Person, session: Session): Promise<void> {
  const query = { from: session.session_date, to: session.session_date };
  const day = await answered(desk.api.GET("/api/v1/agenda", { params: { query } }));
  const entry = find(day, session);
  same("in its state", [entry.kind, entry.status], ["session", session.status]);
  same("under its code", entry.session_code, session.code);
  const path = { id: entry.room_id ?? 0 };
  const params = { path, query };
  const ofRoom = await answered(desk.api.GET("/api/v1/rooms/{id}/agenda", { params }));
  same("and in its room", find(ofRoom, session).id, entry.id);
}

/** A photographer takes a morning off; then nobody books them, until they give it back. */
export async function takeTimeOff(photographer: Person, desk: Person, slot: Option): Promise<void> {
  const { starts_at, ends_at } = slot;
  const body = { starts_at, ends_at, reason: "Dentist" };
  const off = await answered(photographer.api.POST("/api/v1/time-off", { body }));
  same("their own", [off.user_id, off.reason], [photographer.id, "Dentist"]);
  await refused(
    photographer.api.POST("/api/v1/time-off", { body: { ...body, user_id: desk.id } }),
    403,
    "PERMISSION_DENIED",
  );
  const refusal = await refused(
    photographer.api.POST("/api/v1/time-off", { body }),
    409,
    "PHOTOGRAPHER_NOT_AVAILABLE",
  );
  same("is off already", refusal.context?.conflicts?.[0]?.kind, "time_off");
  same("the desk sees it", (await listed(desk)).some((one) => one.id === off.id), true);
  const query = { from: starts_at, to: ends_at, photographer_id: photographer.id };
  const own = await answered(photographer.api.GET("/api/v1/agenda", { params: { query } }));
  same("it is in the agenda", own.map((one) => [one.kind, one.id]), [["time_off", off.id]]);
  const params = { path: { id: off.id } };
  await answered(photographer.api.DELETE("/api/v1/time-off/{id}", { params }));
  same("given back", await listed(photographer), []);
}

/** An admin plans to paint a room; the bookings of that time stand in the way. */
export async function planMaintenance(
  admin: Person,
  catalog: Catalog,
  slot: Option,
  booked: Session,
): Promise<void> {
  const params = { path: { id: catalog.room.id } };
  const period = { from: slot.starts_at, to: slot.ends_at, reason: "Paint" };
  const room = await answered(
    admin.api.PUT("/api/v1/rooms/{id}/maintenance", { params, body: period }),
  );
  same("open until then", [room.status, room.endangered.length], ["Active", 0]);
  const refusal = await refused(
    admin.api.PUT("/api/v1/rooms/{id}/maintenance", {
      params,
      body: { from: booked.session_date, to: booked.session_date },
    }),
    409,
    "ROOM_NOT_AVAILABLE",
  );
  same("what it would hit", refusal.context?.conflicts?.[0]?.code, booked.code);
}

async function listed(person: Person): Promise<TimeOff[]> {
  return (await answered(person.api.GET("/api/v1/time-off"))).items;
}

function find(entries: Entry[], session: Session): Entry {
  const entry = entries.find((one) => one.session_id === session.id);
  if (entry === undefined) throw new Error(`${session.code} is not in the agenda.`);
  return entry;
}
