"""Answering lists: which rows, by the ORM; what is printed of them, by `Rows`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db.models import QuerySet
from rest_framework.response import Response

from config.api.filters import is_filtered
from config.api.pagination import ItemsPagination, Plain
from config.api.printing import NOTHING, Rows

if TYPE_CHECKING:
    from rest_framework.viewsets import GenericViewSet

    _Base = GenericViewSet[Any]
else:
    _Base = object


class Listing(_Base):
    """A view that answers pages of rows."""

    def page_of(
        self,
        listed: QuerySet[Any, Any] | Plain,
        rows: Rows,
        hidden: frozenset[str] = NOTHING,
    ) -> Response:
        """Answer the page of a list that the request asks for, filtered as it asks."""
        paginator = self.paginator
        assert isinstance(paginator, ItemsPagination)  # noqa: S101  (every list has these pages)
        if isinstance(listed, Plain) and not is_filtered(self.request, self):
            ids = paginator.page_of_plain_ids(listed, self.request)
        else:
            queryset = listed.queryset() if isinstance(listed, Plain) else listed
            ids = paginator.page_of_ids(self.filter_queryset(queryset), self.request)
        return paginator.get_paginated_response(rows.printed(ids, hidden))
