"""Rooms in the back office: their facts, and out of service and back, which is the agenda's."""

from __future__ import annotations

from typing import ClassVar

from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _
from unfold.enums import ActionVariant

from catalog.admin import RoomAdmin as CatalogRoomAdmin
from catalog.models import Room, RoomStatus
from config.admin.buttons import action_page, button
from config.clock import now
from sessions_app.actions.maintenance import start_maintenance
from sessions_app.admin.forms import MaintenanceForm
from sessions_app.models import Claim
from users.admin.actor import actor_of


@admin.register(Room)
class RoomAdmin(CatalogRoomAdmin):
    """Rooms, which go into maintenance from now until they are reactivated."""

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
