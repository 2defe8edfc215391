/**
 * What must not compile. Nothing here runs.
 *
 * Each line marked as an expected error is one that a true schema forbids; a schema that has lost a
 * type lets it pass, and then the mark itself is the error.
 */

import type {
  BookingFormRequest,
  CancellationFormRequest,
  Entry,
  Error as Refusal,
  History,
  PaymentFormRequest,
  RecordedPayment,
  Session,
  SessionDetail,
} from "../generated/schema.js";
import type { Api } from "./api.js";

declare function takes<Type>(value: Type): void;

export function mustNotCompile(session: Session): void {
  // @ts-expect-error: there is no such state
  takes<Session["status"]>("Finished");
  // @ts-expect-error: there is no such state to take it to
  takes<SessionDetail["allowed_transitions"]>(["Archived"]);
  // @ts-expect-error: an amount is a number
  takes<Session["total_amount"]>("1250.50");
  // @ts-expect-error: a photographer's app gets no amounts, so one must look first
  session.total_amount.toFixed(2);
  // @ts-expect-error: an External session has no room
  session.room.name.toUpperCase();
  // @ts-expect-error: every session has a code
  takes<Session["code"]>(null);
  // @ts-expect-error: there is no such field
  takes(session.price);
  // @ts-expect-error: nobody else cancels
  takes<SessionDetail["cancellation_initiator"]>("Photographer");
  // @ts-expect-error: a step leads to a state
  takes<History["to_status"]>("Nowhere");
  // @ts-expect-error: and comes from one, or from nothing
  takes<History["from_status"]>("Nowhere");
  // @ts-expect-error: an amount is a number, whoever recorded it
  takes<RecordedPayment["amount"]>("500");
  // @ts-expect-error: nothing else takes a room or a person
  takes<Entry["kind"]>("holiday");
  // @ts-expect-error: there is no such kind of payment
  takes<RecordedPayment["payment_type"]>("Tip");
}

export function mustNotBeUnderstood(refusal: Refusal): void {
  // @ts-expect-error: there is no such code
  takes<Refusal["error_code"]>("ROOM_IS_TAKEN");
  // @ts-expect-error: the sentence is always there
  takes<Refusal["detail"]>(undefined);
  // @ts-expect-error: only a wrong form has them
  refusal.errors["email"];
}

export function mustNotBeAsked(api: Api): void {
  // @ts-expect-error: there is no such address
  void api.GET("/api/v1/session");
  // @ts-expect-error: reading a session asks for its id
  void api.GET("/api/v1/sessions/{id}", {});
  // @ts-expect-error: there is no such filter value
  void api.GET("/api/v1/sessions", { params: { query: { status: ["Finished"] } } });
  const params = { path: { id: 1 } };
  // @ts-expect-error: a mark says whether one was there
  void api.PATCH("/api/v1/sessions/{id}/my-attendance", { params, body: {} });
  // @ts-expect-error: a new estimate says why
  void api.PATCH("/api/v1/sessions/{id}/editing", { params, body: { estimated_editing_days: 9 } });
  // @ts-expect-error: a wish says for how long
  void api.GET("/api/v1/availability", { params: { query: { date: "2026-11-21", time: "10:00" } } });
  // @ts-expect-error: an agenda has an end
  void api.GET("/api/v1/agenda", { params: { query: { from: "2026-11-21" } } });
  // @ts-expect-error: time off has an end
  void api.POST("/api/v1/time-off", { body: { starts_at: "2026-11-21T10:00:00Z" } });
  // @ts-expect-error: a correction says on whose side it was
  void api.PATCH("/api/v1/sessions/{id}/cancellation", { params, body: { reason: "A mistake" } });
}

// @ts-expect-error: a session is someone's
export const nobodys: BookingFormRequest = { session_type: "Studio", session_date: "2026-11-21" };

export const anywhere: BookingFormRequest = {
  client_id: 1,
  // @ts-expect-error: packages fit both, a session is one or the other
  session_type: "Both",
  session_date: "2026-11-21",
};

// @ts-expect-error: a payment has an amount
export const unpaid: PaymentFormRequest = {
  payment_type: "Deposit",
  payment_method: "Transfer",
  payment_date: "2026-11-21",
};

export const automatic: CancellationFormRequest = {
  cancellation_reason: "Payment deadline expired",
  // @ts-expect-error: only the system cancels for the system
  initiated_by: "System",
};
