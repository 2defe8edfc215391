"""Which settings are in force: read once where they are asked for, and never twice by a request."""

from __future__ import annotations

import threading
from dataclasses import fields, replace
from decimal import Decimal
from typing import Any

import pytest
from django import forms
from django.conf import settings as django_settings
from django.core.signals import request_finished, request_started
from django.db import close_old_connections, connection
from django.http import HttpRequest, JsonResponse
from django.test import override_settings
from django.urls import path

from config.business_rules import business_rules, first_rules, forget_rules
from config.business_settings import BOUNDS, NAMES, BusinessRules, as_written
from config.clock import now
from config.environment import read_environment
from config.opening_hours import OpeningHours
from config.records.models import Channel, StudioSettings, columns_of, rules_of
from config.tests.test_settings import set_environment
from conftest import signed_in
from users.actions.studio_settings import change_settings
from users.actors import Actor
from users.admin.studio_settings import PARTS, ChangeSettingsForm

SYSTEM = Actor(None, Channel.COMMAND)
RULES = "/api/v1/config/business-rules"
VARIABLES = {
    "payment_deadline_days": ("PAYMENT_DEADLINE_DAYS", "11"),
    "changes_deadline_days": ("CHANGES_DEADLINE_DAYS", "12"),
    "request_hold_days": ("STUDIO_REQUEST_HOLD_DAYS", "13"),
    "default_deposit_percentage": ("DEFAULT_DEPOSIT_PERCENTAGE", "14.5"),
    "max_discount_percentage": ("STUDIO_MAX_DISCOUNT_PERCENTAGE", "15.5"),
    "requires_full_payment": ("STUDIO_REQUIRE_FULL_PAYMENT", "false"),
    "refund_within_deadline": ("REFUND_WITHIN_DEADLINE", "16.5"),
    "refund_after_deadline": ("REFUND_AFTER_DEADLINE", "17.5"),
    "refund_force_majeure": ("REFUND_FORCE_MAJEURE", "18.5"),
    "refund_client_after_assigned": ("REFUND_CLIENT_AFTER_ASSIGNED", "19.5"),
    "remote_transportation_cost": ("REMOTE_TRANSPORTATION_COST", "20.50"),
    "travel_minutes": ("STUDIO_TRAVEL_MINUTES", "21"),
    "room_turnaround_minutes": ("STUDIO_ROOM_TURNAROUND_MINUTES", "22"),
    "opening_hours": ("STUDIO_OPENING_HOURS", "tue-sat 10:00-19:00"),
    "default_editing_days": ("DEFAULT_EDITING_DAYS", "23"),
    "max_concurrent_editing_sessions": ("MAX_CONCURRENT_EDITING_SESSIONS", "24"),
}
"""Each setting, the variable that gives its first value, and another value than its default."""


def change(seen: int | None = None, **changes: Any) -> StudioSettings:
    version = change_settings(changes, actor=SYSTEM, at=now(), seen=seen)
    assert version is not None
    return version


def inserted_elsewhere(**changes: Any) -> None:
    """Let another connection, in another thread, add a version and commit it."""

    def insert() -> None:
        try:
            StudioSettings.objects.create(at=now(), **columns_of(first_rules()) | changes)
        finally:
            connection.close()

    thread = threading.Thread(target=insert)
    thread.start()
    thread.join(timeout=10)


# One table of them


def test_no_setting_is_forgotten_anywhere():
    settings_of_model = {
        column.name for column in StudioSettings._meta.fields
    } - {"id", "at", "actor", "reason"}  # fmt: skip
    of_form = set(ChangeSettingsForm().fields) - {"seen", "reason"}
    of_parts = [name for _title, names in PARTS for name in names]
    of_rules = [field.name for field in fields(BusinessRules)]
    assert settings_of_model == of_form == set(of_parts) == set(of_rules) == set(VARIABLES)
    assert len(of_parts) == len(of_rules) == len(NAMES) == 16
    assert set(NAMES) - set(BOUNDS) == {"requires_full_payment", "opening_hours"}


@pytest.mark.parametrize("name", VARIABLES)
def test_each_variable_gives_the_first_value_of_its_own_setting(monkeypatch, name):
    set_environment(monkeypatch)
    defaults = columns_of(read_environment().business_rules)
    variable, said = VARIABLES[name]
    set_environment(monkeypatch, **{variable: said})
    read = columns_of(read_environment().business_rules)
    assert {one for one in NAMES if read[one] != defaults[one]} == {name}
    assert str(read[name]).lower() == said


@pytest.mark.parametrize("name", BOUNDS)
def test_environment_model_and_form_have_the_same_bounds(monkeypatch, name):
    lowest, highest = BOUNDS[name]
    column = StudioSettings._meta.get_field(name)
    limits = [getattr(one, "limit_value", None) for one in column.validators]
    assert {lowest, highest} <= set(limits)
    field = ChangeSettingsForm().fields[name]
    assert isinstance(field, forms.IntegerField)
    assert (field.min_value, field.max_value) == (lowest, highest)
    for value in (lowest, highest):
        set_environment(monkeypatch, **{VARIABLES[name][0]: str(value)})
        assert getattr(read_environment().business_rules, name) == value


def test_every_setting_says_what_a_change_touches():
    said = [str(StudioSettings._meta.get_field(name).help_text) for name in NAMES]
    assert all(len(sentence) > 50 for sentence in said)
    assert len(set(said)) == len(said)


