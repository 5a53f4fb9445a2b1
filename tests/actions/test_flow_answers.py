"""What flows wait for from people and from outside: approvals, answers of calls; and what keeps flows from starting."""

import datetime as dt
import http.server
import threading
import uuid
from collections.abc import Iterator
from typing import Any

import pytest
from tests import company
from tests.actions.test_flows import HOLD, RELEASE, TEXT, TRIGGER, order, prove, publish, rows

from orderloom.actions import approvals, breakers, documents, flows, outgoing, reference
from orderloom.actions.documents import Proposal, Publication
from orderloom.actions.hub import Hub
from orderloom.domain.approvals import Person
from orderloom.domain.breakers import Stop
from orderloom.kit.refusals import Refused
from orderloom.outbox import drain
from orderloom.outbox.senders import SENDERS

RISK, FINANCE = Person("Wu", frozenset({"risk"})), Person("Xu", frozenset({"finance"}))
ASK = {
    "kind": "approval", "id": "ask",
    "spec": {"steps": [{"roles": ["risk", "finance"], "rule": "all"}], "deadline": {"minutes": 60, "then": "reject"}},
}  # fmt: skip
CANCEL = {"kind": "action", "id": "cancel", "do": "order.cancel", "values": {"reason": "risk"}}
TAG = {"kind": "action", "id": "tag", "do": "order.tag", "values": {"tags": ["expired"]}}


@pytest.fixture
def house(hub: Hub, now: dt.datetime) -> Hub:
    company.tiny(hub, now=now)
    return hub


def branched(hub: Hub, nodes: list[dict[str, Any]], edges: list[tuple[str, str, str]], *, now: dt.datetime) -> None:
    made = [{"from": start, "to": end, **({"exit": exit_} if exit_ else {})} for start, exit_, end in edges]
    content = {"title": TEXT, "nodes": nodes, "edges": made}
    published = documents.publish(hub, [Proposal("flow", "f", content)], comment="", actor="amy", now=now)
    assert isinstance(published, Publication), published


def countersigning(hub: Hub, now: dt.datetime) -> tuple[Any, uuid.UUID]:
    """An order that a flow holds until two roles have agreed, and the approval that it asked for."""
    branched(
        hub, [TRIGGER, HOLD, ASK, RELEASE, CANCEL, TAG],
        [("t", "", "hold"), ("hold", "", "ask"), ("ask", "approved", "release"), ("ask", "rejected", "cancel"),
         ("ask", "expired", "tag")],
        now=now,
    )  # fmt: skip
    [placed] = company.place(hub, company.draft("F-1", now=now), now=now)
    [(approval_id,)] = rows(hub, "select approval_id from approvals where state = 'open'")
    return placed, approval_id


def decide(hub: Hub, approval_id: uuid.UUID, person: Person, verdict: Any, now: dt.datetime) -> None:
    done = approvals.decide(hub, approval_id, person=person, verdict=verdict, now=now)
    assert isinstance(done, approvals.Decided), done


def test_a_flow_goes_on_when_all_have_agreed(house: Hub, now: dt.datetime) -> None:
    placed, approval_id = countersigning(house, now)
    decide(house, approval_id, RISK, "approve", now)
    assert [each.code for each in order(house, placed).holds] == ["flow.look"]
    decide(house, approval_id, FINANCE, "approve", now)
    assert order(house, placed).holds == [] and order(house, placed).runs == []
    assert rows(house, "select state from approvals") == [("approved",)]
    assert prove(house, now).findings == []


def test_the_end_of_what_a_flow_asked_is_told_to_the_owner_and_to_who_voted(house: Hub, now: dt.datetime) -> None:
    grade = {"kind": "action", "id": "own", "do": "order.grade", "values": {"owner": "Zhao"}}
    edges = [("t", "", "own"), ("own", "", "ask"), ("ask", "approved", "tag")]
    branched(house, [TRIGGER, grade, ASK, TAG], edges, now=now)
    company.place(house, company.draft("F-9", now=now), now=now)
    [(approval_id,)] = rows(house, "select approval_id from approvals where state = 'open'")
    decide(house, approval_id, RISK, "approve", now)
    decide(house, approval_id, FINANCE, "approve", now)
    told = rows(house, "select payload->>'owner' from outbox where payload->>'code' = 'approval.approved' order by 1")
    assert told == [("Wu",), ("Zhao",)]  # Xu said the last yes, and nobody reads what is told to a flow.


def test_a_no_to_what_a_flow_asked_stands_among_the_notices_of_the_owner(house: Hub, now: dt.datetime) -> None:
    placed, approval_id = countersigning(house, now)
    decide(house, approval_id, FINANCE, "reject", now)
    while drain.drain(house, SENDERS, outside=False, now=now):
        pass
    told = rows(house, "select audience from notices where payload->>'code' = 'approval.rejected'")
    assert told == [(order(house, placed).owner,)] and told != [("",)]


