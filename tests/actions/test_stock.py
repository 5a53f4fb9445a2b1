"""Stock: adjusted, counted, moved; what is promised and not there is displaced from the least important orders."""

import concurrent.futures
import datetime as dt
import uuid

import pytest
from tests import company

from orderloom.actions import orders, reference, shipments, stock
from orderloom.actions.hub import Hub
from orderloom.deciding.work import Outcome
from orderloom.domain import fold, log
from orderloom.domain import stock as stock_words
from orderloom.domain.orders import state
from orderloom.domain.warehouses import Rate, Transit, Warehouse
from orderloom.kit import limits
from orderloom.kit.refusals import Refused
from orderloom.store import orders as orders_store

HOOK = "HOOK"


@pytest.fixture
def stocked(hub: Hub, now: dt.datetime) -> Hub:
    """The tiny company, and a warehouse in Shanghai that reaches the same customers: 100 of each SKU everywhere."""
    company.tiny(hub, now=now)
    reference.enter(
        hub,
        warehouses=[Warehouse("shanghai", "上海仓", 121.473701, 31.230416, province="上海市", calendar="every_day")],
        actor="test",
        now=now,
    )
    reference.enter_lanes(
        hub,
        rates=[Rate("SF", "standard", "shanghai", "江苏省", 1000, 1900, 1000, 400)],
        transits=[Transit("SF", "standard", "shanghai", "江苏省", 24)],
        actor="test",
        now=now,
    )
    company.stocked(hub, [(HOOK, "shanghai", company.ON_HAND)], now=now)
    return hub


def _rows(hub: Hub, text: str) -> list[tuple]:
    with hub.database.workspace(hub.workspace) as connection:
        return connection.execute(text.encode()).fetchall()


def _order(hub: Hub, outcome: Outcome) -> state.Order:
    assert outcome.order_id is not None
    with hub.database.workspace(hub.workspace) as connection:
        return orders_store.lock(connection, [outcome.order_id])[outcome.order_id]


def _place(hub: Hub, count: int, *, quantity: int, now: dt.datetime, prefix: str = "X") -> list[Outcome]:
    made = []
    for number in range(count):
        at = now + dt.timedelta(minutes=number)
        made += company.place(hub, company.draft(f"{prefix}-{number}", lines=[(HOOK, quantity)], now=at), now=at)
    return made


def _count(hub: Hub, counted: int, *, now: dt.datetime, warehouse: str = "suzhou", **place: str) -> Refused | None:
    lot, bin_ = _lot(hub, warehouse)
    one = stock.Count(HOOK, warehouse, counted, place.get("lot", lot), place.get("bin", bin_), "cycle count")
    return stock.count(hub, [one], actor="keeper", source="pda", now=now)[0]


def _lot(hub: Hub, warehouse: str) -> tuple[str, str]:
    return _rows(hub, f"select lot, bin from stock_lots where sku = 'HOOK' and warehouse = '{warehouse}'")[0]


def _whole(hub: Hub) -> None:
    """What `check` proves of stock: nothing oversold, rows are the fold, sums agree, the log folds to the orders."""
    pools = _rows(hub, "select sku, warehouse, pool, on_hand, reserved from stock_pools")
    moved = {
        (sku, warehouse, pool): units
        for sku, warehouse, pool, units in _rows(
            hub, "select sku, warehouse, pool, sum(quantity)::bigint from movements group by 1, 2, 3"
        )
    }
    held = {
        (sku, warehouse, pool): units
        for sku, warehouse, pool, units in _rows(
            hub, "select sku, warehouse, pool, sum(quantity)::bigint from reservations group by 1, 2, 3"
        )
    }
    lots = {
        (sku, warehouse): units
        for sku, warehouse, units in _rows(
            hub, "select sku, warehouse, sum(on_hand)::bigint from stock_lots group by 1, 2"
        )
    }
    for sku, warehouse, pool, on_hand, reserved in pools:
        key = (sku, warehouse, pool)
        assert 0 <= reserved <= on_hand
        assert on_hand == moved.get(key, 0)
        assert reserved == held.get(key, 0)
        if pool == "spot":
            assert on_hand == lots.get((sku, warehouse), 0)
    said: dict[uuid.UUID, list] = {}
    stocks = []
    for kind, subject, body in _rows(hub, "select kind, subject, body::text from log order by subject, n"):
        if kind == "order":
            said.setdefault(subject, []).extend(log.read(body).events)
        elif kind == "stock":
            stocks.extend(log.read(body).events)
    waiting = {}
    for order_id, row in _rows(hub, "select order_id, state::text from orders"):
        order = fold.fold(said[order_id])
        assert order is not None
        assert orders_store.encode(order) == orders_store.encode(orders_store.decode(row))
        waiting |= {(order.line(no).sku, order_id, no): units for no, units in order.backordered.items()}
    assert waiting == {row[:3]: row[3] for row in _rows(hub, "select sku, order_id, line_no, quantity from backorders")}
    booked = [each for event in stocks for each in stock_words.movements(event)]
    kept = _rows(hub, "select sku, warehouse, pool, lot, bin, quantity, kind from movements where kind <> 'shipped'")
    assert sorted((e.sku, e.warehouse, e.pool, e.lot, e.bin, e.quantity, e.kind) for e in booked) == sorted(kept)


