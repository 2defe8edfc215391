"""Clients in the back office."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display

from clients.models import Client
from users.admin.master_data import RecordAdmin


@admin.register(Client)
class ClientAdmin(RecordAdmin):
    """Who books sessions, newest first."""

    list_display = (
        "name_flagged",
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
        """Return clients with how they stand."""
        rows: Any = super().get_queryset(request)
        return rows.with_standing()

    @display(description=_("full name"), ordering="full_name")
    def name_flagged(self, client: Client) -> str:
        """The name; a high risk is flagged."""
        return client.choice_label

    @display(description=_("sessions"), ordering="sessions_count")
    def sessions_count(self, client: Any) -> int:
        """How many sessions they have."""
        count: int = client.sessions_count
        return count
