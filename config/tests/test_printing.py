"""Printing answers from the database and from objects (config.api.printing)."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, time
from decimal import Decimal
from types import SimpleNamespace
from typing import Any, ClassVar

import pytest
from drf_spectacular.generators import SchemaGenerator
from jsonschema import Draft4Validator
from rest_framework import serializers

from catalog.api import views as catalog_doors
from catalog.models import PackageItem
from catalog.tests.factories import ItemFactory, PackageFactory, PackageItemFactory, RoomFactory
from clients.api.views import ClientViewSet
from clients.tests.factories import ClientFactory
from config.api.fields import MoneyField, NullableTextField, text_or_null
from config.api.printing import Printed, Rows
from config.api.rendering import FastJSONRenderer
from config.urls import urlpatterns
from sessions_app.api import rows as session_rows
from sessions_app.api.serializers import SessionRoomSerializer
from sessions_app.lifecycle import Status
from sessions_app.models import PhotographerRole, Session
from sessions_app.rules import PRIVATE_FIELDS
from sessions_app.tests.builders import book, external
from sessions_app.tests.wire import arrived
from users.api import rows as people_rows
from users.models import Role
from users.tests.factories import UserFactory, role

AT = datetime(2026, 3, 10, 16, 0, 5, 123456, tzinfo=UTC)


class ItemOfPackage(serializers.Serializer[Any]):
    code = serializers.CharField()
    price = MoneyField(source="unit_price")


class PartOfPackage(serializers.ModelSerializer[PackageItem]):
    """A part, whose item is a nested object."""

    note = serializers.CharField(source="item.description")
    item = ItemOfPackage()

    class Meta:
        model = PackageItem
        fields: ClassVar[list[str]] = ["quantity", "note", "item"]


class Place(serializers.ModelSerializer[Session]):
    """Where and when: a relation that may be missing, and every form of time."""

    wishes = NullableTextField(source="client_requirements")
    room = SessionRoomSerializer(allow_null=True)
    hours = MoneyField(source="estimated_duration_hours", allow_null=True)

    class Meta:
        model = Session
        fields: ClassVar[list[str]] = [
            "session_date",
            "session_time",
            "starts_at",
            "hours",
            "wishes",
            "room",
        ]


PLACES = Rows(Place, Session.objects.all)
PARTS = Rows(PartOfPackage, lambda: PackageItem.objects.order_by("-quantity"), key="package")
PACKAGES = Rows(catalog_doors.PackageSerializer, catalog_doors.Package.objects.all, parts=PARTS)


# Which rows


@pytest.mark.django_db
def test_rows_come_in_the_order_of_the_ids_whatever_that_of_the_queryset(
    django_assert_num_queries,
):
    made = [RoomFactory(name=name).pk for name in "BAC"]
    rows = catalog_doors.RoomViewSet.rows
    for asked in (made, made[::-1], [made[1], made[0]]):
        assert [shown["id"] for shown in rows.printed(asked)] == asked
    assert rows.printed(iter(made)) == rows.printed(made)
    with django_assert_num_queries(1) as asked_for:
        rows.printed(made)
    assert "ORDER BY" not in asked_for[0]["sql"]


@pytest.mark.django_db
def test_rows_that_are_gone_are_left_out_and_no_ids_ask_nothing(django_assert_num_queries):
    room = RoomFactory().pk
    rows = catalog_doors.RoomViewSet.rows
    assert [shown["id"] for shown in rows.printed([987654321, room, 987654322])] == [room]
    with django_assert_num_queries(0):
        assert rows.printed([]) == PACKAGES.printed(()) == []


@pytest.mark.django_db
def test_each_part_is_a_question_however_many_rows(django_assert_num_queries):
    packages = [PackageFactory() for _ in range(3)]
    for package in packages:
        PackageItemFactory(package=package, item=ItemFactory())
    for asked in (packages[:1], packages):
        with django_assert_num_queries(2):
            assert len(PACKAGES.printed([package.pk for package in asked])) == len(asked)


# Parts


@pytest.mark.django_db
def test_parts_are_with_the_row_they_belong_to_in_the_order_of_their_queryset():
    first, second, empty = (PackageFactory() for _ in range(3))
    item, other = ItemFactory(code="I", unit_price="1250.50"), ItemFactory(code="O")
    PackageItemFactory(package=first, item=item, quantity=2)
    PackageItemFactory(package=second, item=item, quantity=7)
    PackageItemFactory(package=first, item=other, quantity=5)
    shown = PACKAGES.printed([second.pk, empty.pk, first.pk])
    told = [[(part["quantity"], part["item"]["code"]) for part in one["parts"]] for one in shown]
    assert told == [[(7, "I")], [], [(5, "O"), (2, "I")]]
    assert shown[0]["parts"][0]["item"] == {"code": "I", "price": 1250.5}


@pytest.mark.django_db
def test_what_is_printed_of_a_part_may_be_reached_via_a_relation():
    both, one = UserFactory(roles=["editor", "photographer"]), UserFactory(roles=["editor"])
    shown = people_rows.PEOPLE_WITH_ROLES.printed([one.pk, both.pk])
    by_id = sorted([role("editor"), role("photographer")], key=lambda given: given.pk)
    names = [[given["name"] for given in person["roles"]] for person in shown]
    assert names == [["editor"], [given.name for given in by_id]]
    assert shown[0]["roles"] == people_rows.ROLES.printed([role("editor").pk])


# What is printed


@pytest.mark.django_db
def test_times_amounts_and_texts_look_as_the_contract_says():
    session = external(session_date=date(2026, 4, 20), session_time=time(9, 5))
    [shown] = PLACES.printed([session.pk])
    assert shown == {
        "session_date": "2026-04-20",
        "session_time": "09:05",
        "starts_at": "2026-04-20T09:05:00-06:00",
        "hours": 2,
        "wishes": None,
        "room": None,
    }
    assert type(shown["hours"]) is int


@pytest.mark.django_db
def test_a_nested_object_is_whole_or_null():
    room = RoomFactory(name="Sala")
    inside, outside = book(room=room), external()
    shown = PLACES.printed([inside.pk, outside.pk])
    assert [one["room"] for one in shown] == [{"id": room.pk, "name": "Sala"}, None]


@pytest.mark.django_db
def test_null_stays_null_without_a_conversion():
    session = external(session_time=None, estimated_duration_hours=None)
    [shown] = PLACES.printed([session.pk])
    assert {shown[name] for name in ("session_time", "starts_at", "hours")} == {None}


@pytest.mark.django_db
def test_hidden_fields_are_absent_those_with_a_conversion_too():
    session = book()
    whole = PLACES.printed([session.pk])[0]
    hidden = frozenset({"session_time", "wishes", "hours", "no such field"})
    shown = PLACES.printed([session.pk], hidden)[0]
    assert shown == {name: value for name, value in whole.items() if name not in hidden}
    assert PLACES.printed([session.pk])[0] == whole


# Printed objects


class Inner(Printed, serializers.Serializer[Any]):
    name = serializers.CharField()


class Outer(Printed, serializers.Serializer[Any]):
    """Every kind of field, of any object."""

    said = serializers.SerializerMethodField()
    on = serializers.DateField(source="deep.on", allow_null=True)
    at = serializers.DateTimeField()
    begins = serializers.TimeField()
    amount = MoneyField()
    text = NullableTextField()
    one = Inner(allow_null=True)
    many = Inner(many=True)
    secret = serializers.CharField(write_only=True)

    def get_said(self, thing: Any) -> str:
        return f"{self.context.get('word')} {thing.text}"

    def hidden_fields(self) -> frozenset[str]:
        return self.context.get("hidden", frozenset())


def thing(**facts: Any) -> SimpleNamespace:
    nested = SimpleNamespace(name="inner")
    usual = {
        "deep": SimpleNamespace(on=date(2026, 4, 20)),
        "at": AT,
        "begins": time(9, 5, 59),
        "amount": Decimal("1250.50"),
        "text": "x",
        "one": nested,
        "many": [nested, nested],
    }
    return SimpleNamespace(**usual | facts)


def test_an_object_is_printed_by_its_attributes():
    assert Outer(thing(), context={"word": "hello"}).data == {
        "said": "hello x",
        "on": "2026-04-20",
        "at": "2026-03-10T10:00:05.123456-06:00",
        "begins": "09:05",
        "amount": 1250.5,
        "text": "x",
        "one": {"name": "inner"},
        "many": [{"name": "inner"}, {"name": "inner"}],
    }


def test_what_an_object_lacks_is_null_or_empty():
    facts = {"deep": SimpleNamespace(on=None), "at": None, "begins": None, "amount": None}
    shown = Outer(thing(text="", one=None, many=[], **facts)).data
    assert [shown[name] for name in ("on", "at", "begins", "amount", "text", "one")] == [None] * 6
    assert shown["many"] == []


def test_what_is_hidden_is_asked_for_each_answer():
    hidden = {"amount", "said", "many"}
    assert hidden.isdisjoint(Outer(thing(), context={"hidden": frozenset(hidden)}).data)
    assert hidden <= Outer(thing()).data.keys()


def test_several_objects_are_printed_each_with_its_own():
    shown = Outer([thing(text="a"), thing(text="b")], many=True, context={"word": "-"}).data
    assert [one["said"] for one in shown] == ["- a", "- b"]


# All that the product prints from the database


def sample_client() -> int:
    ClientFactory(email="other@x.example")
    return int(ClientFactory(notes="", tax_id="CF").pk)


def sample_package() -> int:
    package = PackageFactory(base_price="1250.50")
    PackageItemFactory(package=package, item=ItemFactory(unit_price="0.10"), quantity=3)
    return int(package.pk)


def sample_session() -> int:
    covering = UserFactory(roles=["photographer"])
    session = arrived(Status.IN_EDITING, covering)
    session.assignments.update(role=PhotographerRole.LEAD)
    return session.pk


SESSIONS: tuple[Callable[[], int], ...] = (
    sample_session,
    lambda: arrived(Status.PRE_SCHEDULED, days=30).pk,
    lambda: arrived(Status.CANCELED, days=30).pk,
    lambda: external(session_time=None, estimated_duration_hours=None).pk,
)
PEOPLE_ROWS = (people_rows.PEOPLE, people_rows.PEOPLE_WITH_ROLES)
SESSION_ROWS = (session_rows.SESSIONS, session_rows.SESSION_DETAILS)
SAMPLES: list[tuple[Rows, Callable[[], int]]] = [
    (people_rows.ROLES, lambda: int(role("editor").pk)),
    (people_rows.ROLES, lambda: int(Role.objects.create(name="bare").pk)),
    *((rows, lambda: int(UserFactory(phone="1", roles=["editor"]).pk)) for rows in PEOPLE_ROWS),
    *((rows, lambda: int(UserFactory(status="Inactive").pk)) for rows in PEOPLE_ROWS),
    (ClientViewSet.rows, sample_client),
    (catalog_doors.ItemViewSet.rows, lambda: int(ItemFactory(unit_price="7.05").pk)),
    (catalog_doors.RoomViewSet.rows, lambda: int(RoomFactory(hourly_rate="10.50").pk)),
    (catalog_doors.RoomViewSet.rows, lambda: int(RoomFactory(description="", capacity=None).pk)),
    (catalog_doors.PackageViewSet.rows, sample_package),
    (catalog_doors.PackageViewSet.rows_of_one, sample_package),
    (catalog_doors.PackageViewSet.rows_of_one, lambda: int(PackageFactory().pk)),
    *((rows, make) for rows in SESSION_ROWS for make in SESSIONS),
]
each_sample = pytest.mark.parametrize(
    ("rows", "make"), SAMPLES, ids=[f"{rows._serializer_class.__name__}" for rows, _ in SAMPLES]
)


def test_nothing_that_the_product_prints_is_missing_here():
    """Every viewset's `rows`, and those of `rows` modules that are no parts of others."""
    doors = {url.callback.cls for url in walked(urlpatterns) if hasattr(url.callback, "cls")}
    owners = [*doors, people_rows, session_rows]
    found = {value for owner in owners for value in vars(owner).values() if isinstance(value, Rows)}
    parts = {part for rows in found for part in rows._parts.values()}
    assert found - parts == {rows for rows, _ in SAMPLES}


