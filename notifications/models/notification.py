"""What the system tells its staff."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from users.models import User


class NotificationQuerySet(models.QuerySet["Notification"]):
    """Which notifications."""

    def visible_to(self, person: User) -> Self:
        """Keep one's own: nobody sees what others are told."""
        return self.filter(recipient=person.pk)

    def unread(self) -> Self:
        """Keep those that were not read yet."""
        return self.filter(read_at=None)


class Notification(models.Model):
    """One thing that one person is told, in their language at that moment; once per fact."""

    recipient = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="notifications"
    )
    kind = models.CharField(_("kind"), max_length=40)
    key = models.CharField(max_length=200)
    title = models.CharField(_("title"), max_length=250)
    body = models.TextField(_("text"), blank=True)
    session_id = models.BigIntegerField(_("session"), null=True)
    session_code = models.CharField(_("session"), max_length=20, blank=True)
    created_at = models.DateTimeField(_("when"))
    read_at = models.DateTimeField(_("read at"), null=True)

    objects: ClassVar[NotificationQuerySet] = NotificationQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = _("notification")
        verbose_name_plural = _("notifications")
        ordering = ["-created_at", "-id"]
        default_permissions = ()
        indexes = [
            models.Index(
                fields=["recipient", "-created_at", "-id"], name="notification_newest_first"
            ),
            models.Index(
                fields=["recipient"], name="notification_unread", condition=Q(read_at=None)
            ),
        ]
        constraints = [
            models.UniqueConstraint(fields=["recipient", "key"], name="notification_once"),
        ]

    def __str__(self) -> str:
        return self.title
