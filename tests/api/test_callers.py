"""Who may: deny by default, keys and their ends, verbs, scope."""

import datetime as dt
from typing import Any

import httpx
import pytest
from fastapi.routing import APIRoute
from tests.api.conftest import House, Key, client_of, order

from orderloom.api import app
from orderloom.api.callers import Open, Permission
from orderloom.kit import clock


def test_a_request_without_a_key_or_with_a_wrong_one_is_told_so(address: str, key: Key) -> None:
    text = key("orders:read")
    other = text[:-1] + ("A" if text[-1] != "A" else "B")
    url = f"{address}/api/v1/orders"
    for headers, code in [
        ({}, "key.missing"),
        ({"Authorization": "Basic eDp5"}, "key.missing"),
        ({"Authorization": f"Bearer {other}"}, "key.wrong"),
        ({"Authorization": "Bearer ol_x"}, "key.wrong"),
        ({"Authorization": f"Bearer ol_{'0' * 32}_{'a' * 43}"}, "key.wrong"),
    ]:
        answer = httpx.get(url, headers=headers)
        assert (answer.status_code, answer.json()["code"]) == (401, code)
        assert answer.headers["www-authenticate"].startswith("Bearer")


def test_an_expired_key_and_a_revoked_one_open_nothing(address: str, key: Key, client: httpx.Client) -> None:
    soon = clock.now() + dt.timedelta(seconds=1.2)
    with client_of(address, key("orders:read", expires_at=soon)) as short:
        assert short.get("/orders").status_code == 200
        while clock.now() < soon:
            pass
        expired = short.get("/orders")
        assert (expired.status_code, expired.json()["code"]) == (401, "key.expired")
    made = client.post("/keys", json={"name": "gone", "verbs": ["orders:read"]}).json()
    with client_of(address, made["text"]) as gone:
        assert gone.get("/orders").status_code == 200
        assert client.post(f"/keys/{made['key_id']}/revoke").status_code == 200
        revoked = gone.get("/orders")
        assert (revoked.status_code, revoked.json()["code"]) == (401, "key.revoked")


def test_a_missing_verb_is_forbidden_and_a_star_covers_its_word(address: str, key: Key) -> None:
    with client_of(address, key("orders:read")) as reader:
        assert reader.get("/orders").status_code == 200
        refused = reader.post("/orders", json=order())
        assert (refused.status_code, refused.json()["code"]) == (403, "key.verb_missing")
        assert reader.get("/stock").status_code == 403
    with client_of(address, key("orders:*")) as writer:
        assert writer.post("/orders", json=order()).status_code == 201
        assert writer.get("/stock").status_code == 403


def test_a_key_sees_and_changes_only_the_channels_of_its_scope(address: str, key: Key, client: httpx.Client) -> None:
    web = client.post("/orders", json=order("W", channel="web")).json()["order_no"]
    tmall = client.post("/orders", json=order("T", channel="tmall")).json()["order_no"]
    with client_of(address, key("*", channels=["web"])) as narrow:
        assert [row["order_no"] for row in narrow.get("/orders").json()["rows"]] == [web]
        assert narrow.get(f"/orders/{tmall}").status_code == 404
        assert narrow.post(f"/orders/{tmall}/cancel", json={"reason": "x"}).status_code == 404
        assert narrow.post("/orders", json=order("N", channel="tmall")).status_code == 403
        many = narrow.post("/orders", json=[order("N", channel="tmall"), order("M")]).json()
        assert many["outcomes"][0]["refused"]["code"] == "channel.out_of_scope" and many["outcomes"][1]["order_no"]
        assert {row["channel"] for row in narrow.get("/shipments").json()["rows"]} == {"web"}
        assert narrow.get("/credit/accounts").json()["rows"] == []
        assert narrow.post("/credit/limits", json=[{"account": "C1", "limit_minor": 1}]).status_code == 403
        assert [each["channel"] for each in narrow.get("/channels").json()] == ["web"]
        assert narrow.get("/check").status_code == 403
    assert client.get(f"/orders/{tmall}").json()["order"].get("cancelled", False) is False


def test_a_key_reaches_only_the_warehouses_of_its_scope(address: str, key: Key, client: httpx.Client) -> None:
    client.post("/orders", json=order())
    [shipment] = client.get("/shipments").json()["rows"]
    assert shipment["warehouse"] == "suzhou"
    with client_of(address, key("*", warehouses=["chengdu"])) as narrow:
        assert narrow.get("/shipments").json()["rows"] == []
        released = narrow.post("/shipments/release", json={"shipment_nos": [shipment["shipment_no"]]})
        assert released.json()["outcomes"][0]["refused"]["code"] == "shipment.unknown"
        assert {row["warehouse"] for row in narrow.get("/stock").json()["rows"]} == {"chengdu"}
        adjusted = narrow.post("/stock/adjust", json=[{"sku": "HOOK", "warehouse": "suzhou", "quantity": 1}])
        assert adjusted.json()["outcomes"][0]["refused"]["code"] == "warehouse.out_of_scope"
        counted = narrow.post("/stock/count", json=[{"sku": "HOOK", "warehouse": "suzhou", "counted": 1}])
        assert counted.json()["refused"] == 1
        moved = narrow.post(
            "/stock/move", json=[{"sku": "HOOK", "quantity": 1, "warehouse": "chengdu", "to_warehouse": "suzhou"}]
        )
        assert moved.json()["outcomes"][0]["refused"]["code"] == "warehouse.out_of_scope"
    suzhou = client.get("/stock", params={"sku": "HOOK", "warehouse": "suzhou"}).json()["rows"]
    assert suzhou[0]["on_hand"] == 100


