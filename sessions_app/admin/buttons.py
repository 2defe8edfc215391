"""The buttons of a session's page: each asks what must be asked, then calls one action."""

from __future__ import annotations

from typing import Any, ClassVar

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from unfold.enums import ActionVariant

from config.admin.amounts import money
from config.admin.buttons import action_page, button
from config.clock import now
from sessions_app import rules
from sessions_app.actions import hiding, lifecycle, lines, team
from sessions_app.admin import forms
from sessions_app.lifecycle import Status
from sessions_app.models import CancellationCategory, Initiator, PhotographerRole, Session
from sessions_app.policy.periods import Period
from users.actors import Actor, Override
from users.admin.actor import actor_of
from users.admin.rights import may
from users.rights import Right


def offers_step(to: Status) -> Any:
    """Offer a button where the table leads this person to a state from here."""
    return lambda self, request, session: to in lifecycle.allowed_transitions(session, request.user)


def offers_lines(self: Any, request: HttpRequest, session: Session) -> bool:
    """Offer to change lines to who may, in a state that is open for it or may be overridden."""
    group = rules.PLAN_AND_MONEY
    if not may(request, group.right, session):
        return False
    return session.status in group.states or may(request, Right.SESSION_EDIT_ALL, session)


def offers_team(self: Any, request: HttpRequest, session: Session) -> bool:
    """Offer to change the team to who may, in a state that is open for it."""
    right = Right.SESSION_ASSIGN_RESOURCES
    return session.status in rules.TEAM_STATES and may(request, right, session)


def overridable(form: type[Any], request: HttpRequest, session: Session) -> type[Any]:
    """Return the form without the override's fields for who could not override."""
    if may(request, Right.SESSION_EDIT_ALL, session):
        return form
    return type(form.__name__, (form,), {"override": None, "reason": None})


def override_in(form: dict[str, Any], actor: Actor) -> Override | None:
    """Return the override that a page's form asks for."""
    return Override.asked(
        actor,
        override=form.get("override", False),
        reason=form.get("reason"),
        right=Right.SESSION_EDIT_ALL,
    )


class SessionButtons:
    """The steps of a session's life, its order, its team."""

    names: ClassVar[list[str]] = [
        "negotiate",
        "pre_schedule",
        "add_package",
        "add_item",
        "assign_photographer",
        "cancel",
        "hide",
    ]

    @button(title=_("To negotiation"), icon="forum", offered=offers_step(Status.NEGOTIATION))
    def negotiate(self, request: HttpRequest, session: Session) -> HttpResponse:
        """Take the session to Negotiation, for the first time or back."""
        return self._step(
            request,
            session,
            Status.NEGOTIATION,
            submit=_("To negotiation"),
            text=_("Order and plan can be agreed with the client. A payment deadline is cleared."),
        )

    @button(
        title=_("Pre-schedule"),
        icon="event_upcoming",
        variant=ActionVariant.PRIMARY,
        offered=offers_step(Status.PRE_SCHEDULED),
    )
    def pre_schedule(self, request: HttpRequest, session: Session) -> HttpResponse:
        """Take the session to Pre-scheduled: the deposit is due from now."""
        return self._step(
            request,
            session,
            Status.PRE_SCHEDULED,
            submit=_("Pre-schedule"),
            text=_("The deposit of %(deposit)s is then due; the payment deadline begins to run.")
            % {"deposit": money(session.deposit_amount)},
        )

    @button(
        title=_("Cancel session"),
        icon="event_busy",
        variant=ActionVariant.DANGER,
        offered=offers_step(Status.CANCELED),
    )
    def cancel(self, request: HttpRequest, session: Session) -> HttpResponse:
        """Ask why, then cancel."""
        return action_page(
            self,
            request,
            session,
            title=_("Cancel %(code)s") % {"code": session.code},
            text=_("The room and the photographers are free again at once. This is final."),
            form_class=forms.CancelForm,
            submit=_("Cancel session"),
            danger=True,
            run=lambda form: lifecycle.cancel(
                session,
                initiator=Initiator(form["initiator"]),
                category=CancellationCategory(form["category"]) if form["category"] else None,
                reason=form["reason"],
                notes=form["notes"],
                actor=actor_of(request),
                at=now(),
            ),
            done=_("%(code)s is cancelled.") % {"code": session.code},
        )

    @button(
        title=_("Delete"),
        icon="delete",
        variant=ActionVariant.DANGER,
        offered=lambda self, request, session: (
            session.status in hiding.HIDEABLE and may(request, Right.SESSION_DELETE, session)
        ),
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

    @button(title=_("Add package"), icon="inventory_2", offered=offers_lines)
    def add_package(self, request: HttpRequest, session: Session) -> HttpResponse:
        """Ask which, then add it."""
        actor = actor_of(request)
        return action_page(
            self,
            request,
            session,
            title=_("Add a package to %(code)s") % {"code": session.code},
            form_class=overridable(forms.AddPackageForm.fitting(session), request, session),
            submit=_("Add package"),
            run=lambda form: lines.add_package(
                session,
                form["package"],
                form["quantity"],
                actor=actor,
                at=now(),
                override=override_in(form, actor),
            ),
            done=_("The package is added."),
        )

    @button(title=_("Add item"), icon="add_shopping_cart", offered=offers_lines)
    def add_item(self, request: HttpRequest, session: Session) -> HttpResponse:
        """Ask which, then add it."""
        actor = actor_of(request)
        return action_page(
            self,
            request,
            session,
            title=_("Add an item to %(code)s") % {"code": session.code},
            form_class=overridable(forms.AddItemForm, request, session),
            submit=_("Add item"),
            run=lambda form: lines.add_item(
                session,
                form["item"],
                form["quantity"],
                actor=actor,
                at=now(),
                override=override_in(form, actor),
            ),
            done=_("The item is added."),
        )

    @button(title=_("Assign photographer"), icon="person_add", offered=offers_team)
    def assign_photographer(self, request: HttpRequest, session: Session) -> HttpResponse:
        """Ask whom, then assign them."""

        def run(form: dict[str, Any]) -> Any:
            start, end = form["coverage_start"], form["coverage_end"]
            return team.assign(
                session,
                form["photographer_id"].pk,
                role=PhotographerRole(form["role"]) if form["role"] else None,
                coverage=Period(start, end) if start else None,
                actor=actor_of(request),
                at=now(),
            )

        return action_page(
            self,
            request,
            session,
            title=_("Assign a photographer to %(code)s") % {"code": session.code},
            form_class=forms.AssignForm.offering(),
            submit=_("Assign"),
            run=run,
            done=lambda member: _("%(name)s is assigned.") % {"name": member.photographer},
        )

    def _step(
        self, request: HttpRequest, session: Session, to: Status, *, submit: Any, text: Any
    ) -> HttpResponse:
        return action_page(
            self,
            request,
            session,
            title=_("%(code)s: to “%(state)s”") % {"code": session.code, "state": to.label},
            text=text,
            form_class=forms.NotesForm,
            submit=submit,
            run=lambda form: lifecycle.transition(
                session,
                to,
                reason=form["reason"],
                notes=form["notes"],
                actor=actor_of(request),
                at=now(),
            ),
            done=_("%(code)s is now in “%(state)s”.") % {"code": session.code, "state": to.label},
        )
