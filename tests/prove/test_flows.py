"""A million runs wait; those whose time has come go on to the second, found by index."""

import datetime as dt
import time

import pytest
from tests import company

from orderloom.actions import documents, timers
from orderloom.actions.documents import Proposal, Publication
from orderloom.actions.hub import Hub
from orderloom.store import orders as orders_store

pytestmark = pytest.mark.prove

WAITING = 1_000_000
TEXT = {"zh": "流程", "en": "flow"}
CONTENT = {
    "title": TEXT,
    "nodes": [
        {"kind": "trigger", "id": "t", "event": "order.confirmed"},
        {"kind": "wait", "id": "w", "minutes": 30},
        {"kind": "action", "id": "hold", "do": "order.hold",
         "values": {"code": "flow.look", "reason_zh": "请看一下", "reason_en": "look"}},
    ],
    "edges": [{"from": "t", "to": "w"}, {"from": "w", "to": "hold"}],
}  # fmt: skip


def test_runs_among_a_million_go_on_within_a_second_of_their_time(hub: Hub, now: dt.datetime) -> None:
    company.tiny(hub, now=now)
    made = documents.publish(hub, [Proposal("flow", "look", CONTENT)], comment="", actor="amy", now=now)
    assert isinstance(made, Publication), made
    placed = company.place(hub, *(company.draft(f"M-{number}", now=now) for number in range(50)), now=now)
    due = now + dt.timedelta(minutes=30)
    with hub.database.workspace(hub.workspace) as connection:
        asked = {"due": due, "count": WAITING, "now": now}
        connection.execute(
            "insert into flow_runs select gen_random_uuid(), gen_random_uuid(), 'look', 1, 'waiting', 1, '{w}', "
            "'{time}', %(due)s::timestamptz + n * interval '1 second', null, %(now)s, %(now)s "
            "from generate_series(1, %(count)s::int) as n",
            asked,
        )
        connection.execute(
            "insert into timers select %(due)s::timestamptz + n * interval '1 second', gen_random_uuid(), 'flow', "
            "gen_random_uuid(), json_build_object('run_id', gen_random_uuid(), 'token', 1) "
            "from generate_series(1, %(count)s::int) as n",
            asked,
        )
    assert timers.fire(hub, now=due - dt.timedelta(seconds=1)) == 0
    started = time.monotonic()
    assert timers.fire(hub, now=due) == len(placed)
    seconds = time.monotonic() - started
    with hub.database.workspace(hub.workspace) as connection:
        orders = orders_store.read(connection, [each.order_id for each in placed if each.order_id is not None])
    assert all([hold.code for hold in each.holds] == ["flow.look"] and not each.runs for each in orders.values())
    print(f"{len(placed)} of {WAITING:,} waiting runs went on in {seconds * 1000:.0f} ms")
    assert seconds < 1
