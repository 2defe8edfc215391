"""The editing queue in the back office: what waits, who has how much, and taking the next one."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from config.admin.pages import WithPages, page
from config.clock import now, studio_day
from config.errors import DomainError
from sessions_app import rules
from sessions_app.actions import editing
from sessions_app.admin.menu import sees_queue
from sessions_app.models import Session
from sessions_app.queries import editing_queue
from users.admin.actor import actor_of, person_of
from users.admin.rights import may
from users.rights import Right, RoleName

SHOWN = 100


class QueuePages(WithPages):
    """What waits for an editor."""

    @page("editing-queue/", "editing_queue", for_whom=sees_queue)
    def editing_queue(self, request: HttpRequest) -> HttpResponse:
        """Show what waits, the most urgent first, and how much each editor has."""
        user, day = person_of(request), studio_day(now())
        waiting = editing_queue.waiting(Session.objects.visible_to(user)).select_related("client")
        return self.shown_page(
            request,
            "admin/editing_queue.html",
            _("Editing queue"),
            waiting=[
                (one, editing_queue.days_left(one.delivery_deadline, day))
                for one in waiting[:SHOWN]
            ],
            loads=editing_queue.loads() if rules.sees_whole(user) else [],
            takes=RoleName.EDITOR in user.role_names and may(request, Right.SESSION_MARK_READY),
            gives=may(request, Right.SESSION_ASSIGN_RESOURCES),
        )

    @page("take-next/", "take_next", for_whom=sees_queue)
    def take_next(self, request: HttpRequest) -> HttpResponse:
        """Take for oneself what comes first; a POST, since it changes something."""
        answer: HttpResponse = require_POST(self._take_next)(request)
        return answer

    def _take_next(self, request: HttpRequest) -> HttpResponse:
        try:
            taken = editing.take_next(actor=actor_of(request), at=now())
        except DomainError as refusal:
            messages.error(request, refusal.detail)
            return HttpResponseRedirect(reverse("admin:editing_queue"))
        self.log_change(request, taken, _("Take it to edit"))
        messages.success(request, _("%(code)s is yours to edit.") % {"code": taken.code})
        return HttpResponseRedirect(reverse("admin:sessions_app_session_change", args=[taken.pk]))
