"""Signing in, refreshing, leaving (contract, section 1)."""

from __future__ import annotations

from datetime import timedelta
from ipaddress import ip_network
from typing import Any

import jwt
import pytest
from rest_framework.test import APIClient

from config.tests.contract.shapes import (
    LOGIN,
    ME,
    assert_answer,
    assert_refused,
    assert_wrong_form,
)
from conftest import signed_in
from users.tests.factories import PASSWORD, role

pytestmark = pytest.mark.django_db

AUTH = "/api/v1/auth"
ME_URL = "/api/v1/users/me"


def login(email: str = "berta@studio.example", password: str = PASSWORD, **headers: str) -> Any:
    body = {"email": email, "password": password}
    return APIClient().post(f"{AUTH}/login", body, headers=headers)


def refresh(token: Any) -> Any:
    return APIClient().post(f"{AUTH}/refresh", {"refresh_token": token})


def bearer(token: str) -> APIClient:
    client = APIClient()
    client.credentials(HTTP_AUTHORIZATION=f"Bearer {token}")
    return client


def claims(token: str) -> dict[str, Any]:
    read: dict[str, Any] = jwt.decode(token, options={"verify_signature": False})
    return read


# Login


def test_a_login_is_answered_whole(person):
    body = assert_answer(login(), LOGIN)
    assert body["user"]["id"] == person.pk
    assert body["expires_in"] == 30 * 60
    assert assert_answer(bearer(body["access_token"]).get(ME_URL), ME)["id"] == person.pk


def test_the_tokens_say_what_they_are(person):
    body = login().json()
    access, refresh_claims = claims(body["access_token"]), claims(body["refresh_token"])
    for read, lifetime in (
        (access, timedelta(minutes=30)),
        (refresh_claims, timedelta(days=7)),
    ):
        assert {"exp", "iat", "jti", "iss", "aud", "type", "sub"} <= read.keys()
        assert read["exp"] - read["iat"] == lifetime.total_seconds()
        assert str(read["sub"]) == str(person.pk)
    assert access["type"] != refresh_claims["type"]
    assert access["jti"] != refresh_claims["jti"]


def test_a_wrong_password_and_an_unknown_address_get_the_same_answer(person):
    wrong, unknown = login(password="Wrong-Horse-2026!"), login(email="nobody@studio.example")
    assert_refused(wrong, 401, "INVALID_CREDENTIALS")
    assert wrong.content == unknown.content


def test_who_is_inactive_is_told_so_after_the_right_password(person):
    person.status = "Inactive"
    person.save()
    assert_refused(login(password="Wrong-Horse-2026!"), 401, "INVALID_CREDENTIALS")
    assert_refused(login(), 403, "INACTIVE_USER")


@pytest.mark.parametrize("field", ["email", "password"])
@pytest.mark.parametrize("wrong", [None, "", [], {}])
def test_a_login_without_one_of_both_is_400(api, db, field, wrong):
    body = {"email": "berta@studio.example", "password": PASSWORD, field: wrong}
    assert_wrong_form(api(None).post(f"{AUTH}/login", body), field)


@pytest.mark.parametrize(
    "email", ["a b@studio.example", "a\x00@studio.example", "é" * 200, f"{'a' * 900}@b.example"]
)
def test_an_odd_address_is_refused_like_any_other(db, email):
    answer = login(email)
    codes = {400: "VALIDATION_ERROR", 401: "INVALID_CREDENTIALS"}
    assert_refused(answer, answer.status_code, codes.get(answer.status_code, "none"))


# Refresh


def test_refreshing_answers_as_login_with_a_new_refresh_token(person):
    first = login().json()
    body = assert_answer(refresh(first["refresh_token"]), LOGIN)
    assert body["refresh_token"] != first["refresh_token"]
    assert bearer(body["access_token"]).get(ME_URL).status_code == 200


def test_the_old_one_gets_the_same_successor_for_a_minute(person, later):
    first = login().json()["refresh_token"]
    second = refresh(first).json()["refresh_token"]
    later(timedelta(seconds=50))
    again = assert_answer(refresh(first), LOGIN)
    assert again["refresh_token"] == second


def test_after_a_minute_its_reuse_ends_the_whole_family(person, later):
    first = login().json()["refresh_token"]
    second = refresh(first).json()
    later(timedelta(seconds=70))
    assert_refused(refresh(first), 401, "TOKEN_INVALID")
    assert_refused(refresh(second["refresh_token"]), 401, "TOKEN_INVALID")
    assert_refused(bearer(second["access_token"]).get(ME_URL), 401, "TOKEN_INVALID")


def test_the_end_of_one_family_leaves_the_others(person, later):
    other = login().json()["refresh_token"]
    first = login().json()["refresh_token"]
    refresh(first)
    later(timedelta(seconds=70))
    refresh(first)
    assert_answer(refresh(other), LOGIN)


def test_a_token_is_only_what_it_is(person):
    body = login().json()
    assert_refused(bearer(body["refresh_token"]).get(ME_URL), 401, "TOKEN_INVALID")
    assert_refused(refresh(body["access_token"]), 401, "TOKEN_INVALID")


@pytest.mark.parametrize("token", ["x", "a.b.c", "é"])
def test_what_is_no_token_refreshes_nothing(db, token):
    assert_refused(refresh(token), 401, "TOKEN_INVALID")


@pytest.mark.parametrize("token", [None, "", [], {}])
def test_refreshing_without_a_token_is_400(db, token):
    assert_wrong_form(refresh(token), "refresh_token")


# Logout


