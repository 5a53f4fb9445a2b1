"""Connections: a pool over one database, handed out with the search path of a workspace.

    database = Database(url)
    with database.workspace("main") as connection:   # one transaction; committed at the end, rolled back on an error
        connection.execute(Q.lock_pools, {...})

A workspace is a schema; nothing else of a session is ever set, so a connection may serve any workspace next.
"""

import contextlib
import re
import select
from collections.abc import Iterator
from typing import Any, Self

import msgspec
import psycopg
from psycopg import pq
from psycopg.types import json
from psycopg_pool import ConnectionPool, PoolTimeout

from orderloom.kit import limits
from orderloom.kit.refusals import Refused, Stopped
from orderloom.store import arrays, sql

Q = sql.load(__file__)
Connection = psycopg.Connection[tuple[Any, ...]]
SYSTEM = "orderloom"
# What another transaction may do to ours; deciding again on what is there now mends it. (Ask for these before GONE:
# a deadlock is an operational error too.)
CONTENDED = (
    psycopg.errors.CheckViolation,
    psycopg.errors.UniqueViolation,
    psycopg.errors.DeadlockDetected,
    psycopg.errors.SerializationFailure,
)
# A statement that ran into the time its transaction gave it. (Ask for it before GONE as well.)
TooLong = psycopg.errors.QueryCanceled
# The server, or the way to it, is gone.
GONE = (psycopg.OperationalError, psycopg.InterfaceError)
# What a statement raises when another transaction wrote the same row a moment before.
CLASH: tuple[type[Exception], ...] = (psycopg.IntegrityError,)
# Settings of a session that writes batches. Their statements find rows by keys that come as arrays, of a size that the
# planner cannot know: so each is planned once and by its index, in place of anew for each batch, which took as long as
# a small batch's work. It also looks keys up in the order in which they come, so that batches lock in one order.
_WRITES = "-c plan_cache_mode=force_generic_plan -c enable_seqscan=off -c enable_hashjoin=off -c enable_mergejoin=off"
_WORKSPACE = re.compile(r"[a-z][a-z0-9_]{0,39}", re.ASCII)
_SERVER_VERSION_MIN = 160_000


class ServerTooOld(Stopped):
    """The PostgreSQL of ORDERLOOM_DATABASE_URL is older than 16."""


def schema_of(workspace: str) -> str:
    """The schema's name of a workspace; raises ValueError when no workspace can be named so."""
    if not is_name(workspace):
        raise ValueError(f"{workspace!r} is no workspace's name: a-z, 0-9 and _, from a letter, at most 40 characters")
    return f"w_{workspace}"


def workspace_of(schema: str) -> str:
    """The workspace whose schema has this name."""
    return schema.removeprefix("w_")


def is_name(text: str) -> bool:
    """Whether a workspace may be named so."""
    return _WORKSPACE.fullmatch(text) is not None


class Session(psycopg.Connection[tuple[Any, ...]]):
    """A pooled connection that knows which schema it is in, so that entering the same one again costs nothing."""

    schema: str | None = None
    # Whether the transaction wrote what the loops wait for; they are woken when it has committed.
    grown: bool = False

    def wake(self) -> None:
        """Tell the loops that the log has grown, after the commit and in a transaction of its own.

        A commit that notifies holds a lock of the whole server until it is on disk, so notifying from within would
        let no two commits share a flush. What is committed stays so when this fails: the loops also look by themselves.
        """
        try:
            with self.alone():
                self.execute(Q.wake)
        except GONE:
            self.close()

    def enter(self, schema: str) -> None:
        """Set the search path, outside of any transaction, so that a roll-back does not undo it."""
        if self.schema == schema:
            return
        with self.alone():
            self.execute(Q.enter, {"schema": schema})
            self.schema = schema

    @contextlib.contextmanager
    def alone(self) -> Iterator[None]:
        """Let each statement be a transaction by itself: one round trip in place of three."""
        self.autocommit = True
        try:
            yield
        finally:
            if not self.closed:
                self.autocommit = False


