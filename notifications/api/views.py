"""`/notifications` (contract, section 6): what the person who asks is told, nobody else's."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from django_filters import rest_framework as filters
from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from config.api.filters import AskedFilters
from config.api.ids import ID
from config.api.listing import Listing
from config.api.printing import Rows
from config.clock import now
from config.errors import NotFound
from notifications.actions import mark_all_read, mark_read
from notifications.api.serializers import NotificationSerializer, UnreadCountSerializer
from notifications.models import Notification
from notifications.models.notification import NotificationQuerySet

if TYPE_CHECKING:
    from users.models import User

ROWS = Rows(NotificationSerializer, Notification.objects.all)


class NotificationFilter(AskedFilters):
    """The filter of the list."""

    unread_only = filters.BooleanFilter(method="keep_unread")

    def keep_unread(
        self, rows: NotificationQuerySet, name: str, value: bool
    ) -> NotificationQuerySet:
        """Leave out what was read, when asked."""
        return rows.unread() if value else rows


class NotificationViewSet(Listing, GenericViewSet[Notification]):
    """For everyone who is signed in, newest first."""

    lookup_value_regex = ID
    filterset_class = NotificationFilter
    serializer_class = NotificationSerializer
    queryset = Notification.objects.none()  # for the schema; answers come from `get_queryset`

    @property
    def person(self) -> User:
        """The person signed in."""
        return cast("User", self.request.user)

    def get_queryset(self) -> NotificationQuerySet:
        """Return what this person is told, newest first."""
        return Notification.objects.visible_to(self.person)

    @extend_schema(operation_id="listNotifications", responses=NotificationSerializer(many=True))
    def list(self, request: Request) -> Response:
        """Answer one page of them, newest first."""
        return self.page_of(self.get_queryset(), ROWS)

    @extend_schema(operation_id="countUnreadNotifications", responses=UnreadCountSerializer)
    @action(detail=False, methods=["get"], url_path="unread-count", filterset_class=None)
    def unread_count(self, request: Request) -> Response:
        """Answer how many are not read."""
        return Response({"count": self.get_queryset().unread().count()})

    @extend_schema(
        operation_id="readNotification", request=None, responses={200: NotificationSerializer}
    )
    @action(detail=True, methods=["post"])
    def read(self, request: Request, pk: str) -> Response:
        """Note that it was read; again is no error, the first time stays."""
        found = self.get_queryset().filter(pk=pk).first()
        if found is None:
            raise NotFound
        mark_read(found, at=now())
        return Response(ROWS.printed([found.pk])[0])

    @extend_schema(operation_id="readAllNotifications", request=None, responses={204: None})
    @action(detail=False, methods=["post"], url_path="read-all")
    def read_all(self, request: Request) -> Response:
        """Note that all there is was read."""
        mark_all_read(self.person, at=now())
        return Response(status=status.HTTP_204_NO_CONTENT)
