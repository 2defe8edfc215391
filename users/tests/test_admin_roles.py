"""Roles and invitations in the back office."""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

import pytest
from django.core import mail

from config.clock import now
from config.records.models import AuditEntry, Channel
from notifications.tests.posting import posted
from users.actions.inviting import invite, open_invitation
from users.actions.roles import permissions_by_right
from users.actors import Actor
from users.models import Invitation, InvitationStatus, Role, User
from users.rights import BUILT_IN_ROLES, Right, RoleName
from users.tests.factories import role
from users.tests.holders import every_right_but
from users.tests.test_admin import browser, holder_of, ids, said

ROLES, INVITATIONS = "/admin/users/role/", "/admin/users/invitation/"

pytestmark = pytest.mark.django_db


def ticked(*rights: Right) -> list[int]:
    permissions = permissions_by_right()
    return [permissions[right].pk for right in rights]


def rights_of(name: str) -> set[str]:
    held = role(name).permissions.values_list("codename", flat=True)
    return set(held)


def page_of(desk, subject: Role) -> dict[str, object]:
    """Return what the page of a role would send back unchanged."""
    form = desk.get(f"{ROLES}{subject.pk}/change/").context["adminform"].form
    sent = {name: form.initial.get(name) or "" for name in form.fields}
    if "rights" in sent:
        sent["rights"] = [one.pk for one in form.initial["rights"]]
    return sent


def offers_to_end(desk, subject: Role) -> bool:
    page = desk.get(f"{ROLES}{subject.pk}/change/")
    return f"{ROLES}{subject.pk}/deactivate/" in page.content.decode()


def test_a_role_tells_who_holds_it_and_what_it_allows(admin_user, coordinator):
    text = browser(admin_user).get(f"{ROLES}{role('coordinator').pk}/change/").content.decode()
    assert "session.assign-resources" in text
    assert "Carla Coordinator" in text


def test_a_role_of_the_studios_own_is_made_with_its_rights(admin_user):
    answer = browser(admin_user).post(
        f"{ROLES}add/",
        {"name": "archivist", "rights": ticked(Right.CLIENT_VIEW, Right.ITEM_VIEW)},
    )
    assert answer.status_code == 302
    assert rights_of("archivist") == {"view_client", "view_item"}
    assert set(AuditEntry.objects.values_list("action", flat=True)) >= {
        "role.created",
        "role.rights_changed",
    }


def test_a_name_in_use_is_told_on_the_page(admin_user):
    answer = browser(admin_user).post(f"{ROLES}add/", {"name": "editor"})
    assert answer.status_code == 200
    assert "There is a role of this name already." in answer.content.decode()


def test_a_built_in_role_keeps_its_name_whatever_is_posted(admin_user):
    desk, editor = browser(admin_user), role("editor")
    sent = page_of(desk, editor) | {"name": "cutter", "description": "Cuts."}
    assert desk.post(f"{ROLES}{editor.pk}/change/", sent).status_code == 302
    editor.refresh_from_db()
    assert (editor.name, editor.description) == ("editor", "Cuts.")


def test_ticking_a_right_gives_it_and_unticking_takes_it(admin_user):
    desk, editor = browser(admin_user), role("editor")
    before = rights_of("editor")
    sent = page_of(desk, editor)
    sent["rights"] = [*sent["rights"], *ticked(Right.CLIENT_VIEW)]
    desk.post(f"{ROLES}{editor.pk}/change/", sent)
    assert rights_of("editor") == before | {"view_client"}
    sent = page_of(desk, editor)
    sent["rights"] = ticked(Right.SESSION_VIEW_OWN)
    desk.post(f"{ROLES}{editor.pk}/change/", sent)
    assert rights_of("editor") == {"view_own_sessions"}


def test_the_rights_of_admin_cannot_be_unticked(admin_user):
    desk, admin = browser(admin_user), role("admin")
    sent = page_of(desk, admin)
    assert "rights" not in sent
    desk.post(f"{ROLES}{admin.pk}/change/", sent | {"rights": [], "description": "All."})
    assert len(rights_of("admin")) == len(BUILT_IN_ROLES[RoleName.ADMIN])


