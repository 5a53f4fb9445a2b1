"""The embedded server: one starter, found by all, survives what it must, and says clearly what it cannot do."""

import contextlib
import os
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import psycopg
import pytest

from orderloom.kit import settings
from orderloom.store import embedded

OPTIONS = {"shared_buffers": "16MB", "max_wal_size": "128MB", "min_wal_size": "32MB"}
# Becomes another user after its imports: the interpreter itself may lie where only root reads.
START = f"""
import os, sys
from pathlib import Path
import psutil
from orderloom.store import embedded
user = int(sys.argv[2])
if user:
    list(psutil.process_iter(["name"])), os.setgroups([]), os.setgid(user), os.setuid(user)
print(embedded.start(Path(sys.argv[1]), options={OPTIONS!r}).pid)
"""
only_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root starts the server as another user")


@pytest.fixture
def data() -> Iterator[Path]:
    """A data folder that other users may pass through, with its server stopped at the end."""
    folder = Path(tempfile.mkdtemp(prefix="ol-"))
    folder.chmod(0o711)
    yield folder
    embedded.stop(folder)
    shutil.rmtree(folder)


def _start(data: Path, **more: object) -> embedded.Running:
    return embedded.start(data, options=OPTIONS, **more)  # type: ignore[arg-type]


def _run(data: Path, *, user: int = 0, env: dict[str, str] | None = None) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", START, str(data), str(user)]
    return subprocess.run(command, capture_output=True, text=True, env=env)


def _fill(url: str, rows: int) -> None:
    with psycopg.connect(url) as connection:
        connection.execute("create table kept as select generate_series(1, %s) as i", [rows])


def _kept(url: str) -> int:
    with psycopg.connect(url) as connection:
        row = connection.execute("select count(*) from kept").fetchone()
        assert row is not None
        return row[0]


def test_is_found_by_others_outlives_its_starter_and_stops(data: Path) -> None:
    assert embedded.find(data) is None
    started = _run(data)
    assert started.returncode == 0, started.stderr
    found = _start(data)
    assert found.pid == int(started.stdout)
    assert embedded.stop(data) is True
    assert embedded.find(data) is None
    assert embedded.stop(data) is False


def test_keeps_its_data_from_stop_to_start(data: Path) -> None:
    _fill(_start(data).url, 1_000)
    embedded.stop(data)
    assert _kept(_start(data).url) == 1_000


def test_many_starters_at_once_share_one_server(data: Path) -> None:
    starters = [subprocess.Popen([sys.executable, "-c", START, data, "0"], stdout=subprocess.PIPE) for _ in range(4)]
    pids = {int(starter.communicate(timeout=60)[0]) for starter in starters}
    assert len(pids) == 1


def test_listens_on_no_network_port_and_only_its_owner_may_connect(data: Path) -> None:
    running = _start(data)
    ports = []
    for process in (psutil.Process(running.pid), *psutil.Process(running.pid).children(recursive=True)):
        with contextlib.suppress(psutil.NoSuchProcess):  # Its short-lived workers come and go.
            ports += process.net_connections("inet")
    assert ports == []
    assert Path(running.socket, ".s.PGSQL.5432").stat().st_mode & 0o077 == 0
    assert (data / "postgres").stat().st_mode & 0o077 == 0


def test_durability_is_on(data: Path) -> None:
    with psycopg.connect(_start(data).url) as connection:
        for name in ("fsync", "synchronous_commit", "full_page_writes"):
            assert connection.execute("select current_setting(%s)", [name]).fetchone() == ("on",)


def test_a_killed_server_recovers_though_a_session_of_it_still_works(data: Path) -> None:
    running = _start(data)
    _fill(running.url, 200_000)
    busy = "select count(*) from kept a join kept b on a.i < b.i"
    session = subprocess.Popen([embedded.binaries() / "psql", running.url, "-c", busy], stderr=subprocess.DEVNULL)
    _until(lambda: _active(running.url) == 1)
    os.kill(running.pid, signal.SIGKILL)
    again = _start(data)
    assert again.pid != running.pid
    assert _kept(again.url) == 200_000
    assert session.wait(timeout=30) != 0


def test_a_number_given_to_a_stranger_does_not_keep_it_from_starting(data: Path) -> None:
    """After a kill the number in postmaster.pid may be anyone's, who must neither be waited for nor harmed."""
    running = _start(data)
    os.kill(running.pid, signal.SIGKILL)
    stranger = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(120)"])
    path = data / "postgres" / "postmaster.pid"
    path.write_text(path.read_text().replace(str(running.pid), str(stranger.pid), 1))
    try:
        assert _start(data).pid not in (running.pid, stranger.pid)
        assert stranger.poll() is None
    finally:
        stranger.kill()
        stranger.wait()


def test_a_making_that_was_cut_short_is_begun_anew(data: Path) -> None:
    half = data / "postgres.making"
    half.mkdir()
    (half / "PG_VERSION").write_text("18\n")
    assert embedded.find(data) is None
    _fill(_start(data).url, 1)
    assert not half.exists()


def test_a_run_file_that_lies_is_not_believed(data: Path) -> None:
    running = _start(data)
    os.kill(running.pid, signal.SIGKILL)
    _until(lambda: embedded.find(data) is None)
    (data / "run.json").write_text("{not json")
    assert embedded.find(data) is None
    assert _start(data).pid != running.pid


