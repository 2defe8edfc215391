"""What Redis may hold: numbers, so that who writes to it makes nobody run anything."""

from __future__ import annotations

import pickle
from typing import Any

import pytest
from django.core.cache import caches
from django.core.cache.backends.redis import RedisSerializer

from config.api import throttles
from config.numbers_only import NumbersOnly


@pytest.mark.parametrize("number", [0, 1, -7, 10**12, 0.25, 1767222000.123456])
def test_a_number_is_read_as_it_was_written(number):
    numbers = NumbersOnly()
    kept = str(numbers.dumps(number)).encode()  # as Redis answers
    assert numbers.loads(kept) == number
    assert type(numbers.loads(kept)) is type(number)


class Trap:
    """Runs something when it is unpickled."""

    sprung = 0

    def __reduce__(self) -> Any:
        return _spring, ()


def _spring() -> int:
    Trap.sprung += 1
    return Trap.sprung


def test_what_is_no_number_is_refused_and_nothing_of_it_runs():
    trap = pickle.dumps(Trap())
    with pytest.raises(ValueError):  # noqa: PT011  (UnicodeDecodeError is one too)
        NumbersOnly().loads(trap)
    assert Trap.sprung == 0
    RedisSerializer().loads(trap)  # Django's own runs it
    assert Trap.sprung == 1


def test_a_counter_that_is_no_number_lets_pass_like_an_unreachable_redis(monkeypatch):
    def broken(*asked: Any) -> Any:
        raise ValueError

    monkeypatch.setattr(caches["counts"], "get", broken)
    monkeypatch.setattr(caches["counts"], "incr", broken)
    assert throttles.count("x") == 0
    assert throttles.counted("x") == 0
    assert throttles.seconds_left("x") >= 1
