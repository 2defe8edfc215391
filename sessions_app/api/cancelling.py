"""Cancelling over REST (contract, section 4): what it would mean, doing it, correcting it."""

from __future__ import annotations

from types import SimpleNamespace
from typing import ClassVar

from drf_spectacular.utils import extend_schema
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from config.api.serializers import checked
from config.clock import now
from sessions_app.actions import cancelling
from sessions_app.api import forms
from sessions_app.api.doors import SessionDoor, version_in
from sessions_app.api.serializers import RefundPreviewSerializer, SessionDetailSerializer
from sessions_app.models import CancellationCategory, Initiator
from users.rights import Right


class CancellationViewSet(SessionDoor):
    """The end that nobody hoped for."""

    serializer_class = SessionDetailSerializer
    versioned = ("cancellation",)
    further_problems: ClassVar[dict[str, set[str]]] = {"cancellation_preview": {"409"}}

    @extend_schema(
        operation_id="previewCancellation",
        parameters=[forms.PreviewQuery],
        responses=RefundPreviewSerializer,
    )
    @action(detail=True, methods=["get"], url_path="cancellation-preview")
    def cancellation_preview(self, request: Request, pk: str) -> Response:
        """Answer what the client would get back now, and why."""
        session = self.session(pk, Right.SESSION_VIEW_ALL)
        side = Initiator(checked(forms.PreviewQuery, request.query_params)["initiated_by"])
        decided = cancelling.preview(session, side, actor=self.actor, at=now())
        answer = SimpleNamespace(
            refund_amount=decided.amount,
            refund_percentage=decided.percentage,
            explanation=decided.explanation,
            paid_amount=session.paid_amount,
        )
        return Response(RefundPreviewSerializer(answer).data)

    @extend_schema(
        operation_id="cancelSession",
        request=forms.CancellationForm,
        responses=SessionDetailSerializer,
    )
    @action(detail=True, methods=["post"])
    def cancel(self, request: Request, pk: str) -> Response:
        """Cancel; the refund is recorded as pending."""
        session = self.session(pk, Right.SESSION_CANCEL)
        form, override = self.form(forms.CancellationForm)
        category = form.get("category")
        cancelling.cancel(
            session,
            initiator=Initiator(form["initiated_by"]),
            category=CancellationCategory(category) if category else None,
            reason=form["cancellation_reason"],
            notes=form.get("notes", ""),
            refund_amount=form.get("refund_amount"),
            actor=self.actor,
            at=now(),
            override=override,
        )
        return self.shown_whole(session.pk)

    @extend_schema(
        operation_id="correctCancellation",
        request=forms.CorrectionForm,
        responses=SessionDetailSerializer,
    )
    @action(detail=True, methods=["patch"])
    def cancellation(self, request: Request, pk: str) -> Response:
        """Correct on whose side it was; the pending refund is decided anew."""
        session = self.session(pk, Right.SESSION_EDIT_ALL)
        form = checked(forms.CorrectionForm, request.data)
        cancelling.correct_initiator(
            session,
            Initiator(form["initiated_by"]),
            reason=form["reason"],
            actor=self.actor,
            at=now(),
            seen_version=version_in(request.headers.get("If-Match")),
        )
        return self.shown_whole(session.pk)
