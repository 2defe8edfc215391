"""A browser that reads hostile words: nothing runs, nobody else is asked, nothing complains."""

from __future__ import annotations

import pytest
from django.db import transaction

from config.tests.hostile.markup import TAG, written_everywhere
from config.tests.world import World, build

ADDRESSES = (
    "/admin/",
    "/admin/sessions_app/session/",
    "/admin/sessions_app/session/{session}/change/",
    "/admin/sessions_app/session/{canceled}/change/",
    "/admin/sessions_app/session/{session}/history/",
    "/admin/sessions_app/session/{offered}/record-payment/",
    "/admin/sessions_app/session/agenda/",
    "/admin/sessions_app/session/editing-queue/",
    "/admin/sessions_app/session/availability/",
    "/admin/sessions_app/session/add/",
    "/admin/clients/client/{client}/change/",
    "/admin/catalog/package/{package}/change/",
    "/admin/users/user/{editor}/change/",
    "/admin/records/auditentry/",
    "/admin/records/auditentry/{entry}/change/",
    "/admin/notifications/email/{letter}/change/",
    "/admin/notifications/email/how-they-look/",
    "/admin/notifications/notification/",
    "/api/v1/docs",
)


@pytest.fixture
def world(transactional_db: None) -> World:
    with transaction.atomic():
        made = build()
        written_everywhere()
    return made


@pytest.mark.fuzz
def test_nothing_of_the_data_runs(visit, world):
    visitor = visit(world.people["admin"])
    page, asked, opened = visitor.page, [], []
    page.on("dialog", lambda dialog: (opened.append(dialog.message), dialog.dismiss()))
    page.on("request", lambda request: asked.append(request.url))
    page.add_init_script(f"window.{TAG} = () => {{ window.{TAG}_ran = true }}")
    for address in ADDRESSES:
        visitor.to(world.address(address))
        page.wait_for_load_state("networkidle")
        assert page.evaluate(f"window.{TAG}_ran") is None, address
        assert page.locator(TAG).count() == 0, address
        assert page.locator(f"[{TAG}on], [x-data=x]").count() == 0, address
    assert opened == []
    ours = page.url.split("/admin/")[0].split("/api/")[0]
    assert [url for url in asked if not url.startswith((ours, "data:", "about:"))] == []


def test_where_one_chooses_and_looks_up_words_stay_words(visit, world):
    """What scripts put into the page: offered choices, the calendar, the palette."""
    visitor = visit(world.people["coordinator"])
    page = visitor.page
    page.add_init_script(f"window.{TAG} = () => {{ window.{TAG}_ran = true }}")
    visitor.to("/admin/sessions_app/session/add/")
    page.locator(".field-line", has_text="Client").first.get_by_role("combobox").click()
    page.locator(".select2-results__option", has_text=TAG).first.wait_for()
    assert page.locator(TAG).count() == 0
    visitor.to(f"/admin/sessions_app/session/agenda/?date={world.session().session_date}")
    page.get_by_text(TAG).first.wait_for()
    assert page.locator(TAG).count() == 0
    assert page.evaluate(f"window.{TAG}_ran") is None


def test_a_page_that_did_not_escape_would_be_found(visit, world):
    visitor = visit(world.people["admin"])
    visitor.expects = "."
    page = visitor.page
    page.add_init_script(f"window.{TAG} = () => {{ window.{TAG}_ran = true }}")
    visitor.to("/admin/")
    page.evaluate(f"document.body.insertAdjacentHTML('beforeend', `<p x-data='{TAG}()'></p>`)")
    page.wait_for_function(f"window.{TAG}_ran === true")
