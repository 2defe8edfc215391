"""Words that would be markup, scripts or formulas if any page took them for that."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from typing import Any

from django.apps import apps
from django.db import IntegrityError, connection, models, transaction

TAG = "hostile"
"""What no page of ours is called: an element or attribute of that name came out of the data."""

BREAKS = (
    f"\"'><{TAG} x-data=x {TAG}on=1 onload={TAG}()></script></textarea></title><{TAG}>",
    f"javascript:{TAG}()//'-{TAG}()-\"`${{{TAG}()}}<{TAG}",
    f"{{{{ {TAG}|safe }}}}{{% include '{TAG}' %}}'+{TAG}()+'\\u003c{TAG}--><{TAG}",
)
"""Out of text, attributes, addresses, scripts, templates and comments."""
LINK = 1
"""Which of them an address of a link would be."""
MARK = TAG
ID = "id"
FACTS = (
    ("records_auditentry", "changes"),
    ("records_jobrun", "errors"),
    ("notifications_email", "facts"),
)
"""Columns of JSON whose words pages and letters show."""

FORMULAS = ('=HYPERLINK("http://hostile.example")', "+1+1", "-1+1", "@SUM(1)", "\t=1+1", "\r=1+1")

KEPT_WORDS = {
    "auth_group.name": "a built-in role is known by it",
    "auth_permission.name": "Django's own words",
    "auth_permission.codename": "a right is known by it",
    "django_content_type.app_label": "Django's own",
    "django_content_type.model": "Django's own",
    "django_session.session_key": "the key of a sign-in",
    "django_session.session_data": "signed",
    "users_user.password": "a hash",
    "users_invitation.token_hash": "a hash",
    "users_secondfactor.sealed_secret": "sealed",
    "users_user.language": "one of two, without choices in the database",
    "clients_client.language": "the same",
    "notifications_email.language": "the same",
    "notifications_email.kind": "a letter is made by it",
    "notifications_notification.kind": "a message is known by it",
    "notifications_emailpreference.kind": "the same",
    "records_jobrun.job": "a job is known by it",
    "records_studiosettings.opening_hours": "read as hours; refused otherwise",
    "records_idempotencykey.fingerprint": "a hash",
}
"""Columns of text that nobody types into, or that no page could be built without, and why."""


def typed_columns() -> Iterator[tuple[type[models.Model], models.Field[Any, Any]]]:
    """Yield each column that holds what somebody typed, or a copy of it."""
    for model in apps.get_models(include_auto_created=True):
        if model._meta.proxy or not model._meta.managed:
            continue
        for field in model._meta.local_concrete_fields:
            is_text = isinstance(field, models.CharField | models.TextField)
            if not is_text or field.choices or getattr(field, "generated", False):
                continue
            if f"{model._meta.db_table}.{field.column}" not in KEPT_WORDS and not field.primary_key:
                yield model, field


def written_everywhere() -> int:
    """Put hostile words into every text column of every row; return how many columns.

    No door would let most of them in; a page must escape them all the same. The database's own
    triggers are asleep meanwhile. Where a constraint wants some rows empty, those stay so.
    """
    columns = 0
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = 'replica'")
        for model, field in typed_columns():
            longest = field.max_length or 400
            word = hostile_word(LINK if isinstance(field, models.URLField) else columns, longest)
            # The id keeps apart what is to be unique.
            change = (
                f'UPDATE "{model._meta.db_table}"'  # noqa: S608
                f' SET "{field.column}" = left("{model._meta.pk.column}" || %s, %s)'
            )
            try:
                with transaction.atomic():
                    cursor.execute(change, [word, longest])
            except IntegrityError:
                cursor.execute(f"{change} WHERE \"{field.column}\" <> ''", [word, longest])
            columns += 1
        for table, column in FACTS:
            cursor.execute(f"SELECT {ID}, {column} FROM {table}")  # noqa: S608
            for pk, facts in cursor.fetchall():
                told = json.dumps(spoilt(json.loads(facts)))
                cursor.execute(f"UPDATE {table} SET {column} = %s WHERE {ID} = %s", [told, pk])  # noqa: S608
            columns += 1
        cursor.execute("SET LOCAL session_replication_role = 'origin'")
    return columns


def spoilt(facts: Any) -> Any:
    """Return facts whose words are hostile; numbers, dates and amounts stay what they are."""
    if isinstance(facts, dict):
        return {name: spoilt(value) for name, value in facts.items()}
    if isinstance(facts, list | tuple):
        return type(facts)(spoilt(value) for value in facts)
    if isinstance(facts, str) and not re.fullmatch(r"[0-9:. T+Z-]*", facts):
        return BREAKS[len(facts) % len(BREAKS)]
    return facts


def hostile_word(number: int, longest: int) -> str:
    """Return one of the words, or of a short column the part that does most harm."""
    word = BREAKS[number % len(BREAKS)]
    if len(word) <= longest:
        return word
    return f"'\"><{TAG}>" if longest >= len(TAG) + 5 else f"<{TAG}"[:longest]


class Reader(HTMLParser):
    """Reads a page as a browser does, and notes where data has become more than text."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self.frames: list[str] = []
        self.told = 0
        self._runs: str | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        is_data = ("type", "application/json") in attrs  # that a script reads and never runs
        self._runs = tag if tag in {"script", "style"} and not is_data else None
        if TAG in tag:
            self.found.append(f"element <{tag}>")
        for name, value in attrs:
            self._attribute(tag, name, value or "")

    def handle_endtag(self, tag: str) -> None:
        self._runs = None

    def handle_data(self, data: str) -> None:
        self.told += data.count(MARK)
        if self._runs and MARK in data:
            self.found.append(f"<{self._runs}> {data[:200]}")

    def handle_comment(self, data: str) -> None:
        if MARK in data:
            self.found.append(f"comment {data[:200]}")

    def _attribute(self, tag: str, name: str, value: str) -> None:
        if name == "srcdoc":
            self.frames.append(value)
        if TAG in name:
            self.found.append(f"<{tag} {name}>")
        self.told += value.count(MARK)
        runs = name.startswith(("on", "x-", "@", ":", "hx-", "style"))
        if runs and MARK in value:
            self.found.append(f"<{tag} {name}={value[:200]!r}>")
        leads = name in {"href", "src", "action", "formaction", "data", "xlink:href"}
        if leads and re.match(r"[\x00-\x20]*(javascript|data|vbscript):", value, re.IGNORECASE):
            self.found.append(f"<{tag} {name}={value[:200]!r}>")


def read(page: str) -> Reader:
    """Read a page, and the letters that its frames show."""
    reader = Reader()
    reader.feed(page)
    reader.close()
    for frame in reader.frames:
        within = read(frame)
        reader.found += [f"frame: {one}" for one in within.found]
        reader.told += within.told
    return reader
