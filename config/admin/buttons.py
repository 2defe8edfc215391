"""Buttons of the back office: each asks, then calls one action, and shows a refusal as a sentence.

A button of a change page is a link to a page of its own, which a GET only shows; the POST of that
page's form calls the action:

    @button(title=_("Cancel"), offered=lambda admin, request, session: …, icon="cancel")
    def cancel(self, request: HttpRequest, session: Session) -> HttpResponse:
        return action_page(
            self, request, session,
            title=_("Cancel this session"),
            form_class=CancelForm,
            run=lambda form: cancel(session, actor=actor_of(request), at=now(), **form),
            done=_("The session is cancelled."),
        )

and `actions_detail = ["cancel"]` on an admin with `WithButtons` puts it on the page. A bulk action
is a POST of the list already: `run_each` goes row by row and reports row by row.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import wraps
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.admin.utils import quote, unquote
from django.core.exceptions import PermissionDenied
from django.db import models
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from unfold.admin import ModelAdmin
from unfold.dataclasses import UnfoldAction
from unfold.decorators import action
from unfold.enums import ActionVariant

from config.admin.forms import PageForm, blame
from config.errors import DomainError

NAMES_SHOWN = 20

Offer = Callable[[Any, HttpRequest, Any], bool]
Page = Callable[[Any, HttpRequest, Any], HttpResponse]


class WithButtons(ModelAdmin):
    """An admin whose `actions_detail` are buttons, each shown while its offer stands."""

    def get_object(
        self, request: HttpRequest, object_id: str, from_field: str | None = None
    ) -> models.Model | None:
        """Return the object; a page that is only shown asks for it several times, reads it once."""
        if request.method != "GET":
            return super().get_object(request, object_id, from_field)
        read: dict[tuple[str, str, str | None], Any] = request.__dict__.setdefault("rows_read", {})
        key = (self.opts.label, str(object_id), from_field)
        if key not in read:
            read[key] = super().get_object(request, object_id, from_field)
        return read[key]

    def get_actions_detail(self, request: HttpRequest, object_id: int | str) -> list[UnfoldAction]:
        """Return the buttons that this person is offered for this object; asked once a page."""
        known: dict[str, list[UnfoldAction]] = request.__dict__.setdefault("buttons_offered", {})
        key = f"{self.opts.label} {object_id}"
        if key not in known:
            obj = self.get_object(request, unquote(str(object_id)))
            known[key] = [
                entry
                for entry in super().get_actions_detail(request, object_id)
                if obj is not None and entry.method.offered(self, request, obj)
            ]
        return known[key]


def button(
    *,
    title: Any,
    offered: Offer,
    icon: str | None = None,
    variant: ActionVariant = ActionVariant.DEFAULT,
    path: str | None = None,
) -> Callable[[Page], Any]:
    """Make a method `(admin, request, object) -> response` a button of the change page.

    Its page is at `path` below the object's, by default named like the method.

    `offered(admin, request, object)` says whether the button is shown and its page may be opened.
    Whether the thing may be *done* is the action's to say, also to who posts without asking.
    """

    def decorate(page: Page) -> Any:
        @wraps(page)
        def view(admin: ModelAdmin, request: HttpRequest, object_id: str) -> HttpResponse:
            pk = unquote(object_id)
            is_id = pk.isascii() and pk.isdigit()  # Python's int() takes more: 1_2
            obj = admin.get_object(request, pk) if is_id else None
            if obj is None:
                return admin._get_obj_does_not_exist_redirect(request, admin.opts, object_id)
            if not admin.has_view_permission(request, obj):
                raise PermissionDenied
            if request.method != "POST" and not offered(admin, request, obj):
                messages.error(request, _("This is not possible now."))
                return HttpResponseRedirect(change_page(admin, obj))
            answer = page(admin, request, obj)
            if isinstance(answer, TemplateResponse) and not offered(admin, request, obj):
                return _sent_back(admin, request, obj, answer)
            return answer

        url_path = path or page.__name__.replace("_", "-")
        made = action(view, description=title, icon=icon, variant=variant, url_path=url_path)
        made.offered = offered
        return made

    return decorate


def _sent_back(
    admin: ModelAdmin, request: HttpRequest, obj: models.Model, refused: TemplateResponse
) -> HttpResponse:
    """Say why a POST was refused without showing its page to who was not offered the button."""
    context: dict[str, Any] = refused.context_data or {}
    problems = context["form"].non_field_errors()
    for problem in problems or [_("This is not possible now.")]:
        messages.error(request, problem)
    return HttpResponseRedirect(change_page(admin, obj))


def action_page(
    admin: ModelAdmin,
    request: HttpRequest,
    obj: models.Model | None,
    *,
    title: Any,
    run: Callable[[dict[str, Any]], Any],
    done: Any,
    text: Any = "",
    form_class: Callable[..., forms.Form] = PageForm,
    initial: Mapping[str, Any] | None = None,
    submit: Any = None,
    danger: bool = False,
    next_url: str | None = None,
    back_url: str | None = None,
) -> HttpResponse:
    """Show a form about an object; on POST call `run` with its clean data, the one action.

    Without an object it is a form of the list, for what `run` makes and returns. What the action
    refuses (DomainError) is shown on the form, with what was typed. When it is done, `done` is said
    (a sentence, or a function of what `run` returned) and one is back on the change page, or at
    `next_url`; who leaves it is back there, or at `back_url`. `text` explains what will happen;
    `danger` makes the button red.
    """
    form = form_class(request.POST if request.method == "POST" else None, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            outcome = run(form.cleaned_data)
        except DomainError as refusal:
            blame(form, refusal)
        else:
            touched = obj or outcome
            admin.log_change(request, touched, str(title))
            messages.success(request, done(outcome) if callable(done) else done)
            return HttpResponseRedirect(next_url or change_page(admin, touched))
    context = {
        **admin.admin_site.each_context(request),
        "opts": admin.opts,
        "original": obj,
        "title": title,
        "page_title": "" if obj else title,
        "text": text,
        "form": form,
        "media": admin.media + form.media,
        "submit_label": submit or title,
        "danger": danger,
        "cancel_url": back_url or (change_page(admin, obj) if obj else list_page(admin)),
    }
    return TemplateResponse(request, "admin/action_page.html", context)


def run_each(
    request: HttpRequest,
    rows: models.QuerySet[Any],
    run: Callable[[Any], Any],
    *,
    done: Any,
) -> None:
    """Call an action for each row, by id; say which were done, and of each other why not.

    `done` is a sentence with `%(names)s` in it.
    """
    names = []
    for row in rows.order_by("pk"):
        try:
            run(row)
        except DomainError as refusal:
            messages.error(request, f"{row}: {refusal.detail}")
        else:
            names.append(str(row))
    if names:
        shown = ", ".join(names[:NAMES_SHOWN]) + ("…" if len(names) > NAMES_SHOWN else "")
        messages.success(request, done % {"names": shown})


def list_page(admin: ModelAdmin) -> str:
    """Return the address of the list of an admin's objects."""
    opts = admin.opts
    address: str = reverse(f"{admin.admin_site.name}:{opts.app_label}_{opts.model_name}_changelist")
    return address


def change_page(admin: ModelAdmin, obj: models.Model) -> str:
    """Return the address of an object's page."""
    opts = obj._meta
    name = f"{admin.admin_site.name}:{opts.app_label}_{opts.model_name}_change"
    return reverse(name, args=[quote(obj.pk)])
