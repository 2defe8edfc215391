"""Guards that no test can miss: why, in words.

A key is a pattern of names as `--list` prints them; the first that fits a survivor is its reason.
"""

from __future__ import annotations

import fnmatch

from config.tests.mutation.guards import Guard

OF_CLAIMS = (
    "the exclusion constraints refuse the same claims, and their refusal is told in the same words"
)
OF_STEPS = "every door reaches it by transition, which holds the session's lock"
REASONS: dict[str, str] = {
    "constraints: sessions_app_session: session_type_known": (
        "session_room_or_location, which says what each of the two types asks for, refuses a third"
    ),
    "constraints: sessions_app_payment: payment_status_known": (
        "payment_status_explained, which says what each of the three asks for, refuses a fourth"
    ),
    "refusals: sessions_app.actions.claims._hold: *": OF_CLAIMS,
    "refusals: sessions_app.actions.claims.block: *": OF_CLAIMS,
    "locks: sessions_app.actions.attendance.mark_own: *": (
        "mark, which it calls, locks the session itself"
    ),
    "locks: sessions_app.actions.attendance.attend: *": OF_STEPS,
    "locks: sessions_app.actions.attendance.take_back: *": OF_STEPS,
    "locks: users.actions.second_factor.renew_recovery_codes: *": (
        "the row that is written, of the second factor, is locked next"
    ),
    "locks: users.actions.signing_in.sign_out: *": (
        "nothing is decided by the row: who ends it twice ends it once"
    ),
    "permissions: sessions_app.admin.blocks.BlockAdmin: has_withdraw_permission": (
        "a blank that both subclasses fill in"
    ),
    "permissions: sessions_app.admin.blocks.TimeOffAdmin: has_withdraw_permission": (
        "the button's page asks has_view_permission first, which asks the same"
    ),
    "permissions: sessions_app.admin.parts.ShownOnly: has_view_permission": (
        "the rows are those of sessions that the person sees; another one is not found"
    ),
    "rights: sessions_app.admin.offers.override_in: *": (
        "the field is left out of the form of who may not override, or the page is closed to them"
    ),
    "rights: sessions_app.api.views.SessionViewSet.recalculate: *": (
        "there is no form: the action asks for the same right next, of the same session"
    ),
    "refusals: sessions_app.messages.staff_kinds._waits_for_editor: *": (
        "the session is Attended, by the line before: session_no_editor_yet, a constraint"
    ),
    "visibility: sessions_app.rules: and session.editing_assigned_to_id is None": (
        "the session is Attended, by the line before: session_no_editor_yet, a constraint"
    ),
    "refusals: sessions_app.api.periods.MomentField.to_internal_value: *": (
        "the fields of dates and instants, asked next, refuse what is no text with the same code"
    ),
    "refusals: config.middleware.bodies.NoFiles.new_file: *": (
        "the handler keeps no piece and makes no file, skipped or not"
    ),
    "locks: catalog.actions.change_package_item: *": (
        "reached from the package's page alone, which locks the package when it is saved"
    ),
}


def reason_for(guard: Guard) -> str | None:
    """Return why it does not matter that no test sees this guard go; None where it does."""
    for pattern, reason in REASONS.items():
        if fits(pattern, guard):
            return reason
    return None


def fits(pattern: str, guard: Guard) -> bool:
    """Tell whether a pattern names a guard; brackets stand for themselves."""
    return fnmatch.fnmatchcase(guard.name.replace("[", "("), pattern.replace("[", "("))
