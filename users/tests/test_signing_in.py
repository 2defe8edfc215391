"""Signing in with the app (contract, section 1)."""

from __future__ import annotations

from datetime import datetime, timedelta

import jwt
import pytest

from config.clock import now
from conftest import signed_in
from users.actions import signing_in
from users.errors import TokenInvalid
from users.models import SignIn, User
from users.tests.factories import PASSWORD, UserFactory


@pytest.fixture
def at() -> datetime:
    """Tokens carry real times: PyJWT checks them by the real clock."""
    return now()


@pytest.fixture
def person(db: None) -> User:
    user = UserFactory(email="ana@studio.example", roles=["coordinator"])
    user.set_password(PASSWORD)
    user.save()
    return user


def login(email: str = "ana@studio.example", password: str = PASSWORD):
    return signed_in().post("/api/v1/auth/login", {"email": email, "password": password})


def test_login_answers_tokens_and_the_person(person):
    answer = login()
    assert answer.status_code == 200
    body = answer.json()
    assert body["token_type"] == "bearer"
    assert body["expires_in"] == 1800
    assert body["user"]["email"] == "ana@studio.example"
    claims = jwt.decode(body["access_token"], options={"verify_signature": False})
    assert set(claims) >= {"exp", "iat", "jti", "iss", "aud", "type", "sub"}
    assert claims["type"] == "access"
    assert claims["sub"] == str(person.pk)


def test_login_does_not_care_about_the_case_of_the_address(person):
    assert login("ANA@Studio.Example").status_code == 200


@pytest.mark.parametrize(
    ("email", "password"), [("ana@studio.example", "wrong"), ("nobody@studio.example", PASSWORD)]
)
def test_login_gives_the_same_answer_for_a_wrong_password_and_an_unknown_address(
    person, email, password
):
    answer = login(email, password)
    assert answer.status_code == 401
    assert answer.json() == {
        "detail": "E-mail or password is wrong.",
        "error_code": "INVALID_CREDENTIALS",
    }


def test_login_tells_an_inactive_person_only_after_the_right_password(person):
    person.status = "Inactive"
    person.save()
    assert login(password="wrong").json()["error_code"] == "INVALID_CREDENTIALS"
    answer = login()
    assert (answer.status_code, answer.json()["error_code"]) == (403, "INACTIVE_USER")


def test_a_refresh_token_opens_no_door(person):
    refresh_token = login().json()["refresh_token"]
    client = signed_in()
    client.credentials(HTTP_AUTHORIZATION=f"Bearer {refresh_token}")
    answer = client.get("/api/v1/users/me")
    assert (answer.status_code, answer.json()["error_code"]) == (401, "TOKEN_INVALID")


def test_refreshing_rotates_the_refresh_token(person):
    first = login().json()["refresh_token"]
    answer = signed_in().post("/api/v1/auth/refresh", {"refresh_token": first})
    assert answer.status_code == 200
    assert answer.json()["refresh_token"] != first


def test_within_a_minute_a_spent_token_still_gets_the_same_successor(person, at):
    _, pair = signing_in.sign_in(person.email, PASSWORD, at=at)
    _, second = signing_in.refresh(pair.refresh_token, at=at)
    _, again = signing_in.refresh(pair.refresh_token, at=at + timedelta(seconds=60))
    assert again.refresh_token == second.refresh_token


def test_later_reuse_of_a_spent_token_revokes_the_whole_family(person, at):
    _, pair = signing_in.sign_in(person.email, PASSWORD, at=at)
    _, second = signing_in.refresh(pair.refresh_token, at=at)
    with pytest.raises(TokenInvalid):
        signing_in.refresh(pair.refresh_token, at=at + timedelta(seconds=61))
    with pytest.raises(TokenInvalid):
        signing_in.refresh(second.refresh_token, at=at + timedelta(seconds=62))
    assert SignIn.objects.get().revoked_at is not None


def test_signing_out_ends_access_and_refresh_tokens(person):
    body = login().json()
    client = signed_in()
    client.credentials(HTTP_AUTHORIZATION=f"Bearer {body['access_token']}")
    assert client.get("/api/v1/users/me").status_code == 200
    gone = signed_in().post("/api/v1/auth/logout", {"refresh_token": body["refresh_token"]})
    assert gone.status_code == 204
    assert client.get("/api/v1/users/me").status_code == 401
    again = signed_in().post("/api/v1/auth/refresh", {"refresh_token": body["refresh_token"]})
    assert again.status_code == 401


def test_signing_out_with_a_dead_token_is_no_error(db):
    assert signed_in().post("/api/v1/auth/logout", {"refresh_token": "x"}).status_code == 204


def test_a_forged_token_is_refused(person):
    forged = jwt.encode({"sub": str(person.pk), "type": "access"}, "y" * 40, algorithm="HS256")
    client = signed_in()
    client.credentials(HTTP_AUTHORIZATION=f"Bearer {forged}")
    assert client.get("/api/v1/users/me").json()["error_code"] == "TOKEN_INVALID"


def test_passwords_are_kept_as_argon2id(person):
    assert person.password.startswith("argon2$argon2id$")


def test_me_takes_few_queries(person, django_assert_max_num_queries):
    client = signed_in(person)
    with django_assert_max_num_queries(4):
        body = client.get("/api/v1/users/me").json()
    assert [role["name"] for role in body["roles"]] == ["coordinator"]
    assert "session.create" in body["permissions"]
    assert "session.delete" not in body["permissions"]
    with django_assert_max_num_queries(2):
        assert client.get("/api/v1/users/me/permissions").json() == body["permissions"]
