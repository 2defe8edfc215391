"""The back office, page × person: who opens what, who presses which button, and what is shown.

Nobody but the holders of a role gets in; then the same rights hold as at every door (rules, 1).
"""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any

import pytest
from django.contrib import admin
from django.db import transaction
from django.http import HttpResponse
from django.urls import get_resolver

from catalog.tests.factories import ItemFactory, PackageFactory, PackageItemFactory
from clients.tests.factories import ClientFactory
from config.clock import now
from config.tests.test_api_permissions import blank, state_of, walk
from config.tests.world import IN_TIME, PEOPLE, World
from conftest import signed_in
from sessions_app.actions import lifecycle, lines, planning, team
from sessions_app.lifecycle import Status
from sessions_app.models import Initiator, Session
from sessions_app.tests.builders import acting, external

pytestmark = pytest.mark.django_db

# What a GET is answered: a page (200), a refusal (403), or a redirect: to sign in (login), home as
# for what is not there (home), back to a page where one may be (back).
#                                                     nobody      coordinator   other       user
#                                                           admin       covering      editor
PAGES = """
/                                                     login 200   200   200   200   200   login
/login/                                               200   home  home  home  home  home  200
/logout/                                              home  405   405   405   405   405   home
/password_change/                                     login 200   200   200   200   200   login
/password_change/done/                                login 200   200   200   200   200   login
/search/                                              login 200   200   200   200   200   login
/jsi18n/                                              login 200   200   200   200   200   login
/autocomplete/                                        login 403   403   403   403   403   login
/r/1/1/                                               login 404   404   404   404   404   login
/unknown/                                             login 404   404   404   404   404   login
/records/                                             login 200   404   404   404   404   login
/users/                                               login 200   404   404   404   404   login
/clients/                                             login 200   200   404   404   404   login
/catalog/                                             login 200   200   404   404   404   login
/sessions_app/                                        login 200   200   200   200   200   login

/records/auditentry/                                  login 200   403   403   403   403   login
/records/auditentry/add/                              login 403   403   403   403   403   login
/records/auditentry/{entry}/                          login back  back  back  back  back  login
/records/auditentry/{entry}/change/                   login 200   403   403   403   403   login
/records/auditentry/{entry}/history/                  login 200   403   403   403   403   login
/records/auditentry/{entry}/delete/                   login 403   403   403   403   403   login

/users/role/                                          login 200   403   403   403   403   login
/users/role/add/                                      login 403   403   403   403   403   login
/users/role/{role}/                                   login back  back  back  back  back  login
/users/role/{role}/change/                            login 200   403   403   403   403   login
/users/role/{role}/history/                           login 200   403   403   403   403   login
/users/role/{role}/delete/                            login 403   403   403   403   403   login

/users/user/                                          login 200   403   403   403   403   login
/users/user/add/                                      login 200   403   403   403   403   login
/users/user/{editor}/                                 login back  back  back  back  back  login
/users/user/{editor}/change/                          login 200   403   403   403   403   login
/users/user/{editor}/history/                         login 200   403   403   403   403   login
/users/user/{editor}/delete/                          login 403   403   403   403   403   login
/users/user/{editor}/password/                        login 200   403   403   403   403   login
/users/user/{editor}/deactivate/                      login 200   403   403   403   403   login
/users/user/{inactive_person}/reactivate/             login 200   403   403   403   403   login

/clients/client/                                      login 200   200   403   403   403   login
/clients/client/add/                                  login 200   200   403   403   403   login
/clients/client/{client}/                             login back  back  back  back  back  login
/clients/client/{client}/change/                      login 200   200   403   403   403   login
/clients/client/{client}/history/                     login 200   200   403   403   403   login
/clients/client/{client}/delete/                      login 403   403   403   403   403   login
/clients/client/{spare_client}/deactivate/            login 200   back  403   403   403   login
/clients/client/{closed_client}/reactivate/           login 200   back  403   403   403   login

/catalog/item/                                        login 200   200   403   403   403   login
/catalog/item/add/                                    login 200   403   403   403   403   login
/catalog/item/{item}/                                 login back  back  back  back  back  login
/catalog/item/{item}/change/                          login 200   200   403   403   403   login
/catalog/item/{item}/history/                         login 200   200   403   403   403   login
/catalog/item/{item}/delete/                          login 403   403   403   403   403   login
/catalog/item/{item}/deactivate/                      login 200   back  403   403   403   login
/catalog/item/{closed_item}/reactivate/               login 200   back  403   403   403   login

/catalog/package/                                     login 200   200   403   403   403   login
/catalog/package/add/                                 login 200   403   403   403   403   login
/catalog/package/{package}/                           login back  back  back  back  back  login
/catalog/package/{package}/change/                    login 200   200   403   403   403   login
/catalog/package/{package}/history/                   login 200   200   403   403   403   login
/catalog/package/{package}/delete/                    login 403   403   403   403   403   login
/catalog/package/{package}/deactivate/                login 200   back  403   403   403   login
/catalog/package/{closed_package}/reactivate/         login 200   back  403   403   403   login

/catalog/room/                                        login 200   200   403   403   403   login
/catalog/room/add/                                    login 200   403   403   403   403   login
/catalog/room/{room}/                                 login back  back  back  back  back  login
/catalog/room/{room}/change/                          login 200   200   403   403   403   login
/catalog/room/{room}/history/                         login 200   200   403   403   403   login
/catalog/room/{room}/delete/                          login 403   403   403   403   403   login
/catalog/room/{spare_room}/maintenance/               login 200   back  403   403   403   login
/catalog/room/{spare_room}/deactivate/                login 200   back  403   403   403   login
/catalog/room/{closed_room}/reactivate/               login 200   back  403   403   403   login

/sessions_app/session/                                login 200   200   200   200   200   login
/sessions_app/session/add/                            login 200   200   403   403   403   login
/sessions_app/session/{session}/                      login back  back  back  back  back  login
/sessions_app/session/{session}/change/               login 200   200   200   home  home  login
/sessions_app/session/{pool}/change/                  login 200   200   home  home  200   login
/sessions_app/session/{hidden}/change/                login home  home  home  home  home  login
/sessions_app/session/{session}/history/              login 200   200   403   403   403   login
/sessions_app/session/{hidden}/history/               login home  home  403   403   403   login
/sessions_app/session/{session}/delete/               login 403   403   403   403   403   login
/sessions_app/session/{session}/negotiate/            login 200   200   back  home  home  login
/sessions_app/session/{session}/pre-schedule/         login 200   200   back  home  home  login
/sessions_app/session/{session}/add-package/          login 200   200   back  home  home  login
/sessions_app/session/{session}/add-item/             login 200   200   back  home  home  login
/sessions_app/session/{session}/assign-photographer/  login 200   200   back  home  home  login
/sessions_app/session/{session}/cancel/               login 200   200   back  home  home  login
/sessions_app/session/{pool}/cancel/                  login back  back  home  home  back  login
/sessions_app/session/{hidden}/cancel/                login home  home  home  home  home  login
/sessions_app/session/{session}/hide/                 login 200   back  back  home  home  login

/sessions_app/line/                                   login 200   200   200   200   200   login
/sessions_app/line/add/                               login 403   403   403   403   403   login
/sessions_app/line/{line}/                            login back  back  back  back  back  login
/sessions_app/line/{line}/change/                     login 200   200   200   home  home  login
/sessions_app/line/{line}/history/                    login 200   200   200   home  home  login
/sessions_app/line/{line}/delete/                     login 403   403   403   403   403   login
/sessions_app/line/{line}/quantity/                   login 200   200   back  home  home  login
/sessions_app/line/{line}/delivered/                  login 200   200   back  home  home  login
/sessions_app/line/{line}/remove/                     login 200   200   back  home  home  login

/sessions_app/assignment/                             login 200   200   200   200   200   login
/sessions_app/assignment/add/                         login 403   403   403   403   403   login
/sessions_app/assignment/{assignment}/                login back  back  back  back  back  login
/sessions_app/assignment/{assignment}/change/         login 200   200   200   home  home  login
/sessions_app/assignment/{assignment}/history/        login 200   200   200   home  home  login
/sessions_app/assignment/{assignment}/delete/         login 403   403   403   403   403   login
/sessions_app/assignment/{assignment}/change-coverage/ login 200  200   back  home  home  login
/sessions_app/assignment/{assignment}/reassign/       login 200   200   back  home  home  login
/sessions_app/assignment/{assignment}/release/        login 200   200   back  home  home  login
"""

