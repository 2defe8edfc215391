"""Pages of the back office that are about no single row: an agenda, a question, a queue.

    @page("agenda/", "agenda", for_whom=sees_sessions)
    def agenda(self, request: HttpRequest) -> HttpResponse: …

on an admin with `WithPages` serves it below the list's address, as `admin:agenda`.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from unfold.admin import ModelAdmin

Asked = Callable[[HttpRequest], bool]


class WithPages(ModelAdmin):
    """An admin whose methods marked as pages have addresses of their own."""

    def get_urls(self) -> list[URLPattern]:
        """Return the pages before what Django would take for the id of a row."""
        return [*self.page_urls(), *super().get_urls()]

    def page_urls(self) -> list[URLPattern]:
        """Return the pages alone."""
        marked = (getattr(type(self), name) for name in dir(type(self)))
        pages = [view for view in marked if hasattr(view, "address")]
        return [
            path(
                view.address,
                self.admin_site.admin_view(view.__get__(self)),
                name=view.address_name,
            )
            for view in pages
        ]

    def shown_page(
        self, request: HttpRequest, template: str, title: Any, **facts: Any
    ) -> HttpResponse:
        """Answer a page of the back office made of a template."""
        context = {
            **self.admin_site.each_context(request),
            "title": title,
            "page_title": title,
            **facts,
        }
        return TemplateResponse(request, template, context)


def page(address: str, name: str, *, for_whom: Asked) -> Callable[[Any], Any]:
    """Make a method `(admin, request) -> response` a page; others than `for_whom` get 403."""

    def decorate(view: Any) -> Any:
        @wraps(view)
        def guarded(admin: Any, request: HttpRequest) -> HttpResponse:
            if not for_whom(request):
                raise PermissionDenied
            answer: HttpResponse = view(admin, request)
            return answer

        guarded.address = address  # type: ignore[attr-defined]
        guarded.address_name = name  # type: ignore[attr-defined]
        return guarded

    return decorate
