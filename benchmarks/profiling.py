"""One endpoint in process under the standard profiler, through the whole WSGI stack."""

from __future__ import annotations

import cProfile
import io
import os
import pstats
import sys
import time
from collections.abc import Callable
from itertools import cycle, islice
from typing import Any

from benchmarks.endpoints import Endpoint, Facts
from benchmarks.pages import Page

WARM_UP, TIMED, PROFILED, SHOWN = 30, 200, 200, 40


def profile(endpoint: Endpoint | Page, facts: Facts, environment: dict[str, str]) -> None:
    """Print where the time of the endpoint goes, by own and by cumulated time."""
    os.environ.clear()
    os.environ.update(environment)
    from config.wsgi import application

    environs = cycle([environ_of(one) for one in endpoint.requests(facts)])
    ask(application, environs, WARM_UP, endpoint.expected)
    before = time.process_time()
    ask(application, environs, TIMED, endpoint.expected)
    cost = (time.process_time() - before) / TIMED
    profiler = cProfile.Profile(time.process_time)  # waiting for the database is not CPU
    profiler.enable()
    ask(application, environs, PROFILED, endpoint.expected)
    profiler.disable()
    print(f"{endpoint.name}: {cost * 1000:.2f} ms CPU without the profiler; {PROFILED} requests:")  # noqa: T201
    statistics = pstats.Stats(profiler, stream=sys.stdout)
    for order in ("tottime", "cumulative"):
        statistics.sort_stats(order).print_stats(SHOWN)


def ask(application: Callable[..., Any], environs: Any, count: int, expected: int) -> bytes:
    """Have some requests answered in this process; return what was said last."""
    said = b""
    for head, body in islice(environs, count):
        statuses: list[str] = []
        environ = {**head, "wsgi.input": io.BytesIO(body), "wsgi.errors": sys.stderr}
        answer = application(environ, lambda status, *_rest, into=statuses: into.append(status))
        said = b"".join(answer)
        answer.close()
        if int(statuses[0].split(" ")[0]) != expected:
            raise RuntimeError(f"expected {expected}, got {statuses[0]}")
    return said


def environ_of(request: bytes) -> tuple[dict[str, Any], bytes]:
    """Return a request as a WSGI server passes it on, and its body."""
    head, _, body = request.partition(b"\r\n\r\n")
    first, *lines = head.decode().split("\r\n")
    method, target, protocol = first.split(" ")
    path, _, query = target.partition("?")
    headers = dict(line.split(": ", 1) for line in lines)
    environ = {f"HTTP_{name.upper().replace('-', '_')}": value for name, value in headers.items()}
    for name in ("CONTENT_TYPE", "CONTENT_LENGTH"):
        environ[name] = environ.pop(f"HTTP_{name}", "")
    return {
        **environ,
        "REQUEST_METHOD": method,
        "SCRIPT_NAME": "",
        "PATH_INFO": path,
        "QUERY_STRING": query,
        "SERVER_NAME": "127.0.0.1",
        "SERVER_PORT": "80",
        "SERVER_PROTOCOL": protocol,
        "REMOTE_ADDR": "127.0.0.1",
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": "http",
        "wsgi.multithread": True,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
    }, body
