"""Photographers and editors in the back office: who covers, who was there, who edits."""

from __future__ import annotations

from datetime import timedelta

import pytest

from config.clock import now
from config.records.models import AuditEntry
from sessions_app.actions import editing
from sessions_app.lifecycle import Status
from sessions_app.models import Assignment, Claim, Session
from sessions_app.tests.builders import SYSTEM, assign, external, state
from sessions_app.tests.pages import (
    REMARK,
    SESSIONS,
    arrived,
    browser,
    offered,
    page,
    press,
    problems,
    refusal,
    said,
    text,
)
from users.models import User
from users.tests.factories import UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def second() -> User:
    return UserFactory(full_name="Sonia Second", roles=["photographer"])


@pytest.fixture
def due(photographer: User, second: User) -> Session:
    """A session of yesterday that two photographers are on and nobody has marked."""
    return arrived(Status.ASSIGNED, -1, photographer, second)


@pytest.fixture
def edited(editor: User, photographer: User) -> Session:
    """A session of three days ago that the editor has taken."""
    session = arrived(Status.ATTENDED, -3, photographer)
    editing.assign_editor(session, editor.pk, actor=SYSTEM, at=now())
    session.refresh_from_db()
    return session


def part(session: Session, photographer: User) -> Assignment:
    return session.assignments.get(photographer=photographer)


# The team


def test_the_team_is_made_changed_and_released(at_the_desk, session, photographer):
    press(
        at_the_desk, session, "assign-photographer", photographer_id=photographer.pk, role="Lead",
    )  # fmt: skip
    member = Assignment.objects.get()
    day = session.session_date.isoformat()
    changed = {
        "role": "Assistant",
        "coverage_start_0": day,
        "coverage_start_1": "09:00",
        "coverage_end_0": day,
        "coverage_end_1": "13:00",
        "notes": "lights",
    }
    press(at_the_desk, member, "change-coverage", **changed)
    member.refresh_from_db()
    assert (member.role, member.notes) == ("Assistant", "lights")
    assert member.coverage.starts_at == session.starts_at - timedelta(hours=1)
    other = UserFactory(roles=["photographer"])
    press(at_the_desk, member, "reassign", photographer_id=other.pk)
    successor = Assignment.objects.get(status="Assigned")
    assert successor.photographer == other
    press(at_the_desk, successor, "release")
    assert not Claim.objects.filter(kind="assignment", active=True).exists()


def test_a_taken_photographer_is_refused_in_a_sentence(at_the_desk, session, photographer, day):
    assign(external(at=now(), session_date=day), photographer, at=now())
    sentence = refusal(
        at_the_desk, session, "assign-photographer", photographer_id=photographer.pk, role=""
    )
    assert "is busy with" in sentence


def test_the_last_photographer_of_an_assigned_session_is_replaced_but_not_released(
    at_the_desk, photographer, second
):
    session = arrived(Status.ASSIGNED, 3, photographer)
    member = part(session, photographer)
    refused = at_the_desk.post(page(member, "release"), {})
    assert problems(refused)
    press(at_the_desk, member, "reassign", photographer_id=second.pk, reason="illness")
    assert [one.photographer for one in session.assignments.filter(status="Assigned")] == [second]


# Who was there


def test_the_session_follows_the_last_mark_of_its_photographers(due, photographer, second):
    press(browser(photographer), due, "mark-own", notes="the light was poor")
    assert state(due) == "Assigned"
    mine = part(due, photographer)
    assert (mine.attended, mine.notes) == (True, "the light was poor")
    assert "mark-own" not in offered(browser(photographer), due)
    press(browser(second), due, "mark-own")
    assert state(due) == "Attended"
    row = due.history.latest("id")
    assert (row.to_status, row.changed_by, row.channel) == ("Attended", second, "admin")


def test_who_has_marked_is_offered_nothing_more_to_mark(due, photographer):
    press(browser(photographer), due, "mark-own")
    assert not {"mark-own", "attend"} & offered(browser(photographer), due)


def test_a_photographer_takes_their_mark_back_before_an_editor_has_it(
    due, photographer, second, editor
):
    for one in (photographer, second):
        press(browser(one), due, "mark-own")
    press(browser(photographer), due, "take-back", reason="wrong session")
    assert state(due) == "Assigned"
    assert [part(due, one).attended for one in (photographer, second)] == [False, True]
    press(browser(photographer), due, "mark-own")
    press(browser(editor), due, "take")
    assert "take-back" not in offered(browser(photographer), due)
    refused = browser(photographer).post(page(due, "take-back"), {"reason": REMARK})
    assert said(refused)
    assert state(due) == "In Editing"


def test_a_mark_is_taken_back_on_the_page_of_ones_part(due, photographer, second):
    mine = part(due, photographer)
    assert offered(browser(photographer), mine) == {"mark"}
    press(browser(photographer), mine, "mark")
    press(browser(photographer), mine, "mark")
    mine.refresh_from_db()
    assert not mine.attended
    assert offered(browser(photographer), part(due, second)) == set()
    answer = browser(photographer).post(page(part(due, second), "mark"), {})
    assert "not allowed" in said(answer)
    assert not part(due, second).attended


