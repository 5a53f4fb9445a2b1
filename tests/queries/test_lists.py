"""Lists show what the filters and the viewer's scope let through, page by page, each filter by an index."""

import datetime as dt
from collections.abc import Iterator
from typing import Any

import msgspec
import pytest
from tests import company

from orderloom.actions import credit, orders, shipments
from orderloom.actions.hub import Hub
from orderloom.domain import geography
from orderloom.domain.orders import state
from orderloom.kit.ids import Ids
from orderloom.kit.sealing import Sealer
from orderloom.queries import credit as credit_query
from orderloom.queries import cursors, exports, people, stock, viewer
from orderloom.queries import orders as orders_query
from orderloom.queries import reference as reference_query
from orderloom.queries import shipments as shipments_query
from orderloom.queries.orders import Filters
from orderloom.queries.viewer import Viewer
from orderloom.store import database as db
from orderloom.store import migrations

ALL = viewer.everything("test")
WEB = Viewer(name="web", verbs=frozenset({"orders:read"}), channels=frozenset({"web"}))
CHENGDU = Viewer(name="chengdu", verbs=frozenset({"orders:read"}), warehouses=frozenset({"chengdu"}))
NOTHING = Viewer(name="nothing", verbs=frozenset(), channels=frozenset())


@pytest.fixture
def some(hub: Hub, now: dt.datetime) -> Hub:
    """Seven orders of two channels and two customers, placed a minute apart; the newest is held."""
    company.tiny(hub, now=now)
    for minute in range(7):
        at = now + dt.timedelta(minutes=minute)
        made = company.draft(f"X{minute}", customer_no=f"C{1 + minute % 2}", now=at)
        [placed] = company.place(hub, made, channel=("web", "tmall")[minute % 2], now=at)
    hold = state.Hold("hold.manual", state.Text("人工", "by hand"), blocks=["release"], at=now)
    assert placed.order_id is not None
    orders.hold(hub, placed.order_id, hold=hold, origin=company.origin(), now=at)
    return hub


def _numbers(hub: Hub, who: Viewer = ALL, **filters: Any) -> list[str]:
    with hub.database.workspace(hub.workspace) as connection:
        read = orders_query.page(connection, viewer=who, filters=Filters(**filters))
    assert read.next is None
    return [row.external_no for row in read.rows]


def test_the_newest_come_first_and_pages_join_without_a_gap(some: Hub) -> None:
    with some.database.workspace(some.workspace) as connection:
        first = orders_query.page(connection, viewer=ALL, filters=Filters(), count=3)
        second = orders_query.page(connection, viewer=ALL, filters=Filters(), count=3, cursor=first.next)
        third = orders_query.page(connection, viewer=ALL, filters=Filters(), count=3, cursor=second.next)
    seen = [row.external_no for page in (first, second, third) for row in page.rows]
    assert seen == ["X6", "X5", "X4", "X3", "X2", "X1", "X0"]
    assert third.next is None


def test_orders_placed_at_the_same_instant_are_all_shown_once(hub: Hub, now: dt.datetime) -> None:
    company.tiny(hub, now=now)
    company.place(hub, *(company.draft(f"S{i}", lines=[("HOOK", 1)], now=now) for i in range(5)), now=now)
    seen: list[str] = []
    cursor = None
    with hub.database.workspace(hub.workspace) as connection:
        for _ in range(5):
            page = orders_query.page(connection, viewer=ALL, filters=Filters(), cursor=cursor, count=2)
            seen += [row.external_no for row in page.rows]
            cursor = page.next
            if cursor is None:
                break
    assert sorted(seen) == [f"S{i}" for i in range(5)]


def test_filters_narrow_the_list(some: Hub, now: dt.datetime) -> None:
    assert _numbers(some, channel="tmall") == ["X5", "X3", "X1"]
    assert _numbers(some, customer_no="C1", channel="tmall") == []
    assert _numbers(some, held=True) == ["X6"]
    assert _numbers(some, external_no="X2") == ["X2"]
    assert _numbers(some, order_no="OL-20260218-000001") == ["X0"]
    assert _numbers(some, province="江苏省", grade="vip", stage="allocated", placed_to=now) == []
    assert _numbers(some, placed_from=now + dt.timedelta(minutes=5)) == ["X6", "X5"]
    assert _numbers(some, placed_to=now + dt.timedelta(minutes=1)) == ["X0"]


def test_a_held_order_shows_its_holds(some: Hub) -> None:
    with some.database.workspace(some.workspace) as connection:
        [row] = orders_query.page(connection, viewer=ALL, filters=Filters(held=True)).rows
    assert [hold["code"] for hold in row.holds] == ["hold.manual"]