def test_rules_and_columns_are_the_same_told_in_two_ways():
    rules = first_rules()
    assert rules_of(columns_of(rules)) == rules


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("mon-fri 08:00-18:00, sat 08:00-13:00", "mon-fri 08:00-18:00, sat 08:00-13:00"),
        ("sun 10:00-12:00", "sun 10:00-12:00"),
        ("mon 08:00-09:00, wed 08:00-09:00", "mon 08:00-09:00, wed 08:00-09:00"),
        ("mon-tue 14:00-18:00, mon-tue 08:00-12:00",
         "mon-tue 08:00-12:00, mon-tue 14:00-18:00"),
        ("mon-sun 00:00-23:59, fri 00:00-10:00", "mon-sun 00:00-23:59"),
    ],
)  # fmt: skip
def test_opening_hours_are_written_as_one_writes_them_and_read_back_the_same(text, written):
    hours = OpeningHours.parse(text)
    assert as_written(hours) == written
    assert OpeningHours.parse(written) == hours


# In force


@pytest.mark.django_db
def test_without_a_version_the_environments_values_are_in_force(settings):
    assert business_rules() == django_settings.BUSINESS_RULES
    settings.BUSINESS_RULES = replace(settings.BUSINESS_RULES, payment_deadline_days=30)
    assert business_rules().payment_deadline_days == 30


@pytest.mark.django_db
def test_a_version_is_read_whole_with_its_types():
    values = {
        "payment_deadline_days": 1,
        "refund_after_deadline": Decimal("33.33"),
        "requires_full_payment": False,
        "opening_hours": "tue-sat 10:00-19:00",
    }
    change(**values)
    expected = {**values, "opening_hours": OpeningHours.parse("tue-sat 10:00-19:00")}
    assert business_rules() == replace(first_rules(), **expected)
    assert isinstance(business_rules().refund_after_deadline, Decimal)


@pytest.mark.django_db
def test_outside_of_requests_they_are_read_once_until_they_are_forgotten(django_assert_num_queries):
    with django_assert_num_queries(1) as asked:
        for _ in range(5):
            business_rules()
    assert "LIMIT 1" in asked[0]["sql"]
    with django_assert_num_queries(0):
        business_rules()
    forget_rules()
    with django_assert_num_queries(1):
        business_rules()


@pytest.mark.django_db
def test_the_newest_version_is_found_by_its_index():
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute("EXPLAIN SELECT * FROM records_studiosettings ORDER BY id DESC LIMIT 1")
        plan = "\n".join(row[0] for row in cursor.fetchall())
    assert "Index Scan Backward using records_studiosettings_pkey" in plan


@pytest.mark.django_db
@pytest.mark.parametrize("signal", [request_started, request_finished])
def test_each_request_begins_and_ends_with_forgetting(signal, django_assert_num_queries):
    business_rules()
    signal.disconnect(close_old_connections)  # it would close the connection of this test
    try:
        signal.send(sender=None)
    finally:
        signal.connect(close_old_connections)
    with django_assert_num_queries(1):
        business_rules()


def asks_thrice(request: HttpRequest) -> JsonResponse:
    inserted = request.GET.get("meanwhile")
    first = business_rules().payment_deadline_days
    if inserted:
        inserted_elsewhere(payment_deadline_days=int(inserted))
    return JsonResponse({"days": [first, *(business_rules().payment_deadline_days for _ in "12")]})


def asks_nothing(request: HttpRequest) -> JsonResponse:
    return JsonResponse({})


urlpatterns = [path("thrice/", asks_thrice), path("nothing/", asks_nothing)]


@pytest.mark.django_db
@override_settings(ROOT_URLCONF=__name__)
def test_a_request_pays_one_query_where_it_asks_and_none_where_it_does_not(
    client, django_assert_num_queries
):
    for _ in range(2):
        with django_assert_num_queries(1):
            assert client.get("/thrice/").json() == {"days": [5, 5, 5]}
        with django_assert_num_queries(0):
            client.get("/nothing/")


@pytest.mark.django_db(transaction=True)
@override_settings(ROOT_URLCONF=__name__)
def test_a_request_goes_by_one_version_and_the_next_by_what_another_connection_changed(client):
    assert client.get("/thrice/").json() == {"days": [5, 5, 5]}
    assert client.get("/thrice/?meanwhile=8").json() == {"days": [5, 5, 5]}
    assert client.get("/thrice/").json() == {"days": [8, 8, 8]}
    inserted_elsewhere(payment_deadline_days=9)
    assert client.get("/thrice/").json() == {"days": [9, 9, 9]}


@pytest.mark.django_db(transaction=True)
def test_a_long_running_worker_sees_a_change_once_it_forgets():
    assert business_rules().payment_deadline_days == 5
    inserted_elsewhere(payment_deadline_days=8)
    assert business_rules().payment_deadline_days == 5
    forget_rules()
    assert business_rules().payment_deadline_days == 8


@pytest.mark.django_db(transaction=True)
def test_threads_do_not_go_by_what_another_has_read():
    business_rules()
    inserted_elsewhere(payment_deadline_days=8)
    seen: list[int] = []

    def read() -> None:
        try:
            seen.append(business_rules().payment_deadline_days)
        finally:
            connection.close()

    thread = threading.Thread(target=read)
    thread.start()
    thread.join(timeout=10)
    assert seen == [8]


@pytest.mark.django_db
def test_the_app_is_told_what_is_in_force():
    asked = ("payment_deadline_days", "changes_deadline_days", "default_editing_days")
    change(**dict.fromkeys(asked, 21), default_deposit_percentage=Decimal("12.5"))
    told = signed_in(None).get(RULES).json()
    assert [told[name] for name in asked] == [21, 21, 21]
    assert told["default_deposit_percentage"] == 12.5


def test_forgetting_leaves_nothing_behind_for_the_next_test():
    """Without a database nothing was read: what another test read is gone."""
    with pytest.raises(RuntimeError, match="Database access not allowed"):
        business_rules()
