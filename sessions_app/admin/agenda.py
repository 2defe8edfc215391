"""The agenda in the back office: rooms and people over days, and moving what stands there."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from itertools import chain
from typing import Any

from django import forms
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.urls import reverse
from django.utils.dateparse import parse_date
from django.utils.timezone import get_default_timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from catalog.models import Room, RoomStatus
from config.admin.pages import WithPages, page
from config.clock import now, studio_day, studio_zone
from config.errors import DomainError, ValidationFailed
from sessions_app import rules
from sessions_app.actions.moving import is_settled, move
from sessions_app.actions.team import reassign
from sessions_app.admin.menu import sees_sessions
from sessions_app.lifecycle import OPEN, Status
from sessions_app.models import Claim, ClaimKind
from sessions_app.policy import periods
from sessions_app.policy.periods import Period
from sessions_app.queries.agenda import Entry, claims_for, entries, unclaimed
from sessions_app.queries.staffing import photographers
from sessions_app.templatetags.studio import STATE_COLORS
from users.actors import Actor
from users.admin.actor import actor_of, person_of
from users.admin.rights import may
from users.rights import Right

NO_TIME, MINUTE = timedelta(0), timedelta(minutes=1)
LONGEST = timedelta(days=62)
WALL_CLOCK = "%Y-%m-%dT%H:%M:%S"
"""Times without an offset: the calendar shows the studio's wall clock, wherever one looks."""
UNSTAFFED = "person-0"
"""The row of what holds nobody and nothing."""
LOCALES = {"es": "es-GT", "en": "en-GB"}
"""How the calendar writes days: day before month, in either language."""
MOVING_RIGHTS = (Right.SESSION_EDIT_PRE_ASSIGNED, Right.SESSION_ASSIGN_RESOURCES)
"""Any of them: one may drag; what exactly, the actions say."""
MOVABLE = rules.RESOURCES.states


class SpanForm(forms.Form):
    """What the calendar asks for, in the studio's wall clock."""

    start = forms.DateTimeField(input_formats=[WALL_CLOCK])
    end = forms.DateTimeField(input_formats=[WALL_CLOCK])

    def clean(self) -> dict[str, Any]:
        """Refuse what no view of the calendar asks for."""
        facts: dict[str, Any] = self.cleaned_data
        start, end = facts.get("start"), facts.get("end")
        if start and end and not timedelta(0) < end - start <= LONGEST:
            raise forms.ValidationError(_("This period cannot be shown."))
        return facts


class MoveForm(forms.Form):
    """Where something was dropped: a claim, its new start, its new room or person."""

    claim = forms.IntegerField(min_value=1, max_value=2**63 - 1)
    start = forms.DateTimeField(input_formats=[WALL_CLOCK])
    room = forms.ModelChoiceField(queryset=Room.objects.all(), required=False)
    person = forms.IntegerField(min_value=1, max_value=2**63 - 1, required=False)
    version = forms.IntegerField(min_value=1, max_value=2**31 - 1)
    reason = forms.CharField(required=False, max_length=1000)

    def clean_start(self) -> datetime:
        """Refuse what no calendar shows."""
        start: datetime = self.cleaned_data["start"]
        if abs(start - now()) > periods.FARTHEST:
            raise forms.ValidationError(_("This is too far away."))
        return start


class AgendaPages(WithPages):
    """The calendar, what it shows, and what dragging does."""

    @page("agenda/", "agenda", for_whom=sees_sessions)
    def agenda(self, request: HttpRequest) -> HttpResponse:
        """Show the calendar, which asks for what it shows."""
        user, at = person_of(request), now()
        is_office = rules.sees_whole(user)
        facts = {
            "language": LOCALES.get(get_language() or "", "es-GT"),
            "today": studio_day(at).isoformat(),
            "minutes": int((at.astimezone(studio_zone()).utcoffset() or NO_TIME) / MINUTE),
            "entries": reverse("admin:agenda_entries"),
            "move": reverse("admin:agenda_move"),
            "add": reverse("admin:sessions_app_session_add")
            if may(request, Right.SESSION_CREATE)
            else "",
            "date": _day_asked(request),
            "resources": _resources() if is_office else [],
        }
        states = [(state.label, _color(state)) for state in Status if state in OPEN]
        return self.shown_page(
            request, "admin/agenda.html", _("Agenda"), facts=facts, states=states, words=_words()
        )

    @page("agenda/entries/", "agenda_entries", for_whom=sees_sessions)
    def agenda_entries(self, request: HttpRequest) -> HttpResponse:
        """Answer what a period holds, as far as the person may see it."""
        form = SpanForm(request.GET)
        if not form.is_valid():
            return JsonResponse({"detail": _("This period cannot be read.")}, status=400)
        user = person_of(request)
        period = Period(form.cleaned_data["start"], form.cleaned_data["end"])
        may_move = any(may(request, right) for right in MOVING_RIGHTS)
        found = chain(entries(user, period), unclaimed(user, period))
        return JsonResponse(_events(found, period, now(), may_move=may_move), safe=False)

    @page("agenda/move/", "agenda_move", for_whom=sees_sessions)
    def agenda_move(self, request: HttpRequest) -> HttpResponse:
        """Move what was dragged, or say why not."""
        answer: HttpResponse = require_POST(_moved)(request)
        return answer


def _day_asked(request: HttpRequest) -> str:
    """Return the day that the address names, or today where it names none."""
    try:
        day = parse_date(request.GET.get("date", ""))
    except ValueError:
        day = None
    return (day or studio_day(now())).isoformat()


