"""Buttons of a session's page: the steps of its life. Each asks what must be asked, then acts."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from unfold.enums import ActionVariant

from config.admin.buttons import action_page, button
from config.amounts import money
from config.clock import now
from sessions_app.actions import cancelling, hiding, postponing
from sessions_app.admin import forms, offers
from sessions_app.admin.steps import StepPages
from sessions_app.lifecycle import OPEN, Status
from sessions_app.models import CancellationCategory, Initiator, Session
from sessions_app.queries.ledger import refund_if_cancelled
from users.admin.actor import actor_of


class LifeButtons(StepPages):
    """From Request to Completed, or to its cancellation."""

    @button(
        title=_("To negotiation"),
        icon="forum",
        offered=offers.step(Status.NEGOTIATION, Status.REQUEST, Status.PRE_SCHEDULED),
    )
    def negotiate(self, request: HttpRequest, session: Session) -> HttpResponse:
        """Take the session to Negotiation, for the first time or back."""
        return self.step_page(
            request,
            session,
            Status.NEGOTIATION,
            sources=(Status.REQUEST, Status.PRE_SCHEDULED),
            submit=_("To negotiation"),
            text=_("Order and plan can be agreed with the client. A payment deadline is cleared."),
        )

    @button(
        title=_("Pre-schedule"),
        icon="event_upcoming",
        variant=ActionVariant.PRIMARY,
        offered=offers.step(Status.PRE_SCHEDULED),
    )
    def pre_schedule(self, request: HttpRequest, session: Session) -> HttpResponse:
        """Take the session to Pre-scheduled: the deposit is due from now."""
        return self.step_page(
            request,
            session,
            Status.PRE_SCHEDULED,
            sources=(Status.REQUEST, Status.NEGOTIATION),
            submit=_("Pre-schedule"),
            text=_with_amounts(
                request,
                _("The deposit of %(deposit)s is then due; the payment deadline begins to run."),
                deposit=session.deposit_amount,
            ),
        )

    @button(
        title=_("Confirm"),
        icon="event_available",
        variant=ActionVariant.PRIMARY,
        offered=offers.step(Status.CONFIRMED),
    )
    def confirm(self, request: HttpRequest, session: Session) -> HttpResponse:
        """Take the session to Confirmed: its terms are settled."""
        text = _(
            "Deposit %(deposit)s, paid %(paid)s. Deposit and refund terms are settled with this, "
            "and the changes deadline begins to count."
        )
        return self.step_page(
            request,
            session,
            Status.CONFIRMED,
            sources=(Status.PRE_SCHEDULED,),
            submit=_("Confirm"),
            text=_with_amounts(
                request, text, deposit=session.deposit_amount, paid=session.paid_amount
            ),
        )

    @button(
        title=_("Reopen"),
        icon="lock_open",
        offered=offers.step(Status.NEGOTIATION, Status.CONFIRMED),
    )
    def reopen(self, request: HttpRequest, session: Session) -> HttpResponse:
        """Take a confirmed session back to Negotiation."""
        return self.step_page(
            request,
            session,
            Status.NEGOTIATION,
            sources=(Status.CONFIRMED,),
            submit=_("Reopen"),
            text=_(
                "The session is agreed anew: its deposit is computed again, what was paid stays, "
                "and the refund terms of this confirmation go on counting until the next."
            ),
        )

    @button(
        title=_("Mark as assigned"),
        icon="group",
        variant=ActionVariant.PRIMARY,
        offered=offers.step(Status.ASSIGNED, Status.CONFIRMED),
    )
    def settle_team(self, request: HttpRequest, session: Session) -> HttpResponse:
        """Take the session to Assigned: its team is settled."""
        return self.step_page(
            request,
            session,
            Status.ASSIGNED,
            sources=(Status.CONFIRMED,),
            submit=_("Mark as assigned"),
            text=_("Its plan and its team are settled; the delivery date is estimated."),
        )

    @button(
        title=_("Deliver"),
        icon="task_alt",
        variant=ActionVariant.PRIMARY,
        offered=offers.step(Status.COMPLETED),
    )
    def complete(self, request: HttpRequest, session: Session) -> HttpResponse:
        """Take the session to Completed: delivered, and paid."""
        return self.step_page(
            request,
            session,
            Status.COMPLETED,
            sources=(Status.READY,),
            submit=_("Deliver"),
            text=_with_amounts(
                request,
                _("The material has reached the client. Still to be paid: %(balance)s."),
                balance=session.balance_amount,
            ),
        )

    @button(
        title=_("Postpone"),
        icon="event_repeat",
        offered=offers.postponing,
    )
    def postpone(self, request: HttpRequest, session: Session) -> HttpResponse:
        """Ask for when and why, then move the session."""
        names = ("session_date", "session_time", "estimated_duration_hours")
        return action_page(
            self,
            request,
            session,
            title=_("Postpone %(code)s") % {"code": session.code},
            text=_("It stays in its state; room and photographers move along, or it is refused."),
            form_class=forms.PostponeForm,
            initial={name: getattr(session, name) for name in names},
            submit=_("Postpone"),
            run=lambda form: postponing.postpone(
                session, **form, actor=actor_of(request), at=now()
            ),
            done=_("%(code)s is postponed.") % {"code": session.code},
        )

    @button(
        title=_("Cancel session"),
        icon="event_busy",
        variant=ActionVariant.DANGER,
        offered=offers.step(Status.CANCELED),
    )
    def cancel(self, request: HttpRequest, session: Session) -> HttpResponse:
        """Show what it means for the client's money, ask why, then cancel."""
        actor = actor_of(request)
        return action_page(
            self,
            request,
            session,
            title=_("Cancel %(code)s") % {"code": session.code},
            text=_what_is_returned(request, session),
            form_class=offers.overridable(forms.CancelForm, request, session),
            submit=_("Cancel session"),
            danger=True,
            run=lambda form: cancelling.cancel(
                session,
                initiator=Initiator(form["initiator"]),
                category=CancellationCategory(form["category"]) if form["category"] else None,
                reason=form["reason"],
                notes=form["notes"],
                refund_amount=form.get("refund_amount"),
                actor=actor,
                at=now(),
                override=offers.override_in(form, actor),
            ),
            done=lambda cancelled: "{} {}".format(
                _("%(code)s is cancelled.") % {"code": session.code},
                _with_amounts(request, _("Refund: %(due)s."), due=cancelled.refund_due),
            ),
        )

    @button(title=_("Correct cancellation"), icon="edit_note", offered=offers.correction)
    def correct_cancellation(self, request: HttpRequest, session: Session) -> HttpResponse:
        """Ask on whose side it was, then decide the refund anew."""
        return action_page(
            self,
            request,
            session,
            title=_("On whose side was the cancellation of %(code)s?") % {"code": session.code},
            text=_("The pending refund is decided anew, as of the moment of the cancellation."),
            form_class=forms.CorrectionForm,
            initial={"initiator": session.cancellation_initiator},
            submit=_("Correct"),
            run=lambda form: cancelling.correct_initiator(
                session,
                Initiator(form["initiator"]),
                reason=form["reason"],
                actor=actor_of(request),
                at=now(),
            ),
            done=lambda corrected: (
                _("Corrected; refund: %(refund)s.") % {"refund": money(corrected.refund_due)}
            ),
        )

    @button(
        title=_("Delete"),
        icon="delete",
        variant=ActionVariant.DANGER,
        offered=offers.hiding,
    )
    def hide(self, request: HttpRequest, session: Session) -> HttpResponse:
        """Ask, then hide."""
        return action_page(
            self,
            request,
            session,
            title=_("Delete %(code)s") % {"code": session.code},
            text=_("It disappears from every list; its history and the audit trail stay."),
            form_class=forms.HideForm,
            submit=_("Delete"),
            danger=True,
            run=lambda form: hiding.hide(
                session, actor=actor_of(request), at=now(), reason=form["reason"]
            ),
            done=_("%(code)s is deleted.") % {"code": session.code},
            next_url=reverse("admin:sessions_app_session_changelist"),
        )


def _with_amounts(request: HttpRequest, text: Any, **amounts: Decimal) -> str:
    """Return a text with its amounts filled in; nothing for who may not see amounts."""
    if not offers.sees_whole(request):
        return ""
    return str(text % {name: money(amount) for name, amount in amounts.items()})


def _what_is_returned(request: HttpRequest, session: Session) -> str:
    """Return what the client gets back, on either side, and why."""
    sentences = [str(_("The room and the photographers are free again at once. This is final."))]
    if session.status in OPEN and offers.sees_whole(request):
        for side, initiator in (
            (_("On the client's side"), Initiator.CLIENT),
            (_("On the studio's side, or force majeure"), Initiator.STUDIO),
        ):
            decided = refund_if_cancelled(session, initiator, now())
            sentence = _("%(side)s: %(refund)s of %(paid)s are returned. %(why)s")
            sentences.append(
                sentence
                % {
                    "side": side,
                    "refund": money(decided.amount),
                    "paid": money(session.paid_amount),
                    "why": decided.explanation,
                }
            )
    return "\n".join(sentences)