OFFICE = {"admin", "coordinator"}
ADMIN = {"admin"}
NOBODY: set[str] = set()
NEW_PASSWORD = "Other-Horse-2026!"

# What a crafted POST does, without having seen the form: address, body, who brings it about.
POSTS: list[tuple[str, dict[str, Any], set[str]]] = [
    ("/sessions_app/session/{session}/negotiate/", {}, OFFICE),
    ("/sessions_app/session/{session}/pre-schedule/", {}, OFFICE),
    (
        "/sessions_app/session/{session}/add-package/",
        {"package": "{package}", "quantity": 1},
        OFFICE,
    ),
    ("/sessions_app/session/{session}/add-item/", {"item": "{item}", "quantity": 1}, OFFICE),
    (
        "/sessions_app/session/{session}/assign-photographer/",
        {"photographer_id": "{free_photographer}"},
        OFFICE,
    ),
    (
        "/sessions_app/session/{session}/cancel/",
        {"initiator": "Client", "reason": "changed their mind"},
        OFFICE,
    ),
    (
        "/sessions_app/session/{pool}/cancel/",
        {"initiator": "Client", "reason": "changed their mind"},
        NOBODY,
    ),
    ("/sessions_app/session/{session}/hide/", {}, ADMIN),
    ("/sessions_app/session/{pool}/hide/", {}, NOBODY),
    ("/sessions_app/line/{line}/quantity/", {"quantity": 5}, OFFICE),
    ("/sessions_app/line/{line}/delivered/", {}, OFFICE),
    ("/sessions_app/line/{line}/remove/", {}, OFFICE),
    ("/sessions_app/assignment/{assignment}/change-coverage/", {"role": "Lead"}, OFFICE),
    (
        "/sessions_app/assignment/{assignment}/reassign/",
        {"photographer_id": "{free_photographer}"},
        OFFICE,
    ),
    ("/sessions_app/assignment/{assignment}/release/", {}, OFFICE),
    ("/catalog/room/{spare_room}/maintenance/", {}, ADMIN),
    *(
        (f"/{place}/{{{row}}}/{verb}/", {}, ADMIN)
        for place, row, verb in (
            ("catalog/room", "spare_room", "deactivate"),
            ("catalog/room", "closed_room", "reactivate"),
            ("catalog/item", "item", "deactivate"),
            ("catalog/item", "closed_item", "reactivate"),
            ("catalog/package", "package", "deactivate"),
            ("catalog/package", "closed_package", "reactivate"),
            ("clients/client", "spare_client", "deactivate"),
            ("clients/client", "closed_client", "reactivate"),
            ("users/user", "editor", "deactivate"),
            ("users/user", "inactive_person", "reactivate"),
        )
    ),
    (
        "/users/user/{editor}/password/",
        {"new_password": NEW_PASSWORD, "repeated": NEW_PASSWORD},
        ADMIN,
    ),
]

