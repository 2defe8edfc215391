"""What runs the product: image, compose file, units, and docs/operations.md that explains them."""

from __future__ import annotations

import http.server
import re
import shutil
import subprocess
import threading
from typing import Any

import dotenv
import pytest
import yaml

from config import probe
from config.environment import BASE_DIR, read_environment
from config.tests.test_settings import run, set_environment

PAGE = (BASE_DIR / "docs/operations.md").read_text()
COMPOSE = (BASE_DIR / "compose.yaml").read_text()
DOCKERFILE = (BASE_DIR / "Dockerfile").read_text()
EXAMPLE = (BASE_DIR / ".env.example").read_text()
UNITS = sorted((BASE_DIR / "docs/systemd").iterdir())

SETTINGS = re.findall(r"^\| `([A-Z_]+)` \| (.*?) \| .* \|$", PAGE, re.MULTILINE)
COMMENTED = re.findall(r"^# ([A-Z_]+)=", EXAMPLE, re.MULTILINE)
"""Variables that something other than the settings reads: a command, the compose file."""


@pytest.fixture(scope="module")
def services() -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load(COMPOSE)["services"]
    return found


# Settings


def test_the_page_lists_every_variable_and_no_other():
    names = [name for name, _default in SETTINGS]
    assert len(names) == len(set(names))
    assert set(names) == set(dotenv.dotenv_values(BASE_DIR / ".env.example")) | set(COMMENTED)


@pytest.mark.parametrize(
    ("name", "default"),
    [(name, told[1:-1]) for name, told in SETTINGS if told[0] == "`" and name not in COMMENTED],
)
def test_a_default_that_the_page_tells_changes_nothing_when_it_is_set(monkeypatch, name, default):
    set_environment(monkeypatch)
    unset = read_environment()
    set_environment(monkeypatch, **{name: default})
    assert read_environment() == unset


def test_the_page_tells_which_variables_are_required():
    for name, told in SETTINGS:
        if told == "*required*" and name not in COMMENTED:
            assert run("-c", "import config.settings", **{name: None}).returncode != 0


# The compose file


def test_the_compose_file_runs_every_process(services):
    assert set(services) == {
        *("web", "worker", "beat", "migrate", "database", "redis", "proxy"),
    }
    commands = {name: " ".join(one.get("command", [])) for name, one in services.items()}
    assert commands["worker"].startswith("celery -A config worker")
    assert commands["beat"].startswith("celery -A config beat")
    assert commands["migrate"] == "python manage.py migrate"
    assert "command" not in services["web"]  # as the image does


@pytest.mark.parametrize("name", ["web", "worker", "beat", "database", "redis", "proxy"])
def test_a_service_that_lasts_is_started_again_and_asked_whether_it_is_well(services, name):
    assert services[name]["restart"] == "unless-stopped"
    assert "test" in services[name].get("healthcheck", {}) or name == "web"  # as the image says


@pytest.mark.parametrize("name", ["web", "worker", "beat"])
def test_what_is_ours_waits_for_the_migration_and_may_write_nowhere(services, name):
    waits = services[name]["depends_on"]
    assert waits["migrate"] == {"condition": "service_completed_successfully"}
    assert waits["database"] == waits["redis"] == {"condition": "service_healthy"}
    assert services[name]["read_only"] is True
    assert services[name]["cap_drop"] == ["ALL"]


def test_images_of_others_are_of_one_version_and_ours_is_built(services):
    for name, one in services.items():
        if one["image"].startswith("studio:"):
            assert one["build"] == "."
        else:
            assert re.search(r":\d+\.\d+", one["image"]), name


def test_each_variable_of_the_compose_file_is_explained_and_secrets_are_asked_for():
    asked = re.findall(r"\$\{([A-Z_]+)(:[?-][^}]*)?\}", COMPOSE)
    assert {name for name, _told in asked} <= {name for name, _default in SETTINGS}
    for secret in ("SECRET_KEY", "POSTGRES_PASSWORD", "SITE_ADDRESS"):
        assert any(name == secret and told.startswith(":?") for name, told in asked)


