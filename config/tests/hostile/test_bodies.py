"""What is sent in a body: files that nobody asked for, bombs, numbers without end, odd names."""

from __future__ import annotations

import gzip
import io
import json
import tempfile
from pathlib import Path
from typing import Any

import pytest
from django import forms
from django.apps import apps
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import models, transaction
from django.test import Client as Browser
from django.test.client import BOUNDARY, MULTIPART_CONTENT, encode_multipart

from clients.models import Client
from config.tests.addresses import LINES, split
from config.tests.test_admin_permissions import everything
from conftest import signed_in

pytestmark = pytest.mark.django_db

API = "/api/v1"
WRITES = sorted({split(line)[:2] for line in LINES if split(line)[0] in {"POST", "PUT", "PATCH"}})
JSON = "application/json"
NEW = {"full_name": "New", "email": "new@example.com", "primary_phone": "5555-1234"}
MEGABYTE = 2**20


def a_file(size: int = 100) -> SimpleUploadedFile:
    return SimpleUploadedFile("../../hostile.php", b"<?php " * (size // 6), "application/x-php")


@pytest.fixture
def kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, settings: Any) -> Path:
    """The folder where a file would be kept, if one were."""
    settings.FILE_UPLOAD_TEMP_DIR = str(tmp_path)
    settings.MEDIA_ROOT = str(tmp_path)
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    return tmp_path


# Files


def test_no_model_and_no_form_takes_a_file():
    columns = [
        field
        for model in apps.get_models(include_auto_created=True)
        for field in model._meta.get_fields()
        if isinstance(field, models.FileField)
    ]
    assert columns == []
    kinds: list[type[forms.BaseForm]] = [forms.Form, forms.ModelForm]
    ours = []
    while kinds:
        below = kinds.pop().__subclasses__()
        kinds += below
        ours += [form for form in below if not form.__module__.startswith(("django", "unfold"))]
    taking = [
        form
        for form in ours
        for field in getattr(form, "base_fields", {}).values()
        if isinstance(field, forms.FileField)
    ]
    assert len(ours) > 20
    assert taking == []


READS_NO_BODY = {
    *("editing/take-next", "notifications/read-all", "notifications/{notification}/read"),
    "users/{free_photographer}/roles/{role}",
    *(f"{kind}/reactivate" for kind in (
        "clients/{closed_client}", "items/{closed_item}", "packages/{closed_package}",
        "rooms/{closed_room}", "users/{inactive_person}",
    )),
}  # fmt: skip
"""What these do stands in their address."""


def test_the_api_takes_no_form_and_no_file(world, kept):
    client = signed_in(world.people["admin"])
    body = encode_multipart(BOUNDARY, {"file": a_file(), **NEW, "refresh_token": "x"})
    before = everything()
    for method, address in WRITES:
        with transaction.atomic():
            target = f"{API}/{world.address(address)}"
            answer = client.generic(method, target, body, MULTIPART_CONTENT)
            if address not in READS_NO_BODY:
                assert answer.status_code in {404, 415}, (address, answer.content)
                assert everything() == before, address
            transaction.set_rollback(True)
    assert list(kept.rglob("*")) == []


@pytest.mark.parametrize(
    "address",
    [
        "/users/user/me/",
        "/clients/client/add/",
        "/clients/client/{client}/change/",
        "/clients/client/",
        "/sessions_app/session/{session}/change/",
        "/sessions_app/session/{session}/cancel/",
        "/sessions_app/session/agenda/move/",
        "/sessions_app/session/enter-afterwards/",
        "/records/studiosettings/change-settings/",
        "/notifications/notification/by-email/",
    ],
)
def test_a_file_beside_a_form_is_not_kept(world, kept, address):
    with transaction.atomic():
        form = {"file": a_file(), "full_name": a_file(), "_save": "Save"}
        answer = world.browser("admin").post(f"/admin{world.address(address)}", form)
        assert answer.status_code in {200, 302, 400, 409}
        transaction.set_rollback(True)
    assert list(kept.rglob("*")) == []


@pytest.mark.parametrize("address", ["/admin/login/", "/api/v1/auth/login", "/admin/", "/"])
def test_nobody_fills_the_disk_with_what_nobody_asked_for(world, kept, settings, address):
    """A file of ten megabytes, four times what a body may have, sent without signing in."""
    sizes = []
    real = tempfile.NamedTemporaryFile

    def watched(*args: Any, **options: Any) -> Any:
        sizes.append(options.get("suffix", ""))
        return real(*args, **options)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("django.core.files.uploadedfile.tempfile.NamedTemporaryFile", watched)
        answer = Browser().post(address, {"file": a_file(10 * MEGABYTE), "username": "x"})
    assert answer.status_code in {200, 302, 400, 401, 403, 405, 413, 415}
    assert sizes == []


@pytest.mark.parametrize("who", ["admin", None])
def test_a_form_is_read_no_further_than_it_may_be_long(world, kept, who):
    browser = world.browser(who) if who else Browser()
    answer = browser.post("/admin/login/", {"file": a_file(10 * MEGABYTE)})
    assert answer.status_code == 400


@pytest.mark.parametrize(
    ("fields", "files"), [(settings.DATA_UPLOAD_MAX_NUMBER_FIELDS + 10, 0), (0, 200)]
)
def test_thousands_of_parts_are_refused(world, fields, files):
    form = {f"a{n}": "x" for n in range(fields)} | {f"f{n}": a_file() for n in range(files)}
    assert world.browser("admin").post("/admin/users/user/me/", form).status_code == 400


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("multipart/form-data", b"--x\r\n"),
        ("multipart/form-data; boundary=", b"--x\r\n"),
        ("multipart/form-data; boundary=\xff", b"--x\r\n"),
        ("multipart/form-data; boundary=" + "x" * 300, b"--x\r\n"),
        ("multipart/form-data; boundary=x", b"--x\r\nContent-Disposition: form-data\r\n\r\n"),
        ("multipart/form-data; boundary=x", b"--x\r\n" + b"A" * 5000 + b"\r\n\r\n"),
        (
            "multipart/form-data; boundary=x",
            b'--x\r\nContent-Disposition: form-data; name="a"; filename="b"\r\n'
            b"Content-Transfer-Encoding: base64\r\n\r\n!!!!!\r\n--x--\r\n",
        ),
        ("application/x-www-form-urlencoded", b"%" * 1000 + b"=%zz&%00=%ff&=&a[b]=c"),
        ("text/plain", b"a=b"),
    ],
)
def test_a_broken_form_is_no_failure_of_ours(world, kind, body):
    before = everything()
    for browser in (world.browser("admin"), Browser()):
        for address in ("/admin/login/", "/admin/users/user/me/", "/admin/clients/client/add/"):
            answer = browser.generic("POST", address, body, kind)
            assert answer.status_code in {200, 302, 400, 403}
    assert everything() == before


