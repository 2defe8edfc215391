"""What stands at the top of the project agrees with itself: its version, its hooks, its license."""

from __future__ import annotations

import re
import tomllib
from datetime import date

import pytest
import yaml

from config.environment import BASE_DIR
from config.version import VERSION
from sessions_app.tests.pages import browser

PROJECT = tomllib.loads((BASE_DIR / "pyproject.toml").read_text(encoding="utf-8"))["project"]
RELEASE = re.compile(r"^## \[(\d+\.\d+\.\d+)\] - (\d{4}-\d{2}-\d{2})$", re.MULTILINE)


def said(name: str) -> str:
    return (BASE_DIR / name).read_text(encoding="utf-8")


def test_the_newest_release_of_the_changelog_is_the_version():
    releases = RELEASE.findall(said("CHANGELOG.md"))
    assert releases[0][0] == VERSION
    days = [date.fromisoformat(day) for _version, day in releases]
    assert days == sorted(days, reverse=True)


def test_the_schema_of_the_api_tells_the_version(client):
    assert client.get("/api/v1/schema").json()["info"]["version"] == VERSION


@pytest.mark.django_db
def test_staff_see_the_version_below_their_day(coordinator):
    assert f"Studio {VERSION}</footer>" in browser(coordinator).get("/admin/").content.decode()


def test_no_other_file_says_the_version():
    others = [
        path.relative_to(BASE_DIR).as_posix()
        for folder in ("config", "users", "clients", "catalog", "sessions_app", "notifications")
        for path in (BASE_DIR / folder).rglob("*.py")
        if f'"{VERSION}"' in path.read_text(encoding="utf-8")
    ]
    assert others == []


def test_the_hooks_are_commands_of_ci():
    steps = said(".ci/run").splitlines()
    (repo,) = yaml.safe_load(said(".pre-commit-config.yaml"))["repos"]
    assert repo["repo"] == "local"  # nothing is fetched from elsewhere
    commands = [hook["entry"].removeprefix(".venv/bin/") for hook in repo["hooks"]]
    assert commands == ["ruff format --check .", "ruff check .", "lint-imports"]
    assert [command for command in commands if command not in steps] == []
    assert {hook["language"] for hook in repo["hooks"]} == {"system"}


def test_the_license_is_the_one_that_the_project_names():
    assert PROJECT["license"] == "MIT"
    assert PROJECT["license-files"] == ["LICENSE"]
    assert said("LICENSE").startswith("MIT License\n\nCopyright (c) 2026 The studio contributors\n")
