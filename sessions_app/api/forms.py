"""What the REST door takes about sessions; the actions decide what becomes of it."""

from __future__ import annotations

from typing import Any, ClassVar

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from catalog.models import Item, Package
from config.api.examples import sent_as
from config.api.fields import MoneyField, NullableTextField, NumberField
from config.api.serializers import NullIsAbsent
from sessions_app.actions.editing import MAX_EDITING_DAYS
from sessions_app.actions.lines import MAX_QUANTITY
from sessions_app.lifecycle import Status
from sessions_app.models import (
    Assignment,
    CancellationCategory,
    DeliveryMethod,
    Initiator,
    PaymentStatus,
    PaymentType,
    PhotographerRole,
    Session,
    SessionType,
)
from sessions_app.models.session import MAX_HOURS, MIN_HOURS
from sessions_app.policy.money import CENT

MAX_ID = 2**63 - 1
BOTH_ENDS = _("A coverage has both a start and an end.")


class IdField(serializers.IntegerField):
    """The id of something."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(min_value=1, max_value=MAX_ID, **kwargs)


class HoursField(NumberField):
    """A session's duration in hours."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            max_digits=4, decimal_places=2, min_value=MIN_HOURS, max_value=MAX_HOURS, **kwargs
        )


class OverrideForm(NullIsAbsent, serializers.Serializer[Any]):
    """An override, which any change may ask for; a reason alone is only a remark."""

    override = serializers.BooleanField(default=False)
    reason = NullableTextField(max_length=1000)


@sent_as(
    client_id=17,
    session_type="Studio",
    session_date="2026-12-05",
    session_time="10:00",
    estimated_duration_hours=1.5,
    room_id=2,
    client_requirements="Family of five, two dogs",
)
class BookingForm(OverrideForm):
    """`POST /sessions`."""

    client_id = IdField()
    session_type = serializers.ChoiceField(choices=SessionType.choices)
    session_date = serializers.DateField()
    session_time = serializers.TimeField(required=False, allow_null=True)
    estimated_duration_hours = HoursField(required=False, allow_null=True)
    location = NullableTextField(max_length=300)
    room_id = IdField(required=False, allow_null=True)
    client_requirements = NullableTextField()
    deposit_percentage = NumberField(
        max_digits=5, decimal_places=2, min_value=0, max_value=100, required=False, allow_null=True
    )
    photographers_needed = serializers.IntegerField(
        min_value=1, max_value=50, required=False, allow_null=True
    )
    responsible_id = IdField(required=False, allow_null=True)


class OrderedForm(NullIsAbsent, serializers.Serializer[Any]):
    """An item or a package of a session that is entered afterwards, and how many of it."""

    item_id = IdField(required=False)
    package_id = IdField(required=False)
    quantity = serializers.IntegerField(min_value=1, max_value=MAX_QUANTITY, default=1)

    def validate(self, form: dict[str, Any]) -> dict[str, Any]:
        """Return what is meant, by its row of the catalog."""
        if ("item_id" in form) == ("package_id" in form):
            raise serializers.ValidationError({"item_id": _("Name an item or a package.")})
        name, model = ("item_id", Item) if "item_id" in form else ("package_id", Package)
        row = model.objects.filter(pk=form[name]).first()
        if row is None:
            raise serializers.ValidationError({name: _("There is nothing of that id.")})
        return {"what": row, "quantity": form["quantity"]}


class ReceiptForm(NullIsAbsent, serializers.Serializer[Any]):
    """What a payment's slip says."""

    payment_type = serializers.ChoiceField(choices=PaymentType.choices)
    payment_method = serializers.CharField(max_length=50)
    amount = MoneyField(min_value=CENT)
    payment_date = serializers.DateField()
    transaction_reference = NullableTextField(max_length=100)
    notes = NullableTextField()
    status = serializers.ChoiceField(choices=PaymentStatus.choices, default=PaymentStatus.VERIFIED)


class PastForm(BookingForm):
    """`POST /sessions` of a session that has already taken place."""

    status = serializers.ChoiceField(choices=Status.choices)
    photographer_ids = serializers.ListField(child=IdField(), max_length=50, default=list)
    editor_id = IdField(required=False, allow_null=True)
    lines = OrderedForm(many=True, default=list)
    payments = ReceiptForm(many=True, default=list)