def test_the_desk_marks_for_others_and_for_all(at_the_desk, due, photographer, second):
    press(at_the_desk, part(due, photographer), "mark")
    assert state(due) == "Assigned"
    press(at_the_desk, due, "attend", reason="seen by the client")
    assert state(due) == "Attended"
    assert not part(due, second).attended
    press(at_the_desk, due, "take-back", reason="not after all")
    assert state(due) == "Assigned"


def test_ones_own_mark_before_the_day_is_refused_in_a_sentence(photographer):
    session = arrived(Status.ASSIGNED, 3, photographer)
    mine = browser(photographer)
    assert "mark-own" not in text(mine.get(page(session)))
    answer = mine.post(page(session, "mark-own"), {"notes": REMARK})
    assert "Attendance can be marked from the day of the session on." in said(answer)


# Who edits


def test_an_editor_finds_takes_and_gives_back_what_waits(editor):
    session = arrived(Status.ATTENDED, -3)
    mine = browser(editor)
    assert session.code in mine.get(SESSIONS).content.decode()
    assert press(mine, session, "take") == f"{session.code} is yours to edit."
    assert state(session) == "In Editing"
    assert session.editing_assigned_to == editor
    assert "required" in refusal(mine, session, "release-editor", reason="")
    press(mine, session, "release-editor", reason="ill until Monday")
    assert state(session) == "Attended"
    assert session.editing_assigned_to is None
    assert session.history.latest("id").reason == "ill until Monday"


def test_for_who_is_too_late_to_take_it_it_is_no_longer_there(editor):
    session = arrived(Status.ATTENDED, -3)
    slow = UserFactory(roles=["editor"])
    opened = browser(slow)
    assert opened.get(page(session, "take")).status_code == 200
    press(browser(editor), session, "take")
    answer = opened.post(page(session, "take"), {}, follow=True)
    assert (answer.status_code, answer.redirect_chain) == (200, [("/admin/", 302)])
    assert "Perhaps it was deleted?" in text(answer)
    assert state(session) == "In Editing"
    assert session.editing_assigned_to == editor


def test_an_editor_with_their_hands_full_is_refused_in_a_sentence(
    at_the_desk, editor, edited, business_rules
):
    business_rules(max_concurrent_editing_sessions=1)
    session = arrived(Status.ATTENDED, -2)
    sentence = "Elena Editor has 1 sessions in editing already; 1 is the most."
    assert sentence in problems(browser(editor).post(page(session, "take"), {}))
    assert sentence in refusal(at_the_desk, session, "assign-editor", editor_id=editor.pk)
    assert state(session) == "Attended"


def test_the_desk_gives_a_session_to_an_editor_and_then_to_another(at_the_desk, editor):
    session = arrived(Status.ATTENDED, -3)
    choices = at_the_desk.get(page(session, "assign-editor")).context["form"]["editor_id"]
    assert [name for _pk, name in choices.field.choices][1:] == [str(editor)]
    press(at_the_desk, session, "assign-editor", editor_id=editor.pk)
    assert state(session) == "In Editing"
    other = UserFactory(roles=["editor"])
    press(at_the_desk, session, "assign-editor", editor_id=other.pk)
    session.refresh_from_db()
    assert (session.status, session.editing_assigned_to) == ("In Editing", other)


def test_nobody_but_editors_is_given_a_session(at_the_desk, photographer):
    session = arrived(Status.ATTENDED, -3)
    sentence = refusal(at_the_desk, session, "assign-editor", editor_id=photographer.pk)
    assert "not one of the available choices" in sentence


def test_the_editor_says_how_long_it_takes_and_why(editor, edited):
    mine = browser(editor)
    form = mine.get(page(edited, "change-editing-days")).context["form"]
    assert form["estimated_editing_days"].value() == 5  # DEFAULT_EDITING_DAYS
    changed = {"estimated_editing_days": "12", "note": "many guests"}
    for wrong in ({"note": ""}, {"estimated_editing_days": "0"}, {"estimated_editing_days": "366"}):
        assert refusal(mine, edited, "change-editing-days", **changed | wrong)
    press(mine, edited, "change-editing-days", **changed)
    edited.refresh_from_db()
    assert edited.delivery_deadline == edited.session_date + timedelta(days=12)
    entry = AuditEntry.objects.get(action="session.editing_days_changed")
    assert entry.reason == "many guests"


def test_no_other_editor_nor_the_desk_changes_the_editing_days(at_the_desk, edited):
    sent = {"estimated_editing_days": "12", "note": "many guests"}
    assert "not allowed" in said(at_the_desk.post(page(edited, "change-editing-days"), sent))
    browser(UserFactory(roles=["editor"])).post(page(edited, "change-editing-days"), sent)
    edited.refresh_from_db()
    assert edited.estimated_editing_days == 5
