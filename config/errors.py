"""Errors of the domain. Each knows its code (rules, section 10) and its sentence, never HTTP.

What a door makes of them is the door's affair: `config.api.errors` maps codes to status codes, the
admin prints the sentence, a command prints it and exits.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, ClassVar

from django.utils.functional import lazy
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext


def in_readers_language(say: Callable[[], str]) -> Any:
    """Return lazy text that is put together anew for each who reads it."""
    return lazy(say, str)()


class DomainError(Exception):
    """A refusal. `detail` is a sentence for the person, `context` facts a program can use."""

    code: ClassVar[str]
    sentence: ClassVar[Any]
    retry_after: int | None = None
    """In how many seconds it may go better, where that is known."""

    def __init__(self, detail: Any = None, **context: Any) -> None:
        super().__init__(detail)
        self._detail = detail
        self.context = context

    @property
    def detail(self) -> str:
        """The sentence, in the language active now."""
        return str(self._detail or self.sentence)

    def __str__(self) -> str:
        return self.detail


class ValidationFailed(DomainError):
    """The form is wrong; `errors` says what is wrong with which field."""

    code = "VALIDATION_ERROR"
    sentence = _("Please correct the form.")

    def __init__(self, errors: Mapping[str, Any], **context: Any) -> None:
        super().__init__(**context)
        self.errors = {
            field: [problems] if isinstance(problems, str) or not _is_list(problems) else problems
            for field, problems in errors.items()
        }

    @property
    def detail(self) -> str:
        """The first problem, naming its field."""
        field, problems = next(iter(self.errors.items()))
        return f"{field}: {problems[0]}"


class NotAllowed(DomainError):
    """The person lacks the right, or the right does not reach this object."""

    code = "PERMISSION_DENIED"
    sentence = _("You are not allowed to do this.")


class NotFound(DomainError):
    """There is nothing here that this person may see."""

    code = "NOT_FOUND"
    sentence = _("Not found.")


class Duplicate(DomainError):
    """What must be unique is already there."""

    code = "DUPLICATE"
    sentence = _("This already exists.")


class InUse(DomainError):
    """Something still depends on it; `context["conflicts"]` lists what."""

    code = "IN_USE"
    sentence = _("This is still needed.")

    @classmethod
    def by(cls, conflicts: list[dict[str, Any]]) -> InUse:
        """Build the refusal from the list of what depends on the object."""
        shown = ", ".join(conflict["code"] or "…" for conflict in conflicts[:5])
        count = len(conflicts)
        sentence = ngettext(
            "%(count)d booking still depends on this (%(shown)s). Move or cancel it first.",
            "%(count)d bookings still depend on this (%(shown)s). Move or cancel them first.",
            count,
        )
        return cls(
            sentence % {"count": count, "shown": shown + ("…" if count > 5 else "")},
            conflicts=conflicts,
        )


class InactiveResource(DomainError):
    """What is inactive or in maintenance takes no new session."""

    code = "INACTIVE_RESOURCE"
    sentence = _("This is inactive and takes no new session.")


class StaleVersion(DomainError):
    """It has been changed since it was read."""

    code = "STALE_VERSION"
    sentence = _(
        "This has been changed meanwhile. Nothing of yours was saved: open the page anew, and make "
        "your change again."
    )

    @classmethod
    def by(cls, name: str | None, moment: str, **context: Any) -> StaleVersion:
        """Build the refusal from who changed it, where that is known and may be told, and when."""
        if name is None:
            sentence = _(
                "This has been changed meanwhile, at %(moment)s. Nothing of yours was saved: open "
                "the page anew, and make your change again."
            )
        else:
            sentence = _(
                "%(name)s has changed this meanwhile, at %(moment)s. Nothing of yours was saved: "
                "open the page anew, and make your change again."
            )
        return cls(sentence % {"name": name, "moment": moment}, **context)

    @classmethod
    def by_oneself(cls, moment: str, **context: Any) -> StaleVersion:
        """Build the refusal for who changed it from another window, and when."""
        sentence = _(
            "You have changed this yourself meanwhile, at %(moment)s. Nothing more was saved: open "
            "the page anew, and make your change again."
        )
        return cls(sentence % {"moment": moment}, **context)


class LastAdmin(DomainError):
    """At least one active admin remains."""

    code = "LAST_ADMIN"
    sentence = _("At least one active admin must remain. Make someone else an admin first.")


def _is_list(value: Any) -> bool:
    return isinstance(value, list | tuple)
