"""The embedded PostgreSQL, with real servers in folders of their own. No test needs Django.

Some hold for root only (a server that may not run as root, closed folders), some for others only;
run as either, the rest says why it is skipped.
"""

from __future__ import annotations

import os
import shutil
import signal
import stat
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from importlib.util import find_spec
from pathlib import Path
from typing import LiteralString
from urllib.parse import unquote, urlsplit

import psycopg
import pytest

from config.embedded import EmbeddedPostgres, EmbeddedPostgresError, placement
from config.embedded.placement import Account, Placement
from config.embedded.programs import PACKAGE

PROJECT = Path(__file__).resolve().parents[2]
IS_ROOT = os.geteuid() == 0
NOBODY = Account.unprivileged()

for_root = pytest.mark.skipif(not IS_ROOT, reason="only root can change to another account")
for_others = pytest.mark.skipif(IS_ROOT, reason="root may enter every folder and runs as nobody")

# Holds the server of the home given, says its URL, lets go at end of input or at Ctrl-C.
HOLDER = """
import sys
from pathlib import Path
from config.embedded import EmbeddedPostgres
try:
    with EmbeddedPostgres(Path(sys.argv[1]), durable=False) as server:
        print(server.url(), flush=True)
        sys.stdin.read()
except KeyboardInterrupt:
    sys.exit(130)
"""

Serve = Callable[..., EmbeddedPostgres]
Hold = Callable[..., "subprocess.Popen[str]"]


@contextmanager
def open_folder() -> Iterator[Path]:
    """A folder that everybody may enter, removed at the end with all that is in it."""
    path = Path(tempfile.mkdtemp(prefix="embedded-", dir="/tmp")).resolve()
    path.chmod(0o755)
    yield path
    shutil.rmtree(path)


@pytest.fixture
def folder() -> Iterator[Path]:
    with open_folder() as path:
        yield path


@pytest.fixture
def new_home(folder: Path) -> Path:
    """A home that does not exist yet."""
    return folder / "var" / "postgres"


@pytest.fixture(scope="session")
def used_home() -> Iterator[Path]:
    with open_folder() as path:
        with EmbeddedPostgres(path / "postgres", durable=False):
            pass
        yield path / "postgres"


@pytest.fixture
def home(used_home: Path, new_home: Path) -> Path:
    """A home in which a server has run before, which is sooner there than a new one."""
    shutil.copytree(used_home, new_home)
    return new_home


@pytest.fixture
def serve(folder: Path) -> Iterator[Serve]:
    """Make servers; at the end they are stopped, and what lies outside `home` is removed."""
    servers: list[EmbeddedPostgres] = []

    def make(home: Path, *, durable: bool = False) -> EmbeddedPostgres:
        servers.append(EmbeddedPostgres(home, durable=durable))
        return servers[-1]

    yield make
    for server in servers:
        with suppress(EmbeddedPostgresError):
            server.release()
        with suppress(FileNotFoundError, ProcessLookupError):
            kill(postmaster(server), signal.SIGQUIT)
        placement_of(server).unlink_socket()
        if IS_ROOT:
            shutil.rmtree(placement_of(server).refuge, ignore_errors=True)


@pytest.fixture
def hold(folder: Path) -> Iterator[Hold]:
    """Start holders in processes of their own; at the end they let go."""
    holders: list[subprocess.Popen[str]] = []

    def start(home: Path, **environment: str) -> subprocess.Popen[str]:
        holders.append(
            subprocess.Popen(
                [sys.executable, "-W", "error", "-c", HOLDER, home],
                cwd=PROJECT,
                env={"PATH": os.environ["PATH"], **environment},
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                text=True,
                start_new_session=True,
            )
        )
        return holders[-1]

    yield start
    for holder in holders:
        let_go(holder)


def placement_of(server: EmbeddedPostgres) -> Placement:
    return server._placement


def url_of(holder: subprocess.Popen[str]) -> str:
    """The URL that a holder says once it holds the server."""
    assert holder.stdout is not None
    return holder.stdout.readline().strip()


def let_go(holder: subprocess.Popen[str]) -> None:
    """End a holder's input and wait for its end."""
    for pipe in (holder.stdin, holder.stdout):
        assert pipe is not None
        pipe.close()
    holder.wait(timeout=30)


def query(server: EmbeddedPostgres, sql: LiteralString) -> object:
    with psycopg.connect(server.url(), autocommit=True) as connection:
        cursor = connection.execute(sql)
        row = cursor.fetchone() if cursor.description else None
    return row[0] if row else None


