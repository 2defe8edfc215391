"""`manage.py check_integrity`: one command that proves the promises on the studio's own data."""

from config.jobs.command import JobCommand
from config.jobs.running import CaseResult
from config.records.models import JobRun


class Command(JobCommand):
    """Prints what does not hold; exit status 1 when something does not."""

    job_name = "check_integrity"

    def line(self, result: CaseResult) -> str:
        """Return “I4 holds: …” or “I4 broken: …”."""
        line = f"{result.label} {result.sentence}"
        return self.style.ERROR(line) if result.is_bad else line

    def summary(self, record: JobRun, *, dry_run: bool) -> str:
        """Return the one sentence that the operator wants to read."""
        if record.failed:
            return self.style.ERROR(
                f"{record.failed} of {record.failed + record.done} do not hold."
            )
        return self.style.SUCCESS("Everything holds.")
