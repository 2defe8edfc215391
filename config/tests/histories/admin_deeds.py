"""What people do at the back office: the buttons of a session, of its parts, forms and lists."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Sequence
from datetime import timedelta
from functools import partial

from config.tests.histories.admin_door import Fields, Form, links
from config.tests.histories.people import (
    BOSS,
    DESK,
    EDITOR,
    EVERYWHERE,
    PHOTOGRAPHER,
    AdminPerson,
    Deed,
    Row,
)
from sessions_app.lifecycle import OPEN, PLANNED, Status

SESSION = "sessions_app/session"
PLANNED_OR_CONFIRMED = (*PLANNED, Status.CONFIRMED)
LATE = (Status.ASSIGNED, Status.ATTENDED, Status.IN_EDITING, Status.READY)
SIDES = ("Client", "Client", "Studio")
NO_BUTTONS = {"change", "history", "delete"}
PART = re.compile(r"/admin/(sessions_app/(line|payment|assignment)/\d+/([\w-]+)/)")

Fill = Callable[[AdminPerson, Form], Fields]


def nothing(one: AdminPerson, form: Form) -> Fields:
    """Leave the form as it is shown."""
    return {}


def offered(field: str, **besides: object) -> Fill:
    """Choose what a select offers."""

    def fill(one: AdminPerson, form: Form) -> Fields:
        choices = [value for value in form.offers.get(field, ()) if value]
        return {field: one.one_of(choices) or "", **besides}

    return fill


def reason(one: AdminPerson, form: Form) -> Fields:
    """Say why."""
    return {"reason": one.words()}


def _when(one: AdminPerson, form: Form) -> Fields:
    day, clock, hours = one.when()
    later = {"session_date": day, "session_time": clock, "estimated_duration_hours": hours}
    return later | {"reason": one.words()}


def _cancellation(one: AdminPerson, form: Form) -> Fields:
    return {"initiator": one.one_of(SIDES), "reason": one.words()}


def _payment(one: AdminPerson, form: Form) -> Fields:
    """Pay what the form proposes, or what comes to mind."""
    proposed = (form.values.get("amount") or [""])[0]
    return {
        "payment_type": one.one_of(["Deposit", "Deposit", "Balance", "Partial"]),
        "amount": proposed or one.one_of(["500.00", "250.00", "41.10"]),
        "payment_method": "Transfer",
        "payment_date": one.studio.today.isoformat(),
        "transaction_reference": one.document() or "",
        "status": one.one_of(["Verified", "Verified", "Pending"]),
    }


def _refund(one: AdminPerson, form: Form) -> Fields:
    how = {"payment_method": "Cash", "payment_date": one.studio.today.isoformat()}
    return how | {"amount": one.one_of(["5.00", "70.00"]), "reason": one.words()}


def _days(one: AdminPerson, form: Form) -> Fields:
    return {"estimated_editing_days": one.random.randint(2, 20), "note": one.words()}


BUTTONS: tuple[tuple[str, Fill, frozenset[str], Sequence[Status], float], ...] = (
    ("negotiate", nothing, DESK, (Status.REQUEST, Status.PRE_SCHEDULED), 1),
    ("pre-schedule", nothing, DESK, (Status.REQUEST, Status.NEGOTIATION), 3),
    ("confirm", nothing, DESK, (Status.PRE_SCHEDULED,), 5),
    ("reopen", nothing, DESK, (Status.CONFIRMED,), 0.7),
    ("settle-team", nothing, DESK, (Status.CONFIRMED,), 2),
    ("complete", nothing, DESK, (Status.READY,), 4),
    ("postpone", _when, DESK, (Status.CONFIRMED, Status.ASSIGNED), 1),
    ("cancel", _cancellation, DESK, tuple(OPEN), 0.4),
    ("correct-cancellation", _cancellation, BOSS, (Status.CANCELED,), 3),
    ("hide", reason, BOSS, (Status.REQUEST, Status.NEGOTIATION, Status.CANCELED), 0.7),
    ("add-package", offered("package"), DESK, PLANNED_OR_CONFIRMED, 2),
    ("add-item", offered("item", quantity=2), DESK, PLANNED_OR_CONFIRMED, 2),
    ("record-payment", _payment, DESK, (*PLANNED, *LATE), 3),
    ("record-refund", _refund, DESK, (Status.PRE_SCHEDULED, *LATE), 0.5),
    ("assign-photographer", offered("photographer_id"), DESK, PLANNED_OR_CONFIRMED, 2),
    ("attend", nothing, DESK, (Status.ASSIGNED,), 2),
    ("take-back", nothing, DESK, (Status.ATTENDED,), 0.5),
    ("assign-editor", offered("editor_id"), DESK, (Status.ATTENDED, Status.IN_EDITING), 1.5),
    ("mark-ready", nothing, DESK | EDITOR, (Status.IN_EDITING,), 3),
    ("release-editor", reason, DESK | EDITOR, (Status.IN_EDITING,), 0.5),
    ("rework", reason, DESK, (Status.READY,), 0.7),
    ("mark-own", nothing, PHOTOGRAPHER, (Status.ASSIGNED, Status.ATTENDED), 4),
    ("take", nothing, EDITOR, (Status.ATTENDED,), 3),
    ("change-editing-days", _days, EDITOR, (Status.IN_EDITING,), 1),
)
"""The buttons of a session's page: their address, what is typed, by whom, in which states."""

