"""The OpenAPI schema: what every operation has in common, said once."""

from __future__ import annotations

from typing import Any, Literal

from drf_spectacular.openapi import AutoSchema
from drf_spectacular.utils import inline_serializer
from rest_framework import serializers
from rest_framework.permissions import AllowAny

from config.api.errors import STATUS_BY_CODE

PROBLEMS = {
    "400": "The form is wrong.",
    "401": "Not signed in, or the token is no longer good.",
    "403": "The right is missing.",
    "404": "Not there, or not visible to this person.",
    "405": "The method is not for this address.",
    "406": "Only JSON is spoken here.",
    "409": "The state of things does not allow it, or something stands in the way.",
    "412": "Someone else has changed it since it was read (If-Match).",
    "413": "The body is too large.",
    "415": "The body is not JSON.",
    "422": "A condition of the rules is not met.",
    "503": "Busy; try again after the seconds in Retry-After.",
}


Endpoint = tuple[str, str, str, Any]


def only_the_contract(endpoints: list[Endpoint]) -> list[Endpoint]:
    """Leave out addresses that serve something else than the app, as a load balancer's probe."""
    return [endpoint for endpoint in endpoints if endpoint[0].startswith("/api/v1/")]


ERROR = inline_serializer(
    "Error",
    {
        "detail": serializers.CharField(),
        "error_code": serializers.ChoiceField(choices=sorted(STATUS_BY_CODE)),
        "errors": serializers.DictField(
            child=serializers.ListField(child=serializers.CharField()), required=False
        ),
        "context": serializers.DictField(required=False),
    },
)
"""The one envelope of every error."""


class StudioSchema(AutoSchema):
    """Adds to each operation the errors it may answer."""

    def get_response_serializers(self) -> Any:
        """Know that deleting a record deactivates it and answers what became of it."""
        if self.method == "DELETE" and getattr(self.view, "delete_answers_record", False):
            return self._get_serializer()
        return super().get_response_serializers()

    def _get_response_bodies(self, direction: Literal["request", "response"] = "response") -> Any:
        bodies = super()._get_response_bodies(direction)
        for code in sorted(self._problem_codes()):
            if code not in bodies:
                described = self._get_response_for_code(ERROR, code, ["application/json"])
                described["description"] = PROBLEMS[code]
                bodies[code] = described
        return bodies

    def _problem_codes(self) -> set[str]:
        codes = {"400", "405", "503"}
        if not any(isinstance(kind, AllowAny) for kind in self.view.get_permissions()):
            codes |= {"401", "403"}
        if "{" in self.path:
            codes.add("404")
        if self.method == "PATCH":
            codes.add("412")
        if self.method in {"POST", "PUT", "PATCH", "DELETE"}:
            codes |= {"409", "413", "415", "422"}
        return codes