# Bombs


def test_what_is_packed_is_not_unpacked(world):
    packed = gzip.compress(json.dumps(NEW | {"notes": "x" * 50 * MEGABYTE}).encode())
    assert len(packed) < MEGABYTE
    client = signed_in(world.people["admin"])
    for encoding in ("gzip", "deflate", "br", "gzip, gzip", "zstd"):
        answer = client.generic(
            "POST", f"{API}/clients", packed, JSON, headers={"Content-Encoding": encoding}
        )
        assert answer.status_code == 400


def test_a_body_is_read_no_further_than_it_may_be_long(world):
    limit = settings.DATA_UPLOAD_MAX_MEMORY_SIZE
    client = signed_in(world.people["admin"])

    class Endless(io.RawIOBase):
        """A body without an end, which counts what is read of it."""

        count = 0

        def read(self, size: int = -1) -> bytes:
            assert 0 <= size <= 2 * limit, "all of it was asked for"
            self.count += size
            return b" " * size

    for headers in (
        {"CONTENT_LENGTH": str(10**12)},
        {"HTTP_TRANSFER_ENCODING": "chunked", "CONTENT_LENGTH": ""},
    ):
        endless = Endless()
        answer = client.generic(
            "POST", f"{API}/clients", b"{}", JSON, **{**headers, "wsgi.input": endless}
        )
        assert answer.status_code == 413
        assert endless.count <= limit + 1


