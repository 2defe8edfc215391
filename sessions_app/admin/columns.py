"""How the facts of a session read in the back office: in its list and on its page."""

from __future__ import annotations

from typing import Any

from django.utils.formats import date_format, time_format
from django.utils.html import format_html
from django.utils.timezone import localtime
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from unfold.decorators import display

from config.amounts import money
from sessions_app.lifecycle import Status
from sessions_app.models import Initiator, Session
from sessions_app.policy.money import ZERO
from sessions_app.queries.ledger import refund_if_cancelled
from sessions_app.templatetags.studio import STATE_COLORS


class SessionColumns:
    """Facts in words, amounts with their currency, days the way people write them."""

    @display(description=_("code"), ordering="code")
    def code_shown(self, session: Session) -> str:
        """The session's code, on one line."""
        return format_html('<span class="whitespace-nowrap">{}</span>', session.code)

    @display(description=_("client"), ordering="client__full_name")
    def client_name(self, session: Session) -> str:
        """The client's name; a high risk is flagged to who may know."""
        is_flagged = getattr(session, "is_high_risk", False)
        return f"⚠ {session.client.full_name}" if is_flagged else session.client.full_name

    @display(description=_("client"))
    def client_shown(self, session: Session) -> str:
        """Name, phone and e-mail: what everyone who sees the session sees of its client."""
        client = session.client
        return format_html(
            '{} · <a href="tel:{}">{}</a> · <a href="mailto:{}">{}</a>',
            client.full_name,
            client.primary_phone,
            client.primary_phone,
            client.email,
            client.email,
        )

    @display(description=_("when"), ordering="session_date")
    def when(self, session: Session) -> str:
        """Day and time."""
        day = date_format(session.session_date, "D j M Y")
        clock = time_format(session.session_time, "H:i") if session.session_time else ""
        return format_html('<span class="whitespace-nowrap">{} {}</span>', day, clock)

    @display(description=_("where"))
    def where(self, session: Session) -> str:
        """The room or the location."""
        return session.room.name if session.room else session.location

    @display(description=_("photographers"))
    def team_shown(self, session: Any) -> str:
        """Who covers it, and how many are missing while it is open."""
        names = ", ".join(member.photographer.get_short_name() for member in session.team)
        missing = session.photographers_needed - len(session.team)
        if missing <= 0 or session.status in (Status.CANCELED, Status.COMPLETED):
            return names
        lacking = ngettext("%(count)d missing", "%(count)d missing", missing) % {"count": missing}
        return f"{names} ({lacking})" if names else lacking

    @display(description=_("total"), ordering="total_amount")
    def total(self, session: Session) -> str:
        """What it comes to."""
        return money(session.total_amount)

    @display(description=_("state"), ordering="status", label=STATE_COLORS)
    def state(self, session: Session) -> tuple[str, str]:
        """The state, in its colour."""
        return session.status, session.get_status_display()

    @display(description=_("refund"))
    def refund_decided(self, session: Any) -> str:
        """What is given back, and why."""
        if not hasattr(session, "refund_shown"):  # a page asks several times
            session.refund_shown = _refund_shown(session)
        shown: str = session.refund_shown
        return shown

    @display(description=_("sums"))
    def sums(self, session: Session) -> str:
        """How the total comes about."""
        return format_html(
            "{} + {} − {} = <strong>{}</strong>",
            money(session.subtotal),
            money(session.transportation_cost),
            money(session.discount),
            money(session.total_amount),
        )

    @display(description=_("deposit"))
    def deposit(self, session: Session) -> str:
        """What must be paid before confirmation, and until when."""
        if session.shown_payment_deadline is None:
            return money(session.deposit_amount)
        return _("%(amount)s until %(deadline)s") % {
            "amount": money(session.deposit_amount),
            "deadline": date_format(localtime(session.shown_payment_deadline), "j M Y H:i"),
        }

    @display(description=_("cancellation"))
    def cancellation(self, session: Session) -> str:
        """Who cancelled, when, and why."""
        return _("%(side)s, %(when)s, by %(who)s: %(reason)s") % {
            "side": session.get_cancellation_initiator_display(),
            "when": date_format(localtime(session.cancelled_at), "j M Y H:i"),
            "who": session.cancelled_by or _("the system"),
            "reason": session.cancellation_reason,
        }

    @display(description=_("paid"))
    def paid(self, session: Session) -> str:
        """What was paid, what is left, and what is on its way back."""
        parts = [money(session.paid_amount)]
        if session.status != Status.CANCELED:
            left = _("still to be paid %(balance)s")
            parts.append(left % {"balance": money(session.balance_amount)})
        if session.refund_due:
            parts.append(_("refund due %(refund)s") % {"refund": money(session.refund_due)})
        return ", ".join(parts)

    @display(description=_("changes possible until"))
    def changes_until(self, session: Session) -> str:
        """The changes deadline of the last confirmation."""
        deadline = session.shown_changes_deadline
        return date_format(localtime(deadline), "j M Y H:i") if deadline else "–"


def _refund_shown(session: Session) -> str:
    refund = session.payments.filter(is_of_cancellation=True).first()
    if refund is not None:
        return f"{money(refund.amount)} ({refund.get_status_display()}): {refund.notes}"
    side, at = Initiator(session.cancellation_initiator), session.cancelled_at
    decided = refund_if_cancelled(session, side, at) if at else None
    return f"{money(ZERO)}: {decided.explanation}" if decided else ""
