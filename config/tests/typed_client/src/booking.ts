/** From a telephone call to an agreed order: client, session, lines, negotiation. */

import { randomUUID } from "node:crypto";
import type {
  BookingFormRequest,
  Client,
  Item,
  Package,
  PastFormRequest,
  Room,
  Session,
  SessionStatus,
} from "../generated/schema.js";
import { answered, refused, same, visible } from "./api.js";
import type { Person } from "./people.js";

export interface Catalog {
  readonly room: Room;
  readonly item: Item;
  readonly package: Package;
}

/** Return the studio's calendar day, so many days from today. */
export async function studioDay(desk: Person, days = 0): Promise<string> {
  const { time_zone: timeZone } = await answered(desk.api.GET("/api/v1/config/business-rules"));
  const today = new Intl.DateTimeFormat("en-CA", { timeZone }).format(new Date());
  const day = new Date(`${today}T00:00:00Z`);
  day.setUTCDate(day.getUTCDate() + days);
  return day.toISOString().slice(0, 10);
}

/** Return the first of everything that can be ordered. */
export async function readTheCatalog(desk: Person): Promise<Catalog> {
  const params = { query: { active_only: true, limit: 1 } };
  const [rooms, items, packages] = await Promise.all([
    answered(desk.api.GET("/api/v1/rooms", { params })),
    answered(desk.api.GET("/api/v1/items", { params })),
    answered(desk.api.GET("/api/v1/packages", { params })),
  ]);
  return { room: first(rooms.items), item: first(items.items), package: first(packages.items) };
}

export async function takeDownTheClient(desk: Person): Promise<Client> {
  const client = await answered(
    desk.api.POST("/api/v1/clients", {
      body: {
        full_name: "Ximena Ortiz",
        email: `ximena.${randomUUID()}@example.com`,
        primary_phone: "5555-0101",
        client_type: "Individual",
        tax_id: null,
      },
    }),
  );
  same("a new client", client.status, "Active");
  same("without a past", [client.is_high_risk, client.sessions_count], [false, 0]);
  same("no second telephone", client.secondary_phone, null);
  return client;
}

/** Close the file of someone who never came; of someone who is still waiting it stays open. */
export async function closeTheFile(admin: Person, client: Client, waiting: Client): Promise<void> {
  const path = { id: client.id };
  const closed = await answered(admin.api.DELETE("/api/v1/clients/{id}", { params: { path } }));
  same("kept, but closed", [closed.id, closed.status], [client.id, "Inactive"]);
  await refused(
    admin.api.DELETE("/api/v1/clients/{id}", { params: { path: { id: waiting.id } } }),
    409,
    "IN_USE",
  );
}

/** Book; when the line drops and the app asks again, it is the same session. */
export async function book(desk: Person, asked: BookingFormRequest): Promise<Session> {
  const params = { header: { "Idempotency-Key": randomUUID() } };
  const session = await answered(desk.api.POST("/api/v1/sessions", { params, body: asked }));
  const again = await answered(desk.api.POST("/api/v1/sessions", { params, body: asked }));
  same("booked once", again.id, session.id);
  same("a request", session.status, "Request");
  same("for this client", session.client.id, asked.client_id);
  same("sentences for the desk", session.notices.every((notice) => notice.length > 0), true);
  return session;
}

/** Enter what took place before there was a system to enter it into. */
export async function enterAfterwards(admin: Person, past: PastFormRequest): Promise<Session> {
  const session = await answered(admin.api.POST("/api/v1/sessions", { body: past }));
  same("the state it had reached", session.status, past.status);
  return session;
}

/** The same room at the same time: refused, with what stands in the way and when there is room. */
export async function isNotBookedTwice(desk: Person, asked: BookingFormRequest): Promise<void> {
  const refusal = await refused(
    desk.api.POST("/api/v1/sessions", { body: asked }),
    409,
    "ROOM_NOT_AVAILABLE",
  );
  const [conflict] = refusal.context?.conflicts ?? [];
  same("what stands in the way", conflict?.kind, "session");
  same("when the room is free", (refusal.context?.next_free ?? []).length > 0, true);
}

export async function order(desk: Person, session: Session, catalog: Catalog): Promise<void> {
  const path = { session_id: session.id };
  const line = await answered(
    desk.api.POST("/api/v1/sessions/{session_id}/details/items/{item_id}", {
      params: { path: { ...path, item_id: catalog.item.id }, query: { quantity: 2 } },
    }),
  );
  same("twice the price", visible(line.line_subtotal), 2 * catalog.item.unit_price);
  const group = await answered(
    desk.api.POST("/api/v1/sessions/{session_id}/details/packages/{package_id}", {
      params: { path: { ...path, package_id: catalog.package.id } },
    }),
  );
  same("one group", new Set(group.map((part) => part.group)).size, 1);
  same("of a package", group[0]?.reference_type, "Package");
  const lines = await answered(
    desk.api.GET("/api/v1/sessions/{session_id}/details", { params: { path } }),
  );
  const sum = lines.reduce((total, { line_subtotal }) => total + visible(line_subtotal), 0);
  const priced = await read(desk, session);
  same("the sum of its lines", visible(priced.subtotal), sum);
}

/** Change the plan on what one has read; on something older it is refused. */
export async function changeThePlan(desk: Person, session: Session): Promise<void> {
  const path = { id: session.id };
  const seen = await read(desk, session);
  const header = { "If-Match": `"${seen.version}"` };
  const changed = await answered(
    desk.api.PATCH("/api/v1/sessions/{id}", {
      params: { path, header },
      body: { client_requirements: "The whole family, and the dog", discount: 50 },
    }),
  );
  same("a new version", changed.version > seen.version, true);
  same("less to pay", visible(changed.total_amount), visible(seen.total_amount) - 50);
  await refused(
    desk.api.PATCH("/api/v1/sessions/{id}", {
      params: { path, header },
      body: { client_requirements: null },
    }),
    412,
    "STALE_VERSION",
  );
}

export async function takeTo(
  person: Person,
  session: Session,
  status: SessionStatus,
): Promise<Session> {
  const moved = await answered(
    person.api.POST("/api/v1/sessions/{id}/transition", {
      params: { path: { id: session.id } },
      body: { to_status: status },
    }),
  );
  same("the state asked for", moved.status, status);
  return moved;
}

export async function read(person: Person, session: Session) {
  return answered(
    person.api.GET("/api/v1/sessions/{id}", { params: { path: { id: session.id } } }),
  );
}

export async function passedThrough(desk: Person, session: Session): Promise<SessionStatus[]> {
  const rows = await answered(
    desk.api.GET("/api/v1/sessions/{id}/history", { params: { path: { id: session.id } } }),
  );
  const [oldest, ...later] = rows;
  same("it began with nothing", oldest?.from_status, null);
  const passed = rows.map((row) => row.to_status);
  same("each from where the last led", later.map((row) => row.from_status), passed.slice(0, -1));
  return passed;
}

function first<Row>(rows: Row[]): Row {
  const [row] = rows;
  if (row === undefined) throw new Error("The catalog is empty.");
  return row;
}
