from importlib import import_module

from django.apps import AppConfig


class JobsConfig(AppConfig):
    name = "config.jobs"
    label = "jobs"

    def ready(self) -> None:
        """Make the Celery app the one that tasks of every app belong to."""
        import_module("config.celery")
