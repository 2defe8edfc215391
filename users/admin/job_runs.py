"""The runs of jobs, to be read."""

from __future__ import annotations

from typing import ClassVar

from django.contrib import admin
from django.utils.html import format_html_join
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display

from config.records.models import JobRun, RunStatus
from users.admin.rights import RightsAdmin
from users.rights import Right

COLORS = {
    RunStatus.RUNNING.value: "info",
    RunStatus.SUCCEEDED.value: "success",
    RunStatus.FAILED.value: "danger",
    RunStatus.INTERRUPTED.value: "warning",
}


@admin.register(JobRun)
class JobRunAdmin(RightsAdmin):
    """What ran by itself, newest first, and what came of it; jobs write the rows."""

    view_right = Right.SYSTEM_AUDIT_LOG
    list_display = ("started_at", "job", "status_shown", "done", "failed", "unchanged", "channel")
    list_display_links = ("started_at", "job")
    list_filter = ("job", "status", "channel")
    date_hierarchy = "started_at"
    fields: ClassVar[list[str]] = [
        "job",
        "status",
        "as_of",
        "started_at",
        "finished_at",
        "done",
        "failed",
        "unchanged",
        "errors_shown",
        "first_started_at",
        "repeats",
        "channel",
        "host",
        "pid",
    ]
    readonly_fields = fields

    @display(description=_("outcome"), ordering="status", label=COLORS)
    def status_shown(self, run: JobRun) -> tuple[str, str]:
        """How far it has come."""
        return run.status, run.get_status_display()

    @display(description=_("errors"))
    def errors_shown(self, run: JobRun) -> str:
        """The first errors, a line each."""
        return format_html_join("", "<div>{}</div>", ((error,) for error in run.errors))
