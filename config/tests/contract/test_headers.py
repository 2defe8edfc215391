"""Request ids, caching, versions and other origins (contract, section 0)."""

from __future__ import annotations

from typing import Any

import pytest

from catalog.tests.factories import ItemFactory
from config.clock import now, studio_day
from config.tests.contract.shapes import assert_refused
from sessions_app.lifecycle import Status
from sessions_app.tests.wire import arrived
from users.tests.factories import PASSWORD, UserFactory

pytestmark = pytest.mark.django_db

API = "/api/v1"
APP = "http://localhost:4200"


# Request ids


@pytest.mark.parametrize(
    "address", ["health", "clients", "nothing", "clients/987654321", "auth/login"]
)
def test_a_request_id_is_taken_and_returned(desk, address):
    answer = desk.get(f"{API}/{address}", headers={"X-Request-ID": "spa-0042-abc"})
    assert answer["X-Request-ID"] == "spa-0042-abc"


def test_a_request_id_is_made_where_none_came(desk, api):
    made = [client.get(f"{API}/clients")["X-Request-ID"] for client in (desk, desk, api(None))]
    assert all(made)
    assert len(set(made)) == 3


@pytest.mark.parametrize("hostile", ["a" * 5000, "a b\tc", '"><script>', "é"])
def test_an_odd_request_id_breaks_nothing(desk, hostile):
    answer = desk.get(f"{API}/clients", headers={"X-Request-ID": hostile})
    assert answer.status_code == 200
    assert answer["X-Request-ID"]


# Caching


@pytest.mark.parametrize("address", ["clients", "sessions", "users/me", "nothing", "enums"])
def test_no_answer_is_kept_by_caches(desk, api, address):
    for client in (desk, api(None)):
        assert "no-store" in client.get(f"{API}/{address}")["Cache-Control"]


def test_a_login_is_kept_by_no_cache(api, person):
    body = {"email": person.email, "password": PASSWORD}
    assert "no-store" in api(None).post(f"{API}/auth/login", body)["Cache-Control"]


# Versions


@pytest.fixture
def seen(desk, session):
    """Return a function that reads version and ETag of the session."""

    def read() -> tuple[int, str]:
        answer = desk.get(f"{API}/sessions/{session.pk}")
        return answer.json()["version"], answer["ETag"]

    return read


def test_answers_about_a_session_carry_its_version(desk, asked):
    made = desk.post(f"{API}/sessions", asked)
    url = f"{API}/sessions/{made.json()['id']}"
    changed = desk.patch(url, {"client_requirements": "Con flores"})
    moved = desk.post(f"{url}/transition", {"to_status": "Negotiation"})
    read = desk.get(url)
    answers = [made, changed, moved]
    versions = [answer.json()["version"] for answer in answers]
    assert versions == sorted(set(versions))
    assert len({answer["ETag"] for answer in answers}) == 3
    assert (read.json()["version"], read["ETag"]) == (versions[-1], moved["ETag"])


def test_a_stale_version_is_refused(desk, session, seen):
    url = f"{API}/sessions/{session.pk}"
    _, tag = seen()
    first = desk.patch(url, {"client_requirements": "one"}, headers={"If-Match": tag})
    assert first.status_code == 200
    second = desk.patch(url, {"client_requirements": "two"}, headers={"If-Match": tag})
    assert_refused(second, 412, "STALE_VERSION")
    third = desk.patch(url, {"client_requirements": "three"}, headers={"If-Match": first["ETag"]})
    assert third.json()["client_requirements"] == "three"


def test_without_if_match_the_last_change_wins(desk, session):
    url = f"{API}/sessions/{session.pk}"
    for words in ("one", "two"):
        assert desk.patch(url, {"client_requirements": words}).status_code == 200


