"""`manage.py setup_studio`."""

from __future__ import annotations

from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from config.records.models import AuditEntry
from users.models import Role, User
from users.rights import BUILT_IN_ROLES, Right
from users.tests.factories import PASSWORD

ADMIN = {"email": "Ana@Studio.example", "name": "Ana Admin", "password": PASSWORD}


@pytest.fixture(autouse=True)
def no_variables(monkeypatch):
    for name in ("EMAIL", "NAME", "PASSWORD"):
        monkeypatch.delenv(f"STUDIO_ADMIN_{name}", raising=False)


@pytest.fixture(autouse=True)
def no_roles_yet(db):
    Role.objects.all().delete()


def setup_studio(**options: str) -> str:
    out = StringIO()
    call_command("setup_studio", stdout=out, **options)
    return out.getvalue()


def test_it_makes_the_roles_and_the_first_admin(db):
    assert "Admin ana@studio.example created." in setup_studio(**ADMIN)
    admin = User.objects.get()
    assert admin.check_password(PASSWORD)
    assert all(admin.may(right) for right in Right)
    assert set(Role.objects.values_list("name", flat=True)) == set(BUILT_IN_ROLES)
    assert AuditEntry.objects.filter(action="user.created", actor=None).count() == 1


def test_it_takes_the_admin_from_the_environment(db, monkeypatch):
    for name, value in ADMIN.items():
        monkeypatch.setenv(f"STUDIO_ADMIN_{name.upper()}", value)
    assert "created" in setup_studio()


def test_running_it_again_changes_nothing(db):
    setup_studio(**ADMIN)
    before = list(User.objects.values())
    again = setup_studio(email="other@studio.example", name="Other", password=PASSWORD)
    assert "There is an admin already: ana@studio.example." in again
    assert list(User.objects.values()) == before


def test_without_an_active_admin_it_makes_another_one(db):
    setup_studio(**ADMIN)
    User.objects.update(status="Inactive")
    assert "created" in setup_studio(**{**ADMIN, "email": "new@studio.example"})


def test_it_names_what_is_missing(db):
    with pytest.raises(CommandError) as refusal:
        setup_studio(name="Ana")
    assert str(refusal.value) == (
        "The first admin needs --email, --password "
        "(or STUDIO_ADMIN_EMAIL, STUDIO_ADMIN_NAME, STUDIO_ADMIN_PASSWORD)."
    )
    assert not Role.objects.exists()


@pytest.mark.parametrize("password", ["Short-1!", "no-upper-case-1!", "Ana@Studio1"])
def test_it_refuses_a_weak_password(db, password):
    with pytest.raises(CommandError, match=r"^password: "):
        setup_studio(**{**ADMIN, "password": password})
    assert not User.objects.exists()


def test_it_refuses_an_email_in_use(db):
    setup_studio(**ADMIN)
    User.objects.get().roles.clear()
    with pytest.raises(CommandError, match="already exists"):
        setup_studio(**ADMIN)


def test_djangos_own_command_says_where_admins_come_from(db):
    with pytest.raises(CommandError, match="setup_studio"):
        call_command(
            "createsuperuser", interactive=False, email="ana@studio.example", full_name="Ana"
        )
    assert not User.objects.exists()
