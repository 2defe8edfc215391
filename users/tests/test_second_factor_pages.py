"""A second factor in the back office: signing in in two steps, and one's own pages."""

from __future__ import annotations

import re
from base64 import b32decode
from datetime import datetime, timedelta
from typing import Any

import pytest
from axes.models import AccessAttempt
from django.core.cache import caches
from django.db import connection
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext

from config.clock import now
from config.records.models import Channel
from users.actions.second_factor import remove_second_factor
from users.actors import Actor
from users.admin import signing_in
from users.hashing import OneAtATime
from users.models import SecondFactor, User
from users.one_time_codes import code_at
from users.tests.authenticators import Authenticator, set_up
from users.tests.factories import PASSWORD, UserFactory

pytestmark = pytest.mark.django_db

LOGIN, STEP = "/admin/login/", "/admin/second-factor/"
OWN = "/admin/users/user/me/second-factor/"


@pytest.fixture(autouse=True)
def nothing_tried_yet(monkeypatch: pytest.MonkeyPatch) -> None:
    """Begin with nothing counted, and hash cheaply."""
    monkeypatch.setattr(OneAtATime, "memory_cost", 64)
    caches["counts"].clear()


@pytest.fixture
def person(db: None) -> User:
    return with_password("coordinator")


@pytest.fixture
def phone(person: User) -> Authenticator:
    return set_up(person, at=now() - timedelta(minutes=5))


def with_password(role: str) -> User:
    made: User = UserFactory(roles=[role], language="en")
    made.set_password(PASSWORD)
    made.save()
    return made


def first_step(person: User, asked: str = "") -> tuple[Browser, Any]:
    browser = Browser()
    form = {"username": person.email, "password": PASSWORD}
    return browser, browser.post(f"{LOGIN}{asked}", form)


def signed_in(person: User) -> Browser:
    browser = Browser()
    browser.force_login(User.objects.get(pk=person.pk), backend=signing_in.BACKEND)
    return browser


def is_in(browser: Browser) -> bool:
    return bool(browser.get("/admin/").status_code == 200)


# Two steps


def test_without_a_second_factor_one_step_is_enough(person):
    browser, answer = first_step(person)
    assert (answer.status_code, answer["Location"]) == (302, "/admin/")
    assert is_in(browser)


def test_the_password_alone_lets_nobody_in_who_has_one(person, phone):
    browser, answer = first_step(person)
    assert (answer.status_code, answer["Location"]) == (302, f"{STEP}?next=%2Fadmin%2F")
    assert not is_in(browser)


def test_a_code_leads_to_where_one_wanted_to_go(person, phone):
    browser, answer = first_step(person, "?next=/admin/clients/client/")
    page = browser.get(answer["Location"])
    assert page.status_code == 200
    hidden = re.search(r'name="next" value="([^"]+)"', page.content.decode())
    asked = {"code": phone.shows(now()), "next": hidden[1]}
    answer = browser.post(answer["Location"], asked)
    assert (answer.status_code, answer["Location"]) == (302, "/admin/clients/client/")
    assert is_in(browser)


def test_nobody_is_led_to_another_site(person, phone):
    browser, answer = first_step(person, "?next=https://hostile.example/")
    assert "hostile" not in answer["Location"]
    asked = {"code": phone.shows(now()), "next": "https://hostile.example/"}
    assert browser.post(STEP, asked)["Location"] == "/admin/"


def test_a_recovery_code_lets_in_once(person, phone):
    for expected in (True, False):
        browser, _answer = first_step(person)
        browser.post(STEP, {"code": phone.recovery_codes[0]})
        assert is_in(browser) is expected


def test_a_wrong_code_is_told_and_counts_for_the_account(person, phone):
    browser, _answer = first_step(person)
    page = browser.post(STEP, {"code": "000000"})
    assert "This code is wrong, or was used already." in page.content.decode()
    assert not is_in(browser)
    for _ in range(4):
        browser.post(STEP, {"code": "000000"})
    refused = browser.post(STEP, {"code": phone.shows(now())})
    assert refused.status_code == 429
    assert int(refused["Retry-After"]) > 0
    assert SecondFactor.objects.get().closed_until is not None


