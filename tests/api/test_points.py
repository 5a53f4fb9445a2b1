"""What rules may read and answer, in people's words, over HTTP."""

from typing import Any

import httpx
from tests import hardware

from orderloom.rules import points


def _told(client: httpx.Client) -> dict[str, Any]:
    answer = client.get("/rules/points")
    assert answer.status_code == 200, answer.text
    return {each["name"]: each for each in answer.json()}


def test_every_name_of_every_point_is_called_something(client: httpx.Client) -> None:
    told = _told(client)
    assert set(told) == set(points.POINTS)
    for point in told.values():
        for term in (point, *point["reads"], *point["answers"]):
            assert term["zh"] and term["zh"] != term["name"], (point["name"], term)
            assert term["en"], (point["name"], term)
    offer = {each["name"]: each for each in told["price"]["answers"]}
    assert [each["value"] for each in offer["kind"]["choices"]][:2] == ["amount_off", "combo"]
    assert offer["threshold"]["unit"] == "money" and offer["promotion"]["required"] and not offer["off"].get("required")


def test_own_fields_stand_among_what_may_be_read(client: httpx.Client) -> None:
    content = hardware.ORDER
    client.put("/documents/fields/order/draft", json={"content": content, "edition": 0})
    published = client.post("/documents/publish", json={"documents": [{"kind": "fields", "name": "order"}]})
    assert published.status_code == 200, published.text
    reads = {each["name"]: each for each in _told(client)["check"]["reads"]}
    own = {name.removeprefix("order.custom."): each for name, each in reads.items() if each["own"]}
    assert own and set(own) <= {each["name"] for each in content["fields"]}
    assert all(own[each["name"]]["zh"] == each["zh"] for each in content["fields"] if each["name"] in own)
