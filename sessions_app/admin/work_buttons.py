"""Buttons of a session's page: who covers it, who was there, who edits it."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from unfold.enums import ActionVariant

from config.admin.buttons import action_page, button
from config.clock import now
from sessions_app.actions import attendance, editing, team
from sessions_app.admin import forms, offers
from sessions_app.admin.steps import StepPages
from sessions_app.lifecycle import Status
from sessions_app.models import PhotographerRole, Session
from sessions_app.policy.periods import Period
from users.admin.actor import actor_of, person_of
from users.rights import Right


class WorkButtons(StepPages):
    """Photographers and editors."""

    @button(title=_("Assign photographer"), icon="person_add", offered=offers.team)
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
            form_class=forms.AssignForm.offering(session, person_of(request)),
            initial={"photographer_id": request.GET.get("photographer_id")},
            submit=_("Assign"),
            run=run,
            done=lambda member: _("%(name)s is assigned.") % {"name": member.photographer},
        )

    @button(
        title=_("I attended"),
        icon="where_to_vote",
        variant=ActionVariant.PRIMARY,
        offered=offers.own_mark,
    )
    def mark_own(self, request: HttpRequest, session: Session) -> HttpResponse:
        """Mark one's own attendance."""
        return action_page(
            self,
            request,
            session,
            title=_("I was at %(code)s") % {"code": session.code},
            text=_("When everyone on the team has said so, the session goes to the editors."),
            form_class=forms.RemarkForm,
            submit=_("I attended"),
            run=lambda form: attendance.mark_own(
                session,
                attended=True,
                notes=form["notes"] or None,
                actor=actor_of(request),
                at=now(),
            ),
            done=_("Your attendance is noted."),
        )

    @button(
        title=_("Mark as attended"),
        icon="how_to_reg",
        offered=offers.attending,
    )
    def attend(self, request: HttpRequest, session: Session) -> HttpResponse:
        """Take the session to Attended for all, whoever has not marked yet."""
        return self.step_page(
            request,
            session,
            Status.ATTENDED,
            sources=(Status.ASSIGNED,),
            submit=_("Mark as attended"),
            text=_("It has taken place; the editors can take it."),
        )

    @button(
        title=_("Take attendance back"),
        icon="undo",
        offered=offers.step(Status.ASSIGNED, Status.ATTENDED),
    )
    def take_back(self, request: HttpRequest, session: Session) -> HttpResponse:
        """Correct Attended to Assigned."""
        return self.step_page(
            request,
            session,
            Status.ASSIGNED,
            sources=(Status.ATTENDED,),
            submit=_("Take back"),
            text=_("It was marked by mistake: the session is Assigned again."),
        )

    @button(
        title=_("Take it to edit"),
        icon="brush",
        variant=ActionVariant.PRIMARY,
        offered=offers.taking,
    )
    def take(self, request: HttpRequest, session: Session) -> HttpResponse:
        """Take the session for oneself."""
        return action_page(
            self,
            request,
            session,
            title=_("Edit %(code)s") % {"code": session.code},
            submit=_("Take it"),
            run=lambda _form: editing.take(session, actor=actor_of(request), at=now()),
            done=_("%(code)s is yours to edit.") % {"code": session.code},
        )

    @button(
        title=_("Assign editor"),
        icon="assignment_ind",
        offered=offers.in_states(
            Right.SESSION_ASSIGN_RESOURCES, Status.ATTENDED, *editing.REASSIGNABLE
        ),
    )
    def assign_editor(self, request: HttpRequest, session: Session) -> HttpResponse:
        """Ask whom, then give the session to them."""
        return action_page(
            self,
            request,
            session,
            title=_("Who edits %(code)s?") % {"code": session.code},
            form_class=forms.EditorForm.offering(),
            submit=_("Assign"),
            run=lambda form: editing.assign_editor(
                session, form["editor_id"].pk, actor=actor_of(request), at=now()
            ),
            done=lambda edited: _("%(name)s edits it.") % {"name": edited.editing_assigned_to},
        )

    @button(
        title=_("Ready for delivery"),
        icon="done_all",
        variant=ActionVariant.PRIMARY,
        offered=offers.step(Status.READY),
    )
    def mark_ready(self, request: HttpRequest, session: Session) -> HttpResponse:
        """Hand the finished material over."""
        return self.step_page(
            request,
            session,
            Status.READY,
            sources=(Status.IN_EDITING,),
            submit=_("Ready for delivery"),
            text=_("The material is finished and can be delivered."),
        )

    @button(title=_("Editing days"), icon="date_range", offered=offers.own_editing)
    def change_editing_days(self, request: HttpRequest, session: Session) -> HttpResponse:
        """Ask how long and why, then move the delivery date."""
        return action_page(
            self,
            request,
            session,
            title=_("How long does the editing of %(code)s take?") % {"code": session.code},
            form_class=forms.EditingDaysForm,
            initial={"estimated_editing_days": session.estimated_editing_days},
            submit=_("Change"),
            run=lambda form: editing.change_editing_days(
                session,
                form["estimated_editing_days"],
                note=form["note"],
                actor=actor_of(request),
                at=now(),
            ),
            done=_("The delivery date is moved."),
        )

    @button(
        title=_("Give back"),
        icon="assignment_return",
        offered=offers.step(Status.ATTENDED, Status.IN_EDITING),
    )
    def release_editor(self, request: HttpRequest, session: Session) -> HttpResponse:
        """Ask why, then give the session back to the pool."""
        return action_page(
            self,
            request,
            session,
            title=_("Give %(code)s back to the pool") % {"code": session.code},
            form_class=forms.ReasonForm,
            submit=_("Give back"),
            run=lambda form: editing.release_editor(
                session, reason=form["reason"], actor=actor_of(request), at=now()
            ),
            done=_("%(code)s waits for an editor again.") % {"code": session.code},
            next_url=reverse("admin:sessions_app_session_changelist"),
        )

    @button(
        title=_("Back to editing"),
        icon="published_with_changes",
        offered=offers.step(Status.IN_EDITING, Status.READY),
    )
    def rework(self, request: HttpRequest, session: Session) -> HttpResponse:
        """Ask why, then send the session back to its editor."""
        return self.step_page(
            request,
            session,
            Status.IN_EDITING,
            sources=(Status.READY,),
            submit=_("Back to editing"),
            text=_("Something is to be done again; it goes back to the same editor."),
            form_class=forms.ExplainedStepForm,
        )
