"""Pages of sessions."""

from __future__ import annotations

from rest_framework.request import Request

from config.api.pagination import ItemsPagination


class SessionPagination(ItemsPagination):
    """As everywhere, but all sessions of one client may be had at once (contract, section 0)."""

    max_limit_of_client = 1000

    def get_limit(self, request: Request) -> int:
        """Return the page size, clamped."""
        asked = self.asked_limit(request)
        of_client = bool(request.query_params.get("client_id"))
        return min(asked, self.max_limit_of_client if of_client else self.max_limit)
