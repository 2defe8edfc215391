"""The business settings of `rules.md` that are in force: numbers the owner of the studio changes.

The environment gives the first values (`settings.BUSINESS_RULES`), the newest version that the
owner made gives all later ones (`config.records.models.StudioSettings`).

A thread reads the newest version the first time somebody asks, and then no more until
`forget_rules`: so one request goes by one set of numbers, and pays one query or, where nobody asks,
none. Each request begins and ends with forgetting, hence goes by all that any process has changed
before. Outside of requests nothing forgets by itself: a command reads once and goes by that to its
end; who runs for long, like a worker, calls `forget_rules` before each job.
"""

from __future__ import annotations

import threading
from functools import lru_cache
from typing import Any

from django.conf import settings
from django.core.signals import request_finished, request_started
from django.dispatch import receiver

from config.business_settings import NAMES, BusinessRules
from config.prepared import Prepared
from config.records.models import StudioSettings, rules_of

_NEWEST = Prepared(lambda: StudioSettings.objects.order_by("-pk"), *NAMES, key=None, limit=1)


class _Memory(threading.local):
    """What this thread has read; `version` None: there is none yet."""

    is_read = False
    version: BusinessRules | None = None


_memory = _Memory()


def business_rules() -> BusinessRules:
    """Return the rules in force."""
    if not _memory.is_read:
        rows = _NEWEST.rows()
        _memory.version = _rules(rows[0]) if rows else None
        _memory.is_read = True
    return _memory.version or first_rules()


def first_rules() -> BusinessRules:
    """Return the rules of the environment, which hold until the owner changes one."""
    rules: BusinessRules = settings.BUSINESS_RULES
    return rules


@receiver([request_started, request_finished])
def forget_rules(**_signal: Any) -> None:
    """Let this thread read the settings anew the next time somebody asks."""
    _memory.is_read = False


@lru_cache(maxsize=2)
def _rules(values: tuple[Any, ...]) -> BusinessRules:
    """Return the rules of one row; it mostly is the same row, and opening hours are text."""
    return rules_of(dict(zip(NAMES, values, strict=True)))
