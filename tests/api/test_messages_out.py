"""The inbox, messengers and webhooks by the HTTP door: what goes in, what never comes out, and who may look."""

from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from tests.api.conftest import Key, client_of

from orderloom.actions.hub import Hub
from orderloom.kit import clock
from orderloom.outbox import drain
from orderloom.outbox.senders import SENDERS
from orderloom.store import outbox as outbox_store
from orderloom.world.partners.wecom import WeCom


@pytest.fixture
def robot() -> Iterator[WeCom]:
    """A robot of a group."""
    server = WeCom()
    with server.running():
        yield server


def _say(hub: Hub, to: str, text: str) -> None:
    now = clock.now()
    row = outbox_store.Row(hub.ids.new(now), "message", text, 0, text, {"to": to, "zh": text, "en": text}, now)
    with hub.database.workspace(hub.workspace) as connection:
        outbox_store.insert(connection, [row])
    _drain(hub)


def _drain(hub: Hub) -> None:
    now = clock.now()
    while drain.drain(hub, SENDERS, outside=False, now=now) + drain.drain(hub, SENDERS, outside=True, now=now):
        pass


def _texts(client: httpx.Client, **asked: Any) -> list[str]:
    answer = client.get("/notices", params=asked)
    assert answer.status_code == 200, answer.text
    return [each["text"]["zh"] for each in answer.json()["rows"]]


def test_each_reads_its_own_inbox_and_marks_it_for_itself(
    client: httpx.Client, address: str, key: Key, hub: Hub
) -> None:
    for to, text in (("operations", "一"), ("warehouse:suzhou", "二"), ("tester", "三"), ("planning", "四")):
        _say(hub, to, text)
    assert sorted(_texts(client)) == ["一", "三", "二", "四"]
    with client_of(address, key("notices:read", warehouses=["suzhou"], audiences=["operations"])) as limited:
        assert sorted(_texts(limited)) == ["一", "三", "二"]
        first = limited.get("/notices", params={"count": 2}).json()
        assert first["unseen"] == 3 and first["next"]
        assert len(_texts(limited, cursor=first["next"])) == 1
        ids = [each["notice_id"] for each in first["rows"]]
        assert limited.post("/notices/seen", json={"notice_ids": ids}).json() == {"marked": 2}
        assert len(_texts(limited, unseen=True)) == 1
        assert limited.post("/notices/seen", json={}).json() == {"marked": 1}
        assert _texts(limited, unseen=True) == []
        assert limited.get("/messengers").status_code == limited.get("/webhooks").status_code == 403
    assert _texts(client, unseen=True) == ["四"]  # The other key has the same name, so it is the same person.


def test_a_messenger_is_entered_routed_tried_and_never_shown(client: httpx.Client, hub: Hub, robot: WeCom) -> None:
    account = {"url": robot.url, "private": True}
    entered = client.put("/messengers/ops_group", json={"kind": "wecom", "account": account})
    assert entered.status_code == 200, entered.text
    routes = [
        {"audience": "operations", "messenger": "ops_group", "users": ["wang"]},
        {"audience": "operations", "messenger": "nobody"},
    ]
    routed = client.put("/routes", json=routes)
    assert routed.status_code == 207 and routed.json()["outcomes"][1]["refused"]["code"] == "messenger.unknown"
    assert client.post("/messengers/ops_group/ping", json={}).status_code == 200
    _say(hub, "operations", "订单积压")
    assert sorted(each["text"]["content"] for each in robot.heard)[-1] == "订单积压"
    assert client.get("/messengers").json() == [
        {"name": "ops_group", "kind": "wecom", "language": "zh", "waiting": 0, "dead": 0}
    ]
    shown = client.get("/routes").json()
    assert shown == [{"audience": "operations", "messenger": "ops_group", "templates": [], "reached": 1}]
    seen = "".join(client.get(path).text for path in ("/messengers", "/routes", "/settings", "/notices"))
    assert "standin" not in seen and "wang" not in seen
    robot.revoked = True
    _say(hub, "operations", "还在吗")
    (dead,) = client.get("/messengers/ops_group/deliveries", params={"state": "dead"}).json()["rows"]
    assert "93000" in dead["result"]["reason"] and dead["about"] == "notice"
    robot.revoked = False
    assert client.post("/messengers/ops_group/retry").json() == {"retried": 1}
    _drain(hub)
    assert robot.heard[-1]["text"]["content"] == "还在吗"
    assert client.delete("/routes/operations/ops_group").status_code == 200
    assert client.delete("/routes/operations/ops_group").status_code == 404
    assert client.delete("/messengers/ops_group").status_code == 200
    assert client.delete("/messengers/ops_group").status_code == 404


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"kind": "telegram", "account": {}}, "messenger.unknown_kind"),
        ({"kind": "wecom", "account": {"secret": "x"}}, "messenger.account_unfit"),
        ({"kind": "wecom", "account": {"url": "x"}, "language": "fr"}, "messenger.bad_language"),
    ],
)
def test_a_messenger_that_cannot_be_says_why(client: httpx.Client, body: dict[str, Any], code: str) -> None:
    answer = client.put("/messengers/one", json=body)
    assert answer.status_code == 409 and answer.json()["code"] == code


def test_a_webhook_is_subscribed_tried_and_its_log_read(client: httpx.Client, hub: Hub) -> None:
    assert client.put("/webhooks/erp", json={"url": "https://10.0.0.1/hook"}).json()["code"] == "webhook.bad_url"
    made = client.put("/webhooks/erp", json={"url": "http://127.0.0.1:9/hook", "private": True}).json()
    assert made["secret"].startswith("whsec_")
    pinged = client.post("/webhooks/erp/ping").json()["delivery_id"]
    _drain(hub)
    (row,) = client.get("/webhooks/erp/deliveries").json()["rows"]
    assert row["delivery_id"] == pinged and row["about"] == "orderloom.ping" and row["state"] == "waiting"
    assert "ConnectError" in row["result"]["reason"]
    (standing,) = client.get("/webhooks").json()
    assert standing["waiting"] == 1 and standing["failing_since"] and "secret" not in standing
    changed = client.post("/webhooks/erp/secret", json={"hours": 1}).json()["secret"]
    assert changed != made["secret"] and changed not in client.get("/settings").text
    assert client.post("/webhooks/erp/switch", json={"on": False}).status_code == 200
    assert client.get("/webhooks").json()[0]["disabled"]
    assert client.post("/webhooks/erp/replay", json={}).json() == {"replayed": 0}
    assert client.delete("/webhooks/erp").status_code == 200
    for verb in ("ping", "replay", "switch"):
        body = {"on": True} if verb == "switch" else {}
        assert client.post(f"/webhooks/erp/{verb}", json=body).status_code == 404


@pytest.mark.parametrize("scope", [{}, {"audiences": ["director"]}, {"audiences": ["operations", "planning"]}])
def test_a_key_gives_no_inbox_that_its_maker_does_not_read(
    address: str, key: Key, hub: Hub, scope: dict[str, Any]
) -> None:
    with client_of(address, key("keys:write", "notices:read", audiences=["operations"])) as limited:
        body = {"name": "other", "verbs": ["notices:read"], "scope": scope}
        refused = limited.post("/keys", json=body)
        assert refused.status_code == 403 and refused.json()["data"]["what"] == "audiences", refused.text
        own = limited.post("/keys", json={**body, "scope": {"audiences": ["operations"]}})
        assert own.status_code == 201, own.text
