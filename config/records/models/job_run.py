"""The runs of jobs."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from config.records.models.audit import Channel


class RunStatus(models.TextChoices):
    """How far a run has come."""

    RUNNING = "Running", _("running")
    SUCCEEDED = "Succeeded", _("succeeded")
    FAILED = "Failed", _("failed")
    INTERRUPTED = "Interrupted", _("interrupted")


class JobRun(models.Model):
    """One run of a job, or several in a row on one day that found nothing to do.

    *Failed* says that some case did; the others were done. *Interrupted* says that the run did not
    come to its end. Errors name cases and reasons, never people.
    """

    job = models.CharField(_("job"), max_length=60)
    channel = models.CharField(_("channel"), max_length=10, choices=Channel.choices)
    status = models.CharField(
        _("outcome"), max_length=12, choices=RunStatus.choices, default=RunStatus.RUNNING
    )
    as_of = models.DateTimeField(_("as of"), help_text=_("The instant that it went by."))
    first_started_at = models.DateTimeField(_("first started"))
    started_at = models.DateTimeField(_("started"), db_index=True)
    finished_at = models.DateTimeField(_("finished"), null=True, blank=True)
    repeats = models.PositiveIntegerField(
        _("idle runs before"),
        default=0,
        help_text=_("Runs before it, on the same day, that found nothing to do either."),
    )
    done = models.PositiveIntegerField(_("done"), default=0)
    failed = models.PositiveIntegerField(_("failed"), default=0)
    unchanged = models.PositiveIntegerField(_("nothing to do"), default=0)
    errors = models.JSONField(_("errors"), default=list, blank=True)
    host = models.CharField(_("host"), max_length=255)
    pid = models.PositiveIntegerField(_("process"))

    class Meta:
        verbose_name = _("job run")
        verbose_name_plural = _("job runs")
        ordering = ["-started_at", "-id"]
        default_permissions = ()
        indexes = [
            models.Index(fields=["job", "-as_of"], name="jobrun_latest"),
            models.Index(fields=["status", "-started_at"], name="jobrun_outcome"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(channel__in=Channel.values), name="jobrun_channel_known"
            ),
            models.CheckConstraint(
                condition=models.Q(status__in=RunStatus.values), name="jobrun_status_known"
            ),
            models.CheckConstraint(
                condition=models.Q(status=RunStatus.RUNNING, finished_at=None)
                | (~models.Q(status=RunStatus.RUNNING) & models.Q(finished_at__isnull=False)),
                name="jobrun_finished_unless_running",
            ),
            models.CheckConstraint(
                condition=~models.Q(status=RunStatus.SUCCEEDED) | models.Q(failed=0),
                name="jobrun_succeeded_without_failures",
            ),
            models.CheckConstraint(
                condition=~models.Q(status=RunStatus.FAILED) | models.Q(failed__gt=0),
                name="jobrun_failed_with_failures",
            ),
            models.UniqueConstraint(
                fields=["job"],
                condition=models.Q(status=RunStatus.RUNNING),
                name="jobrun_one_running",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.job} {self.as_of:%Y-%m-%d %H:%M}"

    @property
    def is_idle(self) -> bool:
        """Whether it came to its end and found nothing to do."""
        return self.status == RunStatus.SUCCEEDED and self.done == 0
