"""Trying passwords and tokens: how often, and what comes of too often (contract, section 0)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from axes.models import AccessAttempt
from django.core.cache import caches
from django.db.models import F
from django.http import HttpRequest
from django.test import Client as Browser
from django.test import RequestFactory

from config.tests.contract.shapes import assert_refused
from conftest import signed_in
from users.attempts import account_tried, attempt
from users.errors import InactiveUser, InvalidCredentials, LockedOut, TokenInvalid, TooManyFailures
from users.hashing import OneAtATime
from users.models import User
from users.tests.factories import PASSWORD, UserFactory

pytestmark = pytest.mark.django_db

API = "/api/v1"
WRONG = "Wrong-Horse-2026!"
HERE, ELSEWHERE = "203.0.113.7", "198.51.100.9"
SENTENCE = "Too many failed attempts. Sign-in is closed for a quarter of an hour."


@pytest.fixture(autouse=True)
def nothing_tried_yet(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Begin with nothing counted, and hash cheaply: here it is tried hundreds of times."""
    monkeypatch.setattr(OneAtATime, "memory_cost", 64)
    caches["counts"].clear()
    yield
    caches["counts"].clear()


@pytest.fixture
def person(db: None) -> User:
    return someone("berta@studio.example")


def someone(email: str) -> User:
    user: User = UserFactory(email=email, roles=["coordinator"])
    user.set_password(PASSWORD)
    user.save()
    return user


def login(email: str = "berta@studio.example", password: str = WRONG, peer: str = HERE) -> Any:
    body = {"email": email, "password": password}
    return signed_in().post(f"{API}/auth/login", body, REMOTE_ADDR=peer)


def enter(email: str = "berta@studio.example", password: str = WRONG, peer: str = HERE) -> Any:
    """Try the back office."""
    form = {"username": email, "password": password}
    return Browser(REMOTE_ADDR=peer).post("/admin/login/", form)


def next_minute() -> None:
    """Let the minutes that are being counted be over; what lasts longer is in the database."""
    caches["counts"].clear()


def pass_time(minutes: int) -> None:
    next_minute()
    earlier = F("attempt_time") - timedelta(minutes=minutes)
    AccessAttempt.objects.update(attempt_time=earlier)


def fail(times: int, *, door: Any = login, **facts: Any) -> None:
    """Fail so many times, in as many minutes as that takes."""
    for number in range(times):
        if number % 5 == 0:
            next_minute()
        assert door(**facts).status_code in (200, 401, 429), number
    next_minute()


def failures() -> int:
    return sum(AccessAttempt.objects.values_list("failures_since_start", flat=True))


# Five a minute


def test_after_five_failures_even_the_right_password_waits_for_the_next_minute(person):
    assert [login().status_code for _ in range(5)] == [401] * 5
    refused = login(password=PASSWORD)
    assert_refused(refused, 429, "THROTTLED")
    assert 1 <= int(refused["Retry-After"]) <= 61
    next_minute()
    assert login(password=PASSWORD).status_code == 200


def test_the_next_minute_has_five_failures_again(person):
    for _ in range(2):
        next_minute()
        AccessAttempt.objects.all().delete()
        assert [login().status_code for _ in range(6)] == [401] * 5 + [429]


def test_tries_that_are_refused_are_no_failures(person):
    for _ in range(5):
        login()
    for _ in range(10):
        assert login().status_code == 429
    assert failures() == 5
    next_minute()
    assert login(password=PASSWORD).status_code == 200


@pytest.mark.parametrize(
    "email", ["Berta@Studio.Example", "BERTA@STUDIO.EXAMPLE", " berta@studio.example "]
)
def test_another_case_of_the_address_is_no_other_account(person, email):
    for _ in range(5):
        login(email=email)
    assert_refused(login(password=PASSWORD), 429, "THROTTLED")


def test_a_wrong_form_is_no_failure(person):
    for _ in range(7):
        assert login(password="").status_code == 400
    assert login(password=PASSWORD).status_code == 200
    assert failures() == 0


def test_who_is_inactive_and_knows_the_password_does_not_fail(person):
    User.objects.filter(pk=person.pk).update(status="Inactive")
    assert {login(password=PASSWORD).status_code for _ in range(7)} == {403}
    assert failures() == 0


