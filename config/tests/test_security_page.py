"""The page along the OWASP ASVS: complete, counted right, and about files that are there."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

from config.environment import BASE_DIR

TEXT = (BASE_DIR / "docs" / "security.md").read_text()
ROW = re.compile(r"^\| (\d+\.\d+\.\d+[^|]*) \| [^|]+ \| (met|n\. a\.|open) \| [^|]+ \|$", re.M)
# How many requirements of levels 1 and 2 each section of ASVS 5.0.0 has. Those of level 3 come last
# in the standard's order, so that the numbers have no gaps.
SECTIONS = {
    "1.1": 2, "1.2": 9, "1.3": 11, "1.4": 3, "1.5": 2, "2.1": 3, "2.2": 3, "2.3": 4, "2.4": 1,
    "3.2": 2, "3.3": 4, "3.4": 6, "3.5": 5, "3.7": 2, "4.1": 3, "4.2": 1, "4.3": 2, "4.4": 4,
    "5.1": 1, "5.2": 3, "5.3": 2, "5.4": 3, "6.1": 3, "6.2": 12, "6.3": 4, "6.4": 4, "6.5": 5,
    "6.6": 3, "6.8": 4, "7.1": 3, "7.2": 4, "7.3": 2, "7.4": 5, "7.5": 2, "7.6": 2, "8.1": 2,
    "8.2": 3, "8.3": 1, "8.4": 1, "9.1": 3, "9.2": 4, "10.1": 2, "10.2": 2, "10.3": 4,
    "10.4": 11, "10.5": 5, "10.6": 2, "10.7": 3, "11.1": 2, "11.2": 3, "11.3": 3, "11.4": 4,
    "11.5": 1, "11.6": 1, "12.1": 3, "12.2": 2, "12.3": 4, "13.1": 1, "13.2": 5, "13.3": 2,
    "13.4": 5, "14.1": 2, "14.2": 4, "14.3": 3, "15.1": 3, "15.2": 3, "15.3": 7, "16.1": 1,
    "16.2": 5, "16.3": 4, "16.4": 3, "16.5": 3, "17.1": 1, "17.2": 4, "17.3": 2,
}  # fmt: skip


def answers() -> Iterator[tuple[str, str]]:
    """Yield each number of the tables with its answer; a dash stands for those between."""
    for numbers, answer in ROW.findall(TEXT):
        for part in numbers.split(", "):
            first, _dash, last = part.partition("–")
            section, number = first.rsplit(".", 1)
            until = int(last.rsplit(".", 1)[1]) if last else int(number)
            yield from ((f"{section}.{one}", answer) for one in range(int(number), until + 1))


def test_each_requirement_of_levels_1_and_2_is_answered_once():
    asked = [f"{section}.{n}" for section, many in SECTIONS.items() for n in range(1, many + 1)]
    assert len(asked) == 253
    assert Counter(number for number, _answer in answers()) == Counter(asked)


def test_every_row_of_the_tables_is_read():
    assert len(re.findall(r"^\| \d+\.\d+\.\d+", TEXT, re.M)) == len(ROW.findall(TEXT))


def test_the_sum_is_that_of_the_tables():
    many = Counter(answer for _number, answer in answers())
    said = re.search(r"\*\*(\d+) met, (\d+) not applicable \(n\. a\.\), (\d+) open\.\*\*", TEXT)
    assert said is not None
    assert [int(one) for one in said.groups()] == [many["met"], many["n. a."], many["open"]]


def test_the_list_of_what_is_open_names_exactly_that():
    [listed] = re.findall(r"### What is open.*?(?=^### )", TEXT, re.M | re.S)
    is_open = {number for number, answer in answers() if answer == "open"}
    assert set(re.findall(r"\b\d+\.\d+\.\d+\b", listed)) == is_open


def test_every_file_that_the_page_names_is_there():
    named = set(re.findall(r"`((?:\.ci|[a-z_]+)/[\w./-]+)`", TEXT))
    assert len(named) > 40
    assert [path for path in sorted(named) if not (BASE_DIR / path).exists()] == []