def walked(patterns: Any) -> Iterator[Any]:
    for pattern in patterns:
        inner = getattr(pattern, "url_patterns", None)
        yield from walked(inner) if inner is not None else [pattern]


def plainly(kind: type[Any], obj: Any, left_out: set[str]) -> dict[str, Any]:
    """Return what the framework prints by the declaration, with the forms of our own fields."""
    shown = {}
    for name, field in kind().fields.items():
        if name in left_out:
            continue
        value = field.get_attribute(obj)
        own = getattr(field, "printed", None)
        if value is None:
            shown[name] = None
        elif isinstance(field, serializers.Serializer):
            shown[name] = plainly(type(field), value, set())
        elif own is not None and own is not text_or_null:
            shown[name] = own(value)
        else:
            shown[name] = field.to_representation(value)
            shown[name] = (shown[name] or None) if own else shown[name]
    return shown


def expected_of(rows: Rows, pk: int) -> dict[str, Any]:
    shown = plainly(rows._serializer_class, rows._queryset().get(pk=pk), rows._left_out)
    for name, part in rows._parts.items():
        via = part._prefix.removesuffix("__")
        of_row = part._queryset().filter(**{part._key: pk})
        objects = [getattr(row, via) if via else row for row in of_row]
        shown[name] = [plainly(part._serializer_class, one, set()) for one in objects]
    return shown


