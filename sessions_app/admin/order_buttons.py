"""Buttons of a session's page: what is ordered, what is paid."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

from config.admin.buttons import action_page, button
from config.amounts import money
from config.clock import now, studio_day
from sessions_app.actions import lines, payments
from sessions_app.admin import forms, offers
from sessions_app.models import Payment, PaymentStatus, PaymentType, Session
from sessions_app.queries.ledger import ledger
from users.admin.actor import actor_of


class OrderButtons:
    """The order, and its money."""

    @button(title=_("Add package"), icon="inventory_2", offered=offers.lines)
    def add_package(self, request: HttpRequest, session: Session) -> HttpResponse:
        """Ask which, then add it."""
        actor = actor_of(request)
        return action_page(
            self,
            request,
            session,
            title=_("Add a package to %(code)s") % {"code": session.code},
            form_class=offers.overridable(forms.AddPackageForm.fitting(session), request, session),
            submit=_("Add package"),
            run=lambda form: lines.add_package(
                session,
                form["package"],
                form["quantity"],
                actor=actor,
                at=now(),
                override=offers.override_in(form, actor),
            ),
            done=_("The package is added."),
        )

    @button(title=_("Add item"), icon="add_shopping_cart", offered=offers.lines)
    def add_item(self, request: HttpRequest, session: Session) -> HttpResponse:
        """Ask which, then add it."""
        actor = actor_of(request)
        return action_page(
            self,
            request,
            session,
            title=_("Add an item to %(code)s") % {"code": session.code},
            form_class=offers.overridable(forms.AddItemForm, request, session),
            submit=_("Add item"),
            run=lambda form: lines.add_item(
                session,
                form["item"],
                form["quantity"],
                actor=actor,
                at=now(),
                override=offers.override_in(form, actor),
            ),
            done=_("The item is added."),
        )

    @button(title=_("Record payment"), icon="payments", offered=offers.payment)
    def record_payment(self, request: HttpRequest, session: Session) -> HttpResponse:
        """Ask what the slip says, then record it."""
        missing = max(session.deposit_amount - session.paid_amount, Decimal(0))
        due = _(
            "Deposit: %(deposit)s, of which %(missing)s are missing. To be paid in all: %(left)s."
        )
        return self._payment_page(
            request,
            session,
            title=_("Payment for %(code)s") % {"code": session.code},
            text=due
            % {
                "deposit": money(session.deposit_amount),
                "missing": money(missing),
                "left": money(session.balance_amount),
            },
            form_class=forms.PaymentForm,
            initial={
                "payment_type": _due_next(session) if missing else PaymentType.BALANCE,
                "amount": missing or session.balance_amount,
                "payment_date": studio_day(now()),
            },
        )

    @button(title=_("Record refund"), icon="undo", offered=offers.refund)
    def record_refund(self, request: HttpRequest, session: Session) -> HttpResponse:
        """Ask how much and why, then put a refund on its way."""
        text = _(
            "%(most)s can be refunded. The refund stays pending until it is verified, with the "
            "number of its document."
        )
        return self._payment_page(
            request,
            session,
            title=_("Refund for %(code)s") % {"code": session.code},
            text=text % {"most": money(ledger(session).refundable)},
            form_class=offers.overridable(forms.RefundForm, request, session),
            initial={"payment_date": studio_day(now())},
        )

    def _payment_page(
        self,
        request: HttpRequest,
        session: Session,
        *,
        title: Any,
        text: Any,
        form_class: type[Any],
        initial: dict[str, Any],
    ) -> HttpResponse:
        actor = actor_of(request)

        def run(form: dict[str, Any]) -> list[Payment]:
            receipt = payments.Receipt(
                payment_type=PaymentType(form.get("payment_type", PaymentType.REFUND)),
                payment_method=form["payment_method"],
                amount=form["amount"],
                payment_date=form["payment_date"],
                transaction_reference=form["transaction_reference"],
                notes=form.get("notes", ""),
                status=PaymentStatus(form.get("status", PaymentStatus.PENDING)),
            )
            return payments.record(
                session,
                receipt,
                actor=actor,
                at=now(),
                reason=form.get("reason", ""),
                override=offers.override_in(form, actor),
            )

        return action_page(
            self,
            request,
            session,
            title=title,
            text=text,
            form_class=form_class,
            initial=initial,
            submit=_("Record"),
            run=run,
            done=lambda recorded: (
                _("Recorded: %(payments)s.")
                % {"payments": ", ".join(_described(payment) for payment in recorded)}
            ),
        )


def _due_next(session: Session) -> PaymentType:
    """Return as what a payment towards the deposit is recorded: there is one Deposit at most."""
    has_deposit = session.payments.live().filter(payment_type=PaymentType.DEPOSIT).exists()
    return PaymentType.PARTIAL if has_deposit else PaymentType.DEPOSIT


def _described(payment: Payment) -> str:
    return f"{payment.get_payment_type_display()} {money(payment.amount)}"
