"""The README tells the truth."""

from __future__ import annotations

import json
import re
import shutil
import subprocess

import pytest

from catalog.tests.factories import PackageFactory, PackageItemFactory, RoomFactory
from clients.tests.factories import ClientFactory
from config.demo import cast
from config.environment import BASE_DIR
from sessions_app import lifecycle
from sessions_app.models import Session
from users.tests.factories import UserFactory

README = (BASE_DIR / "README.md").read_text()


@pytest.fixture
def studio(transactional_db: None) -> None:
    """What of the demo the README's lines use."""
    person = UserFactory(email="coordinator@studio.example", roles=["coordinator"])
    person.set_password(cast.PASSWORD)
    person.save()
    ClientFactory()
    RoomFactory()
    PackageItemFactory(package=PackageFactory(session_type="Studio"))


@pytest.mark.skipif(not shutil.which("curl"), reason="curl is not installed")
def test_the_curl_lines_lead_from_sign_in_to_a_booked_session(studio, live_server):
    (lines,) = re.findall(r"<!-- a test runs these lines -->\n```sh\n(.*?)```", README, re.DOTALL)
    script = lines.replace("http://127.0.0.1:8000", live_server.url)
    done = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", script], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    answers = [json.loads(part) for part in done.stdout.replace("}{", "}\n{").replace("][", "]\n[")
               .replace("}[", "}\n[").replace("]{", "]\n{").splitlines()]  # fmt: skip
    refused, lines_added, pre_scheduled, history = answers
    assert refused["error_code"] == "ROOM_NOT_AVAILABLE"
    assert refused["context"]["next_free"]
    assert lines_added[0]["line_type"] == "Item"
    assert pre_scheduled["status"] == "Pre-scheduled"
    assert [row["to_status"] for row in history] == ["Request", "Negotiation", "Pre-scheduled"]
    assert Session.objects.get().status == "Pre-scheduled"


def test_the_readme_names_everyone_one_can_sign_in_as():
    for person in cast.PEOPLE:
        assert f"`{person.mailbox}`" in README
    assert cast.PASSWORD in README


def test_the_readme_prints_the_table_of_states():
    assert lifecycle.as_markdown() in README
