"""Bodies of requests: those that come in pieces, and those that bring files."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO
from typing import Any

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.core.files.uploadhandler import FileUploadHandler, SkipFile
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


class NoFiles(FileUploadHandler):
    """No form takes a file: one in a short body is passed over, a long body is not read at all.

    Django's own handlers write files of any length to the disk before anybody is asked who it is.
    """

    def handle_raw_input(  # type: ignore[override]  # Django names META in capitals
        self, input_data: Any, meta: Any, content_length: int, *others: Any, **named: Any
    ) -> None:
        """Refuse what is longer than any form is."""
        if content_length > settings.DATA_UPLOAD_MAX_MEMORY_SIZE:
            raise RequestDataTooBig

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        """Pass over a file."""
        raise SkipFile

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        """Keep nothing; never called, since every file is passed over."""

    def file_complete(self, file_size: int) -> None:
        """Make no file; never called either."""
