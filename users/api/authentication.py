"""Who calls the REST API: every request asks whether the token's sign-in is alive."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib.auth.models import Permission
from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import F, OuterRef, QuerySet, Value
from django.db.models.functions import Concat
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from rest_framework.authentication import BaseAuthentication, get_authorization_header
from rest_framework.request import Request

from config.activation import ActiveStatus
from config.logs import working_for
from config.prepared import Prepared
from users import tokens
from users.errors import TokenInvalid
from users.models import SignIn, User
from users.rights import RoleName

USER_COLUMNS = [field.attname for field in User._meta.concrete_fields]


def _signed_in() -> QuerySet[Any, Any]:
    """Return the living sign-ins of active people, with the permissions of their active roles.

    Where admins must have a second factor, an admin without one is not signed in.
    """
    held = Permission.objects.filter(
        group__role__users=OuterRef("user"), group__role__status=ActiveStatus.ACTIVE
    ).values_list(Concat(F("content_type__app_label"), Value("."), F("codename")))
    alive = SignIn.objects.filter(revoked_at=None, user__status=ActiveStatus.ACTIVE)
    if settings.REQUIRE_SECOND_FACTOR_FOR_ADMINS:
        admins = User.objects.filter(
            roles__name=RoleName.ADMIN, roles__status=ActiveStatus.ACTIVE, second_factor=None
        )
        alive = alive.exclude(user__in=admins)
    return alive.annotate(held=ArraySubquery(held.order_by()))


_alive = Prepared(_signed_in, "held", *(f"user__{name}" for name in USER_COLUMNS))


class SignInAuthentication(BaseAuthentication):
    """`Authorization: Bearer <access token>`; one query brings sign-in, person and rights."""

    def authenticate(self, request: Request) -> tuple[User, UUID] | None:
        """Return the person, or None where nobody claims to be anyone; raise TokenInvalid."""
        scheme, _, token = get_authorization_header(request).partition(b" ")
        if scheme.lower() != b"bearer":
            return None
        claims = tokens.read_access(token.decode("latin-1").strip())
        found = _alive.rows([claims.family])
        if not found:
            raise TokenInvalid
        held, *facts = found[0]
        person = User.from_db("default", USER_COLUMNS, facts)
        person.hold(held)
        working_for(person.pk)
        return person, claims.family

    def authenticate_header(self, request: Request) -> str:
        """Return the challenge, so that an anonymous request is answered 401, not 403."""
        return "Bearer"


class SignInScheme(OpenApiAuthenticationExtension):
    """Tells the schema how one signs in."""

    target_class = "users.api.authentication.SignInAuthentication"
    name = "bearer"

    def get_security_definition(self, auto_schema: object) -> dict[str, str]:
        """Return the security scheme."""
        return {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"}
