"""`/agenda` and `/time-off` (contract, section 6): what takes rooms and people."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView
from rest_framework.viewsets import GenericViewSet

from config.api.fields import NullableChoiceField, NullableTextField
from config.api.ids import ID
from config.api.listing import Listing
from config.api.printing import Printed, Rows
from config.api.serializers import NullIsAbsent, checked
from config.clock import now
from sessions_app.actions import time_off
from sessions_app.api.doors import part_of
from sessions_app.api.forms import IdField
from sessions_app.api.periods import FromTo
from sessions_app.lifecycle import Status
from sessions_app.models import Claim, ClaimKind, TimeOff
from sessions_app.policy.periods import Period
from sessions_app.queries.agenda import entries, time_off_for
from users.api.doors import RightsMixin, actor_of, person_of
from users.rights import Right


class AgendaQuery(NullIsAbsent, FromTo):
    """A period, of one room or one person or of all."""

    room_id = IdField(required=False)
    photographer_id = IdField(required=False)


class EntrySerializer(Printed, serializers.Serializer[Any]):
    """One claim, as much of it as the asker may see."""

    id = serializers.IntegerField()
    kind = serializers.ChoiceField(choices=ClaimKind.choices)
    room_id = serializers.IntegerField(allow_null=True)
    person_id = serializers.IntegerField(allow_null=True)
    starts_at = serializers.DateTimeField()
    ends_at = serializers.DateTimeField(allow_null=True)
    session_id = serializers.IntegerField(allow_null=True)
    session_code = serializers.CharField(source="code", allow_null=True)
    status = NullableChoiceField(choices=Status.choices)
    title = serializers.CharField()


class AgendaView(APIView):
    """Rooms and people, as far as one may see them."""

    pagination_class = None

    @extend_schema(
        operation_id="agenda", parameters=[AgendaQuery], responses=EntrySerializer(many=True)
    )
    def get(self, request: Request) -> Response:
        """Answer the claims of a period, in order of time."""
        form = checked(AgendaQuery, request.query_params)
        found = entries(
            person_of(request),
            form["period"],
            room_id=form.get("room_id"),
            person_id=form.get("photographer_id"),
        )
        return Response(EntrySerializer(found, many=True).data)


class TimeOffForm(NullIsAbsent, serializers.Serializer[Any]):
    """`POST /time-off`."""

    starts_at = serializers.DateTimeField()
    ends_at = serializers.DateTimeField()
    reason = NullableTextField(max_length=250)
    user_id = IdField(required=False, allow_null=True, help_text=_("Nobody: oneself."))


class TimeOffSerializer(Printed, serializers.ModelSerializer[Claim]):
    """A period in which a person takes no session."""

    user_id = serializers.IntegerField(source="person_id")
    ends_at = serializers.DateTimeField()
    reason = NullableTextField()

    class Meta:
        model = Claim
        fields = ["id", "user_id", "starts_at", "ends_at", "reason"]


TIME_OFF = Rows(TimeOffSerializer, TimeOff.objects.all)


class TimeOffViewSet(RightsMixin, Listing, GenericViewSet[TimeOff]):
    """One's own time off; everybody's for who assigns photographers."""

    lookup_value_regex = ID
    filterset_class = None
    queryset = TimeOff.objects.none()
    serializer_class = TimeOffSerializer

    def get_queryset(self) -> QuerySet[Any]:
        """Return what the person may see, latest first."""
        return time_off_for(person_of(self.request)).order_by("-starts_at", "-id")

    @extend_schema(operation_id="listTimeOff", responses=TimeOffSerializer(many=True))
    def list(self, request: Request) -> Response:
        """Answer one page of time off, latest first."""
        return self.page_of(self.get_queryset(), TIME_OFF)

    @extend_schema(
        operation_id="takeTimeOff", request=TimeOffForm, responses={201: TimeOffSerializer}
    )
    def create(self, request: Request) -> Response:
        """Take time off, unless something is booked then."""
        actor = actor_of(request)
        actor.require_any(Right.SESSION_VIEW_OWN, Right.SESSION_ASSIGN_RESOURCES)
        form = checked(TimeOffForm, request.data)
        taken = time_off.take_time_off(
            form.get("user_id") or person_of(request).pk,
            Period(form["starts_at"], form["ends_at"]),
            reason=form.get("reason", ""),
            actor=actor,
            at=now(),
        )
        return Response(TimeOffSerializer(taken).data, status.HTTP_201_CREATED)

    @extend_schema(operation_id="giveTimeOffBack", responses={204: None})
    def destroy(self, request: Request, pk: str) -> Response:
        """Take sessions again."""
        found = part_of(self.get_queryset(), pk)
        time_off.give_time_off_back(found, actor=actor_of(request), at=now())
        return Response(status=status.HTTP_204_NO_CONTENT)
