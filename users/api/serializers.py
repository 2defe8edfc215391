"""People, roles, rights and sign-ins on the wire (contract, sections 1 and 2)."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib.auth.models import Permission
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from config.activation import ActiveStatus
from config.api.fields import NullableTextField
from config.api.printing import Printed
from config.clock import now
from users.models import Invitation, InvitationStatus, Role, User
from users.rights import code_of

_FACTS = ["id", "name", "description", "status", "created_at", "updated_at"]


class RoleSerializer(Printed, serializers.ModelSerializer[Role]):
    """`Role` of the contract."""

    description = NullableTextField()

    class Meta:
        model = Role
        fields: ClassVar[list[str]] = _FACTS
        read_only_fields = fields


class PermissionSerializer(Printed, serializers.ModelSerializer[Permission]):
    """`Permission` of the contract: a right, under the code that REST knows it by."""

    code = serializers.SerializerMethodField()
    description = serializers.SerializerMethodField()
    module = serializers.SerializerMethodField()
    status = serializers.SerializerMethodField()

    class Meta:
        model = Permission
        fields: ClassVar[list[str]] = ["id", "code", "name", "description", "module", "status"]
        read_only_fields = fields

    def get_code(self, permission: Permission) -> str:
        """Return the code."""
        return code_of(permission)

    @extend_schema_field(serializers.CharField(allow_null=True))
    def get_description(self, permission: Permission) -> None:
        """Return nothing: the name says it all."""
        return

    def get_module(self, permission: Permission) -> str:
        """Return what the right is about: the first part of its code."""
        return module_of(permission)

    @extend_schema_field(serializers.ChoiceField(choices=ActiveStatus.choices))
    def get_status(self, permission: Permission) -> str:
        """Return that it is in force, as every right is."""
        return ActiveStatus.ACTIVE


class RoleWithPermissionsSerializer(RoleSerializer):
    """One role, with what it allows."""

    permissions = serializers.SerializerMethodField()

    class Meta(RoleSerializer.Meta):
        fields: ClassVar[list[str]] = [*_FACTS, "permissions"]
        read_only_fields = fields

    @extend_schema_field(PermissionSerializer(many=True))
    def get_permissions(self, role: Role) -> list[dict[str, Any]]:
        """Return the rights of the role, by code."""
        rows = role.permissions.select_related("content_type")
        return list(PermissionSerializer(sorted(rows, key=code_of), many=True).data)


class UserSerializer(Printed, serializers.ModelSerializer[User]):
    """`User` of the contract."""

    phone = NullableTextField(max_length=30)

    class Meta:
        model = User
        fields: ClassVar[list[str]] = [
            "id",
            "full_name",
            "email",
            "phone",
            "language",
            "status",
            "created_at",
            "updated_at",
        ]
        read_only_fields = fields


class UserWithRolesSerializer(UserSerializer):
    """Someone, with their roles."""

    roles = RoleSerializer(many=True, read_only=True)

    class Meta(UserSerializer.Meta):
        fields: ClassVar[list[str]] = [*UserSerializer.Meta.fields, "roles"]
        read_only_fields = fields


class MeSerializer(UserWithRolesSerializer):
    """The person signed in, with roles and the codes of their rights."""

    permissions = serializers.ListField(child=serializers.CharField(), help_text="Codes.")

    class Meta(UserSerializer.Meta):
        fields: ClassVar[list[str]] = [*UserWithRolesSerializer.Meta.fields, "permissions"]
        read_only_fields = fields


class InvitationSerializer(Printed, serializers.ModelSerializer[Invitation]):
    """An invitation, as those who may invite see it; never its token."""

    custom_message = NullableTextField()
    roles = serializers.SerializerMethodField()
    status = serializers.SerializerMethodField()
    invited_by = serializers.IntegerField(source="invited_by_id", allow_null=True)

    class Meta:
        model = Invitation
        fields: ClassVar[list[str]] = [
            "id",
            "email",
            "roles",
            "custom_message",
            "status",
            "invited_by",
            "created_at",
            "expires_at",
            "accepted_at",
            "revoked_at",
        ]
        read_only_fields = fields

    @extend_schema_field(serializers.ListField(child=serializers.CharField()))
    def get_roles(self, invitation: Invitation) -> list[str]:
        """Return the names of the roles it carries."""
        return [role.name for role in invitation.roles.all()]

    @extend_schema_field(serializers.ChoiceField(choices=InvitationStatus.choices))
    def get_status(self, invitation: Invitation) -> str:
        """Return what has become of it."""
        return invitation.status_at(now())


class IssuedInvitationSerializer(Printed, serializers.Serializer[Any]):
    """An invitation just made; the only time that its address is told."""

    invitation_url = serializers.CharField()
    email = serializers.CharField()
    expires_at = serializers.DateTimeField()
    message = serializers.CharField()


class InvitationCheckSerializer(Printed, serializers.Serializer[Any]):
    """Whether an invitation can be accepted, and by whom."""

    is_valid = serializers.BooleanField()  # type: ignore[assignment]
    email = serializers.CharField(allow_null=True)
    message = serializers.CharField()


class TokenPairSerializer(serializers.Serializer[Any]):
    """What the app gets when it signs in or refreshes."""

    access_token = serializers.CharField()
    refresh_token = serializers.CharField()
    token_type = serializers.CharField(help_text="Always “bearer”.")
    expires_in = serializers.IntegerField(help_text="Seconds.")
    user = UserSerializer()


def module_of(permission: Permission) -> str:
    """Return what a right is about: the first part of its code."""
    return code_of(permission).partition(".")[0]
