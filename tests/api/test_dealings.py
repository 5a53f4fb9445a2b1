"""A dealer orders for itself, at the catalogue's prices, and by no door reaches what is another's."""

from typing import Any

import httpx
import pytest
from tests.api.conftest import SignedIn, order
from tests.relaying import follow

from orderloom.actions.hub import Hub
from orderloom.kit import clock

TO = {"name": "李一", "phone": "13700001111", "province": "江苏省", "city": "苏州市", "district": "姑苏区",
      "adcode": "320508", "street": "平江路 8 号"}  # fmt: skip


@pytest.fixture
def dealer(signed_in: SignedIn, client: httpx.Client) -> httpx.Client:
    """C2, by the role that comes with the hub."""
    client.put("/settings", json={"seller": {"channel": "web"}})
    return signed_in("dealer", "dealer", customer_no="C2")


def _wish(number: str = "n-1", **changed: Any) -> dict[str, Any]:
    return {"number": number, "lines": [{"sku": "JERKY", "quantity": 2}], "to": TO, **changed}


def test_a_dealer_orders_repeats_and_calls_back(dealer: httpx.Client, client: httpx.Client) -> None:
    me = dealer.get("/dealing").json()
    before = me["credit"]["available_minor"]
    assert (me["customer_no"], me["addresses"]) == ("C2", [])
    assert [each["price"] for each in dealer.get("/dealing/goods", params={"words": "牛肉"}).json()["rows"]] == ["30"]
    done = dealer.post("/dealing/orders", json=_wish())
    assert done.status_code == 201, done.text
    number = done.json()["order_no"]
    assert dealer.post("/dealing/orders", json=_wish()).json()["order_no"] == number
    [row] = dealer.get("/dealing/orders").json()["rows"]
    assert (row["order_no"], row["stage"], row["zh"], row["en"]) == (number, "allocated", "已分仓", "Allocated")
    told = dealer.get(f"/dealing/orders/{number}").json()
    assert [(each["sku"], each["price"]) for each in told["lines"]] == [("JERKY", "30")]
    assert told["to"] == TO and told["cancellable"] and told["tracked"]["next"] == "pick"
    assert client.get(f"/orders/{number}").json()["order"]["customer_no"] == "C2"
    assert dealer.get("/dealing").json()["credit"]["available_minor"] == before - told["total_minor"]
    assert dealer.post(f"/dealing/orders/{number}/cancel", json={"reason": "不要了"}).status_code == 200
    assert dealer.get(f"/dealing/orders/{number}").json()["tracked"]["stage"] == "cancelled"


def test_without_the_channel_of_dealers_it_says_who_must_do_what(dealer: httpx.Client, client: httpx.Client) -> None:
    client.put("/settings", json={"seller": {}})
    refused = dealer.post("/dealing/orders", json=_wish())
    assert (refused.status_code, refused.json()["code"]) == (409, "dealing.closed")
    assert "联系卖家" in refused.json()["zh"] and "dealer" in refused.json()["zh"]


@pytest.mark.parametrize("beyond", [{"price": "1"}, {"unit": "吨"}, {"sku": "NONE"}, {"quantity": 0}])
def test_a_dealer_states_no_price_and_orders_nothing_that_is_not_sold(
    dealer: httpx.Client, beyond: dict[str, Any]
) -> None:
    line = {"sku": "JERKY", "quantity": 1, **beyond}
    assert dealer.post("/dealing/orders", json=_wish(lines=[line])).status_code in (409, 422)


def test_what_a_warehouse_works_on_is_not_called_back(dealer: httpx.Client, client: httpx.Client) -> None:
    number = dealer.post("/dealing/orders", json=_wish()).json()["order_no"]
    shipment = client.get(f"/orders/{number}").json()["shipments"][0]["shipment_no"]
    client.post("/shipments/release", json={"shipment_nos": [shipment]})
    late = dealer.post(f"/dealing/orders/{number}/cancel", json={"reason": "不要了"})
    assert (late.status_code, late.json()["code"]) == (409, "dealing.too_late")


def test_a_dealer_reaches_nothing_of_others_by_any_door(
    dealer: httpx.Client, client: httpx.Client, signed_in: SignedIn, hub: Hub
) -> None:
    other = client.post("/orders", json=order("W-C1", customer_no="C1")).json()["order_no"]
    mine = dealer.post("/dealing/orders", json=_wish()).json()["order_no"]
    follow(hub, now=clock.now())
    assert [each["order_no"] for each in dealer.get("/dealing/orders").json()["rows"]] == [mine]
    assert dealer.get(f"/dealing/orders/{other}").status_code == 404
    assert dealer.post(f"/dealing/orders/{other}/cancel", json={"reason": "x"}).status_code == 404
    found = dealer.get("/dealing").text
    assert "C1" not in found and "人民路" not in found
    # List, detail, search, export, stream, file, figure, and writing: none is a dealer's, whose they are or not.
    for path in ("/orders", f"/orders/{other}", f"/orders/{mine}", f"/search?text={other}", "/orders/export",
                 "/events/stream", "/files/018f0000-0000-7000-8000-000000000000", "/metrics", "/customers",
                 "/credit/accounts", "/skus", "/shipments"):  # fmt: skip
        assert dealer.get(path).status_code in (403, 404), path
    assert dealer.post("/orders", json=order("W-C1", customer_no="C2")).status_code == 403
    staff = signed_in("han", "owner")
    refused = staff.get("/dealing")
    assert (refused.status_code, refused.json()["code"]) == (403, "dealing.no_dealer")
