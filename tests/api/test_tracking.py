"""The page of an order's link: what its recipient sees, what nobody sees by it, and how a link ends."""

import datetime as dt
import re
from collections.abc import Iterator

import httpx
import pytest
from tests import dictionaries
from tests.api.conftest import Key, client_of, order

from orderloom.actions import tracking
from orderloom.actions.hub import Hub
from orderloom.domain.forms import definition
from orderloom.kit import clock, limits
from orderloom.kit.refusals import Refused

BROWSER = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}


@pytest.fixture
def anyone(address: str) -> Iterator[httpx.Client]:
    """Somebody without a key."""
    with httpx.Client(base_url=address, timeout=20) as found:
        yield found


def _link(client: httpx.Client, number: str) -> str:
    made = client.post(f"/orders/{number}/tracking-link")
    assert made.status_code == 200, made.text
    return made.json()["path"]


def _placed(client: httpx.Client, external_no: str = "W-1") -> str:
    return client.post("/orders", json=order(external_no)).json()["order_no"]


def test_a_recipient_follows_the_order_and_learns_nothing_else(client: httpx.Client, anyone: httpx.Client) -> None:
    client.put("/settings", json={"seller": {"name": "织单示范店", "phone": "0512-6660000", "hours": "9:00–18:00"}})
    number = _placed(client)
    path = _link(client, number)
    found = anyone.get(path)
    assert "noindex" in found.headers["x-robots-tag"]
    told = found.json()
    assert (told["order_no"], told["seller"]["name"]) == (number, "织单示范店")
    assert told["promise"]["state"] == "due" and told["promise"]["first_at"] is None
    here = [each["stage"] for each in told["steps"] if each["standing"] == "here"]
    assert (here, told["next"]) == (["allocated"], "pick")
    assert told["recipient"] == {"name": "王**", "phone": "138****8000", "place": "江苏省苏州市姑苏区"}
    assert {each["name"] for each in told["items"]} == {"牛肉干", "车载挂钩"}
    whole = found.text
    for hidden in ("王小明", "13800138000", "人民路", "suzhou", "minor", "C1", "credit"):
        assert hidden not in whole, hidden
    shipment = client.get(f"/orders/{number}").json()["shipments"][0]["shipment_no"]
    stages = ("picked", "packed", "shipped", "delivered")
    client.put("/settings", json={"trusted_sources": {each: ["tester"] for each in stages}})
    assert client.post("/shipments/release", json={"shipment_nos": [shipment]}).status_code == 200
    for stage in stages:
        done = client.post("/shipments/confirm", json=[{"shipment_no": shipment, "stage": stage}])
        assert done.json()["outcomes"][0].get("refused") is None, done.text
    told = anyone.get(path).json()
    assert [each["stage"] for each in told["steps"] if each["standing"] == "here"] == ["delivered"]
    assert all(each["at"] for each in told["steps"] if each["stage"] in ("picked", "packed", "shipped"))
    assert (told["promise"]["state"], told["next"]) == ("kept", "none")
    assert [(each["carrier"]["zh"], each["stage"]) for each in told["parcels"]] == [("顺丰速运", "delivered")]


def test_a_held_order_says_that_it_is_looked_at_and_not_why(client: httpx.Client, anyone: httpx.Client) -> None:
    number = _placed(client)
    reason = {"zh": "疑似欺诈", "en": "Looks like fraud"}
    client.post(f"/orders/{number}/hold", json={"code": "risky", "reason": reason})
    found = anyone.get(_link(client, number))
    assert found.json()["next"] == "checked"
    assert "欺诈" not in found.text and "risky" not in found.text


def test_a_link_is_the_same_until_it_is_ended(client: httpx.Client, anyone: httpx.Client, address: str) -> None:
    one, other = _placed(client), _placed(client, "W-2")
    path = _link(client, one)
    assert _link(client, one) == path and _link(client, other) != path
    assert client.put("/settings", json={"seller": {"address": address}}).status_code == 200
    assert client.post(f"/orders/{one}/tracking-link").json()["url"] == address + path
    assert client.delete(f"/orders/{one}/tracking-link").json() == {"links": 1}
    gone = anyone.get(path)
    assert (gone.status_code, gone.json()["code"]) == (404, "tracking.link_unknown")
    assert "noindex" in gone.headers["x-robots-tag"]
    again = _link(client, one)
    assert again != path and anyone.get(again).status_code == 200
    for wrong in ("/t/x", "/t/tl_nowhere_" + "0" * 64, again[:-2] + "xx"):
        assert anyone.get(wrong).status_code == 404


