"""Every constraint of the database, by its name: a row that it alone stands against is refused.

Rows are written by bare SQL, as a shell or an import would: a copy of a good row, with what is
wrong about it. A constraint without its line here fails the last test.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection, models, transaction

from catalog.tests.factories import ItemFactory, PackageFactory, PackageItemFactory, RoomFactory
from clients.tests.factories import ClientFactory
from config.records.models import AuditEntry, IdempotencyKey, JobRun, StudioSettings
from config.tests.mutation import database
from notifications.models import Email, EmailPreference, Notification
from sessions_app.models import Claim, PaymentType, Session
from sessions_app.tests.builders import AT, assign, book, external, paid, taken_to
from users.models import Invitation
from users.tests.factories import UserFactory

pytestmark = pytest.mark.django_db

LATER, EARLIER = (AT + timedelta(days=1)).isoformat(), (AT - timedelta(days=999)).isoformat()
UNKNOWN = "Nobody knows"
ANOTHER_DAY = {"starts_at": EARLIER, "ends_at": AT.isoformat()}

IMPLIED = {
    "session_type_known": "session_room_or_location",
    "payment_status_known": "payment_status_explained",
}
"""Constraints behind another that says more: what the one refuses, the other does already."""


def a_user() -> models.Model:
    return UserFactory()


def an_invitation() -> models.Model:
    return Invitation.objects.create(
        email="x@example.com", created_at=AT, expires_at=AT + timedelta(days=7), token_hash="h"
    )


def an_email() -> models.Model:
    return Email.objects.create(
        kind="k", key="one", to="x@example.com", language="es", facts={}, created_at=AT, due_at=AT
    )


def a_preference() -> models.Model:
    return EmailPreference.objects.create(person=UserFactory(), kind="assigned")


def a_notification() -> models.Model:
    return Notification.objects.create(recipient=UserFactory(), kind="k", key="one", created_at=AT)


def an_audit_entry() -> models.Model:
    return AuditEntry.objects.create(at=AT, channel="api", action="a.b")


def an_idempotency_key() -> models.Model:
    return IdempotencyKey.objects.create(
        user=UserFactory(), path="/", key="one", fingerprint="f", created_at=AT
    )


def a_run() -> models.Model:
    return JobRun.objects.create(
        job="tidy",
        channel="job",
        status="Running",
        as_of=AT,
        first_started_at=AT,
        started_at=AT,
        host="h",
        pid=1,
    )


def settings() -> models.Model:
    return StudioSettings.objects.create(
        at=AT,
        payment_deadline_days=5,
        changes_deadline_days=7,
        request_hold_days=14,
        default_deposit_percentage=50,
        max_discount_percentage=20,
        requires_full_payment=True,
        refund_within_deadline=100,
        refund_after_deadline=50,
        refund_client_after_assigned=0,
        refund_force_majeure=100,
        remote_transportation_cost=200,
        travel_minutes=0,
        room_turnaround_minutes=0,
        opening_hours="mon-fri 08:00-18:00",
        default_editing_days=5,
        max_concurrent_editing_sessions=10,
    )


def an_item() -> models.Model:
    return ItemFactory()


def a_package() -> models.Model:
    return PackageFactory()


def a_part() -> models.Model:
    return PackageItemFactory()


def a_room() -> models.Model:
    return RoomFactory()


def a_client() -> models.Model:
    return ClientFactory()


def a_session() -> models.Model:
    return book()


def one_elsewhere() -> models.Model:
    return external()


def a_confirmed_one() -> models.Model:
    return taken_to("Confirmed")


def a_pre_scheduled_one() -> models.Model:
    return taken_to("Pre-scheduled")


def a_cancelled_one() -> models.Model:
    return taken_to("Canceled")


def one_in_editing() -> models.Model:
    return taken_to("In Editing")


def a_history_row() -> models.Model:
    return book().history.get()


def a_line() -> models.Model:
    return taken_to("Negotiation").lines.get()


def a_payment() -> models.Model:
    return paid(taken_to("Pre-scheduled"), "100.00")


def a_partial_payment() -> models.Model:
    return paid(taken_to("Pre-scheduled"), "100.00", PaymentType.PARTIAL)


def an_assignment() -> models.Model:
    return assign(book())


def a_lead() -> models.Model:
    return assign(book(), role="Lead")


def claims_room() -> models.Model:
    return Claim.objects.get(session=book(), kind="session")


def claims_person() -> models.Model:
    return Claim.objects.get(assignment=assign(book()))


@dataclass(frozen=True)
class Case:
    """A good row, and what is wrong about its copy."""

    row: Callable[[], models.Model]
    wrong: dict[str, Any]


def bounds(column: str, *beyond: float) -> dict[str, Case]:
    """Return a case for every value that is out of a setting's bounds."""
    return {
        f"settings_{column}_in_bounds: {value}": Case(settings, {column: value}) for value in beyond
    }


