"""Which jobs there are. Apps register theirs when they start (`AppConfig.ready`)."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from config.records.models import Channel


class Trouble(Exception):
    """What a case found wrong, as a sentence: a finding that wants somebody, not a fault of ours.

    Its sentence is kept in the record of the run, hence carries no personal data.
    """


@dataclass(frozen=True)
class Case:
    """One thing to do, in a transaction of its own, so that it fails alone."""

    label: str
    """What it is about, without personal data: a session's code, "message 12"."""
    do: Callable[[], str | None]
    """Do it by one action; return a sentence of what was done, None where nothing was."""


@dataclass(frozen=True)
class Job:
    """Something that is done again and again, case by case."""

    name: str
    sentence: Any
    """What it does, as lazy text."""
    cases: Callable[[datetime, Channel], Iterable[Case]]
    """What there is to do as of an instant, on behalf of a channel.

    It may be a generator. One that asks the database while cases are done asks by queries of their
    own, page by page: a cursor left open would die with the connection of a case that broke it.
    """
    can_be_undone: bool = True
    """Whether a dry run can do each case and take it back; if not, it only tells the labels."""


_registered: dict[str, Job] = {}


def register(job: Job) -> None:
    """Add a job; raise ValueError where another has its name."""
    if job.name in _registered:
        raise ValueError(f"There is a job named {job.name} already.")
    _registered[job.name] = job


def registered() -> list[Job]:
    """Return all jobs, in the order in which they were registered."""
    return list(_registered.values())


def find(name: str) -> Job:
    """Return a job by its name; raise LookupError where there is none."""
    return _registered[name]
