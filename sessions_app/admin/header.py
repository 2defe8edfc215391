"""What the page of a session says first: who, when, where, how it stands, and what is missing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from config.amounts import money
from config.clock import now, studio_day
from sessions_app.admin import offers
from sessions_app.lifecycle import Status
from sessions_app.models import Session
from sessions_app.queries import editing_queue
from sessions_app.queries.team import Candidate, candidates
from users.admin.actor import person_of
from users.admin.rights import may
from users.rights import Right

STEPS = (
    "negotiate",
    "pre_schedule",
    "confirm",
    "settle_team",
    "mark_own",
    "attend",
    "take",
    "mark_ready",
    "complete",
)
"""The buttons that take a session further, in the order of its life."""
EDITING_STEPS = (
    "take",
    "assign_editor",
    "change_editing_days",
    "mark_ready",
    "release_editor",
    "rework",
)
"""The buttons about its editing."""


@dataclass(frozen=True)
class Header:
    """The facts above the form, as much of them as the person may see."""

    client_url: str
    is_high_risk: bool
    shows_money: bool
    takes_lines: bool
    takes_payments: bool
    candidates: list[Candidate]
    todo: list[str]
    steps: list[tuple[str, str]]
    editing_steps: list[tuple[str, str]]
    days_left: int | None


def header_of(page: Any, request: HttpRequest, session: Session) -> Header:
    """Return what the page says first."""
    user, shows_money = person_of(request), offers.sees_whole(request)
    client_url = reverse("admin:clients_client_change", args=[session.client_id])
    has_team_offer = offers.team(page, request, session)
    return Header(
        client_url=client_url if may(request, Right.CLIENT_VIEW) else "",
        is_high_risk=getattr(session, "is_high_risk", False),
        shows_money=shows_money,
        takes_lines=shows_money and offers.lines(page, request, session),
        takes_payments=offers.payment(page, request, session),
        candidates=candidates(session, user) if has_team_offer else [],
        todo=_todo(session) if shows_money else [],
        steps=_offered(page, request, session, STEPS),
        editing_steps=_offered(page, request, session, EDITING_STEPS),
        days_left=_days_left(session),
    )


def _days_left(session: Session) -> int | None:
    """Return how many days are left for the editing, while it is not finished."""
    if session.status not in (Status.ATTENDED, Status.IN_EDITING):
        return None
    return editing_queue.days_left(session.delivery_deadline, studio_day(now()))


def _offered(
    page: Any, request: HttpRequest, session: Session, names: tuple[str, ...]
) -> list[tuple[str, str]]:
    """Return those of some buttons that are offered, with their pages."""
    offered = page.get_actions_detail(request, session.pk)
    return [
        (one.description, reverse(f"admin:{one.action_name}", args=[session.pk]))
        for one in offered
        if one.action_name.removeprefix("sessions_app_session_") in names
    ]


def _todo(session: Any) -> list[str]:
    """Return what the next step waits for, in sentences."""
    state, lines = session.status, []
    if state in (Status.REQUEST, Status.NEGOTIATION):
        if session.session_time is None:
            lines.append(_("Set a time before it can be pre-scheduled."))
        if session.total_amount <= 0:
            lines.append(_("Add a package or an item before it can be pre-scheduled."))
    if state == Status.PRE_SCHEDULED and session.paid_amount < session.deposit_amount:
        missing = _("%(amount)s of the deposit are missing, until %(deadline)s.")
        deadline = date_format(localtime(session.shown_payment_deadline), "D j M H:i")
        amount = money(session.deposit_amount - session.paid_amount)
        lines.append(missing % {"amount": amount, "deadline": deadline})
    absent = session.photographers_needed - len(session.team)
    if state in (Status.PRE_SCHEDULED, Status.CONFIRMED) and absent > 0:
        lines.append(
            ngettext(
                "%(count)d photographer is missing.", "%(count)d photographers are missing.", absent
            )
            % {"count": absent}
        )
    deadline_at = session.changes_deadline_at
    if state == Status.CONFIRMED and deadline_at and deadline_at > now():
        until = date_format(localtime(session.shown_changes_deadline), "D j M H:i")
        lines.append(_("The client may still change their mind, until %(day)s.") % {"day": until})
    if state == Status.READY and session.balance_amount > 0:
        left = _("%(amount)s are to be paid before it is delivered.")
        lines.append(left % {"amount": money(session.balance_amount)})
    return lines
