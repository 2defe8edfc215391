"""The README tells the truth."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from typing import Any

import pytest
from django.core.management import get_commands

from catalog.tests.factories import PackageFactory, PackageItemFactory, RoomFactory
from clients.tests.factories import ClientFactory
from config.demo import cast
from config.environment import BASE_DIR
from sessions_app.lifecycle import Status
from sessions_app.tests.builders import way_to
from users.models import User
from users.tests.factories import UserFactory

README = (BASE_DIR / "README.md").read_text()
COMMAND = r"`(?:manage\.py )?(\w+)(?: [A-Z]+)?`"


@pytest.fixture
def studio(transactional_db: None) -> None:
    """What of the demo the README's lines use."""
    for mailbox in ("coordinator", "photographer", "editor"):
        person = UserFactory(email=f"{mailbox}@{cast.DOMAIN}", roles=[mailbox])
        person.set_password(cast.PASSWORD)
        person.save()
    ClientFactory()
    RoomFactory()
    PackageItemFactory(package=PackageFactory(session_type="Both"))


@pytest.mark.skipif(not shutil.which("curl"), reason="curl is not installed")
def test_the_curl_lines_lead_from_sign_in_to_a_delivered_session(studio, live_server):
    (lines,) = re.findall(r"<!-- a test runs these lines -->\n```sh\n(.*?)```", README, re.DOTALL)
    script = lines.replace("http://127.0.0.1:8000", live_server.url)
    done = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", script], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    booked_twice, unpaid, payment, preview, delivered, history = answers_in(done.stdout)
    assert booked_twice["error_code"] == "ROOM_NOT_AVAILABLE"
    assert booked_twice["context"]["next_free"]
    assert unpaid["error_code"] == "INSUFFICIENT_PAYMENT"
    assert [part["payment_type"] for part in payment["split"]] == ["Deposit", "Balance"]
    assert preview["explanation"]
    assert delivered["status"] == "Completed"
    assert delivered["balance_amount"] == 0
    life = ["Request", *(step.target.value for step in way_to(Status.COMPLETED))]
    assert [row["to_status"] for row in history] == life
    assert {row["changed_by_name"] for row in history} == {
        person.full_name for person in User.objects.all()
    }


def answers_in(text: str) -> list[Any]:
    """Return the JSON values that stand one after the other in a text."""
    decoder, values = json.JSONDecoder(), []
    while text := text.strip():
        value, end = decoder.raw_decode(text)
        values.append(value)
        text = text[end:]
    return values


def test_the_readme_names_everyone_one_can_sign_in_as():
    for person in cast.PEOPLE:
        assert f"`{person.mailbox}`" in README
    assert cast.PASSWORD in README


def test_the_readme_names_every_command_of_ours_and_no_other():
    ours = {name for name, app in get_commands().items() if (BASE_DIR / app.split(".")[0]).is_dir()}
    table = README.partition("| command | does |")[2].partition("\n\n")[0]
    named = {
        name for line in table.splitlines()[2:] for name in re.findall(COMMAND, line.split("|")[1])
    }
    assert named == ours
