"""What the database itself refuses about a session, whichever door the write comes through."""

from __future__ import annotations

from decimal import Decimal

from django.db import models
from django.db.models import F, Q

from sessions_app.lifecycle import ORDER, Status
from sessions_app.models.choices import (
    CancellationCategory,
    DeliveryMethod,
    Initiator,
    SessionType,
)

MIN_HOURS, MAX_HOURS = Decimal("0.25"), Decimal("24")

CONSTRAINTS: list[models.BaseConstraint] = [
    models.CheckConstraint(condition=Q(status__in=Status.values), name="session_status_known"),
    models.CheckConstraint(
        condition=Q(session_type__in=SessionType.values), name="session_type_known"
    ),
    models.CheckConstraint(
        condition=Q(delivery_method__in=["", *DeliveryMethod.values]),
        name="session_delivery_method_known",
    ),
    models.CheckConstraint(
        condition=Q(cancellation_initiator__in=["", *Initiator.values]),
        name="session_initiator_known",
    ),
    models.CheckConstraint(
        condition=Q(cancellation_category__in=["", *CancellationCategory.values]),
        name="session_category_known",
    ),
    models.CheckConstraint(
        condition=(
            Q(session_type=SessionType.STUDIO, room__isnull=False)
            | Q(session_type=SessionType.EXTERNAL, room=None) & ~Q(location="")
        ),
        name="session_room_or_location",
    ),
    models.CheckConstraint(
        condition=(
            Q(session_time=None, starts_at=None, ends_at=None)
            | Q(
                session_time__isnull=False,
                estimated_duration_hours__isnull=False,
                starts_at__isnull=False,
                ends_at__gt=F("starts_at"),
            )
        ),
        name="session_time_whole",
    ),
    models.CheckConstraint(
        condition=Q(estimated_duration_hours=None)
        | Q(estimated_duration_hours__range=(MIN_HOURS, MAX_HOURS)),
        name="session_duration_in_bounds",
    ),
    models.CheckConstraint(
        condition=Q(
            transportation_cost__gte=0,
            discount__gte=0,
            total_amount__gte=0,
            deposit_amount__gte=0,
            paid_amount__gte=0,
            refund_due__gte=0,
        ),
        name="session_money_not_negative",
    ),
    models.CheckConstraint(
        condition=Q(paid_amount__lte=F("total_amount")), name="session_paid_within_total"
    ),
    models.CheckConstraint(
        condition=Q(total_amount=F("subtotal") + F("transportation_cost") - F("discount")),
        name="session_total_by_formula",
    ),
    models.CheckConstraint(
        condition=Q(deposit_percentage__range=(0, 100)),
        name="session_deposit_percentage_in_bounds",
    ),
    models.CheckConstraint(
        condition=Q(session_type=SessionType.EXTERNAL) | Q(transportation_cost=0),
        name="session_transportation_only_external",
    ),
    models.CheckConstraint(
        condition=Q(photographers_needed__gte=1), name="session_photographers_needed"
    ),
    models.CheckConstraint(
        condition=(
            Q(status=Status.CANCELED, cancelled_at__isnull=False) & ~Q(cancellation_initiator="")
        )
        | ~Q(status=Status.CANCELED) & Q(cancelled_at=None),
        name="session_cancellation_whole",
    ),
    models.CheckConstraint(
        condition=Q(
            status=Status.PRE_SCHEDULED,
            payment_deadline_at__isnull=False,
            payment_deadline_set_on__isnull=False,
            payment_deadline_days__isnull=False,
        )
        | ~Q(status=Status.PRE_SCHEDULED),
        name="session_payment_deadline_set",
    ),
    models.CheckConstraint(
        condition=Q(
            changes_deadline_at=None,
            changes_deadline_for=None,
            changes_deadline_days=None,
            refund_within_deadline=None,
            refund_after_deadline=None,
            refund_force_majeure=None,
            refund_client_after_assigned=None,
        )
        | Q(
            changes_deadline_at__isnull=False,
            changes_deadline_for__isnull=False,
            changes_deadline_days__isnull=False,
            # Said besides the bounds: of nothing the database cannot tell that it is out of them.
            refund_within_deadline__isnull=False,
            refund_after_deadline__isnull=False,
            refund_force_majeure__isnull=False,
            refund_client_after_assigned__isnull=False,
            refund_within_deadline__range=(0, 100),
            refund_after_deadline__range=(0, 100),
            refund_force_majeure__range=(0, 100),
            refund_client_after_assigned__range=(0, 100),
        ),
        name="session_terms_whole",
    ),
    models.CheckConstraint(
        condition=~Q(status__in=[Status.CONFIRMED, Status.ASSIGNED])
        | Q(changes_deadline_at__isnull=False),
        name="session_terms_frozen",
    ),
    models.CheckConstraint(
        condition=~Q(status__in=[Status.IN_EDITING, Status.READY, Status.COMPLETED])
        | Q(editing_assigned_to__isnull=False),
        name="session_editor_present",
    ),
    models.CheckConstraint(
        condition=~Q(status__in=ORDER[: ORDER.index(Status.IN_EDITING)])
        | Q(editing_assigned_to=None),
        name="session_no_editor_yet",
    ),
]
