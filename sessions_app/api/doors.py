"""What the REST doors of sessions share: finding the session, reading forms and overrides."""

from __future__ import annotations

from typing import Any

from django.db.models import Model
from rest_framework import serializers, status
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from config.api.idempotency import Idempotent
from config.api.ids import ID
from config.api.listing import Listing
from config.api.pagination import Plain
from config.api.printing import Rows
from config.api.serializers import checked
from config.errors import NotFound
from sessions_app.actions.lifecycle import allowed_transitions
from sessions_app.api.rows import SESSION_DETAILS, SESSIONS, hidden_from
from sessions_app.errors import SessionNotFound
from sessions_app.models import Session
from sessions_app.models.session import SessionQuerySet
from sessions_app.queries.sessions import sessions_for
from users.actors import Actor, Override
from users.api.doors import RightsMixin, actor_of
from users.models import User
from users.rights import Right

MAX_DIGITS = 10
"""Of a version: more than any session will ever have."""


class SessionDoor(Idempotent, RightsMixin, Listing, GenericViewSet[Any]):
    """A view about sessions: what the person does not see is not there (404)."""

    lookup_value_regex = ID
    queryset = Session.objects.none()  # for the schema; every answer comes from `get_queryset`

    @property
    def viewer(self) -> User:
        """The person signed in."""
        assert isinstance(self.request.user, User)  # noqa: S101  (the permission let them in)
        return self.request.user

    @property
    def actor(self) -> Actor:
        """The person signed in, as the actor of an action."""
        return actor_of(self.request)

    def get_queryset(self) -> SessionQuerySet:
        """Return the sessions this person sees, latest date first."""
        return Session.objects.visible_to(self.viewer).latest_first()

    def get_serializer_context(self) -> dict[str, Any]:
        """Tell serializers who looks; the schema has no viewer."""
        context: dict[str, Any] = dict(super().get_serializer_context())
        if isinstance(getattr(self.request, "user", None), User):
            context["viewer"] = self.viewer
        return context

    def session(self, pk: str, right: Right | None = None) -> Session:
        """Return a session: 404 where it is not seen, then 403 without the right."""
        session = sessions_for(self.viewer).filter(pk=pk).first()
        if session is None:
            raise SessionNotFound
        if right is not None:
            self.actor.require(right, session)
        self.require_override_right(session)
        return session

    def require_override_right(self, session: Session | None = None) -> None:
        """Raise NotAllowed (403) where an override is asked for without the right.

        Before the form is checked (400), whether it is needed or not, and at every door.
        """
        if str(self.sent.get("override")).lower() in {"true", "1"}:
            self.actor.require(Right.SESSION_EDIT_ALL, session)

    @property
    def sent(self) -> Any:
        """What a form is read from: a deletion has no body, it says all in its query."""
        is_deletion = self.request.method == "DELETE"
        return self.request.query_params if is_deletion else self.request.data

    def form(
        self, form_class: type[serializers.BaseSerializer[Any]], instance: Model | None = None
    ) -> tuple[dict[str, Any], Override | None]:
        """Return the valid form that was sent, and the override it asks for."""
        values = checked(form_class, self.sent, instance)
        override = Override.asked(
            self.actor,
            override=values.pop("override", False),
            reason=values.get("reason"),
            right=Right.SESSION_EDIT_ALL,
        )
        return values, override

    def listed(self, sessions: SessionQuerySet | Plain) -> Response:
        """Answer one page of sessions, as much of each as this person may see."""
        return self.page_of(sessions, SESSIONS, hidden_from(self.viewer))

    def shown(self, session: Session, code: int = status.HTTP_200_OK, **besides: Any) -> Response:
        """Answer the session as it now is, also to who has just lost sight of it by what they did.

        It is done: an error would only make them do it again.
        """
        return self._printed(SESSIONS, session.pk, code, besides)

    def shown_whole(self, pk: int | str) -> Response:
        """Answer one session with all that is told of it, and where this person may take it."""
        session = self.session(str(pk))
        targets = [status.value for status in allowed_transitions(session, self.viewer)]
        return self._printed(
            SESSION_DETAILS, session.pk, status.HTTP_200_OK, {"allowed_transitions": targets}
        )

    def _printed(self, rows: Rows, pk: int, code: int, besides: dict[str, Any]) -> Response:
        answer = rows.printed([pk], hidden_from(self.viewer))[0] | besides
        return Response(answer, code, headers={"ETag": f'"{answer["version"]}"'})


def part_of(rows: Any, pk: str) -> Any:
    """Return a row of the session by its id; 404 for one of another session."""
    row = rows.filter(pk=pk).first()
    if row is None:
        raise NotFound
    return row


def version_in(if_match: str | None) -> int | None:
    """Return the version that an `If-Match` header asks for; None where it asks for none.

    What is no version of ours matches none: 0.
    """
    if if_match is None or if_match.strip() == "*":
        return None
    tag = if_match.strip().removeprefix("W/").strip('"')
    return int(tag) if tag.isdecimal() and len(tag) < MAX_DIGITS else 0


def asked_all(request: Request) -> bool:
    """Tell whether past rows are asked for too (`all=true`)."""
    return request.query_params.get("all", "").lower() in {"true", "1"}
