"""Who calls the REST API: every request asks whether the token's sign-in is alive."""

from __future__ import annotations

from drf_spectacular.extensions import OpenApiAuthenticationExtension
from rest_framework.authentication import BaseAuthentication, get_authorization_header
from rest_framework.request import Request

from config.activation import ActiveStatus
from users import tokens
from users.errors import TokenInvalid
from users.models import SignIn, User


class SignInAuthentication(BaseAuthentication):
    """`Authorization: Bearer <access token>`; one query brings sign-in and person."""

    def authenticate(self, request: Request) -> tuple[User, SignIn] | None:
        """Return the person, or None where nobody claims to be anyone; raise TokenInvalid."""
        scheme, _, token = get_authorization_header(request).partition(b" ")
        if scheme.lower() != b"bearer":
            return None
        claims = tokens.read_access(token.decode("latin-1").strip())
        sign_in = (
            SignIn.objects.select_related("user")
            .filter(pk=claims.family, revoked_at=None, user__status=ActiveStatus.ACTIVE)
            .first()
        )
        if sign_in is None:
            raise TokenInvalid
        return sign_in.user, sign_in

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
