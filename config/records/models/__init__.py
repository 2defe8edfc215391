"""Rows that belong to no app: what was done, what must be done once, the settings in force."""

from config.records.models.audit import AuditEntry, Channel
from config.records.models.idempotency import IdempotencyKey
from config.records.models.job_run import JobRun, RunStatus
from config.records.models.studio_settings import StudioSettings, columns_of, rules_of

__all__ = [
    "AuditEntry",
    "Channel",
    "IdempotencyKey",
    "JobRun",
    "RunStatus",
    "StudioSettings",
    "columns_of",
    "rules_of",
]