PART_FORMS: dict[str, Fill] = {
    "line/quantity": lambda one, form: {"quantity": one.random.randint(1, 6)},
    "payment/verify": lambda one, form: {"transaction_reference": one.words()},
    "payment/void": reason,
    "assignment/change-coverage": lambda one, form: {"notes": one.words()},
    "assignment/reassign": offered("photographer_id"),
}
"""What is typed into the forms of a session's parts; into all others, nothing."""


def _press(button: str, fill: Fill, one: AdminPerson, session: Row) -> str:
    path = f"{SESSION}/{session['id']}/{button}/"
    return one.door.submit(one.deed, path, lambda form: fill(one, form))


def _press_of_a_part(one: AdminPerson, session: Row) -> str | None:
    """Go from the session's page to one of its lines, payments or people; press a button there."""
    page = one.door.get(one.deed, f"{SESSION}/{session['id']}/change/")
    parts = [part for part in PART.findall(page.text) if part[2] == "change"]
    if not parts:
        return None
    page = one.door.get(one.deed, one.one_of(list(dict.fromkeys(parts)))[0])
    found = dict.fromkeys(PART.findall(page.text))
    buttons = [button for button in found if button[2] not in NO_BUTTONS]
    if not buttons:
        return None
    path, kind, button = one.one_of(buttons)
    fill = PART_FORMS.get(f"{kind}/{button}", nothing)
    return one.door.submit(one.deed, path, lambda form: fill(one, form))


def _edit(one: AdminPerson, session: Row) -> str:
    """Open the session's page, change something, and save the whole of it."""
    day, clock, _hours = one.when()
    change = one.one_of(
        [
            {"session_date": day, "session_time": clock},
            {"client_requirements": one.words()},
            {"internal_notes": one.words()},
            {"discount": one.random.randrange(0, 120, 10)},
        ]
    )
    path = f"{SESSION}/{session['id']}/change/"
    return one.door.submit(
        one.deed,
        path,
        lambda form: {name: value for name, value in change.items() if name in form.values},
    )


def _book(one: AdminPerson) -> str:
    day, clock, hours = one.when()
    in_a_room = one.chance(0.6)

    def fill(form: Form) -> Fields:
        return {
            "client": one.one_of(one.studio.clients),
            "session_type": "Studio" if in_a_room else "External",
            "session_date": day,
            "session_time": clock,
            "estimated_duration_hours": hours,
            "room": one.one_of(one.studio.rooms) if in_a_room else "",
            "location": "" if in_a_room else "Atitlán",
            "photographer": one.one_of(["", *one.studio.photographers]),
        }

    return one.door.submit(one.deed, f"{SESSION}/add/", fill)


