"""One PostgreSQL server on one data folder: its cluster, its start, its state, its end.

Who may start and stop it, and when, is the affair of `postgres.EmbeddedPostgres`: everything here
but `ask` is to be called by one process at a time.
"""

from __future__ import annotations

import shlex
import shutil
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from enum import IntEnum
from functools import cached_property
from pathlib import Path
from subprocess import CompletedProcess
from tempfile import mkdtemp

from .errors import EmbeddedPostgresError
from .placement import SOCKET_NAME, Placement, hand_over
from .programs import MAJOR_VERSION, Programs

USER = "studio"
DATABASE = "studio"

SETTINGS = {
    # A unix socket only. Its folder is relative to the data folder (which is the server's working
    # folder): never too long to bind, and a server whose data was deleted cannot, when it ends,
    # remove the socket of its successor at the same path.
    "listen_addresses": "",
    "unix_socket_directories": ".",
    "unix_socket_permissions": "0700",
    "port": SOCKET_NAME.rpartition(".")[2],
    "max_connections": "100",
    "shared_buffers": "128MB",
    # Containers have a tiny /dev/shm, macOS tiny System V segments: files work everywhere.
    "dynamic_shared_memory_type": "mmap",
    # Where huge pages are promised but not granted, trying them ends in a bus error.
    "huge_pages": "off",
    "logging_collector": "off",
    "timezone": "UTC",
    "log_timezone": "UTC",
}
INITDB_SETTINGS = ("dynamic_shared_memory_type", "huge_pages")
NOT_DURABLE = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}

CREATE_DATABASE = r"""
SELECT format('CREATE DATABASE %I', :'name')
WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = :'name') \gexec
"""

START_SECONDS = 60.0  # a server that crashed first replays its log
STOP_SECONDS = 30.0
RETRY_SECONDS = 5.0  # what is left of a killed server needs a moment to go away
OPEN_SOCKET_SECONDS = 0.5  # from the lock file of a server that is starting to its socket


class Answer(IntEnum):
    """What a server says when asked whether it is there: the exit codes of pg_isready."""

    ACCEPTING = 0
    REJECTING = 1
    NONE = 2


