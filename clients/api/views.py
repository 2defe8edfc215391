"""`/clients` (contract, section 3)."""

from __future__ import annotations

from django.db.models import QuerySet
from django_filters import rest_framework as filters

from clients.api.serializers import ClientSerializer
from clients.models import Client, ClientType
from config.constraints import duplicates_of
from users.api.master_data import RecordFilter, RecordViewSet


class ClientFilter(RecordFilter):
    """The filters of the list."""

    client_type = filters.ChoiceFilter(choices=ClientType.choices)


class ClientViewSet(RecordViewSet[Client]):
    """Clients, newest first."""

    rights = RecordViewSet.rights_table(Client)
    serializer_class = ClientSerializer
    filterset_class = ClientFilter
    duplicates = duplicates_of(Client)

    def get_queryset(self) -> QuerySet[Client]:
        """Return every client with how they stand."""
        return Client.objects.with_standing().order_by("-created_at", "-id")
