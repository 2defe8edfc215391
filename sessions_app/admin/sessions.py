"""The session's page and list in the back office.

State and sums are never fields: the state is changed by buttons, the sums follow the lines. Which
fields a person may write, and which they may see, is asked of `rules`, as every door does.
"""

from __future__ import annotations

from typing import Any

from django import forms as django_forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import Exists, Model, OuterRef, Q, QuerySet, URLField
from django.http import HttpRequest, HttpResponse
from django.utils.dateparse import parse_date, parse_time
from django.utils.translation import gettext_lazy as _

from catalog.models import Room, RoomStatus
from config.activation import ActiveStatus
from config.admin.buttons import WithButtons
from config.admin.paging import PagedByIds
from config.admin.saving import NothingOverwritten
from config.admin.search import FoldedSearch
from config.amounts import money
from config.business_rules import business_rules
from config.clock import now
from sessions_app import rules
from sessions_app.actions import booking, planning
from sessions_app.actions.overriding import closing
from sessions_app.admin.agenda import AgendaPages
from sessions_app.admin.availability import AvailabilityPage
from sessions_app.admin.bulk import BulkSteps
from sessions_app.admin.columns import SessionColumns
from sessions_app.admin.filters import AttentionFilter, ClientFilter
from sessions_app.admin.forms import BookingForm, SessionForm
from sessions_app.admin.header import STEPS, header_of
from sessions_app.admin.life_buttons import LifeButtons
from sessions_app.admin.members import TeamInline
from sessions_app.admin.order_buttons import OrderButtons
from sessions_app.admin.parts import EditingTab, HistoryInline, LineInline
from sessions_app.admin.payments import PaymentInline
from sessions_app.admin.queue import QueuePages
from sessions_app.admin.retroactive import RetroactiveEntry
from sessions_app.admin.work_buttons import WorkButtons
from sessions_app.lifecycle import Status, since
from sessions_app.models import Payment, Session
from sessions_app.queries.attention import kinds_for
from sessions_app.queries.searching import holding
from sessions_app.queries.sessions import notices, sessions_for
from sessions_app.queries.standing import high_risk
from users.actors import Override
from users.admin.actor import actor_of, person_of
from users.admin.exporting import Exports
from users.admin.rights import RightsAdmin, may
from users.models import User
from users.rights import STAFF_ROLES, Right

BOOKING_FIELDS = (
    "client",
    "session_type",
    "session_date",
    "session_time",
    "estimated_duration_hours",
    "room",
    "location",
    "client_requirements",
    "photographers_needed",
    "deposit_percentage",
    "responsible",
)
FIELD_BY_COLUMN = {"room_id": "room", "responsible_id": "responsible"}
COLUMN_BY_FIELD = {field: column for column, field in FIELD_BY_COLUMN.items()}
REFERENCES = ("client", "room", "responsible", "photographer")
OVERRIDE_FIELDS = ("override", "reason")
EDITED = since(Status.ATTENDED)
PARSED: dict[str, Any] = {"session_date": parse_date, "session_time": parse_time}
"""Of what an address names for a new session: days and times, to be shown the local way."""


