"""Forms of the back office that no page of ours has shown: more fields, other rows, wrong counts.

What such a form cannot write of sessions and their parts is in `test_admin_forging`.
"""

from __future__ import annotations

from itertools import product
from typing import Any

import pytest
from django.db import models, transaction
from django.test import Client as Browser

from catalog.models import Item, Package, PackageItem, Room
from clients.models import Client
from config.records.models import StudioSettings
from config.tests.admin_pages import LINES
from config.tests.admin_posts import POSTS, SETTINGS
from config.tests.test_admin_permissions import everything, filled, outcome
from config.tests.world import World
from sessions_app.tests.pages import typed
from users.models import Invitation, Role, User

pytestmark = pytest.mark.django_db

FORGED: dict[str, Any] = {
    "id": "987654",
    "pk": "987654",
    "status": "Inactive",
    "is_active": "",
    "code": "FORGED",
    "password": "forged",
    "is_superuser": "on",
    "is_staff": "on",
    "last_login_0": "2020-01-01",
    "last_login_1": "10:00",
    "groups": "{admin_role}",
    "user_permissions": "1",
    "token_hash": "forged",
    "accepted_at_0": "2020-01-01",
    "accepted_at_1": "10:00",
    "revoked_at_0": "2020-01-01",
    "revoked_at_1": "10:00",
    "created_at_0": "2020-01-01",
    "created_at_1": "10:00",
    "created_at": "2020-01-01 10:00",
    "updated_at_0": "2020-01-01",
    "updated_at_1": "10:00",
    "created_by": "{other}",
    "updated_by": "{other}",
    "sessions_count": "99",
    "is_high_risk": "on",
    "search_text": "forged",
    "signed_out_at_0": "2099-01-01",
    "signed_out_at_1": "10:00",
    "group_ptr": "{admin_role}",
    "expires_at_0": "2099-01-01",
    "expires_at_1": "10:00",
    "at_0": "2020-01-01",
    "at_1": "10:00",
    "actor": "{other}",
}
"""Columns that nobody types, and one that only a button changes."""
HOW = (
    "_save",
    "_continue",
    "_addanother",
    "_saveasnew",
    "_popup",
    "_to_field",
    "_changelist_filters",
)

# A page, the row that it is of, what its form lets the admin type of all that is forged
CHANGED: list[tuple[str, type[models.Model], str, set[str]]] = [
    ("/clients/client/{client}/change/", Client, "client", set()),
    ("/catalog/item/{item}/change/", Item, "item", {"code"}),
    ("/catalog/package/{package}/change/", Package, "package", {"code"}),
    ("/catalog/room/{room}/change/", Room, "room", {"code"}),
    ("/users/user/{editor}/change/", User, "editor", set()),
    ("/users/role/{own_role}/change/", Role, "own_role", set()),
    ("/users/user/me/", User, "admin", set()),
]
TRACES = {"updated_at", "updated_by_id", "search_text"}


def row_of(kind: type[models.Model], pk: int) -> dict[str, Any]:
    return dict(kind._default_manager.filter(pk=pk).values().get())


TRIED = [(*one, "_save") for one in CHANGED] + [(*CHANGED[0], how) for how in HOW[1:]]


@pytest.mark.parametrize(("page", "kind", "name", "may", "how"), TRIED)
def test_a_form_writes_its_own_fields_and_nothing_else(world, page, kind, name, may, how):
    """Sent back as it was shown, and with all that somebody could think of besides."""
    browser, address = world.browser("admin"), f"/admin{world.address(page)}"
    shown = browser.get(address)
    if "adminform" in shown.context:
        form = typed(shown)
    else:
        form = {field.html_name: field.value() or "" for field in shown.context["form"]}
    form = {key: value for key, value in form.items() if value is not False}
    before, rows = row_of(kind, world.ids[name]), kind._default_manager.count()
    answer = browser.post(address, filled(world, FORGED) | form | {how: "1"})
    assert answer.status_code in ({400} if how == "_to_field" else {200, 302})
    after = row_of(kind, world.ids[name])
    changed = {key for key in after if after[key] != before[key]}
    assert changed - TRACES - may == set()
    assert kind._default_manager.count() == rows, "saved as a new one"