def test_people_are_masked_unless_the_key_may_see_them(address: str, key: Key, client: httpx.Client) -> None:
    order_no = client.post("/orders", json=order()).json()["order_no"]
    masked = client.get(f"/orders/{order_no}").json()["consignee"]
    with client_of(address, key("*", unmasked=True)) as seeing:
        clear = seeing.get(f"/orders/{order_no}").json()["consignee"]
    assert clear["name"] == "王小明" and clear["phone"] == "13800138000"
    assert masked["phone"] != clear["phone"] and "*" in masked["phone"] and masked["name"] != clear["name"]


def test_a_key_makes_no_key_beyond_its_own(address: str, key: Key) -> None:
    with client_of(address, key("keys:*", "orders:*", channels=["web"])) as maker:
        for wanted in [
            {"verbs": ["*"], "scope": {"channels": ["web"]}},
            {"verbs": ["stock:read"], "scope": {"channels": ["web"]}},
            {"verbs": ["orders:read"]},
            {"verbs": ["orders:read"], "scope": {"channels": ["web", "tmall"]}},
            {"verbs": ["orders:read"], "scope": {"channels": ["web"], "unmasked": True}},
            {"verbs": ["orders:read"], "scope": {"channels": ["web"], "source": "wms"}},
        ]:
            refused = maker.post("/keys", json={"name": "x", **wanted})
            assert (refused.status_code, refused.json()["code"]) == (403, "key.beyond_own"), wanted
        fit = maker.post("/keys", json={"name": "x", "verbs": ["orders:read"], "scope": {"channels": ["web"]}})
        assert fit.status_code == 201, fit.text
        assert fit.json()["text"].startswith("ol_")
        listed = maker.get("/keys").json()
        assert all("text" not in each and "hash" not in each for each in listed)
        assert maker.get("/me").json()["channels"] == ["web"]


@pytest.mark.parametrize(
    ("wanted", "code"),
    [
        ({"name": "", "verbs": ["*"]}, "key.bad_name"),
        ({"name": "x", "verbs": []}, "key.bad_verbs"),
        ({"name": "x", "verbs": ["orders"]}, "key.bad_verbs"),
        ({"name": "x", "verbs": ["orders:raed"]}, "verb.unknown"),
        ({"name": "x", "verbs": ["*", "order:*"]}, "verb.unknown"),
        ({"name": "x", "verbs": ["*"], "expires_at": "2001-01-01T00:00:00Z"}, "key.expiry_past"),
    ],
)
def test_a_key_that_cannot_be_is_refused(client: httpx.Client, wanted: dict[str, Any], code: str) -> None:
    answer = client.post("/keys", json=wanted)
    assert answer.status_code in (403, 409) and answer.json()["code"] == code


def test_every_operation_is_denied_without_a_key_and_without_its_verb(
    address: str, key: Key, client: httpx.Client
) -> None:
    document = client.get("/openapi.json").json()
    asked = 0
    with httpx.Client(base_url=address) as nobody, httpx.Client(base_url=address) as powerless:
        powerless.headers["Authorization"] = f"Bearer {key('status:read')}"
        for path, operations in document["paths"].items():
            filled = path.replace("{", "").replace("}", "")
            for method, operation in operations.items():
                if "security" in operation:
                    # Signing in by a provider asks for a page of ours, nothing for a key.
                    expected = (403, 415) if "/providers/" in path else (200, 204, 404, 415, 422)
                    assert nobody.request(method.upper(), filled).status_code in expected, (method, path)
                    continue
                asked += 1
                assert nobody.request(method.upper(), filled).status_code == 401, (method, path)
                expected = 200 if path in ("/api/v1/me", "/api/v1/names", "/api/v1/status") else 403
                assert powerless.request(method.upper(), filled).status_code == expected, (method, path)
    assert asked > 100


def test_every_route_says_who_may(house: House) -> None:
    made = app.create(house)
    routers = (*app.ROUTERS, *app.ROOT_ROUTERS)
    assert len(made.routes) == len(routers), "routes come by routers alone"
    routes = [route for router in routers for route in router.routes]
    assert len(routes) > 100 and all(isinstance(route, APIRoute) for route in routes)
    said = {
        route.path: [each.call for each in route.dependant.dependencies if isinstance(each.call, Permission | Open)]
        for route in routes
        if isinstance(route, APIRoute)
    }
    assert {path for path, calls in said.items() if len(calls) != 1} == set()
    open_to_all = {path for path, calls in said.items() if isinstance(calls[0], Open)}
    signing_in = {"/session", "/welcome"} | {
        f"/session/providers{each}" for each in ("", "/{name}/begin", "/{name}/return", "/{name}/logout")
    }
    by_token = {"/f/{token}", "/f/{token}/dealing", "/f/{token}/files", "/files/{token}"}
    by_token |= {"/f/{token}/goods", "/t/{token}", "/t/{token}/files/{file_id}"}
    by_token |= {"/push/{workspace}/{channel}"}  # By its platform's signature.
    known_to_all = {"/divisions"}
    pages = {"/status", "/healthz", "/dealer", "/api/v1/openapi.json", "/{address:console_address}"}
    assert open_to_all == pages | by_token | signing_in | known_to_all
    document = made.openapi()
    without_key = {path for path, each in document["paths"].items() for it in each.values() if "security" in it}
    assert without_key == by_token | {f"/api/v1{each}" for each in signing_in | known_to_all}
