"""Searching sessions, without regard to case or accents (contract, section 4)."""

from __future__ import annotations

from django.db.models import Q

from clients.models import Client
from config.search import every_word, folded_text


def holding(term: str, *, in_all_of_client: bool = False) -> Q:
    """Return the condition that every word occurs in code, location or the client's name.

    With `in_all_of_client` also in their e-mail, telephones and billing name. Clients are found
    first: there are many sessions of each.
    """

    def held(word: str) -> Q:
        named = Client.objects.annotate(folded_name=folded_text("full_name"))
        clients = (
            Client.objects.filter(search_text__contains=word)
            if in_all_of_client
            else named.filter(folded_name__contains=word)
        )
        return Q(search_text__contains=word) | Q(client__in=clients.order_by().values("pk"))

    return every_word(term, held)