MADE: list[tuple[str, type[models.Model], dict[str, Any], dict[str, Any]]] = [
    (
        "/clients/client/add/",
        Client,
        {"full_name": "N", "email": "n@example.com", "primary_phone": "5555-1234",
         "client_type": "Individual", "language": "en"},
        {"status": "Active"},
    ),
    (
        "/catalog/item/add/",
        Item,
        {"code": "N-1", "name": "N", "item_type": "Album", "unit_price": "1", "unit_measure": "x"},
        {"status": "Active", "code": "N-1"},
    ),
    ("/catalog/room/add/", Room, {"name": "N", "code": "N-1"}, {"status": "Active", "code": "N-1"}),
    (
        "/users/user/add/",
        User,
        {"full_name": "N", "email": "n@example.com", "password": "Other-Horse-2027!",
         "repeated": "Other-Horse-2027!", "language": "en"},
        {"status": "Active", "last_login": None},
    ),
    (
        "/users/invitation/add/",
        Invitation,
        {"email": "n@example.com"},
        {"accepted_at": None, "revoked_at": None},
    ),
]  # fmt: skip


@pytest.mark.parametrize(("page", "kind", "form", "told"), MADE, ids=[one[0] for one in MADE])
def test_a_new_row_is_made_of_its_own_fields_and_nothing_else(world, page, kind, form, told):
    known = set(kind._default_manager.values_list("pk", flat=True))
    answer = world.browser("admin").post(f"/admin{page}", filled(world, FORGED) | form)
    if answer.status_code == 200 and "adminform" in answer.context:
        assert not answer.context["adminform"].form.errors
    assert answer.status_code == 302
    [made] = kind._default_manager.exclude(pk__in=known).values()
    assert {name: made[name] for name in told} == told
    assert "forged" not in str(made).lower()
    assert made["id"] != int(FORGED["id"])
    if kind is User:
        assert User.objects.get(pk=made["id"]).role_names == set()


def test_no_version_of_the_settings_is_written_by_its_page(world):
    before = everything()
    body = filled(world, SETTINGS | FORGED | {"payment_deadline_days": 1})
    for address in (f"{world.ids['version']}/change/", f"{world.ids['version']}/delete/", "add/"):
        answer = world.browser("admin").post(f"/admin/records/studiosettings/{address}", body)
        assert answer.status_code == 403
    assert everything() == before


def test_a_version_of_the_settings_is_of_who_writes_it(world):
    known = set(StudioSettings.objects.values_list("pk", flat=True))
    body = filled(world, FORGED | SETTINGS)
    answer = world.browser("admin").post("/admin/records/studiosettings/change-settings/", body)
    assert answer.status_code == 302
    made = StudioSettings.objects.exclude(pk__in=known).get()
    assert made.actor == world.people["admin"]
    assert made.at.year > 2020


# The rows of a package, the one form with rows that can be typed

COUNTS = ("", "-1", "x", "1e9", "NaN", "%00", "٣")


@pytest.fixture
def package_form(world: World) -> tuple[str, str, dict[str, Any]]:
    """The address of a package's page, the prefix of its rows, and what a browser would send."""
    address = f"/admin/catalog/package/{world.ids['package']}/change/"
    shown = world.browser("admin").get(address)
    [part] = shown.context["inline_admin_formsets"]
    form = typed(shown)
    for row in part.formset.forms:
        form |= {
            field.html_name: field.value() if field.value() is not None else "" for field in row
        }
    return address, part.formset.prefix, form


@pytest.mark.parametrize("name", ["TOTAL_FORMS", "INITIAL_FORMS"])
def test_a_wrong_count_of_rows_writes_nothing_and_takes_no_time(world, package_form, name):
    address, prefix, form = package_form
    before = PackageItem.objects.count()
    for count in COUNTS:
        with transaction.atomic():
            answer = world.browser("admin").post(address, form | {f"{prefix}-{name}": count})
            assert answer.status_code in {200, 302, 400}, count
            assert PackageItem.objects.count() == before, count
            transaction.set_rollback(True)


@pytest.mark.fuzz
def test_a_count_without_end_is_cut_off(world, package_form):
    """Django makes two thousand rows of it at most, which takes seconds; only admins can."""
    address, prefix, form = package_form
    before = PackageItem.objects.count()
    answer = world.browser("admin").post(address, form | {f"{prefix}-TOTAL_FORMS": "9" * 11})
    assert answer.status_code in {200, 302, 400}
    assert PackageItem.objects.count() == before


def test_no_row_of_another_package_is_changed_or_taken(world, package_form):
    address, prefix, form = package_form
    foreign = PackageItem.objects.create(
        package_id=world.ids["closed_package"], item_id=world.ids["spare_item"], quantity=7
    )
    before = list(PackageItem.objects.order_by("pk").values())
    for package, deleted in product(
        (world.ids["package"], world.ids["closed_package"]), ("", "on")
    ):
        sent = form | {
            f"{prefix}-TOTAL_FORMS": "1",
            f"{prefix}-INITIAL_FORMS": "1",
            f"{prefix}-0-id": foreign.pk,
            f"{prefix}-0-package": package,
            f"{prefix}-0-item": world.ids["item"],
            f"{prefix}-0-quantity": "99",
            f"{prefix}-0-DELETE": deleted,
        }
        answer = world.browser("admin").post(address, sent)
        assert answer.status_code in {200, 302}
        assert list(PackageItem.objects.order_by("pk").values()) == before


