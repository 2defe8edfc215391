"""People, roles and the audit trail in the back office."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib import admin
from django.contrib.auth.models import Group
from django.contrib.messages import get_messages
from django.test import Client as Browser

from config.clock import now
from config.records.audit import record
from config.records.models import AuditEntry, Channel
from conftest import signed_in
from users.actions.roles import permissions_by_right
from users.actors import Actor
from users.models import Role, SignIn, User
from users.rights import Right
from users.tests.factories import PASSWORD, UserFactory, role

PEOPLE, AUDIT = "/admin/users/user/", "/admin/records/auditentry/"
PROFILE = {
    "full_name": "Pia Photographer",
    "email": "pia@studio.example",
    "phone": "5555-1234",
    "language": "es",
}
NEW_PASSWORD = "Other-Horse-2026!"


def browser(user: User | None = None) -> Browser:
    made = Browser()
    if user is not None:
        made.force_login(user)
    return made


def said(answer: Any) -> list[str]:
    return [str(message) for message in get_messages(answer.wsgi_request)]


def ids(*names: str) -> list[int]:
    return [role(name).pk for name in names]


def holder_of(*rights: Right) -> User:
    """A person who may enter and holds just these rights, by a role of the studio's own."""
    own = Role.objects.create(name="deputy")
    permissions = permissions_by_right()
    own.permissions.add(*(permissions[right] for right in rights))
    person: User = UserFactory(full_name="Dora Deputy", roles=["photographer"])
    person.roles.add(own)
    return person


# The door


@pytest.mark.parametrize("name", ["admin", "coordinator", "photographer", "editor", "user"])
def test_one_signs_in_with_email_and_a_role(db, name):
    person = UserFactory(email="ana@studio.example", roles=[name])
    person.set_password(PASSWORD)
    person.save()
    page = browser().get("/admin/login/")
    assert "E-mail" in page.content.decode()
    form = {"username": "ANA@studio.example", "password": PASSWORD}
    answer = browser().post("/admin/login/", form)
    assert answer.status_code == (200 if name == "user" else 302)


def test_an_inactive_person_does_not_get_in(db):
    person = UserFactory(email="ana@studio.example", roles=["admin"], status="Inactive")
    person.set_password(PASSWORD)
    person.save()
    form = {"username": "ana@studio.example", "password": PASSWORD}
    assert browser().post("/admin/login/", form).status_code == 200


@pytest.mark.parametrize("url", [PEOPLE, f"{PEOPLE}add/", "/admin/users/role/", AUDIT])
def test_who_is_not_signed_in_is_sent_to_the_door(db, url):
    assert browser().get(url)["Location"].startswith("/admin/login/")


@pytest.mark.parametrize("url", [PEOPLE, "/admin/users/role/", AUDIT])
@pytest.mark.parametrize("name", ["admin", "coordinator", "photographer", "editor"])
def test_only_admins_see_people_roles_and_the_audit_trail(db, url, name):
    desk = browser(UserFactory(roles=[name]))
    assert desk.get(url).status_code == (200 if name == "admin" else 403)
    assert desk.get(f"{PEOPLE}add/").status_code == (200 if name == "admin" else 403)
    assert (f'href="{url}"' in desk.get("/admin/").content.decode()) is (name == "admin")


def test_djangos_own_page_of_groups_is_gone():
    assert not admin.site.is_registered(Group)


# People


def test_a_person_is_created_with_password_and_roles(admin_user):
    form = PROFILE | {"password": PASSWORD, "held_roles": ids("photographer", "editor")}
    answer = browser(admin_user).post(f"{PEOPLE}add/", form)
    assert answer.status_code == 302, answer.context["errors"]
    person = User.objects.get(email="pia@studio.example")
    assert person.check_password(PASSWORD)
    assert person.role_names == {"photographer", "editor"}
    assert set(AuditEntry.objects.values_list("action", "channel")) == {
        ("user.created", "admin"),
        ("role.assigned", "admin"),
    }


def test_a_weak_password_is_said_beside_its_field(admin_user):
    page = browser(admin_user).post(f"{PEOPLE}add/", PROFILE | {"password": "weak"})
    assert page.status_code == 200
    problems = page.context["adminform"].form.errors["password"]
    assert any("at least 10 characters" in problem for problem in problems)
    assert not User.objects.filter(email="pia@studio.example").exists()


def test_an_email_in_use_is_said_once_and_nothing_typed_is_lost(admin_user):
    UserFactory(email="pia@studio.example")
    form = PROFILE | {"email": "PIA@studio.example", "password": PASSWORD}
    page = browser(admin_user).post(f"{PEOPLE}add/", form)
    text = page.content.decode()
    assert text.count("Someone with this e-mail already exists.") == 1
    assert "Pia Photographer" in text
    assert AuditEntry.objects.count() == 0