CASES: dict[str, Case] = {
    "user_status_known": Case(a_user, {"status": UNKNOWN[:12]}),
    "user_email_unique": Case(a_user, {}),
    "invitation_accepted_or_revoked": Case(
        an_invitation, {"accepted_at": LATER, "revoked_at": LATER}
    ),
    "invitation_lives_a_while": Case(an_invitation, {"expires_at": AT.isoformat()}),
    "users_invitation_token_hash_key": Case(an_invitation, {}),
    "item_price_not_negative": Case(an_item, {"unit_price": -0.01}),
    "item_quantity_positive": Case(an_item, {"default_quantity": 0}),
    "item_status_known": Case(an_item, {"status": UNKNOWN[:12]}),
    "item_type_known": Case(an_item, {"item_type": UNKNOWN}),
    "item_code_unique": Case(an_item, {}),
    "package_editing_days_1_to_365: 0": Case(a_package, {"estimated_editing_days": 0}),
    "package_editing_days_1_to_365: 366": Case(a_package, {"estimated_editing_days": 366}),
    "package_price_not_negative": Case(a_package, {"base_price": -0.01}),
    "package_status_known": Case(a_package, {"status": UNKNOWN[:12]}),
    "package_type_known": Case(a_package, {"session_type": "No type"}),
    "package_code_unique": Case(a_package, {}),
    "package_item_quantity_positive": Case(a_part, {"quantity": 0}),
    "package_item_unique": Case(a_part, {}),
    "room_capacity_positive": Case(a_room, {"capacity": 0}),
    "room_rate_not_negative": Case(a_room, {"hourly_rate": -0.01}),
    "room_status_known": Case(a_room, {"status": UNKNOWN[:12]}),
    "room_code_unique": Case(a_room, {}),
    "client_status_known": Case(a_client, {"status": UNKNOWN[:12]}),
    "client_type_known": Case(a_client, {"client_type": UNKNOWN}),
    "client_email_unique": Case(a_client, {}),
    "email_due_after_written": Case(an_email, {"due_at": EARLIER}),
    "email_in_hand_since: claimed": Case(an_email, {"status": "Claimed"}),
    "email_in_hand_since: sending": Case(an_email, {"status": "Sending"}),
    "email_not_sent_why: failed": Case(an_email, {"status": "Failed"}),
    "email_not_sent_why: suppressed": Case(an_email, {"status": "Suppressed"}),
    "email_sent_when": Case(an_email, {"status": "Sent"}),
    "email_status_known": Case(an_email, {"status": UNKNOWN[:10]}),
    "notifications_email_key_key": Case(an_email, {}),
    "email_preference_once": Case(a_preference, {}),
    "notification_once": Case(a_notification, {}),
    "audit_channel_known": Case(an_audit_entry, {"channel": "shell"}),
    "idempotency_once": Case(an_idempotency_key, {}),
    "jobrun_channel_known": Case(a_run, {"channel": "shell"}),
    "jobrun_failed_with_failures": Case(a_run, {"status": "Failed", "finished_at": LATER}),
    "jobrun_finished_unless_running: running": Case(a_run, {"finished_at": LATER}),
    "jobrun_finished_unless_running: succeeded": Case(a_run, {"status": "Succeeded"}),
    "jobrun_status_known": Case(a_run, {"status": UNKNOWN, "finished_at": LATER}),
    "jobrun_succeeded_without_failures": Case(
        a_run, {"status": "Succeeded", "finished_at": LATER, "failed": 1}
    ),
    "jobrun_one_running": Case(a_run, {}),
    **bounds("changes_deadline_days", 366),
    **bounds("default_deposit_percentage", -1, 101),
    **bounds("default_editing_days", 0, 366),
    **bounds("max_concurrent_editing_sessions", 0, 1001),
    **bounds("max_discount_percentage", -1, 101),
    **bounds("payment_deadline_days", 366),
    **bounds("refund_after_deadline", -1, 101),
    **bounds("refund_client_after_assigned", -1, 101),
    **bounds("refund_force_majeure", -1, 101),
    **bounds("refund_within_deadline", -1, 101),
    **bounds("remote_transportation_cost", -1, 10_000_001),
    **bounds("request_hold_days", 0, 366),
    **bounds("room_turnaround_minutes", 1441),
    **bounds("travel_minutes", 1441),
    "settings_opening_hours_not_empty": Case(settings, {"opening_hours": ""}),
    "session_status_known": Case(a_session, {"status": UNKNOWN}),
    "session_type_known": Case(a_session, {"session_type": "Neither"}),
    "session_category_known": Case(a_session, {"cancellation_category": UNKNOWN}),
    "session_delivery_method_known": Case(a_session, {"delivery_method": "Pigeon"}),
    "session_initiator_known": Case(a_session, {"cancellation_initiator": UNKNOWN}),
    "session_cancellation_whole: no instant": Case(a_cancelled_one, {"cancelled_at": None}),
    "session_cancellation_whole: no initiator": Case(
        a_cancelled_one, {"cancellation_initiator": ""}
    ),
    "session_cancellation_whole: not cancelled": Case(a_session, {"cancelled_at": LATER}),
    "session_deposit_percentage_in_bounds: -1": Case(a_session, {"deposit_percentage": -1}),
    "session_deposit_percentage_in_bounds: 101": Case(a_session, {"deposit_percentage": 101}),
    "session_duration_in_bounds: 0": Case(a_session, {"estimated_duration_hours": 0}),
    "session_duration_in_bounds: 25": Case(a_session, {"estimated_duration_hours": 25}),
    "session_editor_present": Case(one_in_editing, {"editing_assigned_to_id": None}),
    "session_no_editor_yet": Case(one_in_editing, {"status": "Attended"}),
    "session_money_not_negative: discount": Case(a_session, {"discount": -1, "total_amount": 1}),
    "session_money_not_negative: deposit": Case(a_session, {"deposit_amount": -1}),
    "session_money_not_negative: refund": Case(a_session, {"refund_due": -1}),
    "session_paid_within_total": Case(a_session, {"paid_amount": 1}),
    "session_payment_deadline_set": Case(a_pre_scheduled_one, {"payment_deadline_at": None}),
    "session_photographers_needed": Case(a_session, {"photographers_needed": 0}),
    "session_room_or_location: no room": Case(a_session, {"room_id": None}),
    "session_room_or_location: no location": Case(one_elsewhere, {"location": ""}),
    "session_terms_frozen": Case(
        a_confirmed_one,
        dict.fromkeys(
            [
                "changes_deadline_at",
                "changes_deadline_days",
                "changes_deadline_for",
                "refund_after_deadline",
                "refund_client_after_assigned",
                "refund_force_majeure",
                "refund_within_deadline",
            ]
        ),
    ),
    "session_terms_whole: no day": Case(a_confirmed_one, {"changes_deadline_for": None}),
    "session_terms_whole: no percentage": Case(a_confirmed_one, {"refund_after_deadline": None}),
    "session_time_whole: no instants": Case(a_session, {"starts_at": None}),
    "session_time_whole: the end first": Case(a_session, {"ends_at": EARLIER}),
    "session_total_by_formula": Case(a_session, {"total_amount": 5}),
    "session_transportation_only_external": Case(
        a_session, {"transportation_cost": 5, "total_amount": 5}
    ),
    "sessions_app_session_code_key": Case(a_session, {}),
    "history_channel_known": Case(a_history_row, {"channel": "shell"}),
    "history_from_known": Case(a_history_row, {"from_status": UNKNOWN}),
    "history_to_known": Case(a_history_row, {"to_status": UNKNOWN}),
    "line_order_unique": Case(a_line, {}),
    "line_price_not_negative": Case(a_line, {"unit_price": -1, "line_subtotal": -1}),
    "line_quantity_positive": Case(a_line, {"quantity": 0, "line_subtotal": 0}),
    "line_reference_type_known": Case(a_line, {"reference_type": UNKNOWN[:10]}),
    "line_subtotal_by_formula": Case(a_line, {"line_subtotal": 1}),
    "line_type_known": Case(a_line, {"line_type": UNKNOWN[:10]}),
    "payment_amount_positive": Case(a_payment, {"amount": 0}),
    "payment_document_named": Case(a_payment, {"transaction_reference": ""}),
    "payment_method_named": Case(a_payment, {"payment_method": ""}),
    "payment_of_cancellation_is_refund": Case(a_payment, {"is_of_cancellation": True}),
    "payment_status_explained": Case(a_payment, {"verified_at": None}),
    "payment_status_known": Case(a_payment, {"status": UNKNOWN[:10]}),
    "payment_type_known": Case(a_payment, {"payment_type": UNKNOWN[:10]}),
    "payment_one_live_deposit": Case(a_payment, {"transaction_reference": "another"}),
    "payment_document_once": Case(a_partial_payment, {}),
    "assignment_coverage_whole": Case(an_assignment, {"coverage_end": EARLIER}),
    "assignment_role_known": Case(an_assignment, {"role": "Boss"}),
    "assignment_status_known": Case(an_assignment, {"status": UNKNOWN[:10]}),
    "assignment_person_once": Case(an_assignment, {"role": ""}),
    "assignment_one_lead": Case(
        a_lead, {"photographer_id": lambda: UserFactory(roles=["photographer"]).pk}
    ),
    "claim_end_has_cause": Case(claims_room, {"active": False}),
    "claim_of_one_kind": Case(claims_room, {"kind": "time_off"}),
    "claim_period_not_empty": Case(claims_room, {"ends_at": EARLIER}),
    "claim_one_room_per_session": Case(claims_room, ANOTHER_DAY),
    "claim_room_never_twice": Case(claims_room, {"kind": "maintenance", "session_id": None}),
    "claim_one_per_assignment": Case(claims_person, ANOTHER_DAY),
    "claim_person_never_twice": Case(
        claims_person, {"kind": "time_off", "session_id": None, "assignment_id": None}
    ),
}


