"""Who is told: by the rights they hold, and by the session that is theirs.

“Coordinators” of the text are all who may do what a message asks for, hence admins too. Nobody is
told of what they have done themselves. The rows are asked for when they are read: where messages
are silent, never. The second half tells of one person whether they may ever be among those that the
first half returns.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from django.db.models import QuerySet

from config.activation import ActiveStatus
from sessions_app.models import AssignmentStatus, Session
from users.actors import Actor
from users.models import User
from users.rights import Right, RoleName


def office(right: Right, *, besides: Actor) -> QuerySet[User]:
    """Return who sees all sessions and may do what is asked for, but for who acts."""
    return _others(_holding(_holding(_active(), Right.SESSION_VIEW_ALL), right), besides)


def admins(*, besides: Actor) -> QuerySet[User]:
    """Return who may override, but for who acts."""
    return _others(_holding(_active(), Right.SESSION_EDIT_ALL), besides)


def editors(*, besides: Actor) -> QuerySet[User]:
    """Return who may take a session to edit, but for who acts."""
    people = _active().filter(roles__name=RoleName.EDITOR, roles__status=ActiveStatus.ACTIVE)
    return _others(_holding(people, Right.SESSION_MARK_READY), besides)


def photographers(session: Session, *, besides: Actor) -> QuerySet[User]:
    """Return the session's active photographers, but for who acts."""
    return _others(
        _active().filter(
            assignments__session=session, assignments__status=AssignmentStatus.ASSIGNED
        ),
        besides,
    )


def unmarked(session: Session, *, besides: Actor) -> QuerySet[User]:
    """Return the session's active photographers who have not marked their attendance."""
    missing = _active().filter(
        assignments__session=session,
        assignments__status=AssignmentStatus.ASSIGNED,
        assignments__attended=False,
    )
    return _others(missing, besides)


def crew(session: Session, *, besides: Actor) -> list[User]:
    """Return the session's active photographers and its editor, but for who acts."""
    team = list(photographers(session, besides=besides))
    editor = session.editing_assigned_to
    return [*team, *(only([editor], besides=besides) if editor not in team else ())]


def only(people: Iterable[User | None], *, besides: Actor) -> list[User]:
    """Return those of the people who are active, but for who acts."""
    return [one for one in people if one is not None and one.is_active and one != besides.user]


def covers(person: User) -> bool:
    """Tell whether the person photographs sessions."""
    return RoleName.PHOTOGRAPHER in person.role_names


def edits(person: User) -> bool:
    """Tell whether the person edits sessions."""
    return RoleName.EDITOR in person.role_names and person.may(Right.SESSION_MARK_READY)


def is_of_a_crew(person: User) -> bool:
    """Tell whether the person photographs sessions or edits them."""
    return covers(person) or edits(person)


def works_in_office(right: Right) -> Callable[[User], bool]:
    """Return what tells whether a person sees all sessions and may do what is asked for."""
    return lambda person: person.may(Right.SESSION_VIEW_ALL) and person.may(right)


def marks_attendance(person: User) -> bool:
    """Tell whether the person may say who was there: of their own sessions, or of all."""
    return covers(person) or works_in_office(Right.SESSION_MARK_ATTENDED)(person)


def overrides(person: User) -> bool:
    """Tell whether the person may override."""
    return person.may(Right.SESSION_EDIT_ALL)


def _active() -> QuerySet[User]:
    return User.objects.filter(status=ActiveStatus.ACTIVE).order_by("pk")


def _holding(people: QuerySet[User], right: Right) -> QuerySet[User]:
    app, codename = right.permission.split(".")
    return people.filter(
        roles__status=ActiveStatus.ACTIVE,
        roles__permissions__codename=codename,
        roles__permissions__content_type__app_label=app,
    ).distinct()


def _others(people: QuerySet[User], besides: Actor) -> QuerySet[User]:
    return people.exclude(pk=besides.user.pk) if besides.user else people
