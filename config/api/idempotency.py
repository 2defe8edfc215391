"""Idempotency-Key: a POST that is sent twice is done once (contract, section 0).

Key and effect are written in one transaction: either both are there or neither, whatever dies in
between. A second request with the key waits for the first on the key's unique index and then finds
its answer.

An answer that says how things stand is kept, a refusal of the rules too. One that says nothing was
tried (a wrong form, a missing right, a busy server) is not, so that it can be sent again.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from rest_framework.request import Request
from rest_framework.response import Response

from config.api.errors import STATUS_BY_CODE
from config.api.rendering import FastJSONRenderer
from config.clock import now
from config.errors import DomainError, NotAllowed, ValidationFailed
from config.records.models import IdempotencyKey

if TYPE_CHECKING:
    from rest_framework.views import APIView

    _Base = APIView
else:
    _Base = object

HEADER = "Idempotency-Key"
REPLAYED = "Idempotent-Replayed"
LIFETIME = timedelta(hours=24)
MAX_KEY = 200
KEPT_REFUSALS = {409, 412, 422}
KEPT_HEADERS = ("ETag",)


class IdempotencyConflict(DomainError):
    """The key was used for something else."""

    code = "IDEMPOTENCY_CONFLICT"
    sentence = gettext_lazy("This key was used for another request. Use a new one.")


class Idempotent(_Base):
    """A view whose POSTs are done once for each key that its caller names."""

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Let a POST with a key go through the ledger of keys, once it is known who asks."""
        super().initial(request, *args, **kwargs)
        key = request.headers.get(HEADER)
        post = getattr(self, "post", None)
        if request.method == "POST" and key and post is not None:
            self.post = partial(self._once, key, post)

    def _once(
        self,
        key: str,
        post: Callable[..., Response],
        request: Request,
        *args: Any,
        **kwargs: Any,
    ) -> Response:
        with transaction.atomic():
            entry = _claim(request, key, now())
            if entry.status_code is not None:
                return _replayed(entry)
            try:
                response = post(request, *args, **kwargs)
            except DomainError as refusal:
                if STATUS_BY_CODE[refusal.code] not in KEPT_REFUSALS:
                    raise
                response = self.handle_exception(refusal)
            _keep(entry, response)
        return response


def _claim(request: Request, key: str, at: datetime) -> IdempotencyKey:
    """Return the key's row: a new one, or the one of the request that was first."""
    if len(key) > MAX_KEY:
        raise ValidationFailed({HEADER: _("At most %(max)d characters.") % {"max": MAX_KEY}})
    if not key.isprintable():
        raise ValidationFailed({HEADER: _("Only characters that can be shown.")})
    over = IdempotencyKey.objects.filter(created_at__lt=at - LIFETIME)
    named = {"user_id": request.user.pk, "path": request.path, "key": key}
    over.filter(**named).delete()
    # All others after the commit: nobody should wait for somebody else's tidying.
    transaction.on_commit(over.delete, robust=True)
    fingerprint, held = _fingerprint(request), request.user.get_all_permissions()
    entry, _created = IdempotencyKey.objects.get_or_create(
        **named,
        defaults={"fingerprint": fingerprint, "rights": sorted(held), "created_at": at},
    )
    if entry.fingerprint != fingerprint:
        raise IdempotencyConflict
    if not held.issuperset(entry.rights):
        raise NotAllowed  # who has lost a right is not told again what it let them see
    return entry


def _fingerprint(request: Request) -> str:
    """Return what tells one request to an address from another: its query and its body."""
    query = sorted((name, request.query_params.getlist(name)) for name in request.query_params)
    said = json.dumps([query, request.data], sort_keys=True, default=str)
    return hashlib.sha256(said.encode()).hexdigest()


def _keep(entry: IdempotencyKey, response: Response) -> None:
    entry.status_code = response.status_code
    entry.headers = {name: response[name] for name in KEPT_HEADERS if name in response}
    entry.body = FastJSONRenderer().render(response.data).decode()
    entry.save(update_fields=["status_code", "headers", "body"])


def _replayed(entry: IdempotencyKey) -> Response:
    body = json.loads(entry.body) if entry.body else None
    return Response(body, entry.status_code, headers={**entry.headers, REPLAYED: "true"})
