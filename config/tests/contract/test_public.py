"""What anyone may ask (contract, sections 0 and 6)."""

from __future__ import annotations

import pytest

from config.tests.contract.shapes import (
    BUSINESS_RULES,
    ENUMS,
    INITIATORS,
    TEXT,
    assert_answer,
    problems,
)

pytestmark = pytest.mark.django_db

API = "/api/v1"


def test_every_enum_is_told_as_it_is_on_the_wire(api):
    answer = api(None).get(f"{API}/enums")
    body = assert_answer(answer, {name: [TEXT] for name in ENUMS})
    assert {name: set(body[name]) for name in ENUMS} == {
        name: set(values) for name, values in ENUMS.items()
    }
    assert all(problems(values, [TEXT]) == [] for values in body.values())


@pytest.mark.parametrize(
    "values",
    [("Studio", "External", "Both"), ("Active", "Inactive", "Maintenance"), INITIATORS],
)
def test_enums_with_one_more_value_are_told_too(api, values):
    told = [set(one) for one in api(None).get(f"{API}/enums").json().values()]
    assert set(values) in told


def test_the_business_rules_that_forms_need(api):
    body = assert_answer(api(None).get(f"{API}/config/business-rules"), BUSINESS_RULES)
    assert {name: body[name] for name in BUSINESS_RULES} == {
        "payment_deadline_days": 5,
        "changes_deadline_days": 7,
        "default_editing_days": 5,
        "default_deposit_percentage": 50,
        "currency": "GTQ",
        "time_zone": "America/Guatemala",
    }


@pytest.mark.parametrize("address", ["/health", f"{API}/health", f"{API}/health/ready"])
def test_the_process_says_that_it_is_well(api, address):
    assert api(None).get(address).status_code == 200


@pytest.mark.parametrize("address", ["enums", "config/business-rules", "health"])
def test_a_token_that_is_none_bars_nobody_from_what_is_public(api, address):
    answer = api(None).get(f"{API}/{address}", headers={"Authorization": "Bearer x"})
    assert answer.status_code == 200
