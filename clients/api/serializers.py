"""Clients on the wire."""

from __future__ import annotations

from typing import ClassVar

from rest_framework import serializers

from clients.models import Client
from config.api.examples import sent_as
from config.api.fields import NullableTextField
from config.api.printing import Printed
from config.api.serializers import NullIsAbsent


@sent_as(
    full_name="María Núñez",
    email="maria@example.com",
    primary_phone="5555-1234",
    client_type="Individual",
    tax_id="1234567-8",
)
class ClientSerializer(Printed, NullIsAbsent, serializers.ModelSerializer[Client]):
    """`Client` of the contract, section 3."""

    secondary_phone = NullableTextField(max_length=30)
    delivery_address = NullableTextField()
    notes = NullableTextField()
    tax_id = NullableTextField(max_length=20)
    billing_name = NullableTextField(max_length=150)
    is_high_risk = serializers.BooleanField(read_only=True)
    sessions_count = serializers.IntegerField(read_only=True)

    class Meta:
        model = Client
        fields: ClassVar[list[str]] = [
            "id",
            "full_name",
            "email",
            "primary_phone",
            "secondary_phone",
            "delivery_address",
            "client_type",
            "notes",
            "tax_id",
            "billing_name",
            "status",
            "language",
            "is_high_risk",
            "sessions_count",
            "created_at",
            "updated_at",
        ]