@admin.register(Session)
class SessionAdmin(
    AgendaPages,
    AvailabilityPage,
    QueuePages,
    SessionColumns,
    BulkSteps,
    Exports,
    LifeButtons,
    WorkButtons,
    OrderButtons,
    RetroactiveEntry,
    FoldedSearch,
    WithButtons,
    NothingOverwritten,
    RightsAdmin,
):
    """Sessions, latest date first; everyone sees those that exist for them."""

    form = SessionForm
    add_right = Right.SESSION_CREATE
    list_display = ("code_shown", "client_name", "when", "where", "team_shown", "total", "state")
    list_filter = (AttentionFilter, ClientFilter, "status", "session_type", "room")
    actions = ("confirm_rows", "settle_rows", "attend_rows", "export_rows")
    date_hierarchy = "session_date"
    paginator = PagedByIds
    autocomplete_fields = ("client",)
    actions_list = ("enter_afterwards",)
    actions_detail = (
        *STEPS,
        {"title": _("Order"), "icon": "shopping_cart", "items": ("add_package", "add_item")},
        {"title": _("Money"), "icon": "payments", "items": ("record_payment", "record_refund")},
        {
            "title": _("More"),
            "icon": "more_horiz",
            "items": (
                "assign_photographer",
                "assign_editor",
                "change_editing_days",
                "postpone",
                "reopen",
                "take_back",
                "release_editor",
                "rework",
                "correct_cancellation",
                "cancel",
                "hide",
            ),
        },
    )
    list_before_template = "admin/session/questions.html"
    change_form_outer_before_template = "admin/session/header.html"

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Return the sessions that exist for this person."""
        rows = sessions_for(person_of(request)).select_related("responsible", "editing_assigned_to")
        if rules.sees_whole(person_of(request)):
            rows = rows.annotate(is_high_risk=high_risk(client="client"))
        live = Payment.objects.live().filter(session=OuterRef("pk"))
        return rows.annotate(has_live_payments=Exists(live))

    def holding(self, request: HttpRequest, term: str) -> Q:
        """Search by code, place and client; by a client's other facts only who may see them."""
        return holding(term, in_all_of_client=rules.sees_whole(person_of(request)))

    def get_list_filter(self, request: HttpRequest) -> Any:
        """Leave the rooms out for who may not see them."""
        filters = super().get_list_filter(request)
        return [one for one in filters if one != "room" or may(request, Right.ROOM_VIEW)]

    def get_list_display(self, request: HttpRequest) -> Any:
        """Leave the amounts out for who may not see them."""
        sees_whole = rules.sees_whole(person_of(request))
        return [name for name in self.list_display if name != "total" or sees_whole]

    def has_view_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Whether the person sees any session, or this one."""
        if not isinstance(request.user, User):
            return False
        if isinstance(obj, Session):
            return rules.sees(request.user, obj)
        return may(request, Right.SESSION_VIEW_ALL) or may(request, Right.SESSION_VIEW_OWN)

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Whether there is any field of this session that the person may write now."""
        if not isinstance(obj, Session):
            return self.has_view_permission(request)
        return self.has_view_permission(request, obj) and bool(self._writable(request, obj))

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """Return every field that this person may not write in this state."""
        writable = BOOKING_FIELDS if obj is None else self._writable(request, obj)
        shown = {name for _title, part in self.get_fieldsets(request, obj) for name in flat(part)}
        return sorted(shown - {*writable, *OVERRIDE_FIELDS, "photographer", "seen"})

    def get_parts(self, request: HttpRequest, obj: Any = None) -> Any:
        """Return the page's parts; amounts and private notes only for who may see them."""
        override = (_("Override"), {"fields": OVERRIDE_FIELDS, "classes": ["collapse"]})
        may_override = [override] if may(request, Right.SESSION_EDIT_ALL) else []
        if obj is None:
            assigns = may(request, Right.SESSION_ASSIGN_RESOURCES)
            first = ("photographer",) if assigns else ()
            return [(None, {"fields": (*BOOKING_FIELDS, *first)}), *may_override]
        # A link to the room is for who may see rooms.
        room = "room" if may(request, Right.ROOM_VIEW) else "where"
        place = room if obj.room_id else "location"
        for_all = [
            (None, {"fields": ("client_shown", "session_type")}),
            (
                _("Plan"),
                {
                    "fields": (
                        ("session_date", "session_time"),
                        ("estimated_duration_hours", "photographers_needed"),
                        place,
                        "client_requirements",
                    )
                },
            ),
        ]
        observations = (
            _("Observations"),
            {"fields": ("photographer_observations", "editor_observations", "reported_incidents")},
        )
        if not rules.sees_whole(person_of(request)):
            return [*for_all, observations]
        return [*for_all, *_for_the_office(obj), observations, *may_override]

    def get_form(
        self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any
    ) -> Any:
        """Return the form; a new session may have its first photographer at once."""
        form = SessionForm if change else BookingForm
        return super().get_form(request, obj, change, **{"form": form, **kwargs})

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """Offer rooms that take bookings, and people who work here."""
        if db_field.name == "room":
            kwargs["queryset"] = Room.objects.exclude(status=RoomStatus.INACTIVE)
        if db_field.name == "responsible":
            staff = User.objects.filter(status=ActiveStatus.ACTIVE, roles__name__in=STAFF_ROLES)
            kwargs["queryset"] = staff.distinct()
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        """Offer the usual deposit, oneself as responsible, and what the address names."""
        named = super().get_changeform_initial_data(request)
        return {
            "responsible": request.user.pk,
            "deposit_percentage": business_rules().default_deposit_percentage,
            **{
                field: _parsed(field, value)
                for field, value in named.items()
                if field not in REFERENCES or value.isdecimal()
            },
        }

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """Offer the usual transportation."""
        if isinstance(db_field, URLField):
            kwargs["assume_scheme"] = "https"
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if db_field.name == "transportation_cost":
            usual = money(business_rules().remote_transportation_cost)
            field.help_text = _("For remote places usually %(amount)s.") % {"amount": usual}
        return field

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        """Say first how the session stands."""
        session = kwargs.get("obj")
        if session is not None:
            context["header"] = header_of(self, request, session)
            context["show_history"] = False  # its own tab tells more than Django's
        return super().render_change_form(request, context, *args, **kwargs)

    def get_inlines(self, request: HttpRequest, obj: Any = None) -> Any:
        """Show order, team, editing and history of what is there."""
        if obj is None:
            return ()
        editing = (EditingTab,) if obj.editing_assigned_to_id or obj.status in EDITED else ()
        return (LineInline, PaymentInline, TeamInline, *editing, HistoryInline)

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Offer the saved questions above the list."""
        questions = [(kind.value, kind.label) for kind in kinds_for(person_of(request))]
        asked = request.GET.get(AttentionFilter.parameter_name, "")
        context = {"questions": questions, "questioned": asked, **(extra_context or {})}
        return super().changelist_view(request, context)

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: Any = None
    ) -> HttpResponse:
        """Tell who edited which field only to those who see all fields."""
        if not rules.sees_whole(person_of(request)):
            raise PermissionDenied
        return super().history_view(request, object_id, extra_context)

    def save_seen(
        self, request: HttpRequest, obj: Session, form: django_forms.ModelForm[Any], change: bool
    ) -> None:
        """Book or change through the actions; say what one should know about it."""
        actor, at, facts = actor_of(request), now(), form.cleaned_data
        override = Override.asked(
            actor,
            override=facts.get("override", False),
            reason=facts.get("reason"),
            right=Right.SESSION_EDIT_ALL,
        )
        if change:
            changes = {
                COLUMN_BY_FIELD.get(name, name): _stored(facts[name])
                for name in form.changed_data
                if name not in (*OVERRIDE_FIELDS, "seen")
            }
            session = planning.change_session(obj, changes, actor=actor, at=at, override=override)
        else:
            first = facts.get("photographer")
            session = booking.book_with_photographer(
                _request(facts), first and first.pk, actor=actor, at=at, override=override
            )
            obj.pk, obj.code = session.pk, session.code
        for notice in notices(session, person_of(request)):
            messages.warning(request, notice)

    def _writable(self, request: HttpRequest, session: Session) -> set[str]:
        person = person_of(request)
        overrides, at = person.may(Right.SESSION_EDIT_ALL, session), now()
        return {
            FIELD_BY_COLUMN.get(name, name)
            for group in rules.FIELD_GROUPS
            if rules.may_write(person, session, group)
            and (closing(session, group, at) is None or (group.overridable and overrides))
            for name in group.fields
        }


def _for_the_office(session: Session) -> list[Any]:
    """Return the parts of the page that only those who see all sessions see."""
    transportation = () if session.room_id else ("transportation_cost",)
    parts = [
        (
            _("Money"),
            {
                "fields": (
                    *transportation,
                    ("discount", "deposit_percentage"),
                    "sums",
                    ("deposit", "paid"),
                    "changes_until",
                )
            },
        ),
        (
            _("Notes and delivery"),
            {
                "fields": (
                    "responsible",
                    "internal_notes",
                    ("delivery_method", "delivery_link"),
                    "delivery_address",
                )
            },
        ),
    ]
    if session.status == Status.CANCELED:
        parts.insert(0, (_("Cancellation"), {"fields": ("cancellation", "refund_decided")}))
    return parts


def _parsed(field: str, text: str) -> Any:
    """Return a value that an address names; what cannot be read stays as it is, for the form."""
    try:
        return PARSED[field](text) or text
    except (KeyError, ValueError):
        return text


def flat(part: dict[str, Any]) -> list[str]:
    """Return the field names of one part of a page."""
    names: list[str] = []
    for field in part["fields"]:
        names.extend([field] if isinstance(field, str) else field)
    return names


def _request(facts: dict[str, Any]) -> booking.Request:
    """Return the form's facts as the action takes them."""
    given = {
        "client_id" if name == "client" else COLUMN_BY_FIELD.get(name, name): _stored(facts[name])
        for name in BOOKING_FIELDS
        if facts.get(name) is not None
    }
    return booking.Request(**given)


def _stored(value: Any) -> Any:
    """Return a form's value as the column holds it."""
    return value.pk if isinstance(value, Model) else value