@each_sample
@pytest.mark.django_db
def test_what_is_printed_is_what_the_declaration_promises(rows, make):
    pk = make()
    [shown] = rows.printed([pk])
    besides = rows._left_out - rows._parts.keys()
    assert shown.keys() == rows._serializer_class().fields.keys() - besides
    expected = FastJSONRenderer().render(expected_of(rows, pk))
    assert json.loads(FastJSONRenderer().render(shown)) == json.loads(expected)


@each_sample
@pytest.mark.django_db
def test_what_is_printed_fits_the_schema(rows, make, schema):
    [shown] = rows.printed([make()])
    name = rows._serializer_class.__name__.removesuffix("Serializer")
    besides = rows._left_out - rows._parts.keys()
    told = shown | {name: [] for name in besides}
    component = {**schema, "$ref": f"#/components/schemas/{name}"}
    problems = [error.message for error in Draft4Validator(component).iter_errors(told)]
    assert problems == []
    assert set(schema["components"]["schemas"][name]["properties"]) == told.keys()


@pytest.fixture(scope="module")
def schema() -> dict[str, Any]:
    """The product's schema, with `nullable` told as JSON Schema tells it."""
    return dict(with_nulls(SchemaGenerator().get_schema(request=None, public=True)))


def with_nulls(node: Any) -> Any:
    if isinstance(node, list):
        return [with_nulls(one) for one in node]
    if not isinstance(node, dict):
        return node
    told = {name: with_nulls(value) for name, value in node.items() if name != "nullable"}
    return {"anyOf": [told, {"type": "null"}]} if node.get("nullable") is True else told


@pytest.mark.django_db
def test_what_is_private_of_a_session_is_all_that_is_hidden():
    pk = sample_session()
    for rows in SESSION_ROWS:
        [whole], [shown] = rows.printed([pk]), rows.printed([pk], PRIVATE_FIELDS)
        assert whole.keys() - shown.keys() == whole.keys() & PRIVATE_FIELDS
        assert shown == {name: whole[name] for name in shown}
