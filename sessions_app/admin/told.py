"""The pages of the sessions that notifications tell of."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from django.urls import reverse

from sessions_app.models import Session
from users.models import User


def pages_of(person: User, session_ids: Collection[int]) -> Mapping[int, str]:
    """Return the addresses of the pages of those sessions that the person may see."""
    seen = Session.objects.visible_to(person).filter(pk__in=session_ids).order_by()
    return {
        pk: reverse("admin:sessions_app_session_change", args=[pk])
        for pk in seen.values_list("pk", flat=True)
    }