def copied(row: models.Model, wrong: dict[str, Any]) -> None:
    """Write a copy of a row by bare SQL, with another id and what is wrong about it."""
    table = row._meta.db_table
    written = {column: value() if callable(value) else value for column, value in wrong.items()}
    columns = ", ".join(
        f'"{field.column}"' for field in row._meta.local_fields if not field.generated
    )
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            f"""
            INSERT INTO {table} ({columns})
            SELECT {columns} FROM (
                SELECT (jsonb_populate_record(good, %s)).* FROM {table} good WHERE id = %s
            ) copy
            """,  # noqa: S608
            [json.dumps({"id": row.pk + 1_000_000} | written), row.pk],
        )


NAMES = dict.fromkeys(case.split(":")[0] for case in CASES)


@pytest.mark.parametrize("constraint", NAMES)
def test_a_constraint_refuses_what_it_is_there_for(constraint):
    cases = [case for name, case in CASES.items() if name.split(":")[0] == constraint]
    rows = {make: make() for make in {case.row for case in cases}}
    for case in cases:
        with pytest.raises(IntegrityError) as refused:
            copied(rows[case.row], case.wrong)
        by = refused.value.__cause__.diag.constraint_name
        assert by == IMPLIED.get(constraint, constraint)


def test_a_copy_with_nothing_wrong_is_let_in():
    row = one_elsewhere()
    copied(row, {"code": "S-2026-9999"})
    assert Session.objects.count() == 2


def test_no_constraint_is_left_out():
    with connection.cursor() as cursor:
        named = {one.taken_out for one in database.guards(cursor) if one.family == "constraints"}
    assert named == set(NAMES)
