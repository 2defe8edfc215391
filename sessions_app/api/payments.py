"""`/sessions/{id}/payments`: what was paid (contract, section 4)."""

from __future__ import annotations

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import status
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from config.api.serializers import checked
from config.clock import now
from sessions_app.actions import payments, verifying
from sessions_app.api import forms
from sessions_app.api.doors import SessionDoor, asked_all, part_of
from sessions_app.api.serializers import PaymentSerializer, RecordedPaymentSerializer
from sessions_app.models import Payment, PaymentType, Session
from users.rights import Right


class PaymentViewSet(SessionDoor):
    """Payments of one session, latest first; they are for who may see the whole of sessions."""

    serializer_class = PaymentSerializer
    pagination_class = None
    filterset_class = None

    @extend_schema(
        operation_id="listPayments",
        parameters=[OpenApiParameter("all", OpenApiTypes.BOOL)],
        responses=PaymentSerializer(many=True),
    )
    def list(self, request: Request, session_id: str) -> Response:
        """Answer the live payments; `all=true` adds rejected ones."""
        rows = self.session(session_id, Right.SESSION_VIEW_ALL).payments.all()
        return Response(
            PaymentSerializer(rows if asked_all(request) else rows.live(), many=True).data
        )

    @extend_schema(
        operation_id="recordPayment",
        request=forms.PaymentForm,
        responses={201: RecordedPaymentSerializer},
    )
    def create(self, request: Request, session_id: str) -> Response:
        """Record a payment, or a refund; what a deposit brings beyond the deposit is a balance."""
        session = self.session(session_id, Right.SESSION_VIEW_ALL)
        is_refund = self.sent.get("payment_type") == PaymentType.REFUND
        self.actor.require(Right.PAYMENT_REFUND if is_refund else Right.SESSION_PAYMENT, session)
        form, override = self.form(forms.PaymentForm)
        reason = form.pop("reason", "")
        parts = payments.record(
            session,
            payments.Receipt(**form),
            actor=self.actor,
            at=now(),
            reason=reason,
            override=override,
        )
        answer = RecordedPaymentSerializer(parts[0], context={"parts": parts}).data
        return Response(answer, status.HTTP_201_CREATED)

    @extend_schema(
        operation_id="verifyPayment",
        request=forms.VerificationForm,
        responses=PaymentSerializer,
    )
    @action(detail=True, methods=["post"])
    def verify(self, request: Request, session_id: str, pk: str) -> Response:
        """Let a pending payment count; a refund is thereby paid out."""
        payment = self._payment(session_id, pk)
        verifying.require_other_than_canceller(payment, actor=self.actor)
        form = checked(forms.VerificationForm, request.data)
        payment = verifying.verify(payment, **form, actor=self.actor, at=now())
        return Response(PaymentSerializer(payment).data)

    @extend_schema(operation_id="voidPayment", request=forms.VoidForm, responses=PaymentSerializer)
    @action(detail=True, methods=["post"])
    def void(self, request: Request, session_id: str, pk: str) -> Response:
        """Let a payment no longer count, or reject a pending one; the row stays, with why."""
        payment = self._payment(session_id, pk)
        form, override = self.form(forms.VoidForm)
        payment = verifying.void(
            payment, reason=form["reason"], actor=self.actor, at=now(), override=override
        )
        return Response(PaymentSerializer(payment).data)

    def _payment(self, session_id: str, pk: str) -> Payment:
        """Return a payment of the session, to who may verify and void it."""
        session: Session = self.session(session_id, Right.SESSION_VIEW_ALL)
        payment: Payment = part_of(session.payments.select_related("session"), pk)
        right = Right.PAYMENT_REFUND if payment.is_refund else Right.SESSION_PAYMENT
        self.actor.require(right, session)
        return payment