MENUS = {
    "admin": "AuditEntry User Role Client Item Package Room Session",
    "coordinator": "Client Item Package Room Session",
    "covering": "Session",
    "other": "Session",
    "editor": "Session",
}

LINES = [line for line in PAGES.splitlines() if line]
STAFF = [person for person in PEOPLE if person not in {"nobody", "user"}]


def outcome(answer: HttpResponse) -> str:
    """Return the word or number that the table of pages has for an answer."""
    if answer.status_code != 302:
        return str(answer.status_code)
    target = answer["Location"]
    if target.startswith("/admin/login/"):
        return "login"
    return "home" if target == "/admin/" else "back"


def filled(world: World, body: dict[str, Any]) -> dict[str, Any]:
    return {
        name: world.address(value) if isinstance(value, str) else value
        for name, value in body.items()
    }


def everything(world: World) -> list[Any]:
    """Return all that the back office can change, as it now is."""
    models = [admin.site._registry[model].model for model in admin.site._registry]
    rows = {model._meta.label: list(model._base_manager.values()) for model in models}
    rows.pop("records.AuditEntry")
    for person in rows["users.User"]:
        del person["last_login"]  # entering is no change of the studio
    return [rows, state_of(world)]


# Who opens which page


@pytest.mark.parametrize("line", LINES, ids=lambda line: line.split()[0])
def test_each_person_opens_the_pages_that_the_rules_say(world, line):
    address, *expected = line.split()
    answered = []
    for person in PEOPLE:
        with transaction.atomic():
            page = world.browser(person).get(f"/admin{world.address(address)}")
            answered.append(outcome(page))
            transaction.set_rollback(True)
    assert dict(zip(PEOPLE, answered, strict=True)) == dict(zip(PEOPLE, expected, strict=True))


