"""Invitations, registration and forgotten passwords (contract, section 1)."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.apps import apps
from rest_framework.test import APIClient

from config.clock import now
from config.tests.contract.shapes import (
    INVITATION,
    INVITATION_STANDING,
    LOGIN,
    USER,
    assert_answer,
    assert_list,
    assert_refused,
    assert_wrong_form,
)
from conftest import signed_in
from notifications.tests.posting import posted
from sessions_app.tests.wire import holding
from users.rights import Right
from users.tests.factories import PASSWORD, UserFactory

pytestmark = pytest.mark.django_db

API = "/api/v1"
EMAIL = "nora@studio.example"


def invite(client: APIClient, **facts: Any) -> dict[str, Any]:
    answer = client.post(f"{API}/invitations", {"email": EMAIL} | facts)
    return dict(assert_answer(answer, INVITATION, status=201))


def token_of(invitation: dict[str, Any]) -> str:
    return parse_qs(urlsplit(invitation["invitation_url"]).query)["invitation"][0]


def standing(token: str) -> dict[str, Any]:
    answer = APIClient().get(f"{API}/invitations/validate/{token}")
    return dict(assert_answer(answer, INVITATION_STANDING))


def test_an_address_tries_tokens_sixty_times_a_minute():
    nobody = APIClient()
    statuses = {nobody.get(f"{API}/invitations/validate/{n}").status_code for n in range(60)}
    assert 429 not in statuses
    assert_refused(nobody.get(f"{API}/invitations/validate/61"), 429, "THROTTLED")


def register(token: Any, **facts: Any) -> Any:
    body = {
        "email": EMAIL,
        "full_name": "Nora Nueva",
        "phone": "5555-4321",
        "password": PASSWORD,
        "invitation_token": token,
    }
    return APIClient().post(f"{API}/auth/register", body | facts)


def login(email: str, password: str) -> Any:
    return APIClient().post(f"{API}/auth/login", {"email": email, "password": password})


def roles_of(boss: APIClient, pk: int) -> set[str]:
    return {role["name"] for role in boss.get(f"{API}/users/{pk}/roles").json()}


# Inviting


def test_an_invitation_is_a_link_for_seven_days(boss):
    body = invite(boss, custom_message="Welcome!")
    assert body["email"] == EMAIL
    assert re.fullmatch(r"https?://[^?]+/register\?invitation=[^&]+", body["invitation_url"])
    left = datetime.fromisoformat(body["expires_at"]) - now()
    assert timedelta(days=6, hours=23) < left <= timedelta(days=7)


def test_an_invitation_is_sent_by_e_mail(boss):
    body = invite(boss, custom_message="Welcome aboard!")
    [message] = posted(now())
    assert message.to == [EMAIL]
    assert token_of(body) in message.body
    assert "Welcome aboard!" in message.body


def test_only_a_hash_of_the_token_is_kept(boss):
    token = token_of(invite(boss))
    kept = [model for model in apps.get_models() if "invitation" in model._meta.label_lower]
    rows = [row for model in kept for row in model._default_manager.values()]
    assert rows
    assert token not in str(rows)


@pytest.mark.parametrize(
    "facts", [{"email": None}, {"email": "nobody"}, {"email": ""}, {"roles": ["pilot"]}]
)
def test_a_wrong_invitation_is_400_with_its_field(boss, facts):
    answer = boss.post(f"{API}/invitations", {"email": EMAIL} | facts)
    assert_wrong_form(answer, *facts)


def test_inviting_needs_the_right_and_roles_another(desk, api):
    assert_refused(desk.post(f"{API}/invitations", {"email": EMAIL}), 403, "PERMISSION_DENIED")
    assert_refused(api(None).post(f"{API}/invitations", {"email": EMAIL}), 401, "NOT_AUTHENTICATED")
    inviter = signed_in(holding(Right.USER_CREATE, beside="coordinator"))
    invite(inviter)
    answer = inviter.post(f"{API}/invitations", {"email": EMAIL, "roles": ["editor"]})
    assert_refused(answer, 403, "PERMISSION_DENIED")


def test_nobody_invites_to_more_than_they_hold(db):
    inviter = holding(Right.USER_CREATE, Right.USER_ASSIGN_ROLE, beside="coordinator")
    answer = signed_in(inviter).post(f"{API}/invitations", {"email": EMAIL, "roles": ["admin"]})
    assert_refused(answer, 403, "PERMISSION_DENIED")


# Asking whether it is still good


def test_anyone_may_ask_whether_an_invitation_is_good(boss):
    body = standing(token_of(invite(boss)))
    assert (body["is_valid"], body["email"]) == (True, EMAIL)


@pytest.mark.parametrize("token", ["x", "a" * 500, "abc.", "abc)", "%C3%A9", "a%20b"])
def test_an_unknown_token_is_answered_with_200_and_no(db, token):
    body = standing(token)
    assert (body["is_valid"], body["email"]) == (False, None)
    assert body["message"]


def test_an_invitation_ends_after_seven_days(boss, later):
    token = token_of(invite(boss))
    later(timedelta(days=6, hours=23))
    assert standing(token)["is_valid"] is True
    later(timedelta(days=7, minutes=1))
    assert standing(token)["is_valid"] is False
    assert_refused(register(token), 401, "TOKEN_INVALID")


def test_sending_it_again_voids_the_older_one(boss):
    first = token_of(invite(boss))
    answer = boss.post(f"{API}/invitations/resend", {"email": EMAIL})
    assert answer.status_code in (200, 201)
    second = token_of(assert_answer(answer, INVITATION, status=answer.status_code))
    assert standing(first)["is_valid"] is False
    assert standing(second)["is_valid"] is True


def test_an_invitation_is_listed_and_revoked(boss):
    token = token_of(invite(boss))
    entries = assert_list(
        boss.get(f"{API}/invitations"), {"id": USER["id"], "email": USER["email"]}
    )
    assert [entry["email"] for entry in entries] == [EMAIL]
    assert token not in str(entries)
    assert boss.delete(f"{API}/invitations/{entries[0]['id']}").status_code in (200, 204)
    assert standing(token)["is_valid"] is False
    assert_refused(register(token), 401, "TOKEN_INVALID")
    assert_refused(boss.delete(f"{API}/invitations/987654321"), 404, "NOT_FOUND")


def test_the_desk_does_not_see_invitations(desk):
    assert_refused(desk.get(f"{API}/invitations"), 403, "PERMISSION_DENIED")


# Registering


def test_who_is_invited_registers_with_the_roles_of_the_invitation(boss):
    token = token_of(invite(boss, roles=["photographer", "editor"]))
    body = assert_answer(register(token), USER, status=201)
    assert (body["email"], body["full_name"], body["phone"]) == (EMAIL, "Nora Nueva", "5555-4321")
    assert body["status"] == "Active"
    assert roles_of(boss, body["id"]) == {"photographer", "editor"}
    assert_answer(login(EMAIL, PASSWORD), LOGIN)


def test_without_roles_one_becomes_a_user(boss):
    body = assert_answer(register(token_of(invite(boss))), USER, status=201)
    assert roles_of(boss, body["id"]) == {"user"}


def test_an_invitation_is_used_once(boss):
    token = token_of(invite(boss))
    assert register(token).status_code == 201
    assert standing(token)["is_valid"] is False
    assert_refused(register(token), 401, "TOKEN_INVALID")


def test_an_invitation_is_good_for_its_address_alone(boss):
    answer = register(token_of(invite(boss)), email="other@studio.example")
    assert_refused(answer, 401, "TOKEN_INVALID")


def test_without_an_invitation_nobody_registers(db):
    assert_refused(register("x"), 401, "TOKEN_INVALID")


WEAK = [
    "Short-1!",
    "no-upper-2026!",
    "NO-LOWER-2026!",
    "No-Digits-Here!",
    "NoSpecial2026x",
    "password",
    "",
    None,
]


@pytest.mark.parametrize("password", WEAK)
def test_a_weak_password_is_400_and_told_what_is_wrong(boss, password):
    token = token_of(invite(boss))
    answer = register(token, password=password)
    assert_wrong_form(answer, "password")
    assert not password or password == "password" or password not in answer.content.decode()
    assert register(token).status_code == 201


def test_different_weaknesses_are_told_differently(boss):
    token = token_of(invite(boss))
    told = {register(token, password=one).json()["errors"]["password"][0] for one in WEAK[1:5]}
    assert len(told) == 4


@pytest.mark.parametrize("field", ["email", "full_name", "password"])
def test_null_for_what_a_registration_needs_is_400(boss, field):
    assert_wrong_form(register(token_of(invite(boss)), **{field: None}), field)


# Forgotten passwords


@pytest.fixture
def signed_in_before(person) -> dict[str, Any]:
    return dict(login(person.email, PASSWORD).json())


@pytest.fixture
def reset_token(person) -> str:
    assert forgot(person.email).status_code == 202
    [message] = posted(now())
    assert message.to == [person.email]
    found = re.search(r"https?://\S+[=/]([^\s=/&]+)", message.body)
    assert found
    return found[1]


def forgot(email: Any) -> Any:
    return APIClient().post(f"{API}/auth/password/forgot", {"email": email})


def reset(token: Any, new: Any = "Other-Horse-2027!") -> Any:
    body = {"token": token, "new_password": new}
    return APIClient().post(f"{API}/auth/password/reset", body)


def test_asking_for_a_reset_is_always_202(person):
    known, unknown = forgot(person.email), forgot("nobody@studio.example")
    assert (known.status_code, unknown.status_code) == (202, 202)
    assert known.content == unknown.content


def test_nobody_unknown_or_inactive_gets_a_message(person):
    gone = UserFactory(status="Inactive")
    for email in (gone.email, "nobody@studio.example", person.email):
        assert forgot(email).status_code == 202
    assert [message.to for message in posted(now())] == [[person.email]]


def test_a_password_is_reset_once(person, signed_in_before, reset_token):
    answer = reset(reset_token)
    assert (answer.status_code, answer.content) == (204, b"")
    assert_refused(login(person.email, PASSWORD), 401, "INVALID_CREDENTIALS")
    assert login(person.email, "Other-Horse-2027!").status_code == 200
    body = {"refresh_token": signed_in_before["refresh_token"]}
    assert_refused(APIClient().post(f"{API}/auth/refresh", body), 401, "TOKEN_INVALID")
    assert reset(reset_token, "Third-Horse-2028!").status_code in (400, 401)
    assert login(person.email, "Other-Horse-2027!").status_code == 200


def test_signing_in_meanwhile_spends_no_reset(person, reset_token):
    assert login(person.email, PASSWORD).status_code == 200
    assert reset(reset_token).status_code == 204


def test_a_reset_is_good_for_an_hour(person, reset_token, later):
    later(timedelta(minutes=61))
    assert reset(reset_token).status_code in (400, 401)
    later(timedelta(0))
    assert login(person.email, PASSWORD).status_code == 200


def test_a_weak_new_password_is_400_and_the_token_stays_good(reset_token):
    assert_wrong_form(reset(reset_token, "weak"), "new_password")
    assert_wrong_form(reset(reset_token, None), "new_password")
    assert reset(reset_token).status_code == 204


@pytest.mark.parametrize("token", ["x", "a" * 3000, "\x00"])
def test_an_unknown_reset_token_is_refused(db, token):
    answer = reset(token)
    codes = {400: "VALIDATION_ERROR", 401: "TOKEN_INVALID"}
    assert_refused(answer, answer.status_code, codes[answer.status_code])
