"""Master data of the studio (clients, catalog): deactivated, never deleted, guarded by rights."""

from __future__ import annotations

from typing import ClassVar

from config.activation import Activatable
from users.rights import ModelRights


class GuardedRecord(Activatable):
    """A record whose model says which four rights guard it; every door asks these."""

    rights: ClassVar[ModelRights]

    class Meta:
        abstract = True
