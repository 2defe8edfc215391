"""The catalog's answers over REST: their shapes (contract, section 3), written out by hand."""

from __future__ import annotations

from typing import Any

API = "/api/v1"
ROLES = ["admin", "coordinator", "photographer", "editor", "user"]

NUMBER = (int, float)
OPTIONAL_TEXT = (str, type(None))
TIMES = {"created_at": str, "updated_at": str}

FIELDS: dict[str, dict[str, Any]] = {
    "items": {
        "id": int,
        "code": str,
        "name": str,
        "description": OPTIONAL_TEXT,
        "item_type": str,
        "unit_price": NUMBER,
        "unit_measure": str,
        "default_quantity": (int, type(None)),
        "status": str,
        **TIMES,
    },
    "packages": {
        "id": int,
        "code": str,
        "name": str,
        "description": OPTIONAL_TEXT,
        "session_type": str,
        "base_price": NUMBER,
        "estimated_editing_days": int,
        "status": str,
        **TIMES,
    },
    "rooms": {
        "id": int,
        "code": str,
        "name": str,
        "description": OPTIONAL_TEXT,
        "capacity": (int, type(None)),
        "hourly_rate": (*NUMBER, type(None)),
        "status": str,
        **TIMES,
    },
}
PACKAGE_ITEM_FIELDS = {
    "item_id": int,
    "item_code": str,
    "item_name": str,
    "item_type": str,
    "item_unit_price": NUMBER,
    "quantity": int,
    "display_order": (int, type(None)),
}


def assert_fields(body: dict[str, Any], fields: dict[str, Any]) -> None:
    """Assert that an answer has these fields and no others, each of its kind."""
    assert set(body) == set(fields)
    for field, kind in fields.items():
        assert isinstance(body[field], kind), field


def names(answer: Any) -> list[str]:
    """Return the names of the rows of a list."""
    return [row["name"] for row in answer.json()["items"]]