def test_signing_in_takes_a_session_of_a_new_name(person, phone, settings):
    browser, _answer = first_step(person)
    before = browser.cookies[settings.SESSION_COOKIE_NAME].value
    browser.post(STEP, {"code": phone.shows(now())})
    assert browser.cookies[settings.SESSION_COOKIE_NAME].value != before


def test_who_has_not_given_the_password_is_asked_for_it(person, phone):
    browser = Browser()
    answer = browser.post(STEP, {"code": phone.shows(now())})
    assert (answer.status_code, answer["Location"]) == (302, LOGIN)
    assert not is_in(browser)


def test_the_first_step_is_remembered_for_five_minutes(person, phone, monkeypatch):
    browser, _answer = first_step(person)
    later = now() + timedelta(minutes=5, seconds=1)
    monkeypatch.setattr(signing_in, "now", lambda: later)
    assert browser.post(STEP, {"code": phone.shows(later)})["Location"] == LOGIN
    assert not is_in(browser)


@pytest.mark.parametrize("change", ["password", "status", "factor"])
def test_what_has_changed_between_the_steps_makes_the_first_void(person, phone, change):
    browser, _answer = first_step(person)
    if change == "password":
        person.set_password("Other-Horse-2027!")
        person.save()
    elif change == "status":
        User.objects.filter(pk=person.pk).update(status="Inactive")
    else:
        remove_second_factor(person, actor=Actor(None, Channel.COMMAND), at=now())
        phone = set_up(person, at=now() - timedelta(minutes=5))
    assert browser.post(STEP, {"code": phone.shows(now())})["Location"] == LOGIN
    assert not is_in(browser)


# Trying too often


def test_after_five_failures_in_a_minute_the_back_office_asks_to_wait(person):
    def enter(password: str) -> Any:
        return Browser().post(LOGIN, {"username": person.email, "password": password})

    assert [enter("Wrong-Horse-2026!").status_code for _ in range(5)] == [200] * 5
    refused = enter(PASSWORD)
    assert refused.status_code == 429
    assert 1 <= int(refused["Retry-After"]) <= 61
    assert "Please wait a minute." in refused.content.decode()
    assert AccessAttempt.objects.get().failures_since_start == 5
    caches["counts"].clear()
    assert enter(PASSWORD).status_code == 302


def test_an_address_tries_sixty_times_a_minute_whoever_it_names(db):
    def enter(number: int) -> int:
        form = {"username": f"nobody{number}@studio.example", "password": "x"}
        return int(Browser().post(LOGIN, form).status_code)

    assert [enter(number) for number in range(62)] == [200] * 60 + [429] * 2


# One's own pages


def scanned(page: str) -> bytes:
    """Return the secret that the page shows."""
    text = re.search(r'<code class="break-words">([A-Z2-7 ]+)</code>', page)[1]
    return b32decode(text.replace(" ", ""))


def typed_in(secret: bytes) -> dict[str, str]:
    return {"code": code_at(secret, now()), "current_password": PASSWORD}


def test_one_scans_types_a_code_and_is_told_recovery_codes_once(person):
    browser = signed_in(person)
    page = browser.get(OWN).content.decode()
    secret = scanned(page)
    assert scanned(browser.get(OWN).content.decode()) == secret
    told = browser.post(OWN, typed_in(secret)).content.decode()
    codes = re.findall(r"<li><code>([a-z2-9]{4}(?:-[a-z2-9]{4}){3})</code>", told)
    assert len(codes) == 10
    page = browser.get(OWN).content.decode()
    assert "You have 10 recovery codes left." in page
    assert not any(code in page for code in codes)
    assert User.objects.get(pk=person.pk).has_second_factor


def test_a_wrong_code_sets_nothing_up_and_the_same_secret_is_shown_again(person):
    browser = signed_in(person)
    secret = scanned(browser.get(OWN).content.decode())
    page = browser.post(OWN, {"code": "000000", "current_password": PASSWORD}).content.decode()
    assert "This code is wrong" in page
    assert scanned(page) == secret
    assert not User.objects.get(pk=person.pk).has_second_factor