def test_a_count_above_the_ledger_adds_and_one_below_takes_free_units(stocked: Hub, now: dt.datetime) -> None:
    assert _count(stocked, 120, now=now) is None
    assert _count(stocked, 90, now=now) is None
    assert _rows(stocked, "select on_hand from stock_pools where sku = 'HOOK' and warehouse = 'suzhou'") == [(90,)]
    said = _rows(
        stocked, "select body::json -> 'events' -> 0 from log where kind = 'stock' order by recorded_at, xid desc"
    )
    assert ("stock.counted", 90, 120) in [(e["type"], e.get("counted"), e.get("was")) for (e,) in said]
    _whole(stocked)


def test_a_count_that_agrees_is_recorded_and_moves_nothing(stocked: Hub, now: dt.datetime) -> None:
    before = _rows(stocked, "select count(*) from movements")
    assert _count(stocked, company.ON_HAND, now=now) is None
    assert _rows(stocked, "select count(*) from movements") == before
    assert _rows(stocked, "select count(*) from log where body::text like '%stock.counted%'") == [(1,)]


def test_a_count_below_what_is_promised_displaces_the_latest_orders_first(stocked: Hub, now: dt.datetime) -> None:
    placed = _place(stocked, 8, quantity=10, now=now)
    assert {each.reservations[0].warehouse for each in (_order(stocked, o) for o in placed)} == {"suzhou"}
    assert _count(stocked, 55, now=now) is None
    warehouses = [[r.warehouse for r in _order(stocked, each).reservations] for each in placed]
    assert warehouses[:5] == [["suzhou"]] * 5
    assert sorted(warehouses[5]) == ["shanghai", "suzhou"]
    assert warehouses[6:] == [["shanghai"]] * 2
    assert _rows(
        stocked, "select on_hand, reserved <= on_hand from stock_pools where sku='HOOK' and warehouse='suzhou'"
    ) == [(55, True)]
    codes = [[h.code for h in _order(stocked, each).holds] for each in placed]
    assert codes[:5] == [[]] * 5 and codes[5:] == [["stock.displaced"]] * 3
    _whole(stocked)


def test_what_no_warehouse_covers_is_backordered_and_planning_is_told(stocked: Hub, now: dt.datetime) -> None:
    lot, bin_ = _lot(stocked, "shanghai")
    stock.adjust(
        stocked,
        [stock_words.StockAdjusted(HOOK, "shanghai", -company.ON_HAND, lot=lot, bin=bin_)],
        actor="keeper", source="pda", now=now,
    )  # fmt: skip
    placed = _place(stocked, 2, quantity=40, now=now)
    assert _count(stocked, 50, now=now) is None
    first, second = (_order(stocked, each) for each in placed)
    assert first.backordered == {} and first.stage == "allocated"
    assert second.backordered == {1: 30} and second.stage == "backordered"
    assert _rows(stocked, "select count(*) from outbox where topic = 'planning'") == [(1,)]
    _whole(stocked)


def test_a_released_shipment_whose_bin_is_empty_is_called_back(stocked: Hub, now: dt.datetime) -> None:
    (placed,) = _place(stocked, 1, quantity=10, now=now)
    shipment = _order(stocked, placed).shipments[0].shipment_no
    shipments.release(stocked, [shipment], origin=company.origin(), now=now)
    assert _count(stocked, 0, now=now) is None
    order = _order(stocked, placed)
    assert [each.stage for each in order.shipments] == ["cancelled", "allocated"]
    assert order.shipments[1].warehouse == "shanghai" and order.shipments[1].released_at is None
    told = _rows(
        stocked, "select payload ->> 'cancelled' from outbox where topic = 'warehouse' and key like 'cancelled-%'"
    )
    assert told == [("stock displaced",)]
    assert _rows(stocked, "select sum(reserved) from stock_lots") == [(0,)]
    _whole(stocked)


def test_an_empty_bin_frees_the_pick_and_keeps_the_promise_when_other_bins_cover_it(
    stocked: Hub, now: dt.datetime
) -> None:
    more = stock_words.StockAdjusted(HOOK, "suzhou", 100, lot="LATE", bin="Z-99")
    stock.adjust(stocked, [more], actor="keeper", source="pda", now=now)
    (placed,) = _place(stocked, 1, quantity=10, now=now)
    shipments.release(stocked, [_order(stocked, placed).shipments[0].shipment_no], origin=company.origin(), now=now)
    picked = _order(stocked, placed).shipments[0].picks[0]
    assert _count(stocked, 0, now=now, lot=picked.lot, bin=picked.bin) is None
    order = _order(stocked, placed)
    assert [r.warehouse for r in order.reservations] == ["suzhou"]
    assert [(each.warehouse, each.stage) for each in order.shipments] == [
        ("suzhou", "cancelled"),
        ("suzhou", "allocated"),
    ]
    _whole(stocked)