@dataclass(frozen=True)
class Server:
    """The server at one place; `announce` is told where that is when it is not the usual one."""

    placement: Placement
    durable: bool
    announce: Callable[[str], None]

    def ask(self) -> Answer:
        """Ask over the socket, which tells a live server from whatever stale files say."""
        if not self.placement.socket_is_ours():
            return Answer.NONE
        result = self._clients.run("pg_isready", *self._address)
        try:
            return Answer(result.returncode)
        except ValueError:
            raise EmbeddedPostgresError(
                f"The PostgreSQL programs of the wheel do not run: {result.stderr.strip()}"
            ) from None

    def ensure_running(self) -> None:
        """Start the server unless it runs; make its cluster unless there is one."""
        self._check_cluster()
        self.placement.link_socket()
        if self._accepts():
            return
        self._announce_refuge()
        if not self._cluster_exists():
            self._create_cluster()
        hand_over(self._data, self.placement.account)
        self._start()

    def ensure_database(self) -> None:
        """Create the database if it is missing."""
        result = self._clients.run(
            "psql", *self._address, "-d", "postgres", "-XAtq", "-v", "ON_ERROR_STOP=1",
            "-v", f"name={DATABASE}", stdin=CREATE_DATABASE,
        )  # fmt: skip
        if result.returncode != 0:
            raise EmbeddedPostgresError(
                f"The database {DATABASE} cannot be created: {result.stderr.strip()}"
            )

    def stop(self) -> None:
        """Stop the server if it runs, breaking off what its clients are doing."""
        if self.ask() is not Answer.NONE:
            for mode in ("fast", "immediate"):
                result = self._pg_ctl("stop", "-m", mode, "-t", f"{STOP_SECONDS:.0f}")
                if result.returncode == 0:
                    break
            else:
                raise EmbeddedPostgresError(
                    f"The PostgreSQL server in {self._data} does not stop: {result.stderr.strip()}"
                )
        self.placement.unlink_socket()

    @property
    def _data(self) -> Path:
        return self.placement.data

    @property
    def _log(self) -> Path:
        return self._data / "postgres.log"

    @property
    def _address(self) -> tuple[str, ...]:
        return ("-h", str(self.placement.socket_folder), "-p", SETTINGS["port"], "-U", USER)

    @cached_property
    def _clients(self) -> Programs:
        """The programs that talk to the server: straight from the wheel, as the caller."""
        return Programs.of_the_wheel()

    @cached_property
    def _programs(self) -> Programs:
        """The programs that are the server: as its account, and where that can reach them."""
        programs = self._clients
        if self._wheel_is_closed:
            programs = programs.copied_to(self.placement.make_refuge())
        return programs.run_as(self.placement.account)

    @cached_property
    def _wheel_is_closed(self) -> bool:
        postgres = self._clients.folder / "postgres"
        return self.placement.switches_account and not self.placement.account.may_enter(postgres)

    def _pg_ctl(self, action: str, *options: str) -> CompletedProcess[str]:
        # From inside and as ".": pg_ctl hands its paths to a shell without quoting them well.
        return self._programs.run("pg_ctl", action, "-D", ".", "-w", *options, cwd=self._data)

    def _accepts(self) -> bool:
        """Ask whether connections are accepted; wait while it comes up or goes down."""
        give_up_at = time.monotonic() + START_SECONDS
        while (answer := self.ask()) is Answer.REJECTING and time.monotonic() < give_up_at:
            time.sleep(0.02)
        return answer is Answer.ACCEPTING

    def _announce_refuge(self) -> None:
        closed = [
            what
            for what, is_closed in (
                ("programs", self._wheel_is_closed),
                ("data", self.placement.base != self.placement.home),
            )
            if is_closed
        ]
        if closed:
            self.announce(
                f"PostgreSQL cannot run as root, and the user {self.placement.account} may not "
                f"enter every folder here: its {' and '.join(closed)} are kept in "
                f"{self.placement.refuge}."
            )

    def _check_cluster(self) -> None:
        """Refuse a data folder that we cannot use; nothing in it is touched."""
        if not self._cluster_exists():
            if self._data.exists() and any(self._data.iterdir()):
                raise EmbeddedPostgresError(
                    f"{self._data} should hold a PostgreSQL cluster, but holds something else: "
                    "move it away and start again."
                )
            return
        found = (self._data / "PG_VERSION").read_text().strip()
        if found != MAJOR_VERSION:
            raise EmbeddedPostgresError(
                f"{self._data} was made by PostgreSQL {found}, this is PostgreSQL {MAJOR_VERSION}. "
                f"To keep what it holds, dump it with pg_dump of PostgreSQL {found} first. Then "
                f"rename the folder, for instance to data-{found}, and start again: a new, empty "
                "one is made."
            )

    def _cluster_exists(self) -> bool:
        return (self._data / "PG_VERSION").exists()

    def _create_cluster(self) -> None:
        """Make the cluster beside its place and rename it: a half-made one never counts."""
        for leftover in self.placement.base.glob("unfinished-*"):
            # An initdb that outlived its killed parent may still be at it; there is a next time.
            shutil.rmtree(leftover, ignore_errors=True)
        unfinished = Path(mkdtemp(prefix="unfinished-", dir=self.placement.base))
        hand_over(unfinished, self.placement.account)
        result = self._programs.run(
            "initdb", "-D", ".", "-U", USER, "--auth=trust", "--encoding=UTF8", "--locale=C",
            "--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--no-instructions",
            *(f"--set={name}={SETTINGS[name]}" for name in INITDB_SETTINGS),
            *([] if self.durable else ["--no-sync"]),
            cwd=unfinished,
        )  # fmt: skip
        if result.returncode != 0:
            raise EmbeddedPostgresError(
                f"The PostgreSQL cluster in {self._data} cannot be made: {result.stderr.strip()}"
            )
        unfinished.rename(self._data)

    def _start(self) -> None:
        settings = SETTINGS if self.durable else SETTINGS | NOT_DURABLE
        with suppress(FileNotFoundError):
            self._log.replace(self._log.with_suffix(".log.1"))
        give_up_at = time.monotonic() + RETRY_SECONDS
        while True:
            result = self._pg_ctl(
                "start", "-t", f"{START_SECONDS:.0f}", "-l", self._log.name,
                "-o", shlex.join(f"--{name}={value}" for name, value in settings.items()),
            )  # fmt: skip
            if result.returncode == 0:
                return
            time.sleep(OPEN_SOCKET_SECONDS)
            if self._accepts():
                return
            if time.monotonic() >= give_up_at:
                raise EmbeddedPostgresError(
                    f"The PostgreSQL server in {self._data} does not start: "
                    f"{self._last_log_lines() or result.stderr.strip()}"
                )
            # Nobody answers, so the lock files name a dead server, whose process number belongs to
            # another program by now, or to a zombie. (Against what still lives of a killed server
            # PostgreSQL has a second guard, the shared memory of the folder.)
            for lock in ("postmaster.pid", f"{SOCKET_NAME}.lock"):
                (self._data / lock).unlink(missing_ok=True)

    def _last_log_lines(self) -> str:
        try:
            lines = self._log.read_text(encoding="utf-8", errors="replace").splitlines()
        except OSError:
            return ""
        return "\n".join([f"the last lines of {self._log} say", *lines[-10:]])
