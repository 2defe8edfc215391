"""Roles and what they allow, to be read."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib import admin
from django.db.models import Count, Model, Q, QuerySet
from django.http import HttpRequest
from django.utils.html import format_html_join
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display

from config.activation import ActiveStatus
from users.admin.rights import RightsAdmin, may
from users.models import Role
from users.rights import Right, codes_of


@admin.register(Role)
class RoleAdmin(RightsAdmin):
    """Who holds a role is changed with the person."""

    list_display = ("name", "description", "people_count", "rights_count")
    ordering = ("status", "name")
    search_fields = ("name", "description")
    fields: ClassVar[list[str]] = ["name", "description", "status", "people_shown", "rights_shown"]
    readonly_fields = fields

    def has_view_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Listing roles and reading one are two rights."""
        return may(request, Right.ROLE_LIST if obj is None else Right.ROLE_READ, obj)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Return roles with how many active people hold them and how many rights they give."""
        active = Q(users__status=ActiveStatus.ACTIVE)
        return (
            super()
            .get_queryset(request)
            .annotate(
                people_count=Count("users", filter=active, distinct=True),
                rights_count=Count("permissions", distinct=True),
            )
        )

    @display(description=_("people"), ordering="people_count")
    def people_count(self, role: Any) -> int:
        """How many active people hold it."""
        count: int = role.people_count
        return count

    @display(description=_("rights"), ordering="rights_count")
    def rights_count(self, role: Any) -> int:
        """How many rights it gives."""
        count: int = role.rights_count
        return count

    @display(description=_("people"))
    def people_shown(self, role: Role) -> str:
        """Who holds it."""
        return ", ".join(map(str, role.users.filter(status=ActiveStatus.ACTIVE)))

    @display(description=_("rights"))
    def rights_shown(self, role: Role) -> str:
        """The codes of its rights."""
        rows = role.permissions.values_list("content_type__app_label", "codename")
        codes = codes_of({f"{app}.{codename}" for app, codename in rows})
        return format_html_join("", "<div>{}</div>", ((code,) for code in codes))
