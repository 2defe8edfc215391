"""The outbox: e-mails that were written with their fact, and what became of them."""

from __future__ import annotations

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from config.languages import studio_language


class EmailStatus(models.TextChoices):
    """What became of an e-mail.

    *Claimed*: somebody sees to it, the mail server has not heard of it. *Sending*: it is being
    handed over; who dies here leaves in doubt whether it went out.
    """

    PENDING = "Pending", _("Pending")
    CLAIMED = "Claimed", _("Claimed")
    SENDING = "Sending", _("Sending")
    SENT = "Sent", _("Sent")
    FAILED = "Failed", _("Failed")
    SUPPRESSED = "Suppressed", _("Suppressed")


class Email(models.Model):
    """One e-mail to one address about one fact; `key` names the fact, hence it is there once."""

    kind = models.CharField(_("kind"), max_length=40)
    key = models.CharField(_("fact"), max_length=200, unique=True)
    to = models.EmailField(_("recipient"))
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("person"),
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
        help_text=_("Empty: a client, or somebody without an account."),
    )
    language = models.CharField(_("language"), max_length=2, default=studio_language)
    session_id = models.BigIntegerField(_("session"), null=True)
    session_code = models.CharField(_("session"), max_length=20, blank=True)
    facts = models.JSONField(default=dict, encoder=DjangoJSONEncoder)

    status = models.CharField(
        _("status"), max_length=12, choices=EmailStatus.choices, default=EmailStatus.PENDING
    )
    created_at = models.DateTimeField(_("written at"))
    due_at = models.DateTimeField(_("to be sent at"))
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    uncertain = models.PositiveSmallIntegerField(
        _("perhaps sent before"),
        default=0,
        help_text=_(
            "Attempts of which nobody can know whether the message went out: it was handed over, "
            "and the answer was lost."
        ),
    )
    claimed_at = models.DateTimeField(null=True)
    sent_at = models.DateTimeField(_("sent at"), null=True)
    reason = models.TextField(
        _("reason"), blank=True, help_text=_("The last error, or why it was suppressed.")
    )
    message_id = models.CharField(max_length=250, blank=True)

    class Meta:
        verbose_name = _("e-mail")
        verbose_name_plural = _("e-mails")
        ordering = ["-created_at", "-id"]
        default_permissions = ()
        indexes = [
            models.Index(fields=["due_at", "id"], name="email_due", condition=Q(status="Pending")),
            models.Index(
                fields=["claimed_at"],
                name="email_in_hand",
                condition=Q(status__in=["Claimed", "Sending"]),
            ),
            models.Index(fields=["-created_at", "-id"], name="email_newest_first"),
            models.Index(fields=["status", "-created_at"], name="email_by_status"),
            models.Index(fields=["kind", "-created_at"], name="email_by_kind"),
            models.Index(fields=["session_id"], name="email_of_session"),
            models.Index(
                fields=["message_id"], name="email_by_message_id", condition=~Q(message_id="")
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(status__in=EmailStatus.values), name="email_status_known"
            ),
            models.CheckConstraint(
                condition=~Q(status__in=["Claimed", "Sending"]) | Q(claimed_at__isnull=False),
                name="email_in_hand_since",
            ),
            models.CheckConstraint(
                condition=~Q(status="Sent") | Q(sent_at__isnull=False), name="email_sent_when"
            ),
            models.CheckConstraint(
                condition=~Q(status__in=["Failed", "Suppressed"]) | ~Q(reason=""),
                name="email_not_sent_why",
            ),
            models.CheckConstraint(
                condition=Q(due_at__gte=F("created_at")), name="email_due_after_written"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind.replace('_', ' ')} {self.session_code}".strip()
