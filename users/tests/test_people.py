"""Creating, changing, deactivating people and giving them roles (rules, section 1)."""

from __future__ import annotations

import threading
from typing import Any

import pytest
from django.db.models import QuerySet

from config.activation import register_dependents
from config.errors import Duplicate, InUse, LastAdmin, NotAllowed, ValidationFailed
from config.records.models import AuditEntry
from users.actions import people
from users.actions.passwords import set_password
from users.actions.people import (
    assign_role,
    change_own_profile,
    change_user,
    create_user,
    deactivate_user,
    reactivate_user,
    remove_role,
)
from users.models import SignIn, User
from users.rights import Right
from users.tests.factories import PASSWORD, UserFactory, role
from users.tests.holders import acting, person_with, studio_role
from users.tests.races import at_once

NEW_PASSWORD = "Other-Horse-2026!"


def actions_about(user: User) -> list[str]:
    entries = AuditEntry.objects.filter(object_type="users.User", object_id=user.pk)
    return list(entries.order_by("id").values_list("action", flat=True))


# Creating


def test_a_new_person_is_active_with_the_roles_given(admin_user, at):
    user = create_user(
        email=" Pia@Studio.Example ",
        full_name="Pia",
        password=PASSWORD,
        roles=[role("photographer"), role("editor")],
        actor=acting(admin_user),
        at=at,
    )
    user.refresh_from_db()
    assert (user.email, user.status, user.created_at) == ("pia@studio.example", "Active", at)
    assert user.check_password(PASSWORD)
    assert user.role_names == {"photographer", "editor"}
    assert actions_about(user) == ["user.created", "role.assigned", "role.assigned"]
    entry = AuditEntry.objects.filter(action="role.assigned").first()
    assert (entry.actor, entry.channel, entry.at) == (admin_user, "api", at)
    assert PASSWORD not in str(list(AuditEntry.objects.values()))


@pytest.mark.parametrize("email", ["ana@studio.example", "ANA@Studio.Example"])
def test_an_email_in_use_is_refused_whatever_its_case(admin_user, at, email):
    UserFactory(email="ana@studio.example")
    with pytest.raises(Duplicate):
        create_user(email=email, full_name="X", password=PASSWORD, actor=acting(admin_user), at=at)


@pytest.mark.parametrize(
    "password",
    ["Short-1!", "no-upper-case-1!", "NO-LOWER-CASE-1!", "No-Digit-Here!", "NoSpecial123"],
)
def test_a_weak_password_is_refused_with_what_it_needs(admin_user, at, password):
    with pytest.raises(ValidationFailed) as refusal:
        create_user(
            email="x@studio.example",
            full_name="X",
            password=password,
            actor=acting(admin_user),
            at=at,
        )
    assert list(refusal.value.errors) == ["password"]
    assert not User.objects.filter(email="x@studio.example").exists()


def test_roles_of_a_new_person_need_the_right_to_give_them(db, at):
    creator = person_with(Right.USER_CREATE)
    facts: dict[str, Any] = {"full_name": "X", "password": PASSWORD, "actor": acting(creator)}
    create_user(email="plain@studio.example", at=at, **facts)
    with pytest.raises(NotAllowed):
        create_user(email="x@studio.example", roles=[role("user")], at=at, **facts)
    assert not User.objects.filter(email="x@studio.example").exists()


# Escalation


def test_nobody_gives_a_role_with_a_right_they_lack(db, at):
    deputy, other = person_with(Right.USER_ASSIGN_ROLE, Right.CLIENT_VIEW), UserFactory()
    assign_role(other, studio_role("reader", Right.CLIENT_VIEW), actor=acting(deputy), at=at)
    for target in (other, deputy):
        with pytest.raises(NotAllowed):
            assign_role(target, role("coordinator"), actor=acting(deputy), at=at)
        assert "coordinator" not in User.objects.get(pk=target.pk).role_names


def test_nobody_takes_a_role_with_a_right_they_lack(db, at):
    deputy, other = person_with(Right.USER_ASSIGN_ROLE), UserFactory(roles=["coordinator"])
    with pytest.raises(NotAllowed):
        remove_role(other, role("coordinator"), actor=acting(deputy), at=at)


def test_nobody_takes_over_someone_who_holds_a_right_they_lack(admin_user, coordinator, at):
    deputy = person_with(Right.USER_EDIT)
    for target in (admin_user, coordinator):
        with pytest.raises(NotAllowed):
            set_password(target, NEW_PASSWORD, actor=acting(deputy), at=at)
        with pytest.raises(NotAllowed):
            change_user(target, {"email": "mine@evil.example"}, actor=acting(deputy), at=at)
    equal = person_with(Right.USER_EDIT)
    set_password(equal, NEW_PASSWORD, actor=acting(deputy), at=at)
    change_user(equal, {"email": "new@studio.example"}, actor=acting(deputy), at=at)