class ChangeForm(OverrideForm, serializers.ModelSerializer[Session]):
    """`PATCH /sessions/{id}`: what is sent is changed."""

    session_time = serializers.TimeField(allow_null=True)
    estimated_duration_hours = HoursField(allow_null=True)
    location = NullableTextField(max_length=300)
    room_id = IdField(allow_null=True)
    client_requirements = NullableTextField()
    transportation_cost = MoneyField(min_value=0, required=False)
    discount = MoneyField(min_value=0, required=False)
    deposit_percentage = NumberField(
        max_digits=5, decimal_places=2, min_value=0, max_value=100, required=False
    )
    photographers_needed = serializers.IntegerField(min_value=1, max_value=50, required=False)
    responsible_id = IdField(allow_null=True)
    internal_notes = NullableTextField()
    reported_incidents = NullableTextField()
    delivery_method = serializers.ChoiceField(
        choices=DeliveryMethod.choices, allow_null=True, allow_blank=True
    )
    delivery_address = NullableTextField()
    delivery_link = serializers.URLField(max_length=500, allow_null=True, allow_blank=True)
    photographer_observations = NullableTextField()
    editor_observations = NullableTextField()

    class Meta:
        model = Session
        fields: ClassVar[list[str]] = [
            "session_date",
            "session_time",
            "estimated_duration_hours",
            "location",
            "room_id",
            "client_requirements",
            "transportation_cost",
            "discount",
            "deposit_percentage",
            "photographers_needed",
            "responsible_id",
            "internal_notes",
            "reported_incidents",
            "delivery_method",
            "delivery_address",
            "delivery_link",
            "photographer_observations",
            "editor_observations",
            "override",
            "reason",
        ]

    def validate_delivery_method(self, value: str | None) -> str:
        """Return "" for none, as the database keeps it."""
        return value or ""

    def validate_delivery_link(self, value: str | None) -> str:
        """Return "" for none, as the database keeps it."""
        return value or ""


@sent_as(
    to_status="Confirmed",
    reason="Deposit received",
)
class TransitionForm(OverrideForm):
    """`POST /sessions/{id}/transition`."""

    to_status = serializers.ChoiceField(choices=Status.choices)
    notes = NullableTextField()


class QuantityQuery(serializers.Serializer[Any]):
    """How many of something of the catalog are added."""

    quantity = serializers.IntegerField(min_value=1, max_value=MAX_QUANTITY, default=1)


class LineChangeForm(OverrideForm):
    """`PATCH /sessions/{id}/details/{line_id}`."""

    quantity = serializers.IntegerField(min_value=1, max_value=MAX_QUANTITY, required=False)
    is_delivered = serializers.BooleanField(required=False)


@sent_as(
    photographer_id=4,
    role="Lead",
)
class AssignmentForm(OverrideForm):
    """`POST /sessions/{id}/photographers`."""

    photographer_id = IdField()
    role = serializers.ChoiceField(
        choices=PhotographerRole.choices, required=False, allow_null=True, allow_blank=True
    )
    coverage_start = serializers.DateTimeField(required=False, allow_null=True)
    coverage_end = serializers.DateTimeField(required=False, allow_null=True)

    def validate(self, form: dict[str, Any]) -> dict[str, Any]:
        """Ask for both ends of a coverage or none."""
        if bool(form.get("coverage_start")) != bool(form.get("coverage_end")):
            missing = "coverage_end" if form.get("coverage_start") else "coverage_start"
            raise serializers.ValidationError({missing: BOTH_ENDS})
        return form


