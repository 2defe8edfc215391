"""Signing in, and the person who is signed in (contract, sections 1 and 2)."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from config.api.views import PublicView
from config.clock import now
from users.actions.people import change_own_profile
from users.actions.signing_in import refresh, sign_in, sign_out
from users.api.doors import actor_of
from users.api.serializers import (
    LoginSerializer,
    MeSerializer,
    ProfileSerializer,
    RefreshSerializer,
    TokenPairSerializer,
)
from users.models import User
from users.rights import codes_of
from users.tokens import TokenPair


class LoginView(PublicView):
    """`POST /auth/login`."""

    @extend_schema(operation_id="login", request=LoginSerializer, responses=TokenPairSerializer)
    def post(self, request: Request) -> Response:
        """Sign in with e-mail and password."""
        form = _checked(LoginSerializer, request)
        return _signed_in(*sign_in(form["email"], form["password"], at=now()))


class RefreshView(PublicView):
    """`POST /auth/refresh`."""

    @extend_schema(operation_id="refresh", request=RefreshSerializer, responses=TokenPairSerializer)
    def post(self, request: Request) -> Response:
        """Exchange a refresh token for a new pair."""
        form = _checked(RefreshSerializer, request)
        return _signed_in(*refresh(form["refresh_token"], at=now()))


class LogoutView(PublicView):
    """`POST /auth/logout`."""

    @extend_schema(operation_id="logout", request=RefreshSerializer, responses={204: None})
    def post(self, request: Request) -> Response:
        """End the sign-in; also fine for a token already dead."""
        form = _checked(RefreshSerializer, request)
        sign_out(form["refresh_token"], at=now())
        return Response(status=status.HTTP_204_NO_CONTENT)


class MeView(APIView):
    """`/users/me`."""

    @extend_schema(operation_id="me", responses=MeSerializer)
    def get(self, request: Request) -> Response:
        """Answer the person signed in, with roles and rights."""
        return Response(MeSerializer(_person(request)).data)

    @extend_schema(operation_id="updateMe", request=ProfileSerializer, responses=MeSerializer)
    def patch(self, request: Request) -> Response:
        """Change one's own name, phone or language."""
        form = ProfileSerializer(_person(request), data=request.data, partial=True)
        form.is_valid(raise_exception=True)
        person = change_own_profile(form.validated_data, actor=actor_of(request), at=now())
        return Response(MeSerializer(person).data)


class MyPermissionsView(APIView):
    """`/users/me/permissions`."""

    @extend_schema(
        operation_id="myPermissions",
        responses={200: {"type": "array", "items": {"type": "string"}}},
    )
    def get(self, request: Request) -> Response:
        """Answer the codes of one's rights."""
        return Response(codes_of(request.user.get_all_permissions()))


def _person(request: Request) -> User:
    assert isinstance(request.user, User)  # noqa: S101  (the permission has let nobody else in)
    return request.user


def _checked(form_class: type[serializers.Serializer[Any]], request: Request) -> dict[str, Any]:
    form = form_class(data=request.data)
    form.is_valid(raise_exception=True)
    data: dict[str, Any] = form.validated_data
    return data


def _signed_in(user: User, pair: TokenPair) -> Response:
    answer = {
        "access_token": pair.access_token,
        "refresh_token": pair.refresh_token,
        "token_type": "bearer",
        "expires_in": pair.expires_in,
        "user": user,
    }
    return Response(TokenPairSerializer(answer).data)
