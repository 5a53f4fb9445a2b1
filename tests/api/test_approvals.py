import uuid
from typing import Any

import httpx
import pytest
from tests.api.conftest import Key, client_of, order

from orderloom.actions import credit, keys
from orderloom.actions.hub import Hub
from orderloom.kit import clock
from orderloom.store import outbox as outbox_store


@pytest.fixture
def named(address: str, hub: Hub) -> Any:
    """Makes clients by the name and the roles on their key."""
    clients: list[httpx.Client] = []

    def make(name: str, *verbs: str, **scope: Any) -> httpx.Client:
        wanted = keys.Wanted(name, list(verbs), keys.Scope(**scope))
        made = keys.make(hub.database, hub.ids, wanted, workspace=hub.workspace, now=clock.now())
        assert isinstance(made, keys.Made), made
        clients.append(client_of(address, made.text))
        return clients[-1]

    yield make
    for each in clients:
        each.close()


def test_urgent_credit_from_the_desk_to_the_director_and_on(address: str, hub: Hub, named: Any) -> None:
    credit.set_limits(hub, [("C1", "CNY", 100)], actor="test", source="test", now=clock.now())
    sales = named("sales", "orders:write", "orders:read", "approvals:ask", "approvals:read")
    director = named("Li", "approvals:read", "approvals:decide", roles=["sales_director"])
    refused = sales.post("/orders", params={"wait": "true"}, json=order("U-1"))
    assert refused.status_code == 409, refused.text
    assert refused.json()["code"] == "credit.short"
    draft_id = refused.json()["outcome"]["command_id"]
    asked = sales.post("/credit/grants/requests", json={"account": "C1", "draft_id": draft_id, "reason": "客户催货"})
    assert asked.status_code == 201, asked.text
    approval_id = asked.json()["approval_id"]
    [row] = director.get("/approvals", params={"mine": True}).json()["rows"]
    assert row["approval"]["approval_id"] == approval_id and row["asked"] == ["role:sales_director"]
    assert sales.get("/approvals", params={"mine": True}).json()["rows"] == []
    assert sales.post(f"/approvals/{approval_id}/decide", json={"verdict": "approve"}).status_code == 403
    done = director.post(f"/approvals/{approval_id}/decide", json={"verdict": "approve", "comment": "同意"})
    assert done.status_code == 200, done.text
    [outcome] = done.json()["outcomes"]
    assert outcome["stage"] == "allocated" and done.json()["approval"]["state"] == "approved"
    again = director.post(f"/approvals/{approval_id}/decide", json={"verdict": "reject"})
    assert again.status_code == 409 and again.json()["code"] == "approval.decided"
    votes = sales.get(f"/approvals/{approval_id}").json()["approval"]["votes"]
    assert [(each["person"], each["comment"]) for each in votes] == [("Li", "同意")]


def test_orders_that_wait_for_credit_go_on_with_the_grant(
    address: str, hub: Hub, client: httpx.Client, named: Any
) -> None:
    credit.set_limits(hub, [("C1", "CNY", 100)], actor="test", source="test", now=clock.now())
    held = client.post("/orders", json=order("U-2")).json()
    assert held["holds"] == ["credit.short"]
    body = {"account": "C1", "amount_minor": 10_000, "hours": 2, "order_nos": [held["order_no"]]}
    approval_id = client.post("/credit/grants/requests", json=body).json()["approval_id"]
    director = named("Li", "approvals:decide", roles=["sales_director"])
    done = director.post(f"/approvals/{approval_id}/decide", json={"verdict": "approve"})
    assert [each["stage"] for each in done.json()["outcomes"]] == ["allocated"], done.text
    unknown = client.post("/credit/grants/requests", json={"account": "C1", "order_nos": ["OL-NONE"]})
    assert unknown.status_code == 404


def test_a_delegate_votes_and_a_request_is_taken_back(address: str, named: Any) -> None:
    sales, other = named("sales", "approvals:*"), named("Xu", "approvals:*")
    director = named("Li", "approvals:*", roles=["sales_director"])
    approval_id = sales.post("/credit/grants/requests", json={"account": "C1"}).json()["approval_id"]
    assert (
        other.post(f"/approvals/{approval_id}/decide", json={"verdict": "approve"}).json()["code"]
        == "approval.not_asked"
    )
    sent = director.post(f"/approvals/{approval_id}/delegate", json={"to": "Xu"})
    assert sent.status_code == 200, sent.text
    done = other.post(f"/approvals/{approval_id}/decide", json={"verdict": "reject"})
    assert done.json()["approval"]["votes"][0]["on_behalf"] == "Li"
    approval_id = sales.post("/credit/grants/requests", json={"account": "C1"}).json()["approval_id"]
    assert director.post(f"/approvals/{approval_id}/withdraw", json={}).json()["code"] == "approval.not_yours"
    assert sales.post(f"/approvals/{approval_id}/withdraw", json={}).json()["approval"]["state"] == "withdrawn"
    states = [row["approval"]["state"] for row in sales.get("/approvals", params={"state": "all"}).json()["rows"]]
    assert states == ["rejected", "withdrawn"]


