"""The editing queue of the back office: what waits, who has how much, taking the next one."""

from __future__ import annotations

import re

import pytest
from django.test import Client as Browser

from config.clock import now, studio_day
from sessions_app.lifecycle import Status
from sessions_app.models import Session
from sessions_app.tests.pages import SESSIONS, browser, said, text
from sessions_app.tests.wire import arrived
from users.models import User
from users.tests.factories import UserFactory

pytestmark = pytest.mark.django_db

QUEUE = f"{SESSIONS}editing-queue/"
NEXT = f"{SESSIONS}take-next/"


@pytest.fixture
def as_editor(editor: User) -> Browser:
    return browser(editor)


def pool(*days: int) -> list[Session]:
    return [arrived(Status.ATTENDED, days=back) for back in days]


def test_the_most_urgent_comes_first_with_the_days_that_are_left(as_editor):
    late, early = pool(-1, -12)
    answer = as_editor.get(QUEUE)
    days = [(one.delivery_deadline - studio_day(now())).days for one in (early, late)]
    assert answer.context["waiting"] == [(early, days[0]), (late, days[1])]
    shown = text(answer)
    assert f"{-days[0]} days overdue" in shown
    assert f"{days[1]} days left" in shown


def test_what_is_taken_cancelled_or_done_does_not_wait(as_editor):
    for state in (Status.ASSIGNED, Status.IN_EDITING, Status.READY, Status.COMPLETED):
        arrived(state)
    answer = as_editor.get(QUEUE)
    assert answer.context["waiting"] == []
    assert "Nothing waits." in text(answer)
    assert NEXT not in text(answer)


def test_an_editor_takes_the_next_one_and_is_on_its_page(as_editor, editor):
    _late, early = pool(-1, -12)
    answer = as_editor.post(NEXT)
    assert answer["Location"] == f"{SESSIONS}{early.pk}/change/"
    assert said(answer) == f"{early.code} is yours to edit."
    early.refresh_from_db()
    assert (early.status, early.editing_assigned_to) == ("In Editing", editor)
    assert early.history.latest("id").channel == "admin"


def test_an_editor_who_has_enough_is_refused_in_a_sentence(as_editor, business_rules):
    business_rules(max_concurrent_editing_sessions=1)
    pool(-1, -12)
    as_editor.post(NEXT)
    answer = as_editor.post(NEXT)
    assert answer["Location"] == QUEUE
    assert "1" in said(answer)
    assert Session.objects.filter(status=Status.IN_EDITING).count() == 1


def test_an_empty_queue_is_said_not_shown_as_an_error(as_editor):
    answer = as_editor.post(NEXT, follow=True)
    assert answer.status_code == 200
    assert answer.redirect_chain[0][0] == QUEUE
    [message] = answer.context["messages"]
    assert str(message).endswith(".")


def test_a_get_takes_nothing(as_editor):
    pool(-1)
    assert as_editor.get(NEXT).status_code == 405
    assert Session.objects.get().status == Status.ATTENDED


def test_a_post_without_a_token_takes_nothing(editor):
    pool(-1)
    strict = Browser(enforce_csrf_checks=True)
    strict.force_login(editor)
    assert strict.post(NEXT).status_code == 403
    assert Session.objects.get().status == Status.ATTENDED


def test_the_office_gives_to_editors_and_sees_who_has_how_much(coordinator, editor, business_rules):
    business_rules(max_concurrent_editing_sessions=4)
    (session,) = pool(-1)
    own = arrived(Status.IN_EDITING, editor=editor, days=-3)
    desk = browser(coordinator)
    answer = desk.get(QUEUE)
    shown = text(answer)
    give = f"{SESSIONS}{session.pk}/assign-editor/"
    assert f'href="{give}"' in shown
    assert desk.get(give).status_code == 200
    assert NEXT not in shown
    [load] = answer.context["loads"]
    assert (load.full_name, load.in_editing, load.most) == (editor.full_name, 1, 4)
    assert "1 / 4" in shown
    assert load.next_delivery == own.delivery_deadline


def test_who_also_coordinates_takes_and_gives():
    pool(-1)
    answer = browser(UserFactory(roles=["coordinator", "editor"])).get(QUEUE)
    assert (answer.context["takes"], answer.context["gives"]) == (True, True)


def test_an_editor_is_told_no_load_of_others_no_amount_and_no_way_to_give(as_editor):
    pool(-1)
    arrived(Status.IN_EDITING, editor=UserFactory(full_name="Otto Other", roles=["editor"]))
    shown = text(as_editor.get(QUEUE))
    assert "Otto Other" not in shown
    assert "assign-editor" not in shown
    assert not re.search(r"Q [\d,]+\.\d\d", shown)


def test_a_photographer_has_no_queue(photographer):
    pool(-1)
    mine = browser(photographer)
    assert mine.get(QUEUE).status_code == 403
    assert mine.post(NEXT).status_code == 403
    assert Session.objects.get().status == Status.ATTENDED
