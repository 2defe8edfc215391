"""Who photographs a session, from when to when."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from sessions_app.policy.periods import Period
from users.models import User

if TYPE_CHECKING:
    from sessions_app.models.session import Session


class PhotographerRole(models.TextChoices):
    """A photographer's part in the team."""

    LEAD = "Lead", _("Lead")
    ASSISTANT = "Assistant", _("Assistant")


class AssignmentStatus(models.TextChoices):
    """Only *Assigned* rows are active; the others tell what became of them."""

    ASSIGNED = "Assigned", _("Assigned")
    REASSIGNED = "Reassigned", _("Reassigned")
    RELEASED = "Released", _("Released")


class Assignment(models.Model):
    """A photographer's part in a session; rows are never deleted."""

    session: models.ForeignKey[Session, Session] = models.ForeignKey(
        "sessions_app.Session",
        verbose_name=_("session"),
        on_delete=models.PROTECT,
        related_name="assignments",
    )
    photographer = models.ForeignKey(
        User, verbose_name=_("photographer"), on_delete=models.PROTECT, related_name="assignments"
    )
    role = models.CharField(_("role"), max_length=10, choices=PhotographerRole.choices, blank=True)
    status = models.CharField(
        _("status"),
        max_length=10,
        choices=AssignmentStatus.choices,
        default=AssignmentStatus.ASSIGNED,
        editable=False,
    )
    coverage_start = models.DateTimeField(_("covers from"), null=True, blank=True)
    coverage_end = models.DateTimeField(_("covers until"), null=True, blank=True)
    assigned_at = models.DateTimeField(_("assigned at"), editable=False)
    assigned_by = models.ForeignKey(
        User, null=True, editable=False, on_delete=models.PROTECT, related_name="+"
    )
    attended = models.BooleanField(_("attended"), default=False, editable=False)
    attended_at = models.DateTimeField(_("attended at"), null=True, editable=False)
    notes = models.TextField(_("notes"), blank=True)

    class Meta:
        verbose_name = _("assignment")
        verbose_name_plural = _("assignments")
        ordering = ["assigned_at", "id"]
        default_permissions = ()
        indexes = [
            models.Index(
                fields=["photographer", "session"],
                name="assignment_of_photographer",
                condition=Q(status="Assigned"),
            )
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(status__in=AssignmentStatus.values), name="assignment_status_known"
            ),
            models.CheckConstraint(
                condition=Q(role__in=["", *PhotographerRole.values]), name="assignment_role_known"
            ),
            models.CheckConstraint(
                condition=Q(coverage_start=None, coverage_end=None)
                | Q(coverage_end__gt=F("coverage_start")),
                name="assignment_coverage_whole",
            ),
            models.UniqueConstraint(
                fields=["session", "photographer"],
                condition=Q(status="Assigned"),
                name="assignment_person_once",
            ),
            models.UniqueConstraint(
                fields=["session"],
                condition=Q(status="Assigned", role="Lead"),
                name="assignment_one_lead",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.photographer} ({self.get_status_display()})"

    @property
    def coverage(self) -> Period | None:
        """The time in which the photographer is taken, where the session has a time."""
        if self.coverage_start is None:
            return None
        return Period(self.coverage_start, self.coverage_end)
