"""Payments in the back office: shown on the session's page, verified and voided on their own.

Nothing of a payment is ever a field of a form: the ledger takes steps, by buttons.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any, ClassVar

from django.contrib import admin
from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext_lazy as _
from unfold.admin import TabularInline
from unfold.decorators import display
from unfold.enums import ActionVariant

from config.admin.buttons import action_page, button
from config.amounts import money
from config.clock import now
from sessions_app.actions import verifying
from sessions_app.admin import forms, offers
from sessions_app.admin.offers import sees_whole
from sessions_app.admin.parts import PartAdmin, ShownOnly, link_to, session_page
from sessions_app.models import Payment, PaymentStatus
from users.admin.actor import actor_of
from users.admin.rights import may
from users.models import User
from users.rights import Right


class ShownPayments(ShownOnly):
    """To whom payments are shown, and how."""

    def has_view_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Whether the person sees the session, and amounts."""
        return sees_whole(request) and super().has_view_permission(request, obj)

    @display(description=_("amount"))
    def amount_shown(self, payment: Payment) -> str:
        """The amount; a refund's with a minus."""
        return f"−{money(payment.amount)}" if payment.is_refund else money(payment.amount)

    @display(description=_("status"))
    def status_shown(self, payment: Payment) -> str:
        """The status, in words."""
        return payment.get_status_display()


class PaymentInline(ShownPayments, TabularInline):
    """What was paid, latest first, rejected payments included."""

    model = Payment
    verbose_name_plural = _("payments")
    template_before = "admin/session/due.html"
    fields = (
        "opened",
        "amount_shown",
        "status_shown",
        "payment_method",
        "transaction_reference",
        "payment_date",
        "notes",
    )
    readonly_fields = ("opened", "amount_shown", "status_shown")

    @display(description=_("type"))
    def opened(self, payment: Payment) -> str:
        """The type, which opens the payment."""
        return link_to(payment, payment.get_payment_type_display())


@admin.register(Payment)
class PaymentAdmin(ShownPayments, PartAdmin):
    """One payment."""

    actions_detail: ClassVar[list[str]] = ["verify", "void"]
    fields = (
        "session",
        ("payment_type", "amount_shown", "status_shown"),
        ("payment_method", "transaction_reference", "payment_date"),
        "notes",
        "recorded",
        "verified",
        ("rejected", "void_reason"),
    )
    readonly_fields = ("amount_shown", "status_shown", "recorded", "verified", "rejected")

    @display(description=_("recorded"))
    def recorded(self, payment: Payment) -> str:
        """Who recorded it, and when."""
        return _signed(payment.created_by, payment.created_at)

    @display(description=_("verified"))
    def verified(self, payment: Payment) -> str:
        """Who verified it, and when."""
        return _signed(payment.verified_by, payment.verified_at)

    @display(description=_("rejected"))
    def rejected(self, payment: Payment) -> str:
        """Who rejected it, and when."""
        return _signed(payment.voided_by, payment.voided_at)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Return the payments of sessions that the person sees whole."""
        rows = super().get_queryset(request)
        people = ("created_by", "verified_by", "voided_by")
        return rows.select_related(*people) if sees_whole(request) else rows.none()

    @button(
        title=_("Verify"),
        icon="verified",
        variant=ActionVariant.PRIMARY,
        offered=lambda self, request, payment: (
            payment.status == PaymentStatus.PENDING and _may_decide(request, payment)
        ),
    )
    def verify(self, request: HttpRequest, payment: Payment) -> HttpResponse:
        """Ask for the document where there is none, then let the payment count."""
        text = _("With this the refund of %(amount)s counts as paid out.")
        return action_page(
            self,
            request,
            payment,
            title=_("Verify %(payment)s of %(code)s")
            % {"payment": payment.get_payment_type_display(), "code": payment.session.code},
            text=text % {"amount": money(payment.amount)} if payment.is_refund else "",
            form_class=forms.PageForm if payment.transaction_reference else forms.VerifyForm,
            submit=_("Verify"),
            run=lambda form: verifying.verify(payment, **form, actor=actor_of(request), at=now()),
            done=_("The payment is verified."),
            next_url=session_page(self, payment),
        )

    @button(
        title=_("Reject / void"),
        icon="money_off",
        variant=ActionVariant.DANGER,
        offered=lambda self, request, payment: (
            payment.status != PaymentStatus.REJECTED and _may_decide(request, payment)
        ),
    )
    def void(self, request: HttpRequest, payment: Payment) -> HttpResponse:
        """Ask why, then let the payment no longer count."""
        actor = actor_of(request)
        return action_page(
            self,
            request,
            payment,
            title=_("Reject %(payment)s of %(code)s")
            % {"payment": payment.get_payment_type_display(), "code": payment.session.code},
            text=_("The row stays, with the reason; %(amount)s no longer count.")
            % {"amount": money(payment.amount)},
            form_class=offers.overridable(forms.VoidForm, request, payment.session),
            submit=_("Reject / void"),
            danger=True,
            run=lambda form: verifying.void(
                payment,
                reason=form["reason"],
                actor=actor,
                at=now(),
                override=offers.override_in(form, actor),
            ),
            done=_("The payment no longer counts."),
            next_url=session_page(self, payment),
        )


def _signed(person: User | None, at: datetime | None) -> str:
    """Return who did something, and when; the name is no link."""
    if at is None:
        return "–"
    who = person.full_name if person else _("the system")
    return f"{who}, {date_format(localtime(at), 'j M Y H:i')}"


def _may_decide(request: HttpRequest, payment: Payment) -> bool:
    right = Right.PAYMENT_REFUND if payment.is_refund else Right.SESSION_PAYMENT
    return may(request, right, payment.session)
