"""Bodies that come in pieces."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from config.api.errors import bad_request


def whole_body(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    """Put a chunked body together: without a length it would be taken for an empty one.

    One byte more than is allowed is read, so that what is too long is refused as such.
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        meta = request.META
        if "chunked" in meta.get("HTTP_TRANSFER_ENCODING", "").lower():
            try:
                body = meta["wsgi.input"].read(settings.DATA_UPLOAD_MAX_MEMORY_SIZE + 1)
            except Exception as broken:  # each server has its own word for a broken chunk
                return bad_request(request, broken)
            meta["wsgi.input"], meta["CONTENT_LENGTH"] = BytesIO(body), str(len(body))
            request._stream = BytesIO(body)
        return get_response(request)

    return middleware
