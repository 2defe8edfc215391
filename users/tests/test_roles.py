"""Roles and their rights: who may make, change, fill and end them (rules, section 1)."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import Permission
from django.db.models import QuerySet

from config.errors import Duplicate, LastAdmin, NotAllowed
from config.records.models import AuditEntry, Channel
from users.actions import roles
from users.actions.people import assign_role, remove_role
from users.actions.roles import (
    change_role,
    create_role,
    deactivate_role,
    permissions_by_right,
    reactivate_role,
    set_rights,
    set_up_roles,
)
from users.actors import Actor
from users.models import Role, User
from users.rights import BUILT_IN_ROLES, Right, RoleName, code_of
from users.tests.factories import UserFactory, role
from users.tests.races import at_once

SYSTEM = Actor(None, Channel.COMMAND)


def acting(user: User) -> Actor:
    """The person as an actor, with rights read afresh."""
    return Actor(User.objects.get(pk=user.pk), Channel.API)


def permissions(*rights: Right) -> list[Permission]:
    known = permissions_by_right()
    return [known[right] for right in rights]


def studio_role(name: str = "assistant", *rights: Right) -> Role:
    made = Role.objects.create(name=name)
    made.permissions.add(*permissions(*rights))
    return made


def holder(*rights: Right) -> User:
    person: User = UserFactory()
    person.roles.add(studio_role(f"role of {person.pk}", *rights))
    return person


def rights_of(given: Role) -> set[str]:
    rows = Role.objects.get(pk=given.pk).permissions.select_related("content_type")
    return {code_of(row) for row in rows}


def trail(given: Role | None = None) -> list[tuple[str, dict[str, Any]]]:
    entries = AuditEntry.objects.filter(action__startswith="role.").order_by("id")
    if given is not None:
        entries = entries.filter(object_type="users.Role", object_id=given.pk)
    return list(entries.values_list("action", "changes"))


# Who may at all


DOORS: dict[str, tuple[Right, Callable[[Role, Actor, Any], Any]]] = {
    "create": (Right.ROLE_CREATE, lambda one, by, at: create_role("new", actor=by, at=at)),
    "change": (
        Right.ROLE_EDIT,
        lambda one, by, at: change_role(one, {"description": "x"}, actor=by, at=at),
    ),
    "set rights": (Right.ROLE_EDIT, lambda one, by, at: set_rights(one, [], actor=by, at=at)),
    "deactivate": (Right.ROLE_DELETE, lambda one, by, at: deactivate_role(one, actor=by, at=at)),
    "reactivate": (Right.ROLE_DELETE, lambda one, by, at: reactivate_role(one, actor=by, at=at)),
}


@pytest.mark.django_db
@pytest.mark.parametrize("door", DOORS)
def test_each_action_asks_for_its_right_and_for_no_other(at, door):
    right, call = DOORS[door]
    made, before = studio_role(), Role.objects.count()
    nearly = acting(holder(*(other for other in Right if other != right)))
    before = Role.objects.count()
    with pytest.raises(NotAllowed):
        call(made, nearly, at)
    assert Role.objects.count() == before
    assert trail() == []
    call(made, acting(holder(right)), at)


@pytest.mark.django_db
@pytest.mark.parametrize("door", DOORS)
@pytest.mark.parametrize("name", ["coordinator", "photographer", "editor", "user"])
def test_only_admins_manage_roles(at, door, name):
    with pytest.raises(NotAllowed):
        DOORS[door][1](studio_role(), acting(UserFactory(roles=[name])), at)


@pytest.mark.django_db
@pytest.mark.parametrize("door", DOORS)
def test_the_system_may_everything(at, door):
    DOORS[door][1](studio_role(), SYSTEM, at)


# Making and changing


def test_a_new_role_allows_nothing_and_is_written(admin_user, at):
    made = create_role("assistant", "Carries the lenses", actor=acting(admin_user), at=at)
    made.refresh_from_db()
    assert (made.name, made.description, made.status) == (
        "assistant",
        "Carries the lenses",
        "Active",
    )
    assert made.created_at == at
    assert rights_of(made) == set()
    entry = AuditEntry.objects.get(action="role.created")
    assert (entry.object_id, entry.actor_id, entry.at) == (made.pk, admin_user.pk, at)


def test_a_name_in_use_is_refused(admin_user, at):
    made = studio_role("assistant")
    for name in ("assistant", "admin"):
        with pytest.raises(Duplicate):
            create_role(name, actor=acting(admin_user), at=at)
    with pytest.raises(Duplicate):
        change_role(made, {"name": "editor"}, actor=acting(admin_user), at=at)
    assert Role.objects.get(pk=made.pk).name == "assistant"
    assert trail() == []


def test_a_change_is_written_with_what_changed_and_no_change_is_not(admin_user, at):
    made, by = studio_role("assistant"), acting(admin_user)
    changed = change_role(made, {"name": "second assistant", "description": ""}, actor=by, at=at)
    assert changed.name == "second assistant"
    change_role(made, {"name": "second assistant", "description": ""}, actor=by, at=at)
    assert trail(made) == [("role.changed", {"name": "second assistant"})]


# Built-in ones


@pytest.mark.parametrize("name", RoleName)
def test_a_built_in_role_keeps_its_name_and_stays(admin_user, at, name):
    by, built_in = acting(admin_user), role(name)
    with pytest.raises(NotAllowed):
        change_role(built_in, {"name": "other"}, actor=by, at=at)
    with pytest.raises(NotAllowed):
        deactivate_role(built_in, actor=by, at=at)
    for actor in (by, SYSTEM):
        with pytest.raises(NotAllowed):
            deactivate_role(built_in, actor=actor, at=at)
    described = change_role(built_in, {"name": name, "description": "x"}, actor=by, at=at)
    assert (described.name, described.description, described.status) == (name, "x", "Active")


def test_the_rights_of_admin_are_changed_by_nobody(admin_user, at):
    admin = role("admin")
    for actor in (acting(admin_user), SYSTEM):
        for asked in ([], permissions(Right.SESSION_CREATE), permissions(*Right)):
            with pytest.raises(NotAllowed):
                set_rights(admin, asked, actor=actor, at=at)
    assert rights_of(admin) == set(Right)


@pytest.mark.django_db
def test_setting_up_again_changes_no_other_role_and_writes_nothing(at):
    role("coordinator").permissions.set(permissions(Right.CLIENT_VIEW))
    made = studio_role("assistant", Right.SESSION_CREATE)
    set_up_roles(actor=SYSTEM, at=at)
    set_up_roles(actor=SYSTEM, at=at)
    assert rights_of(role("coordinator")) == {Right.CLIENT_VIEW}
    assert rights_of(role("editor")) == BUILT_IN_ROLES[RoleName.EDITOR]
    assert rights_of(made) == {Right.SESSION_CREATE}
    assert trail() == []


# Rights


def test_a_role_allows_exactly_what_is_set_at_once_for_who_holds_it(admin_user, at):
    person = holder(Right.SESSION_CREATE, Right.CLIENT_VIEW)
    made, by = person.roles.get(), acting(admin_user)
    asked = permissions(Right.CLIENT_VIEW, Right.CLIENT_EDIT)
    set_rights(made, asked, actor=by, at=at)
    assert rights_of(made) == {Right.CLIENT_VIEW, Right.CLIENT_EDIT}
    now_holds = acting(person)
    assert now_holds.can(Right.CLIENT_EDIT)
    assert not now_holds.can(Right.SESSION_CREATE)
    set_rights(made, [*asked, *asked], actor=by, at=at)
    granted = {"granted": ["client.edit"], "withdrawn": ["session.create"]}
    assert trail(made) == [("role.rights_changed", granted)]


def test_nobody_puts_a_right_into_a_role_that_they_lack(db, at):
    made, person = studio_role("assistant", Right.SESSION_DELETE), holder(Right.ROLE_EDIT)
    for asked in ([Right.CLIENT_VIEW], [Right.SESSION_DELETE, Right.CLIENT_VIEW]):
        with pytest.raises(NotAllowed):
            set_rights(made, permissions(*asked), actor=acting(person), at=at)
    assert rights_of(made) == {Right.SESSION_DELETE}
    # What it holds already is not granted, and one's own rights may be.
    both = permissions(Right.SESSION_DELETE, Right.ROLE_EDIT)
    set_rights(made, both, actor=acting(person), at=at)
    assert rights_of(made) == {Right.SESSION_DELETE, Right.ROLE_EDIT}


def test_nobody_gives_their_own_role_more_than_they_hold(db, at):
    person = holder(Right.ROLE_EDIT)
    own = person.roles.get()
    with pytest.raises(NotAllowed):
        set_rights(own, permissions(*Right), actor=acting(person), at=at)
    assert rights_of(own) == {Right.ROLE_EDIT}


# Ending and waking


def test_an_inactive_role_gives_nothing_until_it_is_woken(admin_user, at):
    person, by = holder(Right.CLIENT_VIEW), acting(admin_user)
    made = person.roles.get()
    for _ in range(2):
        assert deactivate_role(made, actor=by, at=at).status == "Inactive"
    assert not acting(person).can(Right.CLIENT_VIEW)
    for _ in range(2):
        assert reactivate_role(made, actor=by, at=at).status == "Active"
    assert acting(person).can(Right.CLIENT_VIEW)
    changes = [{"status": "Inactive"}, {"status": "Active"}]
    assert trail(made) == [("role.status_changed", change) for change in changes]


def test_waking_a_role_is_granting_what_it_allows(db, at):
    sleeping = studio_role("assistant", Right.CLIENT_VIEW)
    Role.objects.filter(pk=sleeping.pk).update(status="Inactive")
    with pytest.raises(NotAllowed):
        reactivate_role(sleeping, actor=acting(holder(Right.ROLE_DELETE)), at=at)
    assert Role.objects.get(pk=sleeping.pk).status == "Inactive"
    both = holder(Right.ROLE_DELETE, Right.CLIENT_VIEW)
    assert reactivate_role(sleeping, actor=acting(both), at=at).status == "Active"


def test_who_held_a_role_that_sleeps_grants_nothing_by_it(admin_user, at):
    giver = holder(Right.USER_ASSIGN_ROLE)
    sleeping = studio_role("assistant", Right.CLIENT_VIEW)
    giver.roles.add(sleeping)
    plain = studio_role("viewer", Right.CLIENT_VIEW)
    assign_role(UserFactory(), plain, actor=acting(giver), at=at)
    deactivate_role(sleeping, actor=acting(admin_user), at=at)
    with pytest.raises(NotAllowed):
        assign_role(UserFactory(), plain, actor=acting(giver), at=at)


def test_refused_attempts_are_logged_with_who_and_what(coordinator, at, caplog):
    made = studio_role()
    with pytest.raises(NotAllowed):
        set_rights(made, [], actor=acting(coordinator), at=at)
    assert f"refused: user={coordinator.pk} right=role.edit" in caplog.text


# Several at once


ONE = frozenset({Right.CLIENT_VIEW, Right.CLIENT_EDIT})
OTHER = frozenset({Right.ITEM_VIEW, Right.ITEM_EDIT})


def set_both_at_once(made: Role, at: Any) -> list[Any]:
    by = acting(UserFactory(roles=["admin"]))
    asked = [permissions(*ONE), permissions(*OTHER)]
    return at_once(*[lambda one=one: set_rights(made, one, actor=by, at=at) for one in asked])


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("_round", range(3))
def test_of_two_who_set_rights_at_once_the_last_one_has_their_way_whole(at, _round):
    made = studio_role()
    outcomes = set_both_at_once(made, at)
    assert [type(outcome) for outcome in outcomes] == [Role, Role]
    assert rights_of(made) in (ONE, OTHER)
    first, last = (changes for _, changes in trail(made))
    assert last["withdrawn"] == first["granted"]
    assert set(last["granted"]) == rights_of(made)


@pytest.mark.django_db(transaction=True)
def test_without_the_lock_a_role_would_allow_what_nobody_asked_for(at, monkeypatch):
    """The control: it shows that the test above can fail."""
    made, both_have_looked = studio_role(), threading.Barrier(2)
    monkeypatch.setattr(QuerySet, "select_for_update", lambda rows, **kwargs: rows)
    look = roles.refuse_beyond

    def wait_for_the_other(*args: Any) -> None:
        look(*args)
        both_have_looked.wait(timeout=10)

    monkeypatch.setattr(roles, "refuse_beyond", wait_for_the_other)
    set_both_at_once(made, at)
    first, last = (changes for _, changes in trail(made))
    assert last["withdrawn"] != first["granted"]


@pytest.mark.django_db(transaction=True)
def test_a_name_taken_twice_at_once_is_taken_once(at):
    by = acting(UserFactory(roles=["admin"]))
    outcomes = at_once(*[lambda: create_role("assistant", actor=by, at=at)] * 3)
    assert Role.objects.filter(name="assistant").count() == 1
    assert sorted(type(outcome).__name__ for outcome in outcomes) == [
        "Duplicate",
        "Duplicate",
        "Role",
    ]


@pytest.mark.django_db(transaction=True)
def test_a_role_is_filled_and_given_at_once(at):
    by, made = acting(UserFactory(roles=["admin"])), studio_role()
    people = [UserFactory() for _ in range(3)]
    outcomes = at_once(
        lambda: set_rights(made, permissions(Right.CLIENT_VIEW), actor=by, at=at),
        *[lambda one=one: assign_role(one, made, actor=by, at=at) for one in people],
    )
    assert not [outcome for outcome in outcomes if isinstance(outcome, Exception)]
    assert all(acting(one).can(Right.CLIENT_VIEW) for one in people)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("_round", range(2))
def test_admins_who_take_the_role_from_each_other_in_a_circle_leave_one(at, _round):
    circle = [UserFactory(roles=["admin"]) for _ in range(3)]
    actors = [acting(one) for one in circle]
    admin = role("admin")
    outcomes = at_once(
        *[
            lambda by=by, whom=whom: remove_role(whom, admin, actor=by, at=at)
            for by, whom in zip(actors, [*circle[1:], circle[0]], strict=True)
        ]
    )
    refusals = [outcome for outcome in outcomes if outcome is not None]
    # Who comes late has lost the right already; who does not would be the last to go.
    assert len(refusals) == 1
    assert isinstance(refusals[0], LastAdmin | NotAllowed)
    assert User.objects.filter(roles=admin, status="Active").count() == 1
