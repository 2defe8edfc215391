"""What the desk does over REST with a session itself: booking, moving, agreeing, taking steps."""

from __future__ import annotations

from datetime import timedelta
from functools import partial

from config.tests.histories.people import BOSS, CLOCK, DESK, EVERYWHERE, Deed, RestPerson, Row
from config.tests.histories.rest_door import Answer
from sessions_app.lifecycle import OPEN, PLANNED, Status

OPEN_TO_CHANGES = (*PLANNED, Status.CONFIRMED)
SIDES = ("Client", "Client", "Studio", "Force Majeure")


def _wish(one: RestPerson) -> Row:
    day, clock, hours = one.when()
    wish = {
        "client_id": one.one_of(one.studio.clients),
        "session_date": day,
        "session_time": None if one.chance(0.05) else clock,
        "estimated_duration_hours": hours,
        "photographers_needed": 2 if one.chance(0.1) else 1,
    }
    if one.chance(0.55):
        return wish | {"session_type": "Studio", "room_id": one.one_of(one.studio.rooms)}
    return wish | {"session_type": "External", "location": "Antigua Guatemala"}


def _book(one: RestPerson) -> Answer:
    return one.ask("POST", "sessions", _wish(one))


def _book_twice(one: RestPerson) -> Answer:
    """Send the same under the same key twice, at the same moment; the judge compares."""
    wish, key = _wish(one), one.words()
    ask = partial(one.ask, "POST", "sessions", wish, Idempotency_Key=key)
    return one.in_windows(ask, ask)


def _promise_the_room_to_two(one: RestPerson) -> Answer:
    """Two clients on two phones want the same room at the same time, which was free until now."""
    free = one.studio.today + timedelta(days=one.random.randint(40, 200))
    wish = {
        "session_type": "Studio",
        "session_date": free.isoformat(),
        "session_time": one.one_of(CLOCK),
        "estimated_duration_hours": 1,
        "room_id": one.one_of(one.studio.rooms),
    }
    asks = [
        partial(one.ask, "POST", "sessions", wish | {"client_id": client})
        for client in one.studio.clients[:2]
    ]
    return one.in_windows(*asks)


def _move(one: RestPerson, session: Row) -> Answer:
    day, clock, hours = one.when()
    changes: Row = {"session_date": day, "session_time": clock}
    if one.chance(0.4):
        changes["estimated_duration_hours"] = hours
    if session["room_id"] and one.chance(0.4):
        changes["room_id"] = one.one_of(one.studio.rooms)
    return one.ask("PATCH", f"sessions/{session['id']}", changes)


def _change_room(one: RestPerson, session: Row) -> Answer | None:
    others = [room for room in one.studio.rooms if room != session["room_id"]]
    if not session["room_id"]:
        return None
    return one.ask("PATCH", f"sessions/{session['id']}", {"room_id": one.one_of(others)})


def _change_terms(one: RestPerson, session: Row) -> Answer:
    terms = [{"discount": one.random.randrange(0, 300, 25)}]
    terms += [{"deposit_percentage": one.one_of([50, 60, 75])}]
    terms += [{"transportation_cost": one.one_of([0, 150])}]
    asked = dict(one.one_of(terms))
    if one.role == "admin" and one.chance(0.3):
        asked |= {"deposit_percentage": 30, "override": True, "reason": one.words()}
    return one.ask("PATCH", f"sessions/{session['id']}", asked)


def _note_what_was_seen(one: RestPerson, session: Row) -> Answer:
    """Write over exactly what one had before oneself: of two who do, one is told."""
    seen = f'"{session["version"]}"'
    notes = {"internal_notes": one.words()}
    return one.ask("PATCH", f"sessions/{session['id']}", notes, If_Match=seen)


def _note_long_after(one: RestPerson, session: Row) -> Answer:
    seen = f'"{session["version"] - 1}"'
    notes = {"internal_notes": one.words()}
    return one.ask("PATCH", f"sessions/{session['id']}", notes, If_Match=seen)


def _deliver_how(one: RestPerson, session: Row) -> Answer:
    how = {"delivery_method": one.one_of(["Digital", "Both"]), "reported_incidents": one.words()}
    return one.ask("PATCH", f"sessions/{session['id']}", how)