def postmaster(server: EmbeddedPostgres) -> int:
    return int((server.data / "postmaster.pid").read_text().split()[0])


def kill(process: int, how: signal.Signals = signal.SIGKILL) -> None:
    """Send a signal to a process that is no child of ours, and wait for its end."""

    def ended() -> bool:
        try:
            os.kill(process, 0)
            state = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0]
        except ProcessLookupError:
            return True
        except OSError:  # alive, and no /proc here
            return False
        return state == "Z"

    os.kill(process, how)
    wait_until(ended)


def wait_until(condition: Callable[[], bool]) -> None:
    give_up_at = time.monotonic() + 10
    while not condition():
        assert time.monotonic() < give_up_at
        time.sleep(0.002)


def owners_and_modes(tree: Path) -> dict[Path, tuple[int, int]]:
    return {path: (path.stat().st_uid, path.stat().st_mode) for path in (tree, *tree.rglob("*"))}


# Starting and stopping


def test_a_server_starts_in_a_folder_that_does_not_exist(new_home: Path, serve: Serve) -> None:
    server = serve(new_home)
    url = server.url()
    assert not server.is_running()
    assert not new_home.exists()
    with server:
        assert server.is_running()
        assert server.url() == url
        assert query(server, "SELECT current_database()") == "studio"
        assert query(server, "SHOW server_version_num") > "18"  # type: ignore[operator]
        assert query(server, "SHOW timezone") == "UTC"
        assert query(server, "SHOW fsync") == "off"
    assert not server.is_running()


def test_the_server_listens_on_a_private_socket_only(home: Path, serve: Serve) -> None:
    with serve(home) as server:
        assert query(server, "SHOW listen_addresses") == ""
        assert stat.S_IMODE(home.stat().st_mode) == 0o700
        assert stat.S_IMODE(server.data.stat().st_mode) == 0o700
        assert stat.S_IMODE((server.data / placement.SOCKET_NAME).stat().st_mode) == 0o700


def test_the_second_start_finds_what_the_first_one_left(home: Path, serve: Serve) -> None:
    with serve(home) as server:
        query(server, "CREATE TABLE kept AS SELECT 42 AS answer")
    with serve(home) as server:
        assert query(server, "SELECT answer FROM kept") == 42


def test_a_dropped_database_is_made_again(home: Path, serve: Serve) -> None:
    with serve(home) as server:
        with psycopg.connect(server.url("postgres"), autocommit=True) as connection:
            connection.execute("DROP DATABASE studio")
        with serve(home):
            assert query(server, "SELECT 1") == 1


def test_acquiring_twice_is_holding_once(home: Path, serve: Serve) -> None:
    server = serve(home)
    server.acquire()
    server.acquire()
    server.release()
    assert not server.is_running()
    server.release()


def test_the_server_runs_until_the_last_holder_lets_go(
    home: Path, serve: Serve, hold: Hold
) -> None:
    server, other = serve(home), hold(home)
    assert url_of(other) == server.url()
    server.acquire()
    let_go(other)
    assert server.is_running()
    server.release()
    assert not server.is_running()


def test_of_many_that_start_at_once_each_gets_the_same_server(
    new_home: Path, serve: Serve, hold: Hold
) -> None:
    server = serve(new_home)
    *holders, last = [hold(new_home) for _ in range(5)]
    assert {url_of(holder) for holder in (*holders, last)} == {server.url()}
    process = postmaster(server)
    for holder in holders:
        let_go(holder)
    assert server.is_running()
    assert postmaster(server) == process
    let_go(last)
    assert not server.is_running()


def test_those_who_come_and_go_at_once_never_lose_the_server(
    home: Path, serve: Serve, hold: Hold
) -> None:
    def come_and_go() -> None:
        for _ in range(5):
            with serve(home) as server:
                assert query(server, "SELECT 1") == 1

    with ThreadPoolExecutor(4) as pool:
        for visit in [pool.submit(come_and_go) for _ in range(4)]:
            visit.result()
    assert not serve(home).is_running()


def test_ctrl_c_reaches_the_holder_who_stops_the_server(
    home: Path, serve: Serve, hold: Hold
) -> None:
    server, holder = serve(home), hold(home)
    url_of(holder)
    assert os.getsid(postmaster(server)) != os.getsid(holder.pid)
    os.killpg(holder.pid, signal.SIGINT)
    assert holder.wait(timeout=30) == 130
    assert not server.is_running()
    assert "database system is shut down" in (server.data / "postgres.log").read_text()