def test_every_page_of_the_back_office_is_in_the_table_and_the_table_holds_nothing_else():
    site = next(p for p in get_resolver().url_patterns if str(p.pattern) == "admin/")
    configured = {f"/{address}" for address, _pattern in walk(site)}
    configured -= {"/{}/", "/{}", "/r/{}/{}/"}
    apps = {f"/{model._meta.app_label}/" for model in admin.site._registry}
    in_table = {blank(line.split()[0]) for line in LINES}
    assert in_table == configured | apps | {"/unknown/", "/r/1/1/"}


def test_every_button_is_in_the_table_of_posts():
    pressed = {blank(address) for address, _body, _who in POSTS}
    buttons = {
        f"/{model._meta.app_label}/{model._meta.model_name}/{{}}/{action.path}"
        for model, page in admin.site._registry.items()
        for action in page._get_base_actions_detail()
    }
    assert {address.rstrip("/") for address in pressed} == {name.rstrip("/") for name in buttons}


@pytest.mark.parametrize("person", STAFF)
def test_the_menu_names_what_each_person_may_open(world, person):
    page = world.browser(person).get("/admin/")
    listed = [model["object_name"] for app in page.context["app_list"] for model in app["models"]]
    assert sorted(listed) == sorted(MENUS[person].split())
    linked = re.findall(r'href="/admin/\w+/(\w+)/"', page.content.decode())
    assert set(linked) == {name.lower() for name in MENUS[person].split()}


# Buttons


@pytest.mark.parametrize(("address", "body", "who"), POSTS, ids=[post[0] for post in POSTS])
def test_a_crafted_post_does_something_only_for_who_may(world, address, body, who):
    before, done = everything(world), set()
    for person in PEOPLE:
        with transaction.atomic():
            answer = world.browser(person).post(
                f"/admin{world.address(address)}", filled(world, body)
            )
            assert answer.status_code in {200, 302, 403}
            if everything(world) != before:
                done.add(person)
            transaction.set_rollback(True)
    assert done == who


def test_looking_at_a_button_changes_nothing(world):
    before = everything(world)
    for address, body, _who in POSTS:
        for person in PEOPLE:
            world.browser(person).get(f"/admin{world.address(address)}", filled(world, body))
    assert everything(world) == before


def test_a_post_without_the_token_of_a_form_is_refused(world):
    before = everything(world)
    client = world.browser("admin", enforce_csrf_checks=True)
    pages = [post[:2] for post in POSTS] + [
        ("/sessions_app/session/{session}/change/", {"client_requirements": "x"}),
        ("/sessions_app/session/add/", {}),
        ("/clients/client/{client}/change/", {"full_name": "x"}),
        ("/catalog/item/", {"action": "deactivate_rows", "_selected_action": "{item}"}),
        ("/users/user/{editor}/change/", {"full_name": "x"}),
        ("/password_change/", {}),
        ("/logout/", {}),
        ("/login/", {}),
    ]
    for address, body in pages:
        answer = client.post(f"/admin{world.address(address)}", filled(world, body))
        assert answer.status_code == 403, address
    assert everything(world) == before


