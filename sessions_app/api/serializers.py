"""Sessions on the wire (contract, section 4): what is shown, and to whom."""

from __future__ import annotations

from datetime import datetime
from typing import Any, ClassVar

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from clients.models import Client
from config.api.fields import (
    MoneyField,
    NullableChoiceField,
    NullableTextField,
    NumberField,
)
from config.api.printing import Printed
from config.clock import as_wire
from sessions_app import rules
from sessions_app.lifecycle import Status
from sessions_app.models import (
    Assignment,
    AssignmentStatus,
    CancellationCategory,
    DeliveryMethod,
    HistoryEntry,
    Initiator,
    Line,
    Payment,
    PhotographerRole,
    ReferenceType,
    Session,
)
from sessions_app.policy.deadlines import deadline_day, shown_deadline
from users.models import User


class ForViewer(Printed, serializers.Serializer[Any]):
    """Leaves out what the person signed in may not see; `context["viewer"]` is that person."""

    private_fields: ClassVar[frozenset[str]] = frozenset()

    def hidden_fields(self) -> frozenset[str]:
        """Return what this viewer does not see."""
        return frozenset() if rules.sees_whole(self.context["viewer"]) else self.private_fields


class SessionClientSerializer(Printed, serializers.ModelSerializer[Client]):
    """All that everyone who sees a session sees of its client."""

    class Meta:
        model = Client
        fields: ClassVar[list[str]] = ["id", "full_name", "email", "primary_phone"]


class SessionRoomSerializer(Printed, serializers.Serializer[Any]):
    """The room, by name."""

    id = serializers.IntegerField()
    name = serializers.CharField()


class TeamMemberSerializer(Printed, serializers.ModelSerializer[Assignment]):
    """An active photographer of a session."""

    photographer_name = serializers.CharField(source="photographer.full_name")
    role = NullableChoiceField(PhotographerRole.choices)

    class Meta:
        model = Assignment
        fields: ClassVar[list[str]] = [
            "id",
            "photographer_id",
            "photographer_name",
            "role",
            "attended",
        ]


class DeadlineDayField(serializers.DateField):
    """The day that ends a deadline, printed from the instant at which it is over."""

    @staticmethod
    def printed(ends_at: datetime) -> str:
        """Return the day."""
        return deadline_day(ends_at).isoformat()


class DeadlineField(serializers.DateTimeField):
    """The last moment of a deadline, printed from the instant at which it is over."""

    @staticmethod
    def printed(ends_at: datetime) -> str:
        """Return the moment."""
        return as_wire(shown_deadline(ends_at))


class SessionSerializer(serializers.ModelSerializer[Session]):
    """`Session` of the contract; printed by `rows.SESSIONS`."""

    is_tagged = True
    """Its answers carry an ETag."""

    private_fields = rules.PRIVATE_FIELDS

    client_id = serializers.IntegerField()
    client = SessionClientSerializer()
    session_time = serializers.TimeField(allow_null=True)
    estimated_duration_hours = NumberField(max_digits=4, decimal_places=2, allow_null=True)
    location = NullableTextField()
    room_id = serializers.IntegerField(allow_null=True)
    room = SessionRoomSerializer(allow_null=True)
    client_requirements = NullableTextField()
    subtotal = MoneyField()
    transportation_cost = MoneyField()
    discount = MoneyField()
    total_amount = MoneyField()
    deposit_percentage = NumberField(max_digits=5, decimal_places=2)
    deposit_amount = MoneyField()
    paid_amount = MoneyField()
    balance_amount = MoneyField(source="balance")
    refund_due = MoneyField()
    payment_deadline = DeadlineDayField(source="payment_deadline_at", allow_null=True)
    payment_deadline_at = DeadlineField(allow_null=True)
    changes_deadline = DeadlineDayField(source="changes_deadline_at", allow_null=True)
    changes_deadline_at = DeadlineField(allow_null=True)
    responsible_id = serializers.IntegerField(allow_null=True)
    editing_assigned_to = serializers.IntegerField(source="editing_assigned_to_id", allow_null=True)
    photographers = TeamMemberSerializer(many=True)

    class Meta:
        model = Session
        fields: ClassVar[list[str]] = [
            "id",
            "code",
            "client_id",
            "client",
            "session_type",
            "session_date",
            "session_time",
            "estimated_duration_hours",
            "starts_at",
            "ends_at",
            "location",
            "room_id",
            "room",
            "status",
            "subtotal",
            "transportation_cost",
            "discount",
            "total_amount",
            "deposit_percentage",
            "deposit_amount",
            "paid_amount",
            "balance_amount",
            "refund_due",
            "payment_deadline",
            "payment_deadline_at",
            "changes_deadline",
            "changes_deadline_at",
            "delivery_deadline",
            "estimated_editing_days",
            "photographers_needed",
            "responsible_id",
            "client_requirements",
            "editing_assigned_to",
            "photographers",
            "version",
            "created_at",
            "updated_at",
        ]