def test_rows_name_their_customers_to_who_may_list_them_and_to_nobody_else(some: Hub) -> None:
    reading = frozenset({"orders:read", "customers:read"})
    own = Viewer(name="own", verbs=reading, owners=frozenset({"customer/C1"}))
    of_web = Viewer(name="of_web", verbs=reading, channels=frozenset({"web"}))
    no_list = Viewer(name="no_list", verbs=frozenset({"orders:read"}))
    with some.database.workspace(some.workspace) as connection:
        connection.execute("update customers set data = '{\"customer_no\": \"C2\"}' where customer_no = 'C2'")

        def told(who: Viewer) -> set[tuple[str, str]]:
            rows = orders_query.page(connection, viewer=who, filters=Filters()).rows
            return {(each.customer_no, each.customer_name) for each in rows}

        assert told(ALL) == {("C1", "客户 C1"), ("C2", "")}
        assert told(own) == {("C1", "客户 C1")}
        assert told(of_web) == {("C1", "")}, "a customer buys through any channel: who sees one lists no customers"
        assert told(no_list) == {("C1", ""), ("C2", "")}
        exported = orders_query.every(connection, viewer=ALL, filters=Filters(customer_no="C1"))
        assert {each.customer_name for each in exported} == {"客户 C1"}


def test_scope_holds_in_lists_and_details(some: Hub) -> None:
    assert _numbers(some, WEB) == ["X6", "X4", "X2", "X0"]
    assert _numbers(some, WEB, channel="tmall") == []
    assert _numbers(some, NOTHING) == []
    assert _numbers(some, CHENGDU) == []
    with some.database.workspace(some.workspace) as connection:
        hidden = orders_query.detail(connection, viewer=WEB, order_no="OL-20260218-000002")
        shown = orders_query.detail(connection, viewer=ALL, order_no="OL-20260218-000002")
        assert hidden is None and shown is not None
        assert shown.order.external_no == "X1"
        assert [each.state for each in shown.messages] == ["done"]
        assert [each.warehouse for each in shown.shipments] == ["suzhou"]
        assert orders_query.detail(connection, viewer=CHENGDU, order_id=shown.order.order_id) is None
        assert shipments_query.page(connection, viewer=CHENGDU, filters=shipments_query.Filters()).rows == []
        of_web = shipments_query.page(connection, viewer=WEB, filters=shipments_query.Filters(warehouse="suzhou"))
        assert {row.channel for row in of_web.rows} == {"web"}


def test_a_cursor_of_another_list_is_refused(some: Hub) -> None:
    with some.database.workspace(some.workspace) as connection:
        for cursor in ("", "no cursor", cursors.write("SKU"), cursors.write(1, 2)):
            if cursor:
                with pytest.raises(cursors.Unreadable):
                    orders_query.page(connection, viewer=ALL, filters=Filters(), cursor=cursor)


def test_shipments_are_listed_oldest_first_with_what_their_orders_say(some: Hub, now: dt.datetime) -> None:
    shipments.release(some, ["OL-20260218-000001-1"], origin=company.origin(), now=now)
    scan = shipments.Scan("OL-20260218-000001-1", "picked", now, "p")
    shipments.confirm(some, [scan], origin=company.origin(source="pda"), now=now)
    with some.database.workspace(some.workspace) as connection:
        picked = shipments_query.page(connection, viewer=ALL, filters=shipments_query.Filters(stage="picked"))
        rest = shipments_query.page(
            connection, viewer=ALL, filters=shipments_query.Filters(stage="allocated", live=True), count=4
        )
        more = shipments_query.page(
            connection,
            viewer=ALL,
            filters=shipments_query.Filters(stage="allocated", live=True),
            cursor=rest.next,
        )
    assert [row.shipment_no for row in picked.rows] == ["OL-20260218-000001-1"]
    assert [row.order_no[-1] for row in (*rest.rows, *more.rows)] == ["2", "3", "4", "5", "6", "7"]
    assert more.rows[-1].held


