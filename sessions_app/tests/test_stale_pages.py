"""The second of two people who edit the same is told who was first; nothing is overwritten."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db.models import Model
from django.test import Client as Browser

from catalog.models import Item, Package, Room
from catalog.tests.factories import ItemFactory, PackageFactory, RoomFactory
from clients.models import Client
from clients.tests.factories import ClientFactory
from config.clock import now, studio_day, studio_zone
from conftest import signed_in
from sessions_app.actions import attendance, cancelling, editing, hiding, lines, planning, team
from sessions_app.actions.maintenance import start_maintenance
from sessions_app.actions.transition import transition
from sessions_app.lifecycle import Status
from sessions_app.models import Initiator, Session
from sessions_app.tests.builders import SYSTEM, acting, assign, book, paid, priced
from sessions_app.tests.pages import arrived, browser, form_of, page, problems, text, typed
from sessions_app.tests.wire import url
from users.actions.activation import deactivate
from users.actions.people import assign_role, change_user
from users.actions.roles import create_role, permissions_by_right, set_rights
from users.models import Role, User
from users.rights import Right
from users.tests.factories import UserFactory, role

pytestmark = pytest.mark.django_db

NAMELESS = "This has been changed meanwhile"
BY_BERTA = "Berta Boss has changed this meanwhile"
AGAIN = "Nothing of yours was saved: open the page anew, and make your change again."


@pytest.fixture
def me(admin_user: User) -> Browser:
    """The second of the two."""
    return browser(admin_user)


@pytest.fixture
def berta(db: None) -> User:
    """The first one."""
    return UserFactory(full_name="Berta Boss", roles=["admin"])


def address(row: Model) -> str:
    return f"/admin/{row._meta.app_label}/{row._meta.model_name}/{row.pk}/change/"


def typed_on(who: Browser, row: Model, **changes: Any) -> dict[str, Any]:
    """Return what someone's browser sends who opens a row's page, types and saves."""
    return typed(who.get(address(row))) | changes


def clock(at: datetime) -> str:
    return f"{at.astimezone(studio_zone()):%H:%M}"


def moment_in(sentence: str) -> str:
    found = re.search(r"meanwhile, at (.+?)\. Nothing", sentence)
    assert found is not None, sentence
    return found[1]


def own_role() -> Role:
    made: Role = Role.objects.create(name="archivist")
    return made


# Pages

RECORDS: dict[str, tuple[Callable[[], Any], str]] = {
    "a client": (ClientFactory, "notes"),
    "an item": (ItemFactory, "description"),
    "a package": (PackageFactory, "description"),
    "a room": (RoomFactory, "description"),
    "a person": (UserFactory, "phone"),
    "a role": (own_role, "description"),
}


@pytest.mark.parametrize("kind", RECORDS)
def test_the_second_at_a_page_is_told_who_was_first_and_when(kind, me, berta):
    make, field = RECORDS[kind]
    row, other = make(), browser(berta)
    opened, begun = typed_on(me, row, **{field: "mine"}), now()
    assert other.post(address(row), typed_on(other, row, **{field: "hers"})).status_code == 302
    answer = me.post(address(row), opened)
    sentence = problems(answer)
    assert BY_BERTA in sentence
    assert AGAIN in sentence
    assert moment_in(sentence) in {clock(begun), clock(now())}
    assert answer.context["adminform"].form[field].value() == "mine"
    row.refresh_from_db()
    assert getattr(row, field) == "hers"
    anew = typed_on(me, row, **{field: "mine"})
    assert me.post(address(row), anew).status_code == 302
    row.refresh_from_db()
    assert getattr(row, field) == "mine"


def test_the_second_at_the_page_of_a_session_is_told_who_was_first(me, session, desk):
    opened = form_of(me, session, internal_notes="mine")
    assert desk.patch(url(session), {"session_time": "16:00"}).status_code == 200
    answer = me.post(page(session), opened)
    session.refresh_from_db()
    sentence = problems(answer)
    assert "Carla Coordinator has changed this meanwhile" in sentence
    assert AGAIN in sentence
    assert moment_in(sentence) == clock(session.updated_at)
    assert answer.context["adminform"].form["internal_notes"].value() == "mine"
    assert (str(session.session_time), session.internal_notes) == ("16:00:00", "")


def test_of_a_change_on_another_day_the_day_is_told_too(me, session, coordinator):
    opened = form_of(me, session, internal_notes="mine")
    at = now() - timedelta(days=2)
    planning.change_session(session, {"discount": 5}, actor=acting(coordinator), at=at)
    sentence = problems(me.post(page(session), opened))
    assert moment_in(sentence) == f"{studio_day(at):%d/%m/%Y} {clock(at)}"


def test_who_changed_it_in_another_window_is_told_so(me, session):
    opened = form_of(me, session, internal_notes="mine")
    other_window = form_of(me, session, internal_notes="mine too")
    assert me.post(page(session), other_window).status_code == 302
    assert "You have changed this yourself meanwhile, at" in problems(
        me.post(page(session), opened)
    )


def test_a_photographer_learns_that_and_when_but_not_who(photographer, desk):
    session = arrived(Status.ASSIGNED, 3, photographer)
    mine = browser(photographer)
    opened = form_of(mine, session, photographer_observations="A dog will be there")
    assert desk.patch(url(session), {"internal_notes": "call first"}).status_code == 200
    answer = mine.post(page(session), opened)
    session.refresh_from_db()
    assert f"{NAMELESS}, at {clock(session.updated_at)}. {AGAIN}" in problems(answer)
    assert "Carla" not in text(answer)
    assert session.photographer_observations == ""


# What the system did, and what nobody knows


BY_THE_SYSTEM: dict[str, tuple[Callable[[], Any], str, Callable[[Any], Any]]] = {
    "a client": (ClientFactory, "notes", lambda row: deactivate(row, actor=SYSTEM, at=now())),
    "a room": (
        RoomFactory,
        "description",
        lambda row: start_maintenance(row, actor=SYSTEM, at=now()),
    ),
    "a person": (
        UserFactory,
        "phone",
        lambda row: change_user(row, {"full_name": "Other"}, actor=SYSTEM, at=now()),
    ),
}


@pytest.mark.parametrize("kind", BY_THE_SYSTEM)
def test_what_the_system_changed_is_told_without_a_name(kind, me):
    make, field, change = BY_THE_SYSTEM[kind]
    row = make()
    opened = typed_on(me, row, **{field: "mine"})
    change(row)
    sentence = problems(me.post(address(row), opened))
    assert f"{NAMELESS}, at " in sentence
    assert AGAIN in sentence


def test_a_step_of_the_system_is_told_without_the_name_of_who_was_before(me, session, coordinator):
    planning.change_session(session, {"discount": 5}, actor=acting(coordinator), at=now())
    opened = form_of(me, session, internal_notes="mine")
    transition(session, Status.NEGOTIATION, actor=SYSTEM, at=now())
    answer = me.post(page(session), opened)
    assert f"{NAMELESS}, at " in problems(answer)


def test_an_older_entry_of_the_audit_trail_accuses_nobody(me, berta):
    person = UserFactory()
    change_user(person, {"phone": "1"}, actor=acting(berta), at=now())
    opened = typed_on(me, person, phone="mine")
    person.save()  # not by an action, hence by whom is not on record
    answer = me.post(address(person), opened)
    assert f"{NAMELESS}, at " in problems(answer)


@pytest.mark.parametrize("seen", ["nonsense", "7", "2026-01-01", "2026-01-01T00:00:00", "\x00"])
def test_a_made_up_state_is_refused_like_a_stale_one(me, seen):
    person = UserFactory(phone="")
    answer = me.post(address(person), typed_on(me, person, phone="mine", seen=seen))
    assert answer.status_code == 200
    person.refresh_from_db()
    assert person.phone == ""


# What a page shows besides its fields


def test_roles_given_meanwhile_are_not_taken_back(me, berta):
    person = UserFactory(roles=["editor"])
    opened = typed_on(me, person, phone="mine")
    assign_role(person, role("photographer"), actor=acting(berta), at=now())
    assert BY_BERTA in problems(me.post(address(person), opened))
    person = User.objects.get(pk=person.pk)
    assert (person.phone, person.role_names) == ("", {"editor", "photographer"})


def test_rights_given_meanwhile_are_not_taken_back(me, berta):
    archivist = create_role("archivist", actor=acting(berta), at=now())
    opened = typed_on(me, archivist, description="mine")
    permission = permissions_by_right()[Right.CLIENT_VIEW]
    set_rights(archivist, [permission], actor=acting(berta), at=now())
    assert BY_BERTA in problems(me.post(address(archivist), opened))
    assert list(archivist.permissions.all()) == [permission]


# Every door says who


RECORDS_OVER_REST: dict[str, tuple[type[Any], str, dict[str, Any]]] = {
    "a client": (
        Client,
        "clients",
        {"full_name": "Ana", "email": "ana@example.com", "primary_phone": "1"},
    ),
    "an item": (
        Item,
        "items",
        {"code": "A", "name": "Album", "item_type": "Album", "unit_price": 9, "unit_measure": "1"},
    ),
    "a package": (Package, "packages", {"code": "G", "name": "Gold", "session_type": "Both"}),
    "a room": (Room, "rooms", {"name": "Sala"}),
}


@pytest.mark.parametrize("kind", RECORDS_OVER_REST)
def test_a_record_knows_who_made_it_and_who_changed_it_over_rest(kind, admin_user, berta):
    model, noun, form = RECORDS_OVER_REST[kind]
    made = signed_in(admin_user).post(f"/api/v1/{noun}", form)
    assert made.status_code == 201, made.json()
    assert "updated_by" not in made.json()
    row = model.objects.get()
    assert row.updated_by == admin_user
    place = f"/api/v1/{noun}/{row.pk}"
    assert signed_in(berta).patch(place, {"name": "Other"}).status_code == 200
    row.refresh_from_db()
    assert row.updated_by == berta
    assert signed_in(admin_user).delete(place).status_code == 200
    row.refresh_from_db()
    assert row.updated_by == admin_user
    assert signed_in(berta).patch(place, {"status": "Active"}).status_code == 200
    row.refresh_from_db()
    assert row.updated_by == berta


def test_a_record_knows_who_made_it_in_the_back_office(me, admin_user):
    me.post("/admin/catalog/room/add/", {"name": "Sala"})
    assert Room.objects.get().updated_by == admin_user
    form = {"full_name": "Ana", "email": "ana@example.com", "primary_phone": "1"}
    me.post("/admin/clients/client/add/", form | {"client_type": "Individual", "language": "es"})
    assert Client.objects.get().updated_by == admin_user


def test_who_composes_a_package_and_who_closes_a_room_have_changed_it(me, boss, berta):
    package, room = PackageFactory(), RoomFactory()
    opened = {row: typed_on(me, row, description="mine") for row in (package, room)}
    hers = signed_in(berta)
    parts = hers.post(f"/api/v1/packages/{package.pk}/items", {"item_id": ItemFactory().pk})
    assert parts.status_code == 201
    start_maintenance(room, actor=acting(berta), at=now())
    for row, form in opened.items():
        assert BY_BERTA in problems(me.post(address(row), form)), row


BY_CARLA: dict[str, Callable[[Session, Any], Any]] = {
    "plans": lambda session, carla: planning.change_session(
        session, {"discount": 5}, actor=carla, at=now()
    ),
    "adds a line": lambda session, carla: lines.add_item(
        session, ItemFactory(), 1, actor=carla, at=now()
    ),
    "has a line delivered": lambda session, carla: lines.change_line(
        session.lines.get(), {"is_delivered": True}, actor=carla, at=now()
    ),
    "records a payment": lambda session, carla: paid(session, 10, by=carla, at=now()),
    "takes a step": lambda session, carla: transition(
        session, Status.NEGOTIATION, actor=carla, at=now()
    ),
    "assigns": lambda session, carla: team.assign(
        session, UserFactory(roles=["photographer"]).pk, actor=carla, at=now()
    ),
    "cancels": lambda session, carla: cancelling.cancel(
        session, initiator=Initiator.CLIENT, reason="ill", actor=carla, at=now()
    ),
    "hides": lambda session, carla: hiding.hide(session, actor=carla, at=now()),
}


@pytest.mark.parametrize("deed", BY_CARLA)
def test_a_session_knows_who_changed_it_last(deed, coordinator, admin_user, day):
    session = priced(book(acting(coordinator), at=now(), session_date=day), at=now())
    assert session.updated_by is None  # the line was the system's
    carla = acting(admin_user if deed == "hides" else coordinator)
    BY_CARLA[deed](session, carla)
    session.refresh_from_db()
    assert session.updated_by == carla.user


def test_a_session_knows_who_worked_on_it_last(photographer, editor):
    session = arrived(Status.ASSIGNED, -3, photographer)
    attendance.mark_own(session, attended=True, actor=acting(photographer), at=now())
    session.refresh_from_db()
    assert (session.status, session.updated_by) == (Status.ATTENDED, photographer)
    editing.take(session, actor=acting(editor), at=now())
    session.refresh_from_db()
    assert session.updated_by == editor


def test_a_new_session_was_changed_last_by_who_made_it(desk, coordinator, asked):
    made = desk.post("/api/v1/sessions", asked)
    assert "updated_by" not in made.json()
    assert Session.objects.get().updated_by == coordinator
    assert book(SYSTEM).updated_by is None


# REST


def stale(who: Any, session: Session, place: str = "", **change: Any) -> dict[str, Any]:
    """Send a change of a version before the last one; return the refusal."""
    tag = f'"{session.version - 1}"'
    answer = who.patch(url(session, *filter(None, [place])), change, headers={"If-Match": tag})
    body: dict[str, Any] = answer.json()
    assert (answer.status_code, body["error_code"]) == (412, "STALE_VERSION")
    assert body["context"] == {"version": session.version}
    return body


def test_rest_tells_a_coordinator_who_and_when(desk, session, berta):
    planning.change_session(session, {"discount": 5}, actor=acting(berta), at=now())
    session.refresh_from_db()
    detail = stale(desk, session, discount=9)["detail"]
    assert detail == f"{BY_BERTA}, at {clock(session.updated_at)}. {AGAIN}"


def test_rest_tells_who_has_only_their_own_sessions_no_name(photographer, editor, coordinator):
    session = arrived(Status.ASSIGNED, 3, photographer)
    edited = arrived(Status.IN_EDITING, -3, photographer)
    edited = editing.assign_editor(edited, editor.pk, actor=acting(coordinator), at=now())
    change = {"internal_notes": "call first"}
    session = planning.change_session(session, change, actor=acting(coordinator), at=now())
    asked = (
        (photographer, session, "", {"photographer_observations": "A dog"}),
        (editor, edited, "editing", {"estimated_editing_days": 9, "note": "900 pictures"}),
    )
    for person, theirs, place, form in asked:
        body = stale(signed_in(person), theirs, place, **form)
        assert body["detail"] == f"{NAMELESS}, at {clock(theirs.updated_at)}. {AGAIN}"
        assert "Carla" not in str(body)


def test_rest_tells_oneself(photographer, coordinator):
    session = arrived(Status.ASSIGNED, 3)
    assign(session, photographer, at=now())
    change = {"photographer_observations": "A dog"}
    session = planning.change_session(session, change, actor=acting(photographer), at=now())
    body = stale(signed_in(photographer), session, photographer_observations="Two dogs")
    assert body["detail"].startswith("You have changed this yourself meanwhile, at ")