def _enter_afterwards(one: AdminPerson) -> str:
    day = one.studio.today - timedelta(days=one.random.randint(1, 40))

    def fill(form: Form) -> Fields:
        return {
            "client": one.one_of(one.studio.clients),
            "session_type": "Studio",
            "room": one.one_of(one.studio.rooms),
            "session_date": day.isoformat(),
            "session_time": "10:00",
            "estimated_duration_hours": 2,
            "status": one.one_of(["Attended", "In Editing"]),
            "photographers": one.one_of(one.studio.photographers),
            "editor": one.one_of(one.studio.editors),
            "item": one.one_of(one.studio.items),
            "reason": one.words(),
        } | ({"status": "Attended", "editor": ""} if one.chance(0.7) else {})

    return one.door.submit(one.deed, f"{SESSION}/enter-afterwards/", fill)


def _drag(one: AdminPerson) -> str | None:
    """Drag an entry of the agenda to another day, time or row."""
    first = one.studio.today + timedelta(days=1)
    span = {"start": f"{first}T00:00:00", "end": f"{first + timedelta(days=32)}T00:00:00"}
    answer = one.door.get(one.deed, f"{SESSION}/agenda/entries/", span)
    entries = [entry for entry in json.loads(answer.text) if entry["startEditable"]]
    entry = one.one_of(entries)
    if entry is None:
        return None
    day, clock, _hours = one.when()
    facts = entry["extendedProps"]
    typed: Fields = {
        "claim": entry["id"],
        "start": f"{day}T{clock}:00",
        "version": facts["version"],
        "reason": one.words() if facts["needsReason"] else "",
    }
    if facts["kind"] == "session" and one.chance(0.4):
        typed["room"] = one.one_of(one.studio.rooms)
    elif facts["kind"] == "assignment" and one.chance(0.4):
        typed |= {"start": entry["start"], "person": one.one_of(one.studio.photographers)}
    return one.door.send(one.deed, f"{SESSION}/agenda/move/", typed)


def _take_next(one: AdminPerson) -> str:
    return one.door.send(one.deed, f"{SESSION}/take-next/", {})


def _take_rows(action: str, state: Status, one: AdminPerson) -> str | None:
    """Tick several rows of the list and take them through an action."""
    page = one.door.get(one.deed, f"{SESSION}/", {"status__exact": state.value})
    rows = links(page, "session", "change")[:5]
    if not rows:
        return None
    ticked = one.random.sample(rows, k=min(3, len(rows)))
    return one.door.send(one.deed, f"{SESSION}/", {"action": action, "_selected_action": ticked})


def _take_time_off(one: AdminPerson) -> str:
    day = one.studio.today + timedelta(days=one.one_of([1, 2, 3, 8, 18, 19, 41]))
    period = {"starts_at_0": day, "starts_at_1": "10:00", "ends_at_0": day, "ends_at_1": "12:00"}
    whom = one.one_of(one.studio.photographers)
    if one.role == "photographer":
        whom = one.studio.people[one.name]
    path = "sessions_app/timeoff/add/"
    return one.door.submit(one.deed, path, lambda form: {**period, "person": whom})


def _plan_maintenance(one: AdminPerson) -> str:
    day = one.studio.today + timedelta(days=one.one_of([1, 3, 8, 20, 21]))
    period = {"starts_at_0": day, "starts_at_1": "10:00", "ends_at_0": day, "ends_at_1": "12:00"}
    room = one.one_of(one.studio.rooms)
    path = "sessions_app/maintenance/add/"
    return one.door.submit(one.deed, path, lambda form: {**period, "room": room})


def _withdraw(kind: str, one: AdminPerson) -> str | None:
    page = one.door.get(one.deed, f"sessions_app/{kind}/")
    found = one.one_of(links(page, kind, "change")[:5])
    if found is None:
        return None
    path = f"sessions_app/{kind}/{found}/withdraw/"
    return one.door.submit(one.deed, path, lambda form: {})


