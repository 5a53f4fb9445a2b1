"""Workspaces: made, found, copied, exported, restored and dropped, whole or not at all."""

import datetime as dt
import io
import json
import uuid
import zipfile
from collections.abc import Iterator

import pytest

from orderloom.kit.refusals import Refused
from orderloom.store import archives, partitions, workspaces
from orderloom.store import database as db


@pytest.fixture
def shop(database: db.Database, now: dt.datetime) -> Iterator[str]:
    """A workspace with a little of everything in it; every workspace that a test made is dropped after it."""
    made = workspaces.create(database, name="shop", title="店铺", now=now)
    assert isinstance(made, workspaces.Workspace)
    with database.workspace("shop") as connection:
        connection.execute("insert into settings (key, value) values ('zone', '\"Asia/Shanghai\"')")
        connection.execute(
            "insert into skus (sku, data, valid_from) values ('A\tb\\n', %s, %s)", ['{"name": "杯子\\n"}', now]
        )
        for month in (now, now + dt.timedelta(days=60), dt.datetime(2011, 3, 4, tzinfo=dt.UTC)):
            connection.execute(
                "insert into log (kind, subject, n, i, count, recorded_at, body, hash) "
                "values ('order', %s, 1, 0, 1, %s, '[]', '\\x00ff')",
                [uuid.uuid4(), month],
            )
        connection.execute(
            "insert into outbox (outbox_id, topic, subject, number, key, payload, due_at) "
            "values (%s, 'receipt', 's', 1, 'k', '{}', %s)",
            [uuid.uuid4(), now],
        )
    yield "shop"
    for each in workspaces.listed(database):
        if each.name != "test":
            workspaces.drop(database, name=each.name, confirmation=each.name)


def _content(database: db.Database, name: str, table: str, columns: str = "*") -> list[tuple[object, ...]]:
    with database.workspace(name) as connection:
        return connection.execute(f"select {columns} from {table} order by 1".encode()).fetchall()


_LOG = "subject, n, i, count, recorded_at, body, hash, tableoid::regclass::text"


def _exported(database: db.Database, name: str, now: dt.datetime) -> io.BytesIO:
    target = io.BytesIO()
    assert isinstance(archives.export(database, name=name, target=target, now=now), archives.Manifest)
    target.seek(0)
    return target


def test_a_new_workspace_is_listed_and_has_its_partitions(database: db.Database, shop: str, now: dt.datetime) -> None:
    found = workspaces.find(database, name=shop)
    assert found is not None and (found.title, found.created_at, found.sandbox_of) == ("店铺", now, None)
    assert found in workspaces.listed(database)
    with database.workspace(shop) as connection:
        assert [f"{month:%Y-%m}" for month in partitions.months(connection)] == ["2026-02", "2026-03", "2026-04"]
    assert [row[-1] for row in _content(database, shop, "log", "recorded_at, tableoid::regclass::text")] == [
        "log_default",
        "log_2026_02",
        "log_2026_04",
    ]


def test_refuses_a_taken_and_a_wrong_name(database: db.Database, shop: str, now: dt.datetime) -> None:
    taken = workspaces.create(database, name=shop, title="", now=now)
    assert taken == Refused("workspace.name_taken", {"name": shop})
    wrong = workspaces.create(database, name="My Shop", title="", now=now)
    assert wrong == Refused("workspace.name_wrong", {"name": "My Shop"})


def test_a_drop_must_be_confirmed_by_name_and_leaves_nothing(database: db.Database, shop: str) -> None:
    assert workspaces.drop(database, name=shop, confirmation="yes") == Refused(
        "workspace.not_confirmed", {"name": shop}
    )
    assert workspaces.find(database, name=shop) is not None
    assert workspaces.drop(database, name=shop, confirmation=shop) is None
    assert workspaces.find(database, name=shop) is None
    with database.system() as connection:
        assert connection.execute("select to_regnamespace('w_shop') is null").fetchone() == (True,)
    assert workspaces.drop(database, name=shop, confirmation=shop) == Refused("workspace.unknown", {"name": shop})


def test_a_sandbox_has_the_data_but_tells_the_outside_nothing(
    database: db.Database, shop: str, now: dt.datetime
) -> None:
    made = archives.sandbox(database, source=shop, name="trial", title="Trial", now=now)
    assert isinstance(made, workspaces.Workspace) and made.sandbox_of == shop
    assert _content(database, "trial", "log", "xid, " + _LOG) == _content(database, shop, "log", "xid, " + _LOG)
    assert _content(database, "trial", "skus") == _content(database, shop, "skus")
    assert [row[0] for row in _content(database, shop, "outbox", "state")] == ["waiting"]
    assert [row[0] for row in _content(database, "trial", "outbox", "state")] == ["done"]


