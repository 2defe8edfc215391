"""Recording what clients pay, and getting refunds on their way (rules, section 4)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from config.amounts import money as shown
from config.clock import studio_day
from config.errors import Duplicate, ValidationFailed
from config.records.audit import record as audit
from sessions_app.actions.ledger import AUTOMATIC, add, automatic_reference, follow_ledger
from sessions_app.actions.locking import lock
from sessions_app.actions.overriding import override_or_raise
from sessions_app.errors import OverrideNeeded, PaymentExceedsTotal, PaymentNotAllowed
from sessions_app.lifecycle import Status, since
from sessions_app.models import Payment, PaymentStatus, PaymentType, Session
from sessions_app.policy import money
from sessions_app.policy.ledger import Ledger, split
from sessions_app.queries.ledger import ledger
from users.actors import Actor, Override
from users.rights import Right

TOWARDS_DEPOSIT = (PaymentType.DEPOSIT, PaymentType.PARTIAL)
AGO_WITHOUT_NOTE = timedelta(days=7)
SAME_WITHIN = timedelta(seconds=60)


@dataclass(frozen=True, kw_only=True)
class Receipt:
    """What a payment's slip says; the day is the studio's."""

    payment_type: PaymentType
    payment_method: str
    amount: Decimal
    payment_date: date
    transaction_reference: str = ""
    notes: str = ""
    status: PaymentStatus = PaymentStatus.VERIFIED


@transaction.atomic
def record(
    session: Session,
    receipt: Receipt,
    *,
    actor: Actor,
    at: datetime,
    reason: str = "",
    override: Override | None = None,
) -> list[Payment]:
    """Record a payment; what a deposit brings beyond the deposit becomes a Balance payment.

    A refund (payment.refund, with a reason) is pending whatever its status says. Returns the
    payment, and the second part where it was split.

    Raises NotAllowed, ValidationFailed, PaymentNotAllowed (the state, the type, nothing to pay),
    PaymentExceedsTotal, OverrideNeeded (a refund below the deposit), Duplicate.
    """
    is_refund = receipt.payment_type == PaymentType.REFUND
    session = lock(session)
    require_payment_right(session, is_refund=is_refund, actor=actor)
    _refuse_wrong_form(session, receipt, reason if is_refund else "", at)
    if is_refund:
        recorded = [_refund(session, receipt, reason, override, actor=actor, at=at)]
    else:
        recorded = _payment(session, receipt, actor=actor, at=at)
    follow_ledger(session, actor=actor, at=at)
    return recorded


def require_payment_right(session: Session, *, is_refund: bool, actor: Actor) -> None:
    """Raise NotAllowed unless the actor may see amounts, and deal with payments or refunds."""
    actor.require(Right.SESSION_VIEW_ALL, session)
    actor.require(Right.PAYMENT_REFUND if is_refund else Right.SESSION_PAYMENT, session)


def _payment(session: Session, receipt: Receipt, *, actor: Actor, at: datetime) -> list[Payment]:
    _refuse_closed(session)
    _refuse_duplicate(session, receipt, at)
    paid = ledger(session)
    _refuse_misplaced(session, receipt, paid)
    beyond_total = paid.net_paid + paid.pending_payments + receipt.amount - session.total_amount
    if beyond_total > 0:
        sentence = _("With this, %(beyond)s more than the total would be paid.")
        raise PaymentExceedsTotal(
            sentence % {"beyond": shown(beyond_total)},
            total=money.as_wire(session.total_amount),
            paid=money.as_wire(paid.net_paid + paid.pending_payments),
        )
    parts = [(receipt.payment_type, receipt.amount)]
    if receipt.payment_type in TOWARDS_DEPOSIT:
        towards, beyond = split(receipt.amount, paid.missing_to(session.deposit_amount))
        parts = [(receipt.payment_type, towards), (PaymentType.BALANCE, beyond)]
    reference = receipt.transaction_reference or automatic_reference(session)
    return [
        add(
            session,
            payment_type=payment_type,
            amount=amount,
            method=receipt.payment_method,
            reference=reference,
            payment_date=receipt.payment_date,
            status=receipt.status,
            notes=receipt.notes,
            actor=actor,
            at=at,
        )
        for payment_type, amount in parts
        if amount > 0
    ]


def _refund(
    session: Session,
    receipt: Receipt,
    reason: str,
    override: Override | None,
    *,
    actor: Actor,
    at: datetime,
) -> Payment:
    why = reason.strip() or receipt.notes.strip()
    if not why:
        raise ValidationFailed({"reason": _("A refund needs a reason.")})
    _refuse_duplicate(session, receipt, at)
    if session.status == Status.COMPLETED:
        raise PaymentNotAllowed(_("A completed session takes no payments and no refunds."))
    paid = ledger(session)
    if receipt.amount > paid.refundable:
        sentence = _("At most %(most)s can be refunded: net paid, without refunds on their way.")
        raise PaymentNotAllowed(
            sentence % {"most": shown(paid.refundable)}, paid=money.as_wire(paid.net_paid)
        )
    left = paid.refundable - receipt.amount
    if session.status in since(Status.CONFIRMED) and left < session.deposit_amount:
        refusal = OverrideNeeded(
            gettext_lazy(
                "With this refund the deposit would no longer be covered; it needs an override."
            ),
            required=money.as_wire(session.deposit_amount),
            paid=money.as_wire(left),
        )
        override_or_raise(refusal, override, session, actor=actor, at=at)
    refund = add(
        session,
        payment_type=PaymentType.REFUND,
        amount=receipt.amount,
        method=receipt.payment_method,
        reference=receipt.transaction_reference,
        payment_date=receipt.payment_date,
        status=PaymentStatus.PENDING,
        notes="\n".join(dict.fromkeys(filter(None, (why, receipt.notes.strip())))),
        actor=actor,
        at=at,
    )
    audit(
        "payment.refund_recorded",
        refund,
        actor=actor,
        at=at,
        reason=why,
        changes={"session": session.code, "amount": refund.amount},
    )
    return refund


def _refuse_wrong_form(session: Session, receipt: Receipt, reason: str, at: datetime) -> None:
    problems: dict[str, str] = {}
    today = studio_day(at)
    if receipt.amount <= 0:
        problems["amount"] = _("An amount above 0, please.")
    if not receipt.payment_method:
        problems["payment_method"] = _("Say how it was paid.")
    if receipt.payment_date > today:
        problems["payment_date"] = _("The date is still to come.")
    elif receipt.payment_date < studio_day(session.created_at) and not session.is_retroactive:
        problems["payment_date"] = _("The date is before the session was asked for.")
    elif receipt.payment_date < today - AGO_WITHOUT_NOTE and not (receipt.notes + reason).strip():
        problems["notes"] = _("A payment more than 7 days back needs a note.")
    if receipt.transaction_reference.upper().startswith(AUTOMATIC):
        problems["transaction_reference"] = _("Such numbers are made here; leave it empty.")
    if receipt.status == PaymentStatus.REJECTED:
        problems["status"] = _("A payment is recorded as Pending or Verified.")
    if problems:
        raise ValidationFailed(problems)


def _refuse_closed(session: Session) -> None:
    if session.status in (Status.CANCELED, Status.COMPLETED):
        raise PaymentNotAllowed(_("A session that has ended takes no more payments."))
    if session.total_amount <= 0:
        raise PaymentNotAllowed(_("There is nothing to pay yet: the session has no lines."))


def _refuse_misplaced(session: Session, receipt: Receipt, paid: Ledger) -> None:
    """Raise PaymentNotAllowed for a type that does not fit: first the deposit, then the balance."""
    is_covered = paid.covers(session.deposit_amount)
    facts = {
        "required": money.as_wire(session.deposit_amount),
        "paid": money.as_wire(paid.net_paid),
    }
    if receipt.payment_type == PaymentType.BALANCE and not is_covered:
        sentence = _("The deposit is not covered yet: record this as a Deposit or a Partial.")
        raise PaymentNotAllowed(sentence, **facts)
    if receipt.payment_type in TOWARDS_DEPOSIT and is_covered:
        sentence = _("The deposit is covered already: record this as a Balance.")
        raise PaymentNotAllowed(sentence, **facts)


def _refuse_duplicate(session: Session, receipt: Receipt, at: datetime) -> None:
    """Raise Duplicate for a second live deposit, and for what was recorded a moment ago.

    The latter only without a document number, which tells one payment from another; parts of one
    payment carry the same number and are counted together.
    """
    live = session.payments.live()
    is_deposit = receipt.payment_type == PaymentType.DEPOSIT
    if is_deposit and live.filter(payment_type=PaymentType.DEPOSIT).exists():
        raise Duplicate(_("This session has a deposit already."))
    if receipt.transaction_reference:
        return
    recent = live.filter(
        created_at__gt=at - SAME_WITHIN,
        payment_method__iexact=receipt.payment_method,
        payment_date=receipt.payment_date,
        is_of_cancellation=False,
    ).filter(Q(transaction_reference="") | Q(transaction_reference__startswith=AUTOMATIC))
    parts: dict[str, list[Payment]] = {}
    for payment in recent.order_by("id"):
        key = payment.transaction_reference or str(payment.pk)
        parts.setdefault(key, []).append(payment)
    for same in parts.values():
        amount = sum(payment.amount for payment in same)
        if same[0].payment_type == receipt.payment_type and amount == receipt.amount:
            sentence = _(
                "The same payment was recorded a moment ago. If this is another one, give its "
                "document number."
            )
            raise Duplicate(sentence)