class SessionDetailSerializer(SessionSerializer):
    """`SessionDetail` of the contract; printed by `rows.SESSION_DETAILS`."""

    delivery_method = NullableChoiceField(DeliveryMethod.choices)
    delivery_address = NullableTextField()
    delivery_link = NullableTextField()
    internal_notes = NullableTextField()
    reported_incidents = NullableTextField()
    photographer_observations = NullableTextField()
    editor_observations = NullableTextField()
    cancellation_reason = NullableTextField()
    cancelled_by = serializers.IntegerField(source="cancelled_by_id", allow_null=True)
    cancellation_initiator = NullableChoiceField(Initiator.choices)
    cancellation_category = NullableChoiceField(CancellationCategory.choices)
    created_by = serializers.IntegerField(source="created_by_id", allow_null=True)
    allowed_transitions = serializers.ListField(
        child=serializers.ChoiceField(choices=Status.choices),
        help_text="The states to which this viewer may take the session.",
    )

    class Meta(SessionSerializer.Meta):
        fields: ClassVar[list[str]] = [
            *SessionSerializer.Meta.fields,
            "editing_started_at",
            "editing_completed_at",
            "delivery_method",
            "delivery_address",
            "delivery_link",
            "delivered_at",
            "internal_notes",
            "reported_incidents",
            "photographer_observations",
            "editor_observations",
            "cancellation_reason",
            "cancelled_at",
            "cancelled_by",
            "cancellation_initiator",
            "cancellation_category",
            "created_by",
            "allowed_transitions",
        ]


class BookedSessionSerializer(SessionSerializer):
    """A session just booked or changed, with what one should know about it."""

    notices = serializers.ListField(
        child=serializers.CharField(), help_text="Sentences for the person who booked."
    )

    class Meta(SessionSerializer.Meta):
        fields: ClassVar[list[str]] = [*SessionSerializer.Meta.fields, "notices"]


class LineSerializer(Printed, serializers.ModelSerializer[Line]):
    """A line with its prices."""

    session_id = serializers.IntegerField()
    reference_type = NullableChoiceField(ReferenceType.choices)
    item_description = NullableTextField()
    unit_price = MoneyField()
    line_subtotal = MoneyField()

    class Meta:
        model = Line
        fields: ClassVar[list[str]] = [
            "id",
            "session_id",
            "line_type",
            "reference_id",
            "reference_type",
            "item_code",
            "item_name",
            "item_description",
            "quantity",
            "unit_price",
            "line_subtotal",
            "group",
            "display_order",
            "is_delivered",
            "delivered_at",
            "created_at",
        ]


class ShownLineSerializer(ForViewer, LineSerializer):
    """A line as this viewer sees it: without session.view.all no prices."""

    private_fields = frozenset({"unit_price", "line_subtotal"})


