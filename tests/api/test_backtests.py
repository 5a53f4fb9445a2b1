"""A draft tried on the orders of today over HTTP: a line for each that would change, the sums at the end."""

import datetime as dt
import json
from typing import Any

import httpx
from tests.api.conftest import Key, client_of
from tests.api.test_documents import newest, placed, table

from orderloom.actions.hub import Hub


def _wide(client: httpx.Client) -> None:
    found = newest(client, "sourcing")
    for row in table(found["content"])["rules"]:
        row["o1"] = "2000000"
    saved = client.put("/documents/rules/sourcing/draft", json={"content": found["content"], "cases": found["cases"]})
    assert saved.status_code == 200, saved.text


def _tried(client: httpx.Client, **body: Any) -> list[dict[str, Any]]:
    today = dt.datetime.now(dt.UTC)
    asked = {
        "documents": [{"kind": "rules", "name": "sourcing"}],
        "since": (today - dt.timedelta(days=1)).isoformat(),
        "until": (today + dt.timedelta(days=1)).isoformat(),
    }
    answer = client.post("/backtests", json=asked | body, timeout=60)
    assert answer.status_code == 200, answer.text
    return [json.loads(line) for line in answer.text.splitlines()]


def test_every_order_that_would_change_has_a_line(client: httpx.Client, hub: Hub) -> None:
    waits = placed(client, "B-1", lines=[{"sku": "HOOK", "quantity": 120, "price": "20"}])
    placed(client, "B-2", lines=[{"sku": "JERKY", "quantity": 2, "price": "30"}])
    _wide(client)
    *changes, last = _tried(client)
    assert [each["change"]["order_no"] for each in changes] == [waits["order"]["order_no"]]
    assert changes[0]["change"]["fields"]["warehouses"][1] == ["suzhou", "chengdu"]
    assert last["summary"]["orders"] == 2 and last["summary"]["split"] == [0, 1]


def test_a_draft_that_could_not_be_published_is_not_tried(client: httpx.Client) -> None:
    found = newest(client, "sourcing")
    table(found["content"])["rules"][0]["o1"] = "sum(map([1..30000], sum(map([1..30000], #))))"
    client.put("/documents/rules/sourcing/draft", json={"content": found["content"], "cases": found["cases"]})
    asked = {"documents": [{"kind": "rules", "name": "sourcing"}], "since": "2026-01-01T00:00:00Z",
             "until": "2026-02-01T00:00:00Z"}  # fmt: skip
    answer = client.post("/backtests", json=asked)
    assert answer.status_code == 409 and answer.json()["code"].startswith("rules."), answer.text


def test_bad_periods_missing_drafts_and_limited_keys_are_refused(client: httpx.Client, address: str, key: Key) -> None:
    asked = {"documents": [{"kind": "rules", "name": "sourcing"}], "since": "2026-02-01T00:00:00Z",
             "until": "2026-01-01T00:00:00Z"}  # fmt: skip
    assert client.post("/backtests", json=asked).json()["code"] == "document.no_draft"
    _wide(client)
    assert client.post("/backtests", json=asked).json()["code"] == "backtest.bad_period"
    with client_of(address, key("documents:write", channels=["web"])) as limited:
        assert limited.post("/backtests", json=asked).json()["code"] == "backtest.whole_only"
    with client_of(address, key("documents:read")) as reader:
        assert reader.post("/backtests", json=asked).status_code == 403