def test_more_orders_than_a_batch_are_displaced_in_rounds(
    stocked: Hub, now: dt.datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "BATCH_ORDERS_MAX", 3)
    placed = _place(stocked, 10, quantity=10, now=now)
    assert _count(stocked, 5, now=now) is None
    assert _rows(stocked, "select on_hand from stock_pools where sku='HOOK' and warehouse='suzhou'") == [(5,)]
    assert sum(bool(_order(stocked, each).holds) for each in placed) == 10
    last = _rows(stocked, "select body::text from log where kind = 'stock' order by xid desc, i desc limit 1")[0][0]
    assert '"stock.counted"' in last and '"counted":5' in last
    _whole(stocked)


def test_taking_out_more_than_a_lot_holds_is_refused(stocked: Hub, now: dt.datetime) -> None:
    lot, bin_ = _lot(stocked, "suzhou")
    one = stock_words.StockAdjusted(HOOK, "suzhou", -101, lot=lot, bin=bin_)
    (answer,) = stock.adjust(stocked, [one], actor="keeper", source="pda", now=now)
    assert answer is not None and answer.code == "stock.lot_short" and answer.data["free"] == company.ON_HAND
    _whole(stocked)


def test_units_move_with_the_dates_of_their_lot(stocked: Hub, now: dt.datetime) -> None:
    fresh = stock_words.StockAdjusted(HOOK, "suzhou", 20, lot="D1", bin="A-1", expires_on=dt.date(2027, 1, 1))
    stock.adjust(stocked, [fresh], actor="keeper", source="pda", now=now)
    later = now + dt.timedelta(days=3)
    moves = [
        stock_words.StockMoved(HOOK, 5, "suzhou", "suzhou", lot="D1", bin="A-1", to_bin="B-1"),
        stock_words.StockMoved(HOOK, 8, "suzhou", "chengdu", lot="D1", bin="A-1", to_bin="C-1"),
    ]
    assert stock.move(stocked, moves, actor="keeper", source="pda", now=later) == [None, None]
    found = _rows(
        stocked, "select warehouse, bin, on_hand, expires_on, received_at from stock_lots where lot = 'D1' order by bin"
    )
    assert found == [
        ("suzhou", "A-1", 7, dt.date(2027, 1, 1), now),
        ("suzhou", "B-1", 5, dt.date(2027, 1, 1), now),
        ("chengdu", "C-1", 8, dt.date(2027, 1, 1), now),
    ]
    _whole(stocked)


def test_promised_units_do_not_move_away(stocked: Hub, now: dt.datetime) -> None:
    _place(stocked, 1, quantity=60, now=now)
    lot, bin_ = _lot(stocked, "suzhou")
    away = stock_words.StockMoved(HOOK, 50, "suzhou", "chengdu", lot=lot, bin=bin_, to_bin="C-1")
    beside = stock_words.StockMoved(HOOK, 50, "suzhou", "suzhou", lot=lot, bin=bin_, to_bin="B-1")
    nowhere = stock_words.StockMoved(HOOK, 5, "suzhou", "suzhou", lot=lot, bin=bin_, to_bin=bin_)
    answers = stock.move(stocked, [away, beside, nowhere], actor="keeper", source="pda", now=now)
    assert [each.code if each else None for each in answers] == ["stock.units_promised", None, "stock.same_place"]
    _whole(stocked)


def test_counts_and_orders_at_once_never_oversell(stocked: Hub, now: dt.datetime) -> None:
    """Sixteen counts of two bins against sixty orders of the same SKU, side by side."""

    def order(number: int) -> object:
        return company.place(stocked, company.draft(f"P-{number}", lines=[(HOOK, 5)], now=now), now=now)

    def counting(number: int) -> object:
        return _count(stocked, 100 - 6 * number, now=now, warehouse=("suzhou", "shanghai")[number % 2])

    with concurrent.futures.ThreadPoolExecutor(6) as threads:
        futures = [threads.submit(order, number) for number in range(60)]
        futures += [threads.submit(counting, number) for number in range(16)]
        for each in futures:
            each.result()
    _whole(stocked)


def test_a_cancelled_order_is_not_displaced(stocked: Hub, now: dt.datetime) -> None:
    placed = _place(stocked, 2, quantity=50, now=now)
    assert placed[1].order_id is not None
    orders.cancel(stocked, [placed[1].order_id], reason="changed mind", origin=company.origin(), now=now)
    assert _count(stocked, 50, now=now) is None
    assert [each.code for each in _order(stocked, placed[0]).holds] == []
    _whole(stocked)
