"""The ledger: what was paid for a session, and what was paid back. Rows are final (section 4)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Self

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from sessions_app.models.choices import PaymentStatus, PaymentType
from sessions_app.models.session import Session
from sessions_app.policy.ledger import Entry, Ledger
from users.models import User

ONE_DEPOSIT = "payment_one_live_deposit"
DOCUMENT_ONCE = "payment_document_once"

LIVE = Q(status__in=[PaymentStatus.PENDING, PaymentStatus.VERIFIED])


class PaymentQuerySet(models.QuerySet["Payment"]):
    """Which payments."""

    def live(self) -> Self:
        """Keep what is pending or verified."""
        return self.filter(LIVE)


class Payment(models.Model):
    """One payment of a client, or (type Refund) to one.

    Never edited, never deleted: a trigger lets only the steps Pending → Verified or Rejected and
    Verified → Rejected through, with who took them, the reason of a rejection, and a document
    number where there was none.
    """

    session = models.ForeignKey(
        Session, verbose_name=_("session"), on_delete=models.PROTECT, related_name="payments"
    )
    payment_type = models.CharField(_("type"), max_length=10, choices=PaymentType.choices)
    payment_method = models.CharField(_("method"), max_length=50)
    amount = models.DecimalField(_("amount"), max_digits=10, decimal_places=2)
    transaction_reference = models.CharField(
        _("document number"),
        max_length=100,
        blank=True,
        help_text=_("Of the bank slip; empty only for a refund that is not paid out yet."),
    )
    payment_date = models.DateField(_("date"))
    notes = models.TextField(_("notes"), blank=True)
    status = models.CharField(_("status"), max_length=10, choices=PaymentStatus.choices)
    is_of_cancellation = models.BooleanField(
        _("of the cancellation"),
        default=False,
        help_text=_("The refund that the cancellation of the session brought about."),
    )
    created_at = models.DateTimeField(_("recorded at"))
    created_by = models.ForeignKey(
        User,
        verbose_name=_("recorded by"),
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    verified_at = models.DateTimeField(_("verified at"), null=True)
    verified_by = models.ForeignKey(
        User, verbose_name=_("verified by"), null=True, on_delete=models.PROTECT, related_name="+"
    )
    voided_at = models.DateTimeField(_("rejected at"), null=True)
    voided_by = models.ForeignKey(
        User, verbose_name=_("rejected by"), null=True, on_delete=models.PROTECT, related_name="+"
    )
    void_reason = models.TextField(_("why it was rejected"), blank=True)

    objects = PaymentQuerySet.as_manager()

    class Meta:
        verbose_name = _("payment")
        verbose_name_plural = _("payments")
        ordering = ["-created_at", "-id"]
        default_permissions = ()
        indexes = [
            models.Index(fields=["session", "-created_at", "-id"], name="payment_of_session"),
            models.Index(fields=["payment_date"], name="payment_date"),
            models.Index(
                fields=["created_at"],
                name="payment_pending",
                condition=Q(status=PaymentStatus.PENDING),
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(payment_type__in=PaymentType.values), name="payment_type_known"
            ),
            models.CheckConstraint(
                condition=Q(status__in=PaymentStatus.values), name="payment_status_known"
            ),
            models.CheckConstraint(condition=Q(amount__gt=0), name="payment_amount_positive"),
            models.CheckConstraint(condition=~Q(payment_method=""), name="payment_method_named"),
            models.CheckConstraint(
                condition=~Q(transaction_reference="")
                | Q(payment_type=PaymentType.REFUND) & ~Q(status=PaymentStatus.VERIFIED),
                name="payment_document_named",
            ),
            models.CheckConstraint(
                condition=Q(is_of_cancellation=False) | Q(payment_type=PaymentType.REFUND),
                name="payment_of_cancellation_is_refund",
            ),
            models.CheckConstraint(
                condition=Q(status=PaymentStatus.PENDING, verified_at=None, voided_at=None)
                | Q(status=PaymentStatus.VERIFIED, verified_at__isnull=False, voided_at=None)
                | Q(status=PaymentStatus.REJECTED, voided_at__isnull=False) & ~Q(void_reason=""),
                name="payment_status_explained",
            ),
            models.UniqueConstraint(
                fields=["session"],
                condition=Q(payment_type=PaymentType.DEPOSIT) & LIVE,
                name=ONE_DEPOSIT,
            ),
            models.UniqueConstraint(
                F("session"),
                Lower("payment_method"),
                Lower("transaction_reference"),
                F("payment_type"),
                condition=LIVE & ~Q(transaction_reference=""),
                name=DOCUMENT_ONCE,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_payment_type_display()} {self.amount} ({self.get_status_display()})"

    @property
    def is_refund(self) -> bool:
        """Whether the money goes back to the client."""
        return self.payment_type == PaymentType.REFUND

    @property
    def entry(self) -> Entry:
        """The payment as the ledger counts it."""
        return Entry(
            amount=self.amount,
            is_refund=self.is_refund,
            is_verified=self.status == PaymentStatus.VERIFIED,
            recorded_at=self.created_at,
            is_of_cancellation=self.is_of_cancellation,
        )


def ledger_of(payments: Iterable[Payment]) -> Ledger:
    """Return what the live ones among some payments come to."""
    return Ledger(tuple(one.entry for one in payments if one.status != PaymentStatus.REJECTED))
