"""Write store/schema.sql: the tables as the migrations make them. `make schema`, or `--print URL` to compare."""

import datetime as dt
import re
import subprocess
import sys
import tempfile
import uuid
from pathlib import Path

import psycopg
from psycopg import conninfo

from orderloom.store import database as db
from orderloom.store import embedded, migrations

TARGET = Path(embedded.__file__).with_name("schema.sql")
NOW = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
HEAD = "-- What the migrations make, for reading. Written by `make schema`; a test compares it with the migrations.\n"


def dumped(url: str, schema: str) -> str:
    """The schema's tables and indexes as pg_dump tells them, without what differs from run to run."""
    command = [embedded.binaries() / "pg_dump", "--schema-only", "--no-owner", "--no-privileges", f"--schema={schema}"]
    text = subprocess.run([*command, url], capture_output=True, text=True, check=True).stdout
    kept = [line for line in text.splitlines() if not re.match(r"--|SET |SELECT |\\|CREATE SCHEMA", line)]
    return re.sub(r"\n{2,}", "\n\n", "\n".join(kept)).strip().replace(f"{schema}.", "") + "\n"


def described(url: str) -> str:
    """Both schemas, made in a database of their own beside that of the URL, and dropped again."""
    name = f"schema_{uuid.uuid4().hex[:8]}"
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(f"create database {name}".encode())
        try:
            return _described(conninfo.make_conninfo(url, dbname=name))
        finally:
            connection.execute(f"drop database {name} with (force)".encode())


def _described(url: str) -> str:
    with db.Database(url, size=1) as database:
        migrations.apply_system(database, now=NOW)
        with database.system() as connection:
            migrations.apply_workspace(connection, schema=db.schema_of("shown"), now=NOW)
    system, workspace = dumped(url, db.SYSTEM), dumped(url, db.schema_of("shown"))
    return f"{HEAD}\n-- The system schema: {db.SYSTEM}\n\n{system}\n-- A workspace: w_<name>\n\n{workspace}"


if __name__ == "__main__":
    if sys.argv[1:2] == ["--print"]:
        sys.stdout.write(described(sys.argv[2]))
    else:
        with tempfile.TemporaryDirectory() as folder:
            data = Path(folder)
            data.chmod(0o711)
            try:
                TARGET.write_text(described(embedded.start(data, options={"fsync": "off"}).url), "utf-8")
            finally:
                embedded.stop(data)
