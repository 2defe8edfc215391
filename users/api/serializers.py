"""People, roles and sign-ins on the wire (contract, sections 1 and 2)."""

from __future__ import annotations

from typing import Any, ClassVar

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from config.api.fields import NullableTextField
from users.models import Role, User
from users.rights import codes_of


class RoleSerializer(serializers.ModelSerializer[Role]):
    """`Role` of the contract."""

    description = NullableTextField()

    class Meta:
        model = Role
        fields: ClassVar[list[str]] = [
            "id",
            "name",
            "description",
            "status",
            "created_at",
            "updated_at",
        ]
        read_only_fields = fields


class UserSerializer(serializers.ModelSerializer[User]):
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


class MeSerializer(UserSerializer):
    """The person signed in, with roles and the codes of their rights."""

    roles = RoleSerializer(many=True, read_only=True)
    permissions = serializers.SerializerMethodField()

    class Meta(UserSerializer.Meta):
        fields: ClassVar[list[str]] = [*UserSerializer.Meta.fields, "roles", "permissions"]
        read_only_fields = fields

    @extend_schema_field(serializers.ListField(child=serializers.CharField()))
    def get_permissions(self, user: User) -> list[str]:
        """Return the codes of every right held."""
        return codes_of(user.get_all_permissions())


class ProfileSerializer(serializers.ModelSerializer[User]):
    """What one may change of oneself."""

    phone = NullableTextField(max_length=30)

    class Meta:
        model = User
        fields: ClassVar[list[str]] = ["full_name", "phone", "language"]


class LoginSerializer(serializers.Serializer[Any]):
    """What signing in asks for."""

    email = serializers.EmailField(max_length=254)
    password = serializers.CharField(
        max_length=1024, trim_whitespace=False, style={"input_type": "password"}
    )


class RefreshSerializer(serializers.Serializer[Any]):
    """A refresh token, to be exchanged or ended."""

    refresh_token = serializers.CharField(max_length=4096)


class TokenPairSerializer(serializers.Serializer[Any]):
    """What the app gets when it signs in or refreshes."""

    access_token = serializers.CharField()
    refresh_token = serializers.CharField()
    token_type = serializers.CharField()
    expires_in = serializers.IntegerField(help_text="Seconds.")
    user = UserSerializer()
