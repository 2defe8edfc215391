"""What a client gets back when a session is cancelled, and why (rules, section 5)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import Enum, auto

from django.utils.translation import gettext as _

from config.amounts import money
from config.clock import studio_zone
from sessions_app.policy.deadlines import shown_deadline
from sessions_app.policy.money import rounded

ALL = Decimal(100)
NOTHING = Decimal(0)


class Stage(Enum):
    """How far a session has got, as far as refunds go."""

    NEVER_CONFIRMED = auto()
    REOPENED = auto()
    CONFIRMED = auto()
    ASSIGNED = auto()
    ATTENDED = auto()


@dataclass(frozen=True)
class Terms:
    """Percentages of net paid, as they were in force at the session's last confirmation."""

    within_deadline: Decimal
    after_deadline: Decimal
    force_majeure: Decimal
    client_after_assigned: Decimal


@dataclass(frozen=True)
class Case:
    """The facts of a cancellation. `terms` and `changes_deadline` are set once confirmed.

    `net_paid` is without what is refunded by hand, `on_its_way` of that still pending.
    `is_staffed` says whether all is there that Confirmed → Assigned asks for, so that the refund
    does not depend on whether the nightly job has run.
    """

    stage: Stage
    is_by_client: bool
    at: datetime
    net_paid: Decimal
    terms: Terms | None = None
    changes_deadline: datetime | None = None
    is_staffed: bool = False
    on_its_way: Decimal = NOTHING


@dataclass(frozen=True)
class Refund:
    """What is returned: a percentage of net paid, its amount, and a sentence that explains it."""

    percentage: Decimal
    amount: Decimal
    explanation: str


def refund(case: Case) -> Refund:
    """Return what the client gets back."""
    percentage, explanation = _decided(case)
    if case.net_paid == 0:
        explanation = _("Nothing was paid, so nothing is returned.")
    facts = {"percentage": f"{percentage.normalize():f}", "deadline": _shown(case.changes_deadline)}
    sentences = [explanation % facts]
    if case.on_its_way:
        sentence = _("A refund of %(amount)s that is on its way already comes besides.")
        sentences.append(sentence % {"amount": money(case.on_its_way)})
    return Refund(percentage, share(case.net_paid, percentage), " ".join(sentences))


def share(net_paid: Decimal, percentage: Decimal) -> Decimal:
    """Return a percentage of what was paid, to the cent."""
    return rounded(net_paid * percentage / 100)


def _decided(case: Case) -> tuple[Decimal, str]:
    """Walk the table of section 5; return the percentage and the sentence, to be filled in."""
    if case.stage is Stage.ATTENDED:
        return NOTHING, _("The session has taken place: %(percentage)s %% is returned.")
    if case.terms is None or case.changes_deadline is None:
        return ALL, _("The session was never confirmed: all that was paid is returned.")
    is_within = case.stage is not Stage.ASSIGNED and case.at < case.changes_deadline
    is_staffed = case.stage is Stage.ASSIGNED or (case.stage is Stage.CONFIRMED and case.is_staffed)
    if not case.is_by_client:
        return (
            ALL if is_within or is_staffed else case.terms.force_majeure,
            _("Not cancelled by the client: %(percentage)s %% of what was paid is returned."),
        )
    if is_within:
        return case.terms.within_deadline, _(
            "Cancelled by the client by the changes deadline (%(deadline)s): %(percentage)s %% of "
            "what was paid is returned."
        )
    if is_staffed:
        return case.terms.client_after_assigned, _(
            "Cancelled by the client after the changes deadline (%(deadline)s), when the team was "
            "assigned: %(percentage)s %% of what was paid is returned."
        )
    return case.terms.after_deadline, _(
        "Cancelled by the client after the changes deadline (%(deadline)s), before a team was "
        "assigned: %(percentage)s %% of what was paid is returned."
    )


def _shown(deadline: datetime | None) -> str:
    if deadline is None:
        return ""
    return f"{shown_deadline(deadline).astimezone(studio_zone()):%d/%m/%Y %H:%M}"
