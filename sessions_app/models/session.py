"""The session: what, for whom, when, where, in which state, for how much."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any, Self

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from catalog.models import NOT_NEGATIVE, Room
from clients.models import Client
from config.search import folded
from sessions_app import rules
from sessions_app.lifecycle import Status
from sessions_app.models.assignment import Assignment, AssignmentStatus
from sessions_app.models.choices import (
    CancellationCategory,
    DeliveryMethod,
    Initiator,
    SessionType,
)
from sessions_app.models.session_constraints import CONSTRAINTS, MAX_HOURS, MIN_HOURS
from sessions_app.policy import deadlines
from sessions_app.policy.periods import Period
from sessions_app.policy.refunds import Terms
from users.models import User
from users.rights import Right

ZERO = Decimal("0.00")


def _money(name: Any, *, is_agreed: bool = False) -> models.DecimalField[Any, Any]:
    """Return a column for an amount: agreed on by people, or computed and never in a form."""
    validators = [NOT_NEGATIVE] if is_agreed else []
    return models.DecimalField(
        name,
        max_digits=10,
        decimal_places=2,
        default=ZERO,
        editable=is_agreed,
        validators=validators,
    )


def _percentage(name: Any) -> models.DecimalField[Any, Any]:
    """Return a column for a percentage of the terms that are frozen at confirmation."""
    return models.DecimalField(name, max_digits=5, decimal_places=2, null=True, editable=False)


class SessionQuerySet(models.QuerySet["Session"]):
    """Which sessions; every door's queryset ends in `visible_to`."""

    def visible_to(self, user: User) -> Self:
        """Keep what this person may see (rules, section 1); `rules.sees` answers it for one row."""
        rows = self.present()
        if user.may(Right.SESSION_VIEW_ALL):
            return rows
        if not user.may(Right.SESSION_VIEW_OWN):
            return rows.none()
        own = Q(Exists(covering(user))) | Q(editing_assigned_to=user)
        if user.may(Right.SESSION_MARK_READY):
            own |= Q(status=Status.ATTENDED, editing_assigned_to=None)
        return rows.filter(own)

    def present(self) -> Self:
        """Keep what has not been hidden: all there is, for who may see all."""
        return self.filter(hidden_at=None)

    def latest_first(self) -> Self:
        """Latest date first, with a tie-break."""
        return self.order_by("-session_date", F("session_time").desc(nulls_last=True), "-id")


def covering(user: User) -> models.QuerySet[Assignment]:
    """Return the person's active assignment to the outer query's session."""
    return Assignment.objects.filter(
        session=OuterRef("pk"), photographer=user, status=AssignmentStatus.ASSIGNED
    )


