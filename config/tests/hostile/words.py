"""Words for query strings, headers and fields that nobody would type by accident."""

from __future__ import annotations

from django.http import HttpResponse

# As they stand in an address, already escaped
IN_ADDRESSES: dict[str, str] = {
    "a NUL": "%00",
    "a NUL within": "a%00b",
    "half a pair": "%ED%A0%BD",
    "no UTF-8": "%FF%FE",
    "a percent that is broken": "100%",
    "a percent of nothing": "%zz%u0041",
    "ten thousand letters": "x" * 10_000,
    "nothing": "",
    "blanks": "%20%09%0b",
    "less than nothing": "-1",
    "a number without end": "9" * 400,
    "a bit more than an id": str(2**63),
    "an exponent": "1e400",
    "no number": "NaN",
    "without end": "-Infinity",
    "digits of others": "%D9%A3",
    "a roman digit": "%E2%85%A8",
    "a fraction": "1.5",
    "from right to left": "%E2%80%AEabc%E2%80%AC",
    "zero width": "%E2%80%8B",
    "many accents": "e" + "%CC%81" * 300,
    "beyond the first plane": "%F0%9F%93%B7",
    "a line break": "a%0d%0aSet-Cookie:%20hostile=1",
    "SQL": "1'%20OR%20'1'='1'--",
    "more SQL": "1);SELECT%20pg_sleep(9);--",
    "a pattern": "%25_%5C",
    "a slow pattern": "(a%2B)%2B$" + "a" * 40,
    "a template": "%7B%7B7*7%7D%7D$%7B7*7%7D",
    "a path": "..%2F..%2F..%2Fetc%2Fpasswd%00.png",
    "markup": "%22%3E%3Chostile%20onload=x%3E",
    "an object": "%7B%22$ne%22:null%7D",
    "a list": "1,2,,x",
    "no day": "2026-02-30",
    "the first day": "0001-01-01",
    "the last day": "9999-12-31",
    "a day before all": "-0044-03-15",
    "no time": "24:61",
    "an offset beyond": "2026-01-01T00:00:00%2B99:99",
    "a truth": "TRUE",
    "None": "None",
    "null": "null",
}

INTERNAL = (
    "traceback (most recent", "psycopg", "operationalerror", "django.db", "valueerror", "typeerror",
    "site-packages", 'select "', " from users_", "postgresql", "49$49", ">49<",
)  # fmt: skip
"""What an answer would tell if it told how the house is built, or had computed what it got."""


def is_sound(answer: HttpResponse, address: str) -> None:
    """Hold that an answer is none of a failure, leads nowhere else, and tells nothing internal."""
    assert answer.status_code < 500, (address, answer.content[:500])
    assert "hostile" not in answer.cookies, address
    location = answer.get("Location", "/")
    assert location.startswith(("/", "?", ".")), (address, location)
    assert not location.startswith(("//", "/\\")), (address, location)
    for name, value in answer.items():
        assert "\n" not in value, (address, name)
        assert "\r" not in value, (address, name)
    text = answer.content.decode("utf-8", "replace").lower()
    if answer.status_code >= 400 or "json" in answer.get("Content-Type", ""):
        assert [word for word in INTERNAL if word in text] == [], address