class Database:
    """Pools of connections, one for all that is asked, one for batches that write; close it, or use it as a context
    manager. Safe to share between threads."""

    def __init__(self, url: str, *, size: int = limits.POOL_CONNECTIONS_MAX) -> None:
        self.url = url
        self._pool = _pool(url, size=size)
        self._writers = _pool(url, size=min(size, limits.POOL_WRITERS_MAX), settings=_WRITES, idle=0)
        self._pool.open()
        self._writers.open()
        try:
            self._check_version()
        except PoolTimeout:
            self.close()
            knock(url)  # It says why; the pool only that it waited.
            raise
        except BaseException:
            self.close()
            raise

    @contextlib.contextmanager
    def workspace(self, name: str) -> Iterator[Connection]:
        """A connection in the workspace's schema: one transaction for the whole block."""
        with _entered(self._pool, schema_of(name)) as connection:
            yield connection

    @contextlib.contextmanager
    def writing(self, name: str) -> Iterator[Connection]:
        """A connection in the workspace's schema for a batch: one transaction, its statements planned once, by keys."""
        with _entered(self._writers, schema_of(name)) as connection:
            yield connection

    @contextlib.contextmanager
    def glance(self, name: str) -> Iterator[Connection]:
        """A connection in the workspace's schema without a transaction around it, for a look at what seldom changes."""
        with self._pool.connection() as session:
            session.enter(schema_of(name))
            with session.alone():
                yield session

    @contextlib.contextmanager
    def system(self) -> Iterator[Connection]:
        """A connection in the system schema: workspaces, keys, jobs. One transaction for the whole block."""
        with _entered(self._pool, SYSTEM) as connection:
            yield connection

    @contextlib.contextmanager
    def listening(self, *, channel: str) -> Iterator[Connection]:
        """A connection of its own, outside the pool and in autocommit, that gets the notifications of `channel`."""
        with psycopg.connect(self.url, autocommit=True, options="-c timezone=UTC") as connection:
            connection.execute(Q.define("listen", channel=sql.Identifier(channel)))
            yield connection

    def close(self) -> None:
        """Close every connection."""
        self._pool.close()
        self._writers.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _check_version(self) -> None:
        with self._pool.connection() as connection:
            found = connection.execute(Q.server).fetchone()
            if found is None or found[0] < _SERVER_VERSION_MIN:
                raise ServerTooOld(Refused("database.too_old", {"found": found[0] // 10_000 if found else ""}))


def knock(url: str) -> None:
    """Ask once whether the server lets us in, without the patience of a pool; raises `psycopg.OperationalError` with
    the reason. A server that is about to start is no reason: the pool waits for it."""
    try:
        psycopg.connect(url, connect_timeout=limits.DATABASE_KNOCK_SECONDS_MAX).close()
    except psycopg.OperationalError:
        if pq.PGconn.ping(url.encode()) != pq.Ping.REJECT:
            raise


def _pool(url: str, *, size: int, settings: str = "", idle: int = 1) -> ConnectionPool[Session]:
    return ConnectionPool(
        url,
        connection_class=Session,
        min_size=idle,
        max_size=size,
        open=False,
        timeout=limits.POOL_WAIT_SECONDS_MAX,
        kwargs={"options": f"-c timezone=UTC {settings}"},
        configure=configure,
        check=_check,
        name="orderloom",
    )


@contextlib.contextmanager
def _entered(pool: ConnectionPool[Session], schema: str) -> Iterator[Connection]:
    with pool.connection() as session:
        session.enter(schema)
        session.grown = False
        with session.transaction():
            yield session
        if session.grown:
            session.wake()


@contextlib.contextmanager
def pipelined(connection: Connection) -> Iterator[None]:
    """Send what is written without waiting for each answer; the first error is raised at the end of the block at the
    latest. There is no COPY in it."""
    with connection.pipeline():
        yield


def is_pipelined(connection: Connection) -> bool:
    """Whether statements are sent ahead of the answers to those before."""
    return bool(connection.pgconn.pipeline_status)


def affected(connection: Connection, cursor: psycopg.Cursor[Any]) -> int:
    """How many rows a statement wrote; where it was sent ahead, its answer is awaited."""
    if is_pipelined(connection):
        with connection.pipeline():
            pass  # The end of a pipeline, also of one within another, waits for all answers.
    return cursor.rowcount


def configure(connection: Connection) -> None:
    """Read and write json by msgspec, which knows our Structs, and lists by `arrays`: each several times as fast."""
    connection.adapters.register_dumper(list, arrays.Dumper)
    json.set_json_dumps(msgspec.json.encode, context=connection)
    json.set_json_loads(msgspec.json.decode, context=connection)


def _check(session: Session) -> None:
    """Drop a session whose server has gone, mostly without a round trip: of a healthy idle one nothing can be read."""
    poll = select.poll()
    poll.register(session.fileno(), select.POLLIN)
    if poll.poll(0):
        ConnectionPool.check_connection(session)