def test_nobody_ticks_a_right_that_they_lack():
    deputy = holder_of(Right.ROLE_LIST, Right.ROLE_READ, Right.ROLE_EDIT)
    desk, editor = browser(deputy), role("editor")
    sent = page_of(desk, editor)
    sent["rights"] = [*sent["rights"], *ticked(Right.USER_EDIT)]
    answer = desk.post(f"{ROLES}{editor.pk}/change/", sent)
    assert "That needs rights which you do not hold yourself." in answer.content.decode()
    assert "edit_user" not in rights_of("editor")


def test_a_role_of_the_studios_own_is_deactivated_and_reactivated(admin_user):
    desk = browser(admin_user)
    own = Role.objects.create(name="archivist")
    desk.post(f"{ROLES}{own.pk}/deactivate/")
    own.refresh_from_db()
    assert not own.is_active
    desk.post(f"{ROLES}{own.pk}/reactivate/")
    own.refresh_from_db()
    assert own.is_active


def test_a_built_in_role_is_not_deactivated(admin_user):
    editor = role("editor")
    browser(admin_user).post(f"{ROLES}{editor.pk}/deactivate/")
    editor.refresh_from_db()
    assert editor.is_active


def test_ending_a_role_is_offered_to_who_may_and_for_no_built_in_one(admin_user):
    boss, own = browser(admin_user), Role.objects.create(name="archivist")
    assert offers_to_end(boss, own)
    assert not offers_to_end(boss, role("editor"))
    assert not offers_to_end(browser(holder_of(*every_right_but(Right.ROLE_DELETE))), own)


@pytest.mark.parametrize(
    ("address", "right"),
    [(f"{ROLES}add/", Right.ROLE_CREATE), (f"{INVITATIONS}add/", Right.USER_CREATE)],
)
def test_a_form_for_what_is_new_opens_only_with_its_right(admin_user, address, right):
    assert browser(admin_user).get(address).status_code == 200
    assert browser(holder_of(*every_right_but(right))).get(address).status_code == 403


def test_inviting_sends_a_letter_whose_link_can_be_accepted(admin_user):
    answer = browser(admin_user).post(
        f"{INVITATIONS}add/",
        {"email": "Eva@Example.com", "roles": ids("editor"), "custom_message": "Welcome"},
    )
    posted(now())
    assert answer.status_code == 302
    (letter,) = mail.outbox
    assert letter.to == ["eva@example.com"]
    link = next(word for word in letter.body.split() if word.startswith("http"))
    token = parse_qs(urlsplit(link).query)["invitation"][0]
    accepted = open_invitation(token, at=now())
    assert accepted is not None
    assert [one.name for one in accepted.roles.all()] == ["editor"]


def test_who_has_an_account_is_not_invited(admin_user, editor):
    answer = browser(admin_user).post(f"{INVITATIONS}add/", {"email": editor.email})
    assert "Someone with this e-mail already exists." in answer.content.decode()
    assert not Invitation.objects.exists()


def test_who_may_not_give_roles_is_not_offered_any():
    deputy = holder_of(Right.USER_CREATE)
    desk = browser(deputy)
    assert "roles" not in desk.get(f"{INVITATIONS}add/").context["form"].fields
    desk.post(f"{INVITATIONS}add/", {"email": "eva@example.com", "roles": ids("admin")})
    assert not Invitation.objects.get().roles.exists()


@pytest.fixture
def invitation(admin_user: User) -> Invitation:
    return invite("eva@example.com", actor=Actor(admin_user, Channel.ADMIN), at=now()).invitation


def test_inviting_again_voids_the_older_letter(admin_user, invitation):
    answer = browser(admin_user).post(f"{INVITATIONS}{invitation.pk}/again/")
    assert said(answer) == ["The invitation is on its way to eva@example.com."]
    invitation.refresh_from_db()
    assert invitation.status_at(now()) == InvitationStatus.REVOKED
    assert Invitation.objects.open_at(now()).count() == 1


def test_a_revoked_invitation_is_worthless(admin_user, invitation):
    browser(admin_user).post(f"{INVITATIONS}{invitation.pk}/revoke/")
    assert not Invitation.objects.open_at(now()).exists()


def test_an_invitation_is_never_edited_or_deleted(admin_user, invitation):
    desk = browser(admin_user)
    address = f"{INVITATIONS}{invitation.pk}"
    assert desk.post(f"{address}/change/", {"email": "x@example.com"}).status_code == 403
    assert desk.post(f"{address}/delete/", {"post": "yes"}).status_code == 403
