"""Where the server's data, socket and programs live, and the account the server runs as.

For an ordinary user everything is simple: the server runs as that user, its data lies in `home`,
its programs in the wheel. PostgreSQL refuses to run as root, though; started by root it runs as an
unprivileged account, and what that account cannot reach goes into a *refuge*: a folder of our own
outside the closed one. No folder that somebody else made is ever opened for it.

All of this is computed from the path of `home`, the caller and the modes of existing folders, so
every process arrives at the same answer without asking a running server.
"""

from __future__ import annotations

import hashlib
import os
import stat
import sys
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from .errors import EmbeddedPostgresError

if sys.platform != "win32":
    import pwd

SOCKET_NAME = ".s.PGSQL.5432"

# The address of a unix socket holds 104 bytes on macOS, 108 on Linux.
LONGEST_SOCKET_PATH = 99

# Not tempfile.gettempdir(): TMPDIR may differ between two processes that must meet here.
SHORT_FOLDER = Path("/tmp")  # noqa: S108 - what lies there already is checked for its owner
REFUGES = (Path("/var/lib"), Path("/var/tmp"), Path("/tmp"))  # noqa: S108 - as above


@dataclass(frozen=True)
class Account:
    """A user and group of the operating system."""

    uid: int
    gid: int

    @classmethod
    def current(cls) -> Account:
        return cls(os.geteuid(), os.getegid())

    @classmethod
    def unprivileged(cls) -> Account:
        """The account root's server runs as: `nobody`; without one, what comes nearest."""
        for name in ("nobody", "daemon"):
            with suppress(KeyError):
                entry = pwd.getpwnam(name)
                return cls(entry.pw_uid, entry.pw_gid)
        return cls(65534, 65534)

    def __str__(self) -> str:
        try:
            return pwd.getpwuid(self.uid).pw_name
        except KeyError:
            return str(self.uid)

    def may_enter(self, path: Path) -> bool:
        """Whether `path` and each folder above it, as far as they exist, have the x bit for us.

        Folders that are missing count as open: `make_parents` makes them so. Membership in further
        groups does not count, because the server is started without any.
        """
        for part in (path, *path.parents):
            try:
                found = part.stat()
            except FileNotFoundError:
                continue
            except OSError:
                return False
            if found.st_uid == self.uid:
                bit = stat.S_IXUSR
            elif found.st_gid == self.gid:
                bit = stat.S_IXGRP
            else:
                bit = stat.S_IXOTH
            if not found.st_mode & bit:
                return False
        return True


