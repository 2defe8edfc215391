/** Who takes the pictures, and who works on them. */

import type { Session } from "../generated/schema.js";
import { answered, refused, same } from "./api.js";
import { read } from "./booking.js";
import type { Person } from "./people.js";

/** Put the photographer on a confirmed session that may be assigned at once: so it is. */
export async function assign(
  desk: Person,
  session: Session,
  photographer: Person,
): Promise<void> {
  const assignment = await answered(
    desk.api.POST("/api/v1/sessions/{session_id}/photographers", {
      params: { path: { session_id: session.id } },
      body: { photographer_id: photographer.id, role: "Lead" },
    }),
  );
  same("the lead", [assignment.role, assignment.assignment_status], ["Lead", "Assigned"]);
  same("staffed", (await read(desk, session)).status, "Assigned");
}

/** The photographer sees when, where and for whom, never an amount; and was there. */
export async function attend(photographer: Person, session: Session): Promise<void> {
  const mine = await answered(photographer.api.GET("/api/v1/photographers/sessions"));
  const next = mine.find((one) => one.id === session.id);
  same("for whom", next?.client_name, session.client.full_name);
  same("as what", next?.my_role, "Lead");
  const page = await answered(
    photographer.api.GET("/api/v1/photographers/sessions/{id}", {
      params: { path: { id: session.id } },
    }),
  );
  same("whom to call", page.client.primary_phone, session.client.primary_phone);
  same("what to take", page.details.length > 0, true);
  const { items } = await answered(
    photographer.api.GET("/api/v1/sessions/my-assignments", {
      params: { query: { status: ["Assigned"] } },
    }),
  );
  const own = items.find((one) => one.id === session.id);
  same("one's own", own?.photographers.map((member) => member.photographer_id), [photographer.id]);
  same("never an amount", own?.total_amount, undefined);
  const mark = await answered(
    photographer.api.PATCH("/api/v1/sessions/{id}/my-attendance", {
      params: { path: { id: session.id } },
      body: { attended: true, notes: "Rain at first" },
    }),
  );
  same("marked", mark.attended, true);
}

/** The editor finds the session in the pool, takes it, and finishes. */
export async function edit(editor: Person, session: Session): Promise<void> {
  const params = { path: { id: session.id } };
  const pool = await answered(
    editor.api.GET("/api/v1/sessions", { params: { query: { status: ["Attended"] } } }),
  );
  same("in the pool", pool.items.some((one) => one.id === session.id), true);
  const taken = await answered(editor.api.POST("/api/v1/sessions/{id}/take", { params }));
  same("taken", [taken.status, taken.editing_assigned_to], ["In Editing", editor.id]);
  const ready = await answered(
    editor.api.POST("/api/v1/sessions/{id}/mark-ready", { params, body: { notes: "38 pictures" } }),
  );
  same("finished", ready.status, "Ready for Delivery");
}

/** The editor takes whatever comes first in the queue; who only assigns names an editor. */
export async function editTheNext(editor: Person, desk: Person, session: Session): Promise<void> {
  const queue = await answered(editor.api.GET("/api/v1/editing/queue"));
  const [first] = queue.items;
  same("the only one", [first?.id, queue.total], [session.id, 1]);
  same("last month's is late", [first?.is_overdue, (first?.days_left ?? 0) < 0], [true, true]);
  same("never an amount", first?.total_amount, undefined);
  await refused(desk.api.POST("/api/v1/editing/take-next"), 422, "MISSING_RESOURCES");
  const taken = await answered(editor.api.POST("/api/v1/editing/take-next"));
  same("taken", [taken.id, taken.editing_assigned_to], [session.id, editor.id]);
  await refused(editor.api.POST("/api/v1/editing/take-next"), 404, "NOT_FOUND");
  const params = { path: { id: session.id } };
  const ready = await answered(
    editor.api.POST("/api/v1/sessions/{id}/mark-ready", { params, body: {} }),
  );
  same("finished", ready.status, "Ready for Delivery");
}
