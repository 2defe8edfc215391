"""Who runs the demo's messages and jobs, and that nobody stays behind."""

from __future__ import annotations

import os
import time
from contextlib import suppress

import psutil
import pytest

from config.demo import backstage
from config.demo.environment import prepare
from config.jobs.in_process import JobsInProcess


def test_without_redis_they_run_in_the_process(settings):
    settings.REDIS_URL = ""
    assert isinstance(backstage.backstage(), JobsInProcess)
    assert backstage.where() == "Messages and jobs run in this process."


def test_with_redis_a_worker_and_a_beat_run_and_end_with_the_demo(settings, monkeypatch):
    settings.REDIS_URL = "redis://127.0.0.1:1/0"
    monkeypatch.setenv("REDIS_URL", settings.REDIS_URL)
    monkeypatch.setenv("DJANGO_SETTINGS_MODULE", "config.settings")
    assert "a worker and a beat" in backstage.where()
    me = psutil.Process()
    before = set(me.children())
    with suppress(SystemExit), backstage.backstage():
        started = set(me.children()) - before
        assert sorted(names_of(started)) == ["beat", "worker"]
        time.sleep(5)  # long enough to try the broker, which is not there
        started |= {child for one in started for child in one.children(recursive=True)}
        assert all(one.is_running() for one in started)
        raise SystemExit
    _gone, alive = psutil.wait_procs(started, timeout=5)
    assert alive == []


def names_of(processes: set[psutil.Process]) -> list[str]:
    words = [word for one in processes for word in one.cmdline()]
    return [word for word in words if word in ("worker", "beat")]


@pytest.mark.parametrize("told", [None, "smtp://mail.example:25"])
def test_the_demo_s_e_mails_are_files_unless_a_mail_server_is_named(tmp_path, monkeypatch, told):
    for name in ("DEBUG", "SECRET_KEY", "LOG_LEVEL", "EMAIL_URL"):
        monkeypatch.setenv(name, "")  # so that what is set comes to be taken back
        monkeypatch.delenv(name)
    if told:
        monkeypatch.setenv("EMAIL_URL", told)
    prepare(tmp_path / "var" / "demo.env")
    assert os.environ["EMAIL_URL"] == (told or f"file:///{tmp_path}/var/mail")
