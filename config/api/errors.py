"""Errors → HTTP: one table of codes, one envelope for every answer that is an error.

The envelope: `{"detail": sentence, "error_code": code, "errors"?: {field: [sentences]},
"context"?: facts}` (contract, section 0).
"""

from __future__ import annotations

import logging
from typing import Any

from django.core.exceptions import (
    BadRequest,
    PermissionDenied,
    RequestDataTooBig,
    SuspiciousOperation,
)
from django.db import OperationalError
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext as _
from django.views import defaults
from django.views.decorators.csrf import csrf_exempt
from rest_framework import exceptions, status
from rest_framework.response import Response
from rest_framework.views import set_rollback

from config.errors import DomainError, ValidationFailed

logger = logging.getLogger(__name__)

STATUS_BY_CODE = {
    "VALIDATION_ERROR": 400,
    "NOT_AUTHENTICATED": 401,
    "INVALID_CREDENTIALS": 401,
    "SECOND_FACTOR_REQUIRED": 401,
    "SECOND_FACTOR_INVALID": 401,
    "TOKEN_INVALID": 401,
    "PERMISSION_DENIED": 403,
    "INACTIVE_USER": 403,
    "SECOND_FACTOR_MISSING": 403,
    "SESSION_NOT_FOUND": 404,
    "NOT_FOUND": 404,
    "METHOD_NOT_ALLOWED": 405,
    "INVALID_STATE_TRANSITION": 409,
    "ROOM_NOT_AVAILABLE": 409,
    "PHOTOGRAPHER_NOT_AVAILABLE": 409,
    "DUPLICATE": 409,
    "IN_USE": 409,
    "ALREADY_TAKEN": 409,
    "LAST_ADMIN": 409,
    "IDEMPOTENCY_CONFLICT": 409,
    "STALE_VERSION": 412,
    "PAYLOAD_TOO_LARGE": 413,
    "UNSUPPORTED_MEDIA_TYPE": 415,
    "PAYMENT_DEADLINE_EXPIRED": 422,
    "CHANGES_DEADLINE_EXPIRED": 422,
    "CHANGES_DEADLINE_NOT_REACHED": 422,
    "INSUFFICIENT_PAYMENT": 422,
    "INVALID_SESSION_DATE": 422,
    "MISSING_RESOURCES": 422,
    "MISSING_SCHEDULE": 422,
    "PAYMENT_EXCEEDS_TOTAL": 422,
    "PAYMENT_NOT_ALLOWED": 422,
    "IMMUTABLE_SESSION": 422,
    "EMPTY_SESSION": 422,
    "EMPTY_PACKAGE": 422,
    "WRONG_SESSION_TYPE": 422,
    "INACTIVE_RESOURCE": 422,
    "NOT_ASSIGNED": 422,
    "WRONG_ROLE": 422,
    "TOO_EARLY": 422,
    "EDITOR_OVERLOADED": 422,
    "OVERRIDE_NEEDED": 422,
    "THROTTLED": 429,
    "LOCKED_OUT": 429,
    "SERVER_ERROR": 500,
    "BUSY": 503,
}

CODES = sorted(STATUS_BY_CODE)

CODE_BY_FRAMEWORK_ERROR: dict[type[exceptions.APIException], str] = {
    exceptions.NotAuthenticated: "NOT_AUTHENTICATED",
    exceptions.AuthenticationFailed: "TOKEN_INVALID",
    exceptions.PermissionDenied: "PERMISSION_DENIED",
    exceptions.NotFound: "NOT_FOUND",
    exceptions.MethodNotAllowed: "METHOD_NOT_ALLOWED",
    exceptions.UnsupportedMediaType: "UNSUPPORTED_MEDIA_TYPE",
    exceptions.NotAcceptable: "VALIDATION_ERROR",
    exceptions.Throttled: "THROTTLED",
    exceptions.ParseError: "VALIDATION_ERROR",
}


def envelope(
    code: str,
    detail: str,
    *,
    errors: dict[str, Any] | None = None,
    context: dict[str, Any] | None = None,
) -> dict[str, Any]:
    """Return the body of an error answer; empty parts are left out."""
    body: dict[str, Any] = {"detail": detail, "error_code": code}
    if errors:
        body["errors"] = errors
    if context:
        body["context"] = context
    return body


