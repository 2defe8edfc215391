"""Accounts that someone wants to take over, keep, or enter twice: each was possible once."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from config.clock import now
from config.errors import DomainError, NotAllowed
from config.records.models import Channel
from users import tokens
from users.actions import inviting, passwords, people
from users.actions.signing_in import refresh, sign_in
from users.actors import Actor
from users.errors import TokenInvalid
from users.models import Invitation, SignIn, User
from users.rights import Right
from users.tests.factories import PASSWORD, UserFactory, role
from users.tests.holders import acting, every_right_but, studio_role
from users.tests.races import at_once

NEW = "Correct-Horse-7"
SYSTEM = Actor(None, Channel.API)


def deputy(*rights: Right) -> User:
    """Someone who holds just these rights, by a role of the studio's own."""
    person: User = UserFactory(roles=["editor"])
    person.roles.add(studio_role("deputy", *rights))
    return User.objects.get(pk=person.pk)


def token_of(issued: inviting.Issued) -> str:
    return issued.url.partition("=")[2]


def register(token: str, email: str = "eva@example.com") -> User:
    return inviting.register(
        token, email=email, full_name="Eva", phone="", password=NEW, actor=SYSTEM, at=now()
    )


@pytest.mark.django_db
@pytest.mark.parametrize("asleep", ["person", "role"])
def test_nobody_takes_over_who_would_hold_more_once_awake(admin_user, asleep):
    sleeper = UserFactory(roles=["coordinator"])
    target: Any = sleeper if asleep == "person" else role("coordinator")
    type(target).objects.filter(pk=target.pk).update(status="Inactive")
    actor = acting(deputy(Right.USER_EDIT, Right.USER_DELETE))
    with pytest.raises(NotAllowed):
        passwords.set_password(sleeper, NEW, actor=actor, at=now())
    with pytest.raises(NotAllowed):
        people.change_user(sleeper, {"email": "mine@example.com"}, actor=actor, at=now())


@pytest.mark.django_db(transaction=True)
def test_no_sign_in_with_the_old_password_outlives_a_new_one():
    person = UserFactory()
    person.set_password(PASSWORD)
    person.save()

    def enter() -> Any:
        return sign_in(person.email, PASSWORD, at=now())

    def change() -> None:
        passwords.set_password(
            person, NEW, current_password=PASSWORD, actor=acting(person), at=now()
        )

    outcomes = at_once(enter, enter, change, enter, enter)
    assert outcomes[2] is None
    alive = SignIn.objects.filter(user=person, revoked_at=None).count()
    assert alive == 0
    for outcome in outcomes:
        if isinstance(outcome, tuple):
            with pytest.raises(TokenInvalid):
                refresh(outcome[1].refresh_token, at=now())


@pytest.mark.django_db
def test_a_deactivation_during_the_hashing_lets_nobody_in(monkeypatch):
    person = UserFactory()
    person.set_password(PASSWORD)
    person.save()
    real = User.check_password

    def slow(self: User, raw: str) -> bool:
        answer: bool = real(self, raw)
        User.objects.filter(pk=self.pk).update(status="Inactive")
        return answer

    monkeypatch.setattr(User, "check_password", slow)
    with pytest.raises(DomainError):
        sign_in(person.email, PASSWORD, at=now())
    assert not SignIn.objects.filter(user=person).exists()


@pytest.mark.django_db(transaction=True)
def test_of_letters_sent_again_at_once_one_is_good(admin_user):
    actor = acting(admin_user)

    def again() -> Any:
        return inviting.invite_again("eva@example.com", actor=actor, at=now())

    outcomes = at_once(*[again] * 5)
    assert all(isinstance(one, inviting.Issued) for one in outcomes)
    assert Invitation.objects.open_at(now()).count() == 1


@pytest.mark.django_db(transaction=True)
def test_registering_and_revoking_at_once_is_one_or_the_other(admin_user):
    for _round in range(3):
        issued = inviting.invite("eva@example.com", actor=acting(admin_user), at=now())

        def enter(token: str = token_of(issued)) -> Any:
            return register(token)

        def revoke(one: Invitation = issued.invitation) -> Any:
            return inviting.revoke_invitation(one, actor=acting(admin_user), at=now())

        entered, revoked = at_once(enter, revoke)
        assert revoked is None
        assert isinstance(entered, User | TokenInvalid)
        issued.invitation.refresh_from_db()
        is_in = isinstance(entered, User)
        assert (issued.invitation.accepted_at is not None) == is_in
        assert (issued.invitation.revoked_at is not None) != is_in
        User.objects.filter(email="eva@example.com").update(email=f"eva{_round}@example.com")


@pytest.mark.django_db
def test_a_revoked_invitation_gives_its_roles_to_none_that_follows(admin_user):
    actor, admins = acting(admin_user), [role("admin")]
    first = inviting.invite("eva@example.com", roles=admins, actor=actor, at=now())
    inviting.revoke_invitation(first.invitation, actor=actor, at=now())
    second = inviting.invite_again("eva@example.com", actor=actor, at=now())
    assert not second.invitation.roles.exists()


@pytest.mark.django_db
def test_who_has_registered_leaves_no_other_invitation_open(admin_user):
    actor = acting(admin_user)
    first = inviting.invite("eva@example.com", actor=actor, at=now())
    second = inviting.invite("eva@example.com", actor=actor, at=now())
    register(token_of(first))
    assert inviting.open_invitation(token_of(second), at=now()) is None


@pytest.mark.django_db
def test_an_invitation_is_good_for_seven_days_and_not_a_moment_longer(admin_user, at):
    token = token_of(inviting.invite("eva@example.com", actor=acting(admin_user), at=at))
    over = at + timedelta(days=7)
    assert inviting.open_invitation(token, at=over - timedelta(microseconds=1)) is not None
    assert inviting.open_invitation(token, at=over) is None


@pytest.mark.django_db
@pytest.mark.parametrize("lost", [Right.USER_CREATE, Right.USER_ASSIGN_ROLE, Right.CLIENT_VIEW])
def test_an_invitation_is_worth_what_who_sent_it_may_still_give(lost):
    inviter = UserFactory(roles=["admin"])
    issued = inviting.invite(
        "eva@example.com", roles=[role("coordinator")], actor=acting(inviter), at=now()
    )
    inviter.roles.set([studio_role("nearly admin", *every_right_but(lost))])
    assert inviting.open_invitation(token_of(issued), at=now()) is None
    with pytest.raises(TokenInvalid):
        register(token_of(issued))
    assert not User.objects.filter(email="eva@example.com").exists()


@pytest.mark.django_db
def test_an_access_token_is_no_refresh_token(admin_user):
    at = now()
    family = SignIn.objects.create(user=admin_user, created_at=at, rotated_at=at)
    pair = tokens.issue(family, at)
    with pytest.raises(TokenInvalid):
        refresh(pair.access_token, at=at)
    with pytest.raises(TokenInvalid):
        tokens.read_access(pair.refresh_token)
