"""A PostgreSQL server of the project's own, started when the first needs it, stopped by the last.

Any number of processes may hold the server at once. Each holds a shared lock on a file; starting
and stopping happen under an exclusive lock on another one, so that the last to leave cannot stop
the server under somebody who is just arriving. What a hard kill leaves behind (a server without
holders, holders without a server, lock files of a dead server, a half-made cluster) the next start
puts right.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Self
from urllib.parse import quote

from .errors import EmbeddedPostgresError
from .locks import SharedLock, exclusive_lock
from .placement import Placement
from .server import DATABASE, USER, Answer, Server


def tell_the_terminal(line: str) -> None:
    """Say a line to the person, away from the output of the command."""
    sys.stderr.write(f"{line}\n")


class EmbeddedPostgres:
    """The PostgreSQL server whose data lies in `home`.

    `durable=False` trades the data's safety in a crash of the machine for speed, as tests want.
    `announce` is given lines for the person, like where the data lies when it is not in `home`.
    Methods that need the server raise EmbeddedPostgresError, with a sentence, when it cannot run.
    """

    def __init__(
        self,
        home: Path,
        *,
        durable: bool = True,
        announce: Callable[[str], None] = tell_the_terminal,
    ) -> None:
        if sys.platform == "win32":
            raise EmbeddedPostgresError(
                "The embedded PostgreSQL runs on Linux and macOS only: set DATABASE_URL to another "
                "PostgreSQL, or use the Windows Subsystem for Linux."
            )
        self._placement = Placement(home.resolve())
        self._server = Server(self._placement, durable, announce)
        self._start_lock = self._placement.home / "start.lock"
        self._holders = self._placement.home / "holders.lock"
        self._hold: SharedLock | None = None

    @property
    def data(self) -> Path:
        """The data folder of the cluster."""
        return self._placement.data

    def url(self, database: str = DATABASE) -> str:
        """The address of a database: the same in every process, the server running or not."""
        folder = _escape(os.fsencode(self._placement.socket_folder))
        return f"postgresql://{USER}@{folder}/{quote(database, safe='')}"

    def is_running(self) -> bool:
        """Whether the server accepts connections."""
        return self._server.ask() is Answer.ACCEPTING

    def acquire(self) -> None:
        """Hold the server, starting it (and making it, the first time) if it does not run."""
        if self._hold is not None and self._hold.is_ours:
            return
        try:
            self._placement.make_folders()
            with exclusive_lock(self._start_lock):
                hold = SharedLock(self._holders)
                try:
                    self._server.ensure_running()
                    self._server.ensure_database()
                except BaseException:
                    # Ctrl-C too: what was started for nobody must not stay.
                    if hold.drop():
                        self._server.stop()
                    raise
        except OSError as error:
            raise EmbeddedPostgresError(
                f"The embedded PostgreSQL cannot start: {error}. "
                "Set DATABASE_URL to use another one."
            ) from error
        self._hold = hold

    def release(self) -> None:
        """Let go of the server; if nobody else holds it, stop it."""
        hold, self._hold = self._hold, None
        if hold is None or not hold.is_ours:
            return
        try:
            with exclusive_lock(self._start_lock):
                if hold.drop():
                    self._server.stop()
        except FileNotFoundError:
            # Somebody removed the folder. A server whose data is gone ends itself within a minute.
            return

    def __enter__(self) -> Self:
        self.acquire()
        return self

    def __exit__(self, *_exception: object) -> None:
        self.release()


def _escape(path: bytes) -> str:
    """Percent-encode a path as a URL's host, capitals too: parsers lower a host, not an escape."""
    plain = b"abcdefghijklmnopqrstuvwxyz0123456789-_."
    return "".join(chr(byte) if byte in plain else f"%{byte:02X}" for byte in path)
