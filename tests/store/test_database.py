"""The pool: a workspace is its schema, a block is its transaction."""

import datetime as dt
from collections.abc import Callable

import psycopg
import pytest

from orderloom.store import database as db


def _settings(database: db.Database, workspace: str) -> list[str]:
    with database.workspace(workspace) as connection:
        return [row[0] for row in connection.execute("select key from settings order by key").fetchall()]


def _set(connection: db.Connection, key: str) -> None:
    connection.execute("insert into settings (key, value) values (%s, '1')", [key])


def test_commits_at_the_end_of_the_block(database: db.Database, workspace: str) -> None:
    with database.workspace(workspace) as connection:
        _set(connection, "zone")
    assert _settings(database, workspace) == ["zone"]


def test_rolls_back_on_an_error_and_stays_in_the_workspace(database: db.Database, workspace: str) -> None:
    for _ in range(3):
        with pytest.raises(ZeroDivisionError), database.workspace(workspace) as connection:
            _set(connection, "zone")
            raise ZeroDivisionError
        assert _settings(database, workspace) == []


def test_workspaces_do_not_see_each_other(
    database: db.Database, workspace: str, new_workspace: Callable[[str], str]
) -> None:
    other = new_workspace("other")
    with database.workspace(workspace) as connection:
        _set(connection, "here")
    with database.workspace(other) as connection:
        _set(connection, "there")
    for _ in range(8):  # The same pooled connections serve both.
        assert _settings(database, workspace) == ["here"]
        assert _settings(database, other) == ["there"]


def test_a_prepared_statement_follows_the_workspace(
    database_url: str, workspace: str, new_workspace: Callable[[str], str]
) -> None:
    other = new_workspace("other")
    with db.Database(database_url, size=1) as single:
        with single.workspace(workspace) as connection:
            _set(connection, "here")
            for _ in range(10):
                connection.execute("select count(*) from settings", prepare=True)
        with single.workspace(other) as connection:
            assert connection.execute("select count(*) from settings", prepare=True).fetchone() == (0,)


def test_hands_out_no_session_that_the_server_has_ended(database_url: str, workspace: str) -> None:
    with db.Database(database_url, size=2) as own, db.Database(database_url, size=1) as killer:
        with own.workspace(workspace) as connection:
            pid = connection.info.backend_pid
        with killer.system() as connection:
            connection.execute("select pg_terminate_backend(%s, 5000)", [pid])
        with own.workspace(workspace) as connection:
            assert connection.info.backend_pid != pid
            assert connection.execute("select 1").fetchone() == (1,)


def test_times_come_back_in_utc_and_json_as_it_was(database: db.Database, workspace: str, now: dt.datetime) -> None:
    with database.workspace(workspace) as connection:
        row = connection.execute("select %s::timestamptz, %s::jsonb", [now, psycopg.types.json.Jsonb({"单": 1})])
        assert row.fetchone() == (now, {"单": 1})
        assert connection.execute("show timezone").fetchone() == ("UTC",)


@pytest.mark.parametrize("name", ["", "Main", "1st", "a-b", "w" * 41, 'x"; drop schema public', "主"])
def test_refuses_a_name_that_is_no_workspace(name: str) -> None:
    assert not db.is_name(name)
    with pytest.raises(ValueError, match="no workspace's name"):
        db.schema_of(name)


def test_a_notification_arrives_at_its_listener(database: db.Database) -> None:
    with database.listening(channel="w_test.outbox") as listener:
        with database.system() as connection:
            connection.execute("select pg_notify('w_test.outbox', 'due')")
        (heard,) = listener.notifies(timeout=5, stop_after=1)
        assert heard.payload == "due"


def test_a_batch_that_writes_plans_its_statements_once(database: db.Database, workspace: str) -> None:
    def plans(connection: db.Connection) -> object:
        return connection.execute("show plan_cache_mode").fetchone()

    with database.workspace(workspace) as connection:
        assert plans(connection) == ("auto",)
    with database.writing(workspace) as connection:
        assert plans(connection) == ("force_generic_plan",)
        _set(connection, "zone")
    assert _settings(database, workspace) == ["zone"]


def test_a_pipeline_tells_how_many_rows_a_statement_wrote(database: db.Database, workspace: str) -> None:
    with database.writing(workspace) as connection, db.pipelined(connection):
        assert db.is_pipelined(connection)
        _set(connection, "zone")
        changed = connection.execute("update settings set value = '2' where key = 'zone'")
        missed = connection.execute("update settings set value = '2' where key = 'none'")
        assert (db.affected(connection, changed), db.affected(connection, missed)) == (1, 0)
        _set(connection, "later")
    assert _settings(database, workspace) == ["later", "zone"]


def test_an_error_in_a_pipeline_undoes_what_was_sent_before_and_after(database: db.Database, workspace: str) -> None:
    with (
        pytest.raises(psycopg.errors.UniqueViolation),
        database.writing(workspace) as connection,
        db.pipelined(connection),
    ):
        _set(connection, "zone")
        _set(connection, "zone")
        _set(connection, "later")
    assert _settings(database, workspace) == []
    with database.writing(workspace) as connection:
        _set(connection, "zone")
    assert _settings(database, workspace) == ["zone"]
