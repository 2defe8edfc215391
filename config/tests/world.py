"""A small studio and one person of each kind, for the tables of who may do what."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.test import Client as Browser

from catalog.tests.factories import ItemFactory, PackageFactory, PackageItemFactory, RoomFactory
from clients.tests.factories import ClientFactory
from config.clock import now, studio_day
from config.records.models import AuditEntry
from sessions_app.actions import hiding, lines, team
from sessions_app.models import Session
from sessions_app.tests.builders import acting, book, external
from users.models import User
from users.tests.factories import UserFactory, role

PEOPLE = ("nobody", "admin", "coordinator", "covering", "other", "editor", "user")
"""The columns: anonymous, the office, a photographer on the session and one who is not, an editor
without any session, and someone invited who has no rights yet."""

IN_TIME = (studio_day(now()) + timedelta(days=400)).isoformat()
"""A day on which nothing is booked yet, and which can be."""


@dataclass
class World:
    """Who and what there is; `ids` fills the addresses of the tables."""

    people: dict[str, User | None]
    ids: dict[str, int] = field(default_factory=dict)
    keys: dict[str, str] = field(default_factory=dict)  # of the sign-ins to the back office

    def browser(self, person: str, **options: Any) -> Browser:
        """Return a browser, signed in long ago, without a word left over from other pages."""
        made = Browser(**options)
        if person in self.keys:
            made.cookies[settings.SESSION_COOKIE_NAME] = self.keys[person]
        return made

    def address(self, template: str) -> str:
        """Return an address of a table with the ids of this world in it."""
        return template.format(**self.ids)

    def session(self, name: str = "session") -> Session:
        """Return one of the sessions, as it now is."""
        return Session.objects.get(pk=self.ids[name])


def build(**client_facts: Any) -> World:
    """Build a studio with a session that one photographer covers, and with what it needs."""
    at, day = now(), studio_day(now()) + timedelta(days=30)
    admin = UserFactory(full_name="Ana Admin", roles=["admin"])
    covering = UserFactory(full_name="Pedro Photographer", roles=["photographer"])
    other = UserFactory(full_name="Pablo Photographer", roles=["photographer"])
    people = {
        "nobody": None,
        "admin": admin,
        "coordinator": UserFactory(full_name="Carla Coordinator", roles=["coordinator"]),
        "covering": covering,
        "other": other,
        "editor": UserFactory(full_name="Elena Editor", roles=["editor"]),
        "user": UserFactory(full_name="Ulises User", roles=["user"]),
    }
    client, room, item = ClientFactory(**client_facts), RoomFactory(), ItemFactory()
    package = PackageFactory()
    PackageItemFactory(package=package, item=item)
    system = acting(None)

    def booked(**asked: Any) -> Session:
        asked.setdefault("session_date", day)
        return book(system, at=at, client=client, room=room, **asked)

    session = booked()
    line = lines.add_item(session, item, 2, actor=system, at=at)
    assignment = team.assign(session, covering.pk, actor=system, at=at)
    pool = booked(session_date=day + timedelta(days=1))
    Session.objects.filter(pk=pool.pk).update(status="Attended")
    covered = booked(session_date=day + timedelta(days=2))
    team.assign(covered, covering.pk, actor=system, at=at)
    Session.objects.filter(pk=covered.pk).update(status="Assigned")
    hidden = booked(session_date=day + timedelta(days=3))
    team.assign(hidden, covering.pk, actor=system, at=at)
    hiding.hide(hidden, actor=acting(admin), at=at)
    away = external(
        system, at=at, client=client, session_date=day, session_time=None,
        estimated_duration_hours=None,
    )  # fmt: skip
    away_line = lines.add_item(away, item, 1, actor=system, at=at)
    rows = {
        "client": client,
        "spare_client": ClientFactory(),
        "closed_client": ClientFactory(status="Inactive"),
        "room": room,
        "spare_room": RoomFactory(),
        "closed_room": RoomFactory(status="Inactive"),
        "item": item,
        "spare_item": ItemFactory(),
        "closed_item": ItemFactory(status="Inactive"),
        "package": package,
        "closed_package": PackageFactory(status="Inactive"),
        "session": session,
        "line": line,
        "assignment": assignment,
        "pool": pool,
        "covered": covered,
        "hidden": hidden,
        "away": away,
        "away_line": away_line,
        "free_photographer": UserFactory(full_name="Paz Photographer", roles=["photographer"]),
        "role": role("editor"),
        "entry": AuditEntry.objects.latest("id"),
        "inactive_person": UserFactory(full_name="Iris Inactive", roles=["editor"]),
    }
    rows["inactive_person"].status = "Inactive"
    rows["inactive_person"].save()
    ids = {name: row.pk for name, row in rows.items()}
    ids |= {name: person.pk for name, person in people.items() if person is not None}
    return World(people, ids, {name: signed_in(one) for name, one in people.items() if one})


def signed_in(person: User) -> str:
    """Sign someone in to the back office and return the key of the session."""
    browser = Browser()
    browser.force_login(person)
    return browser.cookies[settings.SESSION_COOKIE_NAME].value
