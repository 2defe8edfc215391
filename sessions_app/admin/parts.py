"""The parts of a session in the back office: its lines and its history.

They are shown on the session's page and never edited there; lines, like members of the team and
payments, have a page of their own, with buttons, that the menu does not list.
"""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib import admin
from django.contrib.admin.options import BaseModelAdmin
from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from unfold.admin import TabularInline
from unfold.decorators import display
from unfold.enums import ActionVariant

from config.admin.buttons import WithButtons, action_page, button, change_page
from config.amounts import money
from config.clock import now
from sessions_app import rules
from sessions_app.actions import lines
from sessions_app.admin import forms, offers
from sessions_app.admin.offers import sees_whole
from sessions_app.models import (
    HistoryEntry,
    Line,
    LineType,
    Session,
)
from users.admin.actor import actor_of
from users.admin.rights import RightsAdmin, may
from users.models import User


class ShownOnly:
    """Rows that whoever sees the session sees, and nobody edits in place."""

    extra = 0
    can_delete = False
    tab = True
    hide_title = True

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Whether the person sees the session."""
        session = obj if isinstance(obj, Session) else getattr(obj, "session", None)
        return isinstance(request.user, User) and (
            session is None or rules.sees(request.user, session)
        )

    def has_add_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Nobody adds in place."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Nobody changes in place."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Nobody deletes in place."""
        return False


def link_to(part: Model, text: Any) -> str:
    """Return a link to a part's own page, where its buttons are."""
    name = f"admin:{part._meta.app_label}_{part._meta.model_name}_change"
    style = "text-primary-600 dark:text-primary-500"
    return format_html('<a href="{}" class="{}">{}</a>', reverse(name, args=[part.pk]), style, text)


class ShownLines(ShownOnly, BaseModelAdmin):
    """Which lines are shown, and how."""

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Leave adjustments, which are money, out for who may not see them."""
        rows = super().get_queryset(request)
        return rows if sees_whole(request) else rows.exclude(line_type=LineType.ADJUSTMENT)

    @display(description=_("unit price"))
    def price(self, line: Line) -> str:
        """The price of one."""
        return money(line.unit_price)

    @display(description=_("amount"))
    def amount(self, line: Line) -> str:
        """What the line comes to."""
        return money(line.line_subtotal)


class LineInline(ShownLines, TabularInline):
    """What the session is made of."""

    model = Line
    verbose_name_plural = _("order")
    template_after = "admin/session/order.html"
    readonly_fields = ("opened", "price", "amount")

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """Leave the prices out for who may not see them."""
        prices = ("price", "amount") if sees_whole(request) else ()
        return ("opened", "quantity", *prices, "is_delivered")

    @display(description=_("name"))
    def opened(self, line: Line) -> str:
        """The name, which opens the line."""
        return link_to(line, line.item_name)


class HistoryInline(ShownOnly, TabularInline):
    """Every change of state, oldest first."""

    model = HistoryEntry
    verbose_name_plural = _("history")
    template = "admin/session/timeline.html"

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Return the rows with who made them."""
        return super().get_queryset(request).select_related("changed_by")


class EditingTab(ShownOnly, TabularInline):
    """Who edits it, until when, and what can be done about it; the rows are in the history."""

    model = HistoryEntry
    verbose_name_plural = _("editing")
    template = "admin/session/editing.html"

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Return no rows: the tab tells of the session itself."""
        return super().get_queryset(request).none()


class PartAdmin(ShownOnly, WithButtons, RightsAdmin):
    """A part's own page, reached from its session's; the menu does not list it."""

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Return the parts of sessions that exist for this person."""
        seen = Session.objects.visible_to(request.user) if isinstance(request.user, User) else ()
        return super().get_queryset(request).filter(session__in=seen).select_related("session")

    def has_module_permission(self, request: HttpRequest) -> bool:
        """Keep it out of the menu."""
        return False


@admin.register(Line)
class LineAdmin(ShownLines, PartAdmin):
    """One line."""

    actions_detail: ClassVar[list[str]] = ["quantity", "delivered", "remove"]
    readonly_fields = ("price", "amount")

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """Leave the prices out for who may not see them."""
        prices = ("price", "amount") if sees_whole(request) else ()
        names = ("session", "line_type", "item_code", "item_name", "item_description", "quantity")
        return (*names, *prices, "group", "is_delivered", "delivered_at")

    @button(
        title=_("Change quantity"),
        icon="edit",
        offered=lambda self, request, line: (
            line.group is None and offers.lines(self, request, line.session)
        ),
    )
    def quantity(self, request: HttpRequest, line: Line) -> HttpResponse:
        """Ask how many, then change it."""
        actor = actor_of(request)
        return action_page(
            self,
            request,
            line,
            title=_("Quantity of %(name)s") % {"name": line.item_name},
            form_class=offers.overridable(forms.QuantityForm, request, line.session),
            initial={"quantity": line.quantity},
            submit=_("Change"),
            run=lambda form: lines.change_line(
                line,
                {"quantity": form["quantity"]},
                actor=actor,
                at=now(),
                override=offers.override_in(form, actor),
            ),
            done=_("The quantity is changed."),
            next_url=session_page(self, line),
        )

    @button(
        title=_("Delivered / not delivered"),
        icon="local_shipping",
        offered=lambda self, request, line: (
            line.session.status in rules.NOTES_AND_DELIVERY.states
            and may(request, rules.NOTES_AND_DELIVERY.right, line.session)
        ),
    )
    def delivered(self, request: HttpRequest, line: Line) -> HttpResponse:
        """Note that the line has reached the client, or has not after all."""
        question = (
            _("%(name)s: not delivered after all?")
            if line.is_delivered
            else _("%(name)s: delivered?")
        )
        return action_page(
            self,
            request,
            line,
            title=question % {"name": line.item_name},
            submit=_("Save"),
            run=lambda _form: lines.change_line(
                line,
                {"is_delivered": not line.is_delivered},
                actor=actor_of(request),
                at=now(),
            ),
            done=_("Saved."),
            next_url=session_page(self, line),
        )

    @button(
        title=_("Remove"),
        icon="remove_shopping_cart",
        variant=ActionVariant.DANGER,
        offered=lambda self, request, line: offers.lines(self, request, line.session),
    )
    def remove(self, request: HttpRequest, line: Line) -> HttpResponse:
        """Ask, then remove the line; of a package, all of it."""
        actor = actor_of(request)
        whole = _("It is part of a package: all lines of the package are removed.")
        return action_page(
            self,
            request,
            line,
            title=_("Remove %(name)s") % {"name": line.item_name},
            text=whole if line.group is not None else "",
            form_class=offers.overridable(forms.OverrideForm, request, line.session),
            submit=_("Remove"),
            danger=True,
            run=lambda form: lines.remove_line(
                line, actor=actor, at=now(), override=offers.override_in(form, actor)
            ),
            done=_("Removed."),
            next_url=session_page(self, line),
        )


def session_page(admin_page: Any, part: Any) -> str:
    """Return the address of the page of a part's session."""
    return change_page(admin_page, part.session)