class AssignmentChangeForm(OverrideForm, serializers.ModelSerializer[Assignment]):
    """`PATCH /sessions/{id}/photographers/{aid}`."""

    role = serializers.ChoiceField(
        choices=PhotographerRole.choices, allow_null=True, allow_blank=True
    )
    notes = NullableTextField()

    class Meta:
        model = Assignment
        fields: ClassVar[list[str]] = [
            "role",
            "coverage_start",
            "coverage_end",
            "notes",
            "override",
            "reason",
        ]

    def validate_role(self, value: str | None) -> str:
        """Return "" for none, as the database keeps it."""
        return value or ""

    def validate(self, form: dict[str, Any]) -> dict[str, Any]:
        """Ask for both ends of a coverage or none, the ones that stay included."""
        assert self.instance is not None  # noqa: S101  (a change is of something)
        ends = {
            name: form.get(name, getattr(self.instance, name))
            for name in ("coverage_start", "coverage_end")
        }
        if bool(ends["coverage_start"]) != bool(ends["coverage_end"]):
            missing = next(name for name, value in ends.items() if not value)
            raise serializers.ValidationError({missing: BOTH_ENDS})
        return form


class ReassignmentForm(OverrideForm):
    """`POST /sessions/{id}/photographers/{aid}/reassign`."""

    photographer_id = IdField()


@sent_as(
    payment_type="Deposit",
    payment_method="Transfer",
    amount=625.25,
    payment_date="2026-11-21",
    transaction_reference="BI-4711",
)
class PaymentForm(ReceiptForm, OverrideForm):
    """`POST /sessions/{id}/payments`; a refund takes its reason from `reason`, else from notes."""


class VerificationForm(NullIsAbsent, serializers.Serializer[Any]):
    """`POST /sessions/{id}/payments/{pid}/verify`."""

    transaction_reference = NullableTextField(max_length=100)


class ReasonForm(NullIsAbsent, serializers.Serializer[Any]):
    """What must be explained."""

    reason = serializers.CharField(max_length=1000)


class VoidForm(ReasonForm):
    """`POST /sessions/{id}/payments/{pid}/void`; the reason is the override's too."""

    override = serializers.BooleanField(default=False)


INITIATORS = [choice for choice in Initiator.choices if choice[0] != Initiator.SYSTEM]


class PreviewQuery(serializers.Serializer[Any]):
    """On whose side a cancellation would be."""

    initiated_by = serializers.ChoiceField(choices=INITIATORS, default=Initiator.CLIENT)


@sent_as(
    cancellation_reason="The wedding is off",
    initiated_by="Client",
    category="changed_mind",
)
class CancellationForm(OverrideForm):
    """`POST /sessions/{id}/cancel`; another `refund_amount` than the rules give is an override."""

    cancellation_reason = serializers.CharField(max_length=1000)
    initiated_by = serializers.ChoiceField(choices=INITIATORS)
    category = serializers.ChoiceField(
        choices=CancellationCategory.choices, required=False, allow_null=True, allow_blank=True
    )
    notes = NullableTextField()
    refund_amount = MoneyField(required=False, allow_null=True)


class CorrectionForm(ReasonForm):
    """`PATCH /sessions/{id}/cancellation`."""

    is_whole = True

    initiated_by = serializers.ChoiceField(choices=INITIATORS)


class AttendanceForm(NullIsAbsent, serializers.Serializer[Any]):
    """A mark of attendance, or its taking back."""

    is_whole = True

    attended = serializers.BooleanField()
    notes = NullableTextField()


class EditorForm(serializers.Serializer[Any]):
    """`POST /sessions/{id}/assign-editor`."""

    editor_id = IdField()


@sent_as(
    estimated_editing_days=7,
    note="Forty pictures more",
)
class EditingForm(serializers.Serializer[Any]):
    """`PATCH /sessions/{id}/editing`."""

    is_whole = True

    estimated_editing_days = serializers.IntegerField(min_value=1, max_value=MAX_EDITING_DAYS)
    note = serializers.CharField(max_length=1000)


class NotesForm(NullIsAbsent, serializers.Serializer[Any]):
    """`POST /sessions/{id}/mark-ready`."""

    notes = NullableTextField()


@sent_as(
    session_date="2026-12-12",
    session_time="10:00",
    reason="Rain",
)
class PostponementForm(ReasonForm):
    """`POST /sessions/{id}/postpone`."""

    session_date = serializers.DateField()
    session_time = serializers.TimeField()
    estimated_duration_hours = HoursField(required=False, allow_null=True)
