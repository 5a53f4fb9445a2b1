"""Messages to people: in the inbox always, by the messengers of their routes, each once, in order, never too fast."""

import datetime as dt
import json
import uuid
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests import company

from orderloom.actions import messengers, notices, reference
from orderloom.actions.hub import Hub
from orderloom.actions.messengers import Wanted
from orderloom.domain import messengers as words
from orderloom.domain.customers import Customer
from orderloom.domain.messengers import Pace, People, Window
from orderloom.domain.orders import state
from orderloom.kit import clock, limits
from orderloom.kit.refusals import Refused
from orderloom.outbox import drain
from orderloom.outbox import messengers as sending
from orderloom.outbox.senders import SENDERS
from orderloom.store import outbox as outbox_store
from orderloom.world.partners.dingtalk import DingTalk
from orderloom.world.partners.feishu import Feishu
from orderloom.world.partners.mail import MailServer

NOW = clock.now()  # Robots compare the timestamp of a signature with their own clock.


def _rows(hub: Hub, text: str) -> list[tuple]:
    with hub.database.workspace(hub.workspace) as connection:
        return connection.execute(text.encode()).fetchall()


def _enter(hub: Hub, name: str, kind: str, **account: Any) -> None:
    read = sending.account(kind, {"private": True, **account})
    assert not isinstance(read, Refused), read
    assert messengers.enter(hub, name, kind=kind, account=read, actor="boss", now=NOW) is None


def _route(hub: Hub, audience: str, messenger: str, *, templates: list[str] | None = None, **people: Any) -> None:
    wanted = Wanted(audience, messenger, templates or [], People(**people))
    assert messengers.route(hub, [wanted], actor="boss", now=NOW) == [None]


def _say(hub: Hub, *payloads: dict[str, Any], subject: str = "one") -> None:
    rows = [
        outbox_store.Row(hub.ids.new(NOW), "message", subject, number, f"m-{subject}-{number}", each, NOW)
        for number, each in enumerate(payloads)
    ]
    with hub.database.workspace(hub.workspace) as connection:
        outbox_store.insert(connection, rows)


def _drain(hub: Hub, now: dt.datetime = NOW) -> None:
    while drain.drain(hub, SENDERS, outside=False, now=now) + drain.drain(hub, SENDERS, outside=True, now=now):
        pass


def _states(hub: Hub) -> dict[str, int]:
    return dict(_rows(hub, "select state, count(*)::int from outbox where topic = 'messenger' group by 1"))


@pytest.fixture
def founded(hub: Hub) -> Hub:
    """The tiny company, with the shipped documents."""
    company.tiny(hub, now=NOW)
    return hub


@pytest.fixture
def robot(founded: Hub) -> Iterator[DingTalk]:
    """A robot that hears what operations are told."""
    server = DingTalk(secret="SEC1")
    with server.running():
        _enter(founded, "ops", "dingtalk", url=server.url, secret="SEC1")
        _route(founded, "operations", "ops", phones=["13800001111"])
        yield server


def _texts(robot: DingTalk) -> list[str]:
    return [each.get("text", {}).get("content", "") for each in robot.heard]


def test_what_is_said_stands_in_the_inbox_and_goes_by_its_route(founded: Hub, robot: DingTalk) -> None:
    _say(founded, {"to": "operations", "zh": "订单积压", "en": "Orders pile up"}, {"to": "ann", "zh": "甲", "en": "A"})
    _drain(founded)
    told = _rows(founded, "select audience, said -> 'text' ->> 'zh' from notices order by 1")
    assert told == [("ann", "甲"), ("operations", "订单积压")]
    (heard,) = robot.heard
    assert heard["text"]["content"] == "订单积压\n@13800001111" and heard["at"]["atMobiles"] == ["13800001111"]


def test_a_template_in_force_says_it_and_a_missing_field_is_a_dash(founded: Hub, robot: DingTalk) -> None:
    values = {"order": {"order_no": "OL-1"}, "hold": {"zh": "地址模糊", "en": "vague"}}
    _say(founded, {"to": "operations", "template": "order_held", "values": values})
    _say(founded, {"to": "operations", "template": "stage_stuck", "values": {}}, subject="two")
    _drain(founded)
    held, late = sorted(each["markdown"]["text"] for each in robot.heard)
    assert "**OL-1**（—）" in late + held and "**—** 在 **—** 已超过 — 分钟" in late + held
    titles = _rows(founded, "select said -> 'title' ->> 'zh' from notices order by 1")
    assert titles == [("订单 OL-1 已挂起",), ("订单 — 停留超时",)]


