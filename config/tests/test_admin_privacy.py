"""What no page of the back office tells who covers or edits a session (rules, section 1)."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

import pytest
from django.http import HttpResponse

from catalog.models import Item
from catalog.tests.factories import (
    ItemFactory,
    PackageFactory,
    PackageItemFactory,
    RoomFactory,
)
from clients.models import Client
from clients.tests.factories import ClientFactory
from config.clock import end_of, now, start_of, studio_day
from config.tests.world import World
from conftest import signed_in
from sessions_app.actions import editing, lines, maintenance, planning, team, time_off
from sessions_app.actions.cancelling import cancel
from sessions_app.actions.transition import transition
from sessions_app.actions.verifying import void
from sessions_app.lifecycle import Status
from sessions_app.models import Initiator, PaymentStatus, PaymentType, Session
from sessions_app.policy.periods import Period
from sessions_app.queries.attention import Attention
from sessions_app.tests.builders import acting, attended_at, book, external, paid
from sessions_app.tests.pages import said, text
from users.actors import Override
from users.tests.factories import UserFactory

pytestmark = pytest.mark.django_db

SECRETS = {
    "secondary phone": "4444-9191",
    "tax id": "7654321-K",
    "billing name": "Sociedad Oculta",
    "client's address": "Callejon Secreto 5",
    "client's notes": "quarrels about invoices",
    "internal notes": "pays under the table",
    "delivery address": "Bodega Escondida 9",
    "reason of a step": "because of the rival studio",
    "notes of a step": "told nobody about it",
    "cancellation reason": "the wedding is off",
    "adjustment": "Package price",
    "unit price": "7351.25",
    "adjustment of the price": "1351.15",
    "discount": "1234.56",
    "transportation": "345.67",
    "deposit percentage": "67.25",
    "payment": "777.77",
    "payment's document": "BOLETA-778899",
    "payment's method": "Banrural",
    "payment's notes": "brought by the mother-in-law",
    "void's reason": "the cheque was forged",
    "refund": "888.88",
    "refund's reason": "photographed twice by mistake",
    "cancellation's refund": "555.55",
    "part's notes": "drinks at work",
}
OTHERS = {
    "client": "Olga Ajena",
    "photographer": "Fulano Ajeno",
    "room": "Sala Reservada",
    "requirements": "a proposal under water",
    "place": "Finca Escondida",
    "reason of time off": "court hearing",
    "reason of maintenance": "asbestos",
}
"""Of sessions, people and rooms that they have nothing to do with."""
# What a person may not see of a session, they do not see of the sums of it either.
SUMS = ("subtotal", "total_amount", "deposit_amount", "paid_amount", "balance_amount")
ASKED_OF_THE_LIST = (
    ("total_amount__gte", "1"),
    ("paid_amount__gte", "1"),
    ("refund_due__gte", "1"),
    ("discount__gt", "1"),
    ("deposit_percentage__lt", "90"),
    ("internal_notes__contains", "pays"),
    ("cancellation_reason__contains", "wedding"),
    ("cancellation_initiator__exact", "Client"),
    ("client__notes__contains", "quarrels"),
    ("client__tax_id__startswith", "7"),
    ("client__tax_id__gte", "7"),
    ("client__tax_id__exact", "7654321-K"),
    ("client__notes__isnull", "0"),
    ("lines__unit_price__gte", "1"),
    ("payments__amount__gte", "1"),
    ("history__reason__contains", "rival"),
)


@pytest.fixture(scope="module")
def private(world: World, django_db_blocker: Any) -> World:
    """A world whose sessions have secrets, also a cancelled one; an editor sees them too."""
    with django_db_blocker.unblock():
        _add_secrets(world)
    return world


def _add_secrets(world: World) -> None:
    at, system = now() - timedelta(days=21), acting(None)
    photographer, editor = world.people["covering"], world.people["editor"]
    assert photographer is not None
    assert editor is not None
    client = ClientFactory(
        full_name="Sara Secreta",
        secondary_phone=SECRETS["secondary phone"],
        tax_id=SECRETS["tax id"],
        billing_name=SECRETS["billing name"],
        delivery_address=SECRETS["client's address"],
        notes=SECRETS["client's notes"],
    )
    item = ItemFactory(unit_price=Decimal(SECRETS["unit price"]))
    package = PackageFactory(base_price=Decimal("6000.10"))
    PackageItemFactory(package=package, item=item)
    remarks = {"reason": SECRETS["reason of a step"], "notes": SECRETS["notes of a step"]}
    for name, days_ago in (("told", 11), ("cancelled", 12)):
        day = studio_day(now()) - timedelta(days=days_ago)
        session = external(system, at=at, client=client, session_date=day)
        line = lines.add_item(session, item, 2, actor=system, at=at)
        grouped = lines.add_package(session, package, 1, actor=system, at=at)
        member = team.assign(session, photographer.pk, actor=system, at=at)
        notes = {"notes": SECRETS["part's notes"]}
        team.change_assignment(member, notes, actor=system, at=at)
        planning.change_session(
            session,
            {
                "transportation_cost": Decimal(SECRETS["transportation"]),
                "discount": Decimal(SECRETS["discount"]),
                "deposit_percentage": Decimal(SECRETS["deposit percentage"]),
                "internal_notes": SECRETS["internal notes"],
                "delivery_address": SECRETS["delivery address"],
            },
            actor=system,
            at=at,
        )
        transition(session, Status.PRE_SCHEDULED, actor=system, at=at, **remarks)
        session.refresh_from_db()
        slip = {
            "transaction_reference": SECRETS["payment's document"],
            "payment_method": SECRETS["payment's method"],
            "notes": SECRETS["payment's notes"],
        }
        deposit = paid(session, session.deposit_amount, at=at, **slip)
        bounced = paid(session, SECRETS["payment"], PaymentType.BALANCE, at=at, **slip)
        void(bounced, reason=SECRETS["void's reason"], actor=system, at=at)
        late = paid(session, SECRETS["payment"], PaymentType.BALANCE, at=at, **slip)
        waiting = paid(
            session, "999.99", PaymentType.BALANCE, at=at, status=PaymentStatus.PENDING
        )  # fmt: skip
        for step in (Status.CONFIRMED, Status.ASSIGNED, Status.ATTENDED):
            moment = attended_at(session) if step != Status.CONFIRMED else at
            transition(session, step, actor=system, at=moment, **remarks)
        editing.assign_editor(session, editor.pk, actor=system, at=attended_at(session))
        refund = paid(
            session, SECRETS["refund"], PaymentType.REFUND, at=now(),
            override=Override("as agreed"), reason=SECRETS["refund's reason"],
        )  # fmt: skip
        world.ids |= {name: session.pk, f"{name}_line": line.pk, f"{name}_member": member.pk}
        world.ids |= {f"{name}_adjustment": grouped[-1].pk, f"{name}_deposit": deposit.pk}
        world.ids |= {f"{name}_paid": late.pk, f"{name}_waiting": waiting.pk}
        world.ids |= {f"{name}_bounced": bounced.pk, f"{name}_refund": refund.pk}
    world.ids |= {"client_told": client.pk}
    world.ids |= _elsewhere(at, item, client)
    cancel(
        Session.objects.get(pk=world.ids["cancelled"]),
        initiator=Initiator.CLIENT,
        actor=acting(world.people["coordinator"]),
        at=now(),
        reason=SECRETS["cancellation reason"],
        refund_amount=Decimal(SECRETS["cancellation's refund"]),
        override=Override("as agreed"),
    )


def _elsewhere(at: datetime, item: Item, client: Client) -> dict[str, Any]:
    """Make what they have no part in, of a client they know; return the days it lies within."""
    today, system = studio_day(now()), acting(None)
    stranger = UserFactory(full_name=OTHERS["photographer"], roles=["photographer"])
    room = RoomFactory(name=OTHERS["room"])
    coming = book(
        system, at=at, client=ClientFactory(full_name=OTHERS["client"]), room=room,
        session_date=today + timedelta(days=2), client_requirements=OTHERS["requirements"],
    )  # fmt: skip
    lines.add_item(coming, item, 1, actor=system, at=at)
    team.assign(coming, stranger.pk, actor=system, at=at)
    known = external(
        system, at=at, client=client, location=OTHERS["place"],
        session_date=today + timedelta(days=3),
    )  # fmt: skip
    team.assign(known, stranger.pk, actor=system, at=at)
    day_off = Period(start_of(today + timedelta(days=4)), end_of(today + timedelta(days=4)))
    time_off.take_time_off(
        stranger.pk, day_off, reason=OTHERS["reason of time off"], actor=system, at=at
    )
    maintenance.plan_maintenance(
        room, day_off, reason=OTHERS["reason of maintenance"], actor=system, at=at
    )
    asked = {"date": coming.session_date, "time": "10:00", "duration_hours": 2,
             "session_type": "Studio", "photographers": 1}  # fmt: skip
    return {
        "others": coming.pk,
        "others_known": known.pk,
        "from_": today - timedelta(days=20),
        "until": today + timedelta(days=20),
        "taken": urlencode(asked),
    }


def told(answer: HttpResponse) -> str:
    """Return all that an answer tells: its page, and what is said on the next one."""
    return f"{text(answer)} {said(answer)} {answer.headers}"


def tells(shown: str, secrets: dict[str, str]) -> list[str]:
    """Return the names of the secrets in a text; amounts are looked for in any notation."""
    plain = shown.replace(",", "")
    return [name for name, secret in secrets.items() if secret in shown or secret in plain]


def secrets_of(session: Session) -> dict[str, str]:
    """Return the secrets, and the sums of a session."""
    return SECRETS | {name: str(getattr(session, name)) for name in SUMS}


BUTTONS = (
    *("negotiate", "pre-schedule", "confirm", "reopen", "settle-team", "complete", "postpone"),
    *("cancel", "correct-cancellation", "hide", "add-package", "add-item", "record-payment"),
    *("record-refund", "assign-photographer", "mark-own", "attend", "take-back", "take"),
    *("assign-editor", "mark-ready", "change-editing-days", "release-editor", "rework"),
)
PRIVATE_PAGES = [
    "/",
    "/sessions_app/",
    "/sessions_app/session/",
    "/sessions_app/session/?q=secreta",
    "/sessions_app/session/?status__exact=Canceled",
    "/sessions_app/session/?o=6",
    *(f"/sessions_app/session/?attention={kind}" for kind in Attention),
    "/sessions_app/session/?client={client_told}",
    "/sessions_app/session/agenda/",
    "/sessions_app/session/agenda/entries/?start={from_}T00:00:00&end={until}T00:00:00",
    "/sessions_app/session/availability/?{taken}",
    "/sessions_app/session/editing-queue/",
    "/sessions_app/timeoff/",
    "/sessions_app/timeoff/?when=past",
    "/sessions_app/timeoff/add/",
    "/sessions_app/maintenance/",
    "/users/user/me/",
    "/sessions_app/session/enter-afterwards/",
    "/sessions_app/line/",
    "/sessions_app/payment/",
    "/sessions_app/payment/?q=boleta",
    "/sessions_app/assignment/",
    *(
        f"/sessions_app/{page}/"
        for name in ("told", "cancelled")
        for page in (
            f"session/{{{name}}}/change",
            f"session/{{{name}}}/history",
            *(f"session/{{{name}}}/{button}" for button in BUTTONS),
            f"line/{{{name}_line}}/change",
            f"line/{{{name}_line}}/history",
            f"line/{{{name}_line}}/quantity",
            f"line/{{{name}_line}}/remove",
            f"line/{{{name}_adjustment}}/change",
            f"line/{{{name}_adjustment}}/history",
            f"assignment/{{{name}_member}}/change",
            f"assignment/{{{name}_member}}/history",
            f"assignment/{{{name}_member}}/change-coverage",
            f"assignment/{{{name}_member}}/mark",
            *(
                f"payment/{{{name}_{payment}}}/{page}"
                for payment in ("deposit", "paid", "waiting", "bounced", "refund")
                for page in ("change", "history", "verify", "void")
            ),
        )
    ),
    "/autocomplete/?app_label=sessions_app&model_name=session&field_name=client&term=secreta",
    "/autocomplete/?app_label=sessions_app&model_name=payment&field_name=session&term=S-",
    "/autocomplete/?app_label=sessions_app&model_name=payment&field_name=created_by",
    "/autocomplete/?app_label=sessions_app&model_name=line&field_name=session&term=S-",
    "/autocomplete/?app_label=catalog&model_name=packageitem&field_name=item&term=item",
    "/search/?s=secreta",
    "/search/?s=secreta&extended=1",
]


@pytest.mark.parametrize("person", ["covering", "editor"])
def test_no_page_tells_who_covers_or_edits_what_is_the_offices(private, person):
    secrets = secrets_of(private.session("told"))
    client = private.browser(person)
    listed = client.get("/admin/sessions_app/session/?q=secreta").content.decode()
    assert private.session("told").code in listed  # they do see the sessions
    assert private.session("cancelled").code in listed
    for page in PRIVATE_PAGES:
        address = f"/admin{private.address(page)}"
        assert tells(told(client.get(address)), secrets) == [], page
        assert tells(told(client.post(address, {})), secrets) == [], f"POST {page}"


@pytest.mark.parametrize("person", ["covering", "editor"])
def test_no_page_tells_of_sessions_time_off_and_maintenance_of_others(private, person):
    secrets = OTHERS | {
        name: private.session(name).code for name in ("others", "others_known", "hidden")
    }
    client = private.browser(person)
    for page in PRIVATE_PAGES:
        shown = told(client.get(f"/admin{private.address(page)}"))
        assert tells(shown, secrets) == [], page
    for name in ("others", "others_known"):
        for page in ("change", "history", "confirm", "assign-photographer"):
            answer = client.get(f"/admin/sessions_app/session/{private.ids[name]}/{page}/")
            assert answer.status_code in {302, 403}
            assert tells(told(answer), secrets) == []


def test_the_office_is_told_of_what_others_are_not(private):
    client = private.browser("coordinator")
    pages = [*PRIVATE_PAGES, "/sessions_app/session/{others}/change/"]
    shown = "".join(told(client.get(f"/admin{private.address(page)}")) for page in pages)
    assert set(OTHERS) - set(tells(shown, OTHERS)) == set()


def test_every_entry_of_the_agenda_is_of_a_session_that_one_sees(private):
    span = {
        "start": f"{private.ids['from_']}T00:00:00",
        "end": f"{private.ids['until']}T00:00:00",
    }
    for person in ("covering", "other", "editor", "editing"):
        user = private.people[person]
        visible = set(Session.objects.visible_to(user).values_list("code", flat=True))
        answer = private.browser(person).get("/admin/sessions_app/session/agenda/entries/", span)
        shown = {entry["extendedProps"]["code"] for entry in answer.json()}
        assert shown - {None} <= visible, person
        assert all(not entry["startEditable"] for entry in answer.json()), person


@pytest.mark.parametrize("person", ["covering", "editor"])
def test_no_saved_question_about_money_tells_by_what_it_keeps(private, person):
    client = private.browser(person)
    everything = set(client.get("/admin/sessions_app/session/").context["cl"].queryset)
    assert everything
    for kind in (Attention.UNCONFIRMED, Attention.DEPOSITS_DUE, Attention.REFUNDS_DUE):
        page = client.get("/admin/sessions_app/session/", {"attention": kind.value})
        assert set(page.context["cl"].queryset) == everything, kind
        assert str(kind.label) not in text(page)


@pytest.mark.parametrize("person", ["covering", "editor"])
def test_the_filter_of_a_client_keeps_no_more_than_ones_own_sessions(private, person):
    client = private.browser(person)
    page = client.get("/admin/sessions_app/session/", {"client": private.ids["client_told"]})
    assert {one.code for one in page.context["cl"].queryset} == {
        private.session(name).code for name in ("told", "cancelled")
    }


@pytest.mark.parametrize("person", ["covering", "other", "editor"])
def test_people_are_offered_to_nobody_who_may_not_see_people(private, person):
    client = private.browser(person)
    for model, field in (("timeoff", "person"), ("claim", "person"), ("session", "responsible")):
        asked = {"app_label": "sessions_app", "model_name": model, "field_name": field}
        assert client.get("/admin/autocomplete/", asked).status_code == 403, model
    shown = text(client.get("/admin/sessions_app/timeoff/add/"))
    others = {one.full_name for name, one in private.people.items() if one and name != person}
    assert [name for name in others if name in shown] == []


@pytest.mark.parametrize("person", ["covering", "editor"])
@pytest.mark.parametrize("question", ["person__email__gte", "session__total_amount__gte", "active"])
def test_no_filter_of_time_off_tells_more(private, person, question):
    page = private.browser(person).get("/admin/sessions_app/timeoff/", {question: "a"})
    assert page.status_code == 400


@pytest.mark.parametrize("person", ["covering", "editor"])
def test_their_own_work_tells_them_no_more(private, person):
    secrets = secrets_of(private.session("told"))
    client = private.browser(person)
    work = {
        "covering": [("mark-own", {"notes": "all there"})],
        "editor": [
            ("change-editing-days", {"estimated_editing_days": 9, "note": "many guests"}),
            ("mark-ready", {"reason": "done"}),
        ],
    }
    for button, form in work[person]:
        address = f"/admin/sessions_app/session/{private.ids['told']}/{button}/"
        answer = client.post(address, form, follow=True)
        assert answer.redirect_chain
        assert tells(text(answer), secrets) == []


def test_the_same_pages_tell_the_office_every_one_of_them(private):
    secrets = secrets_of(private.session("told"))
    client = private.browser("coordinator")
    pages = [*PRIVATE_PAGES, f"/clients/client/{private.session('told').client_id}/change/"]
    shown = "".join(told(client.get(f"/admin{private.address(page)}")) for page in pages)
    assert set(secrets) - set(tells(shown, secrets)) == set()


@pytest.mark.parametrize(
    "term",
    ["4444-9191", "7654321", "oculta", "quarrels", "pays", "wedding", "boleta", "777.77", "drinks"],
)
@pytest.mark.parametrize("person", ["covering", "editor"])
def test_no_search_finds_by_what_one_may_not_see(private, person, term):
    page = private.browser(person).get("/admin/sessions_app/session/", {"q": term})
    assert list(page.context["cl"].queryset) == []
    answer = signed_in(private.people[person]).get("/api/v1/sessions", {"search": term})
    assert answer.json()["items"] == []


@pytest.mark.parametrize("question", ASKED_OF_THE_LIST, ids=lambda question: question[0])
@pytest.mark.parametrize("person", ["covering", "editor"])
def test_no_filter_of_an_address_tells_what_one_may_not_see(private, person, question):
    page = private.browser(person).get("/admin/sessions_app/session/", [question])
    assert page.status_code == 400


@pytest.mark.parametrize(
    ("kind", "question"),
    [
        ("line", "unit_price__gte"),
        ("line", "line_subtotal__gte"),
        ("line", "session__total_amount__gte"),
        ("assignment", "session__paid_amount__gte"),
        ("assignment", "session__payments__amount__gte"),
        ("assignment", "notes__contains"),
    ],
)
def test_no_filter_of_parts_tells_amounts_or_notes(private, kind, question):
    page = private.browser("covering").get(f"/admin/sessions_app/{kind}/", {question: 1})
    assert page.status_code == 400


def test_no_filter_tells_the_hash_of_a_password(world):
    page = world.browser("admin").get("/admin/users/user/", {"password__startswith": "a"})
    assert page.status_code == 400


@pytest.mark.parametrize("person", ["covering", "other", "editor"])
def test_clients_are_offered_to_nobody_who_may_not_see_clients(world, person):
    field = {"app_label": "sessions_app", "model_name": "session", "field_name": "client"}
    answer = world.browser(person).get("/admin/autocomplete/", field)
    assert answer.status_code == 403
    answer = world.browser("coordinator").get("/admin/autocomplete/", field)
    assert answer.status_code == 200
    assert answer.json()["results"]
