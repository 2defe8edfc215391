"""Ids in paths are positive integers of at most 64 bits; anything else is not there (404)."""

from __future__ import annotations

ID = r"[1-9][0-9]{0,17}"
