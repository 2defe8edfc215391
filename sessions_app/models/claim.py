"""The agenda: claims on rooms and people, which the database itself never lets overlap."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateTimeRangeField, RangeOperators
from django.contrib.postgres.indexes import GistIndex
from django.db import models
from django.db.models import F, Func, Q, Value
from django.utils.translation import gettext_lazy as _

from catalog.models import Room
from sessions_app.models.assignment import Assignment
from sessions_app.models.session import Session
from sessions_app.policy.periods import Period
from users.models import User

ROOM_CONSTRAINT = "claim_room_never_twice"
PERSON_CONSTRAINT = "claim_person_never_twice"


class ClaimKind(models.TextChoices):
    """What takes the room or the person."""

    SESSION = "session", _("session")
    ASSIGNMENT = "assignment", _("assignment")
    TIME_OFF = "time_off", _("time off")
    MAINTENANCE = "maintenance", _("maintenance")


class EndCause(models.TextChoices):
    """Why a claim no longer holds."""

    CANCELED = "canceled", _("session cancelled")
    COMPLETED = "completed", _("session completed")
    HIDDEN = "hidden", _("session hidden")
    MOVED = "moved", _("session moved elsewhere")
    RELEASED = "released", _("photographer released")
    REACTIVATED = "reactivated", _("room reactivated")
    WITHDRAWN = "withdrawn", _("taken back")


def time_between(starts_at: Any, ends_at: Any) -> Func:
    """Return the half-open range of two instants, as the database compares such ranges."""
    half_open = Value("[)")
    return Func(
        starts_at, ends_at, half_open, function="tstzrange", output_field=DateTimeRangeField()
    )


def never_twice(name: str, resource: str) -> ExclusionConstraint:
    """Return the constraint that no two active claims of one resource overlap.

    A range of one id stands for equality, so that no extension is needed (design, section 3).
    """
    one_id = Func(F(resource), F(resource), Value("[]"), function="int8range")
    return ExclusionConstraint(
        name=name,
        expressions=[
            (one_id, RangeOperators.OVERLAPS),
            (time_between(F("starts_at"), F("ends_at")), RangeOperators.OVERLAPS),
        ],
        condition=Q(active=True, **{f"{resource}__isnull": False}),
    )


class Claim(models.Model):
    """One room or one person, taken from an instant until before another (none: without end)."""

    kind = models.CharField(_("kind"), max_length=12, choices=ClaimKind.choices)
    room = models.ForeignKey(
        Room, null=True, blank=True, on_delete=models.PROTECT, related_name="claims"
    )
    person = models.ForeignKey(
        User, null=True, blank=True, on_delete=models.PROTECT, related_name="claims"
    )
    starts_at = models.DateTimeField(_("from"))
    ends_at = models.DateTimeField(_("until"), null=True, blank=True)
    session = models.ForeignKey(
        Session, null=True, blank=True, on_delete=models.PROTECT, related_name="claims"
    )
    assignment = models.ForeignKey(
        Assignment, null=True, blank=True, on_delete=models.PROTECT, related_name="claims"
    )
    reason = models.CharField(_("reason"), max_length=250, blank=True)
    active = models.BooleanField(_("active"), default=True)
    ended_at = models.DateTimeField(_("ended at"), null=True, blank=True)
    end_cause = models.CharField(
        _("why it ended"), max_length=12, choices=EndCause.choices, blank=True
    )

    class Meta:
        verbose_name = _("claim")
        verbose_name_plural = _("agenda")
        ordering = ["starts_at", "id"]
        default_permissions = ()
        indexes = [
            models.Index(fields=["room", "starts_at"], name="claim_room_agenda"),
            models.Index(fields=["person", "starts_at"], name="claim_person_agenda"),
            # Of such ranges the database knows how many to expect, of their two ends it does not.
            GistIndex(time_between(F("starts_at"), F("ends_at")), name="claim_period"),
            models.Index(fields=["ends_at"], name="claim_not_over"),
        ]
        constraints = [
            never_twice(ROOM_CONSTRAINT, "room_id"),
            never_twice(PERSON_CONSTRAINT, "person_id"),
            models.CheckConstraint(
                condition=Q(
                    kind=ClaimKind.SESSION,
                    room__isnull=False,
                    person=None,
                    session__isnull=False,
                    assignment=None,
                    ends_at__isnull=False,
                )
                | Q(
                    kind=ClaimKind.ASSIGNMENT,
                    room=None,
                    person__isnull=False,
                    session__isnull=False,
                    assignment__isnull=False,
                    ends_at__isnull=False,
                )
                | Q(
                    kind=ClaimKind.TIME_OFF,
                    room=None,
                    person__isnull=False,
                    session=None,
                    assignment=None,
                    ends_at__isnull=False,
                )
                | Q(
                    kind=ClaimKind.MAINTENANCE,
                    room__isnull=False,
                    person=None,
                    session=None,
                    assignment=None,
                ),
                name="claim_of_one_kind",
            ),
            models.CheckConstraint(
                condition=Q(ends_at=None) | Q(ends_at__gt=F("starts_at")),
                name="claim_period_not_empty",
            ),
            models.CheckConstraint(
                condition=Q(active=True, ended_at=None, end_cause="")
                | Q(active=False, ended_at__isnull=False, end_cause__in=EndCause.values),
                name="claim_end_has_cause",
            ),
            models.UniqueConstraint(
                fields=["session"],
                condition=Q(kind="session", active=True),
                name="claim_one_room_per_session",
            ),
            models.UniqueConstraint(
                fields=["assignment"],
                condition=Q(kind="assignment", active=True),
                name="claim_one_per_assignment",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.starts_at:%Y-%m-%d %H:%M}"

    @property
    def period(self) -> Period:
        """The time taken."""
        return Period(self.starts_at, self.ends_at)


class OfKind(models.Manager["Claim"]):
    """The claims of one kind."""

    def __init__(self, kind: ClaimKind) -> None:
        super().__init__()
        self._kind = kind

    def get_queryset(self) -> models.QuerySet[Claim]:
        """Return the claims of the kind."""
        return super().get_queryset().filter(kind=self._kind)


class TimeOff(Claim):
    """A period in which a person takes no session."""

    objects: ClassVar[OfKind] = OfKind(ClaimKind.TIME_OFF)  # type: ignore[assignment]

    class Meta:
        proxy = True
        verbose_name = _("time off")
        verbose_name_plural = _("time off")
        default_permissions = ()

    def __str__(self) -> str:
        return str(self.person)


class Maintenance(Claim):
    """A period in which a room takes no session."""

    objects: ClassVar[OfKind] = OfKind(ClaimKind.MAINTENANCE)  # type: ignore[assignment]

    class Meta:
        proxy = True
        verbose_name = _("maintenance")
        verbose_name_plural = _("maintenance")
        default_permissions = ()

    def __str__(self) -> str:
        return str(self.room)
