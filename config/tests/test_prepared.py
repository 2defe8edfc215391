"""Queries that are compiled once (config.prepared): what they ask, and that they ask it rightly."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.db.models import CharField, DecimalField, F, IntegerField, QuerySet, Value
from django.db.models.functions import Concat, Lower
from django.utils import timezone, translation

from catalog.models import Item, PackageItem
from catalog.tests.factories import ItemFactory, PackageFactory, PackageItemFactory
from clients.models import Client
from clients.tests.factories import ClientFactory
from config.prepared import Given, Prepared
from users.models import SignIn, User
from users.tests.factories import UserFactory

pytestmark = pytest.mark.django_db

AWKWARD = [
    "%s",
    "100%",
    "%",
    "%%s",
    "%(keys)s",
    "%(",
    "a'b",
    "''",
    "back\\slash",
    "\\'",
    '"quoted"',
    "$1",
    "{0}",
    "; DROP TABLE users_user; --",
    "new\nline",
    "ñ🎞",
    "",
    "%s" * 20,
]
"""What a constant may hold: everything that means something to a driver."""


class Counted:
    """A maker of querysets that knows how often it was asked."""

    def __init__(self, queryset: Callable[[], QuerySet[Any, Any]]) -> None:
        self.queryset = queryset
        self.times = 0

    def __call__(self) -> QuerySet[Any, Any]:
        self.times += 1
        return self.queryset()


# Asked again and again


def test_a_question_is_compiled_once_and_asked_each_time(django_assert_num_queries):
    made = Counted(User.objects.all)
    prepared = Prepared(made, "full_name")
    first, second = UserFactory(full_name="One"), UserFactory(full_name="Two")
    assert made.times == 0
    with django_assert_num_queries(3) as asked:
        assert prepared.rows([first.pk]) == [("One",)]
        assert prepared.rows([second.pk]) == [("Two",)]
        assert prepared.rows([first.pk]) == [("One",)]
    assert made.times == 1
    assert asked[0]["sql"] == asked[2]["sql"] != asked[1]["sql"]


def test_what_is_compiled_is_kept():
    prepared = Prepared(User.objects.all, "full_name")
    prepared.rows([1])
    statement = prepared._statement
    prepared.rows([2, 3])
    assert prepared._statement is statement


def test_what_changed_meanwhile_is_found():
    person = UserFactory(full_name="Before")
    prepared = Prepared(User.objects.all, "full_name")
    assert prepared.rows([person.pk]) == [("Before",)]
    User.objects.filter(pk=person.pk).update(full_name="After")
    assert prepared.rows([person.pk]) == [("After",)]


def test_without_keys_nothing_is_asked(django_assert_num_queries):
    made = Counted(User.objects.all)
    with django_assert_num_queries(0):
        assert Prepared(made, "pk").rows([]) == []
        assert Prepared(made, "pk").rows(()) == []
        assert Prepared(made, "pk").rows() == []
    assert made.times == 0


# Keys


def test_only_rows_of_the_keys_are_found_in_the_order_of_the_queryset():
    people = [UserFactory(full_name=name) for name in ("B", "C", "A", "not asked for")]
    prepared = Prepared(lambda: User.objects.order_by("full_name"), "full_name")
    keys = [person.pk for person in people[:3]]
    assert prepared.rows([*keys, 987654321]) == [("A",), ("B",), ("C",)]
    assert prepared.rows([*keys, *keys]) == [("A",), ("B",), ("C",)]


@pytest.mark.parametrize("collection", [list, tuple, set, dict.fromkeys])
def test_keys_may_be_any_collection(collection):
    person = UserFactory()
    assert Prepared(User.objects.all, "pk").rows(collection([person.pk])) == [(person.pk,)]


def test_keys_may_be_uuids():
    person = UserFactory(full_name="Signed In")
    at = timezone.now()
    one, other = (SignIn.objects.create(user=person, rotated_at=at) for _ in range(2))
    prepared = Prepared(SignIn.objects.all, "pk", "user__full_name")
    assert prepared.rows([one.pk]) == [(one.pk, "Signed In")]
    assert {row[0] for row in prepared.rows([one.pk, other.pk])} == {one.pk, other.pk}
    assert prepared.rows([uuid4()]) == []


def test_a_key_may_be_another_column():
    part = PackageItemFactory(package=PackageFactory(), item=ItemFactory(name="Album"))
    PackageItemFactory(package=PackageFactory(), item=ItemFactory())
    prepared = Prepared(PackageItem.objects.all, "package", "item__name", key="package")
    assert prepared.rows([part.package_id]) == [(part.package_id, "Album")]


def test_where_no_key_is_asked_for_all_rows_are_found():
    made = {ItemFactory().pk for _ in range(3)}
    assert set(Prepared(Item.objects.all, "pk", key=None).rows()) == {(pk,) for pk in made}
    assert Prepared(Item.objects.none().all, "pk", key="pk").rows([]) == []


def test_many_keys_are_one_question(django_assert_num_queries):
    made = [UserFactory().pk for _ in range(3)]
    with django_assert_num_queries(1):
        found = Prepared(User.objects.all, "pk").rows([*made, *range(10_000_000, 10_003_000)])
    assert {row[0] for row in found} == set(made)


# Constants


@pytest.mark.parametrize("text", AWKWARD)
def test_a_constant_that_is_printed_stays_what_it_is(text):
    person = UserFactory(full_name="Ana")
    constant = Value(text, output_field=CharField())
    prepared = Prepared(
        lambda: User.objects.annotate(said=Concat(constant, F("full_name"))), "said", "pk"
    )
    for _ in range(2):
        assert prepared.rows([person.pk]) == [(f"{text}Ana", person.pk)]


@pytest.mark.parametrize("text", AWKWARD)
def test_a_constant_that_is_looked_for_stays_what_it_is(text):
    found, _other = ClientFactory(notes=text), ClientFactory(notes=f"{text}x")
    everybody = list(Client.objects.values_list("pk", flat=True))
    same = Prepared(lambda: Client.objects.filter(notes=text), "pk", "notes")
    assert same.rows(everybody) == [(found.pk, text)]


@pytest.mark.parametrize("text", [text for text in AWKWARD if text])
def test_a_pattern_finds_what_the_orm_finds(text):
    for notes in (f"before {text} after", f"before {text.upper()}", "x", "100"):
        ClientFactory(notes=notes)

    def holding() -> QuerySet[Client]:
        return Client.objects.filter(notes__icontains=text).order_by("pk")

    everybody = list(Client.objects.values_list("pk", flat=True))
    expected = list(holding().values_list("pk", "notes"))
    assert len(expected) >= 2
    assert Prepared(holding, "pk", "notes").rows(everybody) == expected


def test_constants_of_every_kind_are_what_the_orm_makes_of_them():
    at = datetime(2026, 3, 10, 16, 0, 0, 123456, tzinfo=UTC)
    person = UserFactory(created_at=at)

    def queryset() -> QuerySet[User]:
        return User.objects.filter(
            created_at__lte=at,
            created_at__gt=at - timedelta(microseconds=1),
            status__in=["Active", "%s", "In'active"],
            pk__lt=2**40,
            phone="",
        ).annotate(
            amount=Value(Decimal("-1250.50"), output_field=DecimalField()),
            number=Value(-7, output_field=IntegerField()),
            truth=Value(True),
            nothing=Value(None, output_field=IntegerField()),
        )

    columns = ("pk", "amount", "number", "truth", "nothing")
    [expected] = queryset().values_list(*columns)
    assert Prepared(queryset, *columns).rows([person.pk]) == [expected]
    assert expected[1:] == (Decimal("-1250.50"), -7, True, None)


# Values that are given


def test_values_are_given_each_time_by_their_names():
    for number, name in enumerate(["A", "B", "C"]):
        ItemFactory(name=name, unit_price=Decimal(number))
    everything = list(Item.objects.values_list("pk", flat=True))
    prepared = Prepared(
        lambda: Item.objects.filter(
            unit_price__gte=Given("least", output_field=DecimalField()),
            unit_price__lte=Given("most", output_field=DecimalField()),
        ).order_by("name"),
        "name",
    )
    assert prepared.rows(everything, least=0, most=1) == [("A",), ("B",)]
    assert prepared.rows(everything, least=Decimal(1), most=Decimal(2)) == [("B",), ("C",)]
    assert prepared.rows(everything[:1], least=0, most=2) == [("A",)]


@pytest.mark.parametrize("text", AWKWARD)
def test_what_is_given_stays_what_it_is_beside_awkward_constants(text):
    wanted, _other = ItemFactory(name=text, description="100%s"), ItemFactory(name="other")
    prepared = Prepared(
        lambda: Item.objects.filter(
            name=Given("name", output_field=CharField()), description="100%s"
        ),
        "pk",
        key=None,
    )
    assert prepared.rows(name=text) == [(wanted.pk,)]
    assert prepared.rows(name=f"{text}?") == []


def test_the_same_value_may_be_asked_for_twice_and_among_computed_columns():
    item = ItemFactory(name="Album")
    given = Given("word", output_field=CharField())
    prepared = Prepared(
        lambda: Item.objects.annotate(said=Concat(Lower("name"), given, Value("%"), given)), "said"
    )
    assert prepared.rows([item.pk], word="'s") == [("album's%'s",)]


# What it may not depend on


@pytest.mark.parametrize("zone", ["UTC", "America/Guatemala", "Asia/Kolkata"])
def test_instants_are_utc_whatever_the_time_zone(settings, zone):
    settings.TIME_ZONE = zone
    at = datetime(2026, 12, 31, 23, 59, 59, 123456, tzinfo=UTC)
    person = UserFactory(created_at=at)
    with timezone.override(zone):
        [(found,)] = Prepared(User.objects.all, "created_at").rows([person.pk])
    assert found == at
    assert found.utcoffset() == timedelta(0)


def test_a_question_compiled_in_one_language_is_the_same_in_another():
    person = UserFactory(full_name="Ana", language="en")
    prepared = Prepared(User.objects.all, "full_name", "status", "language")
    with translation.override("es"):
        first = prepared.rows([person.pk])
    with translation.override("en"):
        assert prepared.rows([person.pk]) == first == [("Ana", "Active", "en")]


def test_the_drivers_loader_stays_with_the_question():
    person = UserFactory()
    Prepared(User.objects.all, "created_at").rows([person.pk])
    with connection.cursor() as cursor:
        own = cursor.cursor.adapters.get_loader(1184, 0)  # timestamptz, as text
    with connection.cursor() as cursor:
        assert cursor.cursor.adapters.get_loader(1184, 0) is own
    assert own.__module__.startswith("django.")


def test_questions_are_asked_within_the_transaction_at_hand():
    person = UserFactory(full_name="Only Here")
    assert Prepared(User.objects.all, "full_name").rows([person.pk]) == [("Only Here",)]
    assert connection.in_atomic_block