def _moved(request: HttpRequest) -> HttpResponse:
    form = MoveForm(request.POST)
    if not form.is_valid():
        return JsonResponse({"detail": _("This cannot be read.")}, status=400)
    user, facts = person_of(request), form.cleaned_data
    claims = claims_for(user).filter(pk=facts["claim"], session__isnull=False, active=True)
    claim = claims.select_related("session", "assignment__session").first()
    if claim is None:
        raise Http404
    try:
        done = _drop(claim, facts, actor_of(request), now())
    except DomainError as refusal:
        return JsonResponse({"detail": _sentence(refusal)}, status=409)
    return JsonResponse({"detail": done})


def _sentence(refusal: DomainError) -> str:
    """Return a refusal without the name of a field: here are no fields to look for."""
    if isinstance(refusal, ValidationFailed):
        return str(next(iter(refusal.errors.values()))[0])
    return refusal.detail


def _drop(claim: Claim, facts: dict[str, Any], actor: Actor, at: datetime) -> str:
    """Put another photographer in a claim's place, or move its session."""
    session, shift = claim.session, facts["start"] - claim.starts_at
    assert session is not None  # noqa: S101  (only claims of sessions are moved)
    room, person = facts["room"], facts["person"]
    is_room = claim.kind == ClaimKind.SESSION
    if person if is_room else room:
        raise ValidationFailed(
            {"row": _("A room's entry stays with rooms, a person's with people.")}
        )
    if claim.assignment is not None and person and person != claim.person_id:
        if shift:
            both = _("Move the session first, then give it to someone else: one at a time.")
            raise ValidationFailed({"person": both})
        successor = reassign(claim.assignment, person, reason=facts["reason"], actor=actor, at=at)
        return _("%(name)s is assigned.") % {"name": successor.photographer}
    if not shift and (room is None or room.pk == claim.room_id):
        return _("Nothing was changed.")
    assert session.starts_at is not None  # noqa: S101  (it holds something, hence has a time)
    move(
        session,
        session.starts_at + shift,
        room_id=room.pk if room else None,
        reason=facts["reason"],
        actor=actor,
        at=at,
        seen_version=facts["version"],
    )
    return _("%(code)s is moved.") % {"code": session.code}


def _events(
    found: Iterable[Entry], period: Period, at: datetime, *, may_move: bool
) -> list[dict[str, Any]]:
    """Return entries as the calendar takes them; each session once where there are no columns."""
    shown: set[tuple[int | None, str]] = set()
    events = []
    for entry in found:
        event = _event(entry, period, at, may_move=may_move)
        kinds = ("all", _row_of(entry).partition("-")[0])
        firsts = [kind for kind in kinds if (entry.session_id, kind) not in shown]
        event["extendedProps"]["firstOf"] = firsts if entry.session_id else kinds
        shown.update((entry.session_id, kind) for kind in kinds)
        events.append(event)
    return events


def _row_of(entry: Entry) -> str:
    """Return the row of the calendar in which an entry stands."""
    if entry.room_id:
        return f"room-{entry.room_id}"
    return f"person-{entry.person_id}" if entry.person_id else UNSTAFFED


def _event(entry: Entry, period: Period, at: datetime, *, may_move: bool) -> dict[str, Any]:
    until = entry.ends_at or period.ends_at
    is_movable = may_move and entry.status in MOVABLE and entry.id > 0
    page = None
    if entry.session_id is not None:
        page = reverse("admin:sessions_app_session_change", args=[entry.session_id])
    return {
        "id": entry.id,
        "resourceIds": [_row_of(entry)],
        "start": _wall_clock(entry.starts_at),
        "end": _wall_clock(until) if until else None,
        "title": entry.title,
        "classNames": ["agenda-" + (_color(entry.status) if entry.status else entry.kind)],
        "startEditable": is_movable,
        "extendedProps": {
            "kind": entry.kind,
            "page": page,
            "code": entry.code,
            "client": entry.client_name or "",
            "state": str(Status(entry.status).label) if entry.status else "",
            "place": entry.room_name or entry.location or "",
            "who": entry.person_name or entry.room_name or "",
            "version": entry.version,
            "needsReason": is_settled(entry, at),
        },
    }


def _words() -> dict[str, Any]:
    """Return what the calendar says, in the language active now."""
    return {
        "question": _("Move %(code)s?"),
        "nothing": _("Nothing is booked."),
        "more": _("%(count)s more"),
        "unreachable": _("The studio cannot be reached. Nothing was changed."),
        "unread": _(
            "The agenda could not be read: what is empty here may be booked. Load the page anew."
        ),
        "buttons": {
            "today": _("today"),
            "prev": _("back"),
            "next": _("forward"),
            "close": _("close"),
            "resourceTimeGridDay": _("columns"),
            "resourceTimelineDay": _("day"),
            "resourceTimelineWeek": _("week"),
            "timeGridDay": _("day"),
            "timeGridWeek": _("week"),
            "dayGridMonth": _("month"),
            "listDay": _("day"),
            "listWeek": _("list"),
        },
    }


def _resources() -> list[dict[str, str]]:
    """Return the rows of the calendar: what has nobody yet, open rooms, photographers."""
    rooms = Room.objects.exclude(status=RoomStatus.INACTIVE)
    people = photographers().order_by("full_name", "pk")
    return [
        {"id": UNSTAFFED, "title": _("No photographer"), "kind": "person"},
        *({"id": f"room-{room.pk}", "title": room.name, "kind": "room"} for room in rooms),
        *({"id": f"person-{one.pk}", "title": one.full_name, "kind": "person"} for one in people),
    ]


def _wall_clock(instant: datetime) -> str:
    return instant.astimezone(get_default_timezone()).strftime(WALL_CLOCK)


def _color(status: str) -> str:
    return STATE_COLORS[Status(status)] or "done"
