"""Gifts that promotions add take part in sourcing like any other line."""

from tests import company

from orderloom.actions import reference
from orderloom.domain.catalogue import Sku
from orderloom.queries import orders as orders_query
from orderloom.queries import viewer


def test_a_gift_that_is_in_stock_ships_with_its_order(hub, now):
    company.tiny(hub, now=now)
    reference.enter_skus(hub, [Sku("A01", "安抚巾", "安抚巾", weight_grams=80)], actor="test", now=now)
    company.stocked(hub, [("A01", "suzhou", 5)], now=now)
    draft = company.draft("G1", lines=[("JERKY", 30)], now=now)
    draft.custom = {"gift_combo": "A"}
    [placed] = company.place(hub, draft, now=now)
    with hub.database.workspace(hub.workspace) as connection:
        found = orders_query.detail(connection, viewer=viewer.everything("test"), order_no=placed.order_no)
    assert found is not None
    assert [(line.sku, line.quantity) for line in found.order.lines if line.gift] == [("A01", 1)]
    assert placed.stage == "allocated" and not found.order.backordered
