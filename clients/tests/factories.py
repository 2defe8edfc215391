"""Clients for tests."""

from __future__ import annotations

import factory
from factory.django import DjangoModelFactory

from clients.models import Client


class ClientFactory(DjangoModelFactory[Client]):
    """An active individual."""

    class Meta:
        model = Client

    full_name = factory.Sequence(lambda n: f"Client {n}")
    email = factory.Sequence(lambda n: f"client{n}@example.com")
    primary_phone = "5555-0000"
