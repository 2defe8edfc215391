"""Turning the database's refusals, by the constraint's name, into errors of the domain."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import partial

from django.db import IntegrityError, models, transaction

from config.errors import DomainError, Duplicate


@contextmanager
def translated(refusals: Mapping[str, Callable[[], DomainError]]) -> Iterator[None]:
    """Run a write in a savepoint; where a named constraint refuses it, raise its domain error.

    Other integrity errors pass as they are: they are defects, not answers.
    """
    try:
        with transaction.atomic():
            yield
    except IntegrityError as error:
        diagnosis = getattr(error.__cause__, "diag", None)
        refusal = refusals.get(getattr(diagnosis, "constraint_name", None) or "")
        if refusal is None:
            raise
        raise refusal() from error


def duplicates_of(model: type[models.Model]) -> dict[str, Callable[[], DomainError]]:
    """Return what `translated` raises for each unique constraint of a model: its own sentence."""
    return {
        constraint.name: partial(Duplicate, constraint.violation_error_message)
        for constraint in model._meta.constraints
        if isinstance(constraint, models.UniqueConstraint)
    }
