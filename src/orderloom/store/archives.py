"""A workspace as a copy: a sandbox beside it, or a zip file that another installation restores.

The archive holds `manifest.json` and one file per table as COPY writes it. Sealed values stay sealed: to read them,
the other installation needs the same secret key. Transaction numbers of the log mean nothing in another server, so they
are written as numbers below zero in the same order: older than whatever that server will do.
"""

import datetime as dt
import hashlib
import re
import zipfile
import zlib
from collections.abc import Iterator
from typing import BinaryIO

import msgspec
import psycopg

from orderloom.kit import limits
from orderloom.kit.refusals import Refused
from orderloom.store import database as db
from orderloom.store import migrations, partitions, relay, sql, workspaces

Q = sql.load(__file__)
_FORMAT = 1
_TRANSACTIONS = {("log", "xid"), ("seals", "xid_from"), ("seals", "xid_to")}

# What the zip reader, the manifest's decoder and the server say of a file that was cut, altered or made up. The zip
# reader says RuntimeError of encryption and NotImplementedError of a compression it does not know.
_UNREADABLE = (
    zipfile.BadZipFile,
    zlib.error,
    EOFError,
    RuntimeError,
    KeyError,
    msgspec.MsgspecError,
    psycopg.DataError,
    psycopg.IntegrityError,
)


class Table(msgspec.Struct, frozen=True):
    """What the manifest says of one table's file."""

    columns: list[str]
    rows: int
    sha256: str


class Manifest(msgspec.Struct, frozen=True):
    """What an archive says of itself."""

    format: int
    name: str
    title: str
    exported_at: dt.datetime
    migration: int
    months: list[dt.datetime]
    tables: dict[str, Table]


class _Broken(Exception):
    """The archive is not what its manifest says; ends the transaction of the restore."""


def sandbox(
    database: db.Database, *, source: str, name: str, title: str, now: dt.datetime
) -> workspaces.Workspace | Refused:
    """Copy a workspace with all its data; what it still had to tell the outside is not told by the copy.

    Refuses with workspace.unknown, workspace.name_wrong or workspace.name_taken.
    """
    original = workspaces.find(database, name=source)
    if original is None:
        return Refused("workspace.unknown", {"name": source})
    with database.system() as connection:
        connection.execute(Q.define("snapshot"))
        made = workspaces.begin(connection, name=name, title=title, sandbox_of=source, now=now)
        if isinstance(made, Refused):
            return made
        _enter(connection, original.schema)
        tables, months = connection.execute(Q.tables).fetchall(), partitions.months(connection)
        _enter(connection, made.schema)
        partitions.make(connection, months=months)
        for table, columns in tables:
            places = {"source": sql.Identifier(original.schema, table), "target": sql.Identifier(made.schema, table)}
            connection.execute(Q.define("clone", columns=sql.identifiers(columns), **places))
        connection.execute(Q.silence, {"now": now})
        return made


def export(database: db.Database, *, name: str, target: BinaryIO, now: dt.datetime) -> Manifest | Refused:
    """Write the workspace as it is at this instant into a zip file. Refuses with workspace.unknown."""
    found = workspaces.find(database, name=name)
    if found is None:
        return Refused("workspace.unknown", {"name": name})
    tables = {}
    with database.workspace(name) as connection, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        connection.execute(Q.define("snapshot"))
        shift = _one(connection, Q.transactions)
        for table, columns in connection.execute(Q.tables).fetchall():
            tables[table] = _read(connection, archive, table, columns, shift)
        manifest = Manifest(
            format=_FORMAT,
            name=name,
            title=found.title,
            exported_at=now,
            migration=_one(connection, Q.version),
            months=partitions.months(connection),
            tables=tables,
        )
        archive.writestr("manifest.json", msgspec.json.format(msgspec.json.encode(manifest), indent=1))
    return manifest