def test_a_flow_takes_its_other_way_when_one_says_no(house: Hub, now: dt.datetime) -> None:
    placed, approval_id = countersigning(house, now)
    decide(house, approval_id, FINANCE, "reject", now)
    assert order(house, placed).cancelled and order(house, placed).runs == []
    assert rows(house, "select state from approvals") == [("rejected",)]
    assert prove(house, now).findings == []


def test_a_flow_hears_that_nobody_answered_in_time(house: Hub, now: dt.datetime) -> None:
    placed, _ = countersigning(house, now)
    late = now + dt.timedelta(minutes=60)
    assert approvals.fire(house, now=late) == 1
    assert order(house, placed).tags == ["expired"] and order(house, placed).runs == []
    assert prove(house, late).findings == []


def test_what_a_flow_asked_is_asked_no_more_when_its_run_is_ended(house: Hub, now: dt.datetime) -> None:
    placed, _ = countersigning(house, now)
    [run] = order(house, placed).runs
    [ended] = flows.end(house, [run.run_id], reason="不需要了", teller=flows.Teller("amy", "console"), now=now)
    assert not isinstance(ended, Refused) and ended.refused is None
    assert rows(house, "select state from approvals") == [("withdrawn",)]
    assert prove(house, now).findings == []


def test_flows_do_not_start_for_what_is_stopped(house: Hub, now: dt.datetime) -> None:
    publish(house, "look", [{**TRIGGER, "event": "order.received"}, TAG], now=now)
    breakers.trip(house, Stop("customer", "C1", "连续投诉"), actor="Wu", now=now)
    [stopped] = company.place(house, company.draft("F-2", now=now), now=now)
    [other] = company.place(house, company.draft("F-3", customer_no="C2", now=now), now=now)
    assert order(house, stopped).tags == [] and order(house, other).tags == ["expired"]


class _Page(http.server.BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["content-length"]))
        body = b'{"tag": "from outside"}'
        self.send_response(self.server.status)  # type: ignore[attr-defined]
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: Any) -> None:
        """Silence."""


@pytest.fixture
def site() -> Iterator[http.server.ThreadingHTTPServer]:
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), _Page) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield server
        server.shutdown()
        thread.join()


def called(hub: Hub, site: http.server.ThreadingHTTPServer, status: int, now: dt.datetime) -> Any:
    """An order whose flow calls the site, after the call was tried once."""
    site.status = status  # type: ignore[attr-defined]
    at = f"127.0.0.1:{site.server_port}"
    reference.enter_settings(hub, {"private_hosts": [at]}, actor="test", now=now)
    call = {"kind": "http", "id": "call", "url": f"http://{at}/", "body": {"a": 1}, "into": "said"}
    tag = {**TAG, "values": {"tags": ["ok"]}}
    bad = {**TAG, "id": "bad", "values": {"tags": ["failed"]}}
    edges = [("t", "", "call"), ("call", "ok", "tag"), ("call", "failed", "bad")]
    branched(hub, [TRIGGER, call, tag, bad], edges, now=now)
    [placed] = company.place(hub, company.draft("F-4", now=now), now=now)
    while drain.drain(hub, SENDERS, outside=True, now=now):
        pass
    return placed


@pytest.mark.parametrize(("status", "tags"), [(200, ["ok"]), (404, ["failed"])])
def test_the_answer_of_a_call_takes_the_flow_on(
    house: Hub, now: dt.datetime, site: http.server.ThreadingHTTPServer, status: int, tags: list[str]
) -> None:
    placed = called(house, site, status, now)
    assert order(house, placed).tags == tags and order(house, placed).runs == []
    assert rows(house, "select state from outbox where topic = 'http'") == [("done",)]
    assert prove(house, now).findings == []


def test_a_call_that_is_given_up_takes_the_flow_on_by_its_failed_exit(
    house: Hub, now: dt.datetime, site: http.server.ThreadingHTTPServer
) -> None:
    placed = called(house, site, 500, now)
    assert [each.state for each in order(house, placed).runs] == ["waiting"]
    rows(house, "update outbox set state = 'dead' where topic = 'http' returning 1")
    [(outbox_id,)] = rows(house, "select outbox_id from outbox where topic = 'http'")
    assert outgoing.give_up(house, [outbox_id], actor="Wu", reason="已电话告知", now=now) == [outbox_id]
    assert order(house, placed).tags == ["failed"] and order(house, placed).runs == []
    assert rows(house, "select state from outbox where topic = 'http'") == [("given_up",)]
    assert prove(house, now).findings == []
