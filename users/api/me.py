"""The person who is signed in (contract, section 2)."""

from __future__ import annotations

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from config.api.serializers import checked
from config.clock import now
from users.actions.people import change_own_profile
from users.api.doors import actor_of, person_of
from users.api.forms import ProfileForm
from users.api.rows import PEOPLE_WITH_ROLES
from users.api.serializers import MeSerializer
from users.models import User
from users.rights import codes_of


class MeView(APIView):
    """`/users/me`."""

    @extend_schema(operation_id="me", responses=MeSerializer)
    def get(self, request: Request) -> Response:
        """Answer the person signed in, with roles and rights."""
        return _shown(person_of(request))

    @extend_schema(operation_id="updateMe", request=ProfileForm, responses=MeSerializer)
    def patch(self, request: Request) -> Response:
        """Change one's own name, phone or language."""
        form = checked(ProfileForm, request.data, person_of(request))
        person = change_own_profile(form, actor=actor_of(request), at=now())
        return _shown(person)


class MyPermissionsView(APIView):
    """`/users/me/permissions`."""

    @extend_schema(
        operation_id="myPermissions",
        responses={200: {"type": "array", "items": {"type": "string"}}},
    )
    def get(self, request: Request) -> Response:
        """Answer the codes of one's rights."""
        return Response(codes_of(person_of(request).get_all_permissions()))


def _shown(person: User) -> Response:
    shown = PEOPLE_WITH_ROLES.printed([person.pk])[0]
    return Response({**shown, "permissions": codes_of(person.get_all_permissions())})
