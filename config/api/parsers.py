"""Reading request bodies."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import IO, Any

from django.utils.translation import gettext as _
from rest_framework.exceptions import ParseError
from rest_framework.parsers import JSONParser


class StrictJSONParser(JSONParser):
    """JSON without NaN and Infinity; an empty body and `null` count as `{}`."""

    strict = True

    def parse(
        self,
        stream: IO[Any],
        media_type: str | None = None,
        parser_context: Mapping[str, Any] | None = None,
    ) -> dict[str, Any]:
        """Return the object in the body; raise ParseError where there is none."""
        try:
            parsed = super().parse(stream, media_type, parser_context)
        except RecursionError:
            raise ParseError(_("The body is nested too deeply.")) from None
        except ParseError:  # what the framework says of it tells how it is made
            raise ParseError(_("The body is not valid JSON.")) from None
        if parsed is None:
            return {}
        if not isinstance(parsed, dict):
            raise ParseError(_("The body must be a JSON object."))
        try:  # half a surrogate pair is no character: nothing could store or answer it
            json.dumps(parsed, ensure_ascii=False).encode()
        except UnicodeEncodeError:
            raise ParseError(_("The body holds half a character.")) from None
        return parsed
