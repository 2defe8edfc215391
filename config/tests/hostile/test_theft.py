"""Stolen tokens, cookies and links: what ends them, and what they open until then."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core.cache import caches
from django.test import Client as Browser
from rest_framework.test import APIClient

from config.clock import now
from config.tests.hostile.stolen import API, Stolen, bearer, cookie, entered, link_for, refreshed
from config.tests.test_admin_permissions import everything
from conftest import signed_in
from sessions_app.tests.builders import acting, book
from users.actions import inviting
from users.actions.signing_in import ROTATION_GRACE
from users.models import SignIn, User
from users.tests.factories import PASSWORD, UserFactory, role

pytestmark = pytest.mark.django_db

NEW = "Other-Horse-2027!"


ALL = {"access", "refresh", "other access", "other refresh", "cookie", "link"}
OTHER_DEVICE = {"other access", "other refresh"}


def of_the_office() -> APIClient:
    return signed_in(UserFactory(roles=["admin"]))


def sign_out(stolen: Stolen) -> Any:
    body = {"refresh_token": stolen.pair["refresh_token"]}
    return APIClient().post(f"{API}/auth/logout", body)


def leave(stolen: Stolen) -> Any:
    return cookie(stolen.key).post("/admin/logout/")


def change_password(stolen: Stolen) -> Any:
    body = {"current_password": PASSWORD, "new_password": NEW}
    return bearer(stolen.other_pair).patch(f"{API}/users/{stolen.person.pk}/password", body)


def change_it_in_the_back_office(stolen: Stolen) -> Any:
    form = {"old_password": PASSWORD, "new_password1": NEW, "new_password2": NEW}
    return entered(stolen.person).post("/admin/password_change/", form)


def reset_it_by_letter(stolen: Stolen) -> Any:
    body = {"token": link_for(stolen.person), "new_password": NEW}
    return APIClient().post(f"{API}/auth/password/reset", body)


def be_given_one(stolen: Stolen) -> Any:
    path = f"{API}/users/{stolen.person.pk}/password"
    return of_the_office().patch(path, {"new_password": NEW})


def be_deactivated(stolen: Stolen) -> Any:
    return of_the_office().delete(f"{API}/users/{stolen.person.pk}")


def be_deactivated_in_the_back_office(stolen: Stolen) -> Any:
    desk = Browser()
    desk.force_login(UserFactory(roles=["admin"]))
    return desk.post(f"/admin/users/user/{stolen.person.pk}/deactivate/")


def get_another_address(stolen: Stolen) -> Any:
    body = {"email": "elsewhere@studio.example"}
    return of_the_office().patch(f"{API}/users/{stolen.person.pk}", body)


# What happens, and what of all that was stolen is good afterwards
ENDS: list[tuple[Callable[[Stolen], Any], set[str]]] = [
    (sign_out, ALL - {"access", "refresh"}),
    (leave, ALL - {"cookie"}),
    (change_password, set()),
    (change_it_in_the_back_office, set()),
    (reset_it_by_letter, set()),
    (be_given_one, set()),
    (be_deactivated, set()),
    (be_deactivated_in_the_back_office, set()),
    (get_another_address, ALL - {"link"}),
]


@pytest.mark.parametrize(("happens", "left"), ENDS, ids=[one[0].__name__ for one in ENDS])
def test_what_was_stolen_is_worthless_when_its_owner_ends_it(stolen, happens, left):
    answer = happens(stolen)
    assert answer.status_code in {200, 204, 302}, answer.content
    assert stolen.alive() == left


def test_until_then_it_is_all_good(stolen):
    """Or nothing would be proven by its end."""
    assert stolen.alive() == ALL


def test_who_comes_back_does_not_bring_what_was_stolen_back(stolen):
    be_deactivated(stolen)
    of_the_office().put(f"{API}/users/{stolen.person.pk}/reactivate")
    assert stolen.alive() <= {"link"}


@pytest.mark.parametrize("right", ["clients", "sessions/{session}/payments"])
def test_a_lost_role_counts_with_the_next_request_at_both_doors(stolen, day, right):
    session = book(acting(stolen.person), at=now(), session_date=day)
    address = f"{API}/{right.format(session=session.pk)}"
    assert bearer(stolen.pair).get(address).status_code == 200
    path = f"{API}/users/{stolen.person.pk}/roles/{role('coordinator').pk}"
    assert of_the_office().delete(path).status_code == 200
    assert bearer(stolen.pair).get(address).status_code in {403, 404}
    browser = cookie(stolen.key)
    assert browser.get("/admin/").status_code == 200  # still an editor
    assert browser.get("/admin/clients/client/").status_code == 403
    path = f"{API}/users/{stolen.person.pk}/roles/{role('editor').pk}"
    of_the_office().delete(path)
    assert browser.get("/admin/")["Location"].startswith("/admin/login/")


def test_whoever_refreshes_second_ends_it_for_both(stolen):
    """The thief first or the owner first: the second of them is noticed after a minute."""
    thief = refreshed(stolen.pair).json()
    SignIn.objects.filter(user=stolen.person).update(
        rotated_at=now() - ROTATION_GRACE - timedelta(seconds=1)
    )
    assert refreshed(stolen.pair).status_code == 401
    for pair in (thief, stolen.pair):
        assert bearer(pair).get(f"{API}/users/me").status_code == 401
        assert refreshed(pair).status_code == 401
    assert bearer(stolen.other_pair).get(f"{API}/users/me").status_code == 200


# Letters


def test_a_link_for_a_new_password_is_for_one_person_once(stolen):
    other = UserFactory(roles=["admin"])
    _pk, _dash, signed = stolen.link.partition("-")
    before = everything()
    for forged in (
        f"{other.pk}-{signed}",
        f"{other.pk}-{stolen.link}",
        signed,
        f"-{signed}",
        f"{stolen.person.pk}-",
        "0-0-0",
        f"{stolen.person.pk}-{signed[:-1]}x",
        f"0{stolen.person.pk}-{signed}x",
        f"{10**30}-{signed}",
        f"\0{stolen.link}",
    ):
        answer = APIClient().post(
            f"{API}/auth/password/reset", {"token": forged, "new_password": NEW}
        )
        assert answer.status_code in {400, 401, 429}, forged
        caches["counts"].clear()
    assert {name for name, rows in everything().items() if rows != before[name]} <= {
        "axes_accessattempt", "axes_accessfailurelog",
    }  # fmt: skip
    body = {"token": stolen.link, "new_password": NEW}
    assert APIClient().post(f"{API}/auth/password/reset", body).status_code == 204
    assert APIClient().post(f"{API}/auth/password/reset", body).status_code == 401


def test_an_invitation_is_good_once_and_for_nobody_else():
    role("user")  # set up as in a real studio
    issued = inviting.invite("invited@example.com", actor=acting(None), at=now())
    token = issued.url.partition("=")[2]
    form = {
        "email": "thief@example.com", "full_name": "Theo Thief", "password": NEW,
        "invitation_token": token, "roles": ["admin"], "status": "Active", "is_staff": True,
    }  # fmt: skip
    assert APIClient().post(f"{API}/auth/register", form).status_code == 401
    form["email"] = "INVITED@example.com"
    assert APIClient().post(f"{API}/auth/register", form).status_code == 201
    person = User.objects.get(email__iexact="invited@example.com")
    assert person.role_names == {"user"}
    form["email"] = "third@example.com"
    assert APIClient().post(f"{API}/auth/register", form).status_code == 401


def test_a_key_of_another_persons_request_is_answered_with_nothing_of_theirs(stolen, day):
    session = book(acting(stolen.person), at=now(), session_date=day)
    path, headers = f"{API}/sessions/{session.pk}/recalculate", {"Idempotency-Key": "one"}
    first = bearer(stolen.pair).post(path, headers=headers)
    assert first.status_code == 200
    for person in (None, UserFactory(roles=["photographer"]), UserFactory(roles=["coordinator"])):
        answer = signed_in(person).post(path, headers=headers)
        assert answer.status_code in {401, 404, 200}
        assert "Idempotent-Replayed" not in answer
        assert (answer.status_code == 200) == (
            person is not None and "coordinator" in person.role_names
        )
