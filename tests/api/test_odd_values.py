"""Odd values at every place of what platforms, forms and records say, where documents in force read them."""

import itertools
from collections.abc import Iterable
from typing import Any

import httpx
import pytest
from tests import dictionaries, hardware, oddities
from tests.api.conftest import Key, client_of
from tests.api.test_channels import CONTENT, message, publish

from orderloom.actions.hub import Hub
from orderloom.kit import clock

TICKET = {
    "topic": "破损", "urgency": "high", "reason": "碎", "claim": 12.5, "due": "2026-12-01", "tags": ["a", "b"],
    "phone": "13800138000", "site": {"province": "江苏", "city": "苏州", "district": "姑苏区", "street": "人民路 1 号"},
    "photos": [], "parts": [{"part": "轴承", "pieces": 2}], "code": "AB-123",
}  # fmt: skip
SAID: dict[str, tuple[str, Any]] = {
    "channel": ("/channels/mini/messages", message()),
    "form": ("/forms/project/submissions", {"submission_id": "s-1", "values": hardware.values()}),
    "record": ("/records/ticket", [{"values": TICKET, "links": {"order": ["OL-1"], "customer": ["C1"]}}]),
}


@pytest.fixture
def open_doors(client: httpx.Client, hub: Hub, door: str) -> httpx.Client:
    """A channel, or a form and a record type, of one's own in force."""
    if door == "channel":
        assert publish(client, "mini", CONTENT).status_code == 200
        return client
    now = clock.now()
    dictionaries.publish(hub, hardware.ORDER, dictionaries.TICKET, now=now)
    dictionaries.publish(hub, hardware.FORM, kind="form", name="project", now=now)
    return client


@pytest.mark.parametrize("door", SAID)
def test_no_value_breaks_the_program(open_doors: httpx.Client, address: str, key: Key, door: str) -> None:
    """A few at each place, in turn."""
    turn = itertools.cycle(oddities.ODD)
    odd = ((marked, each) for marked in oddities.marked(SAID[door][1]) for each in itertools.islice(turn, 4))
    _none_breaks(address, key, door, odd)


@pytest.mark.prove
@pytest.mark.parametrize("door", SAID)
def test_no_value_at_any_place_breaks_the_program(open_doors: httpx.Client, address: str, key: Key, door: str) -> None:
    _none_breaks(address, key, door, itertools.product(oddities.marked(SAID[door][1]), oddities.ODD))


def _none_breaks(address: str, key: Key, door: str, tried: Iterable[tuple[bytes, bytes]]) -> None:
    path, said = SAID[door]
    broken = []
    with client_of(address, key("*")) as one:
        one.headers["Content-Type"] = "application/json"
        for number, (marked, odd) in enumerate(tried):
            # Each is another order or submission: what was there already would not be read through.
            fresh = marked.replace(b'"M1"', b'"M1-%d"' % number).replace(b'"s-1"', b'"s-1-%d"' % number)
            answer = one.post(path, content=fresh.replace(oddities.MARK, odd))
            if answer.status_code >= 500:
                broken.append((odd[:40], marked.decode()[:400], answer.text[:200]))
        assert one.post(path, json=said).status_code in (200, 201, 207)
    assert not broken, "\n".join(map(str, broken))
