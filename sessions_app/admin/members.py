"""The team of a session in the back office: who covers it, who was there."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _
from unfold.admin import TabularInline
from unfold.decorators import display
from unfold.enums import ActionVariant

from config.admin.buttons import action_page, button
from config.clock import now
from sessions_app import rules
from sessions_app.actions import attendance, team
from sessions_app.admin import forms, offers
from sessions_app.admin.offers import sees_whole
from sessions_app.admin.parts import PartAdmin, ShownOnly, link_to, session_page
from sessions_app.lifecycle import EVERYBODYS_MARK
from sessions_app.models import Assignment, AssignmentStatus
from users.admin.actor import actor_of
from users.admin.rights import may
from users.models import User
from users.rights import Right


class TeamInline(ShownOnly, TabularInline):
    """Who covers the session, and who did before."""

    model = Assignment
    verbose_name_plural = _("team")
    template_after = "admin/session/candidates.html"
    fields = ("opened", "role", "status", "coverage_start", "coverage_end", "attended")
    readonly_fields = ("opened", "status", "attended")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Return the rows with their photographers at hand."""
        return super().get_queryset(request).select_related("photographer")

    @display(description=_("photographer"))
    def opened(self, assignment: Assignment) -> str:
        """The name, which opens the part in the team; people are for those who may see people."""
        return link_to(assignment, assignment.photographer.full_name)


@admin.register(Assignment)
class AssignmentAdmin(PartAdmin):
    """One photographer's part."""

    actions_detail: ClassVar[list[str]] = ["mark", "change_coverage", "reassign", "release"]

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """Leave notes out for who may not see them."""
        return (
            "session",
            "photographer_name",
            "role",
            "status",
            ("coverage_start", "coverage_end"),
            "assigned_at",
            ("attended", "attended_at"),
            *(("notes",) if sees_whole(request) else ()),
        )

    readonly_fields = ("photographer_name", "status", "attended", "assigned_at", "attended_at")

    @display(description=_("photographer"))
    def photographer_name(self, assignment: Assignment) -> str:
        """The name, which is no link: people are for those who may see people."""
        return assignment.photographer.full_name

    @button(
        title=_("Change"),
        icon="edit",
        offered=lambda self, request, member: _is_active(self, request, member),
    )
    def change_coverage(self, request: HttpRequest, member: Assignment) -> HttpResponse:
        """Ask for role, coverage and notes, then change them."""
        names = ("role", "coverage_start", "coverage_end", "notes")
        return action_page(
            self,
            request,
            member,
            title=_("Change the part of %(name)s") % {"name": member.photographer},
            form_class=forms.ChangeAssignmentForm,
            initial={name: getattr(member, name) for name in names},
            submit=_("Save"),
            run=lambda form: team.change_assignment(
                member, {name: form[name] for name in names}, actor=actor_of(request), at=now()
            ),
            done=_("Saved."),
            next_url=session_page(self, member),
        )

    @button(
        title=_("Attended / not attended"),
        icon="how_to_reg",
        offered=lambda self, request, member: _may_mark(request, member),
    )
    def mark(self, request: HttpRequest, member: Assignment) -> HttpResponse:
        """Mark that the photographer was there, or was not after all."""
        question = _("%(name)s was not there?") if member.attended else _("%(name)s was there?")
        return action_page(
            self,
            request,
            member,
            title=question % {"name": member.photographer},
            submit=_("Save"),
            run=lambda _form: attendance.mark(
                member, attended=not member.attended, actor=actor_of(request), at=now()
            ),
            done=_("Saved."),
            next_url=session_page(self, member),
        )

    @button(
        title=_("Reassign"),
        icon="swap_horiz",
        offered=lambda self, request, member: _may_replace(request, member),
    )
    def reassign(self, request: HttpRequest, member: Assignment) -> HttpResponse:
        """Ask for whom, then put them in this one's place."""
        return action_page(
            self,
            request,
            member,
            title=_("Someone else instead of %(name)s") % {"name": member.photographer},
            form_class=forms.ReassignForm.instead_of(member),
            submit=_("Reassign"),
            run=lambda form: team.reassign(
                member,
                form["photographer_id"].pk,
                reason=form["reason"],
                actor=actor_of(request),
                at=now(),
            ),
            done=lambda successor: _("%(name)s is assigned.") % {"name": successor.photographer},
            next_url=session_page(self, member),
        )

    @button(
        title=_("Release"),
        icon="person_remove",
        variant=ActionVariant.DANGER,
        offered=lambda self, request, member: _is_active(self, request, member),
    )
    def release(self, request: HttpRequest, member: Assignment) -> HttpResponse:
        """Ask, then take the photographer off the session."""
        return action_page(
            self,
            request,
            member,
            title=_("Take %(name)s off %(code)s")
            % {"name": member.photographer, "code": member.session.code},
            submit=_("Release"),
            danger=True,
            run=lambda _form: team.release(member, actor=actor_of(request), at=now()),
            done=_("%(name)s is free again.") % {"name": member.photographer},
            next_url=session_page(self, member),
        )


def _is_active(admin_page: Any, request: HttpRequest, member: Assignment) -> bool:
    is_active = member.status == AssignmentStatus.ASSIGNED
    return is_active and offers.team(admin_page, request, member.session)


def _may_mark(request: HttpRequest, member: Assignment) -> bool:
    session, user = member.session, request.user
    is_marking = (
        member.status == AssignmentStatus.ASSIGNED and session.status in rules.MARKING_STATES
    )
    if not is_marking or not isinstance(user, User):
        return False
    if rules.has_leave(user, session, EVERYBODYS_MARK):
        return True
    return member.photographer_id == user.pk and user.may(Right.SESSION_MARK_ATTENDED, session)


def _may_replace(request: HttpRequest, member: Assignment) -> bool:
    is_present = member.status == AssignmentStatus.ASSIGNED and not member.attended
    is_open = is_present and member.session.status in rules.REASSIGNMENT_STATES
    return is_open and may(request, Right.SESSION_ASSIGN_RESOURCES, member.session)
