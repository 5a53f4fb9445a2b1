"""One PostgreSQL for all test processes, one database for each of them, one clean workspace for each test.

The server lives in `.cache/test-pg` (or below the temporary folder where the server's user cannot enter the
repository), is started by the first process that needs it and stopped by the last. It is told not to fsync: what these
tests prove survives a killed process, and the crash tests use servers of their own.
"""

import contextlib
import datetime as dt
import fcntl
import hashlib
import os
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import hypothesis
import psutil
import psycopg
import pytest
import structlog
from psycopg.sql import SQL, Identifier, Literal

from orderloom.actions.hub import Hub
from orderloom.domain import geography
from orderloom.kit import divisions
from orderloom.kit.ids import Ids
from orderloom.kit.sealing import Sealer
from orderloom.store import database as db
from orderloom.store import embedded, migrations, partitions
from orderloom.store import files as files_store

ROOT = Path(__file__).parent.parent
NOW = dt.datetime(2026, 2, 18, 1, 30, tzinfo=dt.UTC)
# A busy machine is no failure; CI draws the same examples each time, a developer's run draws new ones.
hypothesis.settings.register_profile("house", deadline=None, derandomize="CI" in os.environ)
hypothesis.settings.load_profile("house")
_OPTIONS = {"fsync": "off", "full_page_writes": "off", "shared_buffers": "128MB", "max_wal_size": "1GB"}

# The default traceback draws every local of every frame, for seconds each.
structlog.configure(
    processors=[
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper("%Y-%m-%d %H:%M:%S"),
        structlog.dev.ConsoleRenderer(colors=False, exception_formatter=structlog.dev.plain_traceback),
    ]
)


@pytest.fixture
def now() -> dt.datetime:
    """A fixed instant: 09:30 on 18 February 2026 in Shanghai."""
    return NOW


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The real files at ../shared/data beside the repository; tests that need them are skipped without them."""
    folder = ROOT.parent / "shared" / "data"
    if not folder.is_dir():
        pytest.skip("the real files are expected at ../shared/data beside the repository")
    return folder


@pytest.fixture(scope="session")
def server_url() -> Iterator[str]:
    """The URL of the shared test server; its maintenance database is `postgres`."""
    data, url = _joined()
    yield url
    _left(data)


@pytest.fixture(scope="session")
def database_url(server_url: str) -> Iterator[str]:
    """The URL of this process's own database: the system schema, and workspace `test`, migrated and empty."""
    name = f"t_{os.getpid()}"
    with _maintenance(server_url) as connection, _locked(_data()):
        _drop_left_overs(connection)
        template = _template(connection, server_url)
        connection.execute(
            SQL("create database {} template {} strategy file_copy").format(Identifier(name), Identifier(template))
        )
    yield _of(server_url, name)
    with _maintenance(server_url) as connection:
        connection.execute(SQL("drop database {} with (force)").format(Identifier(name)))


@pytest.fixture(scope="session")
def database(database_url: str) -> Iterator[db.Database]:
    """A pool over this process's own database."""
    with db.Database(database_url) as database:
        yield database


@pytest.fixture
def workspace(database: db.Database) -> Iterator[str]:
    """The name of a migrated, empty workspace; what the test commits is emptied again after it."""
    yield "test"
    with database.workspace("test") as connection:
        connection.execute("set local lock_timeout = '5s'")  # A test that leaks a transaction fails, it does not hang.
        connection.execute(_EMPTY)


@pytest.fixture(scope="session")
def places() -> geography.Places:
    """Every province, city and district with its position."""
    return geography.places(divisions.rows())


@pytest.fixture
def hub(database: db.Database, workspace: str, places: geography.Places, tmp_path: Path) -> Hub:
    """The hub of the clean workspace, with repeatable ids. `tests/company.py` fills it."""
    return Hub(
        database=database,
        workspace=workspace,
        sealer=Sealer(bytes(32)),
        ids=Ids(seed=1),
        places=places,
        files=files_store.Objects(str(tmp_path / "files")),
    )


