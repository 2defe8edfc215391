"""Clients in the back office."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display

from clients.models import Client
from users.admin.master_data import RecordAdmin


@admin.register(Client)
class ClientAdmin(RecordAdmin):
    """Who books sessions, newest first."""

    list_display = (
        "full_name",
        "email",
        "primary_phone",
        "client_type",
        "sessions_count",
        "status_shown",
        "created_at",
    )
    list_filter = ("status", "client_type")
    ordering = ("-created_at", "-id")
    fieldsets = (
        (
            None,
            {
                "fields": (
                    "full_name",
                    "client_type",
                    ("primary_phone", "secondary_phone"),
                    ("email", "language"),
                )
            },
        ),
        (_("Invoice and delivery"), {"fields": (("tax_id", "billing_name"), "delivery_address")}),
        (_("Notes"), {"fields": ("notes",)}),
        (_("Status"), {"fields": (("status", "created_at", "updated_at"),)}),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Return clients with the number of their sessions."""
        shown: Any = Count("sessions", filter=Q(sessions__hidden_at=None))
        return super().get_queryset(request).annotate(sessions_count=shown)

    @display(description=_("sessions"), ordering="sessions_count")
    def sessions_count(self, client: Any) -> int:
        """How many sessions they have."""
        count: int = client.sessions_count
        return count
