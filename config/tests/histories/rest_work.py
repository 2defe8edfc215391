"""Who covers, who was there, who edits: the desk's, the photographers' and the editors' part."""

from __future__ import annotations

from config.tests.histories.people import (
    DESK,
    EDITOR,
    PHOTOGRAPHER,
    Deed,
    RestPerson,
    Row,
)
from config.tests.histories.rest_door import Answer
from sessions_app.lifecycle import PLANNED, Status

STAFFED = (*PLANNED, Status.CONFIRMED, Status.ASSIGNED)
MARKED = (Status.ASSIGNED, Status.ATTENDED, Status.IN_EDITING, Status.READY)


def _assign(one: RestPerson, session: Row) -> Answer:
    whom = one.one_of(one.studio.photographers)
    role = one.one_of([None, None, "Lead", "Assistant"])
    path = f"sessions/{session['id']}/photographers"
    return one.ask("POST", path, {"photographer_id": whom, "role": role})


def _of_a_member(
    one: RestPerson, session: Row, method: str, ending: str = "", sent: Row | None = None
) -> Answer | None:
    """Ask something about one of the session's team, if it has one."""
    member = one.one_of(session["photographers"])
    if member is None:
        return None
    path = f"sessions/{session['id']}/photographers/{member['id']}{ending}"
    return one.ask(method, path, sent)


def _change_part(one: RestPerson, session: Row) -> Answer | None:
    sent = {"role": one.one_of(["Lead", "Assistant", None]), "notes": one.words()}
    return _of_a_member(one, session, "PATCH", "", sent)


def _release(one: RestPerson, session: Row) -> Answer | None:
    return _of_a_member(one, session, "DELETE")


def _reassign(one: RestPerson, session: Row) -> Answer | None:
    sent = {"photographer_id": one.one_of(one.studio.photographers), "reason": one.words()}
    return _of_a_member(one, session, "POST", "/reassign", sent)


def _mark_somebody(one: RestPerson, session: Row) -> Answer | None:
    return _of_a_member(one, session, "PATCH", "/attended", {"attended": not one.chance(0.25)})


def _mark_own(one: RestPerson, session: Row) -> Answer:
    sent = {"attended": True, "notes": one.words()}
    return one.ask("PATCH", f"sessions/{session['id']}/my-attendance", sent)


def _attend(one: RestPerson, session: Row) -> Answer:
    sent = {"attended": not one.chance(0.3)}
    return one.ask("PATCH", f"photographers/sessions/{session['id']}/attend", sent)


def _observe(one: RestPerson, session: Row) -> Answer:
    field = "editor_observations" if one.role == "editor" else "photographer_observations"
    return one.ask("PATCH", f"sessions/{session['id']}", {field: one.words()})


def _take(one: RestPerson, session: Row) -> Answer:
    return one.ask("POST", f"sessions/{session['id']}/take")


def _take_next(one: RestPerson) -> Answer:
    return one.ask("POST", "editing/take-next")


def _assign_editor(one: RestPerson, session: Row) -> Answer:
    sent = {"editor_id": one.one_of(one.studio.editors)}
    return one.ask("POST", f"sessions/{session['id']}/assign-editor", sent)


def _release_editor(one: RestPerson, session: Row) -> Answer:
    return one.ask("POST", f"sessions/{session['id']}/release-editor", {"reason": one.words()})


def _change_days(one: RestPerson, session: Row) -> Answer:
    sent = {"estimated_editing_days": one.random.randint(2, 20), "note": one.words()}
    return one.ask("PATCH", f"sessions/{session['id']}/editing", sent)


def _mark_ready(one: RestPerson, session: Row) -> Answer:
    return one.ask("POST", f"sessions/{session['id']}/mark-ready", {"notes": one.words()})


DEEDS = (
    Deed("assign", _assign, DESK, STAFFED, 3),
    Deed("change a part", _change_part, DESK, STAFFED, 0.7),
    Deed("release", _release, DESK, STAFFED, 0.7),
    Deed("reassign", _reassign, DESK, STAFFED),
    Deed("mark somebody", _mark_somebody, DESK, MARKED),
    Deed("assign an editor", _assign_editor, DESK, (Status.ATTENDED, Status.IN_EDITING), 2),
    Deed("release the editor", _release_editor, DESK | EDITOR, (Status.IN_EDITING,), 0.7),
    Deed("mark own attendance", _mark_own, PHOTOGRAPHER, MARKED, 4),
    Deed("attend", _attend, PHOTOGRAPHER, MARKED, 2),
    Deed("observe", _observe, PHOTOGRAPHER, MARKED),
    Deed("observe editing", _observe, EDITOR, (Status.IN_EDITING,)),
    Deed("take", _take, EDITOR, (Status.ATTENDED,), 3),
    Deed("take the next one", _take_next, EDITOR),
    Deed("change the editing days", _change_days, EDITOR, (Status.IN_EDITING,)),
    Deed("mark ready", _mark_ready, EDITOR | DESK, (Status.IN_EDITING,), 3),
)
