"""Money over REST: paying in every way, verifying, voiding, giving back."""

from __future__ import annotations

from decimal import Decimal
from functools import partial

from config.tests.histories.people import DESK, EVERYWHERE, Deed, RestPerson, Row
from config.tests.histories.rest_door import Answer
from config.tests.histories.rest_planning import to
from sessions_app.lifecycle import Status

BEFORE = (Status.NEGOTIATION, Status.PRE_SCHEDULED)
AFTER = (Status.CONFIRMED, Status.ASSIGNED, Status.ATTENDED, Status.IN_EDITING, Status.READY)


def _pay(one: RestPerson, session: Row, kind: str, amount: object, **besides: object) -> Answer:
    sent = {
        "payment_type": kind,
        "payment_method": one.one_of(["Transfer", "Cash"]),
        "amount": str(amount),
        "payment_date": one.studio.today.isoformat(),
        "transaction_reference": one.document(),
        "reason": one.words(),
        **besides,
    }
    return one.ask("POST", f"sessions/{session['id']}/payments", sent)


def _share(session: Row, name: str, part: str = "1") -> Decimal:
    """Return a part of an amount of the session as it was seen; a cent at least."""
    return max(round(Decimal(str(session[name])) * Decimal(part), 2), Decimal("0.01"))


def _pay_deposit(one: RestPerson, session: Row) -> Answer:
    return _pay(one, session, "Deposit", _share(session, "deposit_amount"))


def _pay_and_confirm(one: RestPerson, session: Row) -> Answer:
    """What happens at the desk when somebody comes with the deposit."""
    _pay_deposit(one, session)
    return to(one, session, Status.CONFIRMED)


def _pay_more_than_the_deposit(one: RestPerson, session: Row) -> Answer:
    """Pay all at once: a deposit and a balance."""
    return _pay(one, session, "Deposit", _share(session, "balance_amount"))


def _pay_partly(one: RestPerson, session: Row) -> Answer:
    return _pay(one, session, "Partial", _share(session, "deposit_amount", "0.6"))


def _send_a_slip(one: RestPerson, session: Row) -> Answer:
    kind = "Partial" if session["status"] in BEFORE else "Balance"
    return _pay(one, session, kind, _share(session, "balance_amount", "0.5"), status="Pending")


def _pay_balance(one: RestPerson, session: Row) -> Answer:
    return _pay(one, session, "Balance", _share(session, "balance_amount"))


def _pay_some(one: RestPerson, session: Row) -> Answer:
    return _pay(one, session, "Balance", _share(session, "balance_amount", "0.7"))


def _pay_from_two_phones(one: RestPerson, session: Row) -> Answer:
    """The family pays twice at the same moment, most of what is left each time."""
    most = _share(session, "balance_amount", "0.8")
    ask = partial(_pay, one, session, "Balance", most)
    slips = [f"{one.words()} {phone}" for phone in "ab"]
    return one.in_windows(*(partial(ask, transaction_reference=slip) for slip in slips))


def _refund(one: RestPerson, session: Row) -> Answer:
    return _pay(one, session, "Refund", _share(session, "paid_amount", "0.3"))


def _verify(one: RestPerson, session: Row) -> Answer | None:
    path = f"sessions/{session['id']}/payments"
    pending = [row for row in one.rows(path) if row["status"] == "Pending"]
    payment = one.one_of(pending)
    if payment is None:
        return None
    sent = {} if payment["transaction_reference"] else {"transaction_reference": one.words()}
    return one.ask("POST", f"{path}/{payment['id']}/verify", sent)


def _void(one: RestPerson, session: Row) -> Answer | None:
    path = f"sessions/{session['id']}/payments"
    payment = one.one_of(one.rows(path))
    if payment is None:
        return None
    override = {"override": True} if one.role == "admin" and one.chance(0.5) else {}
    sent = {"reason": one.words(), **override}
    return one.ask("POST", f"{path}/{payment['id']}/void", sent)


DEEDS = (
    Deed("pay the deposit", _pay_deposit, DESK, BEFORE, 4),
    Deed("pay and confirm", _pay_and_confirm, DESK, (Status.PRE_SCHEDULED,), 5),
    Deed("pay more than the deposit", _pay_more_than_the_deposit, DESK, BEFORE, 1.5),
    Deed("pay partly", _pay_partly, DESK, BEFORE, 1.5),
    Deed("send a slip", _send_a_slip, DESK, (*BEFORE, *AFTER), 0.7),
    Deed("pay the balance", _pay_balance, DESK, (Status.ASSIGNED, Status.READY), 3),
    Deed("pay some", _pay_some, DESK, AFTER, 0.5),
    Deed("pay from two phones", _pay_from_two_phones, DESK, AFTER, 2),
    Deed("give back", _refund, DESK, (*BEFORE, *AFTER), 0.6),
    Deed("verify", _verify, DESK, (*BEFORE, *AFTER), 0.8),
    Deed("pay out a refund", _verify, DESK, (Status.CANCELED,), 3),
    Deed("void", _void, DESK, EVERYWHERE, 0.5),
)