def test_a_message_carries_one_more_messenger_and_only_the_templates_of_a_route(founded: Hub, robot: DingTalk) -> None:
    with Feishu().running() as other:
        _enter(founded, "boss_group", "feishu", url=other.url)
        _route(founded, "operations", "boss_group", templates=["order_held"])
        _say(founded, {"to": "operations", "zh": "一", "en": "1"})
        _say(founded, {"to": "ann", "channel": "boss_group", "zh": "二", "en": "2"}, subject="two")
        _drain(founded)
        assert [each["content"]["text"] for each in other.heard] == ["二"]
    assert _texts(robot) == ["一\n@13800001111"]


def test_a_batch_that_comes_again_tells_nothing_twice(founded: Hub, robot: DingTalk) -> None:
    _say(founded, {"to": ["operations", "ann"], "zh": "一次", "en": "once"})

    class Killed(BaseException):
        """The process dies after it told, before it settles."""

    def told_then_killed(*args: Any) -> Any:
        SENDERS["message"].send(*args)
        raise Killed

    with pytest.raises(Killed):
        drain.drain(founded, {**SENDERS, "message": drain.Sender(told_then_killed)}, outside=False, now=NOW)
    _drain(founded, NOW + dt.timedelta(seconds=limits.OUTBOX_LEASE_SECONDS + 1))
    assert len(robot.heard) == 1
    assert _rows(founded, "select audience from notices order by 1") == [("ann",), ("operations",)]


def test_messages_of_a_subject_arrive_in_order_though_one_fails_first(founded: Hub, robot: DingTalk) -> None:
    robot.trouble = ["5xx"]
    _say(founded, *({"to": "operations", "zh": f"第{number}条", "en": "x"} for number in range(4)))
    _drain(founded)
    assert robot.heard == []
    _drain(founded, NOW + dt.timedelta(minutes=1))
    assert [each[:3] for each in _texts(robot)] == ["第0条", "第1条", "第2条", "第3条"]


def test_more_than_a_window_holds_waits_and_is_no_failure(founded: Hub, robot: DingTalk) -> None:
    for number in range(25):
        _say(founded, {"to": "operations", "zh": f"{number}", "en": "x"}, subject=f"s{number}")
    _drain(founded)
    assert len(robot.heard) == 19 and _states(founded) == {"done": 19, "waiting": 6}
    attempts = "select max(attempts)::int from outbox where topic = 'messenger' and state = 'waiting'"
    assert _rows(founded, attempts) == [(0,)]
    robot._taken.clear()  # The robot's own minute is over too.
    _drain(founded, NOW + dt.timedelta(seconds=61))
    assert len(robot.heard) == 25 and _states(founded) == {"done": 25}


def test_a_robot_that_says_too_fast_is_left_alone_as_long_as_it_wants(founded: Hub, robot: DingTalk) -> None:
    robot.per_minute = 0
    _say(founded, {"to": "operations", "zh": "一", "en": "1"})
    _say(founded, {"to": "operations", "zh": "二", "en": "2"}, subject="two")
    _drain(founded)
    asked = robot.asked
    _drain(founded, NOW + dt.timedelta(minutes=9))
    assert robot.asked == asked and _states(founded) == {"waiting": 2}
    robot.per_minute, robot.silent_until = 20, 0.0
    _drain(founded, NOW + dt.timedelta(minutes=11))
    assert len(robot.heard) == 2


def test_a_revoked_robot_is_dead_with_its_reason_tells_operations_once_and_can_be_retried(
    founded: Hub, robot: DingTalk
) -> None:
    robot.revoked = True
    for number in range(3):
        _say(founded, {"to": "operations", "zh": f"{number}", "en": "x"}, subject=f"s{number}")
    _drain(founded)
    dead = _rows(founded, "select state, result ->> 'reason' from outbox where topic = 'messenger'")
    assert len(dead) == 3 and all(state == "dead" and "300001" in reason for state, reason in dead)
    told = _rows(founded, "select audience, level from notices where topic = 'messenger'")
    assert told == [("operations", "urgent")]
    robot.revoked = False
    assert messengers.retry(founded, "ops", actor="boss", now=NOW) == 3
    _drain(founded)
    assert len(robot.heard) == 3 and _states(founded) == {"done": 3}


