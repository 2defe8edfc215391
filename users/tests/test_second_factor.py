"""A second factor: what it takes, at the app's door and at the operator's."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from axes.models import AccessAttempt
from django.core.cache import caches
from django.core.management import CommandError, call_command

from config.clock import now
from config.errors import Duplicate, NotAllowed, NotFound, ValidationFailed
from config.prepared import Prepared
from config.records.models import AuditEntry, Channel
from config.tests.contract.shapes import assert_refused
from conftest import signed_in
from users.actions.second_factor import (
    check_code,
    remove_second_factor,
    renew_recovery_codes,
    set_up_second_factor,
    turn_off_second_factor,
)
from users.actions.signing_in import sign_in
from users.actors import Actor
from users.api import authentication
from users.errors import (
    InvalidCredentials,
    LockedOut,
    SecondFactorInvalid,
    SecondFactorMissing,
    SecondFactorRequired,
)
from users.hashing import OneAtATime
from users.models import SecondFactor, SignIn, User
from users.one_time_codes import code_at, new_secret
from users.rights import Right
from users.tests.authenticators import Authenticator, set_up
from users.tests.factories import PASSWORD, UserFactory
from users.tests.holders import person_with

pytestmark = pytest.mark.django_db

API = "/api/v1"
STEP = timedelta(seconds=30)


@pytest.fixture(autouse=True)
def nothing_tried_yet(monkeypatch: pytest.MonkeyPatch) -> None:
    """Begin with nothing counted, and hash cheaply."""
    monkeypatch.setattr(OneAtATime, "memory_cost", 64)
    caches["counts"].clear()


@pytest.fixture
def person(db: None) -> User:
    return with_password("coordinator")


@pytest.fixture
def phone(person: User, at: datetime) -> Authenticator:
    return set_up(person, at=at)


def with_password(role: str, **facts: Any) -> User:
    made: User = UserFactory(roles=[role], **facts)
    made.set_password(PASSWORD)
    made.save()
    return made


def acting(user: User | None) -> Actor:
    return Actor(user, Channel.ADMIN)


def again(user: User) -> User:
    return User.objects.get(pk=user.pk)


def login(user: User, password: str = PASSWORD, **facts: Any) -> Any:
    body = {"email": user.email, "password": password, **facts}
    return signed_in().post(f"{API}/auth/login", body)


def audited() -> list[str]:
    return list(AuditEntry.objects.order_by("id").values_list("action", flat=True))


# Setting up


def asked(user: User | None, at: datetime, **facts: Any) -> list[str]:
    secret = new_secret()
    facts = {"code": code_at(secret, at), "current_password": PASSWORD, **facts}
    return set_up_second_factor(secret, **facts, actor=acting(user), at=at)


def test_a_secret_is_taken_when_a_code_proves_that_the_app_knows_it(person, at):
    assert len(set(asked(person, at))) == 10
    assert again(person).has_second_factor
    assert audited() == ["user.second_factor_set_up"]


@pytest.mark.parametrize(
    ("facts", "field"),
    [
        ({"code": "000000"}, "code"),
        ({"current_password": "Wrong-Horse-2026!"}, "current_password"),
    ],
)
def test_another_code_or_password_proves_nothing_and_nothing_is_kept(person, at, facts, field):
    with pytest.raises(ValidationFailed) as refusal:
        asked(person, at, **facts)
    assert list(refusal.value.errors) == [field]
    assert not again(person).has_second_factor
    assert audited() == []


def test_there_is_one_second_factor_at_most(person, phone, at):
    with pytest.raises(Duplicate):
        asked(person, at)


def test_the_system_has_no_telephone(at):
    with pytest.raises(NotAllowed):
        asked(None, at)


def test_setting_up_and_removing_end_every_sign_in_of_the_app(person, at):
    app = signed_in(person)
    assert app.get(f"{API}/users/me").status_code == 200
    set_up(person, at=at)
    assert_refused(app.get(f"{API}/users/me"), 401, "TOKEN_INVALID")
    app = signed_in(person)
    remove_second_factor(person, actor=acting(None), at=at)
    assert_refused(app.get(f"{API}/users/me"), 401, "TOKEN_INVALID")


def test_neither_secret_nor_recovery_codes_are_in_the_database(phone):
    row = str(SecondFactor.objects.values().get())
    assert phone.secret.hex() not in row
    assert not any(code in row or code.replace("-", "") in row for code in phone.recovery_codes)


# Codes


def test_a_code_is_good_once(person, phone, at):
    check_code(person, phone.shows(at + STEP), at=at + STEP)
    with pytest.raises(SecondFactorInvalid):
        check_code(person, phone.shows(at + STEP), at=at + STEP)
    check_code(person, phone.shows(at + 2 * STEP), at=at + 2 * STEP)


def test_the_code_of_the_set_up_and_those_before_the_last_one_are_used_up(person, phone, at):
    with pytest.raises(SecondFactorInvalid):
        check_code(person, phone.shows(at), at=at)
    check_code(person, phone.shows(at + 2 * STEP), at=at + 2 * STEP)
    with pytest.raises(SecondFactorInvalid):
        check_code(person, phone.shows(at + STEP), at=at + 2 * STEP)


def test_a_recovery_code_is_good_once_and_the_others_stay(person, phone, at):
    first, second, *_others = phone.recovery_codes
    check_code(person, first.upper(), at=at)
    with pytest.raises(SecondFactorInvalid):
        check_code(person, first, at=at)
    check_code(person, second, at=at)
    assert len(SecondFactor.objects.get().recovery_hashes) == 8


def test_new_recovery_codes_make_the_former_void(person, phone, at):
    codes = renew_recovery_codes(phone.shows(at + STEP), actor=acting(person), at=at + STEP)
    with pytest.raises(SecondFactorInvalid):
        check_code(person, phone.recovery_codes[0], at=at)
    check_code(person, codes[0], at=at)
    assert audited()[-1] == "user.recovery_codes_renewed"


@pytest.mark.parametrize("action", [renew_recovery_codes, turn_off_second_factor])
def test_what_concerns_ones_own_takes_a_code_that_is_good(person, phone, at, action):
    for wrong in ("000000", phone.shows(at)):  # the one of the set-up is used up
        with pytest.raises(SecondFactorInvalid):
            action(wrong, actor=acting(person), at=at)
    assert audited() == ["user.second_factor_set_up"]
    assert len(SecondFactor.objects.get().recovery_hashes) == 10


@pytest.mark.parametrize("action", [renew_recovery_codes, turn_off_second_factor])
def test_who_has_no_second_factor_is_told_so(person, at, action):
    with pytest.raises(NotFound):
        action("123456", actor=acting(person), at=at)


def test_turning_it_off_takes_a_code_and_ends_every_sign_in(person, phone, at):
    app = signed_in(person)
    turn_off_second_factor(phone.shows(at + STEP), actor=acting(person), at=at + STEP)
    assert not again(person).has_second_factor
    assert_refused(app.get(f"{API}/users/me"), 401, "TOKEN_INVALID")


def test_nobody_removes_their_own_without_a_code_not_even_an_admin(admin_user, at):
    set_up(admin_user, at=at)
    with pytest.raises(NotAllowed):
        remove_second_factor(admin_user, actor=acting(admin_user), at=at)
    assert again(admin_user).has_second_factor


def test_five_wrong_codes_in_a_row_close_the_second_step_for_a_quarter_of_an_hour(
    person, phone, at
):
    later = at + timedelta(minutes=1)
    for _ in range(5):
        with pytest.raises(SecondFactorInvalid):
            check_code(person, "000000x", at=later)
    for moment in (later, later + timedelta(minutes=14, seconds=59)):
        with pytest.raises(LockedOut):
            check_code(person, phone.shows(moment), at=moment)
    opened = later + timedelta(minutes=15)
    check_code(person, phone.shows(opened), at=opened)


def test_a_right_code_begins_the_count_anew(person, phone, at):
    for minute in (1, 2):
        moment = at + timedelta(minutes=minute)
        for _ in range(4):
            with pytest.raises(SecondFactorInvalid):
                check_code(person, "000000x", at=moment)
        check_code(person, phone.shows(moment), at=moment)


def test_without_the_key_that_sealed_it_the_app_lets_nobody_in(person, phone, at, settings):
    settings.SECRET_KEY = "n" * 60
    with pytest.raises(SecondFactorInvalid):
        check_code(person, phone.shows(at + STEP), at=at + STEP)


# Signing in with the app


def test_the_app_is_told_that_a_code_is_asked_for_only_with_the_right_password(person, phone):
    assert_refused(login(person), 401, "SECOND_FACTOR_REQUIRED")
    assert_refused(login(person, "Wrong-Horse-2026!"), 401, "INVALID_CREDENTIALS")
    assert SignIn.objects.filter(revoked_at=None).count() == 0


def test_the_app_signs_in_with_password_and_code(person, phone):
    answer = login(person, code=phone.shows(now()))
    assert answer.status_code == 200
    assert answer.json()["user"]["id"] == person.pk


def test_an_app_that_knows_of_no_code_sends_it_behind_the_password(person, phone):
    assert login(person, PASSWORD + phone.shows(now())).status_code == 200
    assert_refused(login(person, f"{PASSWORD}000000"), 401, "SECOND_FACTOR_INVALID")


def test_a_password_may_end_in_six_digits_of_its_own(person, at):
    ending = f"{PASSWORD}123456"
    person.set_password(ending)
    person.save()
    assert login(person, ending).status_code == 200
    phone = set_up(again(person), at=at, password=ending)
    assert_refused(login(person, ending), 401, "SECOND_FACTOR_REQUIRED")
    assert login(person, ending + phone.shows(now())).status_code == 200


def test_digits_behind_the_password_let_nobody_in_who_has_no_second_factor(person):
    assert_refused(login(person, f"{PASSWORD}123456"), 401, "INVALID_CREDENTIALS")


def test_wrong_codes_count_as_failures_of_the_account(person, phone):
    answers = [login(person, code="000000").json()["error_code"] for _ in range(6)]
    assert answers == ["SECOND_FACTOR_INVALID"] * 5 + ["THROTTLED"]
    caches["counts"].clear()
    assert_refused(login(person, code=phone.shows(now())), 429, "LOCKED_OUT")
    assert AccessAttempt.objects.get().failures_since_start == 5


def test_a_wrong_code_counts_although_the_answer_is_a_refusal(person, phone):
    login(person, code="000000")
    assert SecondFactor.objects.get().failures == 1


def test_who_has_none_may_send_an_empty_code(person):
    assert login(person, code=None).status_code == 200
    assert login(person, code="").status_code == 200


# Where admins must


@pytest.fixture
def required(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.REQUIRE_SECOND_FACTOR_FOR_ADMINS = True
    alive = Prepared(authentication._signed_in, *authentication._alive._columns)
    monkeypatch.setattr(authentication, "_alive", alive)


def test_an_admin_without_one_is_not_signed_in(required, at):
    boss = with_password("admin")
    assert_refused(login(boss), 403, "SECOND_FACTOR_MISSING")
    with pytest.raises(SecondFactorMissing):
        sign_in(boss.email, PASSWORD, at=at)
    with pytest.raises(InvalidCredentials):
        sign_in(boss.email, "Wrong-Horse-2026!", at=at)


def test_an_admin_with_one_signs_in(required):
    boss = with_password("admin")
    phone = set_up(boss, at=now() - 5 * STEP)
    with pytest.raises(SecondFactorRequired):
        sign_in(boss.email, PASSWORD, at=now())
    tokens = login(boss, code=phone.shows(now())).json()
    app = signed_in()
    app.credentials(HTTP_AUTHORIZATION=f"Bearer {tokens['access_token']}")
    assert app.get(f"{API}/users/me").status_code == 200


def test_others_need_none(required, person):
    assert login(person).status_code == 200


def test_who_becomes_admin_is_signed_out_until_it_is_set_up(required, person):
    tokens = login(person).json()
    app = signed_in()
    app.credentials(HTTP_AUTHORIZATION=f"Bearer {tokens['access_token']}")
    assert app.get(f"{API}/users/me").status_code == 200
    person.roles.add(UserFactory(roles=["admin"]).roles.get())
    assert_refused(app.get(f"{API}/users/me"), 401, "TOKEN_INVALID")
    body = {"refresh_token": tokens["refresh_token"]}
    assert_refused(signed_in().post(f"{API}/auth/refresh", body), 401, "TOKEN_INVALID")


# Taking it away


def test_an_admin_removes_that_of_who_has_lost_everything(person, phone, admin_user, at):
    remove_second_factor(person, actor=acting(admin_user), at=at)
    assert login(person).status_code == 200
    assert audited()[-1] == "user.second_factor_removed"


def test_nobody_removes_what_protects_rights_that_they_lack(admin_user, person, at):
    set_up(admin_user, at=at)
    for actor in (person, with_password("photographer"), person_with(Right.USER_EDIT)):
        with pytest.raises(NotAllowed):
            remove_second_factor(admin_user, actor=acting(actor), at=at)
    assert again(admin_user).has_second_factor


def test_what_is_not_there_is_not_removed(person, at):
    with pytest.raises(NotFound):
        remove_second_factor(person, actor=acting(None), at=at)


def test_the_operator_removes_it_by_a_command(person, phone, capsys):
    call_command("remove_second_factor", person.email.upper())
    assert "signs in with the password alone" in capsys.readouterr().out
    assert not again(person).has_second_factor
    assert AuditEntry.objects.latest("id").channel == Channel.COMMAND


@pytest.mark.parametrize(
    ("email", "said"), [("nobody@studio.example", "Nobody has"), (None, "no second factor")]
)
def test_the_command_says_why_not(person, email, said):
    with pytest.raises(CommandError, match=said):
        call_command("remove_second_factor", email or person.email)
