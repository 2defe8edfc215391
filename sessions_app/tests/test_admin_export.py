"""Taking lists along: the columns one sees, no formulas, and a name on it (rules, section 1)."""

from __future__ import annotations

import csv
import io
from typing import Any

import pytest

from clients.models import Client
from clients.tests.factories import ClientFactory
from config.clock import now
from config.records.models import AuditEntry
from sessions_app.models import Session
from sessions_app.tests.builders import assign, book, priced
from sessions_app.tests.pages import SESSIONS, browser

pytestmark = pytest.mark.django_db

CLIENTS = "/admin/clients/client/"


def table(person: Any, address: str, ids: list[int]) -> list[list[str]]:
    """Export rows as a person; return the table that a spreadsheet reads."""
    answer = browser(person).post(
        address, {"action": "export_rows", "_selected_action": ids}, follow=True
    )
    assert answer["Content-Type"].startswith("text/csv"), answer.content[:200]
    return list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))


@pytest.fixture
def covered(photographer, day) -> Session:
    session = priced(book(at=now(), session_date=day), "750.00", at=now())
    assign(session, photographer, at=now())
    return session


def test_an_export_has_the_columns_of_the_list_and_no_markup(coordinator, covered):
    heads, row = table(coordinator, SESSIONS, [covered.pk])
    assert heads == ["Code", "Client", "When", "Where", "Photographers", "Total", "State"]
    assert row[0] == covered.code
    assert row[5] == "Q 750.00"


def test_who_may_not_see_amounts_exports_none(photographer, covered):
    heads, row = table(photographer, SESSIONS, [covered.pk])
    assert "Total" not in heads
    assert "750" not in " ".join(row)


def test_rows_that_one_does_not_see_are_not_exported(photographer, covered, day):
    other = book(at=now(), session_date=day)
    rows = table(photographer, SESSIONS, [covered.pk, other.pk])
    assert [row[0] for row in rows[1:]] == [covered.code]


def test_what_a_spreadsheet_would_run_is_only_text(coordinator):
    client: Client = ClientFactory(full_name='=HYPERLINK("http://example.com")')
    _heads, row = table(coordinator, CLIENTS, [client.pk])
    assert row[0].startswith("'=HYPERLINK")


def test_an_export_is_in_the_audit_trail_with_who_and_how_much(coordinator, covered):
    table(coordinator, CLIENTS, [covered.client_id])
    entry = AuditEntry.objects.get(action="client.exported")
    assert entry.actor == coordinator
    assert entry.changes["rows"] == 1