@pytest.mark.parametrize("moment", ["unfinished-*", "data/postmaster.pid"])
def test_ctrl_c_during_the_start_leaves_nothing_running(
    new_home: Path, serve: Serve, hold: Hold, moment: str
) -> None:
    server, holder = serve(new_home), hold(new_home)
    wait_until(lambda: any(new_home.glob(moment)))
    os.killpg(holder.pid, signal.SIGINT)
    assert holder.wait(timeout=30) == 130
    assert not server.is_running()
    assert not (server.data / "postmaster.pid").exists()


def test_a_forked_child_neither_lets_go_nor_holds(home: Path, serve: Serve) -> None:
    server = serve(home)
    server.acquire()
    child = os.fork()
    if child == 0:
        server.release()
        signal.pause()
    time.sleep(0.1)
    assert server.is_running()
    server.release()
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    assert not server.is_running()


# After a hard kill


def test_a_killed_server_is_started_again_under_its_holder(home: Path, serve: Serve) -> None:
    with serve(home, durable=True) as server:
        assert query(server, "SHOW fsync") == "on"
        query(server, "CREATE TABLE kept AS SELECT 42 AS answer")
        kill(postmaster(server))
        assert not server.is_running()
        with serve(home):
            assert query(server, "SELECT answer FROM kept") == 42


def test_a_server_whose_holder_was_killed_is_used_and_stopped_by_the_next(
    home: Path, serve: Serve, hold: Hold
) -> None:
    server, holder = serve(home), hold(home)
    url_of(holder)
    orphan = postmaster(server)
    holder.kill()
    holder.wait()
    with server:
        assert postmaster(server) == orphan
    assert not server.is_running()


def test_a_killed_holder_and_a_killed_server_are_no_obstacle(
    home: Path, serve: Serve, hold: Hold
) -> None:
    server, holder = serve(home), hold(home)
    url_of(holder)
    holder.kill()
    holder.wait()
    kill(postmaster(server))
    with server:
        assert query(server, "SELECT 1") == 1


def test_lock_files_that_name_another_program_are_no_obstacle_and_no_harm_to_it(
    home: Path, serve: Serve
) -> None:
    server = serve(home)
    server.acquire()
    kill(postmaster(server))
    owner = server.data.stat()
    with subprocess.Popen(["sleep", "60"], user=owner.st_uid if IS_ROOT else None) as stranger:
        for name in ("postmaster.pid", f"{placement.SOCKET_NAME}.lock"):
            lock = server.data / name
            _, _, rest = lock.read_text().partition("\n")
            lock.write_text(f"{stranger.pid}\n{rest}")
        with serve(home):
            assert query(server, "SELECT 1") == 1
            assert postmaster(server) != stranger.pid
        server.release()
        assert not server.is_running()
        assert stranger.poll() is None
        stranger.kill()


@pytest.mark.parametrize("moment", ["unfinished-*", "data/postmaster.pid"])
def test_a_start_that_was_killed_half_way_is_made_good_by_the_next(
    new_home: Path, serve: Serve, hold: Hold, moment: str
) -> None:
    server, holder = serve(new_home), hold(new_home)
    wait_until(lambda: any(new_home.glob(moment)))
    holder.kill()
    holder.wait()
    with server:
        assert query(server, "SELECT 1") == 1
    assert not server.is_running()


def test_the_server_of_a_deleted_folder_does_not_disturb_its_successor(
    home: Path, serve: Serve
) -> None:
    first, second = serve(home), serve(home)
    first.acquire()
    orphan = postmaster(first)
    shutil.rmtree(home)
    with second:
        kill(orphan, signal.SIGINT)
        assert second.is_running()
        first.release()
        assert query(second, "SELECT 1") == 1
    assert not second.is_running()


# Where it runs


@pytest.mark.parametrize(
    "environment",
    [{}, {"LANG": "xx_XX.UTF-8", "LC_ALL": "xx_XX.UTF-8", "PGDATA": "/", "PGPORT": "1"}],
    ids=["empty", "misleading"],
)
def test_the_environment_changes_nothing(
    home: Path, serve: Serve, hold: Hold, environment: dict[str, str]
) -> None:
    server = serve(home)
    assert url_of(hold(home, **environment)) == server.url()
    assert query(server, "SELECT lower('ÁRBOL')") == "árbol"
    provider = "SELECT datlocprovider::text || datlocale FROM pg_database WHERE datname = 'studio'"
    assert query(server, provider) == "bC.UTF-8"
    assert query(server, "SHOW server_encoding") == "UTF8"
    assert query(server, "SHOW lc_messages") == "C"


