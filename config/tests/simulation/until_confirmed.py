"""From Pre-scheduled on: how the deposit of a simulated session is paid, or is not."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from decimal import Decimal

from config.demo.timeline import Life
from config.tests.simulation.cancelling import cancel, pay_out
from config.tests.simulation.doing import Affair
from config.tests.simulation.plans import Paying
from sessions_app.lifecycle import Status
from sessions_app.models import Initiator, PaymentType

HALF = Decimal("0.5")


def pay_at_once(one: Affair) -> Life:
    """Bring the deposit in time."""
    yield one.after(0.1, 3, by=one.payment_deadline)
    one.pays_deposit()


def _pay_in_parts(one: Affair) -> Life:
    yield one.after(0.1, 1, by=one.payment_deadline)
    one.pays(PaymentType.DEPOSIT, one.session.deposit_amount * HALF)
    yield one.after(0.1, 2, by=one.payment_deadline)
    one.pays(PaymentType.PARTIAL, one.session.deposit_amount - one.session.paid_amount)


def _pay_all(one: Affair) -> Life:
    yield one.after(0.1, 3, by=one.payment_deadline)
    one.pays(PaymentType.DEPOSIT, one.session.total_amount)


def _pay_by_a_check_that_bounces(one: Affair) -> Life:
    yield one.after(0.1, 1, by=one.payment_deadline)
    one.pays_deposit(method="Cheque")
    yield one.after(0.3, 2, by=one.payment_deadline)
    one.voids_deposit()
    one.pays_deposit()


def _pay_to_be_verified(one: Affair) -> Life:
    yield one.after(0.1, 2, by=one.payment_deadline)
    one.sends_slip()
    yield one.after(0.5, 2, by=one.payment_deadline)
    one.verifies()


def _ask_for_time(one: Affair) -> Life:
    yield one.after(1, 4, by=one.payment_deadline)
    one.steps(Status.NEGOTIATION)
    yield one.after(0.1, 2, by=one.beginning)
    one.pre_schedules()
    yield from pay_at_once(one)


def _be_confirmed_late(one: Affair) -> Life:
    yield from pay_at_once(one)
    yield _past_the_deadline(one)


def _be_verified_late(one: Affair) -> Life:
    yield one.after(0.1, 2, by=one.payment_deadline)
    one.sends_slip()
    yield _past_the_deadline(one)
    one.verifies()


def _replace_the_slip_late(one: Affair) -> Life:
    """Covered late: it has to be reopened."""
    yield one.after(0.1, 2, by=one.payment_deadline)
    one.sends_slip()
    yield _past_the_deadline(one)
    one.rejects_slip()
    one.pays_deposit()
    yield one.after(0.2, 2, by=one.beginning)
    one.steps(Status.NEGOTIATION)
    one.pre_schedules()


def _have_the_slip_rejected_late(one: Affair) -> Life:
    yield one.after(0.1, 2, by=one.payment_deadline)
    one.sends_slip()
    yield _past_the_deadline(one)
    one.rejects_slip()


def _pay_too_little(one: Affair) -> Life:
    yield one.after(0.1, 2, by=one.payment_deadline)
    one.pays(PaymentType.PARTIAL, Decimal(50))
    yield _past_the_deadline(one)
    yield from pay_out(one)


def _never_pay(one: Affair) -> Life:
    yield _past_the_deadline(one)


def _pay_too_late(one: Affair) -> Life:
    """Refused where the night has cancelled it; else covered late, hence reopened."""
    yield _past_the_deadline(one)
    one.pays_deposit()
    yield one.after(0.2, 2, by=one.beginning)
    one.steps(Status.NEGOTIATION)
    one.pre_schedules()


def _call_off(one: Affair) -> Life:
    yield one.after(0.1, 3, by=one.payment_deadline)
    yield from cancel(one, Initiator.CLIENT)


def _call_off_late(one: Affair) -> Life:
    yield one.after(0.1, 2, by=one.payment_deadline)
    one.pays(PaymentType.PARTIAL, Decimal(100))
    yield _past_the_deadline(one)
    yield from cancel(one, Initiator.CLIENT)


def _past_the_deadline(one: Affair) -> datetime:
    assert one.payment_deadline is not None
    one.at(one.payment_deadline)
    return one.after(0.1, 3)


PAYING: dict[Paying, Callable[[Affair], Life]] = {
    Paying.IN_PARTS: _pay_in_parts,
    Paying.ALL_OF_IT: _pay_all,
    Paying.BY_A_CHECK_THAT_BOUNCES: _pay_by_a_check_that_bounces,
    Paying.TO_BE_VERIFIED: _pay_to_be_verified,
    Paying.ASKS_FOR_TIME: _ask_for_time,
    Paying.IS_CONFIRMED_LATE: _be_confirmed_late,
    Paying.IS_VERIFIED_LATE: _be_verified_late,
    Paying.SLIP_IS_REPLACED_LATE: _replace_the_slip_late,
    Paying.SLIP_IS_REJECTED_LATE: _have_the_slip_rejected_late,
    Paying.TOO_LITTLE: _pay_too_little,
    Paying.NEVER: _never_pay,
    Paying.TOO_LATE: _pay_too_late,
    Paying.CALLS_OFF: _call_off,
    Paying.CALLS_OFF_LATE: _call_off_late,
}