@dataclass(frozen=True)
class Placement:
    """The answer to "where, and as whom" for one `home` and the calling process."""

    home: Path

    @cached_property
    def account(self) -> Account:
        """Who runs the server: the caller; for root the owner of the data, at first `nobody`."""
        if os.geteuid() != 0:
            return Account.current()
        with suppress(OSError):
            owner = (self.home / "data").lstat()
            if owner.st_uid != 0:
                return Account(owner.st_uid, owner.st_gid)
        return Account.unprivileged()

    @property
    def switches_account(self) -> bool:
        return self.account.uid != os.geteuid()

    @cached_property
    def refuge(self) -> Path:
        """The folder for what the server's account cannot reach where it belongs."""
        usable = (
            parent
            for parent in REFUGES
            if os.access(parent, os.W_OK | os.X_OK) and self.account.may_enter(parent)
        )
        return next(usable, REFUGES[-1]) / f"studio-postgres-{self._digest}"

    @cached_property
    def base(self) -> Path:
        """The server's private folder, in which its data lies: `home`, or one in the refuge."""
        if not self.switches_account:
            return self.home
        elsewhere = self.refuge / "postgres"
        # Data once made stays where it is, also after the closed folder has been opened.
        if (elsewhere / "data").exists() or not self.account.may_enter(self.home.parent):
            return elsewhere
        return self.home

    @cached_property
    def data(self) -> Path:
        """The data folder, which also holds the socket: only the server's account may enter it."""
        return self.base / "data"

    @cached_property
    def socket_folder(self) -> Path:
        """The folder of the socket as clients name it: `data`, or a short link to it.

        The link is for paths that are too long, and for those with a comma, which libpq would read
        as the start of another host.
        """
        path = os.fsencode(self.data / SOCKET_NAME)
        if len(path) <= LONGEST_SOCKET_PATH and b"," not in path:
            return self.data
        return SHORT_FOLDER / f"studio-postgres-{os.geteuid()}-{self._digest}"

    @property
    def _digest(self) -> str:
        return hashlib.sha256(os.fsencode(self.home)).hexdigest()[:12]

    def make_folders(self) -> None:
        """Make the folders that are missing; refuse those that somebody else made."""
        make_parents(self.home.parent, open_to_account=self.switches_account)
        if self.base == self.home:
            private_folder(self.home, self.account)
        else:
            private_folder(self.home, Account.current())
            self.make_refuge()
            private_folder(self.base, self.account)

    def make_refuge(self) -> Path:
        """Make the refuge: root's, passable by its name, and written to by root only."""
        with suppress(FileExistsError):
            self.refuge.mkdir(mode=0o700)
        found = self.refuge.lstat()
        if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.geteuid() or found.st_mode & 0o022:
            raise EmbeddedPostgresError(
                f"{self.refuge} was made by somebody else (it must be a folder that only root may "
                "write to): look what it is, remove it, and start again."
            )
        self.refuge.chmod(0o711)
        return self.refuge

    def link_socket(self) -> None:
        """Make the short link to the socket's folder, if one is needed.

        A link of our own is safe in a folder for everybody: its sticky bit keeps others from
        replacing it, and the folder it leads to is private. A link of somebody else is refused.
        """
        if self.socket_folder == self.data:
            return
        with suppress(FileExistsError):
            self.socket_folder.symlink_to(self.data)
        if not self.socket_is_ours():
            raise EmbeddedPostgresError(
                f"{self.socket_folder} was made by somebody else (it must be our link to "
                f"{self.data}): look what it is, remove it, and start again."
            )

    def unlink_socket(self) -> None:
        """Remove the short link, if it is ours."""
        if self.socket_folder != self.data and self.socket_is_ours():
            self.socket_folder.unlink()

    def socket_is_ours(self) -> bool:
        """Whether what is found in the socket's folder can be trusted to be our server."""
        if self.socket_folder == self.data:
            return True
        try:
            owner = self.socket_folder.lstat().st_uid
            return owner == os.geteuid() and self.socket_folder.readlink() == self.data
        except OSError:  # missing, or no link
            return False


def make_parents(folder: Path, *, open_to_account: bool) -> None:
    """Make `folder` and those above it where missing; the modes of existing ones stay.

    With `open_to_account` the new ones can be passed by all whatever the umask, or the server's
    account would be locked out by a folder that was not there when its place was computed.
    """
    if folder.exists():
        return
    make_parents(folder.parent, open_to_account=open_to_account)
    with suppress(FileExistsError):
        folder.mkdir()
        if open_to_account:
            folder.chmod(0o755)


def private_folder(folder: Path, owner: Account) -> None:
    """Make `folder` if missing and see that it is `owner`'s alone (mode 0700); refuse a stranger's.

    Only the folder itself is touched, and root may hand one of its own over to `owner`.
    """
    with suppress(FileExistsError):
        folder.mkdir(mode=0o700)
    found = folder.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid not in (owner.uid, os.geteuid()):
        raise EmbeddedPostgresError(
            f"{folder} is not a folder of the user {owner}: start as the user you started as "
            "before, or move it away and start again."
        )
    if found.st_uid != owner.uid:
        os.chown(folder, owner.uid, owner.gid, follow_symlinks=False)
    if stat.S_IMODE(found.st_mode) != 0o700:
        folder.chmod(0o700)


def hand_over(tree: Path, owner: Account) -> None:
    """Make a folder of the caller's, with all in it, `owner`'s alone: a new one, or a copy.

    No link is followed: what lies in a folder of `owner`'s must not lead root astray.
    """
    top = os.open(tree, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
    try:
        if os.fstat(top).st_uid != owner.uid:
            for _, _, files, folder in os.fwalk(".", dir_fd=top):
                os.fchown(folder, owner.uid, owner.gid)
                for name in files:
                    os.chown(name, owner.uid, owner.gid, dir_fd=folder, follow_symlinks=False)
        os.fchmod(top, 0o700)
    finally:
        os.close(top)
