/** What is paid, when, and what is not accepted before it is. */

import type { PaymentType, RecordedPayment, Session } from "../generated/schema.js";
import { answered, refused, same, visible } from "./api.js";
import { read, studioDay } from "./booking.js";
import type { Person } from "./people.js";

/** Confirming before the deposit is there is refused, with the amounts. */
export async function isNotConfirmedUnpaid(desk: Person, session: Session): Promise<void> {
  const refusal = await refused(
    desk.api.POST("/api/v1/sessions/{id}/transition", {
      params: { path: { id: session.id } },
      body: { to_status: "Confirmed" },
    }),
    422,
    "INSUFFICIENT_PAYMENT",
  );
  same("what is needed", refusal.context?.required, visible(session.deposit_amount));
  same("what is there", refusal.context?.paid, 0);
}

export async function payTheDeposit(desk: Person, session: Session): Promise<void> {
  const amount = visible((await read(desk, session)).deposit_amount);
  const payment = await pay(desk, session, "Deposit", amount);
  same("nothing beyond the deposit", payment.split, []);
}

export async function payTheBalance(desk: Person, session: Session): Promise<void> {
  await pay(desk, session, "Balance", visible((await read(desk, session)).balance_amount));
  same("nothing is owed", visible((await read(desk, session)).balance_amount), 0);
}

async function pay(
  desk: Person,
  session: Session,
  kind: PaymentType,
  amount: number,
): Promise<RecordedPayment> {
  const path = { session_id: session.id };
  const payment = await answered(
    desk.api.POST("/api/v1/sessions/{session_id}/payments", {
      params: { path },
      body: {
        payment_type: kind,
        payment_method: "Transfer",
        amount,
        payment_date: await studioDay(desk),
        transaction_reference: `BI-${session.id}-${kind}`,
      },
    }),
  );
  same("as on the slip", [payment.payment_type, payment.amount], [kind, amount]);
  same("counted at once", payment.status, "Verified");
  const [latest] = await answered(
    desk.api.GET("/api/v1/sessions/{session_id}/payments", { params: { path } }),
  );
  same("in the ledger", latest?.id, payment.id);
  same("to the cent", latest?.amount, amount);
  return payment;
}
