"""Where admins must have a second factor, one without has one page: where it is set up."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.deprecation import MiddlewareMixin
from django.utils.translation import gettext as _

SET_UP = "admin:own_second_factor"
OPEN = {SET_UP, "admin:login", "admin:logout", "admin:jsi18n"}


class SecondFactorFirst(MiddlewareMixin):
    """Leads to the set-up whoever lacks the second factor that the studio asks for."""

    def process_view(
        self, request: HttpRequest, view: Callable[..., HttpResponse], args: Any, kwargs: Any
    ) -> HttpResponse | None:
        """Redirect from every page of the back office but the few that setting up takes."""
        match = request.resolver_match
        if match is None or match.namespace != "admin" or match.view_name in OPEN:
            return None
        if not (request.user.is_authenticated and request.user.lacks_second_factor):
            return None
        messages.warning(
            request, _("Admins of this studio sign in with a second factor. Set it up to go on.")
        )
        return HttpResponseRedirect(reverse(SET_UP))
