"""Clients in the back office."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.messages import get_messages
from django.test import Client as Browser

from clients.models import Client
from clients.tests.factories import ClientFactory
from config.activation import register_dependents
from config.records.models import AuditEntry
from users.models import User
from users.tests.factories import UserFactory

URL = "/admin/clients/client/"
FORM = {
    "full_name": "María Álvarez",
    "email": "maria@example.com",
    "primary_phone": "5555-1234",
    "client_type": "Individual",
    "language": "es",
}


def browser(user: User) -> Browser:
    made = Browser()
    made.force_login(user)
    return made


def said(answer: Any) -> list[str]:
    return [str(message) for message in get_messages(answer.wsgi_request)]


PAGES = {
    "list": URL,
    "add": f"{URL}add/",
    "change": f"{URL}{{id}}/change/",
    "deactivate": f"{URL}{{id}}/deactivate/",
}
OPEN_TO = {
    "admin": {"list", "add", "change", "deactivate"},
    "coordinator": {"list", "add", "change"},
    "photographer": set(),
    "editor": set(),
}


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("role", OPEN_TO)
def test_each_role_opens_what_it_may(db, role, page):
    answer = browser(UserFactory(roles=[role])).get(PAGES[page].format(id=ClientFactory().pk))
    if page in OPEN_TO[role]:
        assert answer.status_code == 200
    else:
        assert answer.status_code in (302, 403)


@pytest.mark.parametrize("role", OPEN_TO)
def test_the_menu_shows_clients_to_who_may_see_them(db, role):
    shown = URL in browser(UserFactory(roles=[role])).get("/admin/").content.decode()
    assert shown is ("list" in OPEN_TO[role])


def test_nobody_deletes(admin_user):
    client = ClientFactory()
    assert browser(admin_user).post(f"{URL}{client.pk}/delete/", {"post": "yes"}).status_code == 403
    page = browser(admin_user).get(URL).content.decode()
    assert "delete_selected" not in page
    assert Client.objects.exists()


def test_a_client_is_added_and_changed(coordinator):
    answer = browser(coordinator).post(f"{URL}add/", FORM)
    assert answer.status_code == 302, answer.context["errors"]
    client = Client.objects.get()
    assert (client.full_name, client.status) == ("María Álvarez", "Active")
    change = FORM | {"notes": "Twins", "status": "Inactive"}
    browser(coordinator).post(f"{URL}{client.pk}/change/", change)
    client.refresh_from_db()
    assert (client.notes, client.status) == ("Twins", "Active")


def test_an_email_in_use_is_said_on_the_form(coordinator):
    ClientFactory(email="Maria@Example.com")
    answer = browser(coordinator).post(f"{URL}add/", FORM)
    assert answer.status_code == 200
    assert "A client with this e-mail already exists." in answer.content.decode()
    assert Client.objects.count() == 1


def test_saving_writes_only_what_was_changed(coordinator):
    """A status changed meanwhile by another is not written back."""
    client = ClientFactory(**FORM)
    seen = Client.objects.get(pk=client.pk)
    Client.objects.filter(pk=client.pk).update(status="Inactive")
    assert seen.is_active
    browser(coordinator).post(f"{URL}{client.pk}/change/", FORM | {"notes": "x"})
    client.refresh_from_db()
    assert (client.notes, client.status) == ("x", "Inactive")


def test_a_link_asks_and_only_the_form_behind_it_deactivates(admin_user):
    client, url = ClientFactory(full_name="Ana"), PAGES["deactivate"]
    desk = browser(admin_user)
    page = desk.get(url.format(id=client.pk))
    assert "Deactivate “Ana”" in page.content.decode()
    client.refresh_from_db()
    assert client.is_active
    answer = desk.post(url.format(id=client.pk))
    assert (answer.status_code, answer["Location"]) == (302, f"{URL}{client.pk}/change/")
    assert said(answer) == ["“Ana” is deactivated."]
    client.refresh_from_db()
    assert not client.is_active
    entry = AuditEntry.objects.get()
    assert (entry.action, entry.actor, entry.channel) == (
        "client.status_changed",
        admin_user,
        "admin",
    )


def test_a_forged_post_without_a_token_changes_nothing(admin_user):
    client = ClientFactory()
    desk = Browser(enforce_csrf_checks=True)
    desk.force_login(admin_user)
    assert desk.post(PAGES["deactivate"].format(id=client.pk)).status_code == 403
    client.refresh_from_db()
    assert client.is_active


def test_the_buttons_follow_status_and_right(admin_user, coordinator):
    active, gone = ClientFactory(), ClientFactory(status="Inactive")

    def buttons(user: User, client: Client) -> list[str]:
        page = browser(user).get(f"{URL}{client.pk}/change/").content.decode()
        return [name for name in ("deactivate", "reactivate") if f"/{client.pk}/{name}/" in page]

    assert buttons(admin_user, active) == ["deactivate"]
    assert buttons(admin_user, gone) == ["reactivate"]
    assert buttons(coordinator, active) == []


def test_reactivating_works_the_same_way(admin_user):
    client = ClientFactory(status="Inactive")
    browser(admin_user).post(f"{URL}{client.pk}/reactivate/")
    client.refresh_from_db()
    assert client.is_active


def test_a_page_that_is_not_offered_leads_back_with_a_sentence(admin_user):
    client = ClientFactory()
    answer = browser(admin_user).get(f"{URL}{client.pk}/reactivate/")
    assert answer["Location"] == f"{URL}{client.pk}/change/"
    assert said(answer) == ["This is not possible now."]


def test_posting_without_the_right_is_refused_with_a_sentence_and_logged(coordinator, caplog):
    client = ClientFactory()
    answer = browser(coordinator).post(PAGES["deactivate"].format(id=client.pk))
    assert said(answer) == ["You are not allowed to do this."]
    assert "right=client.delete" in caplog.text
    client.refresh_from_db()
    assert client.is_active


def test_a_button_of_an_unknown_client_leads_home(admin_user):
    answer = browser(admin_user).post(PAGES["deactivate"].format(id=999999))
    assert answer.status_code == 302


@pytest.fixture
def needed(monkeypatch):
    """Clients named “Needed” are needed by a session."""
    monkeypatch.setattr("config.activation._finders", {})

    def find(client: Client, at: Any, viewer: Any) -> list[dict[str, Any]]:
        return [{"code": "S-2026-0001"}] if client.full_name == "Needed" else []

    register_dependents("clients.Client", find)


def test_a_refusal_is_a_sentence_on_the_page(admin_user, needed):
    client = ClientFactory(full_name="Needed")
    answer = browser(admin_user).post(PAGES["deactivate"].format(id=client.pk))
    assert answer.status_code == 200
    assert "1 booking still depends on this (S-2026-0001)." in answer.content.decode()
    client.refresh_from_db()
    assert client.is_active


def test_bulk_deactivation_goes_and_reports_row_by_row(admin_user, needed):
    clients = [ClientFactory(full_name=name) for name in ("Ana", "Needed", "Zoe")]
    answer = browser(admin_user).post(
        URL,
        {
            "action": "deactivate_rows",
            "_selected_action": [client.pk for client in clients],
        },
    )
    assert said(answer) == [
        "Needed: 1 booking still depends on this (S-2026-0001). Move or cancel it first.",
        "Deactivated: Ana, Zoe.",
    ]
    assert list(Client.objects.filter(status="Active")) == [clients[1]]


def test_bulk_reactivation_too(admin_user):
    client = ClientFactory(full_name="Ana", status="Inactive")
    answer = browser(admin_user).post(
        URL, {"action": "reactivate_rows", "_selected_action": [client.pk]}
    )
    assert said(answer) == ["Reactivated: Ana."]


def test_bulk_actions_are_for_who_may(coordinator):
    client = ClientFactory()
    browser(coordinator).post(URL, {"action": "deactivate_rows", "_selected_action": [client.pk]})
    client.refresh_from_db()
    assert client.is_active


@pytest.mark.parametrize("term", ["maria", "ÁLVAREZ", "varez mar", "example.com"])
def test_the_search_is_blind_to_case_and_accents(coordinator, term):
    ClientFactory(full_name="María Álvarez", email="m@example.com")
    ClientFactory(full_name="Other", email="o@other.org")
    page = browser(coordinator).get(URL, {"q": term})
    assert [client.full_name for client in page.context["cl"].result_list] == ["María Álvarez"]


def test_a_null_character_in_the_search_is_no_error(coordinator):
    assert browser(coordinator).get(URL, {"q": "a\0"}).status_code == 200


def test_the_list_takes_as_many_queries_for_three_as_for_one(
    coordinator, django_assert_max_num_queries
):
    desk = browser(coordinator)
    ClientFactory()
    with django_assert_max_num_queries(12) as one:
        desk.get(URL)
    ClientFactory()
    ClientFactory()
    with django_assert_max_num_queries(len(one)):
        desk.get(URL)