@pytest.mark.parametrize("person", ["admin", "coordinator"])
def test_every_button_that_a_page_shows_leads_to_its_own_page(world, person):
    client = world.browser(person)
    shown = set()
    for name in ("session", "line", "assignment"):
        page = client.get(f"/admin/sessions_app/{name}/{world.ids[name]}/change/")
        linked = re.findall(
            rf'href="(/admin/sessions_app/{name}/\d+/[^"?]+/)"', page.content.decode()
        )
        shown |= {f"{name} {link.split('/')[-2]}" for link in linked}
    offered = {
        f"{address.split('/')[2]} {address.split('/')[4]}"
        for address, _body, who in POSTS
        if "sessions_app" in address and person in who
    }
    assert offered <= shown


# What a crafted form cannot write

FORGED = {
    "status": "Completed",
    "subtotal": "1.00",
    "total_amount": "1.00",
    "deposit_amount": "0.00",
    "paid_amount": "999.00",
    "refund_due": "999.00",
    "payment_deadline_at_0": "2099-01-01",
    "payment_deadline_at_1": "00:00",
    "payment_deadline_at": "2099-01-01 00:00",
    "changes_deadline_at": "2099-01-01 00:00",
    "version": "99",
    "code": "S-1999-0001",
    "client": "{spare_client}",
    "client_id": "{spare_client}",
    "session_type": "External",
    "editing_assigned_to": "{editor}",
    "cancelled_at": "2099-01-01 00:00",
    "cancellation_reason": "forged",
    "hidden_at": "2099-01-01 00:00",
    "created_by": "{other}",
    "starts_at": "2099-01-01 00:00",
    # rows of the parts that the page shows: one that is there, and a new one
    "lines-TOTAL_FORMS": "2",
    "lines-INITIAL_FORMS": "1",
    "lines-0-id": "{line}",
    "lines-0-session": "{session}",
    "lines-0-item_name": "forged",
    "lines-0-quantity": "99",
    "lines-0-unit_price": "0.01",
    "lines-0-line_subtotal": "0.01",
    "lines-0-is_delivered": "on",
    "lines-0-DELETE": "on",
    "lines-1-session": "{session}",
    "lines-1-line_type": "Item",
    "lines-1-item_name": "forged",
    "lines-1-quantity": "1",
    "assignments-TOTAL_FORMS": "2",
    "assignments-INITIAL_FORMS": "1",
    "assignments-0-id": "{assignment}",
    "assignments-0-session": "{session}",
    "assignments-0-role": "Lead",
    "assignments-0-status": "Released",
    "assignments-0-DELETE": "on",
    "assignments-1-session": "{session}",
    "assignments-1-photographer": "{other}",
    "history-TOTAL_FORMS": "1",
    "history-INITIAL_FORMS": "0",
    "history-0-session": "{session}",
    "history-0-from_status": "Request",
    "history-0-to_status": "Completed",
    "history-0-changed_at_0": "2026-01-01",
    "history-0-changed_at_1": "10:00",
    "history-0-channel": "admin",
}
PLAN = {
    "session_date": IN_TIME,
    "session_time": "03:00",
    "estimated_duration_hours": "9",
    "room": "{spare_room}",
    "location": "elsewhere",
    "client_requirements": "forged",
    "photographers_needed": "9",
    "discount": "1.00",
    "transportation_cost": "1.00",
    "deposit_percentage": "1",
    "responsible": "{other}",
    "internal_notes": "forged",
    "delivery_address": "forged",
    "delivery_link": "https://forged.example",
    "reported_incidents": "forged",
    "editor_observations": "forged",
    "override": "on",
    "reason": "forged",
}


def typed(page: HttpResponse) -> dict[str, Any]:
    """Return what a browser would send if one pressed "Save" on a page without typing."""
    forms = [page.context["adminform"].form]
    forms += [formset.formset.management_form for formset in page.context["inline_admin_formsets"]]
    return {
        field.html_name: "" if field.value() is None else field.value()
        for form in forms
        for field in form
    }


