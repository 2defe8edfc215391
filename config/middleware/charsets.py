"""Charsets that a request may say it is written in."""

from __future__ import annotations

from typing import Any

from django.core.handlers.wsgi import WSGIRequest
from django.utils.http import parse_header_parameters

USUAL = {"utf-8", "utf8", "us-ascii", "ascii", "iso-8859-1", "latin-1", "windows-1252"}


class UsualCharset(WSGIRequest):
    """A request that is read as UTF-8 where it names a charset that nobody uses.

    Django takes any codec that Python knows, also those that make no text of bytes (hex, zlib), and
    then fails on them before the first middleware runs.
    """

    def _set_content_type_params(self, meta: dict[str, Any]) -> None:
        self.content_type, self.content_params = parse_header_parameters(
            meta.get("CONTENT_TYPE", "")
        )
        charset = self.content_params.get("charset", "")
        if charset.lower() in USUAL:
            self.encoding = charset
