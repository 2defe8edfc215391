"""`manage.py assign_confirmed_sessions`: a job of the studio, run now (rules, section 7)."""

from config.jobs.command import JobCommand


class Command(JobCommand):
    """Runs the job of that name."""

    job_name = "assign_confirmed_sessions"
