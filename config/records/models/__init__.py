"""Rows that belong to no app: what was done, what must be done once, the settings in force."""

from config.records.models.audit import AuditEntry, Channel
from config.records.models.idempotency import IdempotencyKey
from config.records.models.studio_settings import StudioSettings, columns_of, rules_of

__all__ = ["AuditEntry", "Channel", "IdempotencyKey", "StudioSettings", "columns_of", "rules_of"]
