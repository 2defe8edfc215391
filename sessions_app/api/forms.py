"""What the REST door takes about sessions; the actions decide what becomes of it."""

from __future__ import annotations

from typing import Any, ClassVar

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from config.api.fields import MoneyField, NullableTextField, NumberField
from config.api.serializers import NullIsAbsent
from sessions_app.actions.lines import MAX_QUANTITY
from sessions_app.lifecycle import Status
from sessions_app.models import Assignment, DeliveryMethod, PhotographerRole, Session, SessionType
from sessions_app.models.session import MAX_HOURS, MIN_HOURS

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
