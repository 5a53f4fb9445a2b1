"""A decision graph tried over HTTP."""

import copy
from typing import Any

import httpx

from orderloom.api import simulations

BODY: dict[str, Any] = simulations.EXAMPLE


def test_a_graph_is_tried_on_contexts_with_its_trace(client: httpx.Client) -> None:
    told = client.post("/rules/simulations", json={**BODY, "contexts": [{"x": 21}, {"x": "a"}]})
    assert told.status_code == 200, told.text
    [good, bad] = told.json()["results"]
    assert good["result"] == {"twice": 42} and "step" in good["trace"]
    assert bad["error"]


def test_a_graph_that_may_not_run_says_where_and_why(client: httpx.Client) -> None:
    body = copy.deepcopy(BODY)
    body["content"]["nodes"][1]["content"]["expressions"][0]["value"] = "sum(map([1..30000], #))"
    told = client.post("/rules/simulations", json=body).json()
    assert told["results"] == []
    [finding] = told["findings"]
    assert (finding["code"], finding["node"], finding["column"]) == ("rules.range_too_long", "step", "twice")
    assert finding["zh"] and finding["en"]
