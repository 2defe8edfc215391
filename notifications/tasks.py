"""The worker's door."""

from __future__ import annotations

from celery import current_app, shared_task

from config.clock import now
from notifications.sending import send_due as send

IMPATIENT = {"socket_connect_timeout": 0.5, "socket_timeout": 1, "max_retries": 0}
"""How long to wait for a broker that does not answer; a call that is lost loses no message."""


@shared_task(name="notifications.send_due")
def send_due() -> None:
    """Send what is due."""
    send(now)


def call_worker() -> None:
    """Ask a worker to send what is due. Raises OperationalError where the broker is not there."""
    with current_app.connection_for_write(transport_options=IMPATIENT) as broker:
        send_due.apply_async(connection=broker, retry=False, expires=60)
