"""`/users` (contract, section 2)."""

from __future__ import annotations

from typing import ClassVar

from django.db import transaction
from django.db.models import QuerySet
from django_filters import rest_framework as filters
from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from config.activation import ActiveStatus
from config.api.ids import ID
from config.api.listing import Listing
from config.api.pagination import Plain
from config.api.printing import Rows
from config.api.serializers import checked
from config.clock import now
from config.errors import NotFound
from users.actions import passwords, people
from users.actors import Actor
from users.api.doors import RightsMixin, actor_of
from users.api.forms import NewPersonForm, PasswordForm, PersonForm, asks_for_roles
from users.api.master_data import RecordFilter
from users.api.rows import PEOPLE, PEOPLE_WITH_ROLES
from users.api.serializers import RoleSerializer, UserSerializer, UserWithRolesSerializer
from users.attempts import attempt
from users.models import Role, User
from users.rights import Right

EVERYBODY = Plain(User.objects.all)


class PeopleFilter(RecordFilter):
    """The filters of lists of people."""

    role = filters.CharFilter(method="keep_holders")

    def keep_holders(self, rows: QuerySet[User], name: str, value: str) -> QuerySet[User]:
        """Keep who holds a role, by its name, while it is active."""
        holders = User.objects.filter(roles__name=value, roles__status=ActiveStatus.ACTIVE)
        return rows.filter(pk__in=holders.values("pk"))


class PeopleViewSet(RightsMixin, Listing, GenericViewSet[User]):
    """People: active first, then by name. Every write is an action's."""

    lookup_value_regex = ID
    filterset_class = PeopleFilter
    serializer_class = UserSerializer
    queryset = User.objects.all()
    rights: ClassVar[dict[str, Right]] = {
        "list": Right.USER_LIST,
        "create": Right.USER_CREATE,
        "retrieve": Right.USER_VIEW,
        "partial_update": Right.USER_EDIT,
        "destroy": Right.USER_DELETE,
        "reactivate": Right.USER_DELETE,
        "roles": Right.USER_VIEW,
        "assign_role": Right.USER_ASSIGN_ROLE,
        "remove_role": Right.USER_ASSIGN_ROLE,
    }

    @property
    def actor(self) -> Actor:
        """The person signed in, as the actor of an action."""
        return actor_of(self.request)

    @extend_schema(operation_id="listUsers")
    def list(self, request: Request) -> Response:
        """Answer one page of people."""
        return self.page_of(EVERYBODY, PEOPLE)

    @extend_schema(operation_id="listUsersWithRoles", responses=UserWithRolesSerializer(many=True))
    @action(detail=False, url_path="with-roles")
    def with_roles(self, request: Request) -> Response:
        """Answer one page of people with their roles: also for who assigns them to sessions."""
        if not self.actor.can(Right.SESSION_ASSIGN_RESOURCES):
            self.actor.require(Right.USER_LIST)
        return self.page_of(EVERYBODY, PEOPLE_WITH_ROLES)

    @extend_schema(
        operation_id="createUser",
        request=NewPersonForm,
        responses={201: UserWithRolesSerializer},
    )
    def create(self, request: Request) -> Response:
        """Make an account for someone."""
        if asks_for_roles(request.data):
            self.actor.require(Right.USER_ASSIGN_ROLE)
        user = people.create_user(
            **checked(NewPersonForm, request.data), actor=self.actor, at=now()
        )
        return self._shown(user, status.HTTP_201_CREATED)

    @extend_schema(operation_id="readUser", responses=UserWithRolesSerializer)
    def retrieve(self, request: Request, pk: str) -> Response:
        """Answer one person, with roles."""
        return self._shown(self.get_object())

    @extend_schema(operation_id="updateUser", request=PersonForm, responses=UserWithRolesSerializer)
    @transaction.atomic
    def partial_update(self, request: Request, pk: str) -> Response:
        """Change what is sent; a change of status asks for its own right."""
        user = self.get_object()
        form = checked(PersonForm, request.data, user)
        asked = form.pop("status", None)
        at = now()
        user = people.change_user(user, form, actor=self.actor, at=at)
        if asked is not None and asked != user.status:
            is_to_work = asked == ActiveStatus.ACTIVE
            change = people.reactivate_user if is_to_work else people.deactivate_user
            user = change(user, actor=self.actor, at=at)
        return self._shown(user)

    @extend_schema(operation_id="deactivateUser", responses={200: UserSerializer})
    def destroy(self, request: Request, pk: str) -> Response:
        """Deactivate; all their sign-ins end at once."""
        user = people.deactivate_user(self.get_object(), actor=self.actor, at=now())
        return self._shown(user, rows=PEOPLE)

    @extend_schema(operation_id="reactivateUser", request=None, responses=UserSerializer)
    @action(detail=True, methods=["put"])
    def reactivate(self, request: Request, pk: str) -> Response:
        """Let someone in again."""
        user = people.reactivate_user(self.get_object(), actor=self.actor, at=now())
        return self._shown(user, rows=PEOPLE)

    @extend_schema(operation_id="setPassword", request=PasswordForm, responses={204: None})
    @action(detail=True, methods=["patch"])
    def password(self, request: Request, pk: str) -> Response:
        """Set one's own password with the current one, or somebody else's with user.edit."""
        is_own = int(pk) == request.user.pk
        if not is_own:
            self.actor.require(Right.USER_EDIT)
        user = self.get_object()
        form = checked(PasswordForm, request.data)
        with attempt(request._request, user.email if is_own else f"of {self.request.user.pk}"):
            passwords.set_password(
                user,
                form["new_password"],
                current_password=form.get("current_password"),
                actor=self.actor,
                at=now(),
            )
        return Response(status=status.HTTP_204_NO_CONTENT)

    @extend_schema(operation_id="listUserRoles", responses=RoleSerializer(many=True))
    @action(detail=True, pagination_class=None, filterset_class=None)
    def roles(self, request: Request, pk: str) -> Response:
        """Answer someone's roles."""
        roles = self.get_object().roles.order_by("id")
        return Response(RoleSerializer(roles, many=True).data)

    @extend_schema(operation_id="assignRole", request=None, responses=UserWithRolesSerializer)
    @action(detail=True, methods=["post"], url_path=f"roles/(?P<role_id>{ID})")
    def assign_role(self, request: Request, pk: str, role_id: str) -> Response:
        """Give someone a role."""
        user, role = self.get_object(), _role(role_id)
        people.assign_role(user, role, actor=self.actor, at=now())
        return self._shown(user)

    @extend_schema(operation_id="removeRole", responses={200: UserWithRolesSerializer})
    @assign_role.mapping.delete
    def remove_role(self, request: Request, pk: str, role_id: str) -> Response:
        """Take a role from someone."""
        user, role = self.get_object(), _role(role_id)
        people.remove_role(user, role, actor=self.actor, at=now())
        return self._shown(user)

    def _shown(
        self, user: User, code: int = status.HTTP_200_OK, rows: Rows = PEOPLE_WITH_ROLES
    ) -> Response:
        return Response(rows.printed([user.pk])[0], code)


def _role(pk: str) -> Role:
    role = Role.objects.filter(pk=pk).first()
    if role is None:
        raise NotFound
    return role
