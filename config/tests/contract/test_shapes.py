"""The checker of shapes itself: it must see what is wrong, or the other tests prove nothing."""

from __future__ import annotations

from typing import Any

import pytest

from config.tests.contract.shapes import (
    BOOLEAN,
    DATE,
    HOURS,
    ID,
    INSTANT,
    INTEGER,
    MONEY,
    SAID,
    TEXT,
    TIME,
    Kind,
    Maybe,
    one_of,
    problems,
)


@pytest.mark.parametrize(
    ("kind", "right", "wrong"),
    [
        (INTEGER, [0, -3], [True, 1.0, "1", None]),
        (ID, [1], [0, -1, True, "1", None]),
        (BOOLEAN, [True, False], [0, 1, "true", None]),
        (TEXT, ["", "a"], [1, None, ["a"]]),
        (SAID, ["a"], ["", "  ", None]),
        (MONEY, [0, 1250.5, -3.25, 19.99, 1e7], ["1250.50", 1.234, True, None]),
        (HOURS, [2, 1.5, 0.25, 24], [2.0, 0, 24.5, "2", True, None]),
        (DATE, ["2026-04-20"], ["20/04/2026", "2026-04-20T00:00:00", 1, None]),
        (TIME, ["09:05", "23:59"], ["9:05", "09:05:00", "24:00", None]),
        (
            INSTANT,
            ["2026-04-20T10:00:00-06:00", "2026-04-20T10:00:00.123456-06:00"],
            [
                "2026-04-20T10:00:00",
                "2026-04-20T16:00:00Z",
                "2026-04-20T16:00:00+00:00",
                "2026-04-20 10:00:00-06:00",
                None,
            ],
        ),
        (one_of("Studio", "External"), ["Studio"], ["studio", "", None, 1]),
    ],
)
def test_a_kind_knows_right_from_wrong(kind: Kind, right: list[Any], wrong: list[Any]):
    assert [value for value in right if problems(value, kind)] == []
    assert [value for value in wrong if not problems(value, kind)] == []


def test_every_wrong_and_every_missing_field_is_reported_with_its_place():
    shape = {"id": ID, "name": TEXT, "room": Maybe({"id": ID}), "lines": [{"price": MONEY}]}
    value = {"id": "7", "room": {"id": None}, "lines": [{"price": 1}, {"price": "2.00"}, {}]}
    assert problems(value, shape) == [
        "answer.name is missing",
        "answer.id: '7' is not a positive integer",
        "answer.room.id: None is not a positive integer",
        "answer.lines[1].price: '2.00' is not money",
        "answer.lines[2].price is missing",
    ]


def test_fields_beyond_the_shape_and_null_where_it_may_be_are_fine():
    assert problems({"id": 1, "room": None, "more": object()}, {"id": ID, "room": Maybe(ID)}) == []


def test_an_array_is_no_object_and_the_other_way_round():
    assert problems([], {"id": ID})
    assert problems({}, [ID])
    assert problems(None, {"id": ID})