class Session(models.Model):
    """One photo session. State and money are written by the actions alone."""

    code = models.CharField(_("code"), max_length=20, unique=True, editable=False)
    client = models.ForeignKey(
        Client, verbose_name=_("client"), on_delete=models.PROTECT, related_name="sessions"
    )
    session_type = models.CharField(_("type"), max_length=10, choices=SessionType.choices)
    status = models.CharField(
        _("state"), max_length=20, choices=Status.choices, default=Status.REQUEST, editable=False
    )

    session_date = models.DateField(_("date"), help_text=_("The day it starts, in the studio."))
    session_time = models.TimeField(_("time"), null=True, blank=True)
    estimated_duration_hours = models.DecimalField(
        _("duration (hours)"),
        max_digits=4,
        decimal_places=2,
        null=True,
        blank=True,
        validators=[MinValueValidator(MIN_HOURS), MaxValueValidator(MAX_HOURS)],
    )
    starts_at = models.DateTimeField(_("starts at"), null=True, editable=False)
    ends_at = models.DateTimeField(_("ends at"), null=True, editable=False)
    location = models.CharField(
        _("location"), max_length=300, blank=True, help_text=_("For External sessions.")
    )
    room = models.ForeignKey(
        Room,
        verbose_name=_("room"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="sessions",
        help_text=_("For Studio sessions."),
    )
    turnaround_minutes = models.PositiveIntegerField(
        _("room turnaround (minutes)"),
        default=0,
        editable=False,
        help_text=_("As it was in force when the time or the room was set."),
    )
    photographers_needed = models.PositiveSmallIntegerField(
        _("photographers needed"),
        default=1,
        validators=[MinValueValidator(1), MaxValueValidator(50)],
    )
    client_requirements = models.TextField(_("what the client wants"), blank=True)

    subtotal = _money(_("subtotal"))
    transportation_cost = _money(_("transportation"), is_agreed=True)
    discount = _money(_("discount"), is_agreed=True)
    total_amount = _money(_("total"))
    deposit_percentage = models.DecimalField(
        _("deposit (%)"),
        max_digits=5,
        decimal_places=2,
        validators=[NOT_NEGATIVE, MaxValueValidator(Decimal(100))],
    )
    deposit_amount = _money(_("deposit"))
    paid_amount = _money(_("paid"))
    refund_due = _money(_("refund due"))

    payment_deadline_at = models.DateTimeField(_("payment deadline"), null=True, editable=False)
    payment_deadline_set_on = models.DateField(null=True, editable=False)
    payment_deadline_days = models.PositiveSmallIntegerField(null=True, editable=False)
    changes_deadline_at = models.DateTimeField(_("changes deadline"), null=True, editable=False)
    changes_deadline_for = models.DateField(
        null=True, editable=False, help_text="The session date that last set the deadline."
    )
    changes_deadline_days = models.PositiveSmallIntegerField(null=True, editable=False)
    refund_within_deadline = _percentage(_("refund within the deadline (%)"))
    refund_after_deadline = _percentage(_("refund after the deadline (%)"))
    refund_force_majeure = _percentage(_("refund for force majeure (%)"))
    refund_client_after_assigned = _percentage(_("refund once assigned (%)"))
    estimated_editing_days = models.PositiveSmallIntegerField(_("editing days"))
    delivery_deadline = models.DateField(_("estimated delivery"), null=True, editable=False)

    responsible = models.ForeignKey(
        User,
        verbose_name=_("responsible"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    created_by = models.ForeignKey(
        User, null=True, editable=False, on_delete=models.PROTECT, related_name="+"
    )
    updated_by = models.ForeignKey(
        User,
        null=True,
        editable=False,
        on_delete=models.PROTECT,
        related_name="+",
        db_index=False,  # nothing is looked for by it, and it is written with every change
    )
    is_retroactive = models.BooleanField(
        _("entered afterwards"),
        default=False,
        editable=False,
        help_text=_("It had taken place when it was entered, hence holds nothing."),
    )

    editing_assigned_to = models.ForeignKey(
        User,
        verbose_name=_("editor"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="editing_sessions",
    )
    editing_started_at = models.DateTimeField(_("editing started"), null=True, editable=False)
    editing_completed_at = models.DateTimeField(_("editing finished"), null=True, editable=False)
    delivery_method = models.CharField(
        _("delivery method"), max_length=10, choices=DeliveryMethod.choices, blank=True
    )
    delivery_address = models.TextField(_("delivery address"), blank=True)
    delivery_link = models.URLField(_("delivery link"), max_length=500, blank=True)
    delivered_at = models.DateTimeField(_("delivered at"), null=True, editable=False)
    internal_notes = models.TextField(_("internal notes"), blank=True)
    reported_incidents = models.TextField(_("reported incidents"), blank=True)
    photographer_observations = models.TextField(_("photographer's observations"), blank=True)
    editor_observations = models.TextField(_("editor's observations"), blank=True)

    cancelled_at = models.DateTimeField(_("cancelled at"), null=True, editable=False)
    cancelled_by = models.ForeignKey(
        User, null=True, editable=False, on_delete=models.PROTECT, related_name="+"
    )
    cancellation_reason = models.TextField(_("cancellation reason"), blank=True)
    cancellation_initiator = models.CharField(
        _("cancelled on the side of"), max_length=15, choices=Initiator.choices, blank=True
    )
    cancellation_category = models.CharField(
        _("cancellation category"),
        max_length=20,
        choices=CancellationCategory.choices,
        blank=True,
    )

    version = models.PositiveIntegerField(_("version"), default=1, editable=False)
    hidden_at = models.DateTimeField(_("hidden at"), null=True, editable=False)
    created_at = models.DateTimeField(_("created at"), editable=False)
    updated_at = models.DateTimeField(_("updated at"), editable=False)
    search_text = folded("code", "location")

    objects = SessionQuerySet.as_manager()

    class Meta:
        verbose_name = _("session")
        verbose_name_plural = _("sessions")
        default_permissions = ()
        permissions = [
            ("create_session", "Create sessions"),
            ("view_all_sessions", "See all sessions"),
            ("view_own_sessions", "See one's own sessions"),
            ("edit_pre_assigned_session", "Edit sessions before they are assigned"),
            ("edit_all_sessions", "Edit sessions in any state, with override"),
            ("assign_resources", "Assign rooms, photographers and editors"),
            ("cancel_session", "Cancel sessions"),
            ("complete_session", "Complete sessions"),
            ("record_payment", "Record and verify payments"),
            ("refund_payment", "Record and verify refunds"),
            ("delete_session", "Hide sessions"),
            ("mark_attended", "Mark attendance"),
            ("mark_ready", "Edit, and mark material ready"),
            ("report_sessions", "Report on sessions"),
            ("report_financial", "Report on money"),
            ("report_performance", "Report on performance"),
        ]
        indexes = [
            models.Index(
                F("session_date").desc(),
                F("session_time").desc(nulls_last=True),
                F("id").desc(),
                name="session_latest_first",
                condition=Q(hidden_at=None),
            ),
            models.Index(fields=["status", "session_date"], name="session_status_date"),
            # Also the one by which all are counted: of few values, hence the smallest there is.
            models.Index(
                fields=["session_type"], name="session_by_type", condition=Q(hidden_at=None)
            ),
            # By which a client's sessions are counted, without a look at the sessions.
            models.Index(
                fields=["client"],
                include=["id"],
                name="session_of_client",
                condition=Q(hidden_at=None),
            ),
            models.Index(
                fields=["session_date"],
                name="session_refund_due",
                condition=Q(hidden_at=None, refund_due__gt=0),
            ),
        ]
        constraints = CONSTRAINTS

    def __str__(self) -> str:
        return self.code

    @property
    def period(self) -> Period | None:
        """The session's own time, where one is set."""
        return Period(self.starts_at, self.ends_at) if self.starts_at else None

    @property
    def balance_amount(self) -> Decimal:
        """What is still to be paid."""
        return self.total_amount - self.paid_amount

    @property
    def shown_payment_deadline(self) -> datetime | None:
        """The last moment of the payment deadline, as it is shown."""
        return _last_moment(self.payment_deadline_at)

    @property
    def shown_changes_deadline(self) -> datetime | None:
        """The last moment of the changes deadline, as it is shown."""
        return _last_moment(self.changes_deadline_at)

    @property
    def terms(self) -> Terms | None:
        """The refund terms of the last confirmation; None for who was never confirmed."""
        if self.changes_deadline_at is None:
            return None
        return Terms(
            within_deadline=self.refund_within_deadline or ZERO,
            after_deadline=self.refund_after_deadline or ZERO,
            force_majeure=self.refund_force_majeure or ZERO,
            client_after_assigned=self.refund_client_after_assigned or ZERO,
        )

    def member(self, user: User) -> Assignment | None:
        """Return the person's active part in this session, if they have one.

        A session read with its `team` (`queries.sessions.sessions_for`) knows it already.
        """
        team: list[Assignment] | None = getattr(self, "team", None)
        if team is not None:
            return next((member for member in team if member.photographer_id == user.pk), None)
        return self.assignments.filter(photographer=user, status=AssignmentStatus.ASSIGNED).first()

    def is_covered_by(self, user: User) -> bool:
        """Tell whether the person is an active photographer of this session."""
        return self.member(user) is not None

    def tells_who_changed_it(self, viewer: User) -> bool:
        """Tell whether the person may learn who changed it last, as from its history."""
        return rules.sees_whole(viewer)

    def save_changes(self, *fields: str, by: User | None, at: datetime) -> None:
        """Write the named fields of a locked row, and who changed it, and raise its version.

        `by` is a person, or None for the system.
        """
        self.version += 1
        self.updated_at, self.updated_by = at, by
        self.save(update_fields=[*fields, "version", "updated_at", "updated_by"])


class SessionCounter(models.Model):
    """The last number given to a session of a year; the next one is taken under its row's lock."""

    year = models.PositiveSmallIntegerField(primary_key=True)
    last_number = models.PositiveIntegerField()

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.year}: {self.last_number}"


def _last_moment(deadline: datetime | None) -> datetime | None:
    return deadlines.shown_deadline(deadline) if deadline else None
