/** A session that comes to nothing: what the client would get back, and gets. */

import type { Session } from "../generated/schema.js";
import { answered, refused, same, visible } from "./api.js";
import type { Person } from "./people.js";

export async function cancel(desk: Person, session: Session): Promise<void> {
  const params = { path: { id: session.id } };
  const preview = await answered(
    desk.api.GET("/api/v1/sessions/{id}/cancellation-preview", {
      params: { ...params, query: { initiated_by: "Client" } },
    }),
  );
  same("all of it, in time", preview.refund_amount, preview.paid_amount);
  same("with a reason", preview.explanation.length > 0, true);
  const canceled = await answered(
    desk.api.POST("/api/v1/sessions/{id}/cancel", {
      params,
      body: {
        cancellation_reason: "The family moved abroad",
        initiated_by: "Client",
        category: "changed_mind",
      },
    }),
  );
  same("the end", [canceled.status, canceled.allowed_transitions], ["Canceled", []]);
  same("whose side", visible(canceled.cancellation_initiator), "Client");
  same("why", visible(canceled.cancellation_category), "changed_mind");
  same("to pay out", visible(canceled.refund_due), preview.refund_amount);
  const refusal = await refused(
    desk.api.POST("/api/v1/sessions/{id}/transition", {
      params,
      body: { to_status: "Negotiation" },
    }),
    409,
    "INVALID_STATE_TRANSITION",
  );
  same("no way back", refusal.context?.allowed, []);
}
