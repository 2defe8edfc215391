"""Sessions of the demo studio that are entered after they took place."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from random import Random

from catalog.models import Package
from config.business_rules import business_rules
from config.demo import cast, phrases
from config.demo.opening import Studio
from config.demo.plan import Plan
from config.demo.story import Story
from config.records.models import Channel
from sessions_app.actions import retroactive
from sessions_app.actions.booking import Request
from sessions_app.actions.payments import Receipt
from sessions_app.actions.retroactive import Ordered, Past
from sessions_app.lifecycle import Status
from sessions_app.models import PaymentType, SessionType
from sessions_app.policy import money
from users.actors import Actor
from users.rights import RoleName


def enter(studio: Studio, plan: Plan) -> Story:
    """Enter a session that took place with its photographer and its deposit, as an admin does."""
    random = Random(plan.key)  # noqa: S311  (a believable studio, not a secret)
    package = studio.package(SessionType.EXTERNAL, plan.hours, plan.package, random)
    request = Request(
        client_id=studio.client(plan.client, plan.asked_at, random, lapses=False).pk,
        session_type=SessionType.EXTERNAL,
        session_date=plan.day,
        session_time=plan.clock,
        estimated_duration_hours=plan.hours,
        location=phrases.PLACE_OF_THE_OUTAGE,
    )
    percentage = business_rules().default_deposit_percentage
    deposit = Receipt(
        payment_type=PaymentType.DEPOSIT,
        payment_method=phrases.CASH.method,
        amount=money.deposit(package.base_price, percentage),
        payment_date=plan.day - timedelta(days=2),
    )
    past = Past(
        status=Status.ATTENDED,
        photographer_ids=[random.choice(studio.holders(RoleName.PHOTOGRAPHER)).pk],
        ordered=[Ordered(package)],
        receipts=[deposit] if percentage else [],
    )
    session = retroactive.enter(
        request,
        past,
        actor=Actor(studio.people["admin"], Channel.ADMIN),
        at=plan.asked_at,
        reason=phrases.ENTERED_AFTERWARDS,
    )
    desk = Actor(studio.people["coordinator"], Channel.ADMIN)
    return Story(studio, plan, random, desk, plan.asked_at, session)


def enter_from_paper(studio: Studio, plan: Plan) -> None:
    """Enter a session that is long delivered and paid, as an admin does with the paper agenda."""
    random = Random(plan.key)  # noqa: S311
    session_type = SessionType.STUDIO if plan.is_studio else SessionType.EXTERNAL
    package = studio.package(session_type, plan.hours, plan.package, random)
    request = Request(
        client_id=studio.client(plan.client, plan.asked_at, random, lapses=False).pk,
        session_type=session_type,
        session_date=plan.day,
        session_time=plan.clock,
        estimated_duration_hours=plan.hours,
        location="" if plan.is_studio else random.choice(cast.PLACES),
        room_id=studio.room_id(plan.room),
        photographers_needed=plan.photographers_needed,
    )
    everything = Receipt(
        payment_type=PaymentType.DEPOSIT,
        payment_method=random.choice(phrases.WAYS).method,
        amount=_price(package),
        payment_date=plan.day - timedelta(days=random.randint(0, 6)),
    )
    past = Past(
        status=Status.COMPLETED,
        photographer_ids=[studio.people[name].pk for name in plan.team],
        ordered=[Ordered(package)],
        receipts=[everything],
        editor_id=random.choice(studio.holders(RoleName.EDITOR)).pk,
    )
    retroactive.enter(
        request,
        past,
        actor=Actor(studio.people["admin"], Channel.ADMIN),
        at=plan.asked_at,
        reason=phrases.ENTERED_FROM_PAPER,
    )


def _price(package: Package) -> Decimal:
    """Return what a package costs: its own price, or else what is in it."""
    parts = package.items.select_related("item")
    return package.base_price or sum(
        (money.line_subtotal(part.quantity, part.item.unit_price) for part in parts), Decimal()
    )
