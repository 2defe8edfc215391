"""The sums of a session follow its lines at once (rules, section 4)."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from django.utils.translation import gettext as _

from config.business_rules import business_rules
from config.errors import DomainError, ValidationFailed, in_readers_language
from sessions_app.actions.overriding import as_told_to, override_or_raise
from sessions_app.errors import EmptySession, OverrideNeeded, PaymentExceedsTotal
from sessions_app.lifecycle import PLANNED, Status, before, since
from sessions_app.models import Session
from sessions_app.policy import deadlines, money
from users.actors import Actor, Override

TOTAL_FIELDS = ("subtotal", "total_amount", "deposit_amount", "estimated_editing_days")
MAX_AMOUNT = Decimal("99999999.99")


def retotal(
    session: Session,
    *,
    negative: DomainError,
    looks_at_discount: bool,
    override: Override | None,
    actor: Actor,
    at: datetime,
) -> None:
    """Compute the sums of a locked session from its lines, on the instance.

    `negative` is raised when the discount is more than there is: whose fault that is, the caller
    knows. Further: OverrideNeeded for a discount above STUDIO_MAX_DISCOUNT_PERCENTAGE (looked at
    when discount or lines change), EmptySession from Pre-scheduled on, PaymentExceedsTotal,
    ValidationFailed for amounts beyond what a session can hold.
    """
    lines = list(session.lines.values_list("line_subtotal", flat=True))
    sums = money.totals(lines, session.transportation_cost, session.discount)
    if sums.total < 0:
        raise negative
    if max(sums.subtotal, sums.total) > MAX_AMOUNT:
        raise ValidationFailed({"quantity": _("The amounts of this session become too large.")})
    if looks_at_discount:
        _look_at_discount(session, sums, override, actor=actor, at=at)
    if session.status in since(Status.PRE_SCHEDULED) and (sums.total == 0 or not lines):
        raise EmptySession
    if sums.total < session.paid_amount:
        raise as_told_to(actor, PaymentExceedsTotal(total=money.as_wire(sums.total)))
    session.subtotal, session.total_amount = sums.subtotal, sums.total
    follow_lines(session, session.status)


def follow_lines(session: Session, state: str) -> None:
    """Compute what follows lines and total in a state, on the instance.

    The deposit until it is frozen at confirmation, the editing days until Assigned (section 2,
    *Dates*).
    """
    if state in PLANNED:
        session.deposit_amount = money.deposit(session.total_amount, session.deposit_percentage)
    if state in before(Status.ASSIGNED):
        days = session.lines.exclude(editing_days=None).values_list("editing_days", flat=True)
        session.estimated_editing_days = deadlines.editing_days(
            (one for one in days if one is not None), business_rules().default_editing_days
        )


def refuse_low_deposit(
    session: Session, override: Override | None, *, actor: Actor, at: datetime
) -> None:
    """Raise OverrideNeeded for a deposit percentage below DEFAULT_DEPOSIT_PERCENTAGE."""
    default = business_rules().default_deposit_percentage
    if session.deposit_percentage < default:
        refusal = OverrideNeeded(
            in_readers_language(
                lambda: (
                    _("A deposit below %(percentage)s %% needs an override by an admin.")
                    % {"percentage": default.normalize().to_eng_string()}
                )
            ),
            required=money.as_wire(default),
        )
        override_or_raise(refusal, override, session, actor=actor, at=at)


def _look_at_discount(
    session: Session,
    sums: money.Totals,
    override: Override | None,
    *,
    actor: Actor,
    at: datetime,
) -> None:
    highest = business_rules().max_discount_percentage
    if sums.discount_percentage(session.discount) > highest:
        refusal = OverrideNeeded(
            in_readers_language(
                lambda: (
                    _("A discount above %(percentage)s %% needs an override by an admin.")
                    % {"percentage": highest.normalize().to_eng_string()}
                )
            ),
            required=money.as_wire(highest),
        )
        override_or_raise(refusal, override, session, actor=actor, at=at)
