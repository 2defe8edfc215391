"""How the demo studio's clients pay, and how they get money back."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import ROUND_CEILING, Decimal

from config.clock import end_of, studio_day
from config.demo import office, phrases
from config.demo.opening import NIGHTLY
from config.demo.phrases import Way
from config.demo.plan import Moment, Turn
from config.demo.story import Story, Wait
from sessions_app.actions import cancelling, payments, verifying
from sessions_app.actions.payments import Receipt
from sessions_app.models import Initiator, Payment, PaymentStatus, PaymentType
from users.actors import Override

A_BIT = timedelta(minutes=30)
UNTIL_IT_ARRIVES = timedelta(days=4)
MONEY_BACK = Decimal("150.00")


def pay_deposit(story: Story) -> Wait:
    """Let the client pay the deposit by its deadline, or not; then the night ends it."""
    turn = story.plan.turn
    if turn in (Turn.NEVER_PAYS, Turn.PAYS_TOO_LITTLE):
        yield from _let_it_expire(story)
        return
    if story.session.paid_amount >= story.session.deposit_amount:
        return
    yield from story.office(0.1, 3.5 * story.plan.pace, pin=Moment.PAID, latest=_last_chance(story))
    if turn is Turn.CHECK_BOUNCES:
        yield from _bounce(story)
    elif turn is Turn.SLIP_IS_FALSE:
        yield from _present_a_false_slip(story)
    elif turn is Turn.PAYS_IN_PARTS:
        yield from _pay_in_parts(story)
    else:
        yield from _pay_at_once(story)


def settle(story: Story) -> Wait:
    """Let the client come for the material, and pay what is left."""
    yield from story.office(0.4, 5, pin=Moment.SETTLED)
    balance = story.session.balance_amount
    if balance <= 0:
        return
    way = phrases.TRANSFER if Moment.SETTLED in story.plan.pins else _way(story)
    yield from _bring(story, PaymentType.BALANCE, balance, way, is_pending=way.is_by_bank)


def pay_out(story: Story) -> Wait:
    """Pay a refund out that is on its way; who recorded or cancelled it leaves that to another."""
    refund = story.session.payments.filter(
        payment_type=PaymentType.REFUND, status=PaymentStatus.PENDING
    ).first()
    if refund is None:
        return
    yield from story.office(1.5, 6, pin=Moment.REFUNDED)
    slip = f"R-{story.random.randint(100_000, 999_999)}"
    verifying.verify(refund, actor=story.colleague, at=story.now, transaction_reference=slip)


def give_money_back(story: Story) -> Wait:
    """Return a part of what was paid, as agreed with the client; the deposit stays covered."""
    yield from story.a_moment()
    story.session.refresh_from_db()
    beyond_deposit = story.session.paid_amount - story.session.deposit_amount
    if beyond_deposit < MONEY_BACK:
        return
    receipt = Receipt(
        payment_type=PaymentType.REFUND,
        payment_method=phrases.TRANSFER.method,
        amount=MONEY_BACK,
        payment_date=studio_day(story.now),
    )
    payments.record(
        story.session, receipt, actor=story.desk, at=story.now, reason=phrases.MONEY_BACK
    )
    yield from pay_out(story)
    story.session.refresh_from_db()


def void_deposit(story: Story) -> Wait:
    """Let the deposit's check bounce after the confirmation; the client makes up for it."""
    yield from story.office(1, 3)
    deposit = story.session.payments.filter(payment_type=PaymentType.DEPOSIT).first()
    if deposit is None:
        return
    override = story.override(phrases.VOID_OVERRIDE)
    _void(story, deposit, phrases.BOUNCED, override=override)
    yield from story.office(0.8, 1.5)
    _record(story, PaymentType.DEPOSIT, deposit.amount, phrases.CASH)


def expire(story: Story) -> Wait:
    """Cancel, as the night does, what was not paid in time."""
    story.session = cancelling.cancel(
        story.session,
        initiator=Initiator.SYSTEM,
        reason=phrases.EXPIRED,
        actor=NIGHTLY,
        at=story.now,
    )
    yield from pay_out(story)


def _last_chance(story: Story) -> datetime:
    deadline = story.session.payment_deadline_at
    assert deadline is not None  # noqa: S101  (a session that is Pre-scheduled has one)
    return deadline - A_BIT


def _let_it_expire(story: Story) -> Wait:
    """Let the payment deadline pass; the next midnight cancels."""
    if story.plan.turn is Turn.PAYS_TOO_LITTLE and story.session.deposit_amount > 0:
        yield from story.office(0.5, 2, pin=Moment.PAID, latest=_last_chance(story))
        some = _round(story.session.deposit_amount / 3, 10)
        _record(story, PaymentType.PARTIAL, some, phrases.CASH)
    yield from story.until(end_of(studio_day(_last_chance(story))))
    yield from expire(story)


