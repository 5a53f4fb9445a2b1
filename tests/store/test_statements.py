"""Every named statement of every `.sql` file is accepted by a real server, against the tables as they are migrated."""

from pathlib import Path

import psycopg
import pytest

from orderloom.store import database as db
from orderloom.store import sql

SOURCE = Path(db.__file__).parent.parent
FILES = [path for path in sorted(SOURCE.rglob("*.sql")) if "-- name:" in path.read_text("utf-8")]


def _schema(path: Path) -> str:
    """A file whose head says so speaks of the system schema, the others of a workspace."""
    head = path.read_text("utf-8").partition("-- name:")[0]
    return db.SYSTEM if "-- schema: orderloom" in head else db.schema_of("test")


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(SOURCE)))
def test_the_server_prepares_each_statement(path: Path, database_url: str) -> None:
    statements = sql.read(path)
    wrong = []
    with psycopg.connect(database_url, autocommit=True) as connection:
        connection.execute("select set_config('search_path', %s, false)", [_schema(path)])
        for name in statements:
            if statements.is_definition(name):
                continue
            text = sql.numbered(getattr(statements, name))
            try:
                connection.execute(f"prepare tried as {text}".encode())
                connection.execute("deallocate tried")
            except psycopg.Error as problem:
                wrong.append(f"{name}: {problem}")
    assert not wrong, "\n".join(wrong)


def test_a_statement_with_a_wrong_column_is_found(database_url: str, tmp_path: Path) -> None:
    path = tmp_path / "wrong.sql"
    path.write_text(
        "-- name: wrong\n-- What it means.\nselect no_such_column from orders where order_no = %(number)s;\n"
    )
    with psycopg.connect(database_url, autocommit=True) as connection, pytest.raises(psycopg.errors.UndefinedColumn):
        connection.execute("select set_config('search_path', 'w_test', false)")
        connection.execute(f"prepare tried as {sql.numbered(sql.read(path).wrong)}".encode())


def test_reads_names_descriptions_and_parameters(tmp_path: Path) -> None:
    path = tmp_path / "pools.sql"
    path.write_text("""-- Head of the file.

-- name: lock_pools
-- Locks in key order.
select 1 -- kept
where %(sku)s = 'a' and %(warehouse)s like 'b%%' and %(sku)s <> 'c';

-- name: make
-- ddl
create table {name} (x int);
""")
    statements = sql.read(path)
    assert list(statements) == ["lock_pools", "make"]
    assert sql.parameters(statements.lock_pools) == ["sku", "warehouse"]
    assert sql.numbered(statements.lock_pools) == "select 1 -- kept\nwhere $1 = 'a' and $2 like 'b%' and $1 <> 'c'"
    assert statements.define("make", name=sql.Identifier('a"b')).as_string() == 'create table "a""b" (x int)'
    assert statements.is_definition("make") and not statements.is_definition("lock_pools")


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("select 1;\n-- name: one\nselect 1;", "before the first"),
        ("-- name: one\nselect 1;\n-- name: one\nselect 2;", "comes twice"),
        ("-- name: one\n-- Only words.\n", "no statement"),
    ],
)
def test_refuses_a_file_it_cannot_read(text: str, complaint: str, tmp_path: Path) -> None:
    path = tmp_path / "wrong.sql"
    path.write_text(text)
    with pytest.raises(sql.Wrong, match=complaint):
        sql.read(path)


def test_a_fragment_stands_where_it_is_named(tmp_path: Path) -> None:
    (tmp_path / "viewer.sql").write_text("-- fragment: seen\n-- What is seen.\nchannel = %(channel)s\n")
    path = tmp_path / "orders.sql"
    path.write_text("-- name: page\nselect 1 from orders where {{viewer.seen}} and held;")
    assert sql.read(path).page == "select 1 from orders where (channel = %(channel)s) and held"
    for there in ("viewer.hidden", "nobody.seen"):
        path.write_text(f"-- name: page\nselect 1 from orders where {{{{{there}}}}};")
        with pytest.raises(sql.Wrong, match="no fragment"):
            sql.read(path)


def test_an_unknown_name_lists_the_known_ones(tmp_path: Path) -> None:
    path = tmp_path / "pools.sql"
    path.write_text("-- name: one\nselect 1;")
    with pytest.raises(AttributeError, match="only one"):
        _ = sql.read(path).two


def test_a_lone_percent_sign_is_found() -> None:
    with pytest.raises(sql.Wrong, match="write %%"):
        sql.numbered("select * from orders where order_no like 'OL%' and stage = %(stage)s")
