"""The parts of a session in the back office: lines, team, history.

They are shown on the session's page and never edited there; lines and assignments have a page of
their own, with buttons, that the menu does not list.
"""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib import admin
from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _
from unfold.admin import TabularInline
from unfold.decorators import display
from unfold.enums import ActionVariant

from config.admin.amounts import money
from config.admin.buttons import WithButtons, action_page, button, change_page
from config.clock import now
from sessions_app import rules
from sessions_app.actions import lines, team
from sessions_app.admin import forms
from sessions_app.admin.buttons import offers_lines, offers_team, overridable, override_in
from sessions_app.models import (
    Assignment,
    AssignmentStatus,
    HistoryEntry,
    Line,
    LineType,
    Session,
)
from users.admin.actor import actor_of
from users.admin.rights import RightsAdmin, may
from users.models import User


class ShownOnly:
    """Rows that whoever sees the session sees, and nobody edits in place."""

    extra = 0
    can_delete = False
    tab = True

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Whether the person sees the session."""
        session = obj if isinstance(obj, Session) else getattr(obj, "session", None)
        return isinstance(request.user, User) and (
            session is None or rules.sees(request.user, session)
        )

    def has_add_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Nobody adds in place."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Nobody changes in place."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Nobody deletes in place."""
        return False


def sees_whole(request: HttpRequest) -> bool:
    """Tell whether amounts and reasons are shown to this person."""
    return isinstance(request.user, User) and rules.sees_whole(request.user)


class LineInline(ShownOnly, TabularInline):
    """What the session is made of."""

    model = Line
    verbose_name_plural = _("order")
    show_change_link = True
    readonly_fields = ("price", "amount")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Leave adjustments, which are money, out for who may not see them."""
        rows = super().get_queryset(request)
        return rows if sees_whole(request) else rows.exclude(line_type=LineType.ADJUSTMENT)

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """Leave the prices out for who may not see them."""
        prices = ("price", "amount") if sees_whole(request) else ()
        return ("item_name", "quantity", *prices, "is_delivered")

    @display(description=_("unit price"))
    def price(self, line: Line) -> str:
        """The price of one."""
        return money(line.unit_price)

    @display(description=_("amount"))
    def amount(self, line: Line) -> str:
        """What the line comes to."""
        return money(line.line_subtotal)


class TeamInline(ShownOnly, TabularInline):
    """Who covers the session, and who did before."""

    model = Assignment
    verbose_name_plural = _("team")
    show_change_link = True
    fields = ("photographer_name", "role", "status", "coverage_start", "coverage_end", "attended")
    readonly_fields = ("photographer_name", "status", "attended")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Return the rows with their photographers at hand."""
        return super().get_queryset(request).select_related("photographer")

    @display(description=_("photographer"))
    def photographer_name(self, assignment: Assignment) -> str:
        """The name, which is no link: people are for those who may see people."""
        return assignment.photographer.full_name


