"""The worker's and the beat's door: `celery -A config worker`, `celery -A config beat`."""

from __future__ import annotations

import os
import sys
from typing import Any

from celery import Celery, signals
from django.conf import settings

from config.environment import load_dotenv

# A web server or a command has loaded what it wants to; tests load nothing.
if not settings.configured:
    load_dotenv()
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

app = Celery("studio")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


@signals.celeryd_init.connect
@signals.beat_init.connect
def refuse_without_broker(**_signal: Any) -> None:
    """End a worker or a beat that nobody could reach."""
    if not settings.REDIS_URL:
        sys.exit("REDIS_URL is not set: without it messages and jobs need no worker and no beat.")


@signals.task_prerun.connect
def read_the_settings_anew(**_signal: Any) -> None:
    """Let each task go by the business settings that are in force when it begins."""
    from config.business_rules import forget_rules

    forget_rules()


@signals.setup_logging.connect
def log_as_the_settings_say(**_signal: Any) -> None:
    """Keep Celery from logging in its own way: whoever listens here has seen to it."""
