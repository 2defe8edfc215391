"""What a crafted POST to each button of the back office does, and for whom (rules, 1).

The table that `test_admin_permissions` walks, with a form that each button accepts.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from config.clock import now, studio_day
from config.tests.world import IN_TIME

OFFICE = {"admin", "coordinator"}
ADMIN = {"admin"}
NOBODY: set[str] = set()

NOTIFICATIONS = "/notifications/notification/"
NEW_PASSWORD = "Other-Horse-2026!"
TODAY = studio_day(now())
REASON = {"reason": "as agreed by phone"}
OVERRIDE = {"override": "on", **REASON}
CANCELLATION = {"initiator": "Client", **REASON}
PAYMENT = {
    "payment_type": "Balance",
    "amount": "10.00",
    "payment_method": "Transfer",
    "payment_date": TODAY.isoformat(),
    "status": "Verified",
}
REFUND = {name: PAYMENT[name] for name in ("amount", "payment_method", "payment_date")} | REASON
LATER = {"session_date": IN_TIME, "session_time": "10:00", "estimated_duration_hours": 2, **REASON}
SETTINGS = {
    "payment_deadline_days": 9,
    "changes_deadline_days": 7,
    "request_hold_days": 21,
    "default_deposit_percentage": "50",
    "max_discount_percentage": "20",
    "requires_full_payment": "on",
    "refund_within_deadline": "100",
    "refund_after_deadline": "50",
    "refund_client_after_assigned": "0",
    "refund_force_majeure": "100",
    "remote_transportation_cost": "200.00",
    "travel_minutes": 0,
    "room_turnaround_minutes": 0,
    "opening_hours": "mon-fri 08:00-18:00, sat 08:00-13:00",
    "default_editing_days": 5,
    "max_concurrent_editing_sessions": 10,
    "seen": "{version}",
}
ENTRY = {
    "client": "{client}",
    "session_type": "Studio",
    "session_date": (TODAY - timedelta(days=40)).isoformat(),
    "session_time": "10:00",
    "estimated_duration_hours": 2,
    "room": "{room}",
    "status": "Attended",
    "photographers": "{free_photographer}",
    "item": "{item}",
    **REASON,
}


def _period(days: int, hours: int = 1) -> dict[str, str]:
    """Return a period of some day from today as the two fields of a form each."""
    day = TODAY + timedelta(days=days)
    return {
        "starts_at_0": day.isoformat(),
        "starts_at_1": "10:00",
        "ends_at_0": day.isoformat(),
        "ends_at_1": f"{10 + hours}:00",
    }


BOOKED = 30
"""The day on which the session of the world is."""

# What the form of each button of a session, or of a part of one, is sent with.
FORMS: dict[str, dict[str, Any]] = {
    "session/negotiate": {},
    "session/pre-schedule": {},
    "session/confirm": {},
    "session/reopen": {},
    "session/settle-team": {},
    "session/complete": {},
    "session/postpone": LATER,
    "session/cancel": CANCELLATION,
    "session/correct-cancellation": {"initiator": "Studio", **REASON},
    "session/hide": {},
    "session/add-package": {"package": "{package}", "quantity": 1},
    "session/add-item": {"item": "{item}", "quantity": 1},
    "session/record-payment": PAYMENT,
    "session/record-refund": REFUND,
    "session/assign-photographer": {"photographer_id": "{free_photographer}"},
    "session/mark-own": {},
    "session/attend": {},
    "session/take-back": {},
    "session/take": {},
    "session/assign-editor": {"editor_id": "{editor}"},
    "session/mark-ready": {},
    "session/change-editing-days": {"estimated_editing_days": 9, "note": "many guests"},
    "session/release-editor": REASON,
    "session/rework": REASON,
    "line/quantity": {"quantity": 5},
    "line/delivered": {},
    "line/remove": {},
    "payment/verify": {"transaction_reference": "CHK-1"},
    "payment/void": REASON,
    "assignment/change-coverage": {"role": "Lead"},
    "assignment/reassign": {"photographer_id": "{free_photographer}"},
    "assignment/release": {},
    "assignment/mark": {},
    "timeoff/withdraw": {},
    "maintenance/withdraw": {},
}


def _drop(claim: str, who: set[str], **besides: Any) -> tuple[str, dict[str, Any], set[str]]:
    """Return a post of the agenda that drops a claim on another day, as far as none is named."""
    start = f"{IN_TIME}T15:00:00"
    session, _separator, is_of_session = claim.partition("_")
    version = f"{{{session}_version}}" if is_of_session.endswith("_claim") else "1"
    body = {"claim": f"{{{claim}}}", "start": start, "version": version, **besides}
    return "/sessions_app/session/agenda/move/", body, who


def _all_of(
    page: str, action: str, row: str, who: set[str]
) -> tuple[str, dict[str, Any], set[str]]:
    """Return a post of a list that takes one of its rows through an action of the list."""
    return f"/{page}/", {"action": action, "_selected_action": f"{{{row}}}"}, who


def _post(page: str, who: set[str], **besides: Any) -> tuple[str, dict[str, Any], set[str]]:
    """Return a post to a button of a session, or of a part of one, with what its form asks for."""
    kind, _name, button = page.split()
    return f"/sessions_app/{kind}/{{{_name}}}/{button}/", FORMS[f"{kind}/{button}"] | besides, who


# What a crafted POST does, without having seen the form: address, body, who brings it about.
POSTS: list[tuple[str, dict[str, Any], set[str]]] = [
    _post("session session negotiate", OFFICE),
    _post("session offered negotiate", OFFICE),
    _post("session confirmed negotiate", NOBODY),  # a confirmed one is reopened by its own button
    _post("session late negotiate", NOBODY),
    _post("session session pre-schedule", OFFICE),
    _post("session confirmed pre-schedule", NOBODY),
    _post("session offered confirm", OFFICE),
    _post("session session confirm", NOBODY),
    _post("session hidden confirm", NOBODY),
    _post("session confirmed reopen", OFFICE),
    _post("session late reopen", NOBODY),
    _post("session late reopen", NOBODY, **OVERRIDE),
    _post("session covered reopen", NOBODY),
    _post("session late settle-team", OFFICE),
    _post("session confirmed settle-team", NOBODY),
    _post("session ready complete", OFFICE),
    _post("session edited complete", NOBODY, **OVERRIDE),
    _post("session covered postpone", OFFICE),
    _post("session late postpone", OFFICE),
    _post("session confirmed postpone", NOBODY),
    _post("session edited postpone", NOBODY),
    _post("session session cancel", OFFICE),
    _post("session edited cancel", OFFICE),
    _post("session ready cancel", OFFICE),
    _post("session completed cancel", NOBODY, **OVERRIDE),
    _post("session canceled cancel", NOBODY),
    _post("session hidden cancel", NOBODY),
    _post("session canceled correct-cancellation", ADMIN),
    _post("session confirmed correct-cancellation", NOBODY),
    _post("session session hide", ADMIN),
    _post("session pool hide", NOBODY),
    _post("session canceled hide", NOBODY),  # something was paid
    _post("session session add-package", OFFICE),
    _post("session covered add-package", NOBODY),
    _post("session covered add-package", ADMIN, **OVERRIDE),
    _post("session session add-item", OFFICE),
    _post("session covered add-item", NOBODY),
    _post("session covered add-item", ADMIN, **OVERRIDE),
    _post("session offered record-payment", OFFICE),
    _post("session edited record-payment", OFFICE),
    _post("session edited record-payment", NOBODY, payment_type="Deposit"),
    _post("session completed record-payment", NOBODY, **OVERRIDE),
    _post("session canceled record-payment", NOBODY, **OVERRIDE),
    _post("session offered record-refund", OFFICE),
    _post("session edited record-refund", NOBODY),  # the deposit would be uncovered
    _post("session edited record-refund", ADMIN, override="on"),
    _post("session completed record-refund", NOBODY, override="on"),
    _post("session session assign-photographer", OFFICE),
    _post("session ready assign-photographer", NOBODY),
    _post("session due mark-own", {"covering"}),
    _post("session covered mark-own", NOBODY),
    _post("session edited mark-own", {"covering"}),
    _post("session pool mark-own", NOBODY),
    _post("session completed mark-own", NOBODY),
    _post("session due attend", {*OFFICE, "covering"}),  # for its photographer, their own mark
    _post("session covered attend", NOBODY),
    _post("session marked take-back", {*OFFICE, "covering"}),
    _post("session pool take-back", OFFICE),
    _post("session edited take-back", NOBODY),
    _post("session pool take", {"editor", "editing"}),
    _post("session marked take", {"editor", "editing"}),
    _post("session edited take", NOBODY),
    _post("session ready take", NOBODY),
    _post("session pool assign-editor", OFFICE),
    _post("session ready assign-editor", OFFICE),
    _post("session completed assign-editor", NOBODY),
    _post("session edited mark-ready", {*OFFICE, "editing"}),
    _post("session pool mark-ready", NOBODY),
    _post("session edited change-editing-days", {"editing"}),
    _post("session ready change-editing-days", NOBODY),
    _post("session edited release-editor", {*OFFICE, "editing"}),
    _post("session ready release-editor", NOBODY),
    _post("session ready rework", OFFICE),
    _post("session completed rework", NOBODY),
    _post("line line quantity", OFFICE),
    _post("line line delivered", OFFICE),
    _post("line line remove", OFFICE),
    _post("payment slip verify", OFFICE, transaction_reference=""),
    _post("payment refund verify", OFFICE),
    _post("payment refund verify", NOBODY, transaction_reference=""),
    _post("payment payment verify", NOBODY, transaction_reference=""),
    _post("payment due_back verify", ADMIN),  # the coordinator cancelled the session
    _post("payment slip void", OFFICE),
    _post("payment slip void", NOBODY, reason=" "),
    _post("payment payment void", OFFICE),
    _post("payment due_back void", OFFICE),
    _post("assignment assignment change-coverage", OFFICE),
    _post("assignment assignment reassign", OFFICE),
    _post("assignment marked_part reassign", NOBODY),  # they have attended
    _post("assignment assignment release", OFFICE),
    _post("assignment edited_part release", NOBODY),  # the last one
    _post("assignment due_part mark", {*OFFICE, "covering"}),
    _post("assignment seconds_part mark", OFFICE),
    _post("assignment edited_part mark", {*OFFICE, "covering"}),
    _post("assignment marked_part mark", {*OFFICE, "covering"}),
    _post("assignment assignment mark", NOBODY),
    _post("timeoff time_off withdraw", {*OFFICE, "covering"}),
    _post("maintenance maintenance withdraw", ADMIN),
    _post("maintenance repairs withdraw", NOBODY),  # it ends when the room is reactivated
    _drop("session_session_claim", OFFICE),
    _drop("session_assignment_claim", OFFICE),
    _drop("session_session_claim", OFFICE, room="{spare_room}"),
    _drop("session_session_claim", OFFICE, start="{starts}", room="{spare_room}"),
    _drop("session_session_claim", NOBODY, room="{closed_room}"),
    _drop("session_session_claim", NOBODY, room="{broken_room}"),
    _drop("session_session_claim", NOBODY, room="987654321"),
    _drop("session_session_claim", NOBODY, start="2020-01-01T10:00:00"),
    _drop("session_assignment_claim", OFFICE, start="{starts}", person="{free_photographer}"),
    _drop("session_assignment_claim", NOBODY, start="{starts}", person="{editor}"),
    _drop("session_assignment_claim", NOBODY, person="{free_photographer}"),  # both at once
    _drop("session_session_claim", NOBODY, version="1"),  # it was changed meanwhile
    _drop("covered_session_claim", NOBODY),  # a postponement needs a reason
    _drop("covered_session_claim", OFFICE, **REASON),
    _drop("pool_session_claim", NOBODY, **REASON),
    _drop("completed_session_claim", NOBODY, **OVERRIDE),
    _drop("hidden_session_claim", NOBODY, **OVERRIDE),
    _drop("time_off", NOBODY),
    _drop("maintenance", NOBODY),
    ("/sessions_app/timeoff/add/", {"person": "{covering}", **_period(90)}, {*OFFICE, "covering"}),
    ("/sessions_app/timeoff/add/", {"person": "{free_photographer}", **_period(90)}, OFFICE),
    ("/sessions_app/timeoff/add/", {"person": "{covering}", **_period(BOOKED)}, NOBODY),
    ("/sessions_app/timeoff/add/", {"person": "{inactive_person}", **_period(90)}, NOBODY),
    ("/sessions_app/timeoff/add/", {"person": "{user}", **_period(90)}, NOBODY),
    ("/sessions_app/timeoff/add/", {"person": "{covering}", **_period(90, -2)}, NOBODY),
    ("/sessions_app/timeoff/add/", {"person": "{covering}", **_period(-9)}, NOBODY),
    ("/sessions_app/timeoff/{time_off}/change/", _period(90), NOBODY),
    ("/sessions_app/maintenance/add/", {"room": "{spare_room}", **_period(90)}, ADMIN),
    ("/sessions_app/maintenance/add/", {"room": "{room}", **_period(BOOKED)}, NOBODY),
    ("/sessions_app/maintenance/add/", {"room": "{closed_room}", **_period(90)}, NOBODY),
    (
        "/sessions_app/maintenance/add/",
        {"room": "{spare_room}", **_period(90), "ends_at_0": "", "ends_at_1": ""},
        NOBODY,
    ),
    ("/sessions_app/maintenance/{maintenance}/change/", _period(90), NOBODY),
    ("/sessions_app/session/take-next/", {}, {"editor", "editing"}),
    (f"{NOTIFICATIONS}open/", {"notification": "{notification}"}, {"covering"}),
    (f"{NOTIFICATIONS}open/", {"notification": "987654321"}, NOBODY),
    (f"{NOTIFICATIONS}open/", {"notification": "x"}, NOBODY),
    (f"{NOTIFICATIONS}read-all/", {}, {*OFFICE, "covering", "editor", "editing"}),
    (f"{NOTIFICATIONS}by-email/", {"kinds": "refund_to_pay"}, OFFICE),
    (f"{NOTIFICATIONS}by-email/", {"kinds": "override_used"}, ADMIN),
    (f"{NOTIFICATIONS}by-email/", {"kinds": "invitation"}, NOBODY),
    _all_of("sessions_app/session", "confirm_rows", "offered", OFFICE),
    _all_of("sessions_app/session", "confirm_rows", "session", NOBODY),
    _all_of("sessions_app/session", "confirm_rows", "hidden", NOBODY),
    _all_of("sessions_app/session", "settle_rows", "late", OFFICE),
    _all_of("sessions_app/session", "settle_rows", "confirmed", NOBODY),
    _all_of("sessions_app/session", "settle_rows", "marked", NOBODY),
    _all_of("sessions_app/session", "attend_rows", "due", OFFICE),
    _all_of("sessions_app/session", "attend_rows", "covered", NOBODY),
    _all_of("sessions_app/session", "attend_rows", "pool", NOBODY),
    _all_of("catalog/item", "deactivate_rows", "item", ADMIN),
    _all_of("catalog/room", "reactivate_rows", "closed_room", ADMIN),
    _all_of("clients/client", "deactivate_rows", "spare_client", ADMIN),
    ("/sessions_app/session/enter-afterwards/", ENTRY, ADMIN),
    ("/sessions_app/session/enter-afterwards/", ENTRY | {"reason": ""}, NOBODY),
    ("/records/studiosettings/change-settings/", SETTINGS, ADMIN),
    ("/records/studiosettings/change-settings/", SETTINGS | {"seen": ""}, NOBODY),
    ("/records/studiosettings/change-settings/", SETTINGS | {"travel_minutes": -1}, NOBODY),
    ("/notifications/email/{failed_letter}/again/", {}, OFFICE),
    ("/notifications/email/{letter}/again/", {}, NOBODY),  # it has not failed
    ("/catalog/room/{spare_room}/maintenance/", {}, ADMIN),
    *(
        (f"/{place}/{{{row}}}/{verb}/", {}, ADMIN)
        for place, row, verb in (
            ("catalog/room", "spare_room", "deactivate"),
            ("catalog/room", "closed_room", "reactivate"),
            ("catalog/item", "item", "deactivate"),
            ("catalog/item", "closed_item", "reactivate"),
            ("catalog/package", "package", "deactivate"),
            ("catalog/package", "closed_package", "reactivate"),
            ("clients/client", "spare_client", "deactivate"),
            ("clients/client", "closed_client", "reactivate"),
            ("users/invitation", "invitation", "again"),
            ("users/invitation", "invitation", "revoke"),
            ("users/role", "own_role", "deactivate"),
            ("users/role", "closed_role", "reactivate"),
            ("users/user", "guarded", "without-second-factor"),
            ("users/user", "editor", "deactivate"),
            ("users/user", "inactive_person", "reactivate"),
        )
    ),
    (
        "/users/user/{editor}/password/",
        {"new_password": NEW_PASSWORD, "repeated": NEW_PASSWORD},
        ADMIN,
    ),
]

PROFILE = {"full_name": "Someone Else", "phone": "5555-1234", "language": "es"}
"""What everyone may change about themselves, and of nobody else."""
