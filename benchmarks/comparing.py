"""That product and floor answer the same, before anything is measured."""

from __future__ import annotations

import http.client
import json
from collections.abc import Iterator
from typing import Any

from benchmarks.endpoints import Endpoint, Facts
from benchmarks.server import Server

SHOWN = 6


def differences(endpoint: Endpoint, facts: Facts, product: Server, floor: Server) -> list[str]:
    """Return in which fields the two answers differ; of those that vary, in names and types."""
    status, one = _answer(product, endpoint.requests(facts)[0])
    other_status, other = _answer(floor, endpoint.requests(facts)[0])
    if (status, other_status) != (endpoint.expected, endpoint.expected):
        return [f"status: product {status}, floor {other_status}"]
    found = list(_differences("", one, other, by_type=endpoint.answers_vary))
    return found[:SHOWN] + ([f"and {len(found) - SHOWN} more"] if len(found) > SHOWN else [])


def _answer(server: Server, request: bytes) -> tuple[int, Any]:
    head, _, body = request.partition(b"\r\n\r\n")
    first, *lines = head.decode().split("\r\n")
    method, path, _ = first.split(" ")
    headers = dict(line.split(": ", 1) for line in lines)
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=60)
    try:
        connection.request(method, path, body or None, headers)
        response = connection.getresponse()
        return response.status, json.loads(response.read() or b"null")
    finally:
        connection.close()


def _differences(where: str, one: Any, other: Any, *, by_type: bool) -> Iterator[str]:
    if isinstance(one, dict) and isinstance(other, dict):
        for name in one.keys() | other.keys():
            place = f"{where}.{name}"
            if name not in other:
                yield f"{place}: only the product has it"
            elif name not in one:
                yield f"{place}: only the floor has it"
            else:
                yield from _differences(place, one[name], other[name], by_type=by_type)
    elif isinstance(one, list) and isinstance(other, list):
        if len(one) != len(other):
            yield f"{where}: product {len(one)} long, floor {len(other)}"
        for n, (left, right) in enumerate(zip(one, other, strict=False)):
            yield from _differences(f"{where}[{n}]", left, right, by_type=by_type)
    elif _kind(one) != _kind(other) or (one != other and not by_type):
        yield f"{where}: product {one!r}, floor {other!r}"


def _kind(value: Any) -> str:
    """Return the JSON type; 1250 and 1250.0 are the same number."""
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return "number" if is_number else type(value).__name__
