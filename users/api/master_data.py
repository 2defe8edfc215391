"""The REST door of plain records: list, create, read, change, deactivate, reactivate."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar, Generic, TypeVar

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
from config.api.filters import AskedFilters
from config.api.ids import ID
from config.api.listing import Listing
from config.api.pagination import Plain
from config.api.printing import Rows
from config.clock import now
from config.constraints import translated
from config.errors import DomainError
from config.search import matching
from users.actions.activation import deactivate, reactivate
from users.api.doors import RightsMixin, actor_of
from users.master_data import GuardedRecord
from users.rights import Right

R = TypeVar("R", bound=GuardedRecord)


class RecordFilter(AskedFilters):
    """`active_only` and an accent-blind `search`, as every list of records has them."""

    active_only = filters.BooleanFilter(method="keep_active")
    search = filters.CharFilter(method="keep_matching")

    def keep_active(self, rows: QuerySet[Any], name: str, value: bool) -> QuerySet[Any]:
        """Leave out what is not active, when asked."""
        return rows.filter(status=ActiveStatus.ACTIVE) if value else rows

    def keep_matching(self, rows: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        """Keep what holds every word of the term somewhere a person would expect."""
        return rows.filter(matching(value, "search_text"))


class RecordViewSet(RightsMixin, Listing, GenericViewSet[R], Generic[R]):
    """Plain CRUD on a record; a change of `status` goes through the action, with its right."""

    lookup_value_regex = ID
    filterset_class = RecordFilter
    delete_answers_record = True
    rows: ClassVar[Rows]
    plain: ClassVar[Plain]
    duplicates: ClassVar[dict[str, Callable[[], DomainError]]] = {}

    def __init_subclass__(cls, **options: Any) -> None:
        super().__init_subclass__(**options)
        cls.plain = Plain(cls.queryset.all)  # type: ignore[union-attr]

    @classmethod
    def rights_table(cls, model: type[GuardedRecord]) -> dict[str, Right]:
        """Return which right each action of such a viewset asks for."""
        rights = model.rights
        return {
            "list": rights.view,
            "retrieve": rights.view,
            "create": rights.create,
            "partial_update": rights.edit,
            "destroy": rights.delete,
            "reactivate": rights.delete,
        }

    def list(self, request: Request) -> Response:
        """Answer one page, in the list's stable order."""
        return self.page_of(self.plain, self.get_rows())

    def create(self, request: Request) -> Response:
        """Create one; 201."""
        serializer = self.get_serializer(data=request.data)
        serializer.is_valid(raise_exception=True)
        if serializer.validated_data.get("status", ActiveStatus.ACTIVE) != ActiveStatus.ACTIVE:
            actor_of(request).require(self.rights["destroy"])
        with translated(self.duplicates):
            obj = serializer.save(updated_by=actor_of(request).user)
        return Response(self.shown(obj), status.HTTP_201_CREATED)

    def retrieve(self, request: Request, pk: str) -> Response:
        """Answer one."""
        return Response(self.shown(self.get_object()))

    @transaction.atomic
    def partial_update(self, request: Request, pk: str) -> Response:
        """Change what is sent."""
        found = self.get_object()
        obj = type(found)._default_manager.select_for_update(no_key=True).get(pk=found.pk)
        serializer = self.get_serializer(obj, data=request.data, partial=True)
        serializer.is_valid(raise_exception=True)
        asked_status = serializer.validated_data.pop("status", obj.status)
        with translated(self.duplicates):
            serializer.save(updated_by=actor_of(request).user)
        if asked_status != obj.status:
            change = reactivate if asked_status == ActiveStatus.ACTIVE else deactivate
            change(obj, actor=actor_of(request), at=now())
        return Response(self.shown(obj))

    def destroy(self, request: Request, pk: str) -> Response:
        """Deactivate; the row stays."""
        obj = deactivate(self.get_object(), actor=actor_of(request), at=now())
        return Response(self.shown(obj))

    @extend_schema(request=None)
    @action(detail=True, methods=["put"])
    def reactivate(self, request: Request, pk: str) -> Response:
        """Put back into business."""
        obj = reactivate(self.get_object(), actor=actor_of(request), at=now())
        return Response(self.shown(obj))

    def shown(self, obj: R) -> Any:
        """Return the answer about an object as it now is, computed columns included."""
        return self.get_rows().printed([obj.pk])[0]

    def get_rows(self) -> Rows:
        """Return what prints the answer of the action at hand."""
        return self.rows
