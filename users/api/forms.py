"""What the REST door takes about people, roles and sign-ins; actions decide what comes of it."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib.auth.models import Permission
from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from config.activation import ActiveStatus
from config.api.examples import sent_as
from config.api.fields import NullableTextField
from config.api.serializers import NullIsAbsent
from users.actions.roles import permissions_by_right
from users.models import Role, User
from users.rights import ALIASES

MAX_EMAIL = 254
MAX_TOKEN = 4096
MAX_CODE = 32


class SecretField(serializers.CharField):
    """A password: taken as it is, never answered."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            max_length=1024, trim_whitespace=False, style={"input_type": "password"}, **kwargs
        )


class RoleNamesField(serializers.ListField):
    """Roles by their names on the wire."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(child=serializers.CharField(max_length=150), max_length=50, **kwargs)

    def to_internal_value(self, data: Any) -> list[Any]:
        """Return the roles; a name that no role has is a wrong form."""
        names = super().to_internal_value(data)
        roles = {role.name: role for role in Role.objects.filter(name__in=names)}
        unknown = [name for name in names if name not in roles]
        if unknown:
            raise serializers.ValidationError(
                _("There is no role “%(name)s”.") % {"name": unknown[0]}
            )
        return list(roles.values())


class CodesField(serializers.ListField):
    """Rights by their codes."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(child=serializers.CharField(max_length=60), max_length=200, **kwargs)

    def to_internal_value(self, data: Any) -> list[Permission]:
        """Return the permissions; a code that no right has is a wrong form."""
        known = {right.value: permission for right, permission in permissions_by_right().items()}
        known |= {alias: known[right] for alias, right in ALIASES.items()}
        codes = super().to_internal_value(data)
        unknown = [code for code in codes if code not in known]
        if unknown:
            raise serializers.ValidationError(
                _("There is no right “%(code)s”.") % {"code": unknown[0]}
            )
        return list({known[code] for code in codes})


@sent_as(
    email="coordinator@studio.example",
    password="Studio-Demo-2026!",  # noqa: S106  (the demo's, for all to know)
)
class LoginForm(serializers.Serializer[Any]):
    """What signing in asks for."""

    email = serializers.EmailField(max_length=MAX_EMAIL)
    password = SecretField()
    code = NullableTextField(
        max_length=MAX_CODE,
        default="",
        help_text=_("Of the second factor, where the account has one."),
    )


class RefreshForm(serializers.Serializer[Any]):
    """A refresh token, to be exchanged or ended."""

    refresh_token = serializers.CharField(max_length=MAX_TOKEN)


@sent_as(
    email="eva@example.com",
    full_name="Eva Pérez",
    phone="5555-1234",
    password="Correct-Horse-7",  # noqa: S106
    invitation_token="the token of the letter",  # noqa: S106
)
class RegistrationForm(serializers.Serializer[Any]):
    """What who was invited tells of themselves."""

    email = serializers.EmailField(max_length=MAX_EMAIL)
    full_name = serializers.CharField(max_length=150)
    phone = NullableTextField(max_length=30, default="")
    password = SecretField()
    invitation_token = serializers.CharField(max_length=MAX_TOKEN)


class ForgottenForm(serializers.Serializer[Any]):
    """Whose password is forgotten."""

    email = serializers.EmailField(max_length=MAX_EMAIL)


class ResetForm(serializers.Serializer[Any]):
    """The token of the letter, and the new password."""

    token = serializers.CharField(max_length=MAX_TOKEN)
    new_password = SecretField()


class PasswordForm(NullIsAbsent, serializers.Serializer[Any]):
    """A new password; one's own needs the current one besides."""

    is_whole = True

    current_password = SecretField(required=False)
    new_password = SecretField()


class ProfileForm(NullIsAbsent, serializers.ModelSerializer[User]):
    """What one may change of oneself."""

    phone = NullableTextField(max_length=30)

    class Meta:
        model = User
        fields: ClassVar[list[str]] = ["full_name", "phone", "language"]


class PersonForm(NullIsAbsent, serializers.Serializer[Any]):
    """What may be changed of someone."""

    full_name = serializers.CharField(max_length=150)
    email = serializers.EmailField(max_length=MAX_EMAIL)
    phone = NullableTextField(max_length=30)
    status = serializers.ChoiceField(choices=ActiveStatus.choices, required=False)


@sent_as(
    full_name="Eva Pérez",
    email="eva@example.com",
    phone="5555-1234",
    password="Correct-Horse-7",  # noqa: S106
    roles=["editor"],
)
class NewPersonForm(NullIsAbsent, serializers.Serializer[Any]):
    """Someone who is not there yet."""

    full_name = serializers.CharField(max_length=150)
    email = serializers.EmailField(max_length=MAX_EMAIL)
    phone = NullableTextField(max_length=30, default="")
    password = SecretField()
    roles = RoleNamesField(default=list)


@sent_as(
    email="eva@example.com",
    custom_message="Welcome, Eva!",
    roles=["photographer"],
)
class InvitationForm(NullIsAbsent, serializers.Serializer[Any]):
    """Whom to invite, with which words and roles."""

    email = serializers.EmailField(max_length=MAX_EMAIL)
    custom_message = serializers.CharField(max_length=2000, required=False, allow_blank=True)
    roles = RoleNamesField(required=False)


class RoleForm(NullIsAbsent, serializers.Serializer[Any]):
    """A role of the studio's own."""

    name = serializers.CharField(max_length=150)
    description = NullableTextField()

    def validate_name(self, name: str) -> str:
        """Return the name as names of roles are on the wire: in lower case."""
        return name.lower()


class RoleChangeForm(RoleForm):
    """What may be changed of a role."""

    status = serializers.ChoiceField(choices=ActiveStatus.choices, required=False)


@sent_as(
    codes=["client.view", "session.view.own"],
)
class RightsForm(serializers.Serializer[Any]):
    """All that a role is to allow."""

    codes = CodesField()


def asks_for_roles(sent: Any) -> bool:
    """Tell whether a body names roles, which needs a right of its own."""
    return isinstance(sent, dict) and bool(sent.get("roles"))
