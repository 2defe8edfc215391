"""The OpenAPI schema: what every operation has in common, said once."""

from __future__ import annotations

from typing import Any, Literal

from drf_spectacular.openapi import AutoSchema
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter
from rest_framework import serializers
from rest_framework.permissions import AllowAny

from config.api.idempotency import Idempotent
from config.api.ids import ID
from config.api.problems import PROBLEMS, ErrorSerializer

VERBS = {
    "list": "list",
    "create": "create",
    "retrieve": "read",
    "partial_update": "update",
    "destroy": "deactivate",
    "reactivate": "reactivate",
}

TIME_OF_DAY = {
    "type": "string",
    "pattern": "^([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9])?$",
    "example": "10:00",
}

Endpoint = tuple[str, str, str, Any]


def only_the_contract(endpoints: list[Endpoint]) -> list[Endpoint]:
    """Leave out addresses that serve something else than the app, as a load balancer's probe."""
    return [endpoint for endpoint in endpoints if endpoint[0].startswith("/api/v1/")]


class StudioSchema(AutoSchema):
    """Tells what all operations have in common, so that each tells only what is its own.

    Views may say `further_problems`, by action or method: statuses that only they answer; and
    `versioned`: the actions that look at `If-Match`.
    """

    def get_operation_id(self) -> str:
        """Name the operations of plain records as a client would call them: listClients."""
        verb = VERBS.get(getattr(self.view, "action", ""))
        plural = self._tokenize_path()[0].title()
        if verb is None:
            return super().get_operation_id()
        return f"{verb}{plural if verb == 'list' else plural.removesuffix('s')}"

    def get_override_parameters(self) -> Any:
        """Return the headers that the operation looks at."""
        headers = []
        if self.method == "POST" and isinstance(self.view, Idempotent):
            headers.append(_header("Idempotency-Key", "Sent twice, it is done once."))
        if self._action() in getattr(self.view, "versioned", ()):
            headers.append(_header("If-Match", "The ETag that was read; another is 412."))
        if getattr(self.get_response_serializers(), "is_tagged", False):
            headers.append(_header("ETag", "The version, for If-Match.", response=True))
        return headers

    def get_response_serializers(self) -> Any:
        """Know that deleting a record deactivates it and answers what became of it."""
        if self.method == "DELETE" and getattr(self.view, "delete_answers_record", False):
            return {200: self._get_serializer()}
        return super().get_response_serializers()

    def _map_serializer_field(
        self, field: Any, direction: Any, bypass_extensions: bool = False
    ) -> Any:
        """Know that a time of day has no seconds and no offset."""
        if isinstance(field, serializers.TimeField):
            return {**TIME_OF_DAY, **({"nullable": True} if field.allow_null else {})}
        return super()._map_serializer_field(field, direction, bypass_extensions)

    def _map_basic_serializer(self, serializer: Any, direction: Any) -> Any:
        """Know that an answer has all its fields, but for those that are not for everybody."""
        schema = super()._map_basic_serializer(serializer, direction)
        if direction == "response" and schema.get("properties"):
            private: frozenset[str] = getattr(serializer, "private_fields", frozenset())
            schema["required"] = sorted(schema["properties"].keys() - private)
        return schema

    def _get_request_for_media_type(self, serializer: Any, direction: Any = "request") -> Any:
        """Know which forms are filled in as a whole, although what they change is a part."""
        if self.method != "PATCH" or not getattr(serializer, "is_whole", False):
            return super()._get_request_for_media_type(serializer, direction)
        self.method = "PUT"
        try:
            return super()._get_request_for_media_type(serializer, direction)
        finally:
            self.method = "PATCH"

    def _resolve_path_parameters(self, variables: list[str]) -> list[dict[str, Any]]:
        """Know that an id is a positive integer; what is none is not there (404)."""
        parameters = super()._resolve_path_parameters(variables)
        for parameter in parameters:
            if parameter["schema"].get("pattern") == f"^{ID}$":
                parameter["schema"] = {"type": "integer", "format": "int64", "minimum": 1}
        return parameters

    def _get_response_bodies(self, direction: Literal["request", "response"] = "response") -> Any:
        bodies = super()._get_response_bodies(direction)
        for code in sorted(self._problem_codes()):
            if code not in bodies:
                described = self._get_response_for_code(ErrorSerializer, code, ["application/json"])
                described["description"] = PROBLEMS[code]
                bodies[code] = described
        return bodies

    def _problem_codes(self) -> set[str]:
        codes = {"400", "405", "429", "500", "503"}
        if not any(isinstance(kind, AllowAny) for kind in self.view.get_permissions()):
            codes |= {"401", "403"}
        if "{" in self.path:
            codes.add("404")
        if self.method in {"POST", "PUT", "PATCH", "DELETE"}:
            codes |= {"409", "413", "415", "422"}
        if self._action() in getattr(self.view, "versioned", ()):
            codes.add("412")
        further: dict[str, set[str]] = getattr(self.view, "further_problems", {})
        return codes | further.get(self._action(), set())

    def _action(self) -> str:
        return getattr(self.view, "action", None) or str(self.method).lower()


def _header(name: str, description: str, **options: Any) -> OpenApiParameter:
    return OpenApiParameter(name, OpenApiTypes.STR, "header", description=description, **options)
