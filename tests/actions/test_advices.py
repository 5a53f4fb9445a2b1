"""Advice on an order: proposed beside the road, kept once, accepted in one step, and counted by rule."""

import datetime as dt
import json
from typing import Any

import pytest
from tests import company
from tests.actions.test_flows import prove
from tests.rules.documents import table

from orderloom.actions import advices, documents, orders
from orderloom.actions.hub import Hub
from orderloom.deciding.work import Outcome
from orderloom.domain.orders import state
from orderloom.kit.refusals import Refused
from orderloom.queries import advices as advices_query
from orderloom.queries import viewer
from orderloom.rules import points
from orderloom.store import orders as orders_store

START = {"id": "in", "type": "inputNode", "name": "in"}


def _document(point: str, content: dict[str, Any]) -> dict[str, Any]:
    node = {"id": "t", "type": "decisionTableNode", "name": "t", "content": content}
    edges = [{"id": "e", "type": "edge", "sourceId": "in", "targetId": "t"}]
    return {"point": point, "content": {"nodes": [START, node], "edges": edges}}


TERMS = _document(
    "advice",
    table(
        ["", "customer.payment_days_average", "order.payment_method"],
        ("advice", "label_zh", "label_en", "set"),
        [
            (
                "all(skus, (#.custom.return_rate ?? 1) < 0.03)",
                "<= 42",
                '!= "credit"',
                '"credit_60"',
                '"建议 60 天账期"',
                '"Offer 60 days of credit"',
                '{"payment_method": "credit"}',
            ),
            ("", "null", "", '"ask"', '"先了解付款习惯"', '"Ask how they pay"', ""),
        ],
    ),
)
ACTIONS = _document(
    "suggest",
    table(
        ["hold.code"],
        ("action", "label_zh", "label_en"),
        [('"hold.ask"', '"release"', '"已回电则放行"', '"Release once called back"')],
    ),
)
OWNERS = _document("owner", table(["hold.code"], ("owner",), [("!= null", '"desk"'), ("", '"sales"')], hit="first"))


@pytest.fixture
def house(hub: Hub, now: dt.datetime) -> Hub:
    """The tiny company."""
    company.tiny(hub, now=now)
    return hub


def _publish(house: Hub, now: dt.datetime, **contents: dict[str, Any]) -> None:
    """Put documents in force by the rows alone: their cases are nobody's concern here."""
    made = [documents.Proposal("rules", name, content, []) for name, content in contents.items()]
    with house.database.workspace(house.workspace) as connection:
        for each in made:
            connection.execute(
                "insert into documents (kind, name, version, content, published_at, revision) "
                "values ('rules', %s, 1, %s::json, %s, 0)",
                [each.name, json.dumps(each.content), now],
            )
        connection.execute("update settings set value = to_json(value::text::bigint + 1) where key = 'version'")


def _ask(house: Hub, placed: Outcome, now: dt.datetime) -> advices.Advised:
    assert placed.order_id is not None
    told = advices.ask(house, placed.order_id, order_no=placed.order_no, to="clerk", now=now)
    assert not isinstance(told, Refused), told
    return told


def test_without_a_document_of_the_page_nothing_is_asked(house: Hub, now: dt.datetime) -> None:
    [placed] = company.place(house, company.draft("a", now=now), now=now)
    told = _ask(house, placed, now)
    assert (told.proposals, told.suggestions, told.owners) == ([], [], [])
    assert all(point.stage != points.PAGE for point in (points.POINTS[each] for each in ("hold", "price", "carrier")))