def _add_item(one: RestPerson, session: Row) -> Answer:
    item, quantity = one.one_of(one.studio.items), one.random.randint(1, 4)
    path = f"sessions/{session['id']}/details/items/{item}?quantity={quantity}"
    return one.ask("POST", path, _maybe_override(one))


def _add_package(one: RestPerson, session: Row) -> Answer:
    package = one.one_of(one.studio.packages)
    path = f"sessions/{session['id']}/details/packages/{package}"
    return one.ask("POST", path, _maybe_override(one))


def _maybe_override(one: RestPerson) -> Row | None:
    return {"override": True, "reason": one.words()} if one.role == "admin" else None


def _change_line(one: RestPerson, session: Row) -> Answer | None:
    line = one.one_of(one.rows(f"sessions/{session['id']}/details"))
    if line is None:
        return None
    change = {"is_delivered": True} if one.chance(0.3) else {"quantity": one.random.randint(1, 5)}
    return one.ask("PATCH", f"sessions/{session['id']}/details/{line['id']}", change)


def _remove_line(one: RestPerson, session: Row) -> Answer | None:
    line = one.one_of(one.rows(f"sessions/{session['id']}/details"))
    if line is None:
        return None
    return one.ask("DELETE", f"sessions/{session['id']}/details/{line['id']}")


def _recalculate(one: RestPerson, session: Row) -> Answer:
    return one.ask("POST", f"sessions/{session['id']}/recalculate")


def to(one: RestPerson, session: Row, state: Status) -> Answer:
    """Ask for a step."""
    sent = {"to_status": state.value, "reason": one.words()}
    return one.ask("POST", f"sessions/{session['id']}/transition", sent)


def _prepare(one: RestPerson, session: Row) -> Answer:
    """What a coordinator does in one go with who knows what they want: order, and on."""
    _add_package(one, session)
    return to(one, session, Status.PRE_SCHEDULED)


def _any_step(one: RestPerson, session: Row) -> Answer:
    return to(one, session, one.one_of(EVERYWHERE))


def _postpone(one: RestPerson, session: Row) -> Answer:
    day, clock, _hours = one.when()
    sent = {"session_date": day, "session_time": clock, "reason": one.words()}
    return one.ask("POST", f"sessions/{session['id']}/postpone", sent)


def _bring_forward(one: RestPerson, session: Row) -> Answer:
    """Postpone to today: so that it can take place."""
    sent = {"session_date": one.studio.today.isoformat(), "session_time": "23:59"}
    sent["reason"] = one.words()
    return one.ask("POST", f"sessions/{session['id']}/postpone", sent)


def _cancel(one: RestPerson, session: Row) -> Answer:
    one.ask("GET", f"sessions/{session['id']}/cancellation-preview", {"initiated_by": "Client"})
    sent = {"cancellation_reason": one.words(), "initiated_by": one.one_of(SIDES)}
    return one.ask("POST", f"sessions/{session['id']}/cancel", sent)


def _cancel_by_step(one: RestPerson, session: Row) -> Answer:
    return to(one, session, Status.CANCELED)


def _correct_cancellation(one: RestPerson, session: Row) -> Answer:
    sent = {"initiated_by": one.one_of(SIDES), "reason": one.words()}
    return one.ask("PATCH", f"sessions/{session['id']}/cancellation", sent)


def _hide(one: RestPerson, session: Row) -> Answer:
    return one.ask("DELETE", f"sessions/{session['id']}")


def _enter_afterwards(one: RestPerson) -> Answer:
    days = one.random.randint(1, 40)
    studio = one.studio
    state = one.one_of([Status.ATTENDED, Status.ATTENDED, Status.IN_EDITING, Status.READY])
    has_editor = state != Status.ATTENDED
    return one.ask(
        "POST",
        "sessions",
        {
            "client_id": one.one_of(studio.clients),
            "session_type": "External",
            "location": "Cobán",
            "session_date": (studio.today - timedelta(days=days)).isoformat(),
            "session_time": "10:00",
            "status": state.value,
            "photographer_ids": [one.one_of(studio.photographers)],
            "editor_id": one.one_of(studio.editors) if has_editor else None,
            "lines": [{"item_id": studio.items[0], "quantity": 2}],
            "payments": [
                {
                    "payment_type": "Deposit",
                    "payment_method": "Transfer",
                    "amount": 250,
                    "payment_date": (studio.today - timedelta(days=days)).isoformat(),
                    "transaction_reference": one.words(),
                }
            ],
            "reason": one.words(),
        },
    )


