"""What every letter says, in HTML and in text, and that it can be read in any mail program."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

import pytest
from django.conf import settings as configured
from django.utils.html import escape
from django.utils.translation import override

from clients.models import Client
from notifications import kinds
from notifications.models import Email
from notifications.rendering import Letter, example_of, letter_of, rendered
from notifications.tests.posting import headers_of, html_of, posted
from notifications.tests.reading import ReadLetter, facts_of
from sessions_app.actions import planning, reminding
from sessions_app.actions.transition import transition
from sessions_app.lifecycle import Status
from sessions_app.messages.client_kinds import KINDS as CLIENT_KINDS
from sessions_app.models import PaymentType, Session
from sessions_app.tests.builders import AT, DAY, SYSTEM, assign, book, paid, priced
from sessions_app.tests.telling import (
    DAY_BEFORE_DEADLINE,
    EVE,
    TELLINGS,
    client,
    confirm,
    settled,
)

KINDS = [kind.name for kind in kinds.registered()]
LANGUAGES = [code for code, _name in configured.LANGUAGES]
TO_CLIENTS = [kind.name for kind in CLIENT_KINDS]
HOSTILE = "<script>alert(1)</script>\r\nBcc: all@evil.example 100 % %(studio)s {{ code }} \"'&"

every_kind = pytest.mark.parametrize("name", KINDS)
every_language = pytest.mark.parametrize("language", LANGUAGES)


def example(name: str, language: str = "en", **facts: Any) -> Letter:
    """Return the example of a kind, some of its facts being others."""
    kind = kinds.find(name)
    with override(language):
        return rendered(kind, {**kind.example(), **facts})


def plain(text: str) -> str:
    return text.replace("\N{NO-BREAK SPACE}", " ")


def told(name: str) -> tuple[Letter, Session]:
    """Let a client be told something by the action that tells it; return the letter."""
    telling = TELLINGS[name]("en")
    email = Email.objects.filter(kind=name).latest("id")
    return letter_of(email, telling.at), telling.session


# Every kind


@every_language
@every_kind
def test_a_letter_says_its_facts_in_html_and_in_text(name, language):
    kind, letter = kinds.find(name), example_of(kinds.find(name), language)
    with override(language):
        facts = {key: str(said) for key, said in kind.example().items() if isinstance(said, str)}
    facts |= {"studio": configured.STUDIO_NAME}
    for said in filter(None, facts.values()):
        assert said in letter.text
        assert escape(said).replace("\n", "<br>") in letter.html


@every_language
@every_kind
def test_a_letter_is_finished(name, language):
    letter = example_of(kinds.find(name), language)
    assert f'<html lang="{language}">' in letter.html
    for part in (letter.subject, letter.text, letter.html):
        assert part.strip()
        assert not re.search(r"%\(|\{\{|\{%|None|\bFalse\b|\bTrue\b", part)
    assert "\n" not in letter.subject
    assert not re.search(r"\n{3}|[ \t]\n|<\w", letter.text)


@pytest.mark.parametrize("name", TO_CLIENTS)
def test_a_letter_to_a_client_greets_names_the_session_and_is_signed(name):
    letter = example(name)
    for part in (letter.text, ReadLetter(letter.html).words):
        assert "Hello Lucía Fernández," in part
        assert "S-2026-0042" in part
        assert f"Kind regards\n{configured.STUDIO_NAME}" in part.replace("\n\n", "\n")


@pytest.mark.parametrize("name", TO_CLIENTS)
def test_html_and_text_tell_the_same_facts(name):
    letter = example(name)
    assert ReadLetter(letter.html).facts == facts_of(letter.text)


def test_days_are_written_in_the_reader_s_language():
    assert "Saturday 5 December 2026" in example("session_confirmed", "en").subject
    assert "sábado 5 de diciembre de 2026" in example("session_confirmed", "es").subject


# Mail programs


@every_kind
def test_a_letter_brings_all_along_that_it_needs_and_runs_nothing(name):
    letter = ReadLetter(example(name).html)
    assert letter.unclosed == []
    assert letter.tags <= {
        *("html", "head", "meta", "title", "body", "div", "p", "br", "a"),
        *("table", "tr", "th", "td"),
    }
    attributes = {attribute for _tag, attribute, _value in letter.attributes}
    assert not attributes & {"src", "background", "class", "id"}
    assert not [one for one in attributes if one.startswith("on")]
    assert not [
        style for style in letter.values_of("style") if re.search(r"url|@|flex|grid", style)
    ]


@every_kind
def test_what_is_seen_in_the_list_of_messages_is_a_sentence_and_not_a_label(name):
    html = example(name).html
    [hidden] = re.findall(r'<div style="display:none[^>]*>(.*?)</div>', html, re.DOTALL)
    assert hidden.strip()


@every_kind
def test_on_any_background_the_words_keep_their_own_colours(name):
    letter = example(name).html
    assert '<meta name="color-scheme" content="light dark">' in letter
    assert letter.count('bgcolor="#ffffff"') == 1
    assert "color:#27272a" in letter


# What others have typed


def with_hostile(facts: Mapping[str, Any]) -> dict[str, Any]:
    return {name: HOSTILE if isinstance(said, str) else said for name, said in facts.items()}


@every_kind
def test_what_somebody_typed_is_shown_as_it_was_typed_and_does_nothing(name, settings):
    settings.STUDIO_NAME = HOSTILE
    kind = kinds.find(name)
    with override("en"):
        letter = rendered(kind, with_hostile(kind.example()))
    read = ReadLetter(letter.html)
    assert "script" not in read.tags
    assert not {"\n", "\r"} & set(letter.subject)
    assert "<script>alert(1)</script>" in read.words
    assert "100 % %(studio)s {{ code }} \"'&" in read.words
    assert HOSTILE.splitlines()[0] in letter.text
    assert "&lt;" not in letter.text + letter.subject
    assert set(read.values_of("href")) <= {HOSTILE}


@pytest.mark.django_db
@pytest.mark.parametrize("name", TELLINGS)
def test_a_hostile_name_makes_no_header_and_no_tag(name):
    telling = TELLINGS[name]("en")
    Client.objects.update(full_name=HOSTILE)
    [message] = posted(telling.at)
    headers = headers_of(message)
    assert "Bcc" not in headers
    assert all("evil" not in value for value in headers.values())
    assert message.recipients() == ["lucia@example.com"]
    assert "script" not in ReadLetter(html_of(message)).tags


# To each client what they must know, by the actions that bring it about

WHEN = {"When": "Monday 20 April 2026, 10:00–12:00"}
MONEY = {"Total": "Q 1,000.00", "Paid": "Q 500.00", "Still to be paid": "Q 500.00"}
TOLD: dict[str, dict[str, str]] = {
    "session_confirmed": WHEN | MONEY,
    "payment_reminder": WHEN
    | {"Deposit": "Q 500.00", "Still to be paid": "Q 500.00", "Until": "Sunday 15 March 2026"},
    "session_tomorrow": WHEN | {"Still to be paid": "Q 500.00"},
    "session_moved": {
        "When": "Tuesday 21 April 2026, 10:00–12:00",
        "When it was before": "Monday 20 April 2026, 10:00–12:00",
    },
    "photographer_changed": WHEN,
    "material_ready": WHEN | {"Still to be paid": "Q 500.00"},
    "delivery_date_changed": WHEN | {"New delivery date": "Wednesday 29 April 2026"},
    "session_cancelled": WHEN | {"Paid": "Q 500.00", "Refund": "Q 500.00"},
    "refund_paid": WHEN
    | {"Refund": "Q 500.00", "Method": "Transfer", "Document number": "TR-10422"},
}


@pytest.mark.django_db
@pytest.mark.parametrize("name", TELLINGS)
def test_a_client_is_told_the_right_times_places_and_amounts(name):
    letter, session = told(name)
    expected = {"Session": session.code, "Where": session.room.name} | TOLD[name]
    if name == "session_moved":
        expected["Where it was before"] = session.room.name
    if name == "photographer_changed":
        joined = session.assignments.get(status="Assigned")
        expected["Photographer"] = joined.photographer.full_name
    in_html = ReadLetter(letter.html).facts
    assert {label: plain(said) for label, said in in_html.items()} == expected
    assert facts_of(plain(letter.text)) == expected


@pytest.mark.django_db
def test_a_confirmation_says_until_when_what_may_be_changed():
    letter, _session = told("session_confirmed")
    assert "Until Monday 13 April 2026 you can still change" in letter.text


@pytest.mark.django_db
def test_a_late_confirmation_says_that_the_plan_is_settled():
    session = priced(book(client=client(), session_date=DAY - timedelta(days=38)))
    transition(session, Status.PRE_SCHEDULED, actor=SYSTEM, at=AT)
    assign(session)
    paid(session, "500.00")
    confirm(session)
    letter = letter_of(Email.objects.get(kind="session_confirmed"), AT)
    assert session.session_date == date(2026, 3, 13)
    assert "Changes were possible until Friday 6 March 2026" in letter.text
    assert "still change" not in letter.text


@pytest.mark.django_db
def test_when_all_is_paid_a_letter_says_so_and_asks_for_nothing():
    session, at = settled(Status.PRE_SCHEDULED)
    assign(session)
    paid(session, "1000.00")
    confirm(session)
    letter = letter_of(Email.objects.get(kind="session_confirmed"), at)
    for part in (letter.text, letter.html):
        assert "Everything is paid. Thank you!" in part
        assert "Still to be paid" not in part


@pytest.mark.django_db
def test_a_reminder_counts_what_is_paid_already_and_calms_who_has_paid():
    session, _at = settled(Status.PRE_SCHEDULED)
    paid(session, "200.00", PaymentType.PARTIAL)
    reminding.remind_of_payment(session, actor=SYSTEM, at=DAY_BEFORE_DEADLINE)
    letter = letter_of(Email.objects.get(kind="payment_reminder"), DAY_BEFORE_DEADLINE)
    text = plain(letter.text)
    assert "we still need Q 300.00 of the deposit, until Sunday 15 March 2026" in text
    assert "If you have paid already, nothing needs to be done." in text
    assert facts_of(text)["Paid"] == "Q 200.00"


@pytest.mark.django_db
def test_the_day_before_the_client_reads_what_they_wished_for_line_by_line():
    session, at = settled(Status.CONFIRMED)
    wish = {"client_requirements": "A light background\nand <b>all</b> of us"}
    planning.change_session(session, wish, actor=SYSTEM, at=at)
    reminding.remind_of_session(session, actor=SYSTEM, at=EVE)
    letter = letter_of(Email.objects.get(kind="session_tomorrow"), EVE)
    assert "What you wish for: A light background\nand <b>all</b> of us" in letter.text
    assert "A light background<br>and &lt;b&gt;all&lt;/b&gt; of us" in letter.html


@pytest.mark.parametrize(
    ("facts", "sentence"),
    [
        ({}, "You find them under the link below."),
        ({"link": "", "delivery_method": "by courier"}, "You get them as agreed: by courier."),
        ({"link": ""}, "We will tell you how you get them."),
    ],
)
def test_when_the_material_is_ready_the_client_reads_how_they_get_it(facts, sentence):
    letter = example("material_ready", **facts)
    assert sentence in letter.text
    assert sentence in letter.html
    assert ("<a " in letter.html) == ("link" not in facts)


# To staff


def test_a_message_to_staff_says_all_its_lines_and_leads_to_the_session():
    letter = example("moved", body="Tomorrow, 10:00\nIt was: today, 10:00")
    assert "Tomorrow, 10:00\nIt was: today, 10:00\n" in letter.text
    assert "Tomorrow, 10:00<br>It was: today, 10:00" in letter.html
    link = f"{configured.FRONTEND_URL}/sessions/42"
    assert f"Open the session: {link}" in letter.text
    assert set(ReadLetter(letter.html).values_of("href")) == {link}


def test_a_message_to_staff_about_no_session_has_no_button():
    letter = example("integrity_problem", link="")
    assert "Open the session" not in letter.text + letter.html