@pytest.mark.parametrize("name", ["long" * 30, "comma, $HOME `id` \"'%@#? Ünï"])
def test_any_path_can_be_served(folder: Path, serve: Serve, name: str) -> None:
    with serve(folder / name / "postgres") as server:
        assert query(server, "SELECT 1") == 1
        host = urlsplit(server.url()).hostname  # which is lower-cased, as by dj_database_url
        assert host is not None
        assert len(os.fsencode(f"{unquote(host)}/{placement.SOCKET_NAME}")) < 100
        with psycopg.connect(host=unquote(host), user="studio", dbname="studio"):
            pass
    assert not os.path.lexists(unquote(host)) or unquote(host) == str(server.data)


def test_a_copied_home_is_a_server_of_its_own(folder: Path, home: Path, serve: Serve) -> None:
    with serve(home) as server:
        query(server, "CREATE TABLE kept AS SELECT 42 AS answer")
    shutil.copytree(home, folder / "copy")
    (folder / "copy" / "data").chmod(0o755)
    with serve(folder / "copy") as copy, serve(home) as original:
        query(copy, "UPDATE kept SET answer = 43")
        assert query(original, "SELECT answer FROM kept") == 42


@for_others
def test_a_folder_that_only_its_owner_may_enter_is_good_enough(
    folder: Path, new_home: Path, serve: Serve
) -> None:
    folder.chmod(0o700)
    with serve(new_home) as server:
        assert query(server, "SELECT 1") == 1
        assert server.data == new_home / "data"
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700


@for_root
def test_roots_server_runs_as_nobody_whatever_the_umask(new_home: Path, serve: Serve) -> None:
    before = os.umask(0o077)
    try:
        with serve(new_home) as server:
            assert query(server, "SHOW data_directory") == str(new_home / "data")
            assert new_home.stat().st_uid == server.data.stat().st_uid == NOBODY.uid
            assert new_home.parent.stat().st_uid == 0
    finally:
        os.umask(before)


@for_root
def test_under_a_closed_folder_data_goes_elsewhere_and_no_mode_changes(
    folder: Path, serve: Serve, hold: Hold
) -> None:
    (folder / "closed" / "project").mkdir(parents=True)
    (folder / "closed").chmod(0o700)
    home = folder / "closed" / "project" / "var" / "postgres"
    before = owners_and_modes(folder)
    lines: list[str] = []
    server = EmbeddedPostgres(home, durable=False, announce=lines.append)
    refuge = placement_of(serve(home)).refuge
    with server:
        query(server, "CREATE TABLE kept AS SELECT 42 AS answer")
        assert server.data.is_relative_to(refuge)
        assert server.data.stat().st_uid == NOBODY.uid
        assert stat.S_IMODE(server.data.stat().st_mode) == 0o700
        assert url_of(hold(home)) == server.url()
    assert before.items() <= owners_and_modes(folder).items()
    assert len(lines) == 1
    assert str(refuge) in lines[0]

    (folder / "closed").chmod(0o755)
    with serve(home) as opened:
        assert query(opened, "SELECT answer FROM kept") == 42


@for_root
def test_a_closed_wheel_is_copied_and_the_copy_follows_its_version(
    folder: Path, new_home: Path, serve: Serve, hold: Hold
) -> None:
    site = folder / "closed" / "site-packages"
    copy_wheel(site)
    (folder / "closed").chmod(0o700)
    before = owners_and_modes(folder)
    server = serve(new_home)
    refuge = placement_of(server).make_refuge()
    (refuge / "programs-0.0.1").mkdir()
    holder = hold(new_home, PYTHONPATH=str(site))
    assert url_of(holder) == server.url()
    assert server.data == new_home / "data"
    programs = query(server, "SELECT setting FROM pg_config WHERE name = 'BINDIR'")
    assert str(programs).startswith(f"{refuge}/programs-")
    assert not (refuge / "programs-0.0.1").exists()
    assert before.items() <= owners_and_modes(folder).items()


