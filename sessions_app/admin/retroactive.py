"""Entering in the back office what has already taken place (rules, section 2)."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _
from unfold.decorators import action

from catalog.models import Item, Package, Room, RoomStatus
from clients.models import Client
from config.activation import ActiveStatus
from config.admin.buttons import action_page
from config.clock import now
from sessions_app.actions import booking, retroactive
from sessions_app.actions.payments import Receipt
from sessions_app.admin import offers
from sessions_app.admin.forms import OverrideForm, ScheduleForm, holders
from sessions_app.lifecycle import RETROACTIVE, Status
from sessions_app.models import PaymentType, SessionType
from users.admin.actor import actor_of
from users.admin.rights import may
from users.rights import Right, RoleName

ACTIVE = {"status": ActiveStatus.ACTIVE}


class PastSessionForm(OverrideForm, ScheduleForm):
    """A session that has taken place: what it was, who worked on it, what was paid at once."""

    client = forms.ModelChoiceField(label=_("Client"), queryset=Client.objects.filter(**ACTIVE))
    session_type = forms.ChoiceField(label=_("Type"), choices=SessionType.choices)
    room = forms.ModelChoiceField(
        label=_("Room"),
        required=False,
        queryset=Room.objects.filter(status=RoomStatus.ACTIVE),
        help_text=_("For Studio sessions."),
    )
    location = forms.CharField(
        label=_("Location"),
        required=False,
        max_length=300,
        help_text=_("For External sessions."),
    )
    status = forms.ChoiceField(
        label=_("State it has reached"),
        choices=[(status.value, status.label) for status in RETROACTIVE],
    )
    photographers = forms.ModelMultipleChoiceField(
        label=_("Photographers"), queryset=holders(RoleName.PHOTOGRAPHER)
    )
    editor = forms.ModelChoiceField(
        label=_("Editor"),
        required=False,
        queryset=holders(RoleName.EDITOR),
        help_text=_("From In editing on."),
    )
    package = forms.ModelChoiceField(
        label=_("Package"), required=False, queryset=Package.objects.filter(**ACTIVE)
    )
    item = forms.ModelChoiceField(
        label=_("Item"), required=False, queryset=Item.objects.filter(**ACTIVE)
    )
    amount = forms.DecimalField(
        label=_("Amount paid"), required=False, min_value=0, max_digits=10, decimal_places=2
    )
    payment_method = forms.CharField(label=_("Method"), required=False, max_length=50)
    payment_date = forms.DateField(label=_("Paid on"), required=False)
    transaction_reference = forms.CharField(
        label=_("Document number"), required=False, max_length=100
    )
    reason = forms.CharField(
        label=_("Reason"), max_length=1000, help_text=_("Why it is entered afterwards.")
    )
    field_order = (
        "client",
        "session_type",
        "session_date",
        "session_time",
        "estimated_duration_hours",
        "room",
        "location",
        "status",
        "photographers",
        "editor",
        "package",
        "item",
        "amount",
        "payment_method",
        "payment_date",
        "transaction_reference",
        "reason",
        "override",
    )


class RetroactiveEntry:
    """The page beside the list of sessions."""

    def has_enter_afterwards_permission(self, request: HttpRequest) -> bool:
        """Whether the person may enter what has already taken place."""
        return may(request, Right.SESSION_EDIT_ALL)

    @action(
        description=_("Enter a past session"),
        icon="history",
        url_path="enter-afterwards",
        permissions=["enter_afterwards"],
    )
    def enter_afterwards(self, request: HttpRequest) -> HttpResponse:
        """Ask what it was and what became of it, then create it all at once."""
        actor = actor_of(request)
        return action_page(
            self,
            request,
            None,
            title=_("A session that has already taken place"),
            text=_("It holds no room and nobody, and nobody is told. More payments can follow."),
            form_class=PastSessionForm,
            initial={"estimated_duration_hours": 1},
            submit=_("Enter"),
            run=lambda form: retroactive.enter(
                _request(form),
                _past(form),
                actor=actor,
                at=now(),
                reason=form["reason"],
                override=offers.override_in(form, actor),
            ),
            done=lambda session: _("%(code)s is entered.") % {"code": session.code},
        )


def _request(form: dict[str, Any]) -> booking.Request:
    return booking.Request(
        client_id=form["client"].pk,
        session_type=SessionType(form["session_type"]),
        session_date=form["session_date"],
        session_time=form["session_time"],
        estimated_duration_hours=form["estimated_duration_hours"],
        room_id=form["room"].pk if form["room"] else None,
        location=form["location"],
    )


def _past(form: dict[str, Any]) -> retroactive.Past:
    ordered = [retroactive.Ordered(what) for what in (form["package"], form["item"]) if what]
    receipts = []
    if form["amount"]:
        receipts.append(
            Receipt(
                payment_type=PaymentType.DEPOSIT,
                payment_method=form["payment_method"],
                amount=form["amount"],
                payment_date=form["payment_date"] or form["session_date"],
                transaction_reference=form["transaction_reference"],
            )
        )
    return retroactive.Past(
        status=Status(form["status"]),
        photographer_ids=[person.pk for person in form["photographers"]],
        editor_id=form["editor"].pk if form["editor"] else None,
        ordered=ordered,
        receipts=receipts,
    )