DEEP = {
    "lists": b'{"full_name": ' + b"[" * 100_000 + b"]" * 100_000 + b"}",
    "objects": b'{"a":' * 100_000 + b"1" + b"}" * 100_000,
    "unclosed": b"[" * 1_000_000,
    "a million of them": b'{"a": [' + b"{}," * 700_000 + b"{}]}",
}


@pytest.mark.parametrize("name", DEEP)
@pytest.mark.parametrize("address", ["clients", "auth/login"])
def test_a_body_that_is_nested_without_end_is_a_wrong_form(world, name, address):
    answer = signed_in(world.people["admin"]).generic("POST", f"{API}/{address}", DEEP[name], JSON)
    assert answer.status_code == 400
    assert len(answer.content) < 2000


# Values that are no values

ODD = {
    "NaN": (b'{"unit_price": NaN}', 400),
    "Infinity": (b'{"unit_price": Infinity}', 400),
    "minus Infinity": (b'{"unit_price": -Infinity}', 400),
    "too large": (b'{"unit_price": 1e400}', 400),
    "too small": (b'{"unit_price": 1e-400}', {200, 400}),
    "digits without end": (b'{"unit_price": 1' + b"0" * 4000 + b"}", 400),
    "decimals without end": (b'{"unit_price": 0.' + b"1" * 4000 + b"}", 400),
    "an exponent as text": (b'{"unit_price": "1e1000000"}', 400),
    "the last of two": (b'{"name": "First", "name": "Second"}', 200),
    "names of Python": (b'{"__class__": {"__init__": 1}, "name": "Same"}', 200),
    "names of JavaScript": (b'{"__proto__": {"status": "Inactive"}, "name": "Same"}', 200),
    "a dotted name": (b'{"status.value": "Inactive", "package__name": "x"}', 200),
    "another id": (b'{"id": 1, "pk": 1, "code": "OWN-1"}', 200),
    "a list for a text": (b'{"name": ["a"]}', 400),
    "a megabyte of text": (b'{"description": "' + b"x" * MEGABYTE + b'"}', {200, 400}),
    "a megabyte of a name": (b'{"name": "' + b"x" * MEGABYTE + b'"}', 400),
    "a BOM": (b'\xef\xbb\xbf{"name": "Same"}', 400),
    "UTF-16": ('{"name": "Same"}'.encode("utf-16"), 400),
    "half a pair": (b'{"name": "\\ud83d"}', 400),
    "a comment": (b'{"name": "x" /* hm */}', 400),
    "a trailing comma": (b'{"name": "x",}', 400),
    "two bodies": (b'{"name": "x"}{"name": "y"}', 400),
}


@pytest.mark.parametrize("name", ODD)
def test_an_odd_value_is_refused_or_read_as_what_it_says(world, name):
    body, expected = ODD[name]
    item = f"{API}/items/{world.ids['item']}"
    client = signed_in(world.people["admin"])
    before = client.get(item).json()
    answer = client.generic("PATCH", item, body, JSON)
    assert answer.status_code in ({expected} if isinstance(expected, int) else expected)
    after = client.get(item).json()
    assert (after["id"], after["status"]) == (before["id"], before["status"])
    if name == "the last of two":
        assert after["name"] == "Second"


def test_a_text_of_a_megabyte_is_answered_soon_and_found_by_nobody(world):
    client = signed_in(world.people["admin"])
    answer = client.post(f"{API}/clients", NEW | {"notes": "x" * MEGABYTE})
    assert answer.status_code in {201, 400}
    assert Client.objects.filter(email=NEW["email"]).count() == (answer.status_code == 201)
    assert client.get(f"{API}/clients", {"search": "x" * 50_000}).status_code in {200, 400}
