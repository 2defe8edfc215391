"""The envelope in which every error comes (contract, section 0)."""

from __future__ import annotations

from typing import Any

ENVELOPE = {"detail", "error_code", "errors", "context"}


def is_error(answer: Any, status: int, code: str) -> dict[str, Any]:
    """Assert that an answer is an error in the one envelope; return its body."""
    assert (answer.status_code, answer["Content-Type"]) == (status, "application/json")
    body: dict[str, Any] = answer.json()
    assert body["error_code"] == code
    assert isinstance(body["detail"], str)
    assert body["detail"]
    assert set(body) <= ENVELOPE
    assert ("errors" in body) <= (code == "VALIDATION_ERROR")
    return body