def test_a_path_too_long_for_a_socket_works(data: Path) -> None:
    deep = data / ("long" * 20) / ("folder" * 10)
    deep.mkdir(parents=True)
    try:
        running = _start(deep)
        assert len(running.socket) < 90
        _fill(running.url, 5)
    finally:
        embedded.stop(deep)
    shutil.rmtree(running.socket)


def test_a_folder_of_something_else_is_left_alone(data: Path) -> None:
    theirs = data / "postgres"
    theirs.mkdir(mode=0o700)
    (theirs / "letters.txt").write_text("mine")
    if os.geteuid() == 0:
        os.chown(theirs, 65_534, 65_534)
    with pytest.raises(embedded.FolderNotOurs, match="folder_without_database"):
        _start(data)
    assert (theirs / "letters.txt").read_text() == "mine"


@only_root
def test_a_folder_of_root_is_refused(data: Path) -> None:
    (data / "postgres").mkdir(mode=0o700)
    with pytest.raises(embedded.FolderNotOurs, match="folder_of_root"):
        _start(data)


@only_root
def test_another_users_folder_is_refused(data: Path) -> None:
    _start(data)
    embedded.stop(data)
    (data / "run.json").unlink(missing_ok=True)
    nobody = pwd.getpwnam("nobody")
    owner = (data / "postgres").stat().st_uid
    assert owner != nobody.pw_uid, "the server's own user is preferred to nobody"
    (data / "server.lock").chmod(0o666)
    refused = _run(data, user=nobody.pw_uid)
    assert "FolderNotOurs" in refused.stderr and f"'owner': {owner}" in refused.stderr


@only_root
def test_an_ordinary_user_starts_it_too(data: Path) -> None:
    if not all(folder.stat().st_mode & 0o001 for folder in embedded.binaries().parents):
        pytest.skip("this environment lies where an ordinary user cannot enter")
    nobody = pwd.getpwnam("nobody")
    os.chown(data, nobody.pw_uid, nobody.pw_gid)
    started = _run(data, user=nobody.pw_uid)
    assert started.returncode == 0, started.stderr
    assert psutil.Process(int(started.stdout)).uids().effective == nobody.pw_uid


@only_root
def test_a_parent_folder_that_the_server_cannot_enter_is_told(data: Path) -> None:
    closed = data / "closed"
    (closed / "data").mkdir(parents=True)
    closed.chmod(0o700)
    with pytest.raises(embedded.FolderNotOurs, match="folder_not_entered"):
        _start(closed / "data")
    assert closed.stat().st_mode & 0o777 == 0o700, "no parent folder's mode is touched"


@only_root
def test_programs_that_the_server_cannot_enter_are_copied(data: Path) -> None:
    with tempfile.TemporaryDirectory() as closed:
        package = embedded.binaries().parent.parent
        for part in (package, package.with_name(f"{package.name}.libs")):
            Path(closed, part.name).symlink_to(part)
        environment = {**os.environ, "PYTHONPATH": f"{closed}:{os.environ.get('PYTHONPATH', '')}"}
        started = _run(data, env=environment)
        assert started.returncode == 0, started.stderr
        assert str(data) in psutil.Process(int(started.stdout)).exe()
        embedded.stop(data)


def test_another_versions_folder_is_refused(data: Path) -> None:
    _start(data)
    embedded.stop(data)
    (data / "postgres" / "PG_VERSION").write_text("17\n")
    with pytest.raises(embedded.WrongVersion, match="'found': '17', 'wanted': 18"):
        _start(data)
    (data / "postgres" / "PG_VERSION").write_text("18\n")


def test_a_full_disk_is_told_before_anything_is_written(data: Path) -> None:
    with pytest.raises(embedded.DiskFull, match="disk_full"):
        _start(data, free_bytes_min=2**60)
    assert not (data / "postgres").exists()


@only_root
def test_a_disk_that_fills_up_while_making_is_told(data: Path) -> None:
    small = data / "small"
    small.mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=20m,mode=711", "small", small], capture_output=True)
    if mounted.returncode != 0:
        pytest.skip("this machine does not let root mount a small disk")
    try:
        with pytest.raises(embedded.DiskFull):
            _start(small, free_bytes_min=0)
    finally:
        subprocess.run(["umount", small], check=True)


def test_a_server_that_cannot_start_says_why(data: Path) -> None:
    with pytest.raises(embedded.StartFailed, match="max_connections"):
        embedded.start(data, options={**OPTIONS, "max_connections": "0"})


def test_waiting_is_told_to_the_person(data: Path) -> None:
    told: list[tuple[str, str]] = []
    _start(data, tell=lambda zh, en: told.append((zh, en)))
    assert len(told) == 1 and all(str(data) in each for each in told[0])
    assert "正在" in told[0][0] and "Making" in told[0][1]


def test_a_database_of_ones_own_needs_no_embedded_server(tmp_path: Path) -> None:
    chosen = settings.Settings(data=tmp_path / "none", database_url="postgresql:///mine")
    assert embedded.ensure(chosen) == "postgresql:///mine"
    assert not (tmp_path / "none").exists()


def _active(url: str) -> int:
    with psycopg.connect(url) as connection:
        row = connection.execute(
            "select count(*) from pg_stat_activity where query like '%kept a join%' and pid <> pg_backend_pid()"
        ).fetchone()
        assert row is not None
        return row[0]


def _until(true: object) -> None:
    deadline = time.monotonic() + 20
    while not true():  # type: ignore[operator]
        assert time.monotonic() < deadline, "it never came true"
        time.sleep(0.02)
