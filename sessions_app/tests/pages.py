"""The back office as tests use it: browsers, a session's pages, what they say and offer."""

from __future__ import annotations

import re
from datetime import date, time, timedelta
from typing import Any

from django.contrib.messages import constants, get_messages
from django.db.models import Model
from django.test import Client as Browser

from config.clock import now, studio_day
from sessions_app.lifecycle import Status
from sessions_app.models import Session
from sessions_app.tests.builders import assign, book, taken_to
from users.models import User

SESSIONS = "/admin/sessions_app/session/"
AGENDA = f"{SESSIONS}agenda/"
ENTRIES = f"{AGENDA}entries/"
REMARK = "as agreed by phone on Monday"


def browser(user: User) -> Browser:
    """Return a browser in which someone is signed in."""
    made = Browser()
    made.force_login(user)
    return made


def page(part: Model, button: str = "change") -> str:
    """Return the address of a page of a session, or of a part of one."""
    return f"/admin/sessions_app/{part._meta.model_name}/{part.pk}/{button}/"


def text(answer: Any) -> str:
    """Return a page with its amounts and apostrophes as people write them."""
    return answer.content.decode().replace("\N{NO-BREAK SPACE}", " ").replace("&#x27;", "'")


def said(answer: Any) -> str:
    """Return what an answer says on top of the next page."""
    return " ".join(str(message) for message in get_messages(answer.wsgi_request))


def problems(answer: Any) -> str:
    """Return what is said on a form that was not accepted."""
    assert answer.status_code == 200, "the form was accepted"
    context = answer.context
    form = context["adminform"].form if "adminform" in context else context["form"]
    return str(form.errors).replace("\N{NO-BREAK SPACE}", " ").replace("&#x27;", "'")


def press(who: Browser, part: Model, button: str, **form: Any) -> str:
    """Press a button and send its form, which must be accepted; return what is said then."""
    answer = who.post(page(part, button), form)
    assert answer.status_code == 302, problems(answer)
    after = who.get(answer["Location"], follow=True)
    messages = list(after.context["messages"])
    assert after.status_code == 200
    assert {message.level for message in messages} == {constants.SUCCESS}, said(after)
    return " ".join(map(str, messages)).replace("\N{NO-BREAK SPACE}", " ")


def refusal(who: Browser, part: Model, button: str, **form: Any) -> str:
    """Press a button, which must be refused on its form, with all that was typed still there."""
    answer = who.post(page(part, button), form)
    sentence = problems(answer)
    for name, value in form.items():
        kept = answer.context["form"][name].value()
        assert kept == (value == "on" or str(value)), name
    return sentence


def typed(answer: Any) -> dict[str, Any]:
    """Return what a browser would send if one pressed "Save" on a page without typing."""
    forms = [answer.context["adminform"].form]
    forms += [part.formset.management_form for part in answer.context["inline_admin_formsets"]]
    shown = answer.content.decode()
    return {
        field.html_name: "" if field.value() is None else field.value()
        for form in forms
        for field in form
        if f'name="{field.html_name}"' in shown
    }


def form_of(who: Browser, session: Session, **changes: Any) -> dict[str, Any]:
    """Return what someone's browser sends who opens a session's page, types and saves."""
    return typed(who.get(page(session))) | changes


def offered(who: Browser, part: Model) -> set[str]:
    """Return the buttons that somebody's page of a session, or of a part, shows."""
    shown = who.get(page(part)).content.decode()
    links = re.findall(
        rf'href="/admin/sessions_app/{part._meta.model_name}/{part.pk}/([\w-]+)/"', shown
    )
    return set(links) - {"change", "history", "delete"}


def arrived(
    status: Status, days: int, *team: User, booked_ago: int | None = None, **asked: Any
) -> Session:
    """Take a session of 1000.00, some days from today, to a state by the real actions.

    It was booked today; one of past days, three weeks ago, and went its way in time.
    """
    if booked_ago is None:
        booked_ago = 21 if days < 0 else 0
    at = now() - timedelta(days=booked_ago)
    session = book(at=at, session_date=studio_day(now()) + timedelta(days=days), **asked)
    for photographer in team:
        assign(session, photographer, at=at)
    return taken_to(status, session, at=at)


def wall(day: date, clock: time = time.min) -> str:
    """Return a time as the calendar writes it: the studio's wall clock."""
    return f"{day}T{clock:%H:%M:%S}"


def shown(who: Browser, day: date, days: int = 1) -> list[dict[str, Any]]:
    """Return what the agenda shows of some days."""
    span = {"start": wall(day), "end": wall(day + timedelta(days=days))}
    answer = who.get(ENTRIES, span)
    assert answer.status_code == 200, answer.content
    entries: list[dict[str, Any]] = answer.json()
    return entries