class AssignmentSerializer(Printed, serializers.ModelSerializer[Assignment]):
    """A photographer's part in a session, past parts included.

    Notes on somebody else's part are for those who see all sessions.
    """

    session_id = serializers.IntegerField()
    photographer_id = serializers.IntegerField()
    photographer_name = serializers.CharField(source="photographer.full_name")
    role = NullableChoiceField(PhotographerRole.choices)
    assignment_status = serializers.ChoiceField(AssignmentStatus.choices, source="status")
    assigned_by = serializers.IntegerField(source="assigned_by_id", allow_null=True)
    notes = NullableTextField()

    class Meta:
        model = Assignment
        fields: ClassVar[list[str]] = [
            "id",
            "session_id",
            "photographer_id",
            "photographer_name",
            "role",
            "assignment_status",
            "coverage_start",
            "coverage_end",
            "assigned_at",
            "assigned_by",
            "attended",
            "attended_at",
            "notes",
        ]

    def to_representation(self, assignment: Assignment) -> dict[str, Any]:
        """Return the facts, without notes that are not for this viewer."""
        shown = super().to_representation(assignment)
        viewer: User = self.context["viewer"]
        if assignment.photographer_id != viewer.pk and not rules.sees_whole(viewer):
            shown["notes"] = None
        return shown


class PaymentSerializer(Printed, serializers.ModelSerializer[Payment]):
    """A payment, or a refund."""

    session_id = serializers.IntegerField()
    amount = MoneyField()
    transaction_reference = NullableTextField()
    notes = NullableTextField()
    created_by = serializers.IntegerField(source="created_by_id", allow_null=True)
    verified_by = serializers.IntegerField(source="verified_by_id", allow_null=True)
    void_reason = NullableTextField()

    class Meta:
        model = Payment
        fields: ClassVar[list[str]] = [
            "id",
            "session_id",
            "payment_type",
            "payment_method",
            "amount",
            "transaction_reference",
            "payment_date",
            "notes",
            "status",
            "created_at",
            "created_by",
            "verified_by",
            "void_reason",
        ]


class RecordedPaymentSerializer(PaymentSerializer):
    """A payment just recorded; `split` holds all its parts where it was split."""

    split = serializers.SerializerMethodField()

    class Meta(PaymentSerializer.Meta):
        fields: ClassVar[list[str]] = [*PaymentSerializer.Meta.fields, "split"]

    @extend_schema_field(PaymentSerializer(many=True))
    def get_split(self, payment: Payment) -> list[dict[str, Any]]:
        """Return every part of the payment; none where it was not split."""
        parts: list[Payment] = self.context["parts"]
        return list(PaymentSerializer(parts, many=True).data) if len(parts) > 1 else []


class RefundPreviewSerializer(Printed, serializers.Serializer[Any]):
    """What the client would get back, and why."""

    refund_amount = MoneyField()
    refund_percentage = NumberField(max_digits=5, decimal_places=2)
    explanation = serializers.CharField()
    paid_amount = MoneyField()


class HistorySerializer(ForViewer, serializers.ModelSerializer[HistoryEntry]):
    """One change of state; its reasons, and who cancelled, are for those who see all sessions."""

    private_fields = frozenset({"reason", "notes"})

    session_id = serializers.IntegerField()
    from_status = NullableChoiceField(Status.choices)
    reason = NullableTextField()
    notes = NullableTextField()
    changed_by = serializers.SerializerMethodField()
    changed_by_name = serializers.SerializerMethodField()

    class Meta:
        model = HistoryEntry
        fields: ClassVar[list[str]] = [
            "id",
            "session_id",
            "from_status",
            "to_status",
            "reason",
            "notes",
            "changed_at",
            "changed_by",
            "changed_by_name",
            "channel",
        ]

    def get_changed_by(self, entry: HistoryEntry) -> int | None:
        """Return who made the change; None for the system, and for a canceller not shown."""
        return None if self._is_hidden_canceller(entry) else entry.changed_by_id

    def get_changed_by_name(self, entry: HistoryEntry) -> str:
        """Return the name on the change; the system's when nobody's."""
        if self._is_hidden_canceller(entry):
            return ""
        return entry.changed_by.full_name if entry.changed_by else "System"

    def _is_hidden_canceller(self, entry: HistoryEntry) -> bool:
        viewer: User = self.context["viewer"]
        return entry.to_status == Status.CANCELED and not rules.sees_whole(viewer)
