"""The embedded PostgreSQL: a server of the project's own, from a wheel, no service to install.

`postgres.EmbeddedPostgres` is the contract, `placement` where the server lives and as whom it runs.
"""

from .errors import EmbeddedPostgresError
from .postgres import EmbeddedPostgres

__all__ = ["EmbeddedPostgres", "EmbeddedPostgresError"]
