"""Steps of many sessions at once: one action each, row by row, with a report row by row."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from config.admin.buttons import run_each
from config.clock import now
from sessions_app.actions.transition import transition
from sessions_app.lifecycle import EVERYBODYS_MARK, Status
from users.admin.actor import actor_of
from users.admin.rights import may
from users.rights import Right


class BulkSteps:
    """Actions of the list of sessions."""

    def has_edit_permission(self, request: HttpRequest) -> bool:
        """Whether the person takes sessions through their planning."""
        return may(request, Right.SESSION_EDIT_PRE_ASSIGNED)

    def has_assign_permission(self, request: HttpRequest) -> bool:
        """Whether the person settles teams."""
        return may(request, Right.SESSION_ASSIGN_RESOURCES)

    def has_mark_permission(self, request: HttpRequest) -> bool:
        """Whether the person marks attendance for all."""
        return all(may(request, right) for right in EVERYBODYS_MARK.rights)

    @admin.action(description=_("Confirm"), permissions=["edit"])
    def confirm_rows(self, request: HttpRequest, rows: QuerySet[Any]) -> None:
        """Confirm the chosen sessions, one by one."""
        self._take_each(request, rows, Status.CONFIRMED, (Status.PRE_SCHEDULED,))

    @admin.action(description=_("Mark as assigned"), permissions=["assign"])
    def settle_rows(self, request: HttpRequest, rows: QuerySet[Any]) -> None:
        """Take the chosen sessions to Assigned, one by one."""
        self._take_each(request, rows, Status.ASSIGNED, (Status.CONFIRMED,))

    @admin.action(description=_("Mark as attended"), permissions=["mark"])
    def attend_rows(self, request: HttpRequest, rows: QuerySet[Any]) -> None:
        """Take the chosen sessions to Attended, one by one."""
        self._take_each(request, rows, Status.ATTENDED, (Status.ASSIGNED,))

    def _take_each(
        self, request: HttpRequest, rows: QuerySet[Any], to: Status, sources: tuple[Status, ...]
    ) -> None:
        actor, at = actor_of(request), now()
        run_each(
            request,
            rows,
            lambda session: transition(session, to, actor=actor, at=at, sources=sources),
            done=_("Now in “{state}”: %(names)s.").format(state=to.label),
        )
