"""The only place that takes locks, always in the same order, so that nobody waits in a circle:

session, client, rooms by id, the counter of codes, item or package, people by id.

Rows are locked without their key: others that merely refer to them do not wait.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from functools import cache
from typing import Any, TypeVar

from django.db import DEFAULT_DB_ALIAS, connection, models

from catalog.models import Item, Package, Room
from clients.models import Client
from config.logs import working_on
from config.prepared import Prepared
from config.records.changes import stale
from sessions_app.errors import SessionNotFound
from sessions_app.models import Session
from users.actors import Actor
from users.models import User

M = TypeVar("M", bound=models.Model)


def lock(session: Session) -> Session:
    """Return the session's row as it is now, locked until the transaction ends.

    Alone, without its client and room: what is joined to a row that one has waited for is as it was
    before the wait. Raises SessionNotFound when it has been hidden meanwhile.
    """
    locked = _locked(Session, [session.pk]).get(session.pk)
    if locked is None or locked.hidden_at is not None:
        raise SessionNotFound
    working_on(locked.code)
    return locked


def refuse_stale(session: Session, seen_version: int | None, *, actor: Actor, at: datetime) -> None:
    """Raise StaleVersion where a locked session is newer than what the person had before them."""
    if seen_version is not None and session.version != seen_version:
        raise stale(session, viewer=actor.user, at=at, version=session.version)


def lock_client(client_id: int) -> Client | None:
    """Return the client's row, locked; None for an unknown id."""
    return _locked(Client, [client_id]).get(client_id)


def lock_item(item: Item) -> Item:
    """Return the item's row, locked, so that it is sold as it is now."""
    return _locked(Item, [item.pk])[item.pk]


def lock_package(package: Package) -> Package:
    """Return the package's row, locked, so that price and composition belong together."""
    return _locked(Package, [package.pk])[package.pk]


def lock_rooms(ids: Iterable[int | None]) -> dict[int, Room]:
    """Return the rooms by id, locked in the order of their ids."""
    return _locked(Room, ids)


def lock_people(ids: Iterable[int | None]) -> dict[int, User]:
    """Return the people by id, locked in the order of their ids."""
    return _locked(User, ids)


def next_number(year: int) -> int:
    """Return the next number of a year's session codes; others wait until the transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            INSERT INTO sessions_app_sessioncounter (year, last_number) VALUES (%s, 1)
            ON CONFLICT (year) DO UPDATE
                SET last_number = sessions_app_sessioncounter.last_number + 1
            RETURNING last_number
            """,
            [year],
        )
        number: int = cursor.fetchone()[0]
    return number


def _locked(model: type[M], ids: Iterable[int | None]) -> dict[int, M]:
    wanted = {pk for pk in ids if pk is not None}
    columns, prepared = _for_update(model)
    rows = [model.from_db(DEFAULT_DB_ALIAS, columns, facts) for facts in prepared.rows(wanted)]
    return {row.pk: row for row in rows}


@cache
def _for_update(model: type[models.Model]) -> tuple[list[str], Prepared]:
    columns = [field.attname for field in model._meta.concrete_fields]

    def ordered() -> models.QuerySet[Any, Any]:
        return model._default_manager.select_for_update(no_key=True).order_by("pk")

    return columns, Prepared(ordered, *columns)
