"""The studio's settings: changing them, keeping every version, and the pages about them."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.test import Client as Browser

from config.amounts import money
from config.business_rules import business_rules, first_rules
from config.business_settings import BOUNDS, NAMES
from config.clock import now
from config.errors import NotAllowed, StaleVersion, ValidationFailed
from config.records.models import AuditEntry, Channel, StudioSettings, columns_of
from config.tests.admin_posts import SETTINGS
from conftest import signed_in
from users.actions.studio_settings import change_settings
from users.actors import Actor
from users.models import User
from users.rights import Right
from users.tests.factories import UserFactory
from users.tests.races import at_once
from users.tests.test_admin import browser, holder_of, said

pytestmark = pytest.mark.django_db

LIST = "/admin/records/studiosettings/"
FORM = f"{LIST}change-settings/"
TYPED = SETTINGS | {"seen": "", "request_hold_days": 14, "payment_deadline_days": 5}


@pytest.fixture
def owner(admin_user: User) -> Actor:
    return Actor(admin_user, Channel.ADMIN)


@pytest.fixture
def page(admin_user: User) -> Browser:
    return browser(admin_user)


def change(actor: Actor, seen: int | None = None, **changes: Any) -> StudioSettings:
    version = change_settings(changes, actor=actor, at=now(), seen=seen)
    assert version is not None
    return version


# Changing


def test_a_change_is_in_force_at_once_and_leaves_the_others_as_the_environment_has_them(owner):
    assert business_rules() == first_rules()
    change(owner, payment_deadline_days=9)
    assert business_rules() == replace(first_rules(), payment_deadline_days=9)


def test_the_first_change_keeps_what_was_in_force_before_it(owner, at):
    version = change_settings(
        {"travel_minutes": 45}, actor=owner, at=at, reason=" Traffic. ", seen=None
    )
    first, second = StudioSettings.objects.order_by("pk")
    assert first.values == columns_of(first_rules())
    assert (first.actor, first.reason, first.at) == (None, "", at)
    assert second == version
    assert second.values == {**first.values, "travel_minutes": 45}
    assert (second.actor, second.reason, second.at) == (owner.user, "Traffic.", at)


def test_from_the_first_change_on_the_environment_is_no_longer_asked(owner, settings):
    change(owner, travel_minutes=45)
    settings.BUSINESS_RULES = replace(settings.BUSINESS_RULES, payment_deadline_days=30)
    assert business_rules().payment_deadline_days == 5
    assert business_rules().travel_minutes == 45


def test_a_later_version_builds_on_the_one_before(owner):
    first = change(owner, travel_minutes=45)
    change(owner, first.pk, default_editing_days=12)
    assert (business_rules().travel_minutes, business_rules().default_editing_days) == (45, 12)
    assert StudioSettings.objects.count() == 3


def test_what_is_in_force_already_makes_no_version(owner, at):
    for changes in ({}, {"default_deposit_percentage": Decimal("50.00"), "travel_minutes": 0}):
        assert change_settings(changes, actor=owner, at=at, seen=None) is None
    assert not StudioSettings.objects.exists()
    assert not AuditEntry.objects.filter(action="settings.changed").exists()


@pytest.mark.parametrize("written", ["MON-FRI 08:00-18:00,sat 08:00-13:00 ", "mon-tue 08:00-12:00"])
def test_opening_hours_are_compared_by_what_they_mean(owner, at, written):
    means_the_same = "sat" in written
    version = change_settings({"opening_hours": written}, actor=owner, at=at, seen=None)
    assert (version is None) == means_the_same
    assert str(business_rules().opening_hours).startswith("mon 08:00-1")


def test_each_change_is_audited_with_the_old_and_the_new_values(owner, at):
    version = change_settings(
        {"travel_minutes": 45, "max_discount_percentage": Decimal("12.5"), "request_hold_days": 14},
        actor=owner, at=at, reason="Traffic", seen=None,
    )  # fmt: skip
    [entry] = AuditEntry.objects.filter(action="settings.changed")
    assert (entry.actor, entry.channel, entry.reason) == (owner.user, "admin", "Traffic")
    assert (entry.object_type, entry.object_id) == ("records.StudioSettings", version.pk)
    assert entry.changes == {"travel_minutes": [0, 45], "max_discount_percentage": ["20", "12.5"]}


# What is refused


def test_who_may_not_change_the_settings_does_not(coordinator, photographer, at):
    for person in (coordinator, photographer, holder_of(Right.SYSTEM_AUDIT_LOG)):
        with pytest.raises(NotAllowed):
            change_settings(
                {"travel_minutes": 1}, actor=Actor(person, Channel.ADMIN), at=at, seen=None
            )
    assert not StudioSettings.objects.exists()


def test_the_right_to_change_the_settings_is_enough():
    change(Actor(holder_of(Right.SYSTEM_SETTINGS), Channel.ADMIN), travel_minutes=1)
    assert business_rules().travel_minutes == 1


@pytest.mark.parametrize("name", BOUNDS)
def test_every_number_has_its_bounds_and_both_are_allowed(owner, at, name):
    lowest, highest = BOUNDS[name]
    for value in (lowest - 1, highest + 1):
        with pytest.raises(ValidationFailed) as refused:
            change_settings({name: value}, actor=owner, at=at, seen=None)
        assert list(refused.value.errors) == [name]
    assert not StudioSettings.objects.exists()
    seen = None
    for value in (lowest, highest):
        version = change_settings({name: value}, actor=owner, at=at, seen=seen)
        seen = version.pk if version else seen
        assert getattr(business_rules(), name) == value


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("opening_hours", "mostly"),
        ("opening_hours", ""),
        ("opening_hours", "mon-fri 18:00-08:00"),
        ("opening_hours", "mon 08:00-09:00, " * 50 + "mon 08:00-09:00"),
        ("default_deposit_percentage", Decimal("33.333")),
        ("default_deposit_percentage", Decimal("NaN")),
        ("refund_after_deadline", Decimal("Infinity")),
        ("travel_minutes", Decimal("Infinity")),
        ("travel_minutes", "an hour"),
        ("travel_minutes", None),
        ("studio_name", "Studio"),
        ("actor", None),
    ],
)
def test_what_is_no_value_of_a_setting_is_refused_by_its_name(owner, at, name, value):
    with pytest.raises(ValidationFailed) as refused:
        change_settings({name: value, "payment_deadline_days": 9}, actor=owner, at=at, seen=None)
    assert list(refused.value.errors) == [name]
    assert business_rules() == first_rules()


def test_unreadable_opening_hours_are_refused_by_the_part_that_is_wrong(owner):
    with pytest.raises(ValidationFailed) as refused:
        change(owner, opening_hours="mon-fri 08:00-18:00, sad 08:00-13:00")
    assert "“sad 08:00-13:00”" in str(refused.value)


def test_all_that_is_wrong_is_named_at_once(owner):
    with pytest.raises(ValidationFailed) as refused:
        change(owner, travel_minutes=-1, opening_hours="never", payment_deadline_days=9)
    assert set(refused.value.errors) == {"travel_minutes", "opening_hours"}


def test_the_second_of_two_who_had_the_same_version_before_them_overwrites_nothing(owner):
    other = Actor(UserFactory(full_name="Olga Owner", roles=["admin"]), Channel.ADMIN)
    first = change(owner, travel_minutes=10)
    with pytest.raises(StaleVersion):
        change(other, None, travel_minutes=20)
    second = change(other, first.pk, travel_minutes=20)
    with pytest.raises(StaleVersion) as refused:
        change(owner, first.pk, default_editing_days=9)
    assert "Olga Owner" in refused.value.detail
    assert StudioSettings.objects.latest("pk") == second
    for unknown in (0, second.pk + 1):
        with pytest.raises(StaleVersion):
            change(owner, unknown, default_editing_days=9)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("is_first", [True, False])
def test_of_eight_who_change_at_once_one_does(is_first):
    owner = Actor(UserFactory(roles=["admin"]), Channel.ADMIN)
    seen = None if is_first else change(owner, travel_minutes=1).pk
    before = StudioSettings.objects.count()
    outcomes = at_once(
        *(
            lambda days=days: change(owner, seen, payment_deadline_days=days)
            for days in range(10, 18)
        )
    )
    won = [one for one in outcomes if isinstance(one, StudioSettings)]
    lost = [one for one in outcomes if isinstance(one, StaleVersion)]
    assert (len(won), len(lost)) == (1, 7), outcomes
    assert StudioSettings.objects.count() == before + (2 if is_first else 1)
    assert business_rules().payment_deadline_days == won[0].payment_deadline_days
    assert AuditEntry.objects.filter(action="settings.changed").count() == (1 if is_first else 2)


# Versions are final, and never nonsense


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE records_studiosettings SET travel_minutes = 1",
        "UPDATE records_studiosettings SET reason = 'another'",
        "DELETE FROM records_studiosettings",
    ],
)
def test_the_database_refuses_to_change_or_delete_a_version(owner, sql):
    change(owner, travel_minutes=45)
    with (
        pytest.raises(IntegrityError, match="never changed or deleted"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(sql)
    assert StudioSettings.objects.count() == 2


@pytest.mark.parametrize("name", BOUNDS)
def test_the_database_refuses_what_is_out_of_bounds_whoever_writes_it(at, name):
    for value in (BOUNDS[name][0] - 1, BOUNDS[name][1] + 1):
        refused = pytest.raises(DatabaseError, match=r"violates check|out of range|overflow")
        with refused, transaction.atomic():
            StudioSettings.objects.create(at=at, **{**columns_of(first_rules()), name: value})


# The pages


def test_before_the_first_change_the_list_shows_what_the_environment_says(page):
    shown = page.get(LIST).content.decode()
    assert "these are the values of the environment" in shown
    assert "mon-fri 08:00-18:00</span>" in shown
    assert money(Decimal(200)) in shown
    assert f'href="{FORM}"' in shown


def test_the_list_tells_who_changed_what_when_and_why(page, owner, at):
    change_settings(
        {"max_discount_percentage": Decimal(100)}, actor=owner, at=at, reason="Sale", seen=None
    )
    first = StudioSettings.objects.latest("pk")
    change_settings(
        {"requires_full_payment": False, "remote_transportation_cost": Decimal("1250.5")},
        actor=owner, at=at, reason="Trust", seen=first.pk,
    )  # fmt: skip
    shown = page.get(LIST).content.decode()
    for told in (
        "Highest discount (%): 20 → <strong>100</strong>",
        "Delivered only when all is paid: yes → <strong>no</strong>",
        f"{money(Decimal(200))} → <strong>{money(Decimal('1250.50'))}</strong>",
        "the environment",
        "Ana Admin",
        "Sale",
        "Trust",
        "by Ana Admin.",
    ):
        assert told in shown
    assert "Payment deadline (days): " not in shown


def test_the_list_takes_the_same_queries_for_1_and_for_20_versions(
    page, owner, django_assert_max_num_queries
):
    version = change(owner, travel_minutes=1)
    with django_assert_max_num_queries(12) as few:
        page.get(LIST)
    for minutes in range(2, 21):
        version = change(owner, version.pk, travel_minutes=minutes)
    with django_assert_max_num_queries(len(few)):
        page.get(LIST)


def test_the_last_version_of_a_page_of_the_list_is_compared_with_the_first_of_the_next(page, owner):
    version = change(owner, travel_minutes=1)
    for minutes in range(2, 27):  # a page has 25
        version = change(owner, version.pk, travel_minutes=minutes)
    shown = page.get(LIST).content.decode()
    assert "(minutes): 1 → <strong>2</strong>" in shown
    assert "(minutes): 0 → <strong>1</strong>" not in shown
    assert "(minutes): 0 → <strong>1</strong>" in page.get(f"{LIST}?p=2").content.decode()


def test_a_version_shows_all_its_values_and_what_it_changed_and_can_not_be_edited(page, owner):
    version = change(owner, travel_minutes=45)
    answer = page.get(f"{LIST}{version.pk}/change/")
    shown = answer.content.decode()
    assert "On the road, each way (minutes): 0 → <strong>45</strong>" in shown
    assert "mon-fri 08:00-18:00, sat 08:00-13:00" in shown
    assert 'name="travel_minutes"' not in shown
    assert page.post(f"{LIST}{version.pk}/change/", {"travel_minutes": 1}).status_code == 403
    first = StudioSettings.objects.earliest("pk")
    assert "when the settings were first changed" in page.get(
        f"{LIST}{first.pk}/change/"
    ).content.decode()  # fmt: skip


def test_the_form_is_filled_with_what_is_in_force_and_says_what_a_change_touches(page, owner):
    version = change(owner, travel_minutes=45, opening_hours="tue-sat 10:00-19:00")
    answer = page.get(FORM)
    form = answer.context["form"]
    assert {name: form[name].value() for name in NAMES} == version.values
    assert form["seen"].value() == version.pk
    shown = answer.content.decode()
    for name in NAMES:
        column = StudioSettings._meta.get_field(name)
        assert str(column.help_text).replace("'", "&#x27;") in shown, name
        assert f'name="{name}"' in shown


def test_what_is_saved_on_the_form_is_in_force_for_all(page, admin_user):
    answer = page.post(FORM, TYPED | {"payment_deadline_days": 9, "reason": "Holidays"})
    assert answer["Location"] == LIST
    assert said(answer) == ["The settings are changed."]
    assert business_rules().payment_deadline_days == 9
    version = StudioSettings.objects.latest("pk")
    assert (version.actor, version.reason) == (admin_user, "Holidays")
    told = signed_in(None).get("/api/v1/config/business-rules").json()
    assert told["payment_deadline_days"] == 9


def test_a_box_that_is_not_ticked_is_a_no(page):
    typed = {name: value for name, value in TYPED.items() if name != "requires_full_payment"}
    page.post(FORM, typed)
    assert business_rules().requires_full_payment is False


def test_a_refusal_is_a_sentence_on_the_form_which_keeps_what_was_typed(page, owner):
    answer = page.post(FORM, TYPED | {"travel_minutes": 5000, "opening_hours": "never"})
    shown = answer.content.decode()
    assert "less than or equal to 1440" in shown
    assert "“never” cannot be read." in shown
    assert 'value="5000"' in shown
    change(owner, travel_minutes=45)
    shown = page.post(FORM, TYPED | {"payment_deadline_days": 9}).content.decode()
    assert "Ana Admin has changed the settings meanwhile." in shown
    assert 'value="9"' in shown
    assert business_rules().payment_deadline_days == 5


def test_saving_what_is_in_force_already_says_so(page):
    answer = page.post(FORM, TYPED)
    assert "nothing was changed" in answer.content.decode()
    assert not StudioSettings.objects.exists()


@pytest.mark.parametrize("seen", ["x", "-1", "9" * 30, "\0"])
def test_a_forged_version_is_refused(page, seen):
    answer = page.post(FORM, TYPED | {"payment_deadline_days": 9, "seen": seen})
    assert answer.status_code == 200
    assert not StudioSettings.objects.exists()


@pytest.mark.parametrize("address", [LIST, FORM])
def test_only_who_may_change_the_settings_opens_the_pages(coordinator, address):
    assert browser(coordinator).get(address).status_code == 403
    assert browser(holder_of(Right.SYSTEM_AUDIT_LOG)).get(address).status_code == 403


def test_the_right_to_change_the_settings_alone_opens_them():
    person = browser(holder_of(Right.SYSTEM_SETTINGS))
    for address in (LIST, FORM):
        assert person.get(address).status_code == 200