def test_refused_attempts_are_logged(coordinator, plain_user, at, caplog):
    with pytest.raises(NotAllowed):
        assign_role(plain_user, role("admin"), actor=acting(coordinator), at=at)
    assert f"refused: user={coordinator.pk} right=user.assign-role" in caplog.text


# Changing


def test_a_change_is_written_with_what_changed(admin_user, plain_user, at):
    changes = {"full_name": plain_user.full_name, "phone": "5555", "email": "New@Studio.example"}
    user = change_user(plain_user, changes, actor=acting(admin_user), at=at)
    assert (user.phone, user.email) == ("5555", "new@studio.example")
    entry = AuditEntry.objects.get(action="user.changed")
    assert entry.changes == {"phone": "5555", "email": "new@studio.example"}


def test_nothing_changed_leaves_no_trace(admin_user, plain_user, at):
    changes = {"full_name": plain_user.full_name}
    change_user(plain_user, changes, actor=acting(admin_user), at=at)
    assert actions_about(plain_user) == []


def test_changing_to_an_email_in_use_is_refused(admin_user, plain_user, at):
    UserFactory(email="ana@studio.example")
    with pytest.raises(Duplicate):
        change_user(plain_user, {"email": "ANA@studio.example"}, actor=acting(admin_user), at=at)


def test_of_oneself_one_changes_name_phone_and_language_only(plain_user, at):
    changes = {"full_name": "Uli", "email": "other@studio.example", "status": "Inactive"}
    user = change_own_profile(changes, actor=acting(plain_user), at=at)
    user.refresh_from_db()
    assert (user.full_name, user.status) == ("Uli", "Active")
    assert user.email != "other@studio.example"


def test_a_new_password_ends_every_sign_in(admin_user, plain_user, at):
    SignIn.objects.create(user=plain_user, rotated_at=at)
    set_password(plain_user, NEW_PASSWORD, actor=acting(admin_user), at=at)
    plain_user.refresh_from_db()
    assert plain_user.check_password(NEW_PASSWORD)
    assert SignIn.objects.get().revoked_at == at
    assert actions_about(plain_user) == ["user.password_set"]


def test_ones_own_password_needs_no_right_but_the_current_one(plain_user, at):
    plain_user.set_password(PASSWORD)
    plain_user.save()
    myself = acting(plain_user)
    for wrong in (None, "", "guess"):
        with pytest.raises(ValidationFailed) as refusal:
            set_password(plain_user, NEW_PASSWORD, actor=myself, at=at, current_password=wrong)
        assert list(refusal.value.errors) == ["current_password"]
    with pytest.raises(ValidationFailed) as refusal:
        set_password(plain_user, "weak", actor=myself, at=at, current_password=PASSWORD)
    assert list(refusal.value.errors) == ["new_password"]
    set_password(plain_user, NEW_PASSWORD, actor=myself, at=at, current_password=PASSWORD)
    plain_user.refresh_from_db()
    assert plain_user.check_password(NEW_PASSWORD)


# Deactivating


def test_deactivating_ends_every_sign_in_and_is_written_once(admin_user, plain_user, at):
    SignIn.objects.create(user=plain_user, rotated_at=at)
    for _round in range(2):
        user = deactivate_user(plain_user, actor=acting(admin_user), at=at)
        assert user.status == "Inactive"
    assert SignIn.objects.get().revoked_at == at
    for _round in range(2):
        assert reactivate_user(plain_user, actor=acting(admin_user), at=at).is_active
    assert actions_about(plain_user) == ["user.status_changed"] * 2


def test_nobody_deactivates_themselves_nor_takes_their_own_admin_role(admin_user, at):
    UserFactory(roles=["admin"])
    with pytest.raises(NotAllowed):
        deactivate_user(admin_user, actor=acting(admin_user), at=at)
    with pytest.raises(NotAllowed):
        remove_role(admin_user, role("admin"), actor=acting(admin_user), at=at)
    assert User.objects.get(pk=admin_user.pk).role_names == {"admin"}


def test_ones_other_roles_can_be_taken_from_oneself(db, at):
    both = UserFactory(roles=["admin", "editor"])
    remove_role(both, role("editor"), actor=acting(both), at=at)
    assert User.objects.get(pk=both.pk).role_names == {"admin"}


@pytest.mark.parametrize("by_oneself", [True, False])
def test_the_last_active_admin_stays(admin_user, at, by_oneself):
    UserFactory(roles=["admin"], status="Inactive")
    actor = acting(admin_user if by_oneself else None)
    with pytest.raises(LastAdmin):
        deactivate_user(admin_user, actor=actor, at=at)
    with pytest.raises(LastAdmin):
        remove_role(admin_user, role("admin"), actor=actor, at=at)


