"""`/sessions`: the session itself (contract, section 4). Each method calls one action."""

from __future__ import annotations

from typing import Any, ClassVar

from drf_spectacular.utils import PolymorphicProxySerializer, extend_schema
from rest_framework import status
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from config.api.pagination import Plain
from config.api.serializers import checked
from config.clock import now
from sessions_app import rules
from sessions_app.actions import booking, hiding, lines, planning, postponing, retroactive
from sessions_app.actions.payments import Receipt
from sessions_app.actions.transition import require_right, transition
from sessions_app.api import forms
from sessions_app.api.doors import SessionDoor, version_in
from sessions_app.api.filters import SessionFilter
from sessions_app.api.pagination import SessionPagination
from sessions_app.api.serializers import (
    BookedSessionSerializer,
    HistorySerializer,
    SessionDetailSerializer,
    SessionSerializer,
)
from sessions_app.lifecycle import Status
from sessions_app.models import Session
from sessions_app.queries.sessions import notices
from users.rights import Right

EVERYTHING = Plain(lambda: Session.objects.present().latest_first())
"""For who may see all."""


class SessionViewSet(SessionDoor):
    """Sessions, latest date first."""

    serializer_class = SessionSerializer
    filterset_class = SessionFilter
    pagination_class = SessionPagination
    rights: ClassVar[dict[str, Right]] = {"create": Right.SESSION_CREATE}
    versioned = ("partial_update",)

    @extend_schema(operation_id="listSessions")
    def list(self, request: Request) -> Response:
        """Answer the sessions one sees."""
        return self.listed(EVERYTHING if rules.sees_whole(self.viewer) else self.get_queryset())

    @extend_schema(
        operation_id="createSession",
        request=PolymorphicProxySerializer(
            component_name="NewSession",
            serializers=[forms.BookingForm, forms.PastForm],
            resource_type_field_name=None,
        ),
        responses={201: BookedSessionSerializer},
    )
    def create(self, request: Request) -> Response:
        """Take a request; its room is held from now on where a time is given."""
        self.require_override_right()
        if self.sent.get("status") not in (None, "", Status.REQUEST):
            return self._enter_afterwards()
        form, override = self.form(forms.BookingForm)
        form.pop("reason", None)
        session = booking.book(_asked(form), actor=self.actor, at=now(), override=override)
        return self._booked(session, status.HTTP_201_CREATED)

    @extend_schema(operation_id="readSession", responses=SessionDetailSerializer)
    def retrieve(self, request: Request, pk: str) -> Response:
        """Answer one session, with the states one may take it to."""
        return self.shown_whole(pk)

    @extend_schema(
        operation_id="updateSession",
        request=forms.ChangeForm,
        responses=BookedSessionSerializer,
    )
    def partial_update(self, request: Request, pk: str) -> Response:
        """Change what is sent, each field by its group of rights; all of it or nothing."""
        session = self.session(pk)
        sent = rules.WRITABLE_FIELDS.intersection(request.data)
        planning.require_field_rights(session, sent, actor=self.actor)
        changes, override = self.form(forms.ChangeForm, session)
        changes.pop("reason", None)
        session = planning.change_session(
            session,
            changes,
            actor=self.actor,
            at=now(),
            override=override,
            seen_version=version_in(request.headers.get("If-Match")),
        )
        return self._booked(session)

    @extend_schema(
        operation_id="deleteSession", parameters=[forms.OverrideForm], responses={204: None}
    )
    def destroy(self, request: Request, pk: str) -> Response:
        """Hide a session; history and audit trail stay."""
        session = self.session(pk, Right.SESSION_DELETE)
        form, _override = self.form(forms.OverrideForm)
        hiding.hide(session, actor=self.actor, at=now(), reason=form.get("reason", ""))
        return Response(status=status.HTTP_204_NO_CONTENT)

    @extend_schema(
        operation_id="transitionSession",
        request=forms.TransitionForm,
        responses=SessionSerializer,
    )
    @action(detail=True, methods=["post"])
    def transition(self, request: Request, pk: str) -> Response:
        """Take a session to another state; to Canceled it is a cancellation by the client."""
        session = self.session(pk)
        to = self.sent.get("to_status")
        if to in Status.values:
            require_right(session, Status(to), actor=self.actor)
        form, override = self.form(forms.TransitionForm)
        transition(
            session,
            Status(form["to_status"]),
            actor=self.actor,
            at=now(),
            reason=form.get("reason", ""),
            notes=form.get("notes", ""),
            override=override,
        )
        return self.shown(session)

    @extend_schema(
        operation_id="postponeSession",
        request=forms.PostponementForm,
        responses=SessionSerializer,
    )
    @action(detail=True, methods=["post"])
    def postpone(self, request: Request, pk: str) -> Response:
        """Move a session whose plan is settled to another day."""
        session = self.session(pk, Right.SESSION_ASSIGN_RESOURCES)
        form = checked(forms.PostponementForm, request.data)
        postponing.postpone(session, **form, actor=self.actor, at=now())
        return self.shown(session)

    @extend_schema(operation_id="recalculateSession", request=None, responses=SessionSerializer)
    @action(detail=True, methods=["post"])
    def recalculate(self, request: Request, pk: str) -> Response:
        """Compute the sums anew from the lines."""
        session = self.session(pk, Right.SESSION_EDIT_PRE_ASSIGNED)
        lines.recalculate(session, actor=self.actor, at=now())
        return self.shown(session)

    @extend_schema(operation_id="listSessionHistory", responses=HistorySerializer(many=True))
    @action(detail=True, methods=["get"], pagination_class=None, filterset_class=None)
    def history(self, request: Request, pk: str) -> Response:
        """Answer every change of state, oldest first."""
        rows = self.session(pk).history.select_related("changed_by").order_by("changed_at", "id")
        context = self.get_serializer_context()
        return Response(HistorySerializer(rows, many=True, context=context).data)

    def _enter_afterwards(self) -> Response:
        """Create a session that has already taken place, in the state it has reached."""
        self.actor.require(Right.SESSION_EDIT_ALL)
        form, override = self.form(forms.PastForm)
        past = retroactive.Past(
            status=Status(form.pop("status")),
            photographer_ids=form.pop("photographer_ids"),
            editor_id=form.pop("editor_id", None),
            ordered=[retroactive.Ordered(**one) for one in form.pop("lines")],
            receipts=[Receipt(**one) for one in form.pop("payments")],
        )
        reason = form.pop("reason", "")
        session = retroactive.enter(
            _asked(form), past, actor=self.actor, at=now(), reason=reason, override=override
        )
        return self._booked(session, status.HTTP_201_CREATED)

    def _booked(self, session: Session, code: int = status.HTTP_200_OK) -> Response:
        return self.shown(session, code, notices=notices(session, self.viewer))


def _asked(form: dict[str, Any]) -> booking.Request:
    return booking.Request(**{name: value for name, value in form.items() if value is not None})