def test_facts_and_roles_are_changed_together(admin_user, photographer):
    url = f"{PEOPLE}{photographer.pk}/change/"
    answer = browser(admin_user).post(url, PROFILE | {"held_roles": ids("editor")})
    assert answer.status_code == 302, answer.context["errors"]
    person = User.objects.get(pk=photographer.pk)
    assert (person.full_name, person.role_names) == ("Pia Photographer", {"editor"})
    assert set(AuditEntry.objects.values_list("action", flat=True)) == {
        "user.changed",
        "role.assigned",
        "role.removed",
    }


def test_when_a_role_is_refused_nothing_is_changed_and_the_reason_is_said(admin_user):
    UserFactory(roles=["admin"])
    url = f"{PEOPLE}{admin_user.pk}/change/"
    page = browser(admin_user).post(url, PROFILE | {"held_roles": ids("coordinator")})
    assert page.status_code == 200
    assert "You cannot take the admin role from yourself." in page.content.decode()
    person = User.objects.get(pk=admin_user.pk)
    assert (person.full_name, person.role_names) == ("Ana Admin", {"admin"})
    assert not AuditEntry.objects.exists()


def test_status_and_password_are_no_fields_of_the_form(admin_user, photographer):
    form = PROFILE | {"held_roles": ids("photographer"), "status": "Inactive", "password": "x"}
    browser(admin_user).post(f"{PEOPLE}{photographer.pk}/change/", form)
    person = User.objects.get(pk=photographer.pk)
    assert (person.status, person.password) == ("Active", photographer.password)


VIEW = (Right.USER_LIST, Right.USER_VIEW)


def test_who_may_not_give_roles_edits_facts_and_leaves_roles_alone(db):
    deputy = holder_of(*VIEW, Right.USER_EDIT)
    person = UserFactory(roles=["photographer"])
    url = f"{PEOPLE}{person.pk}/change/"
    assert 'name="held_roles"' not in browser(deputy).get(url).content.decode()
    answer = browser(deputy).post(url, PROFILE | {"held_roles": ids("admin")})
    assert answer.status_code == 302
    person = User.objects.get(pk=person.pk)
    assert (person.full_name, person.role_names) == ("Pia Photographer", {"photographer"})


def test_nobody_gives_a_role_beyond_their_own_rights(db):
    deputy = holder_of(*VIEW, Right.USER_EDIT, Right.USER_ASSIGN_ROLE)
    person = UserFactory()
    form = PROFILE | {"held_roles": ids("admin")}
    page = browser(deputy).post(f"{PEOPLE}{person.pk}/change/", form)
    assert "That needs rights which you do not hold yourself." in page.content.decode()
    assert User.objects.get(pk=person.pk).role_names == set()


def test_who_only_views_gets_a_page_without_a_form(db):
    deputy = holder_of(*VIEW)
    page = browser(deputy).get(f"{PEOPLE}{deputy.pk}/change/")
    assert page.status_code == 200
    assert 'name="_save"' not in page.content.decode()
    assert browser(deputy).post(f"{PEOPLE}{deputy.pk}/change/", PROFILE).status_code == 403
    assert browser(deputy).get(f"{PEOPLE}add/").status_code == 403


def test_creating_without_the_right_to_give_roles_works_without_roles(db):
    deputy = holder_of(*VIEW, Right.USER_CREATE)
    answer = browser(deputy).post(f"{PEOPLE}add/", PROFILE | {"password": PASSWORD})
    assert answer.status_code == 302, answer.context["errors"]
    assert User.objects.get(email="pia@studio.example").role_names == set()


def test_a_password_is_set_on_a_page_of_its_own(admin_user, photographer):
    SignIn.objects.create(user=photographer, rotated_at=now())
    url = f"{PEOPLE}{photographer.pk}/password/"
    desk = browser(admin_user)
    assert desk.get(url).status_code == 200
    answer = desk.post(url, {"new_password": NEW_PASSWORD, "repeated": NEW_PASSWORD})
    assert said(answer) == ["“Pedro Photographer” has a new password."]
    assert User.objects.get(pk=photographer.pk).check_password(NEW_PASSWORD)
    assert SignIn.objects.get().revoked_at is not None


@pytest.mark.parametrize(
    ("new", "repeated", "field"),
    [("weak", "weak", "new_password"), (NEW_PASSWORD, "Other", "repeated"), ("", "", "repeated")],
)
def test_a_password_that_will_not_do_is_said_beside_its_field(
    admin_user, photographer, new, repeated, field
):
    url = f"{PEOPLE}{photographer.pk}/password/"
    page = browser(admin_user).post(url, {"new_password": new, "repeated": repeated})
    assert page.status_code == 200
    assert field in page.context["form"].errors
    assert User.objects.get(pk=photographer.pk).password == photographer.password