def test_after_logout_both_tokens_are_dead(person):
    body = login().json()
    gone = APIClient().post(f"{AUTH}/logout", {"refresh_token": body["refresh_token"]})
    assert (gone.status_code, gone.content) == (204, b"")
    assert_refused(bearer(body["access_token"]).get(ME_URL), 401, "TOKEN_INVALID")
    assert_refused(refresh(body["refresh_token"]), 401, "TOKEN_INVALID")
    again = APIClient().post(f"{AUTH}/logout", {"refresh_token": body["refresh_token"]})
    assert again.status_code == 204


def test_logging_out_with_anything_dead_is_204(db):
    assert APIClient().post(f"{AUTH}/logout", {"refresh_token": "x"}).status_code == 204


# At once


def test_a_deactivation_takes_effect_at_once(person, boss):
    body = login().json()
    assert boss.delete(f"/api/v1/users/{person.pk}").status_code == 200
    assert bearer(body["access_token"]).get(ME_URL).status_code in (401, 403)
    assert refresh(body["refresh_token"]).status_code in (401, 403)


def test_a_lost_role_takes_effect_at_once(person, boss):
    mine = bearer(login().json()["access_token"])
    assert mine.get("/api/v1/clients").status_code == 200
    url = f"/api/v1/users/{person.pk}/roles/{role('coordinator').pk}"
    assert boss.delete(url).status_code == 200
    assert_refused(mine.get("/api/v1/clients"), 403, "PERMISSION_DENIED")


def test_a_changed_password_ends_every_session_this_one_too(person):
    here, there = login().json(), login().json()
    body = {"current_password": PASSWORD, "new_password": "Other-Horse-2027!"}
    answer = bearer(here["access_token"]).patch(f"/api/v1/users/{person.pk}/password", body)
    assert answer.status_code in (200, 204)
    for tokens in (here, there):
        assert_refused(bearer(tokens["access_token"]).get(ME_URL), 401, "TOKEN_INVALID")
        assert_refused(refresh(tokens["refresh_token"]), 401, "TOKEN_INVALID")
    assert_refused(login(), 401, "INVALID_CREDENTIALS")
    assert login(password="Other-Horse-2027!").status_code == 200


def test_a_password_reset_by_the_office_ends_every_session(person, boss):
    tokens = login().json()
    body = {"new_password": "Other-Horse-2027!"}
    answer = boss.patch(f"/api/v1/users/{person.pk}/password", body)
    assert answer.status_code in (200, 204)
    assert_refused(bearer(tokens["access_token"]).get(ME_URL), 401, "TOKEN_INVALID")


# Throttles


def fail(times: int, email: str = "berta@studio.example", **headers: str) -> list[int]:
    return [login(email, "Wrong-Horse-2026!", **headers).status_code for _ in range(times)]


def assert_throttled(answer: Any) -> None:
    assert_refused(answer, 429, "THROTTLED", "LOCKED_OUT")
    assert int(answer["Retry-After"]) > 0


def test_the_sixth_failure_in_a_minute_is_429(person):
    assert fail(5) == [401] * 5
    assert_throttled(login(password="Wrong-Horse-2026!"))


def test_an_unknown_address_is_throttled_just_the_same(db):
    assert fail(5, "nobody@studio.example") == [401] * 5
    assert_throttled(login("nobody@studio.example"))


def test_the_case_of_the_address_does_not_help(person):
    assert fail(5) == [401] * 5
    assert_throttled(login("BERTA@Studio.Example", "Wrong-Horse-2026!"))


def test_a_forged_forwarding_header_does_not_help(person):
    for number in range(5):
        assert fail(1, **{"X-Forwarded-For": f"203.0.113.{number}"}) == [401]
    headers = {"X-Forwarded-For": "203.0.113.99", "X-Real-IP": "203.0.113.99"}
    assert_throttled(login(password="Wrong-Horse-2026!", **headers))


def test_only_a_proxy_that_is_trusted_speaks_for_others(person, settings):
    settings.TRUSTED_PROXIES = [ip_network("127.0.0.0/8")]
    client = {"X-Forwarded-For": "203.0.113.7"}
    assert fail(5, **client) == [401] * 5
    assert_throttled(login(**client))
    assert login(**{"X-Forwarded-For": "198.51.100.9"}).status_code == 200
    forged = {"X-Forwarded-For": "198.51.100.9, 203.0.113.7"}
    assert_throttled(login(**forged))


def test_registering_is_throttled_too(db):
    body = {
        "email": "nora@studio.example",
        "full_name": "Nora",
        "phone": "1",
        "password": PASSWORD,
        "invitation_token": "x",
    }
    answers = [APIClient().post(f"{AUTH}/register", body) for _ in range(6)]
    assert [answer.status_code for answer in answers[:5]] == [401] * 5
    assert_throttled(answers[5])


def test_another_account_is_not_affected(person, photographer, with_a_password):
    with_a_password(photographer)
    fail(6)
    assert login(photographer.email).status_code == 200


def test_another_address_is_not_affected(person):
    fail(6)
    body = {"email": person.email, "password": PASSWORD}
    answer = APIClient().post(f"{AUTH}/login", body, REMOTE_ADDR="198.51.100.7")
    assert answer.status_code == 200


def test_what_succeeds_is_no_failure(person):
    assert {login().status_code for _ in range(8)} == {200}


def test_one_address_fails_sixty_times_a_minute_at_most(db):
    answers = [login(f"nobody{number}@studio.example") for number in range(61)]
    assert {answer.status_code for answer in answers[:50]} == {401}
    assert_throttled(answers[60])


def test_who_is_signed_in_reads_without_being_throttled(person):
    mine = signed_in(person)
    assert {mine.get(ME_URL).status_code for _ in range(50)} == {200}
