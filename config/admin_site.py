"""The back office: Unfold's admin site, entered with an e-mail by whoever holds a staff role."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib.admin.views.autocomplete import AutocompleteJsonView
from django.contrib.auth import REDIRECT_FIELD_NAME
from django.contrib.auth.views import LoginView, PasswordChangeView
from django.db.models import Model
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import URLPattern, URLResolver, path, reverse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.generic import View
from unfold.sites import UnfoldAdminSite

MENU = ("sessions_app", "clients", "catalog", "users", "notifications", "records")
"""The apps in the order in which people look for them."""


class ChoicesView(AutocompleteJsonView):
    """Offers rows by their `choice_label`, where they have one."""

    def serialize_result(self, obj: Model, to_field_name: str) -> dict[str, str]:
        """Return one row as the search box takes it."""
        offered: dict[str, str] = super().serialize_result(obj, to_field_name)
        return {**offered, "text": getattr(obj, "choice_label", offered["text"])}


class StudioAdminSite(UnfoldAdminSite):
    """Asks `is_staff` and `is_active` of the person, as Django does; both come from roles."""

    index_title = _("Back office")
    site_url = None
    enable_nav_sidebar = True
    login_view: type[LoginView]
    second_step_view: type[View]
    """How one signs in, and by a second factor; the app about people sets both."""

    def each_context(self, request: HttpRequest) -> dict[str, Any]:
        """Name the studio on every page."""
        return {
            **super().each_context(request),
            "site_title": settings.STUDIO_NAME,
            "site_header": settings.STUDIO_NAME,
        }

    def get_app_list(self, request: HttpRequest, app_label: str | None = None) -> list[Any]:
        """Return the menu in the studio's order."""
        apps: list[Any] = super().get_app_list(request, app_label)
        return sorted(apps, key=lambda app: MENU.index(app["app_label"]))

    def autocomplete_view(self, request: HttpRequest) -> HttpResponse:
        """Answer what a search box offers, each row by the label it has where it is chosen."""
        answer: Any = ChoicesView.as_view(admin_site=self)(request)
        return answer

    @method_decorator(never_cache)
    def login(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Sign in by `login_view`; who is signed in already is led on."""
        home = reverse(f"{self.name}:index")
        if request.method == "GET" and self.has_permission(request):
            return HttpResponseRedirect(home)
        context = {
            **self.each_context(request),
            "title": _("Log in"),
            "app_path": request.get_full_path(),
            REDIRECT_FIELD_NAME: home,
            **(extra_context or {}),
        }
        answer: Any = self.login_view.as_view(extra_context=context)(request)
        return answer

    def second_step(self, request: HttpRequest) -> HttpResponse:
        """Ask for a code who has given the right password."""
        answer: Any = self.second_step_view.as_view()(request)
        return answer

    def get_urls(self) -> list[URLPattern | URLResolver]:
        """Return Django's addresses and that of the second step of signing in."""
        second_step = path("second-factor/", never_cache(self.second_step), name="second_factor")
        return [second_step, *super().get_urls()]

    def password_change(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Change one's own password, then sign in anew: it ends every sign-in, this one too.

        Unlike Unfold's, it heeds `password_change_form`, which the app about people sets.
        """
        view = PasswordChangeView.as_view(
            form_class=self.password_change_form,
            success_url=reverse(f"{self.name}:login"),
            template_name="registration/password_change_form.html",
            extra_context={**self.each_context(request), **(extra_context or {})},
        )
        answer: Any = view(request)
        return answer
