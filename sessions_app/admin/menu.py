"""The menu of the back office: what one does first, then what there is; only what one may see."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from config.admin.pages import Asked
from sessions_app import rules
from users.admin.rights import may
from users.rights import Right

PAGES = ("agenda", "availability", "editing_queue")


def navigation(request: HttpRequest) -> list[dict[str, Any]]:
    """Return the groups of the menu (the setting `UNFOLD["SIDEBAR"]` names this function)."""
    return [
        {
            "items": [
                _page(_("Today"), "today", "index", lambda request: True),
                _page(_("Agenda"), "calendar_month", "agenda", sees_sessions),
                _page(_("Are you free?"), "event_available", "availability", answers_clients),
                _page(_("Editing queue"), "photo_library", "editing_queue", sees_queue),
            ]
        },
        _group(
            _("Work"),
            ("sessions_app.session", "camera"),
            ("clients.client", "groups"),
            ("sessions_app.timeoff", "beach_access"),
            ("notifications.email", "outbox"),
        ),
        _group(
            _("Catalog"),
            ("catalog.package", "inventory_2"),
            ("catalog.item", "sell"),
            ("catalog.room", "meeting_room"),
            ("sessions_app.maintenance", "construction"),
        ),
        _group(
            _("Studio"),
            ("users.user", "badge"),
            ("users.invitation", "mail"),
            ("users.role", "admin_panel_settings"),
            ("records.studiosettings", "tune"),
            ("records.auditentry", "history"),
            ("records.jobrun", "schedule"),
        ),
    ]


def sees_sessions(request: HttpRequest) -> bool:
    """Whether the person sees any session."""
    return may(request, Right.SESSION_VIEW_ALL) or may(request, Right.SESSION_VIEW_OWN)


def answers_clients(request: HttpRequest) -> bool:
    """Whether the person may ask who and what is free."""
    return any(may(request, right) for right in rules.BOOKING_RIGHTS)


def sees_queue(request: HttpRequest) -> bool:
    """Whether the person sees the editing queue."""
    return any(may(request, right) for right in rules.QUEUE_RIGHTS)


def _page(title: Any, icon: str, name: str, is_shown: Asked) -> dict[str, Any]:
    return {
        "title": title,
        "icon": icon,
        "link": reverse(f"admin:{name}"),
        "active": lambda request: request.path == reverse(f"admin:{name}"),
        "permission": is_shown,
    }


def _is_page(request: HttpRequest) -> bool:
    return request.path in {reverse(f"admin:{name}") for name in PAGES}


def _group(title: Any, *models: tuple[str, str]) -> dict[str, Any]:
    return {"title": title, "items": [_list(label, icon) for label, icon in models]}


def _list(label: str, icon: str) -> dict[str, Any]:
    app, name = label.split(".")
    page = next(
        page for model, page in admin.site._registry.items() if model._meta.label_lower == label
    )
    link = reverse(f"admin:{app}_{name}_changelist")
    return {
        "title": str(page.opts.verbose_name_plural).capitalize(),
        "icon": icon,
        "link": link,
        "active": lambda request: request.path.startswith(link) and not _is_page(request),
        "permission": lambda request: page.has_module_permission(request),
    }
