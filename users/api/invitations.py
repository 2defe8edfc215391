"""`/invitations` (contract, section 1)."""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any, ClassVar

from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.decorators import action
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from config.api.ids import ID
from config.api.serializers import checked
from config.api.throttles import PerAddress
from config.clock import now
from users.actions import inviting
from users.api.doors import RightsMixin, actor_of
from users.api.forms import InvitationForm, asks_for_roles
from users.api.serializers import (
    InvitationCheckSerializer,
    InvitationSerializer,
    IssuedInvitationSerializer,
)
from users.models import Invitation
from users.rights import Right

ANY_TOKEN = "[^/]+"  # noqa: S105  (a pattern: whatever is asked about gets its answer)


class InvitationViewSet(RightsMixin, GenericViewSet[Invitation]):
    """Invitations, latest first."""

    lookup_value_regex = ID
    filterset_class = None
    serializer_class = InvitationSerializer
    queryset = Invitation.objects.prefetch_related("roles")
    rights: ClassVar[dict[str, Right]] = {
        "list": Right.USER_CREATE,
        "create": Right.USER_CREATE,
        "resend": Right.USER_CREATE,
        "destroy": Right.USER_CREATE,
    }

    @extend_schema(operation_id="listInvitations")
    def list(self, request: Request) -> Response:
        """Answer one page of invitations, whatever has become of them."""
        page = self.paginate_queryset(self.get_queryset())
        return self.get_paginated_response(InvitationSerializer(page, many=True).data)

    @extend_schema(
        operation_id="createInvitation",
        request=InvitationForm,
        responses={201: IssuedInvitationSerializer},
    )
    def create(self, request: Request) -> Response:
        """Invite someone by e-mail."""
        return self._issued(inviting.invite)

    @extend_schema(
        operation_id="resendInvitation",
        request=InvitationForm,
        responses={201: IssuedInvitationSerializer},
    )
    @action(detail=False, methods=["post"])
    def resend(self, request: Request) -> Response:
        """Invite someone anew; older invitations of that e-mail are void."""
        return self._issued(inviting.invite_again)

    @extend_schema(operation_id="revokeInvitation", responses={204: None})
    def destroy(self, request: Request, pk: str) -> Response:
        """Make an invitation worthless."""
        inviting.revoke_invitation(self.get_object(), actor=actor_of(request), at=now())
        return Response(status=status.HTTP_204_NO_CONTENT)

    def _issued(self, invite: Callable[..., inviting.Issued]) -> Response:
        actor = actor_of(self.request)
        if asks_for_roles(self.request.data):
            actor.require(Right.USER_ASSIGN_ROLE)
        form = checked(InvitationForm, self.request.data)
        issued = invite(**form, actor=actor, at=now())
        answer = SimpleNamespace(
            invitation_url=issued.url,
            email=issued.invitation.email,
            expires_at=issued.invitation.expires_at,
            message=_("The invitation is on its way to %(email)s.")
            % {"email": issued.invitation.email},
        )
        return Response(IssuedInvitationSerializer(answer).data, status.HTTP_201_CREATED)


class InvitationCheckViewSet(GenericViewSet[Any]):
    """For who holds an invitation and has no account yet."""

    authentication_classes = ()
    permission_classes = (AllowAny,)
    throttle_classes = (PerAddress,)
    lookup_field = "token"
    lookup_value_regex = ANY_TOKEN
    queryset = Invitation.objects.none()

    @extend_schema(operation_id="validateInvitation", responses=InvitationCheckSerializer, auth=[])
    def retrieve(self, request: Request, token: str) -> Response:
        """Answer whether a token can be accepted, and for which e-mail."""
        found = inviting.open_invitation(token, at=now())
        answer = SimpleNamespace(
            is_valid=found is not None,
            email=found.email if found else None,
            message=_("The invitation is valid.")
            if found
            else _("This invitation is not valid, or no longer."),
        )
        return Response(InvitationCheckSerializer(answer).data)