def copy_wheel(site: Path) -> None:
    """Install the wheel's files a second time, in a folder for PYTHONPATH."""
    spec = find_spec(PACKAGE)
    assert spec is not None
    assert spec.origin is not None
    package = Path(spec.origin).parent
    for part in package.parent.glob(f"{PACKAGE}*"):
        shutil.copytree(part, site / part.name, ignore=shutil.ignore_patterns("pginstall", "*.a"))


# What is refused


@pytest.mark.parametrize("kind", ["folder", "link"])
def test_a_foreign_short_link_is_refused(folder: Path, serve: Serve, kind: str) -> None:
    server = serve(folder / ("long" * 30))
    premade = placement_of(server).socket_folder
    if kind == "folder":
        premade.mkdir()
    elif IS_ROOT:
        premade.symlink_to(server.data)
    else:
        pytest.skip("only root can make a link that belongs to somebody else")
    if IS_ROOT:
        os.chown(premade, NOBODY.uid, NOBODY.gid, follow_symlinks=False)
    try:
        with pytest.raises(EmbeddedPostgresError, match="made by somebody else"):
            server.acquire()
        assert os.path.lexists(premade)
        assert not server.is_running()
    finally:
        premade.rmdir() if kind == "folder" else premade.unlink()


@for_root
@pytest.mark.parametrize(("owner", "mode"), [(NOBODY.uid, 0o755), (0, 0o777)])
def test_a_foreign_refuge_is_refused(
    folder: Path, serve: Serve, monkeypatch: pytest.MonkeyPatch, owner: int, mode: int
) -> None:
    (folder / "closed").mkdir(mode=0o700)
    (folder / "shared").mkdir()
    (folder / "shared").chmod(0o1777)
    monkeypatch.setattr(placement, "REFUGES", (folder / "shared",))
    server = serve(folder / "closed" / "postgres")
    premade = placement_of(server).refuge
    premade.mkdir()
    premade.chmod(mode)
    os.chown(premade, owner, -1)
    with pytest.raises(EmbeddedPostgresError, match="made by somebody else"):
        server.acquire()
    assert not any(premade.iterdir())


@for_root
def test_a_home_of_somebody_else_is_refused(new_home: Path, serve: Serve) -> None:
    new_home.mkdir(parents=True)
    os.chown(new_home, 12345, 12345)
    with pytest.raises(EmbeddedPostgresError, match="is not a folder of the user nobody"):
        serve(new_home).acquire()


@for_root
def test_a_link_in_place_of_the_data_does_not_lead_root_astray(
    folder: Path, home: Path, serve: Serve
) -> None:
    with serve(home) as server:
        pass
    target = folder / "of-somebody-else"
    server.data.rename(target)
    os.chown(target, 12345, 12345)
    target.chmod(0o755)
    server.data.symlink_to(target)
    before = owners_and_modes(target)
    with pytest.raises(EmbeddedPostgresError, match="cannot start"):
        serve(home).acquire()
    assert owners_and_modes(target) == before


def test_data_of_another_major_version_is_refused_and_left_alone(home: Path, serve: Serve) -> None:
    with serve(home) as server:
        query(server, "CREATE TABLE kept AS SELECT 42 AS answer")
    version = server.data / "PG_VERSION"
    version.write_text("17\n")
    with pytest.raises(EmbeddedPostgresError, match=r"data was made by PostgreSQL 17.*pg_dump"):
        server.acquire()
    version.write_text("18\n")
    with server:
        assert query(server, "SELECT answer FROM kept") == 42


def test_a_data_folder_with_something_else_in_it_is_refused_and_left_alone(
    home: Path, serve: Serve
) -> None:
    server = serve(home)
    with server:
        pass
    shutil.rmtree(server.data)
    server.data.mkdir()
    (server.data / "letter.txt").write_text("Dear Ada")
    with pytest.raises(EmbeddedPostgresError, match="something else"):
        serve(home).acquire()
    assert (server.data / "letter.txt").read_text() == "Dear Ada"


def test_a_failed_start_tells_the_last_lines_of_the_log(
    home: Path, serve: Serve, monkeypatch: pytest.MonkeyPatch
) -> None:
    with serve(home) as server:
        pass
    with (server.data / "postgresql.conf").open("a") as settings:
        settings.write("no_such_setting = on\n")
    monkeypatch.setattr("config.embedded.server.RETRY_SECONDS", 0)
    with pytest.raises(EmbeddedPostgresError, match=r"does not start(.|\n)*no_such_setting"):
        server.acquire()
    assert not server.is_running()