class HistoryInline(ShownOnly, TabularInline):
    """Every change of state, oldest first."""

    model = HistoryEntry
    verbose_name_plural = _("history")
    readonly_fields = ("who",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Return the rows with who made them."""
        return super().get_queryset(request).select_related("changed_by")

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """Leave names and reasons out for who may not see who cancelled, and why."""
        private = ("who", "channel", "reason", "notes") if sees_whole(request) else ()
        return ("changed_at", "from_status", "to_status", *private)

    @display(description=_("who"))
    def who(self, entry: HistoryEntry) -> Any:
        """The name on the change."""
        return entry.changed_by.full_name if entry.changed_by else _("the system")


class PartAdmin(ShownOnly, WithButtons, RightsAdmin):
    """A part's own page, reached from its session's; the menu does not list it."""

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Return the parts of sessions that exist for this person."""
        seen = Session.objects.visible_to(request.user) if isinstance(request.user, User) else ()
        return super().get_queryset(request).filter(session__in=seen).select_related("session")

    def has_module_permission(self, request: HttpRequest) -> bool:
        """Keep it out of the menu."""
        return False


@admin.register(Line)
class LineAdmin(PartAdmin):
    """One line."""

    actions_detail: ClassVar[list[str]] = ["quantity", "delivered", "remove"]
    readonly_fields = LineInline.readonly_fields
    price, amount = LineInline.price, LineInline.amount

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Leave adjustments, which are money, out for who may not see them."""
        rows = super().get_queryset(request)
        return rows if sees_whole(request) else rows.exclude(line_type=LineType.ADJUSTMENT)

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """Leave the prices out for who may not see them."""
        prices = ("price", "amount") if sees_whole(request) else ()
        names = ("session", "line_type", "item_code", "item_name", "item_description", "quantity")
        return (*names, *prices, "group", "is_delivered", "delivered_at")

    @button(
        title=_("Change quantity"),
        icon="edit",
        offered=lambda self, request, line: (
            line.group is None and offers_lines(self, request, line.session)
        ),
    )
    def quantity(self, request: HttpRequest, line: Line) -> HttpResponse:
        """Ask how many, then change it."""
        actor = actor_of(request)
        return action_page(
            self,
            request,
            line,
            title=_("Quantity of %(name)s") % {"name": line.item_name},
            form_class=overridable(forms.QuantityForm, request, line.session),
            initial={"quantity": line.quantity},
            submit=_("Change"),
            run=lambda form: lines.change_line(
                line,
                {"quantity": form["quantity"]},
                actor=actor,
                at=now(),
                override=override_in(form, actor),
            ),
            done=_("The quantity is changed."),
            next_url=_session_page(self, line),
        )

    @button(
        title=_("Delivered / not delivered"),
        icon="local_shipping",
        offered=lambda self, request, line: (
            line.session.status in rules.NOTES_AND_DELIVERY.states
            and may(request, rules.NOTES_AND_DELIVERY.right, line.session)
        ),
    )
    def delivered(self, request: HttpRequest, line: Line) -> HttpResponse:
        """Note that the line has reached the client, or has not after all."""
        question = (
            _("%(name)s: not delivered after all?")
            if line.is_delivered
            else _("%(name)s: delivered?")
        )
        return action_page(
            self,
            request,
            line,
            title=question % {"name": line.item_name},
            submit=_("Save"),
            run=lambda _form: lines.change_line(
                line,
                {"is_delivered": not line.is_delivered},
                actor=actor_of(request),
                at=now(),
            ),
            done=_("Saved."),
            next_url=_session_page(self, line),
        )

    @button(
        title=_("Remove"),
        icon="remove_shopping_cart",
        variant=ActionVariant.DANGER,
        offered=lambda self, request, line: offers_lines(self, request, line.session),
    )
    def remove(self, request: HttpRequest, line: Line) -> HttpResponse:
        """Ask, then remove the line; of a package, all of it."""
        actor = actor_of(request)
        whole = _("It is part of a package: all lines of the package are removed.")
        return action_page(
            self,
            request,
            line,
            title=_("Remove %(name)s") % {"name": line.item_name},
            text=whole if line.group is not None else "",
            form_class=overridable(forms.OverrideForm, request, line.session),
            submit=_("Remove"),
            danger=True,
            run=lambda form: lines.remove_line(
                line, actor=actor, at=now(), override=override_in(form, actor)
            ),
            done=_("Removed."),
            next_url=_session_page(self, line),
        )


@admin.register(Assignment)
class AssignmentAdmin(PartAdmin):
    """One photographer's part."""

    actions_detail: ClassVar[list[str]] = ["change_coverage", "reassign", "release"]

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

    readonly_fields = (*TeamInline.readonly_fields, "assigned_at", "attended_at")
    photographer_name = TeamInline.photographer_name

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
            next_url=_session_page(self, member),
        )

    @button(
        title=_("Reassign"),
        icon="swap_horiz",
        offered=lambda self, request, member: _is_active(self, request, member),
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
            next_url=_session_page(self, member),
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
            next_url=_session_page(self, member),
        )


def _is_active(admin_page: Any, request: HttpRequest, member: Assignment) -> bool:
    is_active = member.status == AssignmentStatus.ASSIGNED
    return is_active and offers_team(admin_page, request, member.session)


def _session_page(admin_page: Any, part: Line | Assignment) -> str:
    return change_page(admin_page, part.session)