def test_accounts_show_their_live_balance(some: Hub, now: dt.datetime) -> None:
    credit.grant(some, "C1", amount_minor=1_000, hours=1, actor="boss", now=now)
    credit.grant(some, "C1", amount_minor=7_000, hours=1, scope="OL-1", actor="boss", now=now)
    credit.charge(some, "C1", amount_minor=-300, reference="deposit", actor="b", source="bank", now=now)
    with some.database.workspace(some.workspace) as connection:
        found = credit_query.detail(connection, viewer=ALL, account="C1", now=now)
        later = credit_query.detail(connection, viewer=ALL, account="C1", now=now + dt.timedelta(hours=1))
        assert found is not None and later is not None
        assert found.account.granted_minor == 1_000
        assert found.account.used_minor == -300
        assert found.account.available_minor == (
            company.LIMIT_MINOR + 1_000 + 300 - found.account.reserved_minor
        )  # fmt: skip
        assert later.account.available_minor == found.account.available_minor - 1_000
        assert [each.valid for each in found.grants] == [True, True]
        assert [each.valid for each in later.grants] == [False, False]
        assert [each.reference for each in found.moves] == ["deposit"]
        page = credit_query.page(connection, viewer=ALL, now=now, count=1)
        rest = credit_query.page(connection, viewer=ALL, now=now, cursor=page.next)
        assert [row.account for row in (*page.rows, *rest.rows)] == ["C1", "C2"]
        assert credit_query.page(connection, viewer=WEB, now=now).rows == []


def test_stock_shows_levels_lots_and_movements_in_scope(some: Hub) -> None:
    with some.database.workspace(some.workspace) as connection:
        page = stock.page(connection, viewer=ALL, filters=stock.Filters(sku="JERKY"), count=1)
        rest = stock.page(connection, viewer=ALL, filters=stock.Filters(sku="JERKY"), cursor=page.next)
        assert [(row.warehouse, row.on_hand, row.reserved, row.available) for row in (*page.rows, *rest.rows)] == [
            ("chengdu", 100, 0, 100),
            ("suzhou", 100, 14, 86),
        ]
        assert {row.warehouse for row in stock.page(connection, viewer=CHENGDU, filters=stock.Filters()).rows} == {
            "chengdu"
        }
        assert [lot.on_hand for lot in stock.lots(connection, viewer=CHENGDU, sku="HOOK")] == [100]
        assert [each.quantity for each in stock.movements(connection, viewer=ALL, sku="HOOK", warehouse="suzhou")] == [
            100
        ]


def test_what_may_be_promised_grows_as_supplies_are_expected(some: Hub, now: dt.datetime) -> None:
    day = dt.timedelta(days=1)
    with some.database.workspace(some.workspace) as connection:
        for pool, warehouse, units, reserved, at in (
            ("production", "suzhou", 50, 10, now + 2 * day),
            ("transfer", "chengdu", 30, 0, now + day),
            ("transfer", "suzhou", 5, 0, now - day),
        ):
            connection.execute(
                "insert into stock_pools (sku, warehouse, pool, on_hand, reserved, expected_at)"
                " values ('MOTOR', %s, %s, %s, %s, %s)",
                [warehouse, pool, units, reserved, at],
            )
        found = stock.promisable(connection, viewer=ALL, sku="MOTOR", now=now)
        here = stock.promisable(connection, viewer=ALL, sku="MOTOR", warehouse="suzhou", now=now)
    assert [(step.at, step.available, step.more) for step in found.steps] == [
        (None, 200, 200),
        (now + day, 230, 30),
        (now + 2 * day, 270, 40),
    ]
    assert found.undated == 5
    assert [step.available for step in here.steps] == [100, 140]


def test_people_are_shown_as_the_viewer_may_see_them(some: Hub) -> None:
    with some.database.workspace(some.workspace) as connection:
        found = orders_query.detail(connection, viewer=ALL, order_no="OL-20260218-000001")
        assert found is not None and found.order.consignee.person is not None
        asked = {"sealer": some.sealer, "persons": [found.order.consignee.person]}
        [whole] = people.named(connection, viewer=ALL, **asked).values()
        [masked] = people.named(connection, viewer=WEB, **asked).values()
        connection.execute("update persons set sealed = null")
        assert list(people.named(connection, viewer=ALL, **asked).values()) == [{}]
    assert (whole["name"], whole["phone"], whole["street"]) == ("王小明", "13800138000", "人民路 X0 号")
    assert (masked["name"], masked["phone"], masked["street"]) == ("王**", "138****8000", "***")


class _Odd(msgspec.Struct):
    name: str
    units: int
    at: dt.datetime | None
    holds: list[dict[str, Any]]


