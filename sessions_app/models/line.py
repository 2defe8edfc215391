"""What a session is made of, copied from the catalog when it was added."""

from __future__ import annotations

from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from sessions_app.models.session import Session


class LineType(models.TextChoices):
    """What a line stands for."""

    ITEM = "Item", _("Item")
    PACKAGE = "Package", _("Package")
    ADJUSTMENT = "Adjustment", _("Adjustment")


class ReferenceType(models.TextChoices):
    """Where in the catalog a line comes from."""

    ITEM = "Item", _("Item")
    PACKAGE = "Package", _("Package")


class Line(models.Model):
    """One line of a session; lines of one package addition share a `group`."""

    session = models.ForeignKey(
        Session, verbose_name=_("session"), on_delete=models.CASCADE, related_name="lines"
    )
    line_type = models.CharField(_("type"), max_length=10, choices=LineType.choices)
    reference_id = models.BigIntegerField(_("reference"), null=True, blank=True)
    reference_type = models.CharField(
        _("reference type"), max_length=10, choices=ReferenceType.choices, blank=True
    )
    item_code = models.CharField(_("code"), max_length=30)
    item_name = models.CharField(_("name"), max_length=150)
    item_description = models.TextField(_("description"), blank=True)
    quantity = models.PositiveIntegerField(_("quantity"), validators=[MinValueValidator(1)])
    unit_price = models.DecimalField(_("unit price"), max_digits=10, decimal_places=2)
    line_subtotal = models.DecimalField(_("amount"), max_digits=10, decimal_places=2)
    group = models.PositiveIntegerField(_("package addition"), null=True, blank=True)
    editing_days = models.PositiveSmallIntegerField(
        _("editing days"), null=True, blank=True, help_text=_("Of the package it came with.")
    )
    display_order = models.PositiveIntegerField(_("order"))
    is_delivered = models.BooleanField(_("delivered"), default=False)
    delivered_at = models.DateTimeField(_("delivered at"), null=True, blank=True)
    created_at = models.DateTimeField(_("created at"))

    class Meta:
        verbose_name = _("line")
        verbose_name_plural = _("lines")
        ordering = ["display_order", "id"]
        default_permissions = ()
        constraints = [
            models.CheckConstraint(
                condition=Q(line_type__in=LineType.values), name="line_type_known"
            ),
            models.CheckConstraint(
                condition=Q(reference_type__in=["", *ReferenceType.values]),
                name="line_reference_type_known",
            ),
            models.CheckConstraint(condition=Q(quantity__gte=1), name="line_quantity_positive"),
            models.CheckConstraint(
                condition=Q(line_type="Adjustment") | Q(unit_price__gte=0),
                name="line_price_not_negative",
            ),
            models.CheckConstraint(
                condition=Q(line_subtotal=F("quantity") * F("unit_price")),
                name="line_subtotal_by_formula",
            ),
            models.UniqueConstraint(fields=["session", "display_order"], name="line_order_unique"),
        ]

    def __str__(self) -> str:
        return f"{self.quantity} × {self.item_name}"