def restore(
    database: db.Database, *, source: BinaryIO, name: str, title: str, now: dt.datetime
) -> workspaces.Workspace | Refused:
    """Make a new workspace from an archive: all of it, or nothing.

    Refuses with workspace.name_wrong, workspace.name_taken, workspace.archive_unreadable or workspace.archive_newer.
    """
    try:
        with zipfile.ZipFile(source) as archive, database.system() as connection:
            manifest = _manifest(archive)
            if manifest.migration > migrations.of_workspaces()[-1].number:
                return Refused("workspace.archive_newer", {"migration": manifest.migration})
            made = workspaces.begin(
                connection, name=name, title=title, sandbox_of=None, now=now, upto=manifest.migration
            )
            if isinstance(made, Refused):
                return made
            partitions.make(connection, months=manifest.months)
            known = dict(connection.execute(Q.tables).fetchall())
            for table, said in manifest.tables.items():
                _write(connection, archive, table, said, known.get(table, []))
            migrations.apply_workspace(connection, schema=made.schema, now=now)
            return made
    except (_Broken, *_UNREADABLE) as problem:
        return Refused("workspace.archive_unreadable", {"problem": str(problem)[:200]})


def _enter(connection: db.Connection, schema: str) -> None:
    connection.execute(Q.enter_here, {"schema": schema})


def _one(connection: db.Connection, statement: str) -> int:
    row = connection.execute(statement.encode()).fetchone()
    assert row is not None
    return row[0]


def _read(connection: db.Connection, archive: zipfile.ZipFile, table: str, columns: list[str], shift: int) -> Table:
    # The first seal begins before every transaction, with the lowest number there is: it stays that.
    chosen = sql.joined(
        [
            sql.minus(each, shift, least=relay.FIRST_XID) if (table, each) in _TRANSACTIONS else sql.Identifier(each)
            for each in columns
        ]
    )
    digest = hashlib.sha256()
    statement = Q.define("read", columns=chosen, table=sql.Identifier(table))
    with archive.open(_member(table), "w", force_zip64=True) as file, connection.cursor() as cursor:
        with cursor.copy(statement) as copy:
            for block in copy:
                digest.update(block)
                file.write(block)
        return Table(columns=columns, rows=cursor.rowcount, sha256=digest.hexdigest())


def _write(connection: db.Connection, archive: zipfile.ZipFile, table: str, said: Table, known: list[str]) -> None:
    if not said.columns or not set(said.columns) <= set(known):
        raise _Broken(f"unknown table or column in {table[:80]!r}")
    digest = hashlib.sha256()
    statement = Q.define("write", columns=sql.identifiers(said.columns), table=sql.Identifier(table))
    with connection.cursor() as cursor:
        with cursor.copy(statement) as copy:
            for block in _blocks(archive, table):
                digest.update(block)
                copy.write(block)
        if (cursor.rowcount, digest.hexdigest()) != (said.rows, said.sha256):
            raise _Broken(f"the rows of {table} are not those that were exported")


def _blocks(archive: zipfile.ZipFile, table: str) -> Iterator[bytes]:
    with archive.open(_member(table)) as file:
        while block := file.read(2**18):
            yield block


def _manifest(archive: zipfile.ZipFile) -> Manifest:
    info = archive.getinfo("manifest.json")
    total = sum(each.file_size for each in archive.infolist())
    if info.file_size > limits.MANIFEST_BYTES_MAX or total > limits.ARCHIVE_BYTES_MAX:
        raise _Broken("it is too large")
    manifest = msgspec.json.decode(archive.read(info), type=Manifest)
    if manifest.format != _FORMAT:
        raise _Broken(f"its format is {manifest.format}, not {_FORMAT}")
    if len(manifest.months) > limits.PARTITION_MONTHS_MAX or manifest.migration < 1:
        raise _Broken("its manifest makes no sense")
    return manifest


def _member(table: str) -> str:
    assert re.fullmatch(r"[a-z0-9_]+", table), "only tables that the server knows come here"
    return f"tables/{table}.copy"
