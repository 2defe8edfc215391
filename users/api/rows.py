"""How people and roles are printed from the database."""

from __future__ import annotations

from config.api.printing import Rows
from users.api.serializers import RoleSerializer, UserSerializer
from users.api.serializers import UserWithRolesSerializer as WithRoles
from users.models import Role, User

ROLES = Rows(RoleSerializer, Role.objects.all)
ROLES_OF_PEOPLE = Rows(
    RoleSerializer, lambda: User.roles.through.objects.order_by("role_id"), key="user", via="role"
)
PEOPLE = Rows(UserSerializer, User.objects.all)
PEOPLE_WITH_ROLES = Rows(WithRoles, User.objects.all, roles=ROLES_OF_PEOPLE)
