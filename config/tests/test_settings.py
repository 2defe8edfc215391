"""Settings from the environment: what is wrong stops the start, with a sentence that names it."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from decimal import Decimal

import dotenv
import pytest

from config.environment import BASE_DIR, SettingsError, read_environment

GOOD = {
    "SECRET_KEY": "Kq3-vX9_wB7zR2mT8sLp4nYc6dFg1hJe5uAoVi0QxWbZtMkS",
    "DATABASE_URL": "postgresql://studio:password@127.0.0.1:1/studio",
    "ALLOWED_HOSTS": "studio.example.com",
}
GOOD["SECRET_KEY"] += "-and-some-more-of-it"
MISSING = None

# A variable, a value it cannot have, and what is said about it.
WRONG: list[tuple[str, str | None, str]] = [
    ("SECRET_KEY", MISSING, "not set"),
    ("SECRET_KEY", "", "length 50"),
    ("SECRET_KEY", "too-short", "length 50"),
    ("DATABASE_URL", MISSING, "not set"),
    ("DATABASE_URL", "", ""),
    ("DATABASE_URL", "nonsense", ""),
    ("DATABASE_URL", "postgresql://studio@127.0.0.1:port/studio", ""),
    ("DATABASE_URL", "sqlite:///studio.db", "only postgresql://"),
    ("DATABASE_URL", "mysql://studio@127.0.0.1/studio", "only postgresql://"),
    ("DEBUG", "perhaps", "boolean"),
    ("HTTPS", "perhaps", "boolean"),
    ("LOG_LEVEL", "LOUD", "one of"),
    ("LOG_FORMAT", "xml", "one of"),
    ("WEB_CONCURRENCY", "0", "greater than or equal to 1"),
    ("WEB_THREADS", "many", "integer"),
    ("ACCESS_TOKEN_MINUTES", "half an hour", "integer"),
    ("ACCESS_TOKEN_MINUTES", "0", "greater than or equal to 1"),
    ("ACCESS_TOKEN_MINUTES", "", "integer"),
    ("REQUESTS_PER_MINUTE", "0", "greater than or equal to 1"),
    ("TRUSTED_PROXIES", "our proxy", "our proxy"),
    ("TRUSTED_PROXIES", "10.0.0.0/40", "10.0.0.0/40"),
    ("EMAIL_URL", "post:office", "no mail server"),
    ("REFRESH_TOKEN_DAYS", "366", "less than or equal to 365"),
    ("STUDIO_TIME_ZONE", "America/Antigua_Guatemala", "no time zone"),
    ("STUDIO_TIME_ZONE", "", "no time zone"),
    ("STUDIO_TIME_ZONE", "../etc/passwd", "no time zone"),
    ("STUDIO_CURRENCY", "quetzales", "Length must be 3"),
    ("STUDIO_LANGUAGE", "fr", "one of"),
    ("PAYMENT_DEADLINE_DAYS", "five", "integer"),
    ("PAYMENT_DEADLINE_DAYS", "-1", "greater than or equal to 0"),
    ("CHANGES_DEADLINE_DAYS", "1.5", "integer"),
    ("DEFAULT_EDITING_DAYS", "0", "greater than or equal to 1"),
    ("DEFAULT_DEPOSIT_PERCENTAGE", "half", "number"),
    ("DEFAULT_DEPOSIT_PERCENTAGE", "100.5", "less than or equal to 100"),
    ("DEFAULT_DEPOSIT_PERCENTAGE", "NaN", "numeric"),
    ("STUDIO_MAX_DISCOUNT_PERCENTAGE", "-1", "greater than or equal to 0"),
    ("REMOTE_TRANSPORTATION_COST", "-0.01", "greater than or equal to 0"),
    ("REMOTE_TRANSPORTATION_COST", "Infinity", "numeric"),
    ("STUDIO_TRAVEL_MINUTES", "1441", "less than or equal to 1440"),
    ("STUDIO_ROOM_TURNAROUND_MINUTES", "-5", "greater than or equal to 0"),
    ("STUDIO_OPENING_HOURS", "mostly", "“mostly” is not like “mon-fri 08:00-18:00”"),
    ("STUDIO_OPENING_HOURS", "mon 18:00-08:00", "ends before it begins"),
]


def set_environment(monkeypatch: pytest.MonkeyPatch, **changes: str | None) -> None:
    """Let the process see the good variables and these, and nothing else."""
    monkeypatch.setattr(os, "environ", {k: v for k, v in (GOOD | changes).items() if v is not None})


def run(*command: str, **changes: str | None) -> subprocess.CompletedProcess[str]:
    """Run Python in the project with the good variables and these, and nothing else."""
    return subprocess.run(
        [sys.executable, *command],
        cwd=BASE_DIR,
        env={k: v for k, v in (GOOD | changes).items() if v is not None},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


@pytest.mark.parametrize(("name", "value", "said"), WRONG)
def test_a_wrong_value_is_named_in_one_sentence(monkeypatch, name, value, said):
    set_environment(monkeypatch, **{name: value})
    with pytest.raises(SettingsError, match=rf"^Settings cannot be used\. {name}: ") as error:
        read_environment()
    assert said in str(error.value)
    assert "\n" not in str(error.value)
    assert re.findall(r"\b([A-Z]+_[A-Z_]+|DEBUG|HTTPS)\b:", str(error.value)) == [name]


def test_all_that_is_wrong_is_named_at_once(monkeypatch):
    wrong = {
        "SECRET_KEY": None,
        "DATABASE_URL": None,
        "PAYMENT_DEADLINE_DAYS": "five",
        "STUDIO_TIME_ZONE": "Mars/Olympus",
        "STUDIO_OPENING_HOURS": "mostly",
        "DEFAULT_DEPOSIT_PERCENTAGE": "101",
    }
    set_environment(monkeypatch, **wrong)
    with pytest.raises(SettingsError) as error:
        read_environment()
    assert re.findall(r"([A-Z]+_[A-Z_]+):", str(error.value)) == sorted(wrong)


def test_the_password_of_the_database_is_not_told(monkeypatch):
    set_environment(monkeypatch, DATABASE_URL="mysql://studio:Hush-Hush@127.0.0.1/studio")
    with pytest.raises(SettingsError) as error:
        read_environment()
    assert "Hush-Hush" not in str(error.value)


def test_what_is_not_said_has_the_defaults_of_the_rules(monkeypatch):
    set_environment(monkeypatch)
    environment = read_environment()
    rules = environment.business_rules
    assert (rules.payment_deadline_days, rules.changes_deadline_days) == (5, 7)
    assert (rules.default_editing_days, rules.default_deposit_percentage) == (5, Decimal(50))
    assert rules.max_discount_percentage == Decimal(20)
    assert rules.remote_transportation_cost == Decimal("200.00")
    assert (rules.travel_minutes, rules.room_turnaround_minutes) == (0, 0)
    assert str(rules.opening_hours).startswith("mon 08:00-18:00")
    assert str(rules.opening_hours).endswith("sat 08:00-13:00")
    assert environment.studio_time_zone == "America/Guatemala"
    assert (environment.studio_currency, environment.studio_language) == ("GTQ", "es")
    assert (environment.access_token_minutes, environment.refresh_token_days) == (30, 7)
    assert (environment.debug, environment.https) == (False, True)


def test_the_example_lists_exactly_the_variables_that_are_read(monkeypatch):
    asked = set()

    class Listening(dict[str, str]):
        def get(self, name, default=None):
            asked.add(name)
            return super().get(name, default)

        def __getitem__(self, name):
            asked.add(name)
            return super().__getitem__(name)

        def __contains__(self, name):
            asked.add(name)
            return super().__contains__(name)

    monkeypatch.setattr(os, "environ", Listening(GOOD))
    read_environment()
    assert set(dotenv.dotenv_values(BASE_DIR / ".env.example")) == asked


def test_the_example_with_a_secret_is_what_the_settings_are_without_it(monkeypatch):
    example = dotenv.dotenv_values(BASE_DIR / ".env.example")
    set_environment(monkeypatch, **(example | {"SECRET_KEY": GOOD["SECRET_KEY"]}))
    from_example = read_environment()
    set_environment(monkeypatch)
    assert from_example.business_rules == read_environment().business_rules
    assert from_example.debug is False


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        ({"SECRET_KEY": ""}, ["SECRET_KEY"]),
        ({"DATABASE_URL": ""}, ["DATABASE_URL"]),
        ({"SECRET_KEY": "", "STUDIO_LANGUAGE": "fr"}, ["SECRET_KEY", "STUDIO_LANGUAGE"]),
    ],
)
def test_a_command_ends_with_the_sentence_and_without_a_traceback(changes, named):
    ended = run("manage.py", "check", **changes)
    assert ended.returncode == 1
    assert ended.stdout == ""
    assert re.findall(r"([A-Z]+_[A-Z_]+):", ended.stderr) == named
    assert len(ended.stderr.splitlines()) == 1


def test_a_web_server_does_not_start_with_wrong_settings():
    ended = run("-c", "import config.settings", PAYMENT_DEADLINE_DAYS="five")
    assert ended.returncode != 0
    last = ended.stderr.splitlines()[-1]
    assert "Settings cannot be used. PAYMENT_DEADLINE_DAYS: " in last


def test_the_deployment_check_finds_nothing_in_production():
    ended = run("manage.py", "check", "--deploy", "--fail-level", "WARNING", HTTPS="true")
    assert ended.returncode == 0, ended.stderr
    assert "no issues" in ended.stdout + ended.stderr


def test_without_https_the_deployment_check_complains():
    ended = run("manage.py", "check", "--deploy", "--fail-level", "WARNING", HTTPS="false")
    assert ended.returncode != 0
    assert "SECURE_HSTS_SECONDS" in ended.stderr


@pytest.mark.parametrize("debug", ["true", "false"])
def test_the_app_is_let_in_from_where_it_is_developed_under_debug_alone(monkeypatch, debug):
    set_environment(monkeypatch, DEBUG=debug)
    assert read_environment().cors_allowed_origins == (
        [
            "http://localhost:4200",
            "http://127.0.0.1:4200",
            "http://localhost:3000",
            "http://127.0.0.1:3000",
        ]
        if debug == "true"
        else []
    )


def test_no_proxy_is_trusted_unless_it_is_listed_not_even_this_machine(monkeypatch):
    set_environment(monkeypatch)
    assert read_environment().trusted_proxies == []
    set_environment(monkeypatch, TRUSTED_PROXIES="10.0.0.7, 192.168.0.0/16")
    assert [str(one) for one in read_environment().trusted_proxies] == [
        "10.0.0.7/32",
        "192.168.0.0/16",
    ]
