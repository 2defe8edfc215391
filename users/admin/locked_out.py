"""What the back office says to who guesses passwords."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from config.errors import DomainError
from users.errors import LockedOut


def locked_out(
    request: HttpRequest, original: HttpResponse | None, credentials: dict[str, Any]
) -> HttpResponse:
    """Answer who is locked out of an account from their address (429); the API has its own."""
    if original is not None and request.path.startswith("/api/"):
        return original
    return refused(request, LockedOut(settings.AXES_COOLOFF_TIME))


def refused(request: HttpRequest, refusal: DomainError) -> HttpResponse:
    """Answer a page that says to wait, and how long (429)."""
    context = {**admin.site.each_context(request), "sentence": refusal.detail}
    page = render(request, "admin/locked_out.html", context, status=429)
    page["Retry-After"] = str(refusal.retry_after)
    return page
