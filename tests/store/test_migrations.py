"""Migrations go forward, once, and lead to what schema.sql says."""

import datetime as dt
import subprocess
import sys
import uuid
from collections.abc import Callable
from pathlib import Path

import pytest

from orderloom.store import database as db
from orderloom.store import migrations, partitions

ROOT = Path(__file__).parent.parent.parent


def test_the_migrations_lead_to_schema_sql(database_url: str) -> None:
    """`make schema` writes the file; whoever adds a migration runs it and reads the difference."""
    command = [sys.executable, ROOT / "tools" / "schema.py", "--print", database_url]
    printed = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    assert printed == (ROOT / "src/orderloom/store/schema.sql").read_text("utf-8"), "run `make schema`"


def test_applying_again_changes_nothing(database: db.Database, workspace: str, now: dt.datetime) -> None:
    def applied() -> list[tuple[object, ...]]:
        with database.workspace(workspace) as connection:
            return connection.execute("select * from migrations order by number").fetchall()

    before = applied()
    with database.workspace(workspace) as connection:
        migrations.apply_workspace(connection, schema=db.schema_of(workspace), now=now + dt.timedelta(days=1))
    assert applied() == before and len(before) == len(migrations.of_workspaces())


def test_a_migration_changed_after_it_was_applied_is_refused(
    database: db.Database, new_workspace: Callable[[str], str], now: dt.datetime
) -> None:
    name = new_workspace("old")
    with database.workspace(name) as connection:
        connection.execute("update migrations set hash = '\\x00' where number = 1")
    with database.workspace(name) as connection, pytest.raises(migrations.Changed, match="0001"):
        migrations.apply_workspace(connection, schema=db.schema_of(name), now=now)


def test_a_database_of_a_newer_version_is_refused(
    database: db.Database, new_workspace: Callable[[str], str], now: dt.datetime
) -> None:
    name = new_workspace("newer")
    with database.workspace(name) as connection:
        connection.execute("insert into migrations values (9999, '9999_later', '\\x00', %s)", [now])
    with database.workspace(name) as connection, pytest.raises(migrations.FromTheFuture, match="from_the_future"):
        migrations.apply_workspace(connection, schema=db.schema_of(name), now=now)


def test_partitions_are_made_ahead_across_a_year_and_once(
    database: db.Database, new_workspace: Callable[[str], str]
) -> None:
    at = dt.datetime(2026, 11, 30, 23, 59, tzinfo=dt.UTC)
    with database.workspace(new_workspace("ahead")) as connection:
        made = partitions.ahead(connection, now=at)
        assert made == [
            f"{table}_{month}" for table in partitions.TABLES for month in ("2026_11", "2026_12", "2027_01")
        ]
        assert partitions.ahead(connection, now=at) == []
        assert partitions.ahead(connection, now=at + dt.timedelta(days=1)) == ["log_2027_02", "inputs_2027_02"]


def test_rows_that_came_before_their_partition_move_into_it(
    database: db.Database, new_workspace: Callable[[str], str], now: dt.datetime
) -> None:
    with database.workspace(new_workspace("late")) as connection:
        for at in (now, now + dt.timedelta(days=400)):
            connection.execute(
                "insert into inputs (recorded_at, subject, n, revision, shape_id, body) values (%s, %s, 1, 1, 1, '{}')",
                [at, uuid.uuid4()],
            )
        partitions.ahead(connection, now=now)
        homes = connection.execute("select tableoid::regclass::text from inputs order by recorded_at").fetchall()
        assert homes == [("inputs_2026_02",), ("inputs_default",)]
