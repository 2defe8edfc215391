"""`manage.py send_pending_messages`: the job of each minute, run now (rules, section 7)."""

from config.jobs.command import JobCommand


class Command(JobCommand):
    """Runs the job of that name."""

    job_name = "send_pending_messages"
