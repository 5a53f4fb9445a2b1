"""Customers and SKUs are found while one types: by the start of their number, a part of their name, an index."""

import datetime as dt
from collections.abc import Iterator

import pytest

from orderloom.actions.hub import Hub
from orderloom.domain import geography
from orderloom.kit.ids import Ids
from orderloom.kit.sealing import Sealer
from orderloom.queries import reference, viewer
from orderloom.queries.reference import Wanted
from orderloom.store import database as db
from orderloom.store import migrations

ALL = viewer.everything("test")
ROWS = 20_000


@pytest.fixture(scope="module")
def many(database: db.Database, places: geography.Places) -> Iterator[Hub]:
    """Customers and SKUs made by hand, enough for the planner to choose; one name in a thousand has 恒达 in it."""
    name = "typed"
    with database.system() as connection:
        migrations.apply_workspace(connection, schema=db.schema_of(name), now=dt.datetime(2026, 1, 1, tzinfo=dt.UTC))
    made = Hub(database=database, workspace=name, sealer=Sealer(bytes(32)), ids=Ids(seed=1), places=places)
    with database.workspace(name) as connection:
        for table, key in (("customers", "customer_no"), ("skus", "sku")):
            connection.execute(
                f"""
                insert into {table} ({key}, data, valid_from)
                select 'N-' || lpad(i::text, 6, '0'), json_build_object(
                    '{key}', 'N-' || lpad(i::text, 6, '0'),
                    'name', (array['苏州','上海','杭州','南京','成都'])[1 + i % 5]
                        || case when i % 1000 = 7 then '恒达' else chr(20000 + i % 997) || chr(21000 + i % 991) end
                        || (array['五金','贸易','建材'])[1 + i % 3] || '有限公司 Nr' || i
                ), '2025-01-01'
                from generate_series(1, {ROWS}) as i
                """.encode()
            )
            connection.execute(f"analyze {table}".encode())
    yield made
    with database.system() as connection:
        connection.execute(f"drop schema {db.schema_of(name)} cascade".encode())


def _found(hub: Hub, text: str) -> list[str]:
    with hub.database.workspace(hub.workspace) as connection:
        page = reference.customers(connection, viewer=ALL, wanted=Wanted(text=text), count=50)
    return [each.customer_no for each in page.rows]


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("恒达", [f"N-{i:06}" for i in range(7, ROWS, 1000)]),
        ("达五", [f"N-{i:06}" for i in range(7, ROWS, 1000) if i % 3 == 0]),
        ("nr19999", ["N-019999"]),
        ("R19999", ["N-019999"]),
        ("n-01999", [f"N-{i:06}" for i in range(19990, 20000)]),
        ("达 恒", []),
        ("恒", [f"N-{i:06}" for i in range(7, ROWS, 1000)]),
    ],
)
def test_a_part_of_a_name_or_the_start_of_a_number_finds_them(many: Hub, text: str, numbers: list[str]) -> None:
    assert _found(many, text) == numbers


@pytest.mark.parametrize("table", ["customers", "skus"])
@pytest.mark.parametrize("text", ["恒达", "nr19999", "N-0199"])
def test_typing_finds_an_index_and_reads_no_table_whole(many: Hub, table: str, text: str) -> None:
    with many.database.workspace(many.workspace) as connection:
        asked = reference.parameters(connection, Wanted(text=text), cursor=None, count=50) | ALL.scope
        statement = getattr(reference.Q, table)
        plan = connection.execute(b"explain " + statement.encode(), asked, prepare=False).fetchall()
    told = "\n".join(line for (line,) in plan)
    assert f"{table}_name_parts" in told and f"{table}_begun" in told, told
    assert "Seq Scan" not in told
