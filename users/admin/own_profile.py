"""One's own name, phone and language in the back office."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from config.admin.buttons import action_page
from config.admin.forms import PageForm
from config.admin.pages import WithPages, page
from config.clock import now
from users.actions.people import change_own_profile
from users.admin.actor import actor_of, person_of

OWN = ("full_name", "phone", "language")


class OwnProfileForm(PageForm):
    """What everyone may change about themselves."""

    full_name = forms.CharField(label=_("Full name"), max_length=150)
    phone = forms.CharField(label=_("Phone"), max_length=30, required=False)
    language = forms.ChoiceField(label=_("Language"), choices=settings.LANGUAGES)


class OwnProfile(WithPages):
    """The page behind one's own name in the menu."""

    @page("me/", "own_profile", for_whom=lambda request: True)
    def own_profile(self, request: HttpRequest) -> HttpResponse:
        """Ask for name, phone and language, then change them."""
        person = person_of(request)
        return action_page(
            self,
            request,
            None,
            title=_("My profile"),
            form_class=OwnProfileForm,
            initial={name: getattr(person, name) for name in OWN},
            submit=_("Save"),
            run=lambda form: change_own_profile(form, actor=actor_of(request), at=now()),
            done=_("Saved."),
            next_url=reverse("admin:index"),
            back_url=reverse("admin:index"),
        )


def account_links(request: HttpRequest) -> list[dict[str, Any]]:
    """Return what the menu offers below one's own name (`UNFOLD["ACCOUNT"]`)."""
    return [
        {"title": _("My profile"), "link": reverse("admin:own_profile")},
        {"title": _("What I get by e-mail"), "link": reverse("admin:notifications_by_email")},
        {"title": _("Change password"), "link": reverse("admin:password_change")},
        {"title": _("Second factor"), "link": reverse("admin:own_second_factor")},
    ]
