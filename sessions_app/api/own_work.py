"""What is one's own (contract, section 4): what one photographs, edits, and was at."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db.models import Exists
from drf_spectacular.utils import extend_schema
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from config.api.serializers import checked
from config.clock import now
from sessions_app.actions import attendance
from sessions_app.api import forms
from sessions_app.api.doors import SessionDoor
from sessions_app.api.filters import SessionFilter
from sessions_app.api.pagination import SessionPagination
from sessions_app.api.serializers import AssignmentSerializer, SessionSerializer
from sessions_app.models.session import covering
from users.rights import Right


class OwnWorkViewSet(SessionDoor):
    """Lists like that of all sessions, of one's own."""

    serializer_class = SessionSerializer
    filterset_class = SessionFilter
    pagination_class = SessionPagination
    rights: ClassVar[dict[str, Right]] = {
        "my_assignments": Right.SESSION_VIEW_OWN,
        "my_editing": Right.SESSION_VIEW_OWN,
    }

    @extend_schema(operation_id="listMyAssignments", responses=SessionSerializer(many=True))
    @action(detail=False, methods=["get"], url_path="my-assignments")
    def my_assignments(self, request: Request) -> Response:
        """Answer the sessions that one photographs, in any state."""
        return self.listed(self.get_queryset().filter(Exists(covering(self.viewer))))

    @extend_schema(operation_id="listMyEditing", responses=SessionSerializer(many=True))
    @action(detail=False, methods=["get"], url_path="my-editing")
    def my_editing(self, request: Request) -> Response:
        """Answer the sessions that one edits or has edited."""
        return self.listed(self.get_queryset().filter(editing_assigned_to=self.viewer))

    @extend_schema(
        operation_id="markMyAttendance",
        request=forms.AttendanceForm,
        responses=AssignmentSerializer,
    )
    @action(detail=True, methods=["patch"], url_path="my-attendance")
    def my_attendance(self, request: Request, pk: str) -> Response:
        """Mark that one was there; with the last one's mark the session is Attended."""
        session = self.session(pk, Right.SESSION_MARK_ATTENDED)
        form = checked(forms.AttendanceForm, request.data)
        member = attendance.mark_own(session, **marked(form), actor=self.actor, at=now())
        return Response(AssignmentSerializer(member, context=self.get_serializer_context()).data)


def marked(form: dict[str, Any]) -> dict[str, Any]:
    """Return a form of attendance as the action takes it: notes that were not sent stay."""
    return {"attended": form["attended"], "notes": form.get("notes")}
