"""Whatever is asked, in whatever order and however often: nothing oversold, nothing leaked, money to the cent."""

import copy

from hypothesis import given, settings
from hypothesis import strategies as st
from tests.deciding import house

from orderloom.domain import fold
from orderloom.domain.orders import commands, stages, state

_LINES = st.dictionaries(st.sampled_from("ABC"), st.integers(1, 40), min_size=1, max_size=3)
_STEP = st.one_of(
    st.tuples(st.just("place"), st.integers(0, 2), _LINES, st.sampled_from(("credit", "alipay", "cod"))),
    st.tuples(st.just("pay"), st.integers(0, 2), st.integers(1, 60_000)),
    st.tuples(st.just("cancel"), st.integers(0, 2)),
    st.tuples(st.just("reduce"), st.integers(0, 2), st.integers(1, 3), st.integers(1, 40)),
    st.tuples(st.just("set"), st.integers(0, 2), st.integers(1, 4), st.sampled_from("ABC"), st.integers(1, 60)),
    st.tuples(st.just("move"), st.integers(0, 2), st.sampled_from(("江苏省", "四川省"))),
    st.tuples(st.just("hold"), st.integers(0, 2)),
    st.tuples(st.just("unhold"), st.integers(0, 2)),
    st.tuples(st.just("retry"), st.integers(0, 2)),
    st.tuples(st.just("split"), st.integers(0, 2), st.integers(1, 10)),
    st.tuples(st.just("release"), st.integers(0, 2)),
    st.tuples(st.just("scan"), st.integers(0, 2), st.sampled_from(stages.SHIPMENT_TRACK[1:])),
)


def _command(home, step):
    kind, number, *rest = step
    if kind == "place":
        lines, method = rest
        return home.place(f"X{number}", lines, payment_method=method)
    order_id = home.external.get(("web", f"X{number}"))
    order = home.orders.get(order_id)
    if order is None:
        return None
    said = home.said(order_id=order_id)
    if kind == "pay":
        return commands.Pay(**said, payment=state.Payment(f"P{rest[0]}", "alipay", rest[0], home.now))
    if kind == "cancel":
        return commands.Cancel(**said, reason="test")
    if kind == "reduce":
        return commands.Amend(**said, lines_reduced={rest[0]: rest[1]})
    if kind == "set":
        line_no, sku, quantity = rest
        return commands.Amend(**said, lines_set=[state.Line(line_no, sku, quantity, amount_minor=1000 * quantity)])
    if kind == "move":
        consignee = copy.copy(house.SUZHOU)
        consignee.province, consignee.city, consignee.adcode = rest[0], "", ""
        return commands.Amend(**said, consignee=consignee)
    if kind == "hold":
        return commands.Hold(
            **said, hold=state.Hold("by.hand", state.Text("人工", "By hand"), blocks=["reserve", "confirm"])
        )
    if kind == "unhold":
        return commands.Release(**said, code="by.hand")
    if kind == "retry":
        return commands.Retry(**said)
    if not order.shipments:
        return None
    shipment_no = order.shipments[-1].shipment_no
    if kind == "split":
        first = order.shipments[-1].lines[0].line_no if order.shipments[-1].lines else 1
        moved = [state.ShipmentLine(order.order_no, first, rest[0])]
        return commands.Split(**said, shipment_no=shipment_no, lines=moved)
    if kind == "release":
        return commands.ReleaseShipment(**said, shipment_no=shipment_no)
    source = "carrier" if rest[0] == "delivered" else "pda"
    confirmation = state.Confirmation(rest[0], home.now, "li", source)
    return commands.Confirm(**said, shipment_no=shipment_no, confirmation=confirmation)


def _assert_whole(home, log):
    for sku, pools in home.pools.items():
        for (warehouse, pool), each in pools.items():
            assert 0 <= each.reserved <= each.on_hand
            promised = sum(
                item.quantity
                for order in home.orders.values()
                for item in order.reservations
                if (item.sku, item.warehouse, item.pool) == (sku, warehouse, pool)
            )
            assert each.reserved == promised
    account = home.accounts["C1"]
    assert account.reserved_minor == sum(order.credit_reserved_minor for order in home.orders.values())
    assert account.used_minor == sum(order.credit_used_minor for order in home.orders.values())
    assert account.used_minor + account.reserved_minor <= account.limit_minor
    for order in home.orders.values():
        assert order.total_minor == (
            order.goods_minor - order.discount_minor + order.freight_minor + order.tax_minor + order.adjustment_minor
        )
        assert order.goods_minor == sum(line.amount_minor for line in order.lines)
        assert order.discount_minor == sum(discount.minor for discount in order.discounts)
        assert order.paid_minor == sum(payment.amount_minor for payment in order.payments)
        assert fold.fold(copy.deepcopy(log[order.order_id])) == order
        _assert_units(order)


def _assert_units(order):
    """No line has more units reserved, waiting and sent than it asks for; shipments carry what is reserved."""
    for line in order.lines:
        reserved = sum(item.quantity for item in order.reservations if item.line_no == line.line_no)
        sent = sum(
            each.quantity
            for shipment in order.shipments
            if shipment.stage in ("shipped", "delivered")
            for each in shipment.lines
            if each.line_no == line.line_no
        )
        assert reserved + sent <= line.quantity
    carried = {}
    for shipment in order.shipments:
        if shipment.stage in ("allocated", "picked", "packed"):
            for each in shipment.lines:
                key = (shipment.warehouse, each.line_no)
                carried[key] = carried.get(key, 0) + each.quantity
    for (warehouse, line_no), quantity in carried.items():
        assert quantity == sum(
            item.quantity
            for item in order.reservations
            if (item.warehouse, item.line_no, item.pool) == (warehouse, line_no, "spot")
        )
    if order.cancelled:
        assert not order.reservations
        assert order.credit_reserved_minor == 0


@settings(max_examples=250, deadline=None)
@given(st.lists(_LINES, min_size=3, max_size=3), st.lists(_STEP, min_size=8, max_size=40))
def test_any_commands_leave_the_house_whole(placed, steps):
    home = house.House(on_hand=60, limit_minor=200_000)
    log = {}
    first = [("place", number, lines, "credit") for number, lines in enumerate(placed)]
    for step in [*first, *steps]:
        command = _command(home, step)
        if command is None:
            continue
        home.decide(command)
        for order_id, touched in home.decided.touched.items():
            log.setdefault(order_id, []).extend(touched.said)
            if touched.said:
                home.orders[order_id] = touched.order
        _assert_whole(home, log)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 2), _LINES), min_size=1, max_size=12), st.randoms())
def test_messages_in_one_batch_and_one_by_one_sell_the_same_units(placed, dice):
    """A batch decides in the order of urgency, and orders here are all of one grade: by the time they came."""
    together, apart = house.House(on_hand=50), house.House(on_hand=50)
    together.decide(*(together.place(f"X{number}", lines) for number, lines in placed))
    for number, lines in placed:
        apart.decide(apart.place(f"X{number}", lines))
    repeated = [(number, lines) for number, lines in placed]
    dice.shuffle(repeated)
    for number, lines in repeated:
        apart.decide(apart.place(f"X{number}", lines))
    for sku in "ABC":
        sold = [sum(pool.reserved for pool in each.pools[sku].values()) for each in (together, apart)]
        assert sold[0] == sold[1]