def test_links_of_letters_are_guessed_five_times_a_minute_at_most(person):
    def reset(token: str, peer: str = HERE) -> int:
        body = {"token": token, "new_password": "Other-Horse-2027!"}
        answer = signed_in().post(f"{API}/auth/password/reset", body, REMOTE_ADDR=peer)
        return int(answer.status_code)

    tried = [reset(f"{person.pk}-guess-{number}") for number in range(6)]
    assert tried == [401] * 5 + [429]
    assert reset(f"{person.pk}-x", peer=ELSEWHERE) == 401
    assert login(password=PASSWORD).status_code == 200


def test_ones_current_password_is_guessed_five_times_a_minute_at_most(person):
    mine = signed_in(person)

    def change(current: str) -> int:
        body = {"current_password": current, "new_password": "Other-Horse-2027!"}
        answer = mine.patch(f"{API}/users/{person.pk}/password", body, REMOTE_ADDR=HERE)
        return int(answer.status_code)

    assert [change(WRONG) for _ in range(6)] == [400] * 5 + [429]
    assert change(PASSWORD) == 429
    assert login(password=PASSWORD).status_code == 429
    next_minute()
    assert change(PASSWORD) == 204


# Ten in a row


def test_ten_failures_close_the_account_to_that_address_at_every_door(person):
    fail(10)
    refused = login(password=PASSWORD)
    assert_refused(refused, 429, "LOCKED_OUT")
    assert refused.json()["detail"] == SENTENCE
    assert refused["Retry-After"] == str(15 * 60)
    page = enter(password=PASSWORD)
    assert page.status_code == 429
    assert page["Retry-After"] == str(15 * 60)
    assert SENTENCE in page.content.decode()


def test_ten_failures_at_the_back_office_close_the_app_too(person):
    fail(10, door=enter)
    assert_refused(login(password=PASSWORD), 429, "LOCKED_OUT")
    assert enter(password=PASSWORD).status_code == 429


def test_failures_of_both_doors_add_up(person):
    fail(5)
    fail(4, door=enter)
    assert login().status_code in (401, 429)
    assert_refused(login(password=PASSWORD), 429, "LOCKED_OUT")


def test_the_tenth_failure_is_answered_as_the_door_answers(person):
    """Not by a page, where the app expects its envelope."""
    fail(9)
    answer = login()
    assert answer["Content-Type"].startswith("application/json")
    assert_refused(answer, answer.status_code, "INVALID_CREDENTIALS", "LOCKED_OUT")


def test_nine_failures_close_nothing(person):
    fail(9)
    assert login(password=PASSWORD).status_code == 200


@pytest.mark.parametrize("door", [login, enter])
def test_it_opens_again_after_a_quarter_of_an_hour(person, door):
    fail(10)
    pass_time(14)
    assert door(password=PASSWORD).status_code == 429
    pass_time(2)
    assert door(password=PASSWORD).status_code in (200, 302)


def test_knocking_meanwhile_does_not_prolong_it(person):
    fail(10)
    for _ in range(3):
        pass_time(4)
        assert login().status_code == 429
        assert enter().status_code == 429
    pass_time(4)
    assert login(password=PASSWORD).status_code == 200


@pytest.mark.parametrize("door", [login, enter])
def test_a_success_makes_the_failures_before_it_forgotten(person, door):
    fail(9)
    assert door(password=PASSWORD).status_code in (200, 302)
    fail(9)
    assert door(password=PASSWORD).status_code in (200, 302)


def test_another_case_is_no_way_out_of_a_lock(person):
    fail(5, email="BERTA@studio.example")
    fail(5, door=enter, email="berta@STUDIO.example")
    for email in ("berta@studio.example", "Berta@Studio.Example"):
        assert_refused(login(email, PASSWORD), 429, "LOCKED_OUT")
        assert enter(email, PASSWORD).status_code == 429


