"""How often one may ask: counting by the minute, in whatever cache there is (contract, section 0).

Some of it is asked of a real Redis, where one answers at 127.0.0.1:6379, in a database of its own.
"""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import redis
from django.conf import settings as configured
from django.core.cache import caches
from django.core.cache.backends.locmem import LocMemCache

from config.api import throttles
from config.api.throttles import WINDOW, count, counted, seconds_left
from config.tests.contract.shapes import assert_refused
from conftest import signed_in
from users.tests.factories import UserFactory

API = "/api/v1"
REDIS = "redis://127.0.0.1:6379/15"
WAITS = {"socket_connect_timeout": 0.3, "socket_timeout": 0.3}
HERE = "django.core.cache.backends.locmem.LocMemCache"
A_MOMENT = 2.0  # seconds, for one request; some milliseconds where nothing hangs


class BrokenCache(LocMemCache):
    """A cache behind which Redis has gone away."""

    def _gone(self, *args: Any, **kwargs: Any) -> Any:
        raise redis.exceptions.ConnectionError("Connection refused.")

    add = get = set = incr = delete = touch = _gone


@pytest.fixture(autouse=True)
def nothing_counted_yet() -> Iterator[None]:
    caches["counts"].clear()
    yield
    caches["counts"].clear()


@pytest.fixture
def later(monkeypatch: pytest.MonkeyPatch) -> Callable[[float], None]:
    """Return a function that moves the clock of the cache, and the one of throttles, on."""
    real = time.time

    def move(seconds: float) -> None:
        monkeypatch.setattr(time, "time", lambda: real() + seconds)

    return move


def broken() -> dict[str, Any]:
    return {"default": {"BACKEND": HERE}, "counts": {"BACKEND": f"{__name__}.BrokenCache"}}


def redis_at(address: str) -> dict[str, Any]:
    """Return the cache of the settings, with a Redis at an address."""
    backend = "django.core.cache.backends.redis.RedisCache"
    options = {**WAITS, "serializer": "config.numbers_only.NumbersOnly"}
    counts = {"BACKEND": backend, "LOCATION": address, "OPTIONS": options}
    return {"default": {"BACKEND": HERE}, "counts": counts}


def unused_key() -> str:
    return f"tests:{uuid.uuid4()}"


# Counting


def test_each_key_is_counted_for_itself():
    assert [count("a"), count("a"), count("b"), count("a")] == [1, 2, 1, 3]
    assert (counted("a"), counted("b"), counted("c")) == (3, 1, 0)


def test_asking_how_many_does_not_count():
    count("a")
    assert [counted("a") for _ in range(3)] == [1, 1, 1]


@pytest.mark.parametrize("key", ["with a blank", "x" * 5000, "new\nline", "é🎞", "", "\x00"])
def test_any_text_can_be_counted(key):
    assert [count(key), count(key), counted(key)] == [1, 2, 2]


def test_the_minute_begins_with_the_first_and_later_ones_do_not_prolong_it(later):
    count("a")
    later(WINDOW - 1)
    assert count("a") == 2
    later(WINDOW + 1)
    assert counted("a") == 0
    assert count("a") == 1


def test_one_is_told_when_the_minute_is_over(later):
    count("a")
    assert seconds_left("a") in (WINDOW, WINDOW + 1)
    later(45)
    count("a")
    assert seconds_left("a") in (15, 16)
    later(59.5)
    assert seconds_left("a") == 1


def test_one_never_waits_less_than_a_second_nor_more_than_a_minute_for_nothing():
    assert 1 <= seconds_left("never counted") <= WINDOW + 1


def test_who_waits_as_long_as_told_is_in_the_next_minute(later):
    count("a")
    later(30.3)
    left = seconds_left("a")
    later(30.3 + left)
    assert counted("a") == 0


def test_threads_count_together():
    def ask() -> None:
        for _ in range(50):
            count("a")

    threads = [threading.Thread(target=ask) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=20)
    assert counted("a") == 200


# People


@pytest.mark.django_db
def test_a_person_asks_as_often_as_the_settings_say_then_is_told_when_to_come_back(
    photographer, settings
):
    settings.REQUESTS_PER_MINUTE = 3
    mine = signed_in(photographer)
    assert [mine.get(f"{API}/users/me").status_code for _ in range(3)] == [200] * 3
    refused = mine.get(f"{API}/users/me/permissions")
    assert_refused(refused, 429, "THROTTLED")
    assert 1 <= int(refused["Retry-After"]) <= WINDOW + 2


@pytest.mark.django_db
def test_a_runaway_script_slows_only_the_person_it_belongs_to(photographer, editor, settings):
    settings.REQUESTS_PER_MINUTE = 1
    mine, again, theirs = signed_in(photographer), signed_in(photographer), signed_in(editor)
    asked = [one.get(f"{API}/users/me").status_code for one in (mine, again, theirs)]
    assert asked == [200, 429, 200]
    assert signed_in().get(f"{API}/enums").status_code == 200


