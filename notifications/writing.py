"""Writing messages, in the transaction of what they tell: what is rolled back tells nothing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

from django.utils.translation import override

from notifications import post
from notifications.kinds import Kind
from notifications.models import Email, EmailPreference, Notification

_is_silent: ContextVar[bool] = ContextVar("messages_are_silent", default=False)


class Person(Protocol):
    """Whoever can be told: someone with an account."""

    pk: Any
    email: Any
    language: Any


@dataclass(frozen=True, kw_only=True)
class About:
    """The fact that is told: its unique key, the session it is of, and what else it must say."""

    key: str
    session_id: int | None = None
    session_code: str = ""
    facts: dict[str, Any] = field(default_factory=dict)


@contextmanager
def silence() -> Iterator[None]:
    """Write no messages meanwhile: retroactive entry, import and demo data send nothing."""
    token = _is_silent.set(True)
    try:
        yield
    finally:
        _is_silent.reset(token)


def write_email(kind: Kind, about: About, *, to: str, language: str, at: datetime) -> bool:
    """Write an e-mail to somebody without an account; tell whether it was not there already.

    Once per key, however often it is asked.
    """
    if _is_silent.get() or Email.objects.filter(key=about.key).exists():
        return False
    _write([_email(kind, about, to=to, language=language, at=at)])
    return True


def notify(
    kind: Kind, about: About, *, people: Iterable[Person], at: datetime, **said: Any
) -> bool:
    """Tell people something, each once per key; by e-mail too, who wishes so.

    `said` are the facts of the sentences; a callable among them is asked in each one's language.
    Return whether anybody was told who had not been.
    """
    people = [] if _is_silent.get() else list(people)
    if not people:
        return False
    know_it = set(
        Notification.objects.filter(
            key=about.key, recipient__in=[person.pk for person in people]
        ).values_list("recipient_id", flat=True)
    )
    people = [person for person in people if person.pk not in know_it]
    told = [_notification(kind, about, person, said, at) for person in people]
    Notification.objects.bulk_create(told, ignore_conflicts=True)
    wish_it = set(
        EmailPreference.objects.filter(
            kind=kind.name, person__in=[person.pk for person in people]
        ).values_list("person_id", flat=True)
    )
    _write(
        _email(
            kind,
            About(
                key=f"{about.key}:{person.pk}",
                session_id=about.session_id,
                session_code=about.session_code,
                facts={**about.facts, "title": notification.title, "body": notification.body},
            ),
            to=person.email,
            language=person.language,
            at=at,
            person_id=person.pk,
        )
        for person, notification in zip(people, told, strict=True)
        if person.pk in wish_it
    )
    return bool(told)


def _notification(
    kind: Kind, about: About, person: Person, said: dict[str, Any], at: datetime
) -> Notification:
    with override(person.language):
        facts = {name: fact() if callable(fact) else fact for name, fact in said.items()}
        return Notification(
            recipient_id=person.pk,
            kind=kind.name,
            key=about.key,
            title=(str(kind.title) % facts)[:250],
            body=str(kind.body) % facts,
            session_id=about.session_id,
            session_code=about.session_code,
            created_at=at,
        )


def _email(
    kind: Kind,
    about: About,
    *,
    to: str,
    language: str,
    at: datetime,
    person_id: int | None = None,
) -> Email:
    return Email(
        kind=kind.name,
        key=about.key,
        to=to,
        person_id=person_id,
        language=language,
        session_id=about.session_id,
        session_code=about.session_code,
        facts=about.facts,
        created_at=at,
        due_at=at,
    )


def _write(emails: Any) -> None:
    written = list(emails)
    if written:
        Email.objects.bulk_create(written, ignore_conflicts=True)
        post.wake_after_commit()