def test_a_link_expires_and_is_bounded_by_the_minute(client: httpx.Client, hub: Hub) -> None:
    number, now = _placed(client), clock.now()
    token = _link(client, number).removeprefix("/t/")
    later = now + dt.timedelta(days=limits.TRACKING_DAYS, minutes=1)
    gone = tracking.enter(hub, token, now=later)
    assert isinstance(gone, Refused) and gone.code == "tracking.link_expired"
    calls = [tracking.enter(hub, token, now=now) for _ in range(limits.LINK_USES_PER_MINUTE + 1)]
    assert [isinstance(each, Refused) for each in calls] == [False] * limits.LINK_USES_PER_MINUTE + [True]
    assert not isinstance(tracking.enter(hub, token, now=now + dt.timedelta(minutes=1)), Refused)


def test_the_database_keeps_nothing_that_opens_a_page(client: httpx.Client, hub: Hub) -> None:
    token = _link(client, _placed(client)).rpartition("_")[2]
    with hub.database.workspace(hub.workspace) as connection:
        [row] = connection.execute("select to_jsonb(tracking_links)::text from tracking_links").fetchall()
    assert token not in row[0]


def test_who_does_not_reach_an_order_makes_no_link_for_it(client: httpx.Client, address: str, key: Key) -> None:
    number = _placed(client)
    with (
        client_of(address, key("orders:share", channels=["tmall"])) as elsewhere,
        client_of(address, key("orders:read")) as reading,
    ):
        for ask in (elsewhere.post, elsewhere.delete):
            assert ask(f"/orders/{number}/tracking-link").status_code == 404
        assert reading.post(f"/orders/{number}/tracking-link").status_code == 403


def test_a_browser_gets_a_page_that_nobody_indexes_or_frames(anyone: httpx.Client) -> None:
    page = anyone.get("/t/anything", headers=BROWSER)
    assert page.status_code == 200 and page.headers["content-type"].startswith("text/html")
    assert "noindex" in page.headers["x-robots-tag"] and page.headers["referrer-policy"] == "no-referrer"
    assert "frame-ancestors 'none'" in page.headers["content-security-policy"]
    assert re.search(r'<meta name="robots" content="noindex', page.text)


def test_an_order_by_a_public_form_comes_back_with_its_page(
    client: httpx.Client, anyone: httpx.Client, hub: Hub
) -> None:
    shop = {**definition.EXAMPLE, "channel": "web"}
    dictionaries.publish(hub, shop, kind="form", name="shop", now=clock.now())
    client.put("/settings", json={"seller": {"name": "织里童装", "frames": ["https://shop.example.com"]}})
    links = {
        kind: client.post("/forms/shop/links", json=wanted).json()["token"]
        for kind, wanted in (("public", {}), ("dealer", {"kind": "dealer", "customer_no": "C1"}))
    }
    path = f"/f/{links['public']}"
    assert anyone.get(path).json()["seller"]["name"] == "织里童装"
    found = anyone.get(f"{path}/goods", params={"words": "牛肉"}).json()["rows"]
    assert [(each["sku"], each["price"]) for each in found] == [("JERKY", "30")]
    frames = {kind: anyone.get(f"/f/{token}", headers=BROWSER).headers for kind, token in links.items()}
    assert "frame-ancestors https://shop.example.com" in frames["public"]["content-security-policy"]
    assert "frame-ancestors 'none'" in frames["dealer"]["content-security-policy"]
    consignee = order()["consignee"]
    address = {name: consignee[name] for name in ("province", "city", "district", "adcode", "street")}
    body = {
        "submission_id": "s-1",
        "values": {
            "consignee.name": "陈一",
            "consignee.phone": "13911112222",
            "consignee.address": address,
            "payment_method": "公对公转账",
            "lines": [{"sku": "JERKY", "quantity": 2}],
        },
    }
    program = anyone.post(path, json={**body, "website": "https://spam.example.com"})
    assert (program.status_code, program.json()["code"]) == (409, "form.not_a_person")
    sent = anyone.post(path, json=body)
    assert sent.status_code == 201, sent.text
    assert anyone.post(path, json=body).json()["tracking"] == sent.json()["tracking"]
    assert anyone.get(sent.json()["tracking"]).json()["order_no"] == sent.json()["number"]
