"""Master data of the studio (clients, catalog): deactivated, never deleted, guarded by rights."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from django.conf import settings
from django.db import models

from config.activation import Activatable
from users.rights import ModelRights

if TYPE_CHECKING:
    from users.models import User


class GuardedRecord(Activatable):
    """A record whose model says which four rights guard it; every door asks these."""

    rights: ClassVar[ModelRights]

    updated_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        editable=False,
        on_delete=models.PROTECT,
        related_name="+",
        db_index=False,  # nothing is looked for by it, and it is written with every change
    )

    class Meta:
        abstract = True

    def save_changes(self, *fields: str, by: User | None) -> None:
        """Write the named fields, and who changed them: a person, or None for the system."""
        self.updated_by = by
        self.save(update_fields=[*fields, "updated_at", "updated_by"])
