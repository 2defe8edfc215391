"""The right that each REST door about people, roles and invitations asks for, before all else.

Who lacks it learns neither whether there is such a thing nor what is wrong with the form.
"""

from __future__ import annotations

from typing import Any

import pytest

from config.tests.contract.shapes import assert_refused
from conftest import signed_in
from users.rights import Right
from users.tests.holders import every_right_but, person_with

NOBODY = f"/api/v1/users/{10**12}"
NO_ROLE = f"/api/v1/roles/{10**12}"
INVITATIONS = "/api/v1/invitations"
WITH_ROLES = {"roles": ["editor"]}

NOT_THERE = [
    ("get", NOBODY, Right.USER_VIEW),
    ("patch", NOBODY, Right.USER_EDIT),
    ("delete", NOBODY, Right.USER_DELETE),
    ("put", f"{NOBODY}/reactivate", Right.USER_DELETE),
    ("patch", f"{NOBODY}/password", Right.USER_EDIT),
    ("get", f"{NOBODY}/roles", Right.USER_VIEW),
    ("post", f"{NOBODY}/roles/1", Right.USER_ASSIGN_ROLE),
    ("delete", f"{NOBODY}/roles/1", Right.USER_ASSIGN_ROLE),
    ("get", NO_ROLE, Right.ROLE_READ),
    ("patch", NO_ROLE, Right.ROLE_EDIT),
    ("delete", NO_ROLE, Right.ROLE_DELETE),
    ("put", f"{NO_ROLE}/permissions", Right.ROLE_EDIT),
    ("delete", f"{INVITATIONS}/{10**12}", Right.USER_CREATE),
]
WRONG_FORMS: list[tuple[str, dict[str, Any], Right]] = [
    ("/api/v1/users", {}, Right.USER_CREATE),
    ("/api/v1/users", WITH_ROLES, Right.USER_ASSIGN_ROLE),
    ("/api/v1/roles", {}, Right.ROLE_CREATE),
    (INVITATIONS, {}, Right.USER_CREATE),
    (INVITATIONS, WITH_ROLES, Right.USER_ASSIGN_ROLE),
    (f"{INVITATIONS}/resend", {}, Right.USER_CREATE),
    (f"{INVITATIONS}/resend", WITH_ROLES, Right.USER_ASSIGN_ROLE),
]


@pytest.mark.parametrize(("method", "address", "right"), NOT_THERE)
def test_what_is_not_there_is_told_only_to_who_holds_the_right(boss, method, address, right):
    nearly = signed_in(person_with(*every_right_but(right)))
    assert_refused(getattr(nearly, method)(address, {}), 403, "PERMISSION_DENIED")
    assert_refused(getattr(boss, method)(address, {}), 404, "NOT_FOUND")


@pytest.mark.parametrize(("address", "form", "right"), WRONG_FORMS)
def test_what_is_wrong_with_a_form_is_told_only_to_who_holds_the_right(boss, address, form, right):
    nearly = signed_in(person_with(*every_right_but(right)))
    assert_refused(nearly.post(address, form), 403, "PERMISSION_DENIED")
    assert_refused(boss.post(address, form), 400, "VALIDATION_ERROR")
