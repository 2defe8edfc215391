"""Notifications on the wire (contract, section 6)."""

from __future__ import annotations

from typing import Any, ClassVar

from rest_framework import serializers

from config.api.fields import NullableTextField
from config.api.printing import Printed
from notifications.models import Notification


class NotificationSerializer(Printed, serializers.ModelSerializer[Notification]):
    """One thing that a person is told; `body` is "" where the title says all."""

    session_id = serializers.IntegerField(allow_null=True)
    session_code = NullableTextField()

    class Meta:
        model = Notification
        fields: ClassVar[list[str]] = [
            "id",
            "kind",
            "title",
            "body",
            "session_id",
            "session_code",
            "created_at",
            "read_at",
        ]


class UnreadCountSerializer(serializers.Serializer[Any]):
    """How many a person has not read."""

    count = serializers.IntegerField(min_value=0)
