"""Signing in, registering, getting back in (contract, section 1)."""

from __future__ import annotations

from typing import ClassVar

from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response

from config.api.serializers import checked
from config.api.throttles import PerAddress
from config.api.views import PublicView
from config.clock import now
from config.records.models import Channel
from users.actions.inviting import register
from users.actions.passwords import ask_for_new_password, reset_password
from users.actions.signing_in import refresh, sign_in, sign_out
from users.actors import Actor
from users.api.forms import ForgottenForm, LoginForm, RefreshForm, RegistrationForm, ResetForm
from users.api.serializers import TokenPairSerializer, UserSerializer
from users.attempts import attempt
from users.models import User
from users.tokens import TokenPair

NOBODY = Actor(None, Channel.API)
"""Who has not signed in yet: the actions make the person who comes of it the one who acts."""


class TriedView(PublicView):
    """A public view that someone might try again and again."""

    throttle_classes = (PerAddress,)


class LoginView(TriedView):
    """`POST /auth/login`."""

    further_problems: ClassVar[dict[str, set[str]]] = {"post": {"401", "403"}}

    @extend_schema(operation_id="login", request=LoginForm, responses=TokenPairSerializer)
    def post(self, request: Request) -> Response:
        """Sign in with e-mail and password, and a code where the account has a second factor.

        The code may also stand directly behind the password.
        """
        form = checked(LoginForm, request.data)
        with attempt(request._request, form["email"]):
            return _signed_in(*sign_in(**form, at=now()))


class RefreshView(PublicView):
    """`POST /auth/refresh`."""

    further_problems: ClassVar[dict[str, set[str]]] = {"post": {"401"}}

    @extend_schema(operation_id="refresh", request=RefreshForm, responses=TokenPairSerializer)
    def post(self, request: Request) -> Response:
        """Exchange a refresh token for a new pair."""
        form = checked(RefreshForm, request.data)
        return _signed_in(*refresh(form["refresh_token"], at=now()))


class LogoutView(PublicView):
    """`POST /auth/logout`."""

    @extend_schema(operation_id="logout", request=RefreshForm, responses={204: None})
    def post(self, request: Request) -> Response:
        """End the sign-in; also fine for a token already dead."""
        form = checked(RefreshForm, request.data)
        sign_out(form["refresh_token"], at=now())
        return Response(status=status.HTTP_204_NO_CONTENT)


class RegisterView(TriedView):
    """`POST /auth/register`."""

    further_problems: ClassVar[dict[str, set[str]]] = {"post": {"401"}}

    @extend_schema(
        operation_id="register", request=RegistrationForm, responses={201: UserSerializer}
    )
    def post(self, request: Request) -> Response:
        """Make an account for who was invited."""
        form = checked(RegistrationForm, request.data)
        token = form.pop("invitation_token")
        with attempt(request._request, form["email"]):
            user = register(token, **form, actor=NOBODY, at=now())
        return Response(UserSerializer(user).data, status.HTTP_201_CREATED)


class ForgottenView(TriedView):
    """`POST /auth/password/forgot`."""

    @extend_schema(operation_id="forgotPassword", request=ForgottenForm, responses={202: None})
    def post(self, request: Request) -> Response:
        """Send a link to who has an account; whether there is one is not told."""
        ask_for_new_password(checked(ForgottenForm, request.data)["email"], at=now())
        return Response(status=status.HTTP_202_ACCEPTED)


class ResetView(TriedView):
    """`POST /auth/password/reset`."""

    further_problems: ClassVar[dict[str, set[str]]] = {"post": {"401"}}

    @extend_schema(operation_id="resetPassword", request=ResetForm, responses={204: None})
    def post(self, request: Request) -> Response:
        """Set a new password with the token of the letter."""
        form = checked(ResetForm, request.data)
        with attempt(request._request, f"letter {form['token'].partition('-')[0]}"):
            reset_password(form["token"], form["new_password"], actor=NOBODY, at=now())
        return Response(status=status.HTTP_204_NO_CONTENT)


def _signed_in(user: User, pair: TokenPair) -> Response:
    answer = {
        "access_token": pair.access_token,
        "refresh_token": pair.refresh_token,
        "token_type": "bearer",
        "expires_in": pair.expires_in,
        "user": UserSerializer(user).data,
    }
    return Response(answer)
