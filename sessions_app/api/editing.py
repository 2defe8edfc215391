"""Editing over REST (contract, section 4): who edits, how long, and when it is ready."""

from __future__ import annotations

from drf_spectacular.utils import extend_schema
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from config.api.serializers import checked
from config.clock import now
from sessions_app.actions import editing
from sessions_app.actions.transition import require_right, transition
from sessions_app.api import forms
from sessions_app.api.doors import SessionDoor, version_in
from sessions_app.api.serializers import SessionSerializer
from sessions_app.lifecycle import Status
from users.rights import Right


class EditingViewSet(SessionDoor):
    """From Attended to Ready for Delivery."""

    serializer_class = SessionSerializer
    versioned = ("editing",)

    @extend_schema(operation_id="takeSession", request=None, responses=SessionSerializer)
    @action(detail=True, methods=["post"])
    def take(self, request: Request, pk: str) -> Response:
        """Take a session of the pool for oneself."""
        session = self.session(pk)
        editing.take(session, actor=self.actor, at=now())
        return self.shown(session)

    @extend_schema(
        operation_id="assignEditor", request=forms.EditorForm, responses=SessionSerializer
    )
    @action(detail=True, methods=["post"], url_path="assign-editor")
    def assign_editor(self, request: Request, pk: str) -> Response:
        """Give a session to an editor."""
        session = self.session(pk, Right.SESSION_ASSIGN_RESOURCES)
        form = checked(forms.EditorForm, request.data)
        editing.assign_editor(session, form["editor_id"], actor=self.actor, at=now())
        return self.shown(session)

    @extend_schema(
        operation_id="releaseEditor", request=forms.ReasonForm, responses=SessionSerializer
    )
    @action(detail=True, methods=["post"], url_path="release-editor")
    def release_editor(self, request: Request, pk: str) -> Response:
        """Give a session back to the pool."""
        session = self.session(pk)
        editing.require_release_right(session, actor=self.actor)
        form = checked(forms.ReasonForm, request.data)
        editing.release_editor(session, reason=form["reason"], actor=self.actor, at=now())
        return self.shown(session)

    @extend_schema(
        operation_id="updateEditing", request=forms.EditingForm, responses=SessionSerializer
    )
    @action(detail=True, methods=["patch"])
    def editing(self, request: Request, pk: str) -> Response:
        """Change how long the editing takes; the delivery date follows."""
        session = self.session(pk)
        editing.require_editor(session, actor=self.actor)
        form = checked(forms.EditingForm, request.data)
        editing.change_editing_days(
            session,
            form["estimated_editing_days"],
            note=form["note"],
            seen_version=version_in(request.headers.get("If-Match")),
            actor=self.actor,
            at=now(),
        )
        return self.shown(session)

    @extend_schema(operation_id="markReady", request=forms.NotesForm, responses=SessionSerializer)
    @action(detail=True, methods=["post"], url_path="mark-ready")
    def mark_ready(self, request: Request, pk: str) -> Response:
        """Hand the finished material over."""
        session = self.session(pk)
        require_right(session, Status.READY, actor=self.actor)
        form = checked(forms.NotesForm, request.data)
        transition(session, Status.READY, notes=form.get("notes", ""), actor=self.actor, at=now())
        return self.shown(session)
