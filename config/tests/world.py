"""A small studio and one person of each kind, for the tables of who may do what."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.test import Client as Browser

from catalog.models import Room
from catalog.tests.factories import ItemFactory, PackageFactory, PackageItemFactory, RoomFactory
from clients.models import Client
from clients.tests.factories import ClientFactory
from config.clock import now, studio_day
from config.records.models import AuditEntry, Channel, JobRun
from notifications.models import Email, EmailStatus, Notification
from sessions_app.actions import attendance, cancelling, editing, hiding, lines, maintenance, team
from sessions_app.actions.time_off import take_time_off
from sessions_app.actions.transition import transition
from sessions_app.lifecycle import Status
from sessions_app.models import Claim, Initiator, PaymentStatus, PaymentType, Session
from sessions_app.policy.periods import Period
from sessions_app.tests.builders import acting, attended_at, book, external, paid, taken_to
from users.actions import inviting
from users.actions.studio_settings import change_settings
from users.models import Role, User
from users.tests.authenticators import set_up
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
    ids: dict[str, Any] = field(default_factory=dict)
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
        "editing": UserFactory(full_name="Emilia Editor", roles=["editor"]),
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
        "hidden": hidden,
        "away": away,
        "away_line": away_line,
        "free_photographer": UserFactory(full_name="Paz Photographer", roles=["photographer"]),
        "role": role("editor"),
        "admin_role": role("admin"),
        "own_role": Role.objects.create(name="assistant", description="carries the lenses"),
        "closed_role": Role.objects.create(name="trainee", status="Inactive"),
        "invitation": inviting.invite("invited@example.com", actor=system, at=at).invitation,
        "version": change_settings({"request_hold_days": 21}, actor=system, at=at, seen=None),
        "entry": AuditEntry.objects.latest("id"),
        "job_run": JobRun.objects.create(
            job="send_reminders",
            channel=Channel.JOB,
            as_of=at,
            first_started_at=at,
            started_at=at,
            host="localhost",
            pid=1,
        ),
        "notification": Notification.objects.get(recipient=covering, session_id=session.pk),
        "time_off": take_time_off(
            covering.pk,
            Period(at + timedelta(days=200), at + timedelta(days=201)),
            actor=system,
            at=at,
        ),
        "inactive_person": UserFactory(full_name="Iris Inactive", roles=["editor"]),
    }
    rows["guarded"] = UserFactory(full_name="Gala Guarded", roles=["editor"])
    set_up(rows["guarded"], at=at)
    rows |= out_of_service(Period(at + timedelta(days=200), at + timedelta(days=201)), admin, at)
    rows["inactive_person"].status = "Inactive"
    rows["inactive_person"].save()
    rows |= lived(Studio(client, room, people, at))
    rows |= letters(rows)
    ids: dict[str, Any] = {name: row.pk for name, row in rows.items()}
    ids["token"] = "a-token-that-nobody-has"
    ids["starts"] = f"{day}T10:00:00"
    for name in ("session", "offered", "covered", "pool", "completed", "hidden"):
        ids[f"{name}_version"] = Session.objects.get(pk=ids[name]).version
        for claim in Claim.objects.filter(session=ids[name]).order_by("id"):
            ids[f"{name}_{claim.kind}_claim"] = claim.pk
    ids |= {name: person.pk for name, person in people.items() if person is not None}
    return World(people, ids, {name: signed_in(one) for name, one in people.items() if one})


def out_of_service(period: Period, admin: User, at: datetime) -> dict[str, Any]:
    """Plan the maintenance of one room, and take another out of service from now on."""
    repaired, broken = RoomFactory(), RoomFactory()
    actor = acting(admin)
    maintenance.start_maintenance(broken, actor=actor, at=at)
    return {
        "repaired_room": repaired,
        "broken_room": broken,
        "maintenance": maintenance.plan_maintenance(repaired, period, actor=actor, at=at),
        "repairs": Claim.objects.get(room=broken),
    }


def letters(rows: dict[str, Any]) -> dict[str, Email]:
    """Return an e-mail to a client, one that has failed, and one that lets its reader in."""
    confirmations = Email.objects.filter(kind="session_confirmed")
    failed = confirmations.get(session_id=rows["late"].pk)
    failed.status, failed.reason = EmailStatus.FAILED, "no mail server answers"
    failed.save()
    return {
        "letter": confirmations.get(session_id=rows["confirmed"].pk),
        "failed_letter": failed,
        "secret_letter": Email.objects.get(kind="invitation"),
    }


@dataclass(frozen=True)
class Studio:
    """What the sessions of a world have in common."""

    client: Client
    room: Room
    people: dict[str, User | None]
    at: datetime

    def taken_to(self, status: Status, days: int, *team_of_it: User) -> Session:
        """Take a session of some day from today to a state, by the real actions.

        A past one was booked three weeks ago and went its way in time; one still to come is late:
        it was booked today. It comes to 1234.56, of which the deposit is paid.
        """
        at = self.at - timedelta(days=21) if days < 0 else self.at
        day = studio_day(self.at) + timedelta(days=days)
        session = book(at=at, client=self.client, room=self.room, session_date=day)
        lines.add_item(session, ItemFactory(unit_price="234.56"), 1, actor=acting(None), at=at)
        for photographer in team_of_it:
            team.assign(session, photographer.pk, actor=acting(None), at=at)
        return taken_to(status, session, at=at)

    def named(self, person: str) -> User:
        """Return one of the people who are somebody."""
        user = self.people[person]
        assert user is not None
        return user


def lived(studio: Studio) -> dict[str, Any]:
    """Build a session in each state, with the parts that the tables name."""
    at, system = studio.at, acting(None)
    covering, editor = studio.named("covering"), studio.named("editing")
    second = UserFactory(full_name="Sonia Second", roles=["photographer"])
    offered = studio.taken_to(Status.PRE_SCHEDULED, 20, covering)
    payment = paid(offered, offered.deposit_amount, at=at)
    slip = paid(offered, "100.10", PaymentType.BALANCE, at=at, status=PaymentStatus.PENDING)
    confirmed = studio.taken_to(Status.CONFIRMED, 25, covering)
    paid(confirmed, "100.10", PaymentType.BALANCE, at=at)
    refund = paid(confirmed, "50.05", PaymentType.REFUND, at=at, reason="paid too much")
    late = studio.taken_to(Status.CONFIRMED, 4, covering)
    due = studio.taken_to(Status.ASSIGNED, -1, covering, second)
    due_parts = {part.photographer_id: part for part in due.assignments.all()}
    attendance.mark(due_parts[second.pk], attended=True, actor=system, at=attended_at(due))
    marked = studio.taken_to(Status.ASSIGNED, -3, covering)
    attendance.mark_own(marked, attended=True, actor=acting(covering), at=attended_at(marked))
    edited = studio.taken_to(Status.ATTENDED, -4, covering)
    ready = studio.taken_to(Status.ATTENDED, -5, covering)
    completed = studio.taken_to(Status.ATTENDED, -6, covering)
    for session in (edited, ready, completed):
        editing.assign_editor(session, editor.pk, actor=system, at=at)
    for session in (ready, completed):
        transition(session, Status.READY, actor=system, at=at)
        paid(session, session.total_amount - session.deposit_amount, PaymentType.BALANCE, at=at)
    transition(completed, Status.COMPLETED, actor=system, at=at)
    covered = studio.taken_to(Status.CONFIRMED, 3, covering)
    transition(covered, Status.ASSIGNED, actor=system, at=at)
    canceled = studio.taken_to(Status.CONFIRMED, 26, covering)
    cancelling.cancel(
        canceled,
        initiator=Initiator.CLIENT,
        actor=acting(studio.people["coordinator"]),
        at=at,
        reason="the wedding is off",
    )
    return {
        "second": second,
        "offered": offered,
        "payment": payment,
        "slip": slip,
        "refund": refund,
        "confirmed": confirmed,
        "late": late,
        "covered": covered,
        "due": due,
        "due_part": due_parts[covering.pk],
        "seconds_part": due_parts[second.pk],
        "pool": studio.taken_to(Status.ATTENDED, -2, second),
        "marked": marked,
        "marked_part": marked.assignments.get(),
        "edited": edited,
        "edited_part": edited.assignments.get(),
        "ready": ready,
        "completed": completed,
        "canceled": canceled,
        "due_back": canceled.payments.get(payment_type=PaymentType.REFUND),
    }


def signed_in(person: User) -> str:
    """Sign someone in to the back office and return the key of the session."""
    browser = Browser()
    browser.force_login(person)
    return browser.cookies[settings.SESSION_COOKIE_NAME].value
