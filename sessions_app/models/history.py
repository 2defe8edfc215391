"""Every change of state has a name on it."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from config.records.models import Channel
from sessions_app.lifecycle import Status
from sessions_app.models.session import Session
from users.models import User


class HistoryEntry(models.Model):
    """One change of state: who, when, through which door, why. A trigger keeps it as it is."""

    session = models.ForeignKey(
        Session, verbose_name=_("session"), on_delete=models.PROTECT, related_name="history"
    )
    from_status = models.CharField(_("from"), max_length=20, choices=Status.choices, blank=True)
    to_status = models.CharField(_("to"), max_length=20, choices=Status.choices)
    reason = models.TextField(_("reason"), blank=True)
    notes = models.TextField(_("notes"), blank=True)
    changed_at = models.DateTimeField(_("when"))
    recorded_at = models.DateTimeField(
        db_default=Now(),
        editable=False,
        help_text="By the database's clock: a job may act as of an instant that is past.",
    )
    changed_by = models.ForeignKey(
        User,
        verbose_name=_("who"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        help_text=_("Empty: the system itself."),
    )
    channel = models.CharField(_("channel"), max_length=10, choices=Channel.choices)

    class Meta:
        verbose_name = _("change of state")
        verbose_name_plural = _("history")
        ordering = ["changed_at", "id"]
        default_permissions = ()
        indexes = [models.Index(fields=["session", "changed_at", "id"], name="history_of_session")]
        constraints = [
            models.CheckConstraint(
                condition=Q(from_status__in=["", *Status.values]), name="history_from_known"
            ),
            models.CheckConstraint(
                condition=Q(to_status__in=Status.values), name="history_to_known"
            ),
            models.CheckConstraint(
                condition=Q(channel__in=Channel.values), name="history_channel_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_from_status_display() or '–'} → {self.get_to_status_display()}"