def test_a_form_without_its_counts_is_refused_kindly(world, package_form):
    address, _prefix, form = package_form
    sent = {key: value for key, value in form.items() if not key.endswith("_FORMS")}
    answer = world.browser("admin").post(address, sent)
    assert answer.status_code == 200


# Actions of lists

ACTIONS = {
    "": {},
    "no such": {"action": "no_such_action"},
    "of Django": {"action": "delete_selected", "post": "yes"},
    "of Python": {"action": "__class__"},
    "a method of the page": {"action": "delete_model"},
    "nothing chosen": {"action": "export_rows"},
    "no index": {"index": "x", "action": "export_rows"},
    "a far index": {"index": "99", "action": "export_rows"},
    "a list of index": {"index": ["0", "-1"]},
}
CHOSEN = ("1", "-1", "x", "9" * 30, "1,2", "\x00", "' OR 1=1")
LISTS = ("clients/client", "catalog/item", "sessions_app/session", "users/user")


@pytest.mark.parametrize("place", LISTS)
def test_an_odd_action_of_a_list_does_nothing(world, place):
    before = everything()
    browser = world.browser("admin")
    for body, chosen in product(ACTIONS.values(), (None, *CHOSEN[3:])):
        sent = {"select_across": "0", "_selected_action": chosen or []} | body
        answer = browser.post(f"/admin/{place}/", sent)
        assert answer.status_code in {200, 302, 400}, (body, chosen)
    after = everything()
    assert {name for name in after if after[name] != before[name]} == set()


# Asking is no doing


def test_no_get_does_what_a_post_does(world):
    """Each form as a query: of the pages of the table, and with the words of buttons besides."""
    before = everything()
    browser = world.browser("admin")
    seen = set()
    for address, body, _who in POSTS:
        if address in seen:
            continue
        seen.add(address)
        asked = {**filled(world, body), "_save": "Save", "post": "yes", "confirm": "1"}
        answer = browser.get(f"/admin{world.address(address)}", asked)
        assert answer.status_code in {200, 302, 400, 403, 404, 405}, address
    assert len(seen) > 50
    after = everything()
    assert {name for name in after if after[name] != before[name]} == set()


@pytest.mark.fuzz
def test_nobody_outside_gets_further_by_a_post_than_by_a_get(world):
    """Each page of the table, posted to by nobody and by who has no role."""
    before = everything()
    for line, person in product(LINES, ("nobody", "user")):
        address = f"/admin{world.address(line.split()[0])}"
        answer = world.browser(person).post(address, {"post": "yes"})
        assert outcome(answer) in {"door", "home", "200", "403", "405"}, address
    assert everything() == before


# Tokens of forms

TOKENS = ("", "x", "a" * 32, "a" * 64, "\x00", "é" * 32)


@pytest.mark.parametrize("sent", TOKENS)
def test_a_form_with_another_token_is_refused(world, sent):
    browser = world.browser("admin", enforce_csrf_checks=True)
    browser.get("/admin/clients/client/add/")
    before = everything()
    form = {"full_name": "New", "csrfmiddlewaretoken": sent}
    answer = browser.post("/admin/clients/client/add/", form)
    assert answer.status_code == 403
    answer = browser.post(
        "/admin/clients/client/add/", {}, headers={"X-CSRFToken": sent.encode().decode("latin-1")}
    )
    assert answer.status_code == 403
    assert everything() == before


def test_a_token_of_another_browser_is_no_token(world):
    mine = world.browser("admin", enforce_csrf_checks=True)
    theirs = Browser(enforce_csrf_checks=True)
    token = theirs.get("/admin/login/").context["csrf_token"]
    mine.get("/admin/clients/client/add/")
    answer = mine.post("/admin/clients/client/add/", {"csrfmiddlewaretoken": str(token)})
    assert answer.status_code == 403


@pytest.mark.parametrize("origin", ["https://hostile.example", "null", "http://testserver:81", "x"])
def test_a_form_from_another_site_is_refused_even_with_the_token(world, origin):
    browser = world.browser("admin", enforce_csrf_checks=True)
    token = browser.get("/admin/clients/client/add/").context["csrf_token"]
    form = {"csrfmiddlewaretoken": str(token)}
    answer = browser.post("/admin/clients/client/add/", form, headers={"Origin": origin})
    assert answer.status_code == 403
    assert browser.post("/admin/clients/client/add/", form).status_code == 200