def test_an_amendment_waits_for_its_approval(address: str, client: httpx.Client, named: Any) -> None:
    order_no = client.post("/orders", json=order("A-1")).json()["order_no"]
    body = {"order_no": order_no, "steps": [{"roles": ["manager"]}], "zh": "改包装", "en": "Repack"}
    asked = client.post("/approvals/amendments", json={**body, "change": {"changed": {"packing_request": "木箱"}}})
    assert asked.status_code == 201, asked.text
    assert client.get(f"/orders/{order_no}").json()["order"].get("packing_request", "") == ""
    manager = named("Wu", "*", roles=["manager"])
    manager.post(f"/approvals/{asked.json()['approval_id']}/decide", json={"verdict": "approve"})
    assert client.get(f"/orders/{order_no}").json()["order"]["packing_request"] == "木箱"
    nobody = client.post("/approvals/amendments", json={**body, "steps": [{"rule": "all"}], "change": {}})
    assert nobody.status_code == 409 and nobody.json()["code"] == "approval.bad_steps"


def test_a_key_of_one_channel_sees_what_is_asked_of_it_and_its_own_channel(
    address: str, client: httpx.Client, named: Any
) -> None:
    order_no = client.post("/orders", json=order("S-1")).json()["order_no"]
    body = {"order_no": order_no, "steps": [{"roles": ["manager"]}], "change": {}, "zh": "改", "en": "Change"}
    approval_id = client.post("/approvals/amendments", json=body).json()["approval_id"]
    client.post("/credit/grants/requests", json={"account": "C1"})

    def seen(**scope: Any) -> list[str]:
        rows = named("Qi", "approvals:read", **scope).get("/approvals").json()["rows"]
        return [row["kind"] for row in rows]

    assert seen() == ["order.amend", "credit.grant"]
    assert seen(channels=["web"]) == ["order.amend"]
    assert seen(channels=["tmall"]) == []
    assert seen(channels=["tmall"], roles=["sales_director"]) == ["credit.grant"]
    assert seen(warehouses=["suzhou"]) == []
    hidden = named("He", "approvals:*", channels=["tmall"]).get(f"/approvals/{approval_id}")
    assert hidden.status_code == 404 and hidden.json()["code"] == "approval.unknown"


def test_a_key_gives_no_role_that_its_maker_does_not_hold(address: str, named: Any) -> None:
    maker = named("Wu", "keys:*", "approvals:*", roles=["manager"])
    wanted = {"name": "x", "verbs": ["approvals:decide"], "scope": {"roles": ["sales_director"]}}
    assert maker.post("/keys", json=wanted).json()["code"] == "key.beyond_own"
    wanted["scope"] = {"roles": ["manager"]}
    assert maker.post("/keys", json=wanted).status_code == 201
    assert maker.get("/me").json()["roles"] == ["manager"]


def test_a_breaker_is_tripped_read_and_lifted(address: str, client: httpx.Client, key: Key) -> None:
    tripped = client.post("/breakers", json={"kind": "customer", "name": "C1", "reason": "欠款", "owner": "finance"})
    assert tripped.status_code == 201, tripped.text
    assert client.post("/orders", json=order("B-1")).json()["holds"] == ["breaker.open"]
    [row] = client.get("/breakers").json()["rows"]
    twice = client.post("/breakers", json={"kind": "customer", "name": "C1", "reason": "again"})
    assert twice.status_code == 409 and twice.json()["code"] == "breaker.open_already"
    with client_of(address, key("breakers:*", channels=["web"])) as web:
        assert web.get("/breakers").json()["rows"] == []
        assert web.post("/breakers", json={"kind": "sku", "name": "HOOK", "reason": "x"}).status_code == 403
        assert web.post(f"/breakers/{row['breaker_id']}/lift").status_code == 404
    assert client.post(f"/breakers/{row['breaker_id']}/lift").json()["lifted_by"] == "tester"
    assert client.get("/breakers").json()["rows"] == []
    assert len(client.get("/breakers", params={"everything": True}).json()["rows"]) == 1


def test_dead_letters_are_read_retried_and_given_up(address: str, client: httpx.Client, hub: Hub, key: Key) -> None:
    now = clock.now()
    rows = [
        outbox_store.Row(hub.ids.new(now), "nowhere", f"s{number}", 1, f"k{number}", {"url": "secret"}, now)
        for number in range(2)
    ]
    with hub.database.workspace(hub.workspace) as connection:
        outbox_store.insert(connection, rows)
        connection.execute("update outbox set state = 'dead', result = '{\"reason\": \"no sender\"}'")
    dead = client.get("/outbox/dead", params={"topic": "nowhere"}).json()["rows"]
    assert [row["result"]["reason"] for row in dead] == ["no sender"] * 2 and "secret" not in str(dead)
    first, second = (row["outbox_id"] for row in dead)
    retried = client.post("/outbox/dead/retry", json={"outbox_ids": [first, str(uuid.UUID(int=1))], "reason": "mended"})
    assert retried.status_code == 207
    assert [each.get("refused", {}).get("code") for each in retried.json()["outcomes"]] == [None, "outbox.not_dead"]
    given_up = client.post("/outbox/dead/give-up", json={"outbox_ids": [second], "reason": "by phone"})
    assert given_up.status_code == 200 and client.get("/outbox/dead").json()["rows"] == []
    with client_of(address, key("outbox:*", channels=["web"])) as web:
        assert web.post("/outbox/dead/retry", json={"outbox_ids": [first], "reason": "x"}).status_code == 403
