"""The search box of the back office: blind to case and accents, as everywhere."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.http import HttpRequest
from unfold.admin import ModelAdmin

from config.search import matching


class FoldedSearch(ModelAdmin):
    """Searches the folded columns named in `search_fields`, every word of the term."""

    search_fields: ClassVar[tuple[str, ...]] = ("search_text",)

    def holding(self, request: HttpRequest, term: str) -> models.Q:
        """Return the condition that a row holds the term."""
        return matching(term, *self.get_search_fields(request))

    def get_search_results(
        self, request: HttpRequest, queryset: models.QuerySet[Any], search_term: str
    ) -> tuple[models.QuerySet[Any], bool]:
        """Keep the rows that hold the term; none of them comes twice."""
        return queryset.filter(self.holding(request, search_term.replace("\0", ""))), False
