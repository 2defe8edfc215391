"""`/sessions/{id}/photographers`: who covers a session (contract, section 4)."""

from __future__ import annotations

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import status
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from config.api.serializers import checked
from config.clock import now
from sessions_app.actions import attendance, team
from sessions_app.api import forms
from sessions_app.api.doors import SessionDoor, asked_all, part_of
from sessions_app.api.own_work import marked
from sessions_app.api.serializers import AssignmentSerializer
from sessions_app.models import Assignment, AssignmentStatus, PhotographerRole
from sessions_app.policy.periods import Period
from users.rights import Right


class TeamViewSet(SessionDoor):
    """Photographers of one session, in the order they joined."""

    serializer_class = AssignmentSerializer
    pagination_class = None
    filterset_class = None
    right = Right.SESSION_ASSIGN_RESOURCES

    @extend_schema(
        operation_id="listPhotographers",
        parameters=[OpenApiParameter("all", OpenApiTypes.BOOL)],
        responses=AssignmentSerializer(many=True),
    )
    def list(self, request: Request, session_id: str) -> Response:
        """Answer the active team; `all=true` adds who was there before."""
        rows = self.session(session_id).assignments.select_related("photographer")
        if not asked_all(request):
            rows = rows.filter(status=AssignmentStatus.ASSIGNED)
        return Response(self.get_serializer(rows, many=True).data)

    @extend_schema(
        operation_id="assignPhotographer",
        request=forms.AssignmentForm,
        responses={201: AssignmentSerializer},
    )
    def create(self, request: Request, session_id: str) -> Response:
        """Add a photographer."""
        session = self.session(session_id, self.right)
        form, _override = self.form(forms.AssignmentForm)
        start, end = form.get("coverage_start"), form.get("coverage_end")
        role = form.get("role")
        assignment = team.assign(
            session,
            form["photographer_id"],
            actor=self.actor,
            at=now(),
            role=PhotographerRole(role) if role else None,
            coverage=Period(start, end) if start else None,
        )
        return Response(self.get_serializer(assignment).data, status.HTTP_201_CREATED)

    @extend_schema(
        operation_id="updateAssignment",
        request=forms.AssignmentChangeForm,
        responses=AssignmentSerializer,
    )
    def partial_update(self, request: Request, session_id: str, pk: str) -> Response:
        """Change role, coverage or notes."""
        assignment = self._assignment(session_id, pk)
        changes, _override = self.form(forms.AssignmentChangeForm, assignment)
        changes.pop("reason", None)
        changed = team.change_assignment(assignment, changes, actor=self.actor, at=now())
        return Response(self.get_serializer(changed).data)

    @extend_schema(operation_id="releasePhotographer", responses={204: None})
    def destroy(self, request: Request, session_id: str, pk: str) -> Response:
        """Take a photographer off the session."""
        team.release(self._assignment(session_id, pk), actor=self.actor, at=now())
        return Response(status=status.HTTP_204_NO_CONTENT)

    @extend_schema(
        operation_id="reassignPhotographer",
        request=forms.ReassignmentForm,
        responses={201: AssignmentSerializer},
    )
    @action(detail=True, methods=["post"])
    def reassign(self, request: Request, session_id: str, pk: str) -> Response:
        """Put another photographer in someone's place."""
        assignment = self._assignment(session_id, pk)
        form, _override = self.form(forms.ReassignmentForm)
        successor = team.reassign(
            assignment,
            form["photographer_id"],
            actor=self.actor,
            at=now(),
            reason=form.get("reason", ""),
        )
        return Response(self.get_serializer(successor).data, status.HTTP_201_CREATED)

    @extend_schema(
        operation_id="markAttendance",
        request=forms.AttendanceForm,
        responses=AssignmentSerializer,
    )
    @action(detail=True, methods=["patch"])
    def attended(self, request: Request, session_id: str, pk: str) -> Response:
        """Mark a photographer's attendance, one's own or for somebody else."""
        session = self.session(session_id, Right.SESSION_MARK_ATTENDED)
        rows = session.assignments.select_related("session", "photographer")
        assignment: Assignment = part_of(rows, pk)
        attendance.require_mark_right(assignment, actor=self.actor)
        form = checked(forms.AttendanceForm, request.data)
        member = attendance.mark(assignment, **marked(form), actor=self.actor, at=now())
        return Response(self.get_serializer(member).data)

    def _assignment(self, session_id: str, pk: str) -> Assignment:
        session = self.session(session_id, self.right)
        rows = session.assignments.select_related("session", "photographer")
        assignment: Assignment = part_of(rows, pk)
        return assignment
