"""Refusals about sessions; codes and conditions of rules, sections 2 to 4."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from config.clock import studio_zone
from config.errors import DomainError, NotFound
from sessions_app.lifecycle import Status


class SessionNotFound(NotFound):
    """There is no such session, or this person may not see it."""

    code = "SESSION_NOT_FOUND"
    sentence = _("There is no such session.")


class InvalidTransition(DomainError):
    """The table has no row from this state to that one, or the action is not for this state."""

    code = "INVALID_STATE_TRANSITION"
    sentence = _("The state of the session does not allow this.")

    @classmethod
    def between(cls, source: str, target: str, allowed: Iterable[Status]) -> InvalidTransition:
        """Build the refusal of a step, with the states this person may go to."""
        names = [str(status.value) for status in allowed]
        sentence = gettext(
            "From %(source)s a session cannot go to %(target)s. Possible: %(allowed)s."
        )
        return cls(
            sentence
            % {
                "source": Status(source).label,
                "target": Status(target).label,
                "allowed": ", ".join(str(Status(name).label) for name in names) or "–",
            },
            allowed=names,
        )


class NotAvailable(DomainError):
    """A room or a person is taken at that time."""

    resource_sentence: Any

    @classmethod
    def because(
        cls,
        name: str,
        taken_by: str,
        conflicts: list[dict[str, Any]],
        next_free: list[dict[str, Any]],
    ) -> NotAvailable:
        """Build the refusal naming what stands in the way and the next free times."""
        first = conflicts[0]
        sentence = str(cls.resource_sentence) % {
            "name": name,
            "code": taken_by,
            "from": _shown(first["starts_at"]),
            "to": _shown(first["ends_at"]),
        }
        if next_free:
            sentence += " " + gettext("Next free: %(start)s.") % {
                "start": _shown(next_free[0]["starts_at"])
            }
        return cls(sentence, conflicts=conflicts, next_free=next_free)


class RoomNotAvailable(NotAvailable):
    """The room is taken at that time."""

    code = "ROOM_NOT_AVAILABLE"
    sentence = _("The room is taken at that time.")
    resource_sentence = _("%(name)s is taken by %(code)s from %(from)s to %(to)s.")


class PhotographerNotAvailable(NotAvailable):
    """The person is taken at that time."""

    code = "PHOTOGRAPHER_NOT_AVAILABLE"
    sentence = _("The photographer is taken at that time.")
    resource_sentence = _("%(name)s is busy with %(code)s from %(from)s to %(to)s.")


class InvalidSessionDate(DomainError):
    """The date, or the start, is past."""

    code = "INVALID_SESSION_DATE"
    sentence = _("The session would start in the past. Choose a later date or time.")


class MissingSchedule(DomainError):
    """Time and duration are needed from Pre-scheduled on."""

    code = "MISSING_SCHEDULE"
    sentence = _("Date, time and duration are needed first: set them in the session's plan.")


class EmptySession(DomainError):
    """At least one line and a total above 0 are needed from Pre-scheduled on."""

    code = "EMPTY_SESSION"
    sentence = _("The session needs at least one line and a total above 0.")


class EmptyPackage(DomainError):
    """A package without items cannot be sold."""

    code = "EMPTY_PACKAGE"
    sentence = _("This package has no items yet.")


class WrongSessionType(DomainError):
    """The package or resource is for the other type of session."""

    code = "WRONG_SESSION_TYPE"
    sentence = _("This is for the other type of session.")


class ImmutableSession(DomainError):
    """This part of the session can no longer be changed in its state."""

    code = "IMMUTABLE_SESSION"
    sentence = _("In its present state this part of the session can no longer be changed.")


class MoneyRefusal(DomainError):
    """A refusal whose sentence and context tell amounts; they are for who may see them."""

    def without_amounts(self) -> MoneyRefusal:
        """Return the same refusal, told without amounts."""
        return type(self)()


class OverrideNeeded(MoneyRefusal):
    """Only an override passes this bound."""

    code = "OVERRIDE_NEEDED"
    sentence = _("This needs an override with a reason, by an admin.")


class WrongRole(DomainError):
    """The assignee does not hold the role that the work asks for."""

    code = "WRONG_ROLE"
    sentence = _("This person does not hold the role for it.")


class PaymentExceedsTotal(MoneyRefusal):
    """The total would fall below what was paid, or the payments rise above it."""

    code = "PAYMENT_EXCEEDS_TOTAL"
    sentence = _("The total would be less than what was already paid.")


class PaymentNotAllowed(MoneyRefusal):
    """A payment of this type, or any, does not fit where the session stands."""

    code = "PAYMENT_NOT_ALLOWED"
    sentence = _("This payment is not possible for the session as it stands.")


class InsufficientPayment(MoneyRefusal):
    """What was paid does not reach what is asked for."""

    code = "INSUFFICIENT_PAYMENT"
    sentence = _("Not enough was paid.")


class PaymentDeadlineExpired(MoneyRefusal):
    """The deposit was not covered by its deadline."""

    code = "PAYMENT_DEADLINE_EXPIRED"
    sentence = _("The deposit was not covered by the payment deadline.")


class ChangesDeadlineExpired(DomainError):
    """The changes deadline is past."""

    code = "CHANGES_DEADLINE_EXPIRED"
    sentence = _(
        "The changes deadline is past: the plan is settled. An admin may override; a session that "
        "must move can be postponed."
    )


class ChangesDeadlineNotReached(DomainError):
    """The changes deadline is still to come."""

    code = "CHANGES_DEADLINE_NOT_REACHED"
    sentence = _("The changes deadline is still to come.")


class MissingResources(DomainError):
    """A photographer, a room, an editor or a mark is missing."""

    code = "MISSING_RESOURCES"
    sentence = _("Someone or something that the session needs is missing.")


class TooEarly(DomainError):
    """Attendance is marked on the day of the session or later."""

    code = "TOO_EARLY"
    sentence = _("Attendance can be marked from the day of the session on.")


class NotAssigned(DomainError):
    """Who marks attendance is not on the session."""

    code = "NOT_ASSIGNED"
    sentence = _("You are not a photographer of this session.")


class AlreadyTaken(DomainError):
    """Another editor was faster."""

    code = "ALREADY_TAKEN"
    sentence = _("An editor has taken this session already.")


class EditorOverloaded(DomainError):
    """The editor has as many sessions in editing as one may have."""

    code = "EDITOR_OVERLOADED"
    sentence = _("This editor has as many sessions in editing as one person may have.")


def _shown(instant: str | datetime | None) -> str:
    if instant is None:
        return gettext("further notice")
    moment = datetime.fromisoformat(instant) if isinstance(instant, str) else instant
    return f"{moment.astimezone(studio_zone()):%d/%m/%Y %H:%M}"
