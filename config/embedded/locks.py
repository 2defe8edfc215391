"""Locks between processes, which the kernel drops when their holder dies, however it dies."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

if sys.platform != "win32":
    import fcntl


@contextmanager
def exclusive_lock(path: Path) -> Iterator[None]:
    """Be the only one between here and the end of the block; wait for others."""
    descriptor = _open(path)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


class SharedLock:
    """A lock that any number of processes hold at once; who is the last can be found out.

    It belongs to the process that took it: a forked child has no part in it.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._owner = os.getpid()
        self._descriptor = _open(path)
        fcntl.flock(self._descriptor, fcntl.LOCK_SH)

    @property
    def is_ours(self) -> bool:
        """Whether it was taken by this process, not by the one that we were forked from."""
        return self._owner == os.getpid()

    def drop(self) -> bool:
        """Let go; return whether nobody else holds the lock."""
        # Not by close(): a forked child that still has the descriptor would keep the lock alive.
        fcntl.flock(self._descriptor, fcntl.LOCK_UN)
        os.close(self._descriptor)
        # The path is opened anew, as the file may have been removed and made again since.
        descriptor = _open(self._path)
        try:
            with suppress(BlockingIOError):
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
                return True
            return False
        finally:
            os.close(descriptor)


def _open(path: Path) -> int:
    """Open the lock file, making it if missing: never through a link, never passed on by exec."""
    flags = os.O_RDWR | os.O_NOFOLLOW | os.O_CLOEXEC
    try:
        descriptor = os.open(path, flags | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return os.open(path, flags)
    # Root's locks belong to whom the folder belongs to, who may start without root the next time.
    if os.geteuid() == 0:
        folder = path.parent.stat()
        os.fchown(descriptor, folder.st_uid, folder.st_gid)
    return descriptor
