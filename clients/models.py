"""The studio's clients."""

from __future__ import annotations

from typing import ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from clients import standing
from config.activation import ActiveStatus
from config.languages import studio_language
from config.search import folded
from users.master_data import GuardedRecord
from users.rights import ModelRights


class ClientType(models.TextChoices):
    """Whom an invoice goes to."""

    INDIVIDUAL = "Individual", _("Individual")
    INSTITUTIONAL = "Institutional", _("Institutional")


class ClientQuerySet(models.QuerySet["Client"]):
    """Which clients."""

    def with_standing(self) -> Self:
        """Carry how each stands with the studio: `sessions_count`, `is_high_risk`."""
        return self.annotate(**standing.facts())


class Client(GuardedRecord):
    """Someone who books sessions. Never deleted; an inactive one books nothing new."""

    rights: ClassVar[ModelRights] = ModelRights.of("client")

    full_name = models.CharField(_("full name"), max_length=150)
    email = models.EmailField(_("e-mail"))
    primary_phone = models.CharField(_("primary phone"), max_length=30)
    secondary_phone = models.CharField(_("secondary phone"), max_length=30, blank=True)
    delivery_address = models.TextField(_("delivery address"), blank=True)
    client_type = models.CharField(
        _("type"), max_length=15, choices=ClientType.choices, default=ClientType.INDIVIDUAL
    )
    notes = models.TextField(_("notes"), blank=True)
    tax_id = models.CharField(_("tax id (NIT)"), max_length=20, blank=True)
    billing_name = models.CharField(_("billing name"), max_length=150, blank=True)
    language = models.CharField(
        _("language"), max_length=2, choices=settings.LANGUAGES, default=studio_language
    )
    objects = ClientQuerySet.as_manager()

    search_text = folded("full_name", "email", "primary_phone", "secondary_phone", "billing_name")

    class Meta:
        verbose_name = _("client")
        verbose_name_plural = _("clients")
        ordering = ["-created_at", "-id"]
        default_permissions = ()
        permissions = [
            ("create_client", "Create clients"),
            ("view_client", "See clients"),
            ("edit_client", "Edit clients"),
            ("delete_client", "Deactivate clients"),
        ]
        indexes = [
            models.Index(fields=["-created_at", "-id"], name="client_newest_first"),
            models.Index(fields=["client_type"], name="client_type"),
        ]
        constraints = [
            models.UniqueConstraint(
                Lower("email"),
                name="client_email_unique",
                violation_error_message=_("A client with this e-mail already exists."),
            ),
            models.CheckConstraint(
                condition=models.Q(client_type__in=ClientType.values), name="client_type_known"
            ),
            models.CheckConstraint(
                condition=models.Q(status__in=ActiveStatus.values), name="client_status_known"
            ),
        ]

    def __str__(self) -> str:
        return self.full_name

    @property
    def choice_label(self) -> str:
        """The name where a client is chosen; a high risk is flagged, where that was read."""
        is_flagged = getattr(self, "is_high_risk", False)
        return f"⚠ {self.full_name} ({_('high risk')})" if is_flagged else self.full_name
