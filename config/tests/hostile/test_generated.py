"""Queries, headers and forms drawn by the thousand: whatever comes, an answer and no failure.

schemathesis draws what the schema of the API tells (`test_schemathesis`); here it is what no schema
tells: the query strings, the headers, and the forms of the back office.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any
from urllib.parse import quote_from_bytes

import hypothesis
import pytest
from django.db import transaction
from hypothesis import strategies as st

from config.tests.addresses import LINES as API_LINES
from config.tests.addresses import split
from config.tests.admin_pages import LINES as PAGES
from config.tests.admin_posts import POSTS
from config.tests.hostile.words import IN_ADDRESSES, is_sound
from config.tests.test_admin_permissions import filled
from config.tests.test_api_permissions import body_of
from conftest import signed_in

pytestmark = [pytest.mark.django_db, pytest.mark.fuzz]

EXAMPLES = 1500 if os.environ.get("HYPOTHESIS_PROFILE") == "thorough" else 150

words = st.one_of(
    st.sampled_from(sorted(IN_ADDRESSES.values())),
    st.text(max_size=40).map(lambda text: quote_from_bytes(text.encode("utf-8", "surrogatepass"))),
    st.binary(max_size=20).map(quote_from_bytes),
    st.integers().map(str),
    st.dates().map(str),
)
names = st.one_of(
    st.sampled_from(
        [
            "q",
            "o",
            "p",
            "e",
            "all",
            "search",
            "limit",
            "offset",
            "skip",
            "ordering",
            "status",
            "from",
            "to",
            "date",
            "time",
            "start_date",
            "end_date",
            "client_id",
            "room_id",
            "photographer_id",
            "_popup",
            "_to_field",
            "next",
            "status__exact",
            "_changelist_filters",
            "duration_hours",
            "format",
            "active_only",
            "override",
            "reason",
        ]
    ),
    st.text(min_size=1, max_size=15).map(
        lambda text: quote_from_bytes(text.encode("utf-8", "replace"))
    ),
)
queries = st.lists(st.tuples(names, words), max_size=5).map(
    lambda pairs: "&".join(f"{name}={word}" for name, word in pairs)
)
headers = st.dictionaries(
    st.sampled_from(
        [
            "Accept",
            "Accept-Language",
            "If-Match",
            "Idempotency-Key",
            "X-Request-ID",
            "X-Forwarded-For",
            "Range",
            "User-Agent",
            "Referer",
            "Origin",
            "X-CSRFToken",
            "Cookie",
            "HX-Request",
            "Content-Encoding",
        ]
    ),
    st.text(st.characters(max_codepoint=255), max_size=40),
    max_size=4,
)
typed = st.one_of(
    st.text(max_size=30),
    st.integers().map(str),
    st.dates().map(str),
    st.times().map(str),
    st.sampled_from(
        ["", "on", "NaN", "1e999", "-0", "\0", "\ud83d", "99:99", "0001-01-01", "9" * 100]
    ),
)

drawn: Callable[[Any], Any] = hypothesis.settings(
    max_examples=EXAMPLES, deadline=None, database=None, print_blob=True,
    suppress_health_check=list(hypothesis.HealthCheck),
)  # fmt: skip


def within(ask: Callable[[], Any], what: str) -> None:
    """Ask, undo what it did, and hold that it was answered."""
    with transaction.atomic():
        is_sound(ask(), what)
        transaction.set_rollback(True)


def test_no_query_or_header_makes_the_api_fail(world):
    @drawn
    @hypothesis.given(st.sampled_from(API_LINES), queries, headers)
    def ask(line: str, query: str, sent: dict[str, str]) -> None:
        method, address, variant, _expected = split(line)
        body = None if method == "GET" else body_of(world, method, address, variant)
        client = signed_in(world.people["admin"])
        target = f"/api/v1/{world.address(address)}?{query}"
        within(lambda: getattr(client, method.lower())(target, body, headers=sent), target)

    ask()


def test_no_query_or_header_makes_a_page_fail(world):
    @drawn
    @hypothesis.given(
        st.sampled_from(PAGES), queries, headers, st.sampled_from(["admin", "covering"])
    )
    def ask(line: str, query: str, sent: dict[str, str], person: str) -> None:
        target = f"/admin{world.address(line.split()[0])}?{query}"
        sent = {name: value for name, value in sent.items() if name != "Cookie"}
        within(lambda: world.browser(person).get(target, headers=sent), target)

    ask()


def test_no_form_makes_a_page_fail(world):
    @drawn
    @hypothesis.given(st.sampled_from(POSTS), st.data(), st.sampled_from(["admin", "covering"]))
    def ask(post: tuple[str, dict[str, Any], set[str]], data: st.DataObject, person: str) -> None:
        address, body, _who = post
        form = filled(world, body)
        for name in data.draw(
            st.lists(st.sampled_from([*form, "reason", "override", "seen"]), max_size=4)
        ):
            form[name] = data.draw(typed).encode("utf-8", "replace").decode()
        target = f"/admin{world.address(address)}"
        within(lambda: world.browser(person).post(target, form), f"{target} {form}")

    ask()
