"""Examples of what is sent and answered, for who reads the documentation."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from drf_spectacular.utils import OpenApiExample, extend_schema_serializer

C = TypeVar("C", bound=type[Any])


def sent_as(**fields: Any) -> Callable[[C], C]:
    """Let a form be shown with these values in the documentation."""
    return _with(OpenApiExample("An example", value=fields, request_only=True))


def answered_as(**fields: Any) -> Callable[[C], C]:
    """Let an answer be shown with these values in the documentation."""
    return _with(OpenApiExample("An example", value=fields, response_only=True))


def _with(example: OpenApiExample) -> Callable[[C], C]:
    decorate: Callable[[C], C] = extend_schema_serializer(examples=[example])
    return decorate