@pytest.fixture
def new_workspace(database: db.Database) -> Iterator[Callable[[str], str]]:
    """Makes further workspaces by name, for tests that change tables or need two; dropped after the test."""
    made = []

    def make(name: str) -> str:
        with database.system() as connection:
            migrations.apply_workspace(connection, schema=db.schema_of(name), now=NOW)
        made.append(name)
        return name

    yield make
    with database.system() as connection:
        for name in made:
            connection.execute(SQL("drop schema if exists {} cascade").format(Identifier(db.schema_of(name))))


# Emptiness is cheap to see and truncating is not: only what a test has filled is truncated.
_EMPTY = """
do $$
declare
    name text;
    filled boolean;
begin
    for name in
        select c.relname from pg_class c
        where c.relnamespace = current_schema()::regnamespace and c.relkind in ('r', 'p')
          and not c.relispartition and c.relname <> 'migrations'
    loop
        execute format('select exists (select 1 from %I)', name) into filled;
        if filled then
            execute format('truncate %I cascade', name);
        end if;
    end loop;
end $$
"""


def _data() -> Path:
    inside = ROOT / ".cache" / "test-pg"
    inside.mkdir(parents=True, exist_ok=True)
    if os.geteuid() != 0 or all(folder.stat().st_mode & 0o001 for folder in (inside, *inside.parents)):
        return inside
    outside = Path(tempfile.gettempdir()) / f"orderloom-test-{hashlib.sha256(bytes(ROOT)).hexdigest()[:12]}"
    outside.mkdir(mode=0o711, exist_ok=True)
    return outside


@contextlib.contextmanager
def _locked(data: Path) -> Iterator[None]:
    with (data / "tests.lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _joined() -> tuple[Path, str]:
    data = _data()
    with _locked(data):
        users = data / "users"
        users.mkdir(exist_ok=True)
        (users / str(os.getpid())).touch()
        return data, embedded.start(data, options=_OPTIONS).url


def _left(data: Path) -> None:
    with _locked(data):
        users = data / "users"
        (users / str(os.getpid())).unlink(missing_ok=True)
        for user in users.iterdir():
            if psutil.pid_exists(int(user.name)):
                return
            user.unlink()
        embedded.stop(data)


@contextlib.contextmanager
def _maintenance(server_url: str) -> Iterator[db.Connection]:
    with psycopg.connect(_of(server_url, "postgres"), autocommit=True) as connection:
        yield connection


def _of(server_url: str, database: str) -> str:
    return server_url.replace("@/orderloom?", f"@/{database}?")


def _template(connection: db.Connection, server_url: str) -> str:
    """A database as the migrations make it, kept until a migration changes."""
    texts = "".join(each.text for each in (*migrations.of_system(), *migrations.of_workspaces()))
    wanted = f"template_{hashlib.sha256(texts.encode()).hexdigest()[:16]}"
    found = [row[0] for row in connection.execute("select datname from pg_database where datname like 'template\\_%'")]
    if wanted in found:
        return wanted
    for name in found:
        connection.execute(SQL("drop database {} with (force)").format(Identifier(name)))
    making = f"making_{os.getpid()}"
    connection.execute(SQL("create database {}").format(Identifier(making)))
    with db.Database(_of(server_url, making), size=1) as database:
        migrations.apply_system(database, now=NOW)
        with database.system() as inside:
            migrations.apply_workspace(inside, schema=db.schema_of("test"), now=NOW)
            partitions.ahead(inside, now=NOW)
        with database.system() as inside:
            inside.execute(
                SQL("insert into workspaces (name, title, schema, created_at) values ('test', 'Test', {}, {})").format(
                    Literal(db.schema_of("test")), Literal(NOW)
                )
            )
    connection.execute(SQL("alter database {} rename to {}").format(Identifier(making), Identifier(wanted)))
    return wanted


def _drop_left_overs(connection: db.Connection) -> None:
    """Databases of test processes that were killed."""
    for (name,) in connection.execute(
        "select datname from pg_database where datname ~ '^(t|making)_[0-9]+$'"
    ).fetchall():
        if not psutil.pid_exists(int(name.partition("_")[2])):
            connection.execute(SQL("drop database {} with (force)").format(Identifier(name)))
