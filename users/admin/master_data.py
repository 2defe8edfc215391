"""Admin pages of what is deactivated instead of deleted."""

from __future__ import annotations

from datetime import datetime
from typing import Any, ClassVar

from django.contrib import admin
from django.contrib.admin.utils import flatten_fieldsets
from django.db import models
from django.forms import ModelForm
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display
from unfold.enums import ActionVariant

from config.activation import Activatable
from config.admin.buttons import WithButtons, action_page, button, run_each
from config.admin.saving import NothingOverwritten
from config.admin.search import FoldedSearch
from config.clock import now
from config.constraints import duplicates_of, translated
from users.actions.activation import deactivate, reactivate
from users.actors import Actor
from users.admin.actor import actor_of
from users.admin.rights import RightsAdmin, may
from users.master_data import GuardedRecord
from users.rights import Right

STATUS_COLORS = {"Active": "success", "Inactive": "", "Maintenance": "warning"}


class ActivationAdmin(WithButtons, NothingOverwritten, RightsAdmin):
    """Shows the status and never edits it: two buttons and two bulk actions change it."""

    status_right: Right
    what_deactivating_means: ClassVar[Any] = _(
        "It takes part in nothing new, stays in all that was, and can be reactivated."
    )
    readonly_fields: ClassVar[tuple[str, ...]] = ("status", "created_at", "updated_at")
    actions: ClassVar[list[str]] = ["deactivate_rows", "reactivate_rows"]
    actions_detail: ClassVar[list[str]] = ["deactivate_one", "reactivate_one"]

    def deactivate(self, obj: Any, *, actor: Actor, at: datetime) -> Any:
        """Call the action that deactivates; each subclass says which."""
        raise NotImplementedError

    def reactivate(self, obj: Any, *, actor: Actor, at: datetime) -> Any:
        """Call the action that reactivates; each subclass says which."""
        raise NotImplementedError

    def get_parts(self, request: HttpRequest, obj: Any = None) -> Any:
        """Return the page's parts; what is not there yet has no status to show."""
        parts = super().get_parts(request, obj)
        return [part for part in parts if obj or "status" not in flatten_fieldsets([part])]

    def has_status_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        """Whether the person may change the status."""
        return may(request, self.status_right, obj)

    @display(
        description=_("status"),
        ordering="status",
        label=STATUS_COLORS,
    )
    def status_shown(self, obj: Any) -> tuple[str, str]:
        """The status, in its colour."""
        return obj.status, obj.get_status_display()

    @admin.action(description=_("Deactivate"), permissions=["status"])
    def deactivate_rows(self, request: HttpRequest, rows: models.QuerySet[Any]) -> None:
        """Deactivate the chosen rows, one by one."""
        actor, at = actor_of(request), now()
        run_each(
            request,
            rows,
            lambda row: self.deactivate(row, actor=actor, at=at),
            done=_("Deactivated: %(names)s."),
        )

    @admin.action(description=_("Reactivate"), permissions=["status"])
    def reactivate_rows(self, request: HttpRequest, rows: models.QuerySet[Any]) -> None:
        """Reactivate the chosen rows, one by one."""
        actor, at = actor_of(request), now()
        run_each(
            request,
            rows,
            lambda row: self.reactivate(row, actor=actor, at=at),
            done=_("Reactivated: %(names)s."),
        )

    @button(
        title=_("Deactivate"),
        icon="block",
        path="deactivate",
        variant=ActionVariant.DANGER,
        offered=lambda self, request, obj: (
            obj.is_active and self.has_status_permission(request, obj)
        ),
    )
    def deactivate_one(self, request: HttpRequest, obj: Activatable) -> HttpResponse:
        """Ask, then deactivate."""
        return action_page(
            self,
            request,
            obj,
            title=_("Deactivate “%(name)s”") % {"name": obj},
            text=self.what_deactivating_means,
            submit=_("Deactivate"),
            danger=True,
            run=lambda _form: self.deactivate(obj, actor=actor_of(request), at=now()),
            done=_("“%(name)s” is deactivated.") % {"name": obj},
        )

    @button(
        title=_("Reactivate"),
        icon="check_circle",
        path="reactivate",
        offered=lambda self, request, obj: (
            not obj.is_active and self.has_status_permission(request, obj)
        ),
    )
    def reactivate_one(self, request: HttpRequest, obj: Activatable) -> HttpResponse:
        """Ask, then reactivate."""
        return action_page(
            self,
            request,
            obj,
            title=_("Reactivate “%(name)s”") % {"name": obj},
            submit=_("Reactivate"),
            run=lambda _form: self.reactivate(obj, actor=actor_of(request), at=now()),
            done=_("“%(name)s” is active again.") % {"name": obj},
        )


class RecordAdmin(FoldedSearch, ActivationAdmin):
    """The admin of a plain record: its model names the rights, saving is plain."""

    model: type[GuardedRecord]

    def __init__(self, model: type[GuardedRecord], admin_site: admin.AdminSite) -> None:
        super().__init__(model, admin_site)
        rights = model.rights
        self.view_right, self.add_right = rights.view, rights.create
        self.change_right, self.status_right = rights.edit, rights.delete

    def deactivate(self, obj: Any, *, actor: Actor, at: datetime) -> Any:
        """Deactivate a record."""
        return deactivate(obj, actor=actor, at=at)

    def reactivate(self, obj: Any, *, actor: Actor, at: datetime) -> Any:
        """Reactivate a record."""
        return reactivate(obj, actor=actor, at=at)

    def save_seen(self, request: HttpRequest, obj: Any, form: ModelForm[Any], change: bool) -> None:
        """Save what was changed and nothing else, lest an older status be written back."""
        with translated(duplicates_of(self.model)):
            if change:
                changed = set(form.changed_data) - {"seen"}
                obj.save_changes(*changed, by=actor_of(request).user)
            else:
                obj.updated_by = actor_of(request).user
                self.create(request, obj)

    def create(self, request: HttpRequest, obj: Any) -> None:
        """Insert a new record; models whose creation is an action call it here."""
        obj.save(force_insert=True)
