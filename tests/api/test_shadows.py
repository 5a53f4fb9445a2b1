"""Shadows over HTTP: begun from drafts, told to those who may see every order, ended once."""

import httpx
from tests import relaying
from tests.api.conftest import Key, client_of
from tests.api.test_documents import newest, placed, table

from orderloom.actions.hub import Hub
from orderloom.kit import clock
from orderloom.outbox import shadows


def test_a_draft_decides_beside_until_it_is_ended(client: httpx.Client, hub: Hub, address: str, key: Key) -> None:
    found = newest(client, "sourcing")
    for row in table(found["content"])["rules"]:
        row["o1"] = "2000000"
    client.put("/documents/rules/sourcing/draft", json={"content": found["content"], "cases": found["cases"]})
    relaying.seal_all(hub, now=clock.now())
    begun = client.post("/shadows", json=[{"kind": "rules", "name": "sourcing"}])
    assert begun.status_code == 201, begun.text
    shadow_id = begun.json()["shadow_id"]
    waits = placed(client, "S-1", lines=[{"sku": "HOOK", "quantity": 120, "price": "20"}])
    relaying.seal_all(hub, now=clock.now())
    while shadows.step(hub, now=clock.now()):
        pass
    told = client.get(f"/shadows/{shadow_id}").json()
    assert told["shadow"]["changed"] == 1 and told["changes"][0]["order_no"] == waits["order"]["order_no"]
    with client_of(address, key("documents:read", channels=["web"])) as limited:
        assert limited.get("/shadows").json() == []
        assert limited.get(f"/shadows/{shadow_id}").status_code == 404
    assert client.post(f"/shadows/{shadow_id}/end", json={"comment": "够了"}).status_code == 200
    assert client.post(f"/shadows/{shadow_id}/end", json={}).json()["code"] == "shadow.unknown"
    assert client.post("/shadows", json=[{"kind": "rules", "name": "no_such"}]).json()["code"] == "document.no_draft"
