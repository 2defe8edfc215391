"""One's own second factor in the back office: setting it up, new recovery codes, turning it off."""

from __future__ import annotations

from typing import Any

import segno
from django import forms
from django.conf import settings
from django.contrib.auth import update_session_auth_hash
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from config.admin.buttons import action_page
from config.admin.forms import PageForm, blame
from config.admin.pages import WithPages, page
from config.clock import now
from config.errors import DomainError
from users.actions.second_factor import (
    renew_recovery_codes,
    set_up_second_factor,
    turn_off_second_factor,
)
from users.admin.actor import actor_of, person_of
from users.admin.signing_in import CodeForm, code_field
from users.attempts import attempt
from users.models import User
from users.one_time_codes import address, new_secret, typed
from users.sealing import seal, unseal

SECRET = "new_second_factor"  # noqa: S105  where the session keeps what is being set up
BORDER = 4  # modules of quiet around a QR code


class SetUpForm(PageForm):
    """Who it is, and that the app knows the secret."""

    code = code_field(_("What the app shows now."))
    current_password = forms.CharField(
        label=_("Your password"),
        strip=False,
        max_length=1024,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )


class OwnSecondFactor(WithPages):
    """The pages behind “Second factor” in one's own menu."""

    @page("me/second-factor/", "own_second_factor", for_whom=lambda request: True)
    def own_second_factor(self, request: HttpRequest) -> HttpResponse:
        """Show what is set up; who has nothing scans a secret and proves it by a code."""
        person = person_of(request)
        if person.has_second_factor:
            factor = person.second_factor
            return self._shown(request, factor=factor, codes_left=len(factor.recovery_hashes))
        secret = _secret_being_set_up(request)
        form = SetUpForm(request.POST or None)
        if request.method == "POST" and form.is_valid():
            try:
                with attempt(request, person.email):
                    codes = set_up_second_factor(
                        secret, **form.cleaned_data, actor=actor_of(request), at=now()
                    )
            except DomainError as refusal:
                blame(form, refusal)
            else:
                del request.session[SECRET]
                _stay_signed_in(request)
                return self._shown(request, codes=codes)
        scanned = address(secret, account=person.email, issuer=settings.STUDIO_NAME)
        return self._shown(request, form=form, secret=typed(secret), qr=_qr_code(scanned))

    @page("me/second-factor/codes/", "own_recovery_codes", for_whom=lambda request: True)
    def own_recovery_codes(self, request: HttpRequest) -> HttpResponse:
        """Make new recovery codes for who has a code still."""
        form = CodeForm(request.POST or None)
        if request.method == "POST" and form.is_valid():
            try:
                with attempt(request, person_of(request).email):
                    codes = renew_recovery_codes(
                        form.cleaned_data["code"], actor=actor_of(request), at=now()
                    )
            except DomainError as refusal:
                blame(form, refusal)
            else:
                return self._shown(request, codes=codes)
        return self._shown(request, form=form, renewing=True)

    @page("me/second-factor/off/", "second_factor_off", for_whom=lambda request: True)
    def second_factor_off(self, request: HttpRequest) -> HttpResponse:
        """Ask for a code, then for the password alone from now on."""
        person = person_of(request)

        def turn_off(facts: dict[str, Any]) -> User:
            with attempt(request, person.email):
                turn_off_second_factor(facts["code"], actor=actor_of(request), at=now())
            _stay_signed_in(request)
            return person

        return action_page(
            self,
            request,
            None,
            title=_("Turn off the second factor"),
            text=_("Signing in will ask for your password alone."),
            form_class=CodeForm,
            submit=_("Turn off"),
            danger=True,
            run=turn_off,
            done=_("Signing in asks for your password alone."),
            next_url=reverse("admin:own_second_factor"),
            back_url=reverse("admin:own_second_factor"),
        )

    def _shown(self, request: HttpRequest, **facts: Any) -> HttpResponse:
        title = _("Second factor")
        return self.shown_page(request, "admin/own_second_factor.html", title, **facts)


def _secret_being_set_up(request: HttpRequest) -> bytes:
    """Return the secret that was shown first, until it is proven or the sign-in ends."""
    if SECRET not in request.session:
        request.session[SECRET] = seal(new_secret())
    return unseal(request.session[SECRET])


def _stay_signed_in(request: HttpRequest) -> None:
    """Tie the sign-in at hand to what has changed, which ends all others."""
    update_session_auth_hash(request, User.objects.get(pk=person_of(request).pk))


def _qr_code(text: str) -> dict[str, Any]:
    """Return a QR code as the path of a drawing, a square of `size` modules."""
    rows = list(segno.make(text, error="m", micro=False).matrix)
    dark = (
        f"M{x + BORDER} {y + BORDER}h1v1h-1z"
        for y, row in enumerate(rows)
        for x, is_dark in enumerate(row)
        if is_dark
    )
    return {"path": "".join(dark), "size": len(rows) + 2 * BORDER}
