"""Clients in the back office: their facts, and what they booked and paid, which sessions know."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display

from clients.admin import ClientAdmin as PlainClientAdmin
from clients.models import Client
from config.admin.paging import PagedByIds
from config.amounts import money
from sessions_app.admin.offers import sees_whole
from sessions_app.models import Session
from sessions_app.queries.standing import accounts
from users.admin.exporting import Exports

SESSIONS_SHOWN = 20

admin.site.unregister(Client)


@admin.register(Client)
class ClientAdmin(Exports, PlainClientAdmin):
    """Clients with their sessions and their money; amounts for who sees the whole of sessions."""

    actions: ClassVar[list[str]] = [*PlainClientAdmin.actions, "export_rows"]
    readonly_fields = (*PlainClientAdmin.readonly_fields, "booked")
    paginator = PagedByIds

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Return clients with what they paid and owe."""
        rows = super().get_queryset(request)
        return rows.annotate(**accounts()) if sees_whole(request) else rows

    def get_list_display(self, request: HttpRequest) -> Any:
        """Show the amounts to who may see them."""
        shown = list(super().get_list_display(request))
        if sees_whole(request):
            shown[-2:-2] = ["paid", "owed"]
        return shown

    def get_parts(self, request: HttpRequest, obj: Any = None) -> Any:
        """Show below the facts what they booked, to who sees it."""
        parts = super().get_parts(request, obj)
        if obj is None or not sees_whole(request):
            return parts
        return [(_("Sessions"), {"fields": ("booked",)}), *parts]

    @display(description=_("paid"), ordering="paid_sum")
    def paid(self, client: Any) -> str:
        """What they paid for all their sessions, less what they got back."""
        return money(client.paid_sum)

    @display(description=_("to be paid"), ordering="owed_sum")
    def owed(self, client: Any) -> str:
        """What is still to be paid of sessions that are confirmed."""
        return money(client.owed_sum) if client.owed_sum else "–"

    @display(description=_("sessions"))
    def booked(self, client: Any) -> str:
        """The latest sessions, and what all of them come to."""
        latest = Session.objects.present().filter(client=client).select_related("room")
        shown = list(latest.latest_first()[: SESSIONS_SHOWN + 1])
        return render_to_string(
            "admin/session/of_client.html",
            {
                "client": client,
                "sessions": shown[:SESSIONS_SHOWN],
                "has_more": len(shown) > SESSIONS_SHOWN,
            },
        )
