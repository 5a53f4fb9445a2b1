"""A flow that releases a shipment in the transaction that plans it: the lots are found, and everything agrees."""

import datetime as dt
import uuid
from typing import Any

import pytest
from tests import company

from orderloom.actions import documents
from orderloom.actions.hub import Hub
from orderloom.queries import check
from orderloom.store import orders as orders_store

TITLE = {"zh": "立即下发", "en": "At once"}
FLOW: dict[str, Any] = {
    "title": TITLE,
    "nodes": [
        {"kind": "trigger", "id": "planned", "event": "shipment.planned"},
        {"kind": "action", "id": "send", "do": "shipment.release"},
    ],
    "edges": [{"from": "planned", "to": "send"}],
}


@pytest.mark.parametrize("count", [1, 30])
def test_lots_are_chosen_though_nobody_asked_for_the_release(hub: Hub, now: dt.datetime, count: int) -> None:
    company.tiny(hub, now=now)
    proposals = [documents.Proposal("flow", "at_once", FLOW)]
    assert isinstance(documents.publish(hub, proposals, comment="", actor="t", now=now), documents.Publication)
    company.place(hub, *(company.draft(f"Q-{number}", now=now) for number in range(count)), now=now)
    with hub.database.workspace(hub.workspace) as connection:
        found = [orders_store.decode(text) for (text,) in connection.execute("select state::text from orders")]
        reserved = connection.execute("select sum(reserved)::int from stock_lots").fetchone()
    assert {shipment.released_at for each in found for shipment in each.shipments} == {now}
    picked = sum(pick.quantity for each in found for shipment in each.shipments for pick in shipment.picks)
    plan = check.Plan(whole=True, keep=False)
    proof = check.prove(hub.database, hub.workspace, proof_id=uuid.UUID(int=1), clock=lambda: now, plan=plan)
    assert proof.findings == []
    assert picked == 3 * count and reserved == (picked,)