def test_a_change_in_a_sandbox_stays_there(database: db.Database, shop: str, now: dt.datetime) -> None:
    archives.sandbox(database, source=shop, name="trial", title="Trial", now=now)
    with database.workspace("trial") as connection:
        connection.execute("delete from skus")
    assert len(_content(database, shop, "skus")) == 1


def test_an_export_restored_is_the_same_workspace(database: db.Database, shop: str, now: dt.datetime) -> None:
    made = archives.restore(database, source=_exported(database, shop, now), name="again", title="Again", now=now)
    assert isinstance(made, workspaces.Workspace)
    with database.workspace(shop) as connection:
        names = [row[0] for row in connection.execute(archives.Q.tables).fetchall()]
    assert {"log", "skus", "settings", "outbox"} <= set(names)
    for table in names:
        columns = _LOG if table == "log" else "*"
        assert _content(database, "again", table, columns) == _content(database, shop, table, columns), table


def test_restored_entries_are_older_than_any_transaction_to_come(
    database: db.Database, shop: str, now: dt.datetime
) -> None:
    """The relay seals entries in order of their transactions; those of another server must come first."""
    archives.restore(database, source=_exported(database, shop, now), name="again", title="", now=now)
    before = [row[0] for row in _content(database, shop, "log", "xid, subject")]
    after = [row[0] for row in _content(database, "again", "log", "xid, subject")]
    assert max(after) <= 0
    assert [xid - after[0] for xid in after] == [xid - before[0] for xid in before]


def test_restoring_onto_a_taken_name_changes_nothing(database: db.Database, shop: str, now: dt.datetime) -> None:
    refused = archives.restore(database, source=_exported(database, shop, now), name=shop, title="", now=now)
    assert refused == Refused("workspace.name_taken", {"name": shop})
    assert len(_content(database, shop, "skus")) == 1


def _altered(source: io.BytesIO, member: str, content: bytes) -> io.BytesIO:
    target = io.BytesIO()
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(target, "w") as new:
        for name in old.namelist():
            new.writestr(name, content if name == member else old.read(name))
    target.seek(0)
    return target


def _manifest_with(source: io.BytesIO, **places: object) -> io.BytesIO:
    with zipfile.ZipFile(source) as archive:
        manifest = json.loads(archive.read("manifest.json"))
    return _altered(source, "manifest.json", json.dumps(manifest | places).encode())


@pytest.mark.parametrize(
    ("member", "content"),
    [
        ("manifest.json", b"not json"),
        ("tables/skus.copy", b""),
        ("tables/skus.copy", b"one\ttwo\n"),
        ("tables/skus.copy", b"\xff\xfe\n"),
        ("tables/log.copy", b"x" * 100_000),
    ],
)
def test_an_altered_archive_is_refused_and_leaves_nothing(
    database: db.Database, shop: str, now: dt.datetime, member: str, content: bytes
) -> None:
    altered = _altered(_exported(database, shop, now), member, content)
    refused = archives.restore(database, source=altered, name="again", title="", now=now)
    assert isinstance(refused, Refused) and refused.code == "workspace.archive_unreadable"
    assert workspaces.find(database, name="again") is None


@pytest.mark.parametrize("keep", [0, 10, 0.5, 0.99])
def test_a_cut_archive_is_refused(database: db.Database, shop: str, now: dt.datetime, keep: float) -> None:
    whole = _exported(database, shop, now).getvalue()
    cut = whole[: int(keep * len(whole)) if keep < 1 else int(keep)]
    refused = archives.restore(database, source=io.BytesIO(cut), name="again", title="", now=now)
    assert isinstance(refused, Refused) and refused.code == "workspace.archive_unreadable"


def test_an_archive_of_a_newer_version_is_refused(database: db.Database, shop: str, now: dt.datetime) -> None:
    newer = _manifest_with(_exported(database, shop, now), migration=9_999)
    refused = archives.restore(database, source=newer, name="again", title="", now=now)
    assert refused == Refused("workspace.archive_newer", {"migration": 9_999})


def test_an_archive_that_names_foreign_tables_is_refused(database: db.Database, shop: str, now: dt.datetime) -> None:
    for table in ("pg_authid", "migrations", 'x"; drop table skus; --', "../../etc/passwd"):
        tables = {table: {"columns": ["rolname"], "rows": 0, "sha256": ""}}
        made_up = _manifest_with(_exported(database, shop, now), tables=tables)
        refused = archives.restore(database, source=made_up, name="again", title="", now=now)
        assert isinstance(refused, Refused) and refused.code == "workspace.archive_unreadable"


def test_an_unknown_workspace_is_neither_copied_nor_exported(database: db.Database, now: dt.datetime) -> None:
    unknown = Refused("workspace.unknown", {"name": "nowhere"})
    assert archives.sandbox(database, source="nowhere", name="trial", title="", now=now) == unknown
    assert archives.export(database, name="nowhere", target=io.BytesIO(), now=now) == unknown