def test_the_version_rises_with_lines(desk, session, seen):
    url = f"{API}/sessions/{session.pk}/details"
    versions = [seen()]
    made = desk.post(f"{url}/items/{ItemFactory().pk}")
    versions.append(seen())
    desk.patch(f"{url}/{made.json()['id']}", {"quantity": 3})
    versions.append(seen())
    desk.delete(f"{url}/{made.json()['id']}")
    versions.append(seen())
    assert_rising(versions)


def test_the_version_rises_with_photographers(desk, session, seen):
    url = f"{API}/sessions/{session.pk}/photographers"
    versions = [seen()]
    body = {"photographer_id": UserFactory(roles=["photographer"]).pk}
    made = desk.post(url, body)
    versions.append(seen())
    desk.patch(f"{url}/{made.json()['id']}", {"role": "Lead"})
    versions.append(seen())
    desk.delete(f"{url}/{made.json()['id']}")
    versions.append(seen())
    assert_rising(versions)


def test_the_version_rises_with_payments(desk):
    session = arrived(Status.PRE_SCHEDULED, days=30)
    url = f"{API}/sessions/{session.pk}"
    payment = {
        "payment_type": "Deposit",
        "payment_method": "Transfer",
        "amount": 500,
        "payment_date": studio_day(now()).isoformat(),
    }

    def read() -> tuple[int, str]:
        answer = desk.get(url)
        return answer.json()["version"], answer["ETag"]

    versions = [read()]
    made = desk.post(f"{url}/payments", payment | {"status": "Pending"})
    versions.append(read())
    assert desk.post(f"{url}/payments/{made.json()['id']}/verify").status_code == 200
    versions.append(read())
    void = desk.post(f"{url}/payments/{made.json()['id']}/void", {"reason": "bounced"})
    assert void.status_code == 200
    versions.append(read())
    assert_rising(versions)


def assert_rising(versions: list[tuple[int, str]]) -> None:
    numbers = [number for number, _ in versions]
    assert numbers == sorted(set(numbers)), numbers
    assert len({tag for _, tag in versions}) == len(versions)


# Other origins


@pytest.fixture
def app_origin(settings: Any) -> str:
    settings.CORS_ALLOWED_ORIGINS = [APP]
    return APP


def words(answer: Any, header: str) -> set[str]:
    return {word.strip().lower() for word in answer.get(header, "").split(",")}


def preflight(client: Any, origin: str, address: str = "sessions") -> Any:
    return client.options(
        f"{API}/{address}",
        headers={
            "Origin": origin,
            "Access-Control-Request-Method": "POST",
            "Access-Control-Request-Headers": "authorization,content-type,idempotency-key",
        },
    )


def test_the_app_may_ask_before_it_sends(api, app_origin):
    answer = preflight(api(None), app_origin)
    assert answer.status_code in (200, 204)
    assert answer["Access-Control-Allow-Origin"] == app_origin
    methods = {"get", "post", "put", "patch", "delete", "options"}
    assert methods <= words(answer, "Access-Control-Allow-Methods")
    headers = {"authorization", "content-type", "idempotency-key", "if-match", "x-request-id"}
    assert headers <= words(answer, "Access-Control-Allow-Headers")


@pytest.mark.parametrize(
    "foreign", ["https://evil.example", "http://localhost:4201", "http://localhost:4200.evil.test"]
)
def test_a_foreign_origin_is_allowed_nothing(api, desk, app_origin, foreign):
    for answer in (
        preflight(api(None), foreign),
        desk.get(f"{API}/clients", headers={"Origin": foreign}),
    ):
        assert "Access-Control-Allow-Origin" not in answer


@pytest.mark.parametrize("address", ["clients", "nothing", "clients/987654321"])
def test_the_app_reads_answers_and_errors_and_their_headers(desk, api, app_origin, address):
    exposed = {"etag", "x-request-id", "retry-after", "idempotent-replayed"}
    for client in (desk, api(None)):
        answer = client.get(f"{API}/{address}", headers={"Origin": app_origin})
        assert answer["Access-Control-Allow-Origin"] == app_origin
        assert exposed <= words(answer, "Access-Control-Expose-Headers")