def test_a_wrong_secret_is_dead_and_a_mended_account_goes_on(founded: Hub, robot: DingTalk) -> None:
    _enter(founded, "ops", "dingtalk", url=robot.url, secret="SEC-wrong")
    _say(founded, {"to": "operations", "zh": "一", "en": "1"})
    _drain(founded)
    assert _states(founded) == {"dead": 1} and robot.heard == []
    _enter(founded, "ops", "dingtalk", url=robot.url, secret="SEC1")
    assert messengers.retry(founded, "ops", actor="boss", now=NOW) == 1
    _drain(founded)
    assert len(robot.heard) == 1


def test_a_refused_recipient_fails_alone(founded: Hub) -> None:
    with MailServer().running() as server:
        server.unknown = {"gone@example.com"}
        _enter(founded, "mail", "email", host="127.0.0.1", port=server.port, security="none", sender="a@example.com")
        _route(founded, "operations", "mail", emails=["ann@example.com", "gone@example.com"])
        _say(founded, {"to": "operations", "zh": "一", "en": "1"})
        _drain(founded)
        assert [to for to, _ in server.heard] == ["ann@example.com"]
    assert _states(founded) == {"done": 1, "dead": 1}


def test_a_removed_messenger_closes_what_waits_for_it(founded: Hub, robot: DingTalk) -> None:
    _say(founded, {"to": "operations", "zh": "一", "en": "1"})
    drain.drain(founded, SENDERS, outside=False, now=NOW)
    assert messengers.remove(founded, "ops", actor="boss", now=NOW) is None
    _drain(founded)
    assert robot.heard == [] and _states(founded) == {"done": 1}
    assert _rows(founded, "select value::text from settings where key = 'routes'") == [("[]",)]


def test_no_secret_and_no_address_lies_open(founded: Hub, robot: DingTalk) -> None:
    _say(founded, {"to": "operations", "zh": "秘密的话", "en": "secret words"})
    _drain(founded)
    stored = str(_rows(founded, "select value::text from settings")) + str(
        _rows(founded, "select payload::text from outbox where topic = 'messenger'")
    )
    assert not any(each in stored for each in ("SEC1", "access_token", "13800001111", "秘密的话"))


def test_a_receipt_goes_to_the_customers_mailbox_where_it_is_known(founded: Hub) -> None:
    reference.enter_customers(founded, [_customer("C1", email="wang@example.com")], actor="boss", now=NOW)
    with MailServer().running() as server:
        _enter(founded, "shop", "email", host="127.0.0.1", port=server.port, security="none", sender="a@example.com")
        _route(founded, "customer", "shop")
        company.place(founded, company.draft("R-1", now=NOW), now=NOW)
        company.place(founded, company.draft("R-2", customer_no="C2", now=NOW), now=NOW)
        _drain(founded)
        ((to, content),) = server.heard
    (order_no,) = _rows(founded, "select order_no from orders where external_no = 'R-1'")[0]
    assert to == "wang@example.com" and order_no in content["Subject"]
    assert "王小明好" in content.get_content()
    sent = "select jsonb_path_query(body::jsonb, '$.events[*] ? (@.type == \"receipt.sent\").channel') from log"
    assert sorted(each for (each,) in _rows(founded, sent)) == ["email", "in_house"]


def test_what_a_flow_says_to_the_customer_goes_to_the_mailbox_of_the_orders_customer(founded: Hub) -> None:
    reference.enter_customers(founded, [_customer("C1", email="wang@example.com")], actor="boss", now=NOW)
    company.place(founded, company.draft("R-1", now=NOW), now=NOW)
    (order_id,) = _rows(founded, "select order_id::text from orders where external_no = 'R-1'")[0]
    _drain(founded)
    with MailServer().running() as server:
        _enter(founded, "shop", "email", host="127.0.0.1", port=server.port, security="none", sender="a@example.com")
        _route(founded, "customer", "shop")
        said = {"to": "customer", "zh": "已出库", "en": "It has left"}
        _say(founded, said, {"to": "operations", "zh": "内部", "en": "inside"}, subject=order_id)
        _drain(founded)
        ((to, content),) = server.heard
    assert to == "wang@example.com" and "已出库" in content.get_content()


