"""`/editing` (contract, section 4): what waits for an editor, and taking what comes first."""

from __future__ import annotations

from datetime import date

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from config.api.pagination import Plain
from config.clock import now, studio_day
from sessions_app import rules
from sessions_app.actions import editing
from sessions_app.api.doors import SessionDoor
from sessions_app.api.rows import SESSIONS, hidden_from
from sessions_app.api.serializers import SessionSerializer
from sessions_app.queries.editing_queue import days_left, waiting
from sessions_app.rules import QUEUE_RIGHTS

EVERYTHING_WAITING = Plain(waiting)


class QueuedSessionSerializer(SessionSerializer):
    """A session that waits, and how urgently."""

    days_left = serializers.IntegerField(allow_null=True)
    is_overdue = serializers.BooleanField()

    class Meta(SessionSerializer.Meta):
        fields = [*SessionSerializer.Meta.fields, "days_left", "is_overdue"]


class EditingQueueViewSet(SessionDoor):
    """What waits for an editor: by delivery date, then by how long it has waited."""

    serializer_class = QueuedSessionSerializer
    filterset_class = None
    further_problems = {"take_next": {"404"}}

    @extend_schema(operation_id="listEditingQueue", responses=QueuedSessionSerializer(many=True))
    @action(detail=False, methods=["get"])
    def queue(self, request: Request) -> Response:
        """Answer one page of what waits, the most urgent first."""
        self.actor.require_any(*QUEUE_RIGHTS)
        whole = rules.sees_whole(self.viewer)
        listed = EVERYTHING_WAITING if whole else waiting(self.get_queryset())
        answer = self.page_of(listed, SESSIONS, hidden_from(self.viewer))
        today = studio_day(now())
        for shown in answer.data["items"]:
            delivery = shown["delivery_deadline"]
            left = days_left(date.fromisoformat(delivery) if delivery else None, today)
            shown |= {"days_left": left, "is_overdue": left is not None and left < 0}
        return answer

    @extend_schema(operation_id="takeNextSession", request=None, responses=SessionSerializer)
    @action(detail=False, methods=["post"], url_path="take-next")
    def take_next(self, request: Request) -> Response:
        """Take for oneself what comes first."""
        return self.shown(editing.take_next(actor=self.actor, at=now()))