def _ask_whether_free(one: RestPerson) -> Answer:
    day, clock, hours = one.when()
    wish = {"date": day, "time": clock, "duration_hours": hours, "session_type": "Studio"}
    return one.ask("GET", "availability", wish | {"photographers": 1})


def _step(name: str, source: Status, target: Status, weight: float) -> Deed:
    return Deed(name, lambda one, row: to(one, row, target), DESK, (source,), weight)


DEEDS = (
    Deed("book", _book, DESK, weight=7),
    Deed("book twice under one key", _book_twice, DESK, weight=2),
    Deed("promise the room to two", _promise_the_room_to_two, DESK, weight=4),
    Deed("ask who is free", _ask_whether_free, DESK),
    Deed("enter afterwards", _enter_afterwards, BOSS, weight=8),
    Deed("move", _move, DESK, OPEN_TO_CHANGES, 3),
    Deed("change the room", _change_room, DESK, (*OPEN_TO_CHANGES, Status.ASSIGNED)),
    Deed("change the terms", _change_terms, DESK, OPEN_TO_CHANGES),
    Deed("note what was seen", _note_what_was_seen, DESK, tuple(OPEN), 0.7),
    Deed("note long after", _note_long_after, DESK, tuple(OPEN), 0.5),
    Deed("say how it is delivered", _deliver_how, DESK, (Status.IN_EDITING, Status.READY), 0.5),
    Deed("add an item", _add_item, DESK, OPEN_TO_CHANGES, 2),
    Deed("add a package", _add_package, DESK, OPEN_TO_CHANGES),
    Deed("change a line", _change_line, DESK, OPEN_TO_CHANGES, 1.5),
    Deed("remove a line", _remove_line, DESK, OPEN_TO_CHANGES),
    Deed("recalculate", _recalculate, DESK, OPEN_TO_CHANGES, 0.3),
    Deed("order and pre-schedule", _prepare, DESK, (Status.REQUEST, Status.NEGOTIATION), 5),
    _step("negotiate", Status.REQUEST, Status.NEGOTIATION, 1.5),
    _step("pre-schedule", Status.NEGOTIATION, Status.PRE_SCHEDULED, 1),
    _step("back to negotiation", Status.PRE_SCHEDULED, Status.NEGOTIATION, 0.7),
    _step("confirm", Status.PRE_SCHEDULED, Status.CONFIRMED, 6),
    _step("reopen", Status.CONFIRMED, Status.NEGOTIATION, 0.7),
    _step("settle the team", Status.CONFIRMED, Status.ASSIGNED, 3),
    _step("attend for all", Status.ASSIGNED, Status.ATTENDED, 2.5),
    _step("take attendance back", Status.ATTENDED, Status.ASSIGNED, 0.5),
    _step("rework", Status.READY, Status.IN_EDITING, 0.7),
    _step("complete", Status.READY, Status.COMPLETED, 4),
    Deed("ask for any step", _any_step, DESK, EVERYWHERE, 0.3),
    Deed(
        "cancel by a step", lambda one, row: to(one, row, Status.CANCELED), DESK, tuple(OPEN), 0.3
    ),
    Deed("postpone", _postpone, DESK, (Status.CONFIRMED, Status.ASSIGNED)),
    Deed("bring forward", _bring_forward, DESK, (Status.CONFIRMED, Status.ASSIGNED)),
    Deed("cancel", _cancel, DESK, tuple(OPEN), 0.6),
    Deed("correct a cancellation", _correct_cancellation, BOSS, (Status.CANCELED,), 2),
    Deed("hide", _hide, BOSS, (Status.REQUEST, Status.NEGOTIATION, Status.CANCELED), 0.8),
)