def _customer(customer_no: str, **custom: Any) -> Customer:
    invoice = state.Invoice(f"公司 {customer_no}")
    return Customer(customer_no, "客户", "A", risk="low", account=customer_no, payment_method="credit", invoice=invoice,
                    custom=custom)  # fmt: skip


@pytest.mark.parametrize(
    ("kind", "account", "code"),
    [
        ("telegram", {}, "messenger.unknown_kind"),
        ("dingtalk", {}, "messenger.account_unfit"),
        ("wecom", {"url": "x", "secret": "wecom has none"}, "messenger.account_unfit"),
        ("email", {"host": "h", "sender": "s", "port": "many"}, "messenger.account_unfit"),
    ],
)
def test_an_account_that_cannot_be_is_refused(kind: str, account: dict[str, Any], code: str) -> None:
    refused = sending.account(kind, account)
    assert isinstance(refused, Refused) and refused.code == code


def test_routes_that_cannot_be_are_refused_one_by_one(founded: Hub, robot: DingTalk) -> None:
    _enter(founded, "mail", "email", host="h", security="none", sender="a@example.com")
    wanted = [
        Wanted("operations", "nobody"),
        Wanted("", "ops"),
        Wanted("customer", "ops"),
        Wanted("operations", "mail"),
        Wanted("planning", "ops", people=People(users=["u"] * (limits.ROUTE_PEOPLE_MAX + 1))),
        Wanted("planning", "ops"),
    ]
    answers = messengers.route(founded, wanted, actor="boss", now=NOW)
    assert [each.code if each else "" for each in answers] == [
        "messenger.unknown", "route.bad_audience", "route.customers_by_mail_only", "route.needs_addresses",
        "route.too_many_people", "",
    ]  # fmt: skip
    assert messengers.unroute(founded, "planning", "ops", actor="boss", now=NOW) is None
    assert isinstance(messengers.unroute(founded, "planning", "ops", actor="boss", now=NOW), Refused)


def test_a_messenger_can_be_tried(founded: Hub, robot: DingTalk) -> None:
    key = messengers.ping(founded, "ops", actor="boss", now=NOW)
    assert isinstance(key, str)
    _drain(founded)
    assert "boss" in _texts(robot)[0]
    assert isinstance(messengers.ping(founded, "nobody", actor="boss", now=NOW), Refused)


@given(st.lists(st.tuples(st.integers(0, 90), st.integers(1, 30)), max_size=30))
def test_no_window_ever_holds_more_than_it_may(asked: list[tuple[int, int]]) -> None:
    windows = (Window(60, 19), Window(1, 5))
    pace, now, taken = Pace(), NOW, []
    for after, wanted in asked:
        now += dt.timedelta(seconds=after)
        pace, granted, free_at = words.take(pace, windows, wanted=wanted, now=now)
        taken += [now] * granted
        assert granted <= wanted and (granted == wanted or free_at > now)
    for window in windows:
        for each in taken:
            assert sum(each <= other < each + dt.timedelta(seconds=window.seconds) for other in taken) <= window.most


def test_what_a_person_has_seen_is_seen_by_that_person_alone(founded: Hub) -> None:
    _say(founded, {"to": "operations", "zh": "一", "en": "1"}, {"to": "planning", "zh": "二", "en": "2"})
    _drain(founded)
    assert notices.mark_seen(founded, person="ann", audiences={"operations"}, now=NOW) == 1
    assert notices.mark_seen(founded, person="ann", audiences={"operations"}, now=NOW) == 0
    assert notices.mark_seen(founded, person="ben", audiences=None, now=NOW) == 2
    other = [uuid.UUID(str(each)) for (each,) in _rows(founded, "select notice_id from notices")]
    assert notices.mark_seen(founded, person="cid", audiences={"nobody"}, notice_ids=other, now=NOW) == 0
    assert json.loads(_rows(founded, "select said::text from notices limit 1")[0][0])["title"]["zh"]