def _pay_at_once(story: Story) -> Wait:
    """Bring the deposit, or more, which then counts towards the balance."""
    amount = story.session.deposit_amount
    if story.plan.turn is Turn.PAYS_MORE:
        more = _round(amount, 500) if story.chance(0.6) else story.session.total_amount
        amount = min(more, story.session.total_amount)
    way = _way(story)
    starts_at = story.session.starts_at
    has_time = starts_at is not None and starts_at - story.now > UNTIL_IT_ARRIVES
    is_pending = way.is_by_bank and has_time and story.chance(0.5)
    if story.plan.turn is Turn.PAYS_BY_TRANSFER:
        way, is_pending = phrases.TRANSFER, True
    if story.plan.turn is Turn.DEPOSIT_IS_VOIDED:
        way, is_pending = phrases.CHECK, False
    yield from _bring(story, PaymentType.DEPOSIT, amount, way, is_pending=is_pending)


def _pay_in_parts(story: Story) -> Wait:
    deposit = story.session.deposit_amount
    first = min(_round(deposit * Decimal("0.6"), 50), deposit)
    _record(story, PaymentType.DEPOSIT, first, _way(story))
    if first < deposit:
        yield from story.office(0.5, 1.5, latest=_last_chance(story))
        _record(story, PaymentType.PARTIAL, deposit - first, phrases.CASH)


def _bounce(story: Story) -> Wait:
    """Bring a check that bounces, then cash."""
    deposit = story.session.deposit_amount
    (check, *_) = _record(story, PaymentType.DEPOSIT, deposit, phrases.CHECK)
    yield from story.office(1, 1.5, latest=_last_chance(story) - 2 * A_BIT)
    _void(story, check, phrases.BOUNCED)
    yield from story.office(0.1, 0.5, latest=_last_chance(story))
    _record(story, PaymentType.DEPOSIT, deposit, phrases.CASH)


def _present_a_false_slip(story: Story) -> Wait:
    """Send a slip of money that never arrived, then the money."""
    deposit = story.session.deposit_amount
    (slip, *_) = _record(
        story, PaymentType.DEPOSIT, deposit, phrases.BANK_SLIP, PaymentStatus.PENDING
    )
    yield from story.office(0.5, 1, latest=_last_chance(story) - 2 * A_BIT)
    _void(story, slip, phrases.FALSE_SLIP)
    yield from story.office(0.1, 0.5, latest=_last_chance(story))
    _record(story, PaymentType.DEPOSIT, deposit, phrases.TRANSFER)


def _bring(
    story: Story, payment_type: PaymentType, amount: Decimal, way: Way, *, is_pending: bool
) -> Wait:
    """Record a payment; one that is still to arrive is looked at the next morning."""
    status = PaymentStatus.PENDING if is_pending else PaymentStatus.VERIFIED
    parts = _record(story, payment_type, amount, way, status)
    if not is_pending:
        return
    pinned = story.plan.pins.get(Moment.VERIFIED)
    if pinned is not None:
        yield from story.until(office.on(pinned, story.random, after=story.now))
    else:
        yield from story.until(office.next_morning(story.now, story.random))
    for part in parts:
        verifying.verify(part, actor=story.colleague, at=story.now)


def _record(
    story: Story,
    payment_type: PaymentType,
    amount: Decimal,
    way: Way,
    status: PaymentStatus = PaymentStatus.VERIFIED,
) -> list[Payment]:
    number = story.random.randint(10 ** (way.digits - 1), 10**way.digits - 1) if way.digits else ""
    receipt = Receipt(
        payment_type=payment_type,
        payment_method=way.method,
        amount=amount,
        payment_date=studio_day(story.now),
        transaction_reference=f"{way.prefix}{number}",
        status=status,
    )
    return payments.record(story.session, receipt, actor=story.desk, at=story.now)


def _void(story: Story, payment: Payment, reason: str, override: Override | None = None) -> None:
    actor = story.admin if override else story.desk
    verifying.void(payment, reason=reason, actor=actor, at=story.now, override=override)


def _way(story: Story) -> Way:
    return story.random.choice(phrases.WAYS)


def _round(amount: Decimal, to: int) -> Decimal:
    """Round up to a whole multiple, as people do."""
    return (amount / to).to_integral_value(ROUND_CEILING) * Decimal(to).quantize(Decimal("0.01"))
