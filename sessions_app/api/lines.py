"""`/sessions/{id}/details`: what a session is made of (contract, section 4)."""

from __future__ import annotations

from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from catalog.models import Item, Package
from config.api.ids import ID
from config.clock import now
from sessions_app.actions import lines
from sessions_app.api import forms
from sessions_app.api.doors import (
    SessionDoor,
    checked,
    part_of,
)
from sessions_app.api.serializers import ShownLineSerializer
from sessions_app.models import Line
from sessions_app.queries.sessions import lines_for
from users.rights import Right


class LineViewSet(SessionDoor):
    """Lines of one session, in their order."""

    serializer_class = ShownLineSerializer
    pagination_class = None
    filterset_class = None
    right = Right.SESSION_EDIT_PRE_ASSIGNED

    @extend_schema(operation_id="listLines", responses=ShownLineSerializer(many=True))
    def list(self, request: Request, session_id: str) -> Response:
        """Answer the lines one sees."""
        rows = lines_for(self.viewer, self.session(session_id).lines.all())
        return Response(self.get_serializer(rows, many=True).data)

    @extend_schema(
        operation_id="addItem",
        parameters=[forms.QuantityQuery],
        request=forms.OverrideForm,
        responses={201: ShownLineSerializer},
    )
    @action(detail=False, methods=["post"], url_path=rf"items/(?P<item_id>{ID})")
    def items(self, request: Request, session_id: str, item_id: str) -> Response:
        """Add an item."""
        session = self.session(session_id, self.right)
        item = part_of(Item.objects.all(), item_id)
        quantity = checked(forms.QuantityQuery, request.query_params)["quantity"]
        _form, override = self.form(forms.OverrideForm)
        line = lines.add_item(
            session, item, quantity, actor=self.actor, at=now(), override=override
        )
        return Response(self.get_serializer(line).data, status.HTTP_201_CREATED)

    @extend_schema(
        operation_id="addPackage",
        parameters=[forms.QuantityQuery],
        request=forms.OverrideForm,
        responses={201: ShownLineSerializer(many=True)},
    )
    @action(detail=False, methods=["post"], url_path=rf"packages/(?P<package_id>{ID})")
    def packages(self, request: Request, session_id: str, package_id: str) -> Response:
        """Add a package: one line per item, and its adjustment."""
        session = self.session(session_id, self.right)
        package = part_of(Package.objects.all(), package_id)
        quantity = checked(forms.QuantityQuery, request.query_params)["quantity"]
        _form, override = self.form(forms.OverrideForm)
        added = lines.add_package(
            session, package, quantity, actor=self.actor, at=now(), override=override
        )
        shown = lines_for(self.viewer, added)
        return Response(self.get_serializer(shown, many=True).data, status.HTTP_201_CREATED)

    @extend_schema(
        operation_id="updateLine", request=forms.LineChangeForm, responses=ShownLineSerializer
    )
    def partial_update(self, request: Request, session_id: str, pk: str) -> Response:
        """Change a quantity, or note a delivery."""
        line = self._line(session_id, pk)
        form, override = self.form(forms.LineChangeForm)
        line = lines.change_line(line, form, actor=self.actor, at=now(), override=override)
        return Response(self.get_serializer(line).data)

    @extend_schema(
        operation_id="deleteLine", parameters=[forms.OverrideForm], responses={204: None}
    )
    def destroy(self, request: Request, session_id: str, pk: str) -> Response:
        """Remove a line; of a package, its whole group."""
        line = self._line(session_id, pk)
        _form, override = self.form(forms.OverrideForm)
        lines.remove_line(line, actor=self.actor, at=now(), override=override)
        return Response(status=status.HTTP_204_NO_CONTENT)

    def _line(self, session_id: str, pk: str) -> Line:
        session = self.session(session_id, self.right)
        line: Line = part_of(session.lines.select_related("session"), pk)
        return line
