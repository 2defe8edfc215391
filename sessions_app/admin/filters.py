"""The saved questions of the list of sessions: what is to be confirmed, staffed, paid, marked."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from config.clock import now
from sessions_app.queries.attention import Attention, Moments, conditions, kinds_for
from users.models import User


class AttentionFilter(admin.SimpleListFilter):
    """What wants attention, by the very conditions of the start page."""

    title = _("what wants attention")
    parameter_name = "attention"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        """Offer the questions that this person may ask."""
        kinds = kinds_for(request.user) if isinstance(request.user, User) else []
        return [(kind.value, kind.label) for kind in kinds]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Keep what answers the question."""
        asked = self.value()
        if asked is None or asked not in {value for value, _label in self.lookup_choices}:
            return queryset
        return queryset.filter(conditions(Moments.of(now()))[Attention(asked)])


class ClientFilter(admin.SimpleListFilter):
    """The sessions of one client; asked from the client's page, hence without choices."""

    title = _("client")
    parameter_name = "client"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        """Offer the one that is asked for, so that it can be taken off again."""
        asked = request.GET.get(self.parameter_name, "")
        return [(asked, _("this client"))] if asked.isdecimal() and len(asked) < 19 else []

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Keep the client's sessions."""
        return queryset.filter(client=self.value()) if self.lookup_choices else queryset
