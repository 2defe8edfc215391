"""The back office, page × person: who opens what, who presses which button.

Nobody but the holders of a role gets in; then the same rights hold as at every door (rules, 1).
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.apps import apps
from django.contrib import admin
from django.db import connection, transaction
from django.http import HttpResponse
from django.urls import get_resolver

from config.tests.admin_pages import LINES, MENUS, PEOPLE
from config.tests.admin_posts import FORMS, POSTS, PROFILE, REASON
from config.tests.test_api_permissions import blank, walk
from config.tests.world import World
from sessions_app.tests.pages import offered
from users.models import User

pytestmark = pytest.mark.django_db

ACTIVE = ("admin", "coordinator", "covering", "editor", "editing")
OUTSIDE = ("nobody", "user", "other")
STAFF = [person for person in PEOPLE if person not in {"nobody", "user"}]
SESSIONS = (
    *("session", "away", "offered", "confirmed", "late", "covered", "due", "pool", "marked"),
    *("edited", "ready", "completed", "canceled", "hidden"),
)
PARTS = {
    "session": SESSIONS,
    "line": ("line", "away_line"),
    "payment": ("payment", "slip", "refund", "due_back"),
    "assignment": ("assignment", "due_part", "seconds_part", "marked_part", "edited_part"),
    "timeoff": ("time_off",),
    "maintenance": ("maintenance", "repairs"),
}
PLAIN = sorted(
    f"/admin{address}"
    for address in (line.split()[0] for line in LINES)
    if address.startswith("/sessions_app/session/") and "{" not in address
)
"""The pages about sessions that are about no single one."""
ANSWERS = {200, 302, 400, 403, 404, 409}
"""Of a crafted post: anything but a failure of the server."""
LOGS = {"records_auditentry", "django_admin_log", "django_session"}


def outcome(answer: HttpResponse) -> str:
    """Return the word or number that the table of pages has for an answer."""
    if answer.status_code != 302:
        return str(answer.status_code)
    target = answer["Location"]
    if target.startswith("/admin/login/"):
        return "door"
    return "home" if target == "/admin/" else "back"


def filled(world: World, body: dict[str, Any]) -> dict[str, Any]:
    return {
        name: world.address(value) if isinstance(value, str) else value
        for name, value in body.items()
    }


def everything() -> dict[str, str]:
    """Return a fingerprint of each table of the studio; entering is no change of it."""
    row = "(to_jsonb(t) - 'last_login')::text"
    tables = [model._meta.db_table for model in apps.get_models(include_auto_created=True)]
    asked = " UNION ALL ".join(
        f"SELECT '{name}', md5(string_agg({row}, '' ORDER BY {row})) FROM {name} t"  # noqa: S608
        for name in tables
        if name not in LOGS
    )
    with connection.cursor() as cursor:
        cursor.execute(asked)
        return dict(cursor.fetchall())


@pytest.fixture(scope="module")
def untouched(world: World) -> dict[str, str]:
    """The fingerprints as each test finds them: what the one before did is undone."""
    return everything()


def sent_to(world: World, person: str, address: str, body: dict[str, Any]) -> HttpResponse:
    return world.browser(person).post(f"/admin{world.address(address)}", filled(world, body))


def buttons() -> Iterator[tuple[str, str, str]]:
    """Yield every button of sessions and their parts with each object: kind, name, button."""
    for form in FORMS:
        kind, button = form.split("/")
        for name in PARTS[kind]:
            yield kind, name, button


# Who opens which page


@pytest.mark.parametrize("line", LINES, ids=lambda line: line.split()[0])
def test_each_person_opens_the_pages_that_the_rules_say_and_changes_nothing(world, untouched, line):
    address, *expected = line.split()
    asked = REASON if re.search(r"\}/(?!change|history)[\w-]+/$", address) else {}
    answered = [
        outcome(world.browser(person).get(f"/admin{world.address(address)}", asked))
        for person in PEOPLE
    ]
    assert dict(zip(PEOPLE, answered, strict=True)) == dict(zip(PEOPLE, expected, strict=True))
    assert everything() == untouched


def test_every_page_of_the_back_office_is_in_the_table_and_the_table_holds_nothing_else():
    site = next(p for p in get_resolver().url_patterns if str(p.pattern) == "admin/")
    configured = {f"/{address}" for address, _pattern in walk(site)}
    configured -= {"/{}/", "/{}", "/r/{}/{}/"}
    labels = {f"/{model._meta.app_label}/" for model in admin.site._registry}
    in_table = {blank(line.split()[0]) for line in LINES}
    assert in_table == configured | labels | {"/unknown/", "/r/1/1/"}


def test_every_button_is_in_the_table_of_posts():
    buttons_only = r".*/(\{\w+\}/(?!change/)[\w-]+|enter-afterwards|change-settings)/"
    pressed = {blank(post[0]) for post in POSTS if re.fullmatch(buttons_only, post[0])}
    shown = {
        f"/{model._meta.app_label}/{model._meta.model_name}/{{}}/{action.path}/"
        for model, page in admin.site._registry.items()
        for action in page._get_base_actions_detail()
    }
    assert pressed == shown | {
        "/sessions_app/session/enter-afterwards/",
        "/records/studiosettings/change-settings/",
    }
    assert {f"/sessions_app/{form.replace('/', '/{}/')}/" for form in FORMS} <= pressed


@pytest.mark.parametrize("person", STAFF)
def test_the_menu_names_what_each_person_may_open(world, person):
    client = world.browser(person)
    page = client.get("/admin/")
    entries = [
        entry
        for group in page.context["sidebar_navigation"]
        for entry in group["items"]
        if entry["has_permission"]
    ]
    assert tuple(str(entry["title"]) for entry in entries) == MENUS[person]
    shown = page.content.decode()
    for entry in entries:
        assert f'href="{entry["link"]}"' in shown
        assert client.get(entry["link"]).status_code == 200


@pytest.mark.fuzz
@pytest.mark.parametrize("person", STAFF)
def test_no_page_links_to_one_that_is_refused(world, person):
    client = world.browser(person)
    for address in ("/admin/", *(entry for entry in PLAIN if client.get(entry).status_code == 200)):
        linked = set(re.findall(r'href="(/admin/[^"#]*)"', client.get(address).content.decode()))
        assert linked
        for link in linked:
            answer = client.get(html.unescape(link), follow=True)
            assert answer.status_code == 200, (address, link)
            told = answer.context["messages"] if answer.context else ()
            assert [str(said) for said in told] == [], (address, link)


@pytest.mark.parametrize("person", ACTIVE)
def test_a_page_shows_the_buttons_whose_pages_open_and_no_others(world, person):
    column = 1 + PEOPLE.index(person)
    rows = {line.split()[0]: line.split()[column] for line in LINES}
    shown: dict[tuple[str, str], set[str]] = {}
    for address, answer in rows.items():
        parts = re.fullmatch(r"/sessions_app/(\w+)/\{(\w+)\}/([\w-]+)/", address)
        if not parts or f"{parts[1]}/{parts[3]}" not in FORMS or answer not in {"200", "back"}:
            continue
        part = (parts[1], parts[2])
        if part not in shown:
            model = apps.get_model("sessions_app", parts[1])
            shown[part] = offered(world.browser(person), model(pk=world.ids[parts[2]]))
        assert (parts[3] in shown[part]) == (answer == "200"), address
    assert shown


# Who brings what about


@pytest.mark.parametrize(
    ("address", "body", "who"), POSTS, ids=[f"{post[0]}-{len(post[1])}" for post in POSTS]
)
def test_a_crafted_post_does_something_only_for_who_may(world, untouched, address, body, who):
    done = set()
    for person in ACTIVE:
        with transaction.atomic():
            answer = sent_to(world, person, address, body)
            assert answer.status_code in ANSWERS
            if everything() != untouched:
                done.add(person)
            transaction.set_rollback(True)
    assert done == who


# What each of those who see not all may do with what there is; with anything else, nothing.
OWN_WORK = {
    "covering": {
        "due mark-own",
        "due attend",
        "due_part mark",
        "marked mark-own",  # it is marked already: a note may still be left
        "marked take-back",
        "marked_part mark",
        "edited mark-own",
        "edited_part mark",
        "ready mark-own",
        "time_off withdraw",
    },
    "editor": {"pool take", "marked take"},
    "editing": {
        "pool take",
        "marked take",
        "edited mark-ready",
        "edited change-editing-days",
        "edited release-editor",
    },
}


@pytest.mark.fuzz
@pytest.mark.parametrize("person", OWN_WORK)
def test_who_sees_not_all_does_their_own_work_and_nothing_else(world, person):
    before, done = everything(), set()
    for kind, name, button in buttons():
        address = f"/sessions_app/{kind}/{{{name}}}/{button}/"
        with transaction.atomic():
            answer = sent_to(world, person, address, FORMS[f"{kind}/{button}"])
            assert answer.status_code in {302, 200, 403}, address
            if everything() != before:
                done.add(f"{name} {button}")
            transaction.set_rollback(True)
    assert done == OWN_WORK[person]


@pytest.mark.fuzz
@pytest.mark.parametrize("person", OUTSIDE)
def test_who_sees_nothing_does_nothing(world, person):
    before = everything()
    posts = [post[:2] for post in POSTS]
    posts += [
        (f"/sessions_app/{kind}/{{{name}}}/{button}/", FORMS[f"{kind}/{button}"])
        for kind, name, button in buttons()
    ]
    for address, body in posts:
        assert sent_to(world, person, address, body).status_code in ANSWERS, address
    assert everything() == before


@pytest.mark.parametrize("person", STAFF)
def test_everyone_changes_their_own_profile_and_nobody_elses(world, person):
    mine, others = world.people[person], User.objects.exclude(pk=world.ids[person])
    before = list(others.order_by("pk").values())
    forged = {"id": world.ids["admin"], "email": "x@example.com", "status": "Inactive", "roles": 1}
    answer = sent_to(world, person, "/users/user/me/", PROFILE | forged)
    assert outcome(answer) == "home"
    after = User.objects.get(pk=mine.pk)
    assert {name: getattr(after, name) for name in PROFILE} == PROFILE
    assert (after.email, after.status) == (mine.email, mine.status)
    assert after.role_names == mine.role_names
    assert list(others.order_by("pk").values()) == before


@pytest.mark.fuzz
@pytest.mark.parametrize("person", ["admin", "coordinator"])
def test_the_office_is_answered_at_every_button_of_everything(world, person):
    for kind, name, button in buttons():
        address = f"/sessions_app/{kind}/{{{name}}}/{button}/"
        with transaction.atomic():
            answer = sent_to(world, person, address, FORMS[f"{kind}/{button}"])
            assert answer.status_code in {302, 200}, address
            transaction.set_rollback(True)


@pytest.mark.parametrize(
    "button", ["session/confirm", "line/remove", "payment/verify", "assignment/mark"]
)
def test_what_has_no_such_id_is_not_there_whatever_is_asked_of_it(world, button):
    kind, name = button.split("/")
    for nonsense in ("0", "-1", "abc", "9" * 30, "1_5F2", "%00", "١"):
        for ask in (world.browser("admin").get, world.browser("admin").post):
            answer = ask(f"/admin/sessions_app/{kind}/{nonsense}/{name}/")
            assert outcome(answer) == "home", nonsense


def test_a_post_without_the_token_of_a_form_is_refused(world):
    before = everything()
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
    assert everything() == before
