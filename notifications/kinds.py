"""The kinds of messages: each app registers its own at start-up.

A kind knows its templates, its subject, and how its fact is asked anew just before it is sent.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from notifications.models import Email
    from users.models import User

Facts = Mapping[str, Any]


class FactIsDead(Exception):
    """What the message tells is no longer so; the sentence says why."""


@dataclass(frozen=True, kw_only=True)
class Kind:
    """One kind of message.

    `subject` of an e-mail, `title` and `body` of a notification are sentences with the places of
    their facts, `%(name)s`. `facts` reads anew what an e-mail's templates print, and raises
    FactIsDead where what it tells is no longer so at that instant. `template` names the files in
    `templates/messages`; `seen_with` is the permission to see such e-mails in the back office;
    `address` is where it goes now, since addresses are corrected. A notification `concerns` whom it
    may ever be told: they are asked whether they wish it by e-mail too. What a kind `is_secret`
    about lets its reader in: nobody else is shown it.
    """

    name: str
    label: Any
    subject: Any
    facts: Callable[[Email, datetime], Facts]
    seen_with: str
    example: Callable[[], Facts]
    address: Callable[[Email], str] = lambda email: email.to
    template: str = ""
    title: Any = ""
    body: Any = ""
    is_for_staff: bool = False
    concerns: Callable[[User], bool] = lambda person: False
    is_secret: bool = False

    @property
    def files(self) -> str:
        """The name of its templates, without their ending."""
        return f"messages/{self.template or self.name}"


_kinds: dict[str, Kind] = {}


def register(kinds: Iterable[Kind]) -> None:
    """Let messages of these kinds be written and sent."""
    _kinds.update({kind.name: kind for kind in kinds})


def find(name: str) -> Kind:
    """Return a kind by its name; raises KeyError for one that nobody registered."""
    return _kinds[name]


def registered() -> list[Kind]:
    """Return every kind, in the order of registration."""
    return list(_kinds.values())


def concerning(person: User) -> list[Kind]:
    """Return the kinds of notifications that a person may be told, by what they do here now."""
    return [kind for kind in _kinds.values() if kind.is_for_staff and kind.concerns(person)]


def label_of(name: str) -> str:
    """Return how a kind is called in the back office; one that is no more, by its name."""
    return str(_kinds[name].label) if name in _kinds else name
