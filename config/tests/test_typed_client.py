"""A client generated from the schema: it compiles under `strict`, and what it was promised is so.

The program, in TypeScript, is `typed_client/`. `npm ci` there installs what it is made with.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import time
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.test import Client as Browser

from catalog.tests.factories import ItemFactory, PackageFactory, PackageItemFactory, RoomFactory
from config.clock import end_of, now, studio_day
from users.tests.factories import PASSWORD, UserFactory

PROGRAM = Path(__file__).parent / "typed_client"
ROLES = ("admin", "coordinator", "photographer", "editor")

Schema = dict[str, Any]


def missing() -> str:
    """Return what this machine lacks, as a sentence; nothing where all is there."""
    for program in ("node", "npm"):
        if not shutil.which(program):
            return f"{program} is not installed"
    if not (PROGRAM / "node_modules" / ".bin" / "tsc").exists():
        return f"npm ci has not run in {PROGRAM.relative_to(PROGRAM.parents[2])}"
    return ""


pytestmark = pytest.mark.skipif(bool(missing()), reason=missing())


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A copy of the program, where files may be generated."""
    for name in ("package.json", "tsconfig.json"):
        shutil.copy(PROGRAM / name, tmp_path)
    shutil.copytree(PROGRAM / "src", tmp_path / "src")
    (tmp_path / "node_modules").symlink_to(PROGRAM / "node_modules")
    (tmp_path / "generated").mkdir()
    return tmp_path


@pytest.fixture
def schema() -> Schema:
    """The schema as the app's authors download it."""
    answer = Browser().get("/api/v1/schema", {"format": "json"})
    assert answer.status_code == 200
    described: Schema = json.loads(answer.content)
    return described


@pytest.fixture
def studio(transactional_db: None) -> None:
    """One person of each role, and something to order."""
    for name in ROLES:
        person = UserFactory(email=f"{name}@studio.example", roles=[name])
        person.set_password(PASSWORD)
        person.save()
    RoomFactory()
    PackageItemFactory(
        package=PackageFactory(base_price="900.00"), item=ItemFactory(unit_price="125.50")
    )


def test_a_typed_client_drives_a_sessions_whole_life(project, schema, studio, live_server):
    compiled = build(project, schema)
    assert compiled.returncode == 0, compiled.stdout
    wait_out_midnight()
    people = {f"{name.upper()}_EMAIL": f"{name}@studio.example" for name in ROLES}
    told = npm(project, "start", API_URL=live_server.url, PASSWORD=PASSWORD, **people)
    assert told.returncode == 0, told.stdout + told.stderr


def test_every_type_that_a_schema_loses_is_noticed(project, schema):
    for lose in LOSSES:
        lose(schema["components"]["schemas"])
    compiled = build(project, schema)
    noticed = lines_with_errors(project, compiled.stdout)
    for lose, line in LOSSES.items():
        assert any(line in one for one in noticed), (lose.__name__, compiled.stdout)


def any_state(components: Schema) -> None:
    components["SessionStatus"] = {"type": "string"}


def any_code(components: Schema) -> None:
    components["Error"]["properties"]["error_code"] = {"type": "string"}


def textual_amounts(components: Schema) -> None:
    components["Payment"]["properties"]["amount"] = {"type": "string"}


def nothing_required(components: Schema) -> None:
    del components["Session"]["required"]


def anonymous_bookings(components: Schema) -> None:
    components["BookingFormRequest"]["required"].remove("client_id")


def anything_for_a_day(components: Schema) -> None:
    components["Payment"]["properties"]["payment_date"] = {}


LOSSES = {
    any_state: "expect-error: there is no such state",
    any_code: "expect-error: there is no such code",
    textual_amounts: 'same("to the cent"',
    nothing_required: "session.location",
    anonymous_bookings: "expect-error: a session is someone's",
    anything_for_a_day: "export const loose",
}
"""Ways in which a schema degrades, and the line of the program that then does not compile."""


def lines_with_errors(project: Path, told: str) -> list[str]:
    """Return the lines of the program that the compiler complains about."""
    places = re.findall(r"^(src/\w+\.ts)\((\d+),", told, re.MULTILINE)
    return [(project / name).read_text().splitlines()[int(row) - 1] for name, row in places]


def build(project: Path, schema: Schema) -> subprocess.CompletedProcess[str]:
    """Generate the client from a schema and compile the program against it.

    The generator is told that what has a default may be left out (`--default-non-nullable false`):
    only requests have defaults.
    """
    (project / "generated" / "openapi.json").write_text(json.dumps(schema))
    generated = npm(project, "generate")
    assert generated.returncode == 0, generated.stdout + generated.stderr
    return npm(project, "build")


def npm(project: Path, script: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run a script of `package.json`."""
    return subprocess.run(
        ["npm", "run", "--silent", script],
        cwd=project,
        env=os.environ | environment,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )


def wait_out_midnight() -> None:
    """Wait for the next day where too little is left of this one for a session at 23:59."""
    left = end_of(studio_day(now())) - now()
    if left < timedelta(minutes=2):
        time.sleep(left.total_seconds())
