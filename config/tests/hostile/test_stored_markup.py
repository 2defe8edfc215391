"""Markup, expressions and formulas in the data are shown, and are never more than text.

Every text that somebody could have typed is replaced, in the database, by words that break out of
whatever they are put into; then each page is read as a browser reads it.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from typing import Any

import pytest
from django.contrib import admin
from django.db import transaction
from django.template import engines
from django.utils.html import format_html
from django.utils.translation import override

from config.tests.admin_pages import LINES, PEOPLE
from config.tests.hostile.markup import (
    BREAKS,
    FORMULAS,
    MARK,
    TAG,
    read,
    spoilt,
    written_everywhere,
)
from config.tests.test_api_permissions import blank
from config.tests.world import World, build
from conftest import signed_in
from notifications.kinds import registered
from notifications.rendering import rendered
from sessions_app.tests.pages import form_of, page
from users.admin.exporting import _cell

pytestmark = pytest.mark.django_db

READERS = (
    "admin",
    pytest.param("coordinator", marks=pytest.mark.fuzz),  # but for a few buttons what admins see
    "covering",
    "editing",
)


@pytest.fixture(scope="module")
def world(django_db_setup: None, django_db_blocker: Any) -> Iterator[World]:
    """A studio in which every word is hostile."""
    with django_db_blocker.unblock(), transaction.atomic():
        made = build()
        assert written_everywhere() >= 40
        yield made
        transaction.set_rollback(True)


def opened(person: str) -> list[str]:
    """Return the pages that a person opens, each kind of page once."""
    column = 1 + PEOPLE.index(person)
    rows = (line.split() for line in LINES)
    return list({blank(row[0]): row[0] for row in rows if row[column] == "200"}.values())


@pytest.mark.parametrize("person", READERS)
def test_no_page_takes_words_of_the_data_for_markup(world, person):
    browser, told = world.browser(person), 0
    wrong: dict[str, list[str]] = {}
    for address in opened(person):
        answer = browser.get(f"/admin{world.address(address)}")
        assert answer.status_code == 200, address
        if "html" in answer["Content-Type"]:
            reader = read(answer.content.decode())
            told += reader.told
            wrong |= {address: reader.found} if reader.found else {}
    assert wrong == {}
    assert told > 50  # they were there to be taken for something


@pytest.mark.parametrize("person", READERS)
def test_no_export_holds_what_a_spreadsheet_would_run(world, person):
    browser, cells = world.browser(person), 0
    for model, shown in admin.site._registry.items():
        list_address = f"/admin/{model._meta.app_label}/{model._meta.model_name}/"
        if not hasattr(shown, "export_rows") or browser.get(list_address).status_code != 200:
            continue
        chosen = list(model._default_manager.values_list("pk", flat=True)[:50])
        form = {"action": "export_rows", "_selected_action": chosen}
        answer = browser.post(list_address, form)
        if answer["Content-Type"].startswith("text/csv"):
            for row in csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))):
                cells += len(row)
                assert [cell for cell in row if cell.startswith(("=", "+", "-", "@", "\t"))] == []
    assert cells


@pytest.mark.parametrize("formula", FORMULAS)
def test_a_formula_becomes_text_in_a_spreadsheet(formula):
    assert _cell(formula) == f"'{formula}"
    assert _cell(format_html("<b>{}</b>", formula)) == f"'{formula}"


LINKS = (
    "javascript:alert(1)",
    "JaVaScRiPt:alert(1)",
    "java\tscript:alert(1)",
    "vbscript:x",
    "data:text/html,x",
    "/\\hostile.example",
    "file:///etc/passwd",
    "x",
    "http:",
    "https://\u202ex\n.example",
)


def test_where_the_material_is_can_only_be_a_web_address(world):
    session, api = world.session("ready"), signed_in(world.people["coordinator"])
    desk = world.browser("coordinator")
    form = form_of(desk, session)
    for link in LINKS:
        answer = api.patch(f"/api/v1/sessions/{session.pk}", {"delivery_link": link})
        assert answer.status_code == 400, link
    answer = desk.post(page(session), form | {"delivery_link": LINKS[0]})
    assert "delivery_link" in answer.context["adminform"].form.errors


@pytest.mark.parametrize("kind", registered(), ids=lambda kind: kind.name)
@pytest.mark.parametrize("language", ["en", "es"])
def test_no_letter_takes_words_of_the_data_for_markup_or_headers(kind, language):
    with override(language):
        facts = spoilt(dict(kind.example()))
        if "link" in facts:  # always one of http: it is ours, or a form has looked at it
            facts["link"] = f"https://studio.example/{BREAKS[0]}"
        letter = rendered(kind, facts)
    assert read(letter.html).found == []
    assert letter.subject.isprintable()
    assert letter.text.count(f"&lt;{TAG}") == 0  # it is text, so nothing of it is escaped


def test_the_api_answers_what_is_stored_as_json_and_nothing_else(world):
    client = signed_in(world.people["admin"])
    for address in ("clients", "sessions", "items", "rooms", "users", "invitations"):
        answer = client.get(f"/api/v1/{address}", headers={"Accept": "text/html"})
        assert answer["Content-Type"] == "application/json"
        assert answer["X-Content-Type-Options"] == "nosniff"
        assert MARK in answer.content.decode()


def test_the_reader_finds_what_is_not_escaped():
    for template in (
        "<p>{{ word|safe }}</p>",
        '<p title="{{ word|safe }}">',
        '<a href="{{ link }}">',
        "<p x-data=\"{name: '{{ word }}'}\">",
        "<p onclick=\"open('{{ word }}')\">",
        "<script>let name = '{{ word }}'</script>",
        "<!-- {{ word }} -->",
        '<iframe srcdoc="{{ letter }}">',
    ):
        facts = {"word": f'"><{TAG}>', "link": f"javascript:{TAG}()", "letter": f"<{TAG}>"}
        assert read(engines["django"].from_string(template).render(facts)).found, template
    assert read(f"<p title='&lt;{TAG}&gt;'>&lt;{TAG}&gt;</p>").found == []
