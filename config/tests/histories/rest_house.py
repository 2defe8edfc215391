"""The house over REST: time off, rooms, clients, the catalog, and who works here."""

from __future__ import annotations

from datetime import timedelta

from config.tests.histories.people import BOSS, DESK, PHOTOGRAPHER, Deed, RestPerson, Row
from config.tests.histories.rest_door import Answer

ZONE = "-06:00"


def _morning(one: RestPerson) -> Row:
    """Return a morning on which something may be booked, or not yet."""
    day = one.studio.today + timedelta(days=one.one_of([1, 2, 3, 5, 8, 15, 16, 17, 40]))
    return {"starts_at": f"{day}T08:00:00{ZONE}", "ends_at": f"{day}T13:00:00{ZONE}"}


def _take_time_off(one: RestPerson) -> Answer:
    return one.ask("POST", "time-off", {**_morning(one), "reason": one.words()})


def _give_time_off(one: RestPerson) -> Answer:
    whom = one.one_of(one.studio.photographers)
    return one.ask("POST", "time-off", {**_morning(one), "user_id": whom})


def _give_time_off_back(one: RestPerson) -> Answer | None:
    found = one.one_of(one.rows("time-off", limit=5))
    return one.ask("DELETE", f"time-off/{found['id']}") if found else None


def _close_room(one: RestPerson) -> Answer:
    room = one.one_of(one.studio.rooms)
    if one.chance(0.4):
        return one.ask("PUT", f"rooms/{room}/maintenance")
    morning = _morning(one)
    planned = {"from": morning["starts_at"], "to": morning["ends_at"], "reason": one.words()}
    return one.ask("PUT", f"rooms/{room}/maintenance", planned)


def _open_rooms(one: RestPerson) -> Answer:
    """Bring back what is closed, so that there is something to book."""
    closed = [room for room in one.rows("rooms") if room["status"] != "Active"]
    room = one.one_of(closed)
    return one.ask("PUT", f"rooms/{room['id'] if room else one.studio.rooms[0]}/reactivate")


def _deactivate(kind: str, ids: str, one: RestPerson) -> Answer:
    return one.ask("DELETE", f"{kind}/{one.one_of(getattr(one.studio, ids))}")


def _reactivate(kind: str, ids: str, one: RestPerson) -> Answer:
    inactive = [row["id"] for row in one.rows(kind, limit=100) if row["status"] == "Inactive"]
    known = [pk for pk in inactive if pk in getattr(one.studio, ids)]
    pk = one.one_of(known) or one.one_of(getattr(one.studio, ids))
    return one.ask("PUT", f"{kind}/{pk}/reactivate")


def _change_client(one: RestPerson) -> Answer:
    return one.ask("PATCH", f"clients/{one.one_of(one.studio.clients)}", {"notes": one.words()})


def _new_client(one: RestPerson) -> Answer:
    email = f"{one.name}.{one.steps}@client.example"
    sent = {"full_name": one.words(), "email": email, "primary_phone": "5555-1234"}
    return one.ask("POST", "clients", sent)


def _change_price(one: RestPerson) -> Answer:
    price = one.random.randrange(50, 400)
    return one.ask("PATCH", f"items/{one.one_of(one.studio.items)}", {"unit_price": price})


def _change_package(one: RestPerson) -> Answer:
    change = {"base_price": one.one_of([0, 700, 950]), "estimated_editing_days": one.steps % 9 + 1}
    return one.ask("PATCH", f"packages/{one.one_of(one.studio.packages)}", change)


def _give_role(one: RestPerson) -> Answer:
    whom = one.one_of(one.studio.spare)
    role = one.studio.roles[one.one_of(["photographer", "editor"])]
    return one.ask("POST", f"users/{whom}/roles/{role}")


def _take_role(one: RestPerson) -> Answer:
    whom = one.one_of(one.studio.spare)
    role = one.studio.roles[one.one_of(["photographer", "editor"])]
    return one.ask("DELETE", f"users/{whom}/roles/{role}")


def _pair(kind: str, ids: str, weight: float) -> tuple[Deed, Deed]:
    """Return the deeds that close something and open it again."""
    return (
        Deed(f"deactivate {kind}", lambda one: _deactivate(kind, ids, one), BOSS, weight=weight),
        Deed(f"reactivate {kind}", lambda one: _reactivate(kind, ids, one), BOSS, weight=weight),
    )


DEEDS = (
    Deed("take time off", _take_time_off, PHOTOGRAPHER, weight=2),
    Deed("give time off", _give_time_off, DESK, weight=0.7),
    Deed("give time off back", _give_time_off_back, PHOTOGRAPHER | DESK, weight=1.5),
    Deed("close a room", _close_room, BOSS),
    Deed("open a room", _open_rooms, BOSS, weight=2),
    *_pair("clients", "clients", 0.7),
    *_pair("items", "items", 0.5),
    *_pair("users", "spare", 1),
    Deed("change a client", _change_client, DESK, weight=0.5),
    Deed("take a new client in", _new_client, DESK, weight=0.5),
    Deed("change a price", _change_price, BOSS),
    Deed("change a package", _change_package, BOSS),
    Deed("give a role", _give_role, BOSS),
    Deed("take a role", _take_role, BOSS, weight=0.7),
)
