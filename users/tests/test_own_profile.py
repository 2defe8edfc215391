"""One's own name, phone and language in the back office; the language counts from then on."""

from __future__ import annotations

import pytest
from django.test import Client as Browser

from config.records.models import AuditEntry
from users.models import User
from users.tests.factories import UserFactory

pytestmark = pytest.mark.django_db

PAGE = "/admin/users/user/me/"


def browser(user: User) -> Browser:
    made = Browser()
    made.force_login(user)
    return made


def filled(user: User, **changes: str) -> dict[str, str]:
    """Return what the form sends with something changed."""
    return {name: getattr(user, name) for name in ("full_name", "phone", "language")} | changes


@pytest.mark.parametrize("role", ["admin", "coordinator", "photographer", "editor"])
def test_everyone_who_works_here_opens_their_own(role):
    person = UserFactory(full_name="Pilar P", roles=[role], language="en")
    answer = browser(person).get(PAGE)
    assert answer.status_code == 200
    form = answer.context["form"]
    assert {name: form[name].value() for name in form.fields} == {
        "full_name": "Pilar P",
        "phone": person.phone,
        "language": "en",
    }


def test_nobody_else_gets_in(plain_user):
    for who in (Browser(), browser(plain_user)):
        answer = who.get(PAGE)
        assert answer.status_code == 302
        assert answer["Location"].startswith("/admin/login/")
    plain_user.refresh_from_db()


def test_the_menu_of_ones_name_leads_there(photographer):
    assert f'href="{PAGE}"' in browser(photographer).get("/admin/").content.decode()


def test_the_language_counts_from_the_very_next_page_and_for_oneself_alone(photographer, editor):
    mine, others = browser(photographer), browser(editor)
    assert mine.get("/admin/")["Content-Language"] == "en"
    answer = mine.post(PAGE, filled(photographer, language="es"))
    assert (answer.status_code, answer["Location"]) == (302, "/admin/")
    next_page = mine.get("/admin/")
    assert next_page["Content-Language"] == "es"
    assert '<html lang="es"' in next_page.content.decode()
    assert others.get("/admin/")["Content-Language"] == "en"
    mine.post(PAGE, filled(photographer, language="en"))
    assert mine.get("/admin/")["Content-Language"] == "en"


def test_ones_own_choice_counts_more_than_the_browsers():
    person = UserFactory(roles=["editor"], language="es")
    answer = browser(person).get("/admin/", headers={"accept-language": "en"})
    assert answer["Content-Language"] == "es"


def test_before_signing_in_the_browsers_language_counts_also_after_someone_elses_page(editor):
    User.objects.filter(pk=editor.pk).update(language="es")
    editor.refresh_from_db()
    assert browser(editor).get("/admin/")["Content-Language"] == "es"
    for language in ("en", "es"):
        answer = Browser().get("/admin/login/", headers={"accept-language": language})
        assert answer["Content-Language"] == language


def test_one_persons_language_does_not_reach_the_next_request_of_the_api(editor, desk):
    User.objects.filter(pk=editor.pk).update(language="es")
    editor.refresh_from_db()
    browser(editor).get("/admin/")
    answer = desk.get("/api/v1/sessions/987654321", headers={"accept-language": "en"})
    assert answer.headers["Content-Language"] == "en"


def test_name_phone_and_language_are_saved_and_in_the_audit_trail(photographer):
    changes = {"full_name": "Pilar Pérez", "phone": "5555-1234", "language": "es"}
    assert browser(photographer).post(PAGE, changes).status_code == 302
    photographer.refresh_from_db()
    assert {name: getattr(photographer, name) for name in changes} == changes
    entry = AuditEntry.objects.get(action="user.changed")
    assert entry.actor == photographer


def test_saved_unchanged_nothing_is_recorded(photographer):
    assert browser(photographer).post(PAGE, filled(photographer)).status_code == 302
    assert not AuditEntry.objects.filter(action="user.changed").exists()


def test_nothing_else_of_oneself_is_written_whatever_is_sent(photographer, admin_user):
    mine = browser(photographer)
    before = User.objects.values().get(pk=photographer.pk)
    forged = {
        "email": "boss@example.com",
        "password": "Other-Horse-2026!",
        "status": "Inactive",
        "roles": [admin_user.roles.get().pk],
        "is_superuser": "on",
        "id": admin_user.pk,
        "pk": admin_user.pk,
    }
    answer = mine.post(PAGE, filled(photographer, phone="5555-1234") | forged)
    assert answer.status_code == 302
    after = User.objects.values().get(pk=photographer.pk)
    changed = {name for name in after if after[name] != before[name]}
    assert changed - {"search_text"} == {"phone", "updated_at"}
    assert photographer.role_names == {"photographer"}
    admin_user.refresh_from_db()
    assert admin_user.phone != "5555-1234"


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("full_name", ""),
        ("full_name", "x" * 151),
        ("full_name", "a\0b"),
        ("phone", "1" * 31),
        ("language", ""),
        ("language", "xx"),
    ],
)
def test_what_is_wrong_is_said_beside_its_field_and_saves_nothing(photographer, field, value):
    mine = browser(photographer)
    before = User.objects.values().get(pk=photographer.pk)
    answer = mine.post(PAGE, filled(photographer, **{field: value}))
    assert answer.status_code == 200
    assert list(answer.context["form"].errors) == [field]
    assert User.objects.values().get(pk=photographer.pk) == before
