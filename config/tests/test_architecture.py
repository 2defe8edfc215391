"""docs/architecture.md says what the code is: its table of states, import order, and places."""

from __future__ import annotations

import importlib
import re
import tomllib
from collections.abc import Iterator
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection

from config.environment import BASE_DIR

TEXT = (BASE_DIR / "docs" / "architecture.md").read_text(encoding="utf-8")
PYPROJECT = tomllib.loads((BASE_DIR / "pyproject.toml").read_text(encoding="utf-8"))
APPS = ("config", "users", "clients", "catalog", "notifications", "sessions_app")
SECTIONS = ("Words and settings", *(f"{number}. " for number in range(1, 11)))


def places() -> Iterator[str]:
    """Yield every place that the table of rules names, without repetition."""
    rules = TEXT.partition("## Each rule, and its place")[2].partition("\n## ")[0]
    cells = (line.strip("| ").rpartition(" | ")[2] for line in rules.splitlines() if "|" in line)
    yield from dict.fromkeys(name for cell in cells for name in re.findall(r"`([^`]+)`", cell))


def looked_up(place: str) -> Any:
    """Return what a dotted name stands for; raise LookupError where there is no such thing."""
    names = place.split(".")
    if names[0] not in APPS:
        names.insert(0, "sessions_app")
    for end in range(len(names), 0, -1):
        module = ".".join(names[:end])
        try:
            found: Any = importlib.import_module(module)
        except ModuleNotFoundError as error:
            if not f"{module}.".startswith(f"{error.name}."):
                raise
            continue
        for name in names[end:]:
            fields = getattr(found, "__dataclass_fields__", {})
            if name not in fields and not hasattr(found, name):
                raise LookupError(place)
            found = getattr(found, name, fields.get(name))
        return found
    raise LookupError(place)


DOTTED = [place for place in places() if "." in place]
IN_THE_DATABASE = [place for place in places() if "." not in place]


def test_the_table_of_states_is_what_the_command_prints():
    printed = StringIO()
    call_command("states", stdout=printed)
    table = TEXT.partition("<!-- table of states -->\n")[2]
    assert table.partition("\n<!-- end of the table of states -->")[0] == printed.getvalue().strip()


def test_the_pictures_of_the_import_order_are_what_is_checked():
    drawn = re.findall(r"<!-- import order: ([^\n]*) -->\n```\n(.*?)```", TEXT, re.DOTALL)
    pictures = {
        name: [re.split(r"\s{2,}", line)[0] for line in picture.splitlines()]
        for name, picture in drawn
    }
    contracts = PYPROJECT["tool"]["importlinter"]["contracts"]
    assert pictures == {
        contract["name"]: contract["layers"]
        for contract in contracts
        if contract["type"] == "layers"
    }
    others = [contract["name"] for contract in contracts if contract["type"] != "layers"]
    assert all(f"“{name}”" in TEXT for name in others)


def test_every_section_of_the_rules_has_its_places():
    rules = TEXT.partition("## Each rule, and its place")[2].partition("\n## ")[0]
    headings = re.findall(r"^### (.*)$", rules, re.MULTILINE)
    assert len(headings) == len(SECTIONS)
    assert all(one.startswith(said) for one, said in zip(headings, SECTIONS, strict=True))
    rows = [line for line in rules.splitlines() if line.startswith("| ")]
    assert [row for row in rows if "`" not in row and row != "| rule | place |"] == []
    assert len(DOTTED) > 150


@pytest.mark.parametrize("place", DOTTED)
def test_the_place_of_a_rule_is_there(place):
    assert looked_up(place) is not None


@pytest.mark.django_db
def test_the_places_in_the_database_are_there():
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT conname FROM pg_constraint UNION SELECT relname FROM pg_class
            UNION SELECT tgname FROM pg_trigger
            """
        )
        there = {name for (name,) in cursor}
    assert [place for place in IN_THE_DATABASE if place not in there] == []


@pytest.mark.parametrize(
    "gone", ["actions.booking.no_such_action", "no_such_module.rule", "policy.money.Totals.no_sum"]
)
def test_a_place_that_is_gone_is_noticed(gone):
    with pytest.raises(LookupError):
        looked_up(gone)


def test_files_named_in_the_text_are_there():
    named = set(re.findall(r"`((?:[\w.*-]+/)+[\w*-]*(?:\.\w+)?)`", TEXT))
    roots = (BASE_DIR, BASE_DIR / "sessions_app", BASE_DIR / "sessions_app" / "actions")
    missing = [
        path
        for path in sorted(named)
        if not any(next(root.glob(path.rstrip("/")), None) for root in roots)
    ]
    assert len(named) > 20
    assert missing == []
