"""`/clients` (contract, section 3)."""

from __future__ import annotations

from typing import Any

import pytest

from clients.models import Client
from clients.tests.factories import ClientFactory
from config.records.models import AuditEntry
from conftest import signed_in
from users.models import User
from users.tests.factories import UserFactory

URL = "/api/v1/clients"
FORM = {"full_name": "María Álvarez", "email": "maria@example.com", "primary_phone": "5555-1234"}

FIELDS: dict[str, type | tuple[type, ...]] = {
    "id": int,
    "full_name": str,
    "email": str,
    "primary_phone": str,
    "secondary_phone": (str, type(None)),
    "delivery_address": (str, type(None)),
    "client_type": str,
    "notes": (str, type(None)),
    "tax_id": (str, type(None)),
    "billing_name": (str, type(None)),
    "status": str,
    "language": str,
    "is_high_risk": bool,
    "sessions_count": int,
    "created_at": str,
    "updated_at": str,
}

MAY = {
    ("get", "", 200): {"admin", "coordinator"},
    ("post", "", 201): {"admin", "coordinator"},
    ("get", "/{id}", 200): {"admin", "coordinator"},
    ("patch", "/{id}", 200): {"admin", "coordinator"},
    ("delete", "/{id}", 200): {"admin"},
    ("put", "/{id}/reactivate", 200): {"admin"},
}


def names(answer: Any) -> list[str]:
    return [client["full_name"] for client in answer.json()["items"]]


@pytest.mark.parametrize("role", ["admin", "coordinator", "photographer", "editor", "user"])
@pytest.mark.parametrize(("method", "path", "success"), MAY)
def test_each_role_may_what_the_rules_say(db, role, method, path, success):
    person = UserFactory(roles=[role])
    url = URL + path.format(id=ClientFactory().pk)
    answer = getattr(signed_in(person), method)(url, FORM if method == "post" else {})
    if role in MAY[method, path, success]:
        assert answer.status_code == success
    else:
        assert answer.status_code == 403
        assert answer.json()["error_code"] == "PERMISSION_DENIED"


@pytest.mark.parametrize(("method", "path", "success"), MAY)
def test_nobody_gets_in_without_a_token(db, method, path, success):
    answer = getattr(signed_in(), method)(URL + path.format(id=1), {})
    assert answer.status_code == 401
    assert answer.json()["error_code"] == "NOT_AUTHENTICATED"


def test_a_client_has_the_fields_of_the_contract(coordinator):
    answer = signed_in(coordinator).post(URL, FORM)
    assert answer.status_code == 201
    body = answer.json()
    assert set(body) == set(FIELDS)
    for field, kind in FIELDS.items():
        assert isinstance(body[field], kind), field
    assert body["created_at"].endswith("-06:00")
    assert signed_in(coordinator).get(f"{URL}/{body['id']}").json() == body


def test_optional_fields_take_null_and_answer_null(coordinator):
    empty = dict.fromkeys(
        [
            "secondary_phone",
            "delivery_address",
            "notes",
            "tax_id",
            "billing_name",
            "client_type",
            "language",
        ]
    )
    body = signed_in(coordinator).post(URL, FORM | empty).json()
    assert body["notes"] is body["tax_id"] is body["secondary_phone"] is None
    assert (body["client_type"], body["language"]) == ("Individual", "en")
    url = f"{URL}/{body['id']}"
    assert signed_in(coordinator).patch(url, {"notes": "Twins"}).json()["notes"] == "Twins"
    assert signed_in(coordinator).patch(url, {"notes": None}).json()["notes"] is None


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("full_name", None),
        ("full_name", " "),
        ("full_name", "x" * 151),
        ("full_name", "a\0b"),
        ("full_name", ["a"]),
        ("email", None),
        ("email", "nobody"),
        ("primary_phone", None),
        ("client_type", "Alien"),
        ("client_type", {"a": 1}),
        ("status", "Maintenance"),
        ("language", "xx"),
        ("notes", "\0"),
    ],
)
def test_a_wrong_form_names_the_field(coordinator, field, value):
    answer = signed_in(coordinator).post(URL, FORM | {field: value})
    assert answer.status_code == 400
    body = answer.json()
    assert body["error_code"] == "VALIDATION_ERROR"
    assert list(body["errors"]) == [field]
    assert body["detail"].startswith(f"{field}: ")
    assert not Client.objects.exists()