@pytest.mark.parametrize("person", ["admin", "coordinator"])
def test_the_office_cannot_forge_what_only_actions_write(world, person):
    address = world.address("/admin/sessions_app/session/{session}/change/")
    client = world.browser(person)
    before = state_of(world)
    sent = filled(world, FORGED) | typed(client.get(address))
    sent |= {name: value for name, value in filled(world, FORGED).items() if name not in PLAN}
    answer = client.post(address, sent | {"client_requirements": "balloons"})
    assert outcome(answer) == "back"
    session = world.session()
    assert (session.client_requirements, session.version) == ("balloons", before[0] + 1)
    Session.objects.filter(pk=session.pk).update(
        client_requirements="", version=before[0], updated_at=before[5][0]["updated_at"]
    )
    assert state_of(world) == before


def test_the_office_cannot_forge_a_new_session(world):
    client = world.browser("coordinator")
    sent = filled(world, FORGED) | typed(client.get("/admin/sessions_app/session/add/"))
    sent |= filled(world, FORGED) | {
        "client": world.ids["client"],
        "session_type": "Studio",
        "room": world.ids["spare_room"],
        "session_date": IN_TIME,
    }
    known = set(Session.objects.values_list("pk", flat=True))
    assert outcome(client.post("/admin/sessions_app/session/add/", sent)) == "back"
    session = Session.objects.exclude(pk__in=known).get()
    facts = (session.status, session.subtotal, session.total_amount, session.paid_amount)
    assert facts == ("Request", 0, 0, 0)
    assert (session.version, session.payment_deadline_at) == (1, None)
    assert session.code != FORGED["code"]
    assert session.created_by == world.people["coordinator"]
    assert not session.lines.exists()
    assert not session.assignments.exists()
    assert [entry.to_status for entry in session.history.all()] == ["Request"]


@pytest.mark.parametrize("name", ["session", "covered", "pool"])
@pytest.mark.parametrize("person", ["covering", "other", "editor"])
def test_who_covers_or_edits_writes_nothing_of_plan_and_money(world, person, name):
    address = f"/admin/sessions_app/session/{world.ids[name]}/change/"
    before = state_of(world)
    answer = world.browser(person).post(address, filled(world, FORGED | PLAN))
    assert answer.status_code in {200, 302, 403}
    assert state_of(world) == before


def test_a_photographer_writes_their_observations_and_nothing_beside_them(world):
    address = world.address("/admin/sessions_app/session/{covered}/change/")
    client = world.browser("covering")
    before = Session.objects.filter(pk=world.ids["covered"]).values().get()
    sent = typed(client.get(address)) | filled(world, FORGED | PLAN)
    sent |= {name: 0 for name in sent if name.endswith("_FORMS")}
    sent["photographer_observations"] = "rain"
    assert "not allowed" in client.post(address, sent).content.decode()  # an override: not theirs
    del sent["override"]
    assert outcome(client.post(address, sent)) == "back"
    after = Session.objects.filter(pk=world.ids["covered"]).values().get()
    changed = {name for name in after if after[name] != before[name]}
    assert changed == {"photographer_observations", "version", "updated_at"}


# What is not for everyone's eyes

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
}
ASKED_OF_THE_LIST = (
    ("total_amount__gte", "1"),
    ("discount__gt", "1"),
    ("deposit_percentage__lt", "90"),
    ("internal_notes__contains", "pays"),
    ("cancellation_reason__contains", "wedding"),
    ("cancellation_initiator__exact", "Client"),
    ("client__notes__contains", "quarrels"),
    ("client__tax_id__startswith", "7"),
    ("lines__unit_price__gte", "1"),
    ("history__reason__contains", "rival"),
)