def test_setting_it_up_ends_the_other_sign_ins_and_keeps_the_one_at_hand(person):
    elsewhere, browser = signed_in(person), signed_in(person)
    secret = scanned(browser.get(OWN).content.decode())
    browser.post(OWN, typed_in(secret))
    assert is_in(browser)
    assert not is_in(elsewhere)


def test_new_recovery_codes_take_a_code(person, phone):
    browser = signed_in(person)
    assert "This code is wrong" in browser.post(f"{OWN}codes/", {"code": "1"}).content.decode()
    told = browser.post(f"{OWN}codes/", {"code": phone.shows(now())}).content.decode()
    codes = re.findall(r"<li><code>([a-z2-9-]+)</code>", told)
    assert len(codes) == 10
    assert not set(codes) & set(phone.recovery_codes)


def test_turning_it_off_takes_a_code_too(person, phone):
    browser = signed_in(person)
    assert "This code is wrong" in browser.post(f"{OWN}off/", {"code": "1"}).content.decode()
    assert User.objects.get(pk=person.pk).has_second_factor
    assert browser.post(f"{OWN}off/", {"code": phone.shows(now())}).status_code == 302
    assert not User.objects.get(pk=person.pk).has_second_factor
    assert is_in(browser)


@pytest.mark.parametrize("page", ["codes", "off"])
def test_who_has_none_is_told_so_there(person, page):
    answer = signed_in(person).post(f"{OWN}{page}/", {"code": "123456"})
    assert answer.status_code == 200
    assert "There is no second factor." in answer.content.decode()


# Where admins must


@pytest.fixture
def required(settings: Any) -> None:
    settings.REQUIRE_SECOND_FACTOR_FOR_ADMINS = True


@pytest.mark.parametrize(
    "address", ["/admin/", "/admin/users/user/", "/admin/users/user/me/", "/admin/search/"]
)
def test_an_admin_without_one_is_led_to_the_set_up_from_everywhere(required, address):
    browser = signed_in(with_password("admin"))
    answer = browser.get(address)
    assert (answer.status_code, answer["Location"]) == (302, OWN)
    assert browser.post(address).status_code == 302
    page = browser.get(OWN).content.decode()
    assert "Admins of this studio sign in with a second factor." in page


def test_and_goes_on_when_it_is_set_up(required):
    browser = signed_in(with_password("admin"))
    secret = scanned(browser.get(OWN).content.decode())
    browser.post(OWN, typed_in(secret))
    assert is_in(browser)


def test_and_may_leave(required):
    assert signed_in(with_password("admin")).post("/admin/logout/").status_code == 200


def test_the_others_are_led_nowhere(required, person):
    assert is_in(signed_in(person))


def test_whether_it_is_there_is_asked_without_a_query_of_its_own(settings):
    boss = with_password("admin")
    set_up(boss, at=now())
    browser, asked = signed_in(boss), []
    for settings.REQUIRE_SECOND_FACTOR_FOR_ADMINS in (False, True):
        with CaptureQueriesContext(connection) as queries:
            browser.get("/admin/users/user/me/")
        asked.append(len(queries))
    assert asked[0] == asked[1]


def test_an_open_browser_of_an_admin_does_not_take_away_their_own(admin_user):
    set_up(admin_user, at=now())
    browser = signed_in(admin_user)
    browser.post(f"/admin/users/user/{admin_user.pk}/without-second-factor/")
    assert User.objects.get(pk=admin_user.pk).has_second_factor


def test_a_second_factor_has_its_date_on_the_page_of_the_person(person, phone, admin_user):
    page = signed_in(admin_user).get(f"/admin/users/user/{person.pk}/change/").content.decode()
    assert f"/admin/users/user/{person.pk}/without-second-factor/" in page
    since: datetime = SecondFactor.objects.get().since
    assert str(since.year) in page