def exception_handler(error: Exception, context: dict[str, Any]) -> Response:
    """Answer any exception raised behind a REST door; nothing internal ever leaves."""
    set_rollback()
    if isinstance(error, DomainError):
        return _domain_answer(error)
    if isinstance(error, exceptions.ValidationError):
        return _domain_answer(ValidationFailed(_flattened(error.detail)))
    if isinstance(error, Http404):
        error = exceptions.NotFound()
    if isinstance(error, PermissionDenied):
        error = exceptions.PermissionDenied()
    if isinstance(error, exceptions.APIException):
        return _framework_answer(error)
    if isinstance(error, RequestDataTooBig):
        body = envelope("PAYLOAD_TOO_LARGE", _("This is too much for one request."))
        return Response(body, STATUS_BY_CODE["PAYLOAD_TOO_LARGE"])
    if isinstance(error, SuspiciousOperation | BadRequest):
        body = envelope("VALIDATION_ERROR", _("This request cannot be read."))
        return Response(body, STATUS_BY_CODE["VALIDATION_ERROR"])
    if isinstance(error, OperationalError):
        logger.warning("the database is busy", exc_info=error)
        body = envelope("BUSY", _("The studio's system is busy. Please try again in a moment."))
        return Response(body, STATUS_BY_CODE["BUSY"], headers={"Retry-After": "2"})
    logger.error("unexpected error", exc_info=error)
    return Response(_server_error(), STATUS_BY_CODE["SERVER_ERROR"])


@csrf_exempt
def not_found(request: HttpRequest, *args: Any, **kwargs: Any) -> JsonResponse:
    """Answer an unknown path of the API."""
    body = envelope("NOT_FOUND", _("There is nothing at this address."))
    return JsonResponse(body, status=STATUS_BY_CODE["NOT_FOUND"])


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer a request that cannot even be read: the API's in its envelope, others as Django."""
    if not request.path.startswith("/api/"):
        return defaults.bad_request(request, exception)
    body = envelope("VALIDATION_ERROR", _("This request cannot be read."))
    return JsonResponse(body, status=STATUS_BY_CODE["VALIDATION_ERROR"])


def server_error(request: HttpRequest) -> HttpResponse:
    """Answer a failure outside of every view: the API's in its envelope, others as Django."""
    if not request.path.startswith("/api/"):
        return defaults.server_error(request)
    return JsonResponse(_server_error(), status=STATUS_BY_CODE["SERVER_ERROR"])


def _domain_answer(error: DomainError) -> Response:
    errors = error.errors if isinstance(error, ValidationFailed) else None
    body = envelope(error.code, error.detail, errors=errors, context=error.context)
    headers = _challenge(error.code)
    if error.retry_after is not None:
        headers["Retry-After"] = str(error.retry_after)
    return Response(body, STATUS_BY_CODE[error.code], headers=headers)


def _framework_answer(error: exceptions.APIException) -> Response:
    code = next(
        (code for kind, code in CODE_BY_FRAMEWORK_ERROR.items() if isinstance(error, kind)),
        "SERVER_ERROR",
    )
    headers = _challenge(code)
    detail = str(error.detail)
    wait: float | None = getattr(error, "wait", None)
    if wait is not None:
        headers["Retry-After"] = str(int(wait) + 1)
        detail = _("Too many requests. Please wait a moment.")
    return Response(envelope(code, detail), STATUS_BY_CODE[code], headers=headers)


def _challenge(code: str) -> dict[str, str]:
    is_unauthorized = STATUS_BY_CODE[code] == status.HTTP_401_UNAUTHORIZED
    return {"WWW-Authenticate": "Bearer"} if is_unauthorized else {}


def _server_error() -> dict[str, Any]:
    return envelope(
        "SERVER_ERROR", _("Something went wrong on our side. Nothing was saved; please try again.")
    )


def _flattened(detail: Any, prefix: str = "") -> dict[str, list[str]]:
    """Return the framework's nested problems as `{"field.inner": [sentences]}`."""
    if isinstance(detail, dict):
        flat: dict[str, list[str]] = {}
        for name, inner in detail.items():
            flat |= _flattened(inner, f"{prefix}.{name}" if prefix else str(name))
        return flat
    if isinstance(detail, list) and any(isinstance(inner, dict | list) for inner in detail):
        flat = {}
        for index, inner in enumerate(detail):
            flat |= _flattened(inner, f"{prefix}.{index}" if prefix else str(index))
        return flat
    sentences = detail if isinstance(detail, list) else [detail]
    return {prefix or "body": [str(sentence) for sentence in sentences]}
