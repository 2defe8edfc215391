"""The cookie of the back office: whom it is given, what it opens, and where it leads."""

from __future__ import annotations

from urllib.parse import quote, urlsplit

import pytest
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session as Kept
from django.test import Client as Browser
from rest_framework.test import APIClient

from config.tests.hostile.stolen import API, COOKIE, cookie, entered, with_a_password
from users.tests.factories import PASSWORD

pytestmark = pytest.mark.django_db


def test_the_key_of_a_session_is_made_anew_by_signing_in(stolen):
    browser = Browser()
    anonymous = SessionStore()
    anonymous.create()
    for planted in ("", "x" * 32, anonymous.session_key):
        browser.cookies[COOKIE] = planted
        entered(stolen.person, browser)
        assert browser.cookies[COOKIE].value not in {planted, stolen.key}
    other = with_a_password("editor")
    before = browser.cookies[COOKIE].value
    entered(other, browser)
    assert browser.cookies[COOKIE].value != before
    assert cookie(before).get("/admin/").status_code == 302


def test_a_key_that_nobody_was_given_is_never_taken_up():
    planted = "abcdefghijklmnopqrstuvwxyz012345"
    answer = cookie(planted).get("/admin/login/")
    assert answer.status_code == 200
    assert not Kept.objects.filter(session_key=planted).exists()


def test_leaving_takes_the_session_out_of_the_database(stolen):
    assert Kept.objects.filter(session_key=stolen.key).exists()
    cookie(stolen.key).post("/admin/logout/")
    assert not Kept.objects.filter(session_key=stolen.key).exists()


@pytest.mark.parametrize("is_secure", [True, False])
def test_cookies_are_kept_from_scripts_and_from_other_sites(stolen, settings, is_secure):
    settings.SESSION_COOKIE_SECURE = settings.CSRF_COOKIE_SECURE = is_secure
    browser = Browser()
    browser.get("/admin/login/")
    entered(stolen.person, browser)
    for name in (settings.SESSION_COOKIE_NAME, settings.CSRF_COOKIE_NAME):
        sent = browser.cookies[name]
        assert (sent["httponly"], sent["samesite"]) == (True, "Lax"), name
        assert bool(sent["secure"]) == is_secure
        assert (sent["domain"], sent["path"]) == ("", "/")


def test_the_api_gives_and_reads_no_cookie(stolen):
    client = APIClient(enforce_csrf_checks=True)
    client.cookies[COOKIE] = stolen.key
    for ask, address in ((client.get, "users/me"), (client.post, "clients"), (client.get, "enums")):
        answer = ask(f"{API}/{address}")
        assert answer.status_code in {200, 401}
        assert not answer.cookies
    body = {"email": stolen.person.email, "password": PASSWORD}
    assert not APIClient().post(f"{API}/auth/login", body).cookies


PAGES = ("/admin/", "/admin/users/user/me/", "/admin/sessions_app/session/", "/admin/search/?s=x")


@pytest.mark.parametrize("address", PAGES)
def test_the_button_back_shows_nothing_after_leaving(client, coordinator, address):
    client.force_login(coordinator)
    answer = client.get(address)
    assert answer.status_code == 200
    assert {"no-store", "private", "no-cache"} <= set(answer["Cache-Control"].split(", "))
    assert "Cookie" in answer["Vary"]


@pytest.mark.parametrize("address", [*PAGES, "/admin/login/", "/admin/nowhere/"])
def test_no_page_is_shown_in_the_frame_of_another_site(client, coordinator, address):
    client.force_login(coordinator)
    answer = client.get(address, follow=True)
    assert answer["X-Frame-Options"] == "DENY"
    assert "frame-ancestors 'none'" in answer["Content-Security-Policy"]


def test_nobody_is_signed_in_or_out_by_another_site(stolen):
    browser = Browser(enforce_csrf_checks=True)
    form = {"username": stolen.person.email, "password": PASSWORD}
    assert browser.post("/admin/login/", form).status_code == 403
    browser.get("/admin/login/")  # the cookie of the token alone is not the token
    assert browser.post("/admin/login/", form).status_code == 403
    assert COOKIE not in browser.cookies
    browser.cookies[COOKIE] = stolen.key
    assert browser.post("/admin/logout/").status_code == 403
    assert browser.get("/admin/logout/").status_code == 405
    assert "cookie" in stolen.alive()


# Where one is sent after signing in

ELSEWHERE = (
    "https://hostile.example/",
    "//hostile.example",
    "///hostile.example",
    "/\\hostile.example",
    "\\\\hostile.example",
    "http:hostile.example",
    "http:///hostile.example",
    "javascript:alert(1)",
    "data:text/html,x",
    "/%09/hostile.example",
    "/\t/hostile.example",
    "\x00https://hostile.example",
    "https:hostile.example",
    "https://testserver@hostile.example",
    "https://testserver.hostile.example",
    "//hostile.example/%2e%2e",
    "/admin/\r\nSet-Cookie: a=b",
    "ftp://hostile.example",
)


def test_signing_in_leads_to_no_other_site(stolen):
    form = {"username": stolen.person.email, "password": PASSWORD}
    for target in ELSEWHERE:
        for answer in (
            Browser().post(f"/admin/login/?next={quote(target)}", form),
            Browser().post("/admin/login/", form | {"next": target}),
            cookie(stolen.key).get("/admin/login/", {"next": target}),
        ):
            assert answer.status_code == 302, target
            leads = answer["Location"]
            assert leads.startswith("/"), target
            assert urlsplit(leads.replace("\\", "/")).netloc == "", target
            assert "\r" not in leads, target
            assert "a" not in answer.cookies, target
