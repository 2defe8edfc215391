"""Signing in to the back office: the password first, then a code from who has a second factor.

Between the two steps nobody is signed in: the session only remembers, for five minutes, whose
password was right.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.conf import settings
from django.contrib import admin, messages
from django.contrib.auth import login
from django.contrib.auth.views import LoginView, RedirectURLMixin
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.crypto import constant_time_compare
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _
from django.views.generic import FormView
from unfold.forms import AuthenticationForm

from config.admin.forms import PageForm, blame
from config.clock import now
from users.actions.second_factor import check_code
from users.actions.signing_in import recognise
from users.admin.locked_out import refused
from users.attempts import attempt, refuse_flood
from users.backends import RightsBackend
from users.errors import (
    InactiveUser,
    InvalidCredentials,
    LockedOut,
    SecondFactorInvalid,
    TooManyAtOnce,
    TooManyFailures,
)
from users.models import User

BACKEND = "users.backends.RightsBackend"
PENDING = "second_step"
PATIENCE = timedelta(minutes=5)


class SignInForm(AuthenticationForm):
    """E-mail and password, asked of the same action as the app's."""

    def clean(self) -> dict[str, Any]:
        """Recognise the person; a failure counts. Raises TooManyFailures, LockedOut."""
        facts = self.cleaned_data
        if "username" in facts and "password" in facts:
            try:
                with attempt(self.request, facts["username"]):
                    self.user_cache = recognise(facts["username"], facts["password"])
            except InvalidCredentials:
                raise self.get_invalid_login_error() from None
            except InactiveUser as refusal:
                raise forms.ValidationError(refusal.detail, code="inactive") from None
            self.confirm_login_allowed(self.user_cache)
        return facts


class Refusing(RedirectURLMixin):
    """A step of signing in that says, on a page of its own, when one has to wait."""

    next_page = settings.LOGIN_REDIRECT_URL
    request: HttpRequest

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Take the step, unless it is tried too often."""
        try:
            refuse_flood(request)
            answer: HttpResponse = super().post(request, *args, **kwargs)  # type: ignore[misc]
        except (TooManyFailures, TooManyAtOnce, LockedOut) as refusal:
            return refused(request, refusal)
        return answer


class SignInView(Refusing, LoginView):
    """The first step; for most the only one."""

    template_name = "admin/login.html"
    authentication_form = SignInForm

    def form_valid(self, form: Any) -> HttpResponse:
        """Let in who has no second factor; remember the others for the next step."""
        person: User = form.get_user()
        if not person.has_second_factor:
            return _let_in(self, person)
        self.request.session[PENDING] = {
            "person": person.pk,
            "tie": person.get_session_auth_hash(),
            "since": now().isoformat(),
        }
        asked = urlencode({self.redirect_field_name: self.get_success_url()})
        return HttpResponseRedirect(f"{reverse('admin:second_factor')}?{asked}")


def code_field(help_text: Any) -> forms.CharField:
    """Return the field for a code, as telephones offer to fill it."""
    return forms.CharField(
        label=_("Code"),
        max_length=32,
        help_text=help_text,
        widget=forms.TextInput(
            attrs={"autocomplete": "one-time-code", "autofocus": "", "spellcheck": "false"}
        ),
    )


class CodeForm(PageForm):
    """A code of the second factor."""

    code = code_field(_("Of your authenticator app; or one of your recovery codes."))


class SecondStepView(Refusing, FormView):
    """The second step: a code from the person whose password was right a moment ago."""

    template_name = "admin/second_step.html"
    form_class = CodeForm

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        """Send away who has not taken the first step, or long ago."""
        self.person = _remembered(request)
        if self.person is None:
            messages.warning(request, _("Please sign in again."))
            return HttpResponseRedirect(reverse("admin:login"))
        return super().dispatch(request, *args, **kwargs)

    def form_valid(self, form: CodeForm) -> HttpResponse:
        """Let in whose code is right; a wrong one counts."""
        assert self.person is not None  # noqa: S101  (dispatch has sent all others away)
        try:
            with attempt(self.request, self.person.email):
                check_code(self.person, form.cleaned_data["code"], at=now())
        except SecondFactorInvalid as refusal:
            blame(form, refusal)
            return self.form_invalid(form)
        return _let_in(self, self.person)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Give the page the studio's frame."""
        frame = admin.site.each_context(self.request)
        return {**frame, "title": _("Second factor"), **super().get_context_data(**kwargs)}


def _let_in(step: Refusing, person: User) -> HttpResponse:
    """Sign in, with a session of a new name, and lead on."""
    step.request.session.pop(PENDING, None)
    login(step.request, person, backend=BACKEND)
    return HttpResponseRedirect(step.get_success_url())


def _remembered(request: HttpRequest) -> User | None:
    """Return whose password was right within five minutes, and still is."""
    pending = request.session.get(PENDING)
    if pending is None or now() - datetime.fromisoformat(pending["since"]) > PATIENCE:
        return None
    person = RightsBackend().get_user(pending["person"])
    if person is None or not person.has_second_factor:
        return None
    return person if constant_time_compare(person.get_session_auth_hash(), pending["tie"]) else None