def test_what_is_still_needed_is_neither_deactivated_nor_loses_the_role(
    admin_user, photographer, at, monkeypatch
):
    monkeypatch.setattr("config.activation._finders", {})
    needed = [{"code": "S-2026-0001"}]
    register_dependents("users.User", lambda user, at, viewer: needed)
    register_dependents("users.User", lambda user, at, viewer: needed, capacity="photographer")
    with pytest.raises(InUse) as refusal:
        deactivate_user(photographer, actor=acting(admin_user), at=at)
    assert refusal.value.context == {"conflicts": needed}
    assert "S-2026-0001" in refusal.value.detail
    with pytest.raises(InUse):
        remove_role(photographer, role("photographer"), actor=acting(admin_user), at=at)
    assert User.objects.get(pk=photographer.pk).role_names == {"photographer"}


def test_giving_a_role_held_or_taking_one_not_held_is_no_change(admin_user, photographer, at):
    assign_role(photographer, role("photographer"), actor=acting(admin_user), at=at)
    remove_role(photographer, role("editor"), actor=acting(admin_user), at=at)
    assert actions_about(photographer) == []


# Two at once


def two_admins() -> tuple[User, User]:
    return UserFactory(roles=["admin"]), UserFactory(roles=["admin"])


def active_admins() -> int:
    return User.objects.filter(roles__name="admin", status="Active").count()


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("_round", range(3))
def test_two_admins_who_deactivate_each_other_at_once_leave_one(at, _round):
    one, two = two_admins()
    outcomes = at_once(
        lambda: deactivate_user(two, actor=acting(one), at=at),
        lambda: deactivate_user(one, actor=acting(two), at=at),
    )
    assert active_admins() == 1
    refusals = [outcome for outcome in outcomes if isinstance(outcome, Exception)]
    assert [type(refusal) for refusal in refusals] == [LastAdmin]


@pytest.mark.django_db(transaction=True)
def test_one_admin_deactivated_while_the_other_loses_the_role_leaves_one(at):
    one, two = two_admins()
    outcomes = at_once(
        lambda: deactivate_user(two, actor=acting(one), at=at),
        lambda: remove_role(one, role("admin"), actor=acting(two), at=at),
    )
    assert active_admins() == 1
    assert sum(isinstance(outcome, LastAdmin) for outcome in outcomes) == 1


@pytest.mark.django_db(transaction=True)
def test_without_the_lock_no_admin_would_be_left(at, monkeypatch):
    """The control: it shows that the two tests above can fail."""
    one, two = two_admins()
    both_have_looked = threading.Barrier(2)
    look = people.refuse_while_needed
    monkeypatch.setattr(QuerySet, "select_for_update", lambda rows, **kwargs: rows)

    def wait_for_the_other(*args: Any, **kwargs: Any) -> None:
        both_have_looked.wait(timeout=10)
        look(*args, **kwargs)

    monkeypatch.setattr(people, "refuse_while_needed", wait_for_the_other)
    at_once(
        lambda: deactivate_user(two, actor=acting(one), at=at),
        lambda: deactivate_user(one, actor=acting(two), at=at),
    )
    assert active_admins() == 0


@pytest.mark.django_db(transaction=True)
def test_two_roles_given_at_once_are_both_held(at):
    admin, user = UserFactory(roles=["admin"]), UserFactory()
    names = ["coordinator", "photographer", "editor"]
    roles = [role(name) for name in names]
    outcomes = at_once(
        *[
            lambda given=given: assign_role(user, given, actor=acting(admin), at=at)
            for given in roles
        ]
    )
    assert outcomes == [None] * 3
    assert User.objects.get(pk=user.pk).role_names == set(names)


@pytest.mark.django_db(transaction=True)
def test_the_same_email_taken_twice_at_once_is_taken_once(at):
    admin = UserFactory(roles=["admin"])

    def create() -> User:
        return create_user(
            email="new@studio.example",
            full_name="New",
            password=PASSWORD,
            actor=acting(admin),
            at=at,
        )

    outcomes = at_once(create, create)
    assert User.objects.filter(email="new@studio.example").count() == 1
    assert sum(isinstance(outcome, Duplicate) for outcome in outcomes) == 1


def test_two_who_correct_each_others_email_do_not_wait_in_a_circle(transactional_db, at):
    one, other = two_admins()

    def correct(whose: User, whom: User, number: int) -> None:
        change_user(whom, {"email": f"new{number}{whom.pk}@x.example"}, actor=acting(whose), at=at)

    for number in range(20):
        at_once(lambda n=number: correct(one, other, n), lambda n=number: correct(other, one, n))
    assert AuditEntry.objects.filter(action="user.changed").count() == 40