def test_nobody_sets_the_password_of_someone_above_them(admin_user):
    deputy = holder_of(*VIEW, Right.USER_EDIT)
    url = f"{PEOPLE}{admin_user.pk}/password/"
    form = {"new_password": NEW_PASSWORD, "repeated": NEW_PASSWORD}
    page = browser(deputy).post(url, form)
    assert "That needs rights which you do not hold yourself." in page.content.decode()
    assert User.objects.get(pk=admin_user.pk).password == admin_user.password


def test_deactivating_signs_out_of_the_back_office_at_once(admin_user, coordinator):
    desk = browser(coordinator)
    assert desk.get("/admin/").status_code == 200
    browser(admin_user).post(f"{PEOPLE}{coordinator.pk}/deactivate/")
    assert desk.get("/admin/").status_code == 302
    browser(admin_user).post(f"{PEOPLE}{coordinator.pk}/reactivate/")
    assert User.objects.get(pk=coordinator.pk).is_active


def test_nobody_deactivates_themselves(admin_user):
    UserFactory(roles=["admin"])
    page = browser(admin_user).post(f"{PEOPLE}{admin_user.pk}/deactivate/")
    assert "You cannot deactivate yourself." in page.content.decode()
    assert User.objects.get(pk=admin_user.pk).is_active


def test_bulk_deactivation_leaves_the_last_admin_and_says_so(admin_user, editor):
    answer = browser(admin_user).post(
        PEOPLE, {"action": "deactivate_rows", "_selected_action": [admin_user.pk, editor.pk]}
    )
    assert said(answer) == [
        "Ana Admin: At least one active admin must remain. Make someone else an admin first.",
        "Deactivated: Elena Editor.",
    ]


def test_the_list_tells_roles_in_a_constant_number_of_queries(
    admin_user, django_assert_max_num_queries
):
    desk = browser(admin_user)
    with django_assert_max_num_queries(12) as one:
        assert "admin" in desk.get(PEOPLE).content.decode()
    for _round in range(3):
        UserFactory(roles=["photographer", "editor"])
    with django_assert_max_num_queries(len(one)):
        desk.get(PEOPLE)


def test_people_are_found_without_accents(admin_user):
    UserFactory(full_name="José Núñez")
    page = browser(admin_user).get(PEOPLE, {"q": "nunez jose"})
    assert [person.full_name for person in page.context["cl"].result_list] == ["José Núñez"]


# Roles and the audit trail


@pytest.fixture
def entry(admin_user: User) -> AuditEntry:
    actor = Actor(admin_user, Channel.API)
    record("user.changed", admin_user, actor=actor, at=now(), changes={"phone": "<b>1</b>"})
    return AuditEntry.objects.get()


def test_the_audit_trail_is_only_read(admin_user, entry):
    desk = browser(admin_user)
    assert "user.changed" in desk.get(AUDIT).content.decode()
    page = desk.get(f"{AUDIT}{entry.pk}/change/").content.decode()
    assert "&lt;b&gt;1&lt;/b&gt;" in page
    assert "<b>1</b>" not in page
    assert desk.post(f"{AUDIT}{entry.pk}/change/", {"reason": "x"}).status_code == 403
    assert desk.get(f"{AUDIT}add/").status_code == 403
    assert desk.post(f"{AUDIT}{entry.pk}/delete/", {"post": "yes"}).status_code == 403


def test_the_audit_trail_takes_a_constant_number_of_queries(
    admin_user, entry, django_assert_max_num_queries
):
    desk = browser(admin_user)
    with django_assert_max_num_queries(16) as one:
        desk.get(AUDIT)
    for _round in range(2):
        other = UserFactory()
        record("user.changed", other, actor=Actor(other, Channel.API), at=now())
    with django_assert_max_num_queries(len(one)):
        desk.get(AUDIT)


def test_changing_ones_own_password_ends_every_sign_in_and_is_on_record(coordinator):
    coordinator.set_password(PASSWORD)
    coordinator.save()
    app, office = signed_in(coordinator), browser(coordinator)
    form = {
        "old_password": PASSWORD,
        "new_password1": NEW_PASSWORD,
        "new_password2": NEW_PASSWORD,
    }
    assert office.post("/admin/password_change/", form).status_code == 302
    assert app.get("/api/v1/users/me").status_code == 401
    assert office.get("/admin/").status_code == 302
    assert AuditEntry.objects.filter(action="user.password_set").exists()
    coordinator.refresh_from_db()
    assert coordinator.check_password(NEW_PASSWORD)
