"""The audit trail."""

from __future__ import annotations

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.utils.translation import gettext_lazy as _


class Channel(models.TextChoices):
    """The door through which something was done."""

    ADMIN = "admin", _("admin site")
    API = "api", _("app")
    COMMAND = "command", _("command")
    JOB = "job", _("job")
    IMPORT = "import", _("import")


class AuditEntry(models.Model):
    """Who did something that must be answerable for, when, to what, and why.

    Rows are only ever added: a trigger refuses UPDATE and DELETE.
    """

    at = models.DateTimeField(_("at"), db_index=True)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("who"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        help_text=_("Empty: the system itself."),
    )
    channel = models.CharField(_("channel"), max_length=10, choices=Channel.choices)
    action = models.CharField(_("action"), max_length=60, db_index=True)
    object_type = models.CharField(_("object type"), max_length=60)
    object_id = models.BigIntegerField(_("object id"), null=True, blank=True)
    object_label = models.CharField(_("object"), max_length=250)
    reason = models.TextField(_("reason"), blank=True)
    changes = models.JSONField(_("changes"), default=dict, blank=True, encoder=DjangoJSONEncoder)

    class Meta:
        verbose_name = _("audit entry")
        verbose_name_plural = _("audit trail")
        ordering = ["-at", "-id"]
        default_permissions = ()
        permissions = [
            ("change_settings", "Change the studio's settings"),
            ("view_audit_log", "Read the audit trail"),
        ]
        indexes = [models.Index(fields=["object_type", "object_id"], name="audit_object")]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(channel__in=Channel.values), name="audit_channel_known"
            )
        ]

    def __str__(self) -> str:
        return f"{self.action} {self.object_label}"