def test_data_lie_on_named_volumes(services):
    named = set(yaml.safe_load(COMPOSE)["volumes"])
    kept = {volume.split(":")[0] for one in services.values() for volume in one.get("volumes", [])}
    assert named == {one for one in kept if "/" not in one}
    assert any("/var/lib/postgresql/data" in one for one in services["database"]["volumes"])


def test_only_the_proxy_is_reached_from_outside(services):
    assert [name for name, one in services.items() if "ports" in one] == ["proxy"]


# The image


def test_the_image_is_of_one_version_runs_as_nobody_special_and_says_whether_it_is_up():
    assert set(re.findall(r"^FROM (\S+)", DOCKERFILE, re.MULTILINE)) == {
        "python:3.13.7-slim-bookworm"
    }
    last = DOCKERFILE.rpartition("FROM ")[2]
    assert re.search(r"^USER studio$", last, re.MULTILINE)
    assert 'CMD ["python", "-m", "config.probe"]' in last
    assert 'CMD ["gunicorn", "--config", "python:config.gunicorn", "config.wsgi"]' in last


def test_the_image_is_built_by_the_steps_that_are_rehearsed():
    steps = re.findall(r"docs/deploy/build (\w+) /opt/venv", DOCKERFILE)
    assert steps == ["dependencies", "static"]
    rehearsal = (BASE_DIR / ".ci/image").read_text()
    assert all(f"docs/deploy/build {step} " in rehearsal for step in steps)


# The probe


@pytest.mark.parametrize(("status", "expected"), [(200, 0), (301, 1), (400, 1), (503, 1)])
def test_the_probe_asks_as_the_proxy_would_and_tells_by_its_status(monkeypatch, status, expected):
    seen: list[tuple[str, str, str]] = []

    class Server(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            seen.append((self.path, self.headers["Host"], self.headers["X-Forwarded-Proto"]))
            self.send_response(status)
            self.end_headers()

        def log_message(self, *_args: object) -> None:
            pass

    with http.server.HTTPServer(("127.0.0.1", 0), Server) as server:
        thread = threading.Thread(target=server.handle_request)
        thread.start()
        monkeypatch.setenv("PORT", str(server.server_port))
        monkeypatch.setenv("ALLOWED_HOSTS", ".studio.example.com, other.example.com")
        assert probe.main() == expected
        thread.join()
    assert seen == [("/health", "studio.example.com", "https")]


def test_where_no_server_listens_the_probe_says_so(monkeypatch):
    monkeypatch.setenv("PORT", "1")
    assert probe.main() == 1


# Units, and the page


def test_the_page_names_every_unit_and_the_timers_run_every_job():
    from django.conf import settings

    timers = {unit.name.partition("@")[2].removesuffix(".timer") for unit in UNITS}
    timers = {name for name in timers if name and name != ".service"}
    assert timers == set(settings.JOB_TIMES)
    for name, at in settings.JOB_TIMES.items():
        unit = (BASE_DIR / f"docs/systemd/studio-job@{name}.timer").read_text()
        due = (
            f"OnCalendar=*-*-* {at:%H:%M:%S} America/Guatemala" if at else "OnCalendar=*-*-* *:*:00"
        )
        assert due in unit
        line = f"{at.minute} {at.hour} * * *" if at else "* * * * *"
        assert re.search(
            rf"^{re.escape(line)} cd /opt/studio && \.venv/bin/python manage\.py {name}$",
            re.sub(" +", " ", PAGE),
            re.MULTILINE,
        )
        assert name in re.sub(r"[{},]", " ", PAGE)


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="systemd is not installed")
def test_systemd_understands_every_unit(tmp_path):
    for unit in UNITS:  # as where nothing of it is installed
        text = re.sub(r"/opt/studio/\.venv/bin/\w+", "/bin/true", unit.read_text())
        text = re.sub(r"^(User|Group)=studio$", r"\1=root", text, flags=re.MULTILINE)
        (tmp_path / unit.name).write_text(text.replace("=/opt/studio", "=/"))
    done = subprocess.run(
        ["systemd-analyze", "verify", *tmp_path.iterdir()],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")


def test_what_is_rehearsed_is_what_the_page_says():
    for which in ("backup", "restore"):
        assert f"<!-- .ci/restore runs these lines: {which} -->\n```sh\n" in PAGE
        assert f"lines_of {which}" in (BASE_DIR / ".ci/restore").read_text()