def test_an_export_is_the_list_and_no_formula(some: Hub, now: dt.datetime) -> None:
    with some.database.workspace(some.workspace) as connection:
        rows = orders_query.every(connection, viewer=WEB, filters=Filters())
        lines = b"".join(exports.ndjson(rows)).splitlines()
    assert [msgspec.json.decode(line)["external_no"] for line in lines] == ["X6", "X4", "X2", "X0"]
    odd = [_Odd("=1+1", -5, None, []), _Odd('a"b', 1, now, [{"code": "x"}])]
    text = b"".join(exports.table(odd, kind=_Odd)).decode("utf-8-sig")
    assert text.splitlines() == [
        "name,units,at,holds",
        "'=1+1,-5,,",
        '"a""b",1,2026-02-18T01:30:00+00:00,"[{""code"":""x""}]"',
    ]


@pytest.mark.parametrize(
    ("filters", "index"),
    [
        ({}, "orders_placed"),
        ({"stage": "picked"}, "orders_stage"),
        ({"channel": "rare"}, "orders_channel"),
        ({"grade": "rare"}, "orders_grade"),
        ({"province": "rare"}, "orders_province"),
        ({"customer_no": "C77"}, "orders_customer"),
        ({"held": True}, "orders_held"),
        ({"order_no": "OL-77"}, "orders_order_no_key"),
        ({"external_no": "X77"}, "orders_once"),
        ({"placed_from": dt.datetime(2026, 1, 1, tzinfo=dt.UTC)}, "orders_placed"),
    ],
)
def test_each_filter_finds_its_index(many: Hub, filters: dict[str, Any], index: str) -> None:
    asked = orders_query.parameters(viewer=ALL, filters=Filters(**filters), cursor=None, count=50)
    with many.database.workspace(many.workspace) as connection:
        plan = connection.execute(b"explain " + orders_query.Q.page.encode(), asked, prepare=False).fetchall()
    text = "\n".join(line for (line,) in plan)
    assert f"using {index}" in text or f"on {index}" in text, text
    assert "Seq Scan" not in text


def test_names_of_a_page_are_found_by_their_keys(many: Hub) -> None:
    asked = {"customer_nos": [f"C{number}" for number in range(200)], **ALL.scope}
    with many.database.workspace(many.workspace) as connection:
        plan = connection.execute(b"explain " + reference_query.Q.customer_names.encode(), asked).fetchall()
    text = "\n".join(line for (line,) in plan)
    assert "customers_pkey" in text and "Seq Scan" not in text, text


@pytest.fixture(scope="module")
def many(module_hub: Hub) -> Hub:
    """Twenty thousand orders and as many customers, rows made by hand: enough for the planner to choose."""
    with module_hub.database.workspace(module_hub.workspace) as connection:
        connection.execute(
            """
            insert into orders (
                order_id, order_no, channel, external_no, n, stage, furthest, grade, priority, held, cancelled,
                customer_no, account, province, placed_at, received_at, currency, goods_minor, discount_minor,
                freight_minor, tax_minor, adjustment_minor, total_minor, paid_minor, credit_reserved_minor,
                credit_used_minor, state
            )
            select ('00000000-0000-7000-8000-' || lpad(i::text, 12, '0'))::uuid, 'OL-' || i,
                case when i % 400 = 0 then 'rare' else 'web' end, 'X' || i, 1,
                case when i % 400 = 1 then 'picked' else 'delivered' end, 'delivered',
                case when i % 400 = 2 then 'rare' else 'ordinary' end, 100, i % 400 = 3, false, 'C' || i % 1000, '',
                case when i % 400 = 4 then 'rare' else '江苏省' end,
                '2025-01-01'::timestamptz + i * interval '1 minute',
                '2025-01-01', 'CNY', 0, 0, 0, 0, 0, 0, 0, 0, 0, json_build_object('note', repeat('x', 500))
            from generate_series(1, 20000) as i
            """
        )
        connection.execute(
            """
            insert into customers (customer_no, data, valid_from)
            select 'C' || i, json_build_object('customer_no', 'C' || i, 'name', '客户' || i), '2025-01-01'
            from generate_series(1, 20000) as i
            """
        )
        connection.execute("analyze orders, customers")
    return module_hub


@pytest.fixture(scope="module")
def module_hub(database: db.Database, places: geography.Places) -> Iterator[Hub]:
    """A hub in a workspace of this module's own."""
    name = "lists"
    with database.system() as connection:
        migrations.apply_workspace(connection, schema=db.schema_of(name), now=dt.datetime(2026, 1, 1, tzinfo=dt.UTC))
    yield Hub(database=database, workspace=name, sealer=Sealer(bytes(32)), ids=Ids(seed=1), places=places)
    with database.system() as connection:
        connection.execute(f"drop schema {db.schema_of(name)} cascade".encode())
