"""Time off and maintenance in the back office: taken, refused with what they would hit, ended."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import DateTimeField, Model, QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _
from unfold.admin import ModelAdmin
from unfold.decorators import display
from unfold.enums import ActionVariant

from catalog.models import Room, RoomStatus
from config.activation import ActiveStatus
from config.admin.buttons import WithButtons, action_page, button, list_page
from config.admin.forms import ActionForm, SplitDateTime
from config.admin.saving import RefusalsOnForm
from config.clock import now
from sessions_app.actions import maintenance, time_off
from sessions_app.models import Claim, Maintenance, TimeOff
from sessions_app.policy.periods import Period
from sessions_app.queries.agenda import time_off_for
from users.actors import Actor
from users.admin.actor import actor_of, person_of
from users.admin.rights import RightsAdmin, may
from users.models import User
from users.rights import STAFF_ROLES, Right


class Whether(admin.SimpleListFilter):
    """What is to come or running, or what is over."""

    title = _("when")
    parameter_name = "when"

    def lookups(self, request: HttpRequest, model_admin: ModelAdmin) -> list[tuple[str, Any]]:
        """Offer the past; without a choice the list is of what is to come."""
        return [("past", _("Past"))]

    def choices(self, changelist: Any) -> Any:
        """Name the list without a choice for what it is."""
        for choice in super().choices(changelist):
            yield {**choice, "display": _("To come")} if choice["display"] == _("All") else choice

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Keep what is over, or what is not."""
        over = queryset.filter(ends_at__lte=now())
        return over if self.value() == "past" else queryset.exclude(pk__in=over.values("pk"))


class BlockAdmin(WithButtons, RefusalsOnForm, RightsAdmin):
    """A period in which a person or a room takes no session: taken and given back, never edited."""

    form = ActionForm
    formfield_overrides = {DateTimeField: {"widget": SplitDateTime}}
    list_filter = (Whether,)
    ordering = ("starts_at", "id")
    actions_detail = ("withdraw",)

    def take(self, claim: Claim, period: Period, *, actor: Actor, at: datetime) -> Claim:
        """Call the action that takes the period; each subclass says which."""
        raise NotImplementedError

    def give_back(self, claim: Claim, *, actor: Actor, at: datetime) -> None:
        """Call the action that gives it back; each subclass says which."""
        raise NotImplementedError

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """Ask for an end: only maintenance "from now" has none, and is a button of the room."""
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if db_field.name == "ends_at":
            field.required = True
        return field

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        """Take nothing from the address: a period is typed."""
        return {}

    def save_model(
        self, request: HttpRequest, obj: Claim, form: forms.ModelForm[Any], change: bool
    ) -> None:
        """Take the period through the action."""
        period = Period(obj.starts_at, obj.ends_at)
        obj.pk = self.take(obj, period, actor=actor_of(request), at=now()).pk

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Nobody: another period is another row."""
        return False

    @button(
        title=_("Give back"),
        icon="event_available",
        variant=ActionVariant.DANGER,
        offered=lambda self, request, claim: self.has_withdraw_permission(request, claim),
    )
    def withdraw(self, request: HttpRequest, claim: Claim) -> HttpResponse:
        """Ask, then give the period back."""
        return action_page(
            self,
            request,
            claim,
            title=_("%(what)s: give %(name)s back?")
            % {"what": str(self.opts.verbose_name).capitalize(), "name": claim},
            submit=_("Give back"),
            danger=True,
            run=lambda _form: self.give_back(claim, actor=actor_of(request), at=now()),
            done=_("%(name)s can be booked again.") % {"name": claim},
            next_url=list_page(self),
        )

    def has_withdraw_permission(self, request: HttpRequest, claim: Claim) -> bool:
        """Whether the person may give it back; each subclass says when."""
        raise NotImplementedError


@admin.register(TimeOff)
class TimeOffAdmin(BlockAdmin):
    """One's own time off; everybody's for who assigns photographers."""

    list_display = ("who", "starts_at", "ends_at", "reason")
    fields = ("person", "starts_at", "ends_at", "reason")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Return what the person may see."""
        return time_off_for(person_of(request)).select_related("person")

    def has_view_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Who works here sees their own."""
        is_own = not isinstance(obj, Claim) or obj.person_id == request.user.pk
        everybodys = may(request, Right.SESSION_ASSIGN_RESOURCES)
        return everybodys or (is_own and may(request, Right.SESSION_VIEW_OWN))

    def has_add_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Who works here takes their own."""
        return self.has_view_permission(request)

    def has_withdraw_permission(self, request: HttpRequest, claim: Claim) -> bool:
        """Who may see it may give it back."""
        return self.has_view_permission(request, claim)

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """Offer everybody to who assigns photographers, to others themselves."""
        staff = User.objects.filter(status=ActiveStatus.ACTIVE, roles__name__in=STAFF_ROLES)
        if not may(request, Right.SESSION_ASSIGN_RESOURCES):
            staff = staff.filter(pk=request.user.pk or 0)
        kwargs["queryset"] = staff.distinct()
        field = super().formfield_for_foreignkey(db_field, request, **kwargs)
        field.label, field.initial, field.required = _("Person"), request.user.pk, True
        return field

    def take(self, claim: Claim, period: Period, *, actor: Actor, at: datetime) -> Claim:
        """Take time off."""
        assert claim.person_id is not None  # noqa: S101  (the form requires it)
        return time_off.take_time_off(
            claim.person_id, period, reason=claim.reason, actor=actor, at=at
        )

    def give_back(self, claim: Claim, *, actor: Actor, at: datetime) -> None:
        """Take sessions again."""
        time_off.give_time_off_back(claim, actor=actor, at=at)

    @display(description=_("who"), ordering="person__full_name")
    def who(self, claim: Claim) -> str:
        """The person's name."""
        return str(claim.person)


