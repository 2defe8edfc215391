"""Who may do what at all: the table of rules, section 1, written out a second time."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import Permission

from config.records.models import AuditEntry, Channel
from conftest import AT
from users.actions.roles import set_up_roles
from users.actors import Actor
from users.models import Role
from users.rights import Right
from users.tests.factories import UserFactory, role

TABLE = """
session.create                admin coordinator
session.view.all              admin coordinator
session.edit.pre-assigned     admin coordinator
session.assign-resources      admin coordinator
session.cancel                admin coordinator
session.complete              admin coordinator
session.payment               admin coordinator
payment.refund                admin coordinator
session.view.own              admin coordinator photographer editor
session.edit.all              admin
session.delete                admin
session.mark-attended         admin coordinator photographer
session.mark-ready            admin coordinator editor
client.create                 admin coordinator
client.view                   admin coordinator
client.edit                   admin coordinator
client.delete                 admin
item.view                     admin coordinator
package.view                  admin coordinator
room.view                     admin coordinator
item.create                   admin
item.edit                     admin
item.delete                   admin
package.create                admin
package.edit                  admin
package.delete                admin
room.create                   admin
room.edit                     admin
room.delete                   admin
user.list                     admin
user.view                     admin
user.create                   admin
user.edit                     admin
user.delete                   admin
user.assign-role              admin
role.list                     admin
role.read                     admin
role.create                   admin
role.edit                     admin
role.delete                   admin
permission.list               admin
permission.read               admin
report.session                admin coordinator
report.financial              admin coordinator
report.performance            admin coordinator
system.settings               admin
system.audit-log              admin
"""

HOLDERS = {line.split()[0]: set(line.split()[1:]) for line in TABLE.strip().splitlines()}
ROLES = ["admin", "coordinator", "photographer", "editor", "user"]


def test_the_table_names_every_right():
    assert set(HOLDERS) == {right.value for right in Right}


@pytest.mark.parametrize("name", ROLES)
def test_each_role_holds_exactly_the_rights_of_the_table(db, name):
    person = UserFactory(roles=[name])
    held = {right.value for right in Right if person.may(right)}
    assert held == {code for code, holders in HOLDERS.items() if name in holders}


def test_several_roles_give_the_union_of_their_rights(db):
    person = UserFactory(roles=["photographer", "editor"])
    assert {right for right in Right if person.may(right)} == {
        Right.SESSION_VIEW_OWN,
        Right.SESSION_MARK_ATTENDED,
        Right.SESSION_MARK_READY,
    }


def test_nobody_holds_anything_without_a_role(db):
    person = UserFactory()
    assert not any(person.may(right) for right in Right)


def test_an_inactive_person_holds_nothing(db):
    person = UserFactory(roles=["admin"], status="Inactive")
    assert not any(person.may(right) for right in Right)
    assert not person.is_staff


def test_an_inactive_role_gives_nothing(db):
    person = UserFactory(roles=["coordinator"])
    Role.objects.filter(name="coordinator").update(status="Inactive")
    assert not any(person.may(right) for right in Right)
    assert not person.is_staff


@pytest.mark.parametrize("name", ROLES)
def test_who_holds_one_of_the_four_roles_may_enter_the_admin_site(db, name):
    assert UserFactory(roles=[name]).is_staff is (name != "user")


def test_a_role_of_the_studio_alone_does_not_open_the_admin_site(db):
    person = UserFactory()
    person.roles.add(Role.objects.create(name="accountant"))
    assert not person.is_staff


def test_there_are_no_superusers(db):
    assert not UserFactory(roles=["admin"]).is_superuser


def test_every_right_is_a_permission_of_its_own(db):
    role("admin")
    names = {right.permission for right in Right}
    assert len(names) == len(Right)
    rows = Permission.objects.values_list("content_type__app_label", "codename")
    assert names <= {f"{app}.{codename}" for app, codename in rows}


def test_setting_up_roles_again_keeps_what_the_studio_changed(db):
    coordinator = role("coordinator")
    gone = Permission.objects.get(codename="cancel_session")
    coordinator.permissions.remove(gone)
    coordinator.permissions.add(Permission.objects.get(codename="delete_client"))
    set_up_roles(actor=Actor(None, Channel.COMMAND), at=AT)
    person = UserFactory(roles=["coordinator"])
    assert not person.may(Right.SESSION_CANCEL)
    assert person.may(Right.CLIENT_DELETE)


def test_setting_up_roles_again_gives_admin_every_right_back(db):
    role("admin").permissions.clear()
    set_up_roles(actor=Actor(None, Channel.COMMAND), at=AT)
    person = UserFactory(roles=["admin"])
    assert all(person.may(right) for right in Right)
    entry = AuditEntry.objects.get(action="role.rights_granted")
    assert len(entry.changes["rights"]) == len(Right)
