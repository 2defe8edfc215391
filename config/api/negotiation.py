"""Which form an answer has: JSON, whatever was asked for (contract, section 0)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.http import Http404
from rest_framework.exceptions import NotAcceptable
from rest_framework.negotiation import DefaultContentNegotiation
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request


class FirstWhereNoneFits(DefaultContentNegotiation):
    """Answers in the view's first form to who asks for one that it does not have."""

    def select_renderer(
        self, request: Request, renderers: Iterable[BaseRenderer], format_suffix: str | None = None
    ) -> Any:
        """Return the renderer and its media type; where there is but one, it is that."""
        first, *others = renderers
        if not others:
            return first, first.media_type
        try:
            return super().select_renderer(request, renderers, format_suffix)
        except (NotAcceptable, Http404):
            return first, first.media_type
