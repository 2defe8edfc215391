"""The search box of the back office: blind to case and accents, as everywhere."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db.models import Q, QuerySet
from django.http import HttpRequest
from unfold.admin import ModelAdmin

from config.search import matching

FEW = 2000
"""Up to how many rows that hold a term are told by their ids."""


def told_by_ids(rows: QuerySet[Any], found: QuerySet[Any]) -> QuerySet[Any]:
    """Return those of the rows that are found, by their ids where they are few.

    A list asks for its rows up to four times: total, page, span of dates, years. Where few hold a
    term, the table is read through for it once.
    """
    ids = list(found.order_by().values_list("pk", flat=True)[: FEW + 1])
    return rows.filter(pk__in=ids) if len(ids) <= FEW else found


class FoldedSearch(ModelAdmin):
    """Searches the folded columns named in `search_fields`, every word of the term."""

    search_fields: ClassVar[tuple[str, ...]] = ("search_text",)

    def holding(self, request: HttpRequest, term: str) -> Q:
        """Return the condition that a row holds the term."""
        return matching(term, *self.get_search_fields(request))

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        """Keep the rows that hold the term; none of them comes twice."""
        term = search_term.replace("\0", "").strip()
        if not term:
            return queryset, False
        return told_by_ids(queryset, queryset.filter(self.holding(request, term))), False
