"""Admin pages that ask the studio's rights, never Django's own codenames (rules, section 1)."""

from __future__ import annotations

import re
from typing import Any

from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.contrib.admin.views.main import SEARCH_VAR
from django.core.exceptions import BadRequest
from django.db import models
from django.db.models.constants import LOOKUP_SEP
from django.http import HttpRequest, HttpResponse
from unfold.admin import ModelAdmin

from users.models import User
from users.rights import Right

ROW = re.compile(r"[0-9]{1,18}")
FILTER_OPERATORS = {"", "exact", "isnull", "in", "year", "month", "day", "gte", "lt"}
"""What the filters and the date hierarchy of a list ask; no patterns, no parts of words."""


class AsksRights:
    """Answers Django's questions about permissions with rights; None: nobody may.

    For pages (`RightsAdmin`) and, mixed into an inline of Unfold, for rows that are a part of
    another object. Those alone name a `delete_right`: all else is deactivated or cancelled.
    """

    view_right: Right | None = None
    add_right: Right | None = None
    change_right: Right | None = None
    delete_right: Right | None = None

    def has_view_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        """Whether the person may see the object, or such objects at all."""
        return may(request, self.view_right, obj)

    def has_add_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        """Whether the person may make one."""
        return may(request, self.add_right)

    def has_change_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        """Whether the person may change the object, or such objects at all."""
        return may(request, self.change_right, obj)

    def has_delete_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        """Whether the person may delete it."""
        return may(request, self.delete_right, obj)


class RightsAdmin(AsksRights, ModelAdmin):
    """The base of every admin page of the studio: a menu entry for who may see."""

    list_per_page = 25  # a page's rows cost more than finding them

    def has_module_permission(self, request: HttpRequest) -> bool:
        """Whether the menu shows it."""
        return self.has_view_permission(request)

    def formfield_for_dbfield(
        self, db_field: models.Field[Any, Any], request: HttpRequest, **kwargs: Any
    ) -> Any:
        """Keep text areas low, so that a page is seen whole."""
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if isinstance(db_field, models.TextField) and field is not None:
            field.widget.attrs["rows"] = 3
        return field

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest) -> bool:
        """Whether an address may ask this of the list: only what the page's own filters ask.

        Django lets it ask any column, which tells amounts, notes and hashes by trial and error.
        """
        filters = (*self.get_list_filter(request), self.date_hierarchy)
        offered = {getattr(one, "parameter_name", one) for one in filters}
        asked, _separator, operator = lookup.partition(LOOKUP_SEP)
        return (
            asked in offered
            and operator.rpartition(LOOKUP_SEP)[2] in FILTER_OPERATORS
            and super().lookup_allowed(lookup, value, request)
        )

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Show the list, or do an action with rows of it.

        What no page sends is a bad request: a NUL in a filter, which PostgreSQL cannot take, and
        rows whose key is no number.
        """
        asked = {name: values for name, values in request.GET.lists() if name != SEARCH_VAR}
        if any("\0" in value for values in asked.values() for value in values):
            raise BadRequest("NUL in the query string")
        if not all(ROW.fullmatch(key) for key in request.POST.getlist(ACTION_CHECKBOX_NAME)):
            raise BadRequest("no such rows")
        answer: HttpResponse = super().changelist_view(request, extra_context)
        return answer


def may(request: HttpRequest, right: Right | None, obj: Any = None) -> bool:
    """Ask for a right. None is held by nobody; who has not signed in yet holds none."""
    user = request.user
    return right is not None and isinstance(user, User) and user.may(right, obj)