def test_a_missing_field_is_named(coordinator):
    body = signed_in(coordinator).post(URL, None).json()
    assert set(body["errors"]) == set(FORM)


def test_half_a_character_is_a_wrong_form(coordinator):
    text = '{"full_name": "\\ud800", "email": "a@example.com", "primary_phone": "1"}'
    answer = signed_in(coordinator).post(URL, data=text, content_type="application/json")
    assert answer.status_code == 400


@pytest.mark.parametrize("email", ["maria@example.com", "MARIA@Example.com"])
def test_an_email_in_use_is_a_duplicate_whatever_its_case(coordinator, email):
    ClientFactory(email="Maria@example.com")
    answer = signed_in(coordinator).post(URL, FORM | {"email": email})
    assert answer.status_code == 409
    assert answer.json() == {
        "detail": "A client with this e-mail already exists.",
        "error_code": "DUPLICATE",
    }


def test_changing_to_an_email_in_use_is_a_duplicate_and_changes_nothing(coordinator):
    ClientFactory(email="maria@example.com")
    client = ClientFactory(full_name="Ana")
    answer = signed_in(coordinator).patch(
        f"{URL}/{client.pk}", {"full_name": "Anita", "email": "MARIA@example.com"}
    )
    assert answer.status_code == 409
    client.refresh_from_db()
    assert client.full_name == "Ana"


def test_a_client_keeps_its_own_email_in_another_case(coordinator):
    client = ClientFactory(email="maria@example.com")
    answer = signed_in(coordinator).patch(f"{URL}/{client.pk}", {"email": "Maria@example.com"})
    assert answer.json()["email"] == "Maria@example.com"


def test_patch_changes_what_is_sent_and_ignores_what_is_unknown(coordinator):
    client = ClientFactory(notes="old", tax_id="123")
    answer = signed_in(coordinator).patch(
        f"{URL}/{client.pk}",
        {"notes": "new", "id": 99, "is_high_risk": True, "sessions_count": 7, "colour": "red"},
    )
    body = answer.json()
    assert (body["id"], body["notes"], body["tax_id"]) == (client.pk, "new", "123")
    assert (body["is_high_risk"], body["sessions_count"]) == (False, 0)


def test_deleting_deactivates_and_answers_the_client(admin_user):
    client = ClientFactory()
    answer = signed_in(admin_user).delete(f"{URL}/{client.pk}")
    assert answer.status_code == 200
    assert set(answer.json()) == set(FIELDS)
    assert answer.json()["status"] == "Inactive"
    assert signed_in(admin_user).delete(f"{URL}/{client.pk}").status_code == 200
    entry = AuditEntry.objects.get(action="client.status_changed")
    assert (entry.actor, entry.object_id) == (admin_user, client.pk)
    back = signed_in(admin_user).put(f"{URL}/{client.pk}/reactivate")
    assert (back.status_code, back.json()["status"]) == (200, "Active")


def test_a_status_in_a_patch_needs_the_delete_right(coordinator, admin_user):
    client = ClientFactory(full_name="Ana")
    change = {"full_name": "Anita", "status": "Inactive"}
    refused = signed_in(coordinator).patch(f"{URL}/{client.pk}", change)
    assert refused.status_code == 403
    client.refresh_from_db()
    assert (client.full_name, client.status) == ("Ana", "Active")
    answer = signed_in(admin_user).patch(f"{URL}/{client.pk}", change)
    assert (answer.json()["full_name"], answer.json()["status"]) == ("Anita", "Inactive")


@pytest.mark.parametrize("status", ["Active", None])
def test_an_unchanged_status_in_a_patch_is_no_change(coordinator, status):
    client = ClientFactory()
    answer = signed_in(coordinator).patch(f"{URL}/{client.pk}", {"status": status, "notes": "x"})
    assert (answer.status_code, answer.json()["notes"]) == (200, "x")


def test_creating_an_inactive_client_needs_the_delete_right_too(coordinator, admin_user):
    form = FORM | {"status": "Inactive"}
    assert signed_in(coordinator).post(URL, form).status_code == 403
    assert not Client.objects.exists()
    assert signed_in(admin_user).post(URL, form).json()["status"] == "Inactive"


