"""Pages of long lists in the back office."""

from __future__ import annotations

from typing import Any

from django.core.paginator import Page, Paginator


class PagedByIds(Paginator):
    """Computes what a list shows of its rows for the rows of the page alone.

    The database computes a row's columns also where the row is only passed over on the way to a
    late page. So the page is found by ids first; all of it is still one query.
    """

    def page(self, number: int | str) -> Page:
        """Return a page; raise InvalidPage."""
        number = self.validate_number(number)
        start = (number - 1) * self.per_page
        rows: Any = self.object_list
        ids = rows.values("pk")[start : start + self.per_page]
        return Page(rows.filter(pk__in=ids), number, self)
