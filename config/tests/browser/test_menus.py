"""What each role is offered in the menu, to the letter."""

from __future__ import annotations

import pytest

from users.tests.factories import UserFactory

MENUS = {
    "admin": """
        Today, Agenda, Are you free?, Editing queue,
        Sessions, Clients, Time off, E-mails,
        Packages, Items, Rooms, Maintenance,
        People, Invitations, Roles, Studio settings, Audit trail, Job runs
    """,
    "coordinator": """
        Today, Agenda, Are you free?, Editing queue,
        Sessions, Clients, Time off, E-mails,
        Packages, Items, Rooms, Maintenance
    """,
    "photographer": "Today, Agenda, Sessions, Time off",
    "editor": "Today, Agenda, Editing queue, Sessions, Time off",
}


def words(text: str) -> list[str]:
    return [word.strip() for word in text.split(",")]


@pytest.mark.parametrize("role", MENUS)
def test_the_menu_leads_where_the_role_may_go_and_nowhere_else(visit, transactional_db, role):
    page = visit(UserFactory(roles=[role])).to("/admin/")
    links = page.locator("#nav-sidebar-apps a")
    # The first line is the theme's icon, a letter of a font.
    shown = [text.split("\n")[-1] for text in links.all_inner_texts()]
    assert shown == words(MENUS[role])

    answers = [
        page.request.get(str(link.get_attribute("href")), max_redirects=0) for link in links.all()
    ]
    assert {answer.status for answer in answers} == {200}