def _press_of(kind: str, ids: str, button: str, one: AdminPerson) -> str:
    pk = one.one_of(getattr(one.studio, ids))
    return one.door.submit(one.deed, f"{kind}/{pk}/{button}/", lambda form: {})


def _change_row(kind: str, ids: str, field: str, one: AdminPerson) -> str:
    pk = one.one_of(getattr(one.studio, ids))
    value = one.random.randrange(60, 400) if field.endswith("price") else one.words()
    path = f"{kind}/{pk}/change/"
    return one.door.submit(one.deed, path, lambda form: {field: value})


def _change_roles(one: AdminPerson) -> str:
    whom = one.one_of(one.studio.spare)
    role = str(one.studio.roles[one.one_of(["photographer", "editor"])])

    def fill(form: Form) -> Fields:
        held = form.values.get("held_roles", [])
        return {"held_roles": [pk for pk in held if pk != role] or [role]}

    return one.door.submit(one.deed, f"users/user/{whom}/change/", fill)


SETTINGS: dict[str, Sequence[object]] = {
    "payment_deadline_days": (3, 5, 6),
    "changes_deadline_days": (6, 7, 8),
    "default_deposit_percentage": (50, 55),
    "refund_after_deadline": (40, 50),
    "travel_minutes": (0, 15, 30),
    "room_turnaround_minutes": (0, 15, 30),
    "default_editing_days": (4, 5, 6),
    "max_concurrent_editing_sessions": (6, 10, 12),
}


def _change_settings(one: AdminPerson) -> str:
    name = one.one_of(list(SETTINGS))
    typed = {name: one.one_of(SETTINGS[name]), "reason": one.words()}
    path = "records/studiosettings/change-settings/"
    return one.door.submit(one.deed, path, lambda form: typed)


DEEDS = (
    *(
        Deed(button, partial(_press, button, fill), roles, states, weight)
        for button, fill, roles, states, weight in BUTTONS
    ),
    Deed("press a button of a part", _press_of_a_part, DESK, EVERYWHERE, 2),
    Deed("edit the page", _edit, DESK, PLANNED_OR_CONFIRMED, 2),
    Deed("book", _book, DESK, weight=5),
    Deed("enter afterwards", _enter_afterwards, BOSS, weight=4),
    Deed("drag in the agenda", _drag, DESK, weight=3),
    Deed("take the next one", _take_next, EDITOR),
    Deed("confirm rows", partial(_take_rows, "confirm_rows", Status.PRE_SCHEDULED), DESK),
    Deed("settle rows", partial(_take_rows, "settle_rows", Status.CONFIRMED), DESK),
    Deed("attend rows", partial(_take_rows, "attend_rows", Status.ASSIGNED), DESK, weight=0.5),
    Deed("take time off", _take_time_off, PHOTOGRAPHER | DESK),
    Deed("withdraw time off", partial(_withdraw, "timeoff"), PHOTOGRAPHER | DESK, weight=0.7),
    Deed("plan maintenance", _plan_maintenance, BOSS, weight=3),
    Deed("withdraw maintenance", partial(_withdraw, "maintenance"), BOSS, weight=3),
    Deed(
        "close a room", partial(_press_of, "catalog/room", "rooms", "maintenance"), BOSS, weight=2
    ),
    Deed("open a room", partial(_press_of, "catalog/room", "rooms", "reactivate"), BOSS, weight=5),
    Deed(
        "deactivate somebody",
        partial(_press_of, "users/user", "spare", "deactivate"),
        BOSS,
        weight=2,
    ),
    Deed(
        "reactivate somebody",
        partial(_press_of, "users/user", "spare", "reactivate"),
        BOSS,
        weight=3,
    ),
    Deed("change roles", _change_roles, BOSS, weight=3),
    Deed("change a price", partial(_change_row, "catalog/item", "items", "unit_price"), BOSS),
    Deed("change a client", partial(_change_row, "clients/client", "clients", "notes"), DESK),
    Deed("change the settings", _change_settings, BOSS, weight=3),
)
