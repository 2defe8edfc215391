"""Living a history: all people at once, or one by one in an order that the seed makes."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping, Sequence

from config.tests.histories import (
    admin_deeds,
    rest_house,
    rest_money,
    rest_planning,
    rest_work,
)
from config.tests.histories.admin_door import AdminDoor
from config.tests.histories.commands import Operator
from config.tests.histories.journal import Journal
from config.tests.histories.people import AdminPerson, Person, RestPerson
from config.tests.histories.plan import Plan
from config.tests.histories.rest_door import RestDoor
from config.tests.histories.studio import CAST, REST, Studio
from users.tests.factories import PASSWORD

REST_DEEDS = (*rest_planning.DEEDS, *rest_money.DEEDS, *rest_work.DEEDS, *rest_house.DEEDS)
ADMIN_DEEDS = admin_deeds.DEEDS

PACE: dict[type[Person] | type[Operator], float] = {RestPerson: 10, AdminPerson: 5, Operator: 0.7}
"""How often it is whose turn, one by one: about as often as in parallel."""

RESTS: dict[type[Person] | type[Operator], float] = {RestPerson: 0, AdminPerson: 0.5, Operator: 4}
"""Seconds between two deeds, in parallel: a page costs like ten requests, a command like more."""

Actor = Person | Operator


def cast(
    plan: Plan,
    studio: Studio,
    port: int,
    journal: Journal,
    *,
    environment: Mapping[str, str],
    alone: bool = False,
) -> list[Actor]:
    """Return everybody, signed in; `alone` where they will act one by one."""
    people: list[Person] = []
    for name, (role, door) in CAST.items():
        kind, deeds = (RestPerson, REST_DEEDS) if door == REST else (AdminPerson, ADMIN_DEEDS)
        person = kind(
            name=name,
            role=role,
            random=plan.random(name),
            studio=studio,
            journal=journal,
            deeds=deeds,
            alone=alone,
            door=(RestDoor if door == REST else AdminDoor)(name, port, journal),
        )
        person.sign_in(f"{name}@studio.example", PASSWORD)
        people.append(person)
    return [*people, Operator(plan.random("operator"), journal, environment, alone)]


def all_at_once(
    actors: Sequence[Actor], steps: int, look: Callable[[], None], looks: int = 3
) -> None:
    """Let everybody act, each in a thread of their own, until so many steps are done.

    `look` is called some times in the middle of it, in this thread. Raises what somebody raised
    where their own code failed.
    """
    taken, turn, errors = 0, threading.Lock(), list[BaseException]()
    over = threading.Event()

    def live(actor: Actor) -> None:
        nonlocal taken
        while not over.is_set():
            with turn:
                if taken >= steps or errors:
                    over.set()
                    return
                taken += 1
            try:
                actor.act()
            except BaseException as error:
                errors.append(error)
                over.set()
            over.wait(RESTS[type(actor)])

    threads = [threading.Thread(target=live, args=(actor,)) for actor in actors]
    for thread in threads:
        thread.start()
    try:
        for number in range(1, looks + 1):
            while taken < steps * number / (looks + 1) and not over.wait(0.1):
                pass
            look()
    except BaseException:
        over.set()
        raise
    finally:
        for thread in threads:
            thread.join()
    if errors:
        raise errors[0]


def one_by_one(
    plan: Plan, actors: Sequence[Actor], look: Callable[[], None], looks: int = 3
) -> None:
    """Let everybody act in turn: the same seed on the same day is the same history."""
    order = plan.random("whose turn it is")
    paces = [PACE[type(actor)] for actor in actors]
    for step in range(1, plan.steps + 1):
        (actor,) = order.choices(actors, paces)
        actor.act()
        if step % (plan.steps // (looks + 1) or 1) == 0:
            look()