@admin.register(Maintenance)
class MaintenanceAdmin(BlockAdmin):
    """Planned maintenance, and that which runs until its room is reactivated."""

    view_right = Right.ROOM_VIEW
    add_right = Right.ROOM_DELETE
    list_display = ("which", "starts_at", "until", "reason")
    fields = ("room", "starts_at", "ends_at", "reason")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Return what holds."""
        return super().get_queryset(request).filter(active=True).select_related("room")

    def has_withdraw_permission(self, request: HttpRequest, claim: Claim) -> bool:
        """Who plans it calls it off; what runs "from now" ends with the room's reactivation."""
        is_planned = claim.starts_at > now() or (
            claim.room is not None and claim.room.status != RoomStatus.MAINTENANCE
        )
        return is_planned and may(request, Right.ROOM_DELETE)

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """Offer rooms that are not closed."""
        kwargs["queryset"] = Room.objects.exclude(status=RoomStatus.INACTIVE)
        field = super().formfield_for_foreignkey(db_field, request, **kwargs)
        field.label, field.required = _("Room"), True
        return field

    def take(self, claim: Claim, period: Period, *, actor: Actor, at: datetime) -> Claim:
        """Plan the maintenance."""
        assert claim.room is not None  # noqa: S101  (the form requires it)
        return maintenance.plan_maintenance(
            claim.room, period, reason=claim.reason, actor=actor, at=at
        )

    def give_back(self, claim: Claim, *, actor: Actor, at: datetime) -> None:
        """Call the maintenance off."""
        maintenance.call_maintenance_off(claim, actor=actor, at=at)

    @display(description=_("room"), ordering="room__name")
    def which(self, claim: Claim) -> str:
        """The room's name."""
        return str(claim.room)

    @display(description=_("until"), ordering="ends_at", empty_value=_("until reactivated"))
    def until(self, claim: Claim) -> datetime | None:
        """When it ends."""
        return claim.ends_at
