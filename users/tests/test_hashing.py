"""Hashing passwords: as slow as advised, one at a time (users.hashing)."""

from __future__ import annotations

import contextlib
import threading
import time
from typing import Any

import pytest
from argon2 import extract_parameters
from argon2.exceptions import InvalidHash
from argon2.low_level import Type
from django.contrib.auth.hashers import (
    Argon2PasswordHasher,
    check_password,
    identify_hasher,
    make_password,
)
from django.test import Client as Browser

from config.tests.contract.shapes import assert_refused
from conftest import signed_in
from users import hashing
from users.hashing import OneAtATime
from users.models import User
from users.tests.factories import PASSWORD, UserFactory


class Watched(OneAtATime):
    """Tells how many compute at once: by the work itself, which waits inside of the turn."""

    at_once = 0
    most_at_once = 0

    def params(self) -> Any:
        cls = type(self)
        cls.at_once += 1
        cls.most_at_once = max(cls.most_at_once, cls.at_once)
        time.sleep(0.05)
        cls.at_once -= 1
        return super().params()


@pytest.fixture
def watched() -> type[Watched]:
    Watched.at_once = Watched.most_at_once = 0
    return Watched


def older_hash() -> str:
    """Return a hash as Django makes them by itself: more memory, more lanes."""
    return Argon2PasswordHasher().encode(PASSWORD, "some-older-salt-22chars")


def parameters_of(encoded: str) -> tuple[Type, int, int, int]:
    found = extract_parameters(encoded.removeprefix("argon2"))
    return found.type, found.memory_cost, found.time_cost, found.parallelism


def in_threads(*calls: Any) -> None:
    threads = [threading.Thread(target=call) for call in calls]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=20)


def test_a_hash_costs_what_is_advised():
    encoded = make_password(PASSWORD)
    assert parameters_of(encoded) == (Type.ID, 19 * 1024, 2, 1)
    assert type(identify_hasher(encoded)) is OneAtATime


def test_the_same_password_never_has_the_same_hash():
    assert make_password(PASSWORD) != make_password(PASSWORD)


@pytest.mark.parametrize("password", [PASSWORD, "ñandú-🐦-Ñ1!", "x" * 5000, " blanks around "])
def test_only_the_right_password_opens(password):
    encoded = make_password(password)
    assert check_password(password, encoded)
    for wrong in (password + " ", password[:-1], password.swapcase(), ""):
        assert wrong == password or not check_password(wrong, encoded)


def test_hashes_of_before_are_still_good_and_are_told_to_be_old():
    older = older_hash()
    assert parameters_of(older) != parameters_of(make_password(PASSWORD))
    assert check_password(PASSWORD, older)
    assert not check_password("Wrong-Horse-2026!", older)
    assert OneAtATime().must_update(older)
    assert not OneAtATime().must_update(make_password(PASSWORD))


@pytest.fixture
def of_before(db: None) -> User:
    """Someone whose password was set before the cost was chosen."""
    person: User = UserFactory(roles=["coordinator"])
    User.objects.filter(pk=person.pk).update(password=older_hash())
    return person


def login(person: User, password: str) -> int:
    body = {"email": person.email, "password": password}
    return int(signed_in().post("/api/v1/auth/login", body).status_code)


def test_signing_in_with_a_hash_of_before_renews_it(of_before):
    assert login(of_before, PASSWORD) == 200
    of_before.refresh_from_db()
    renewed = of_before.password
    assert parameters_of(renewed) == (Type.ID, 19 * 1024, 2, 1)
    assert login(of_before, PASSWORD) == 200
    of_before.refresh_from_db()
    assert of_before.password == renewed


def test_a_wrong_password_renews_nothing(of_before):
    before = User.objects.get(pk=of_before.pk).password
    assert login(of_before, "Wrong-Horse-2026!") == 401
    assert User.objects.get(pk=of_before.pk).password == before


def test_renewing_a_hash_ends_no_sign_in(of_before):
    mine = signed_in(of_before)
    assert login(of_before, PASSWORD) == 200
    assert mine.get("/api/v1/users/me").status_code == 200


def test_passwords_are_hashed_one_at_a_time(watched):
    hasher = watched()
    in_threads(*[lambda: hasher.encode(PASSWORD, "some-older-salt-22chars")] * 4)
    assert watched.most_at_once == 1


def test_also_by_hashers_of_their_own(watched):
    in_threads(*[lambda: watched().encode(PASSWORD, "some-older-salt-22chars")] * 4)
    assert watched.most_at_once == 1


def test_without_the_turn_they_would_not_be(watched, monkeypatch):
    """The control: it shows that the two tests above can fail."""
    monkeypatch.setattr(hashing, "_turn", threading.Semaphore(4))
    in_threads(*[lambda: watched().encode(PASSWORD, "some-older-salt-22chars")] * 4)
    assert watched.most_at_once > 1


def test_verifying_waits_for_its_turn_too_and_gives_it_back():
    encoded = make_password(PASSWORD)
    done = threading.Event()

    def verify() -> None:
        check_password(PASSWORD, encoded)
        done.set()

    with hashing._turn:
        waiting = threading.Thread(target=verify)
        waiting.start()
        assert not done.wait(0.3)
    waiting.join(timeout=20)
    assert done.is_set()
    assert not hashing._turn.locked()


def test_a_hash_that_is_broken_gives_the_turn_back():
    for broken in ("argon2$argon2id$nonsense", "argon2$", make_password(PASSWORD)[:-9]):
        with contextlib.suppress(InvalidHash, ValueError):
            OneAtATime().verify(PASSWORD, broken)
        assert not hashing._turn.locked()


def test_who_comes_when_enough_are_signing_in_is_told_to_come_again(of_before, monkeypatch):
    monkeypatch.setattr(hashing, "_places", threading.BoundedSemaphore(1))
    with hashing._places:
        answer = signed_in().post(
            "/api/v1/auth/login", {"email": of_before.email, "password": PASSWORD}
        )
        assert_refused(answer, 429, "THROTTLED")
        assert answer["Retry-After"] == "2"
        form = {"username": of_before.email, "password": PASSWORD}
        page = Browser().post("/admin/login/", form)
        assert page.status_code == 429
        assert page["Retry-After"] == "2"
    assert login(of_before, PASSWORD) == 200


def test_a_place_is_given_back_whatever_comes_of_the_hash(monkeypatch):
    monkeypatch.setattr(hashing, "_places", threading.BoundedSemaphore(1))
    for _ in range(3):
        with contextlib.suppress(InvalidHash, ValueError):
            OneAtATime().verify(PASSWORD, "argon2$argon2id$nonsense")
    assert make_password(PASSWORD)
