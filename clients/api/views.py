"""`/clients` (contract, section 3)."""

from __future__ import annotations

from django_filters import rest_framework as filters

from clients.api.serializers import ClientSerializer
from clients.models import Client, ClientType
from config.api.printing import Rows
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
    rows = Rows(ClientSerializer, Client.objects.with_standing)
    duplicates = duplicates_of(Client)
    queryset = Client.objects.order_by("-created_at", "-id")
