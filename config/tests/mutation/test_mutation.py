"""The check of the guards is itself checked: it can fail, and its list is the code's."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection

from config.tests.mutation import by_hand, database, explained, report, source
from config.tests.mutation.guards import Edit, Guard, numbered
from config.tests.mutation.marking import MARK, marked
from config.tests.mutation.servers import Databases
from config.tests.mutation.trees import PROJECT, copy_to
from config.tests.mutation.trying import BROKEN, GREEN, RED, Bench

REPORT = PROJECT / "docs" / "mutation.md"
A_TEST = "sessions_app/tests/test_policy.py"
AT_FAULT = "sessions_app/policy/deadlines.py"


def known() -> list[Guard]:
    with connection.cursor() as cursor:
        stored = list(database.guards(cursor))
    return list(numbered([*stored, *source.guards(PROJECT), *by_hand.guards(PROJECT)]))


@pytest.mark.django_db
def test_the_report_has_every_guard_of_the_settled_families_and_none_that_is_gone():
    rows, guards = {row.key for row in report.read(REPORT)}, known()
    settled = {guard.key for guard in guards if guard.family in report.SETTLED}
    assert sorted(settled - rows) == [], "python -m config.tests.mutation --new"
    assert sorted(rows - {guard.key for guard in guards}) == []


def test_no_guard_of_the_settled_families_has_survived():
    rows = report.read(REPORT)
    assert {row.family for row in rows} >= set(report.SETTLED)
    left = [row for row in rows if row.outcome == report.SURVIVED and row.family in report.SETTLED]
    assert left == []


@pytest.mark.django_db
def test_every_explanation_is_needed():
    guards = known()
    for pattern in explained.REASONS:
        assert any(explained.fits(pattern, guard) for guard in guards), pattern


def test_what_is_written_is_read_again():
    rows = [
        report.Row("locks", "a.b", "lock(x) | y", report.CAUGHT, "t.py::test_x[a|b]"),
        report.Row("locks", "a.c", "lock(x)", report.EXPLAINED, "held before"),
        report.Row("edges", "a.c", "a < b", report.SURVIVED, "no test goes red"),
    ]
    assert set(report.read_text(report.written(rows))) == set(rows)


@pytest.mark.parametrize("patch", by_hand.PATCHES, ids=lambda patch: patch.text.strip()[:40])
def test_what_is_written_by_hand_still_fits(patch):
    text = (PROJECT / patch.path).read_bytes()
    guard = by_hand.guard_of(patch, text)
    compile(guard.change.applied(text), patch.path, "exec")


FOUND = {
    "locks": "row = lock(session)",
    "refusals": "if late:\n        raise TooLate",
    "questions": "actor.require(right)",
    "rights": "actor.can(Right.SESSION_CANCEL)",
    "visibility": "rows = Session.objects.visible_to(user)",
}


@pytest.mark.parametrize("family", FOUND)
def test_a_guard_that_is_added_is_found_without_a_list(family):
    text = f"def act():\n    {FOUND[family]}\n"
    found = list(source.guards_of("sessions_app/actions/new.py", text.encode()))
    assert family in {guard.family for guard in found}
    for guard in found:
        without = guard.change.applied(text.encode())
        compile(without, "new.py", "exec")
        assert without != text.encode()
        assert without.count(b"\n") == text.count("\n")


def test_a_mark_is_reached_where_its_guard_is():
    text = b"def act(late):\n    if late:\n        raise KeyError\n    return late\n"
    reached: set[int] = set()
    names: dict[str, Any] = {MARK: reached.add}
    exec(compile(marked(text, {7: text.index(b"raise")}), "act.py", "exec"), names)  # noqa: S102
    names["act"](False)
    assert reached == set()
    with pytest.raises(KeyError) as refusal:
        names["act"](True)
    assert reached == {7}
    assert refusal.traceback[-1].lineno == 2, "the lines stay where they are"


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bench]:
    tree = copy_to(tmp_path_factory.mktemp("mutation") / "tree")
    bench = Bench(0, tree, WithoutDatabases())
    yield bench
    bench.close()


class WithoutDatabases(Databases):
    """For tests that ask for none: the address leads nowhere."""

    def __init__(self) -> None:
        super().__init__("postgresql://nobody@127.0.0.1:1/none")

    def fresh(self, job: int, without: str = "") -> str:
        return self.template


def taken(text: str, without: str) -> Guard:
    source_text = (PROJECT / AT_FAULT).read_bytes()
    start = source_text.index(text.encode())
    return Guard("edges", "here", text, Edit(AT_FAULT, start, start + len(text), without))


@pytest.mark.parametrize(
    ("text", "without", "outcome"),
    [
        ("return min(", "return  min(", GREEN),
        ("session_date - timedelta(days=days)", "session_date", RED),
        ("from __future__ import annotations", "import nowhere_to_be_found", BROKEN),
    ],
    ids=["nothing is changed", "a rule is changed", "nothing can be imported"],
)
def test_what_changes_nothing_survives_and_what_cannot_run_has_caught_nothing(
    bench, text, without, outcome
):
    assert bench.try_guard(taken(text, without), [A_TEST]).outcome == outcome