def test_a_proposal_is_made_once_accepted_once_and_counted(house: Hub, now: dt.datetime) -> None:
    _publish(house, now, terms=TERMS)
    [first, second] = company.place(house, company.draft("a", now=now), company.draft("b", now=now), now=now)
    proposed = _ask(house, first, now).proposals
    assert [(each.advice, each.rule, each.version) for each in proposed] == [("ask", "terms#r2", 1)]
    assert [(one.path, one.seen) for one in proposed[0].because] == [("customer.payment_days_average", None)]
    assert _ask(house, first, now).proposals == proposed
    _ask(house, second, now)
    assert first.order_id is not None
    accepting = {"advice_id": proposed[0].advice_id, "origin": company.origin(), "now": now}
    done = advices.accept(house, first.order_id, **accepting)
    assert isinstance(done, Outcome) and not done.repeated
    again = advices.accept(house, first.order_id, **accepting)
    assert isinstance(again, Outcome) and again.repeated
    assert _ask(house, first, now).proposals[0].accepted_by
    with house.database.workspace(house.workspace) as connection:
        [share] = advices_query.shares(
            connection, viewer=viewer.everything("t"), since=now, until=now + dt.timedelta(days=1)
        )
    assert (share.rule, share.proposed, share.accepted, share.share) == ("terms#r2", 2, 1, 0.5)


def test_what_a_proposal_sets_is_set_by_accepting_it(house: Hub, now: dt.datetime) -> None:
    row = ("len(skus) > 0", '"wrap"', '"礼品包装"', '"Wrap it"', '{"packing_request": "礼盒"}')
    content = table([""], ("advice", "label_zh", "label_en", "set"), [row])
    _publish(house, now, wrapping=_document("advice", content))
    [placed] = company.place(house, company.draft("a", now=now), now=now)
    [proposal] = _ask(house, placed, now).proposals
    assert placed.order_id is not None
    done = advices.accept(house, placed.order_id, advice_id=proposal.advice_id, origin=company.origin(), now=now)
    assert isinstance(done, Outcome) and done.events == ["order.amended"], done
    wrong = advices.accept(house, placed.order_id, advice_id=placed.order_id, origin=company.origin(), now=now)
    assert isinstance(wrong, Refused) and wrong.code == "advice.unknown"


def test_a_hold_gets_its_ready_actions_and_an_owner_where_it_names_none(house: Hub, now: dt.datetime) -> None:
    [placed] = company.place(house, company.draft("a", now=now), now=now)
    assert placed.order_id is not None
    hold = state.Hold("hold.ask", state.Text("等回电", "waiting for a call"), blocks=["release"])
    orders.hold(house, placed.order_id, hold=hold, origin=company.origin(), now=now)
    _publish(house, now, actions=ACTIONS, owners=OWNERS)
    told = _ask(house, placed, now)
    assert [(each.hold_code, each.action, each.rule) for each in told.suggestions] == [
        ("hold.ask", "release", "actions#r1")
    ]
    assert ("hold.ask", "desk", "owners#r1") in [(each.hold_code, each.owner, each.rule) for each in told.owners]


HELD = _document(
    "hold",
    table(
        ["order.total"],
        ("code", "reason_zh", "reason_en", "owner"),
        [("> 0", '"hold.look"', '"请看一下"', '"Look at it"', ""), ("> 0", '"hold.sign"', '"请签"', '"Sign"', '"Wu"')],
    ),
)


def _owners_of(house: Hub, placed: Outcome) -> dict[str, str]:
    assert placed.order_id is not None
    with house.database.workspace(house.workspace) as connection:
        order = orders_store.read(connection, [placed.order_id])[placed.order_id]
    return {each.code: each.owner for each in order.holds}


def test_a_hold_that_names_nobody_is_owned_by_whom_a_document_says_from_the_start(house: Hub, now: dt.datetime) -> None:
    _publish(house, now, held=HELD)
    [before] = company.place(house, company.draft("a", now=now), now=now)
    assert _owners_of(house, before) == {"hold.look": "", "hold.sign": "Wu"}
    _publish(house, now, owners=OWNERS)
    [placed] = company.place(house, company.draft("b", now=now), now=now)
    assert placed.order_id is not None
    for code, owner in (("hold.ask", ""), ("hold.mine", "Li")):
        by_hand = state.Hold(code, state.Text("等回电", "waiting for a call"), owner=owner, blocks=["release"])
        orders.hold(house, placed.order_id, hold=by_hand, origin=company.origin(), now=now)
    assert _owners_of(house, placed) == {"hold.look": "desk", "hold.sign": "Wu", "hold.ask": "desk", "hold.mine": "Li"}
    assert prove(house, now).findings == []
