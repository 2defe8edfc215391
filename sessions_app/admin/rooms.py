"""Rooms in the back office: their facts, and out of service and back, which is the agenda's."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, ClassVar

from django.contrib import admin, messages
from django.db.models import Prefetch, QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display
from unfold.enums import ActionVariant

from catalog.admin import RoomAdmin as CatalogRoomAdmin
from catalog.models import Room, RoomStatus
from config.admin.buttons import action_page, button
from config.clock import end_of, now, start_of, studio_day
from sessions_app.actions.maintenance import start_maintenance
from sessions_app.admin.forms import MaintenanceForm
from sessions_app.models import Claim
from sessions_app.policy.periods import Period
from sessions_app.queries.agenda import claims_for
from sessions_app.queries.conflicts import overlapping
from users.admin.actor import actor_of, person_of

DAYS_SHOWN = 14


@admin.register(Room)
class RoomAdmin(CatalogRoomAdmin):
    """Rooms, which go into maintenance from now until they are reactivated."""

    readonly_fields = (*CatalogRoomAdmin.readonly_fields, "agenda")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Return rooms with what takes them from today on, for two weeks."""
        first = studio_day(now())
        days = Period(start_of(first), end_of(first + timedelta(days=DAYS_SHOWN - 1)))
        taking = claims_for(person_of(request)).filter(overlapping(days))
        shown = taking.select_related("session__client")
        return super().get_queryset(request).prefetch_related(Prefetch("claims", shown, "coming"))

    def get_list_display(self, request: HttpRequest) -> Any:
        """Show what each room is taken by today."""
        return (*super().get_list_display(request), "today")

    def get_parts(self, request: HttpRequest, obj: Any = None) -> Any:
        """Show the room's days above its facts."""
        parts = super().get_parts(request, obj)
        return parts if obj is None else [(_("Agenda"), {"fields": ("agenda",)}), *parts]

    @display(description=_("today"))
    def today(self, room: Any) -> str:
        """What takes the room today."""
        ends = end_of(studio_day(now()))
        return ", ".join(
            f"{date_format(localtime(claim.starts_at), 'H:i')} {claim.session or claim}"
            for claim in room.coming
            if claim.starts_at < ends
        )

    @display(description=_("the next two weeks"))
    def agenda(self, room: Any) -> str:
        """What takes the room, day by day."""
        return render_to_string("admin/session/of_room.html", {"claims": room.coming})

    actions_detail: ClassVar[list[str]] = ["maintenance", *CatalogRoomAdmin.actions_detail]

    @button(
        title=_("Maintenance from now"),
        icon="construction",
        variant=ActionVariant.WARNING,
        offered=lambda self, request, room: (
            room.status == RoomStatus.ACTIVE and self.has_status_permission(request, room)
        ),
    )
    def maintenance(self, request: HttpRequest, room: Room) -> HttpResponse:
        """Ask why, take the room out of service, and name the bookings that this endangers."""

        def run(form: dict[str, str]) -> list[Claim]:
            actor, at = actor_of(request), now()
            _room, endangered = start_maintenance(room, actor=actor, at=at, reason=form["reason"])
            return endangered

        def done(endangered: list[Claim]) -> str:
            if endangered:
                codes = ", ".join(str(claim.session) for claim in endangered)
                messages.warning(
                    request,
                    _("These bookings need another room if it lasts: %(codes)s.")
                    % {"codes": codes},
                )
            return _("%(name)s takes no new booking until it is reactivated.") % {"name": room}

        return action_page(
            self,
            request,
            room,
            title=_("Take %(name)s out of service from now") % {"name": room},
            text=_("It takes no new booking until it is reactivated."),
            form_class=MaintenanceForm,
            submit=_("Start maintenance"),
            run=run,
            done=done,
        )