@pytest.mark.django_db
def test_a_person_who_is_throttled_is_served_again_in_the_next_minute(
    photographer, settings, later
):
    settings.REQUESTS_PER_MINUTE = 1
    mine = signed_in(photographer)
    assert [mine.get(f"{API}/users/me").status_code for _ in range(2)] == [200, 429]
    later(WINDOW + 1)
    assert mine.get(f"{API}/users/me").status_code == 200


@pytest.mark.django_db
def test_requests_that_find_nothing_count_too(photographer, settings):
    settings.REQUESTS_PER_MINUTE = 2
    mine = signed_in(photographer)
    asked = [mine.get(f"{API}/sessions/987654321").status_code for _ in range(3)]
    assert asked == [404, 404, 429]


# A cache that has gone


def test_without_a_cache_nothing_is_counted_and_it_is_logged(settings, caplog):
    settings.CACHES = broken()
    assert (count("a"), counted("a")) == (0, 0)
    assert [record.name for record in caplog.records] == ["config.api.throttles"] * 2


def test_without_a_cache_one_is_still_told_a_time_to_wait(settings):
    settings.CACHES = broken()
    assert 1 <= seconds_left("a") <= WINDOW + 1


@pytest.mark.django_db
def test_a_cache_that_has_gone_closes_nothing(photographer, settings):
    settings.REQUESTS_PER_MINUTE = 1
    settings.CACHES = broken()
    mine = signed_in(photographer)
    assert [mine.get(f"{API}/users/me").status_code for _ in range(3)] == [200] * 3
    wrong = {"email": "nobody@studio.example", "password": "wrong"}
    for _ in range(7):
        assert signed_in().post(f"{API}/auth/login", wrong).status_code == 401


# A real Redis


@pytest.fixture
def at_redis(settings: Any) -> None:
    try:
        redis.Redis.from_url(REDIS, **WAITS).ping()
    except redis.exceptions.RedisError as error:
        pytest.skip(f"no Redis answers at {REDIS}: {error}")
    settings.CACHES = redis_at(REDIS)


@pytest.mark.usefixtures("at_redis")
def test_redis_counts_and_forgets_after_a_minute():
    key = unused_key()
    assert [count(key), count(key), counted(key)] == [1, 2, 2]
    counter = caches["counts"].make_key(throttles._counter(key))
    lives = redis.Redis.from_url(REDIS).ttl
    assert 0 < lives(counter) <= WINDOW
    assert 0 < lives(f"{counter}-since") <= WINDOW
    assert 1 <= seconds_left(key) <= WINDOW + 1


COUNTING = """
import sys, django
django.setup()
from config.api.throttles import count
print("ready", flush=True)
sys.stdin.readline()
print(max(count(sys.argv[1]) for _ in range(100)))
"""


@pytest.mark.usefixtures("at_redis")
def test_processes_count_together():
    key = unused_key()
    environment = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "SECRET_KEY": "for-tests-only-" + "x" * 50,
        "REDIS_URL": REDIS,
    }
    processes = [
        subprocess.Popen(
            [sys.executable, "-c", COUNTING, key],
            cwd=configured.BASE_DIR,
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for _ in range(2)
    ]
    for process in processes:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
    for process in processes:
        assert process.stdin is not None
        process.stdin.write("go\n")
        process.stdin.flush()
    most = [int(process.communicate(timeout=20)[0]) for process in processes]
    assert max(most) == 200
    assert counted(key) == 200


@pytest.fixture
def silent_server() -> Iterator[str]:
    """Hold a server that takes connections and never says a word; give its address."""
    with socket.create_server(("127.0.0.1", 0), backlog=50) as server:
        yield f"redis://127.0.0.1:{server.getsockname()[1]}/0"


@pytest.fixture
def closed_port() -> str:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    return f"redis://127.0.0.1:{port}/0"


@pytest.mark.django_db
@pytest.mark.parametrize("state", ["closed_port", "silent_server"])
def test_a_redis_that_is_down_neither_refuses_nor_delays_anybody(state, request, settings):
    mine, wrong = signed_in(UserFactory()), {"email": "nobody@studio.example", "password": "wrong"}
    signed_in().post(f"{API}/auth/login", wrong)  # what only the first request does
    settings.CACHES = redis_at(request.getfixturevalue(state))
    for ask, expected in (
        (lambda: mine.get(f"{API}/users/me"), 200),
        (lambda: signed_in().get(f"{API}/enums"), 200),
        (lambda: signed_in().post(f"{API}/auth/login", wrong), 401),
    ):
        began = time.monotonic()
        assert ask().status_code == expected
        assert time.monotonic() - began < A_MOMENT
