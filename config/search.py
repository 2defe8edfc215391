"""Search without regard to case or accents, by plain SQL: no extension is needed.

A model gets a stored column with the folded text of what a person would search by; a term is folded
the same way and looked for anywhere in it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from unicodedata import normalize

from django.db import models
from django.db.models import F, Func, GeneratedField, TextField, Value
from django.db.models.functions import Coalesce, Lower

_ACCENTED = "ÁÀÂÄÃÅÉÈÊËÍÌÎÏÓÒÔÖÕÚÙÛÜÑÇÝáàâäãåéèêëíìîïóòôöõúùûüñçýÿ"
_PLAIN = "AAAAAAEEEEIIIIOOOOOUUUUNCYaaaaaaeeeeiiiiooooouuuuncyy"
_FOLD = str.maketrans(_ACCENTED, _PLAIN)


class Translate(Func):
    """PostgreSQL's TRANSLATE: one character for another."""

    function = "TRANSLATE"
    arity = 3


class Joined(Func):
    """Text joined by `||`: immutable, unlike CONCAT, hence fit for a stored column."""

    template = "(%(expressions)s)"
    arg_joiner = " || ' ' || "


def fold(term: str) -> str:
    """Return a search term without case and accents, as the columns store their text."""
    # Some keyboards send an accent as a character of its own.
    return normalize("NFC", term.strip()).translate(_FOLD).lower()


def folded_text(*fields: str) -> Lower:
    """Return the expression of the given text fields, joined and folded."""
    text: Any = [Coalesce(F(field), Value(""), output_field=TextField()) for field in fields]
    joined = Joined(*text, output_field=TextField())
    return Lower(Translate(joined, Value(_ACCENTED), Value(_PLAIN), output_field=TextField()))


def folded(*fields: str) -> GeneratedField:
    """Return the stored, folded column of the given text fields."""
    return GeneratedField(
        expression=folded_text(*fields), output_field=TextField(), db_persist=True
    )


def matching(term: str, *columns: str) -> models.Q:
    """Return the condition that every word of the term occurs in one of the folded columns."""
    return every_word(
        term,
        lambda word: models.Q(
            *((f"{column}__contains", word) for column in columns), _connector=models.Q.OR
        ),
    )


def every_word(term: str, holding: Callable[[str], models.Q]) -> models.Q:
    """Return the condition that holds for every word of the term; words come folded."""
    condition = models.Q()
    for word in fold(term).split():
        condition &= holding(word)
    return condition
