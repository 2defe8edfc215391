"""All that somebody may have stolen of a person, and what it still opens."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.test import Client as Browser
from rest_framework.test import APIClient

from config.tests.test_api_permissions import hashed
from users.letter_tokens import new_password_token
from users.models import SignIn, User
from users.tests.factories import PASSWORD, UserFactory

API = "/api/v1"
COOKIE = settings.SESSION_COOKIE_NAME


@dataclass
class Stolen:
    """All that somebody else has of a person: of this device, and of another one."""

    person: User
    pair: dict[str, Any]
    other_pair: dict[str, Any]
    key: str
    link: str

    def alive(self) -> set[str]:
        """Return what still opens something, as one finds out by trying."""
        found = set()
        for name, pair in (("", self.pair), ("other ", self.other_pair)):
            if bearer(pair).get(f"{API}/users/me").status_code == 200:
                found.add(f"{name}access")
            family = SignIn.objects.filter(user=self.person, revoked_at=None)
            if family.exists() and refreshed(pair).status_code == 200:
                found.add(f"{name}refresh")
        if cookie(self.key).get("/admin/").status_code == 200:
            found.add("cookie")
        pk, _dash, signed = self.link.partition("-")
        person = User.objects.get(pk=pk)
        if person.is_active and new_password_token.check_token(person, signed):
            found.add("link")
        return found


def login(person: User, password: str = PASSWORD) -> dict[str, Any]:
    answer = APIClient().post(f"{API}/auth/login", {"email": person.email, "password": password})
    body: dict[str, Any] = answer.json()
    return body


def bearer(pair: dict[str, Any]) -> APIClient:
    client = APIClient()
    client.credentials(HTTP_AUTHORIZATION=f"Bearer {pair['access_token']}")
    return client


def refreshed(pair: dict[str, Any]) -> Any:
    return APIClient().post(f"{API}/auth/refresh", {"refresh_token": pair["refresh_token"]})


def cookie(key: str) -> Browser:
    browser = Browser()
    browser.cookies[COOKIE] = key
    return browser


def entered(person: User, browser: Browser | None = None) -> Browser:
    """Sign in to the back office by its form."""
    browser = browser or Browser()
    form = {"username": person.email, "password": PASSWORD}
    assert browser.post("/admin/login/", form).status_code == 302
    return browser


def link_for(person: User) -> str:
    return f"{person.pk}-{new_password_token.make_token(person)}"


def robbed(*roles: str) -> Stolen:
    """Return someone with two devices, signed in at both doors, with a letter on its way."""
    person = with_a_password(*roles)
    pair, other = login(person), login(person)
    return Stolen(person, pair, other, entered(person).cookies[COOKIE].value, link_for(person))


def with_a_password(*roles: str) -> User:
    person: User = UserFactory(full_name="Victoria Victim", roles=roles)
    person.password = hashed()
    person.save()
    return person
