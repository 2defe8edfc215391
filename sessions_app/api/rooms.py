"""What of `/rooms` changes the agenda: maintenance (contract, section 3)."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from catalog.api.serializers import RoomSerializer
from catalog.models import Room
from config.api.fields import NullableTextField
from config.api.ids import ID
from config.api.problems import CONFLICT
from config.api.serializers import checked
from config.clock import now
from sessions_app.actions.maintenance import start_maintenance
from sessions_app.api.doors import part_of
from sessions_app.queries.agenda import described
from users.api.doors import RightsMixin, actor_of
from users.rights import Right


class MaintenanceForm(serializers.Serializer[Any]):
    """`PUT /rooms/{id}/maintenance`."""

    reason = NullableTextField(max_length=250)

    def validate(self, form: dict[str, Any]) -> dict[str, Any]:
        """Refuse a period rather than close the room now when later was meant."""
        for end in ("from", "to"):
            if self.initial_data.get(end) is not None:
                raise serializers.ValidationError(
                    {end: _("Only maintenance from now on can be started; leave the period out.")}
                )
        return form


class RoomInMaintenanceSerializer(RoomSerializer):
    """The room, and the bookings that its maintenance endangers."""

    endangered = serializers.SerializerMethodField()

    class Meta(RoomSerializer.Meta):
        fields = [*RoomSerializer.Meta.fields, "endangered"]

    @extend_schema_field({"type": "array", "items": CONFLICT})
    def get_endangered(self, room: Room) -> list[dict[str, Any]]:
        """Return the room's bookings from now on."""
        endangered: list[dict[str, Any]] = self.context["endangered"]
        return endangered


class RoomServiceViewSet(RightsMixin, GenericViewSet[Room]):
    """Out of service."""

    lookup_value_regex = ID
    queryset = Room.objects.all()
    serializer_class = RoomSerializer
    rights = {"maintenance": Right.ROOM_DELETE}

    @extend_schema(
        operation_id="startRoomMaintenance",
        request=MaintenanceForm,
        responses=RoomInMaintenanceSerializer,
    )
    @action(detail=True, methods=["put"])
    def maintenance(self, request: Request, pk: str) -> Response:
        """Take no new booking from now until reactivated."""
        room = part_of(self.get_queryset(), pk)
        form = checked(MaintenanceForm, request.data)
        actor = actor_of(request)
        room, endangered = start_maintenance(
            room, actor=actor, at=now(), reason=form.get("reason", "")
        )
        context = {"endangered": described(endangered, actor.user)}
        return Response(RoomInMaintenanceSerializer(room, context=context).data)