def test_another_browser_is_no_way_out_of_a_lock(person):
    body = {"email": person.email, "password": WRONG}
    for number in range(10):
        next_minute()
        agent = {"User-Agent": f"Browser {number}"}
        signed_in().post(f"{API}/auth/login", body, headers=agent, REMOTE_ADDR=HERE)
    next_minute()
    assert_refused(login(password=PASSWORD), 429, "LOCKED_OUT")


def test_other_addresses_and_accounts_are_not_affected(person):
    other = someone("olga@studio.example")
    fail(10)
    assert login(password=PASSWORD, peer=ELSEWHERE).status_code == 200
    assert login(other.email, PASSWORD).status_code == 200
    assert enter(person.email, PASSWORD, peer=ELSEWHERE).status_code == 302
    assert_refused(login(password=PASSWORD), 429, "LOCKED_OUT")


def test_a_success_elsewhere_opens_no_lock_here(person):
    fail(10)
    assert login(password=PASSWORD, peer=ELSEWHERE).status_code == 200
    assert_refused(login(password=PASSWORD), 429, "LOCKED_OUT")


def test_an_account_that_does_not_exist_is_closed_just_the_same(db):
    fail(10, email="nobody@studio.example")
    assert_refused(login("nobody@studio.example"), 429, "LOCKED_OUT")


def test_who_is_signed_in_stays_so_while_the_account_is_closed(person):
    mine = signed_in(person)
    fail(10)
    assert mine.get(f"{API}/users/me", REMOTE_ADDR=HERE).status_code == 200


def test_the_locked_page_speaks_spanish_too(person):
    fail(10)
    form = {"username": person.email, "password": WRONG}
    page = Browser(REMOTE_ADDR=HERE).post("/admin/login/", form, headers={"Accept-Language": "es"})
    assert page.status_code == 429
    assert SENTENCE not in page.content.decode()


@pytest.mark.parametrize("email", ["x" * 1000, "é" * 300, "'; --", "%s", ""])
def test_whatever_is_typed_as_an_account_the_back_office_answers(db, email):
    for _ in range(2):
        assert enter(email).status_code in (200, 429)


def test_what_is_kept_of_a_failure_has_no_password(person):
    login()
    enter()
    kept = [str(row) for row in AccessAttempt.objects.values()]
    assert kept
    assert not [row for row in kept if WRONG in row]


# The attempt itself


@pytest.fixture
def request_here() -> HttpRequest:
    return RequestFactory().post("/", REMOTE_ADDR=HERE)


@pytest.mark.parametrize("refusal", [InvalidCredentials, TokenInvalid])
def test_a_wrong_secret_counts(request_here, refusal):
    for _ in range(5):
        with pytest.raises(refusal), attempt(request_here, "a@x.example"):
            raise refusal
    with pytest.raises(TooManyFailures), attempt(request_here, "A@X.example "):
        pytest.fail("nothing may be tried")


@pytest.mark.parametrize("error", [InactiveUser, ValueError])
def test_any_other_error_does_not_count_and_opens_nothing(request_here, error):
    with pytest.raises(InvalidCredentials), attempt(request_here, "a@x.example"):
        raise InvalidCredentials
    for _ in range(6):
        with pytest.raises(error), attempt(request_here, "a@x.example"):
            raise error
    assert failures() == 1


def test_who_is_locked_out_is_told_so_before_all_else(request_here):
    for number in range(10):
        if number == 5:
            next_minute()
        with pytest.raises(InvalidCredentials), attempt(request_here, "a@x.example"):
            raise InvalidCredentials
    with pytest.raises(LockedOut) as refused, attempt(request_here, "a@x.example"):
        pytest.fail("nothing may be tried")
    assert refused.value.retry_after == 15 * 60


@pytest.mark.parametrize(
    ("credentials", "form", "account"),
    [
        ({"username": " A@X.Example"}, {}, "a@x.example"),
        ({"username": "a@x.example"}, {"username": "other"}, "a@x.example"),
        (None, {"username": "Typed@X.example"}, "typed@x.example"),
        ({}, {"username": "typed"}, "typed"),
        ({}, {}, ""),
        (None, None, ""),
    ],
)
def test_the_account_is_the_one_that_is_tried_else_the_one_typed(credentials, form, account):
    request = None if form is None else RequestFactory().post("/", form)
    assert account_tried(request, credentials) == account