def test_the_list_is_newest_first_in_pages(coordinator):
    for number in range(3):
        ClientFactory(full_name=f"Client {number}")
    api = signed_in(coordinator)
    assert names(api.get(URL)) == ["Client 2", "Client 1", "Client 0"]
    page = api.get(f"{URL}?limit=2&skip=1").json()
    assert [client["full_name"] for client in page.pop("items")] == ["Client 1", "Client 0"]
    assert page == {"total": 3, "limit": 2, "offset": 1, "has_more": False}
    assert api.get(f"{URL}?limit=2").json()["has_more"] is True


@pytest.mark.parametrize(("asked", "given"), [("", 50), ("100", 100), ("1000", 100)])
def test_the_limit_is_clamped(coordinator, asked, given):
    assert signed_in(coordinator).get(f"{URL}?limit={asked}").json()["limit"] == given


@pytest.mark.parametrize("query", ["limit=0", "limit=-1", "limit=x", "offset=-1", "skip=x"])
def test_a_wrong_page_is_a_wrong_form(coordinator, query):
    answer = signed_in(coordinator).get(f"{URL}?{query}")
    assert answer.status_code == 400
    assert list(answer.json()["errors"]) == [query.partition("=")[0]]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", {"María", "Valle", "Gone"}),
        ("active_only=true", {"María", "Valle"}),
        ("active_only=1", {"María", "Valle"}),
        ("active_only=false", {"María", "Valle", "Gone"}),
        ("active_only=0", {"María", "Valle", "Gone"}),
        ("client_type=Institutional", {"Valle", "Gone"}),
        ("client_type=Institutional&active_only=true", {"Valle"}),
        ("search=maria", {"María"}),
        ("search=MARÍA", {"María"}),
        ("search=arí", {"María"}),
        ("search=valle.com", {"Valle"}),
        ("search=4444", {"María"}),
        ("search=3333", {"Gone"}),
        ("search=valle 4444", set()),
        ("search=%25", set()),
    ],
)
def test_filters_combine(coordinator, query, found):
    ClientFactory(full_name="María", primary_phone="4444-1111")
    ClientFactory(full_name="Valle", email="info@valle.com", client_type="Institutional")
    ClientFactory(
        full_name="Gone",
        secondary_phone="3333-2222",
        client_type="Institutional",
        status="Inactive",
    )
    assert set(names(signed_in(coordinator).get(f"{URL}?{query}"))) == found


@pytest.mark.parametrize("query", ["client_type=Alien", "search=%00"])
def test_a_wrong_filter_is_a_wrong_form(coordinator, query):
    answer = signed_in(coordinator).get(f"{URL}?{query}")
    assert (answer.status_code, answer.json()["error_code"]) == (400, "VALIDATION_ERROR")


@pytest.mark.parametrize("key", ["999999", "0", "x", "1.5", "-1", "9" * 40])
def test_what_is_not_there_is_not_found(coordinator, key):
    answer = signed_in(coordinator).get(f"{URL}/{key}")
    assert (answer.status_code, answer.json()["error_code"]) == (404, "NOT_FOUND")


def test_a_trailing_slash_is_not_found_and_a_wrong_method_not_allowed(coordinator):
    api = signed_in(coordinator)
    assert api.get(f"{URL}/").status_code == 404
    answer = api.put(URL, {})
    assert (answer.status_code, answer.json()["error_code"]) == (405, "METHOD_NOT_ALLOWED")


def test_the_list_takes_as_many_queries_for_three_as_for_one(
    coordinator, django_assert_num_queries
):
    api = signed_in(coordinator)
    for _round in range(3):
        ClientFactory()
        with django_assert_num_queries(3):  # the sign-in, the page, its facts
            assert api.get(URL).status_code == 200


def test_a_patch_does_not_write_back_a_status_that_changed_meanwhile(coordinator, admin_user):
    """The row is locked and read again before it is written."""
    client: Client = ClientFactory()
    stale = Client.objects.get(pk=client.pk)
    signed_in(admin_user).delete(f"{URL}/{client.pk}")
    assert stale.status == "Active"
    answer = signed_in(coordinator).patch(f"{URL}/{client.pk}", {"notes": "x"})
    assert answer.json()["status"] == "Inactive"


def test_refused_attempts_are_logged(photographer: User, caplog):
    signed_in(photographer).get(URL)
    assert f"refused: user={photographer.pk} right=client.view" in caplog.text
