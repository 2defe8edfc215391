"""What of `/rooms` is about the agenda: maintenance, and a room's own (contract, section 3)."""

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
from config.api.serializers import NullIsAbsent, checked
from config.clock import now
from config.errors import ValidationFailed
from sessions_app.actions.maintenance import plan_maintenance, start_maintenance
from sessions_app.api.agenda import EntrySerializer
from sessions_app.api.doors import part_of
from sessions_app.api.periods import FromTo, MomentField
from sessions_app.models import Claim
from sessions_app.policy.periods import Period
from sessions_app.queries.agenda import entries
from sessions_app.queries.conflicts import described
from users.api.doors import RightsMixin, actor_of, person_of
from users.rights import Right


class MaintenanceForm(NullIsAbsent, serializers.Serializer[Any]):
    """`PUT /rooms/{id}/maintenance`: from now on, or for a period."""

    to = MomentField(is_end=True, required=False, allow_null=True)
    reason = NullableTextField(max_length=250)

    def get_fields(self) -> dict[str, Any]:
        """Name the field that no line of Python can name."""
        return {"from": MomentField(required=False, allow_null=True), **super().get_fields()}

    def validate(self, form: dict[str, Any]) -> dict[str, Any]:
        """Return the period, if one is meant; one end alone is half a period."""
        starts_at, ends_at = form.pop("from", None), form.pop("to", None)
        if (starts_at is None) != (ends_at is None):
            missing = "from" if starts_at is None else "to"
            raise serializers.ValidationError({missing: _("A period has a start and an end.")})
        return {**form, "period": Period(starts_at, ends_at) if starts_at else None}


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
    rights = {"maintenance": Right.ROOM_DELETE, "agenda": Right.ROOM_VIEW}

    @extend_schema(
        operation_id="startRoomMaintenance",
        request=MaintenanceForm,
        responses=RoomInMaintenanceSerializer,
    )
    @action(detail=True, methods=["put"])
    def maintenance(self, request: Request, pk: str) -> Response:
        """Take no new booking from now until reactivated, or none in a period to come."""
        room = part_of(self.get_queryset(), pk)
        form = checked(MaintenanceForm, request.data)
        actor, at, reason = actor_of(request), now(), form.get("reason", "")
        if form["period"]:
            try:
                plan_maintenance(room, form["period"], actor=actor, at=at, reason=reason)
            except ValidationFailed as problem:  # this body says `to`
                raise ValidationFailed({"to": problem.errors["ends_at"]}) from None
            endangered: list[Claim] = []
        else:
            room, endangered = start_maintenance(room, actor=actor, at=at, reason=reason)
        context = {"endangered": described(endangered, actor.user)}
        return Response(RoomInMaintenanceSerializer(room, context=context).data)

    @extend_schema(
        operation_id="roomAgenda", parameters=[FromTo], responses=EntrySerializer(many=True)
    )
    @action(detail=True, methods=["get"], pagination_class=None)
    def agenda(self, request: Request, pk: str) -> Response:
        """Answer what takes the room, in order of time, as much of it as one may see."""
        room = part_of(self.get_queryset(), pk)
        form = checked(FromTo, request.query_params)
        found = entries(person_of(request), form["period"], room_id=room.pk)
        return Response(EntrySerializer(found, many=True).data)
