"""`/roles` and `/permissions` (contract, section 2)."""

from __future__ import annotations

from itertools import groupby
from typing import ClassVar

from django.contrib.auth.models import Permission
from django.db import transaction
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import status
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from config.activation import ActiveStatus
from config.api.ids import ID
from config.api.listing import Listing
from config.api.serializers import checked
from config.clock import now
from users.actions import roles
from users.api.doors import RightsMixin, actor_of
from users.api.forms import RightsForm, RoleChangeForm, RoleForm
from users.api.rows import ROLES
from users.api.serializers import (
    PermissionSerializer,
    RoleSerializer,
    RoleWithPermissionsSerializer,
    module_of,
)
from users.models import Role
from users.rights import Right, code_of


class RoleViewSet(RightsMixin, Listing, GenericViewSet[Role]):
    """Roles: active first, then by name. Every write is an action's."""

    lookup_value_regex = ID
    filterset_class = None
    serializer_class = RoleSerializer
    queryset = Role.objects.order_by("status", "name")
    rights: ClassVar[dict[str, Right]] = {
        "list": Right.ROLE_LIST,
        "create": Right.ROLE_CREATE,
        "retrieve": Right.ROLE_READ,
        "partial_update": Right.ROLE_EDIT,
        "destroy": Right.ROLE_DELETE,
        "rights_of_role": Right.ROLE_EDIT,
    }

    @extend_schema(operation_id="listRoles")
    def list(self, request: Request) -> Response:
        """Answer one page of roles."""
        return self.page_of(self.get_queryset(), ROLES)

    @extend_schema(operation_id="createRole", request=RoleForm, responses={201: RoleSerializer})
    def create(self, request: Request) -> Response:
        """Make a role that allows nothing yet."""
        role = roles.create_role(
            **checked(RoleForm, request.data), actor=actor_of(request), at=now()
        )
        return Response(RoleSerializer(role).data, status.HTTP_201_CREATED)

    @extend_schema(operation_id="readRole", responses=RoleWithPermissionsSerializer)
    def retrieve(self, request: Request, pk: str) -> Response:
        """Answer one role, with what it allows."""
        return Response(RoleWithPermissionsSerializer(self.get_object()).data)

    @extend_schema(operation_id="updateRole", request=RoleChangeForm, responses=RoleSerializer)
    @transaction.atomic
    def partial_update(self, request: Request, pk: str) -> Response:
        """Change what is sent; a change of status asks for its own right."""
        role, actor, at = self.get_object(), actor_of(request), now()
        form = checked(RoleChangeForm, request.data, role)
        asked = form.pop("status", role.status)
        role = roles.change_role(role, form, actor=actor, at=at)
        if asked != role.status:
            is_to_work = asked == ActiveStatus.ACTIVE
            change = roles.reactivate_role if is_to_work else roles.deactivate_role
            role = change(role, actor=actor, at=at)
        return Response(RoleSerializer(role).data)

    @extend_schema(operation_id="deactivateRole", responses={200: RoleSerializer})
    def destroy(self, request: Request, pk: str) -> Response:
        """Deactivate a role of the studio's own: it gives nothing any more."""
        role = roles.deactivate_role(self.get_object(), actor=actor_of(request), at=now())
        return Response(RoleSerializer(role).data)

    @extend_schema(
        operation_id="setRolePermissions",
        request=RightsForm,
        responses=RoleWithPermissionsSerializer,
    )
    @action(detail=True, methods=["put"], url_path="permissions")
    def rights_of_role(self, request: Request, pk: str) -> Response:
        """Say all that a role allows."""
        role = self.get_object()
        codes = checked(RightsForm, request.data)["codes"]
        role = roles.set_rights(role, codes, actor=actor_of(request), at=now())
        return Response(RoleWithPermissionsSerializer(role).data)


class PermissionViewSet(RightsMixin, GenericViewSet[Permission]):
    """Every right there is, by its code."""

    filterset_class = None
    serializer_class = PermissionSerializer
    queryset = Permission.objects.none()
    rights: ClassVar[dict[str, Right]] = {
        "list": Right.PERMISSION_LIST,
        "by_module": Right.PERMISSION_LIST,
    }

    @extend_schema(
        operation_id="listPermissions", parameters=[OpenApiParameter("module", description="Code")]
    )
    def list(self, request: Request) -> Response:
        """Answer the rights, or those of one module."""
        module = request.query_params.get("module")
        rows = [row for row in _every_right() if not module or module_of(row) == module]
        page = self.paginate_queryset(rows)
        return self.get_paginated_response(PermissionSerializer(page, many=True).data)

    @extend_schema(
        operation_id="listPermissionsByModule",
        responses={
            200: {
                "type": "object",
                "additionalProperties": {
                    "type": "array",
                    "items": {"$ref": "#/components/schemas/Permission"},
                },
            }
        },
    )
    @action(detail=False, url_path="by-module", pagination_class=None)
    def by_module(self, request: Request) -> Response:
        """Answer the rights of each module."""
        return Response(
            {
                module: PermissionSerializer(list(rows), many=True).data
                for module, rows in groupby(_every_right(), key=module_of)
            }
        )


def _every_right() -> list[Permission]:
    return sorted(roles.permissions_by_right().values(), key=code_of)