@pytest.fixture
def private(world: World) -> World:
    """A world whose sessions have secrets, also a cancelled one; an editor sees them too."""
    at, system = now(), acting(None)
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
    for name in ("told", "cancelled"):
        session = external(
            system, at=at, client=client, session_date=world.session().session_date,
            session_time=None, estimated_duration_hours=None,
        )  # fmt: skip
        line = lines.add_item(session, item, 2, actor=system, at=at)
        grouped = lines.add_package(session, package, 1, actor=system, at=at)
        member = team.assign(session, photographer.pk, actor=system, at=at)
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
        remarks = {"reason": SECRETS["reason of a step"], "notes": SECRETS["notes of a step"]}
        lifecycle.transition(session, Status.NEGOTIATION, actor=system, at=at, **remarks)
        Session.objects.filter(pk=session.pk).update(editing_assigned_to=editor)
        world.ids |= {name: session.pk, f"{name}_line": line.pk, f"{name}_member": member.pk}
        world.ids[f"{name}_adjustment"] = grouped[-1].pk
    lifecycle.cancel(
        Session.objects.get(pk=world.ids["cancelled"]),
        initiator=Initiator.CLIENT,
        actor=acting(world.people["coordinator"]),
        at=at,
        reason=SECRETS["cancellation reason"],
    )
    return world


def tells(text: str, secrets: dict[str, str]) -> list[str]:
    """Return the names of the secrets in a text; amounts are looked for in any notation."""
    plain = text.replace(",", "").replace("\N{NO-BREAK SPACE}", "").replace("&#x27;", "'")
    return [name for name, secret in secrets.items() if secret in text or secret in plain]


def amounts(session: Session) -> dict[str, str]:
    """Return the sums of a session, which are as secret as what they are made of."""
    names = ("subtotal", "total_amount", "deposit_amount")
    return {name: str(getattr(session, name)) for name in names}


PRIVATE_PAGES = [
    "/",
    "/sessions_app/",
    "/sessions_app/session/",
    "/sessions_app/session/?q=secreta",
    "/sessions_app/session/?status__exact=Canceled",
    "/sessions_app/session/?o=6",
    "/sessions_app/line/",
    "/sessions_app/assignment/",
    *(
        f"/sessions_app/{page}/"
        for name in ("told", "cancelled")
        for page in (
            f"session/{{{name}}}/change",
            f"session/{{{name}}}/history",
            f"session/{{{name}}}/pre-schedule",
            f"session/{{{name}}}/cancel",
            f"session/{{{name}}}/hide",
            f"line/{{{name}_line}}/change",
            f"line/{{{name}_line}}/history",
            f"line/{{{name}_line}}/quantity",
            f"line/{{{name}_line}}/remove",
            f"line/{{{name}_adjustment}}/change",
            f"assignment/{{{name}_member}}/change",
            f"assignment/{{{name}_member}}/history",
            f"assignment/{{{name}_member}}/change-coverage",
        )
    ),
    "/autocomplete/?app_label=sessions_app&model_name=session&field_name=client&term=secreta",
    "/autocomplete/?app_label=catalog&model_name=packageitem&field_name=item&term=item",
    "/search/?s=secreta",
    "/search/?s=secreta&extended=1",
]


@pytest.mark.parametrize("person", ["covering", "editor"])
def test_no_page_tells_who_covers_or_edits_what_is_the_offices(private, person):
    secrets = SECRETS | amounts(private.session("told"))
    client = private.browser(person)
    listed = client.get("/admin/sessions_app/session/?q=secreta").content.decode()
    assert private.session("told").code in listed  # they do see the sessions
    for page in PRIVATE_PAGES:
        address = f"/admin{private.address(page)}"
        assert tells(client.get(address, follow=True).content.decode(), secrets) == [], page
        answer = client.post(address, {}, follow=True)
        assert tells(answer.content.decode(), secrets) == [], f"POST {page}"


def test_the_same_pages_tell_the_office_every_one_of_them(private):
    secrets = SECRETS | amounts(private.session("told"))
    client = private.browser("coordinator")
    pages = [*PRIVATE_PAGES, f"/clients/client/{private.session('told').client_id}/change/"]
    text = "".join(
        client.get(f"/admin{private.address(page)}", follow=True).content.decode() for page in pages
    )
    assert set(secrets) - set(tells(text, secrets)) == set()


@pytest.mark.parametrize("term", ["4444-9191", "7654321", "oculta", "quarrels", "pays", "wedding"])
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


@pytest.mark.parametrize("question", ["unit_price__gte", "line_subtotal__gte"])
def test_no_filter_of_lines_tells_prices(private, question):
    page = private.browser("covering").get("/admin/sessions_app/line/", {question: 1})
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
