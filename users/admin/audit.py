"""The audit trail, to be read."""

from __future__ import annotations

import json
from typing import ClassVar

from django.contrib import admin
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display

from config.records.models import AuditEntry
from users.admin.rights import RightsAdmin
from users.rights import Right


@admin.register(AuditEntry)
class AuditEntryAdmin(RightsAdmin):
    """Who did what, newest first; rows are only ever added, by actions."""

    view_right = Right.SYSTEM_AUDIT_LOG
    list_display = ("at", "actor_shown", "action", "object_label", "channel_shown", "reason")
    list_display_links = ("at", "action")
    list_filter = ("channel", "action", "object_type")
    list_select_related = ("actor",)
    date_hierarchy = "at"
    search_fields: ClassVar[list[str]] = ["object_label", "action", "reason", "actor__full_name"]
    fields: ClassVar[list[str]] = [
        "at",
        "actor_shown",
        "channel_shown",
        "action",
        "object_label",
        "object_type",
        "object_id",
        "reason",
        "changes_shown",
    ]
    readonly_fields = fields

    @display(description=_("who"), ordering="actor__full_name")
    def actor_shown(self, entry: AuditEntry) -> str:
        """The person, or the system itself."""
        return str(entry.actor or _("the system"))

    @display(description=_("channel"), ordering="channel", label=True)
    def channel_shown(self, entry: AuditEntry) -> str:
        """The door it came through."""
        return entry.get_channel_display()

    @display(description=_("changes"))
    def changes_shown(self, entry: AuditEntry) -> str:
        """What changed, as it was written."""
        changes = json.dumps(entry.changes, indent=2, ensure_ascii=False)
        return format_html("<pre>{}</pre>", changes) if entry.changes else ""
