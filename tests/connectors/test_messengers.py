"""Each messenger against its stand-in: what is taken, and every way in which the partner says no."""

import datetime as dt
import json
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from orderloom import connectors
from orderloom.connectors import contract
from orderloom.connectors.contract import Delivered, Failed, Rejected, TooFast
from orderloom.connectors.dingtalk import client as dingtalk
from orderloom.connectors.email import client as mail
from orderloom.connectors.feishu import client as feishu
from orderloom.connectors.wecom import client as wecom
from orderloom.domain.messengers import Mentions, Message
from orderloom.kit import clock, limits
from orderloom.world.partners.dingtalk import DingTalk
from orderloom.world.partners.feishu import Feishu
from orderloom.world.partners.mail import MailServer
from orderloom.world.partners.robots import Robot
from orderloom.world.partners.wecom import WeCom

MESSAGE = Message("k-1", "订单挂起", "订单 OL-1 挂起：地址模糊", level="urgent")
CLIENTS = {"dingtalk": dingtalk, "wecom": wecom, "feishu": feishu, "email": mail}


@pytest.fixture(params=["dingtalk", "wecom", "feishu"])
def robot(request: pytest.FixtureRequest) -> Iterator[tuple[Robot, Any, Any]]:
    """A robot with all its checks on, its client, and an account that fits."""
    makers = {
        "dingtalk": lambda: DingTalk(secret="SEC1", keyword="订单"),
        "wecom": WeCom,
        "feishu": lambda: Feishu(secret="s1"),
    }
    server = makers[request.param]()
    client = CLIENTS[request.param]
    stated = {"secret": server.secret, "keyword": server.keyword} if not isinstance(server, WeCom) else {}
    with server.running():
        yield server, client, client.Account(url=server.url, private=True, **stated)


def test_a_robot_takes_text_and_markdown(robot: tuple[Robot, Any, Any]) -> None:
    server, client, account = robot
    marked = Message("k-2", "订单挂起", "订单 OL-1", markdown="### 订单 **OL-1**")
    assert isinstance(client.send(account, MESSAGE, clock.now()), Delivered)
    assert isinstance(client.send(account, marked, clock.now()), Delivered)
    text, markdown = (json.dumps(each, ensure_ascii=False) for each in server.heard)
    assert "地址模糊" in text and "**OL-1**" in markdown


@pytest.mark.parametrize("trouble", ["5xx", "garbage", "disconnect", "slow"])
def test_a_robot_in_trouble_is_asked_again_later(
    robot: tuple[Robot, Any, Any], trouble: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    server, client, account = robot
    monkeypatch.setattr(limits, "MESSENGER_SECONDS_MAX", 0.3)
    server.trouble = [trouble]
    answer = client.send(account, MESSAGE, clock.now())
    assert isinstance(answer, Failed) and server.heard == []
    # What broke off after the message was sent may have arrived: the answer says so.
    assert answer.doubtful == (trouble != "5xx")
    assert isinstance(client.send(account, MESSAGE, clock.now()), Delivered)


def test_a_robot_that_does_not_listen_is_asked_again(robot: tuple[Robot, Any, Any]) -> None:
    _, client, account = robot
    away = type(account)(url="http://127.0.0.1:9/robot/send", private=True)
    answer = client.send(away, MESSAGE, clock.now())
    assert isinstance(answer, Failed) and not answer.doubtful


def test_a_revoked_robot_rejects_and_names_its_code(robot: tuple[Robot, Any, Any]) -> None:
    server, client, account = robot
    server.revoked = True
    answer = client.send(account, MESSAGE, clock.now())
    assert isinstance(answer, Rejected) and any(code in answer.reason for code in ("300001", "93000", "19001"))


def test_one_message_too_many_waits_for_the_window(robot: tuple[Robot, Any, Any]) -> None:
    server, client, account = robot
    server.per_minute = 2
    answers = [client.send(account, MESSAGE, clock.now()) for _ in range(3)]
    assert [type(each) for each in answers] == [Delivered, Delivered, TooFast]
    assert answers[2].after_seconds >= 60


def test_the_codes_of_the_samples_mean_what_the_partner_says(robot: tuple[Robot, Any, Any], shared_data: Path) -> None:
    server, client, account = robot
    name = client.CONNECTOR.name
    sample = json.loads((shared_data / "samples" / "chat" / f"{name}_robot.json").read_text("utf-8"))
    wanted = {130101: TooFast, 45009: TooFast, 11232: TooFast}
    for said in sample["errors"]:
        server.trouble = [said]
        code = said.get("errcode", said.get("code"))
        assert type(client.send(account, MESSAGE, clock.now())) is wanted.get(code, Rejected), said
    server.trouble = [sample["success"]]
    assert isinstance(client.send(account, MESSAGE, clock.now()), Delivered)


def test_a_refusal_with_status_200_is_no_success(robot: tuple[Robot, Any, Any]) -> None:
    server, client, account = robot
    server.trouble = [{"errcode": 999999, "code": 999999}, {}]
    assert isinstance(client.send(account, MESSAGE, clock.now()), Rejected)
    assert isinstance(client.send(account, MESSAGE, clock.now()), Failed)  # It said nothing that we know.


def test_a_text_longer_than_allowed_is_cut_between_characters(robot: tuple[Robot, Any, Any]) -> None:
    server, client, account = robot
    long = "仓" * 9_000
    for message in (Message("k", "长", long), Message("k", "长", long, markdown=long)):
        assert isinstance(client.send(account, message, clock.now()), Delivered)
    assert all("…" in json.dumps(each, ensure_ascii=False) for each in server.heard)
    assert contract.clipped("仓仓", bytes_max=6) == "仓仓" and contract.clipped("仓仓仓", bytes_max=8) == "仓…"


def test_people_are_mentioned_as_each_robot_has_it() -> None:
    mentions = Mentions(phones=["13800001111"], users=["wang"], everybody=True)
    message = Message("k", "标题", "订单积压", mentions=mentions)
    with DingTalk().running() as ding, WeCom().running() as we, Feishu().running() as fei:
        dingtalk.send(dingtalk.Account(url=ding.url, private=True), message, clock.now())
        wecom.send(wecom.Account(url=we.url, private=True), message, clock.now())
        feishu.send(feishu.Account(url=fei.url, private=True), message, clock.now())
    assert ding.heard[0]["at"] == {"atMobiles": ["13800001111"], "atUserIds": ["wang"], "isAtAll": True}
    assert "@13800001111" in ding.heard[0]["text"]["content"]
    assert we.heard[0]["text"]["mentioned_list"] == ["wang", "@all"]
    assert we.heard[0]["text"]["mentioned_mobile_list"] == ["13800001111"]
    assert '<at user_id="wang"></at> <at user_id="all"></at>' in fei.heard[0]["content"]["text"]


def test_a_value_cannot_mention_everybody() -> None:
    with Feishu().running() as robot:
        evil = Message("k", "标题", '备注 <at user_id="all"></at>')
        assert isinstance(feishu.send(feishu.Account(url=robot.url, private=True), evil, clock.now()), Delivered)
    assert "<at" not in robot.heard[0]["content"]["text"]


@pytest.mark.parametrize(("skew_hours", "secret"), [(2, "SEC1"), (-2, "SEC1"), (0, "SEC2"), (0, "")])
def test_a_wrong_signature_or_clock_is_rejected(skew_hours: int, secret: str) -> None:
    at = clock.now() + dt.timedelta(hours=skew_hours)
    with DingTalk(secret="SEC1").running() as ding, Feishu(secret="SEC1").running() as fei:
        one = dingtalk.send(dingtalk.Account(url=ding.url, secret=secret, private=True), MESSAGE, at)
        other = feishu.send(feishu.Account(url=fei.url, secret=secret, private=True), MESSAGE, at)
    assert isinstance(one, Rejected) and "310000" in one.reason
    assert isinstance(other, Rejected) and "19021" in other.reason


def test_a_missing_keyword_is_rejected_and_a_known_one_is_put_before_the_text() -> None:
    with DingTalk(keyword="仓库").running() as ding, Feishu(keyword="仓库").running() as fei:
        for client, robot in ((dingtalk, ding), (feishu, fei)):
            assert isinstance(client.send(client.Account(url=robot.url, private=True), MESSAGE, clock.now()), Rejected)
            known = client.Account(url=robot.url, keyword="仓库", private=True)
            assert isinstance(client.send(known, MESSAGE, clock.now()), Delivered)


def test_an_account_leads_only_to_its_partner() -> None:
    for client in (dingtalk, wecom, feishu):
        inside = client.send(client.Account(url="https://127.0.0.1/x"), MESSAGE, clock.now())
        assert isinstance(inside, Failed) and "not public" in inside.reason
        other = client.send(client.Account(url="https://1.1.1.1/x"), MESSAGE, clock.now())
        assert isinstance(other, Rejected) and "1.1.1.1" in other.reason


@pytest.fixture
def server() -> Iterator[MailServer]:
    """A mail server that asks for a password."""
    made = MailServer(user="hub", password="right")
    with made.running():
        yield made


def _account(server: MailServer, **changed: Any) -> mail.Account:
    stated = {"host": "127.0.0.1", "port": server.port, "security": "none", "private": True, "user": "hub",
              "password": "right", "sender": "织单 <orders@example.com>"}  # fmt: skip
    return mail.Account(**{**stated, **changed})


def _mail(to: str = "ann@example.com", title: str = "订单 OL-1") -> Message:
    return Message("k-1", title, "您的订单 OL-1 已确认。\n.\n谢谢", to=to)


def test_a_mail_arrives_whole_and_a_repeated_one_is_known_as_the_same(server: MailServer) -> None:
    for _ in range(2):
        assert isinstance(mail.send(_account(server), _mail(), clock.now()), Delivered)
    (to, first), (_, second) = server.heard
    assert to == "ann@example.com" and first["Subject"] == "订单 OL-1"
    assert first.get_content().splitlines()[:3] == ["您的订单 OL-1 已确认。", ".", "谢谢"]
    assert first["Message-ID"] == second["Message-ID"]


def test_a_refused_recipient_is_a_refused_message(server: MailServer) -> None:
    server.unknown, server.busy = {"gone@example.com"}, {"full@example.com"}
    gone = mail.send(_account(server), _mail("gone@example.com"), clock.now())
    assert isinstance(gone, Rejected) and "550" in gone.reason
    assert isinstance(mail.send(_account(server), _mail("full@example.com"), clock.now()), Failed)
    assert server.heard == []


def test_a_wrong_password_is_rejected(server: MailServer) -> None:
    answer = mail.send(_account(server, password="wrong"), _mail(), clock.now())
    assert isinstance(answer, Rejected) and "535" in answer.reason and "wrong" not in answer.reason


def test_a_mail_server_in_trouble_is_asked_again(server: MailServer) -> None:
    server.trouble = ["closing", "disconnect", "full"]
    first, second, third = (mail.send(_account(server), _mail(), clock.now()) for _ in range(3))
    assert isinstance(first, TooFast)
    assert isinstance(second, Failed) and second.doubtful
    assert isinstance(third, Failed) and not third.doubtful and "452" in third.reason


def test_no_password_goes_over_an_open_line(server: MailServer) -> None:
    account = _account(server, security="starttls")
    assert isinstance(mail.send(account, _mail(), clock.now()), Rejected)
    outside = mail.Account(host="1.1.1.1", security="none", sender="a@b.cn")
    assert isinstance(mail.send(outside, _mail(), clock.now()), Rejected)
    assert isinstance(mail.send(_account(server, security="tls"), _mail(), clock.now()), Failed)


@pytest.mark.parametrize("to", ["", "ann", "ann@example.com\r\nBcc: eve@example.com", "a@b, c@d", "Ann <a@b.cn>"])
def test_what_is_no_address_is_rejected_before_anybody_is_called(to: str) -> None:
    account = mail.Account(host="127.0.0.1", port=9, security="none", private=True, sender="a@b.cn")
    assert isinstance(mail.send(account, _mail(to), clock.now()), Rejected)


def test_a_title_cannot_add_headers(server: MailServer) -> None:
    assert isinstance(mail.send(_account(server), _mail(title="a\r\nBcc: eve@example.com"), clock.now()), Delivered)
    assert server.heard[0][1]["Bcc"] is None


@pytest.mark.parametrize("name", CLIENTS)
def test_the_manifest_names_the_codes_that_the_client_knows(name: str) -> None:
    folder = Path(connectors.__file__).parent / name
    manifest = tomllib.loads((folder / "manifest.toml").read_text("utf-8"))
    assert manifest["name"] == name and manifest["zh"] and manifest["en"]
    assert set(manifest["account"]) | {"private"} == set(CLIENTS[name].CONNECTOR.account.__struct_fields__)
    if name == "email":
        return
    code_field = "code" if name == "feishu" else "errcode"
    robots = {"dingtalk": DingTalk, "wecom": WeCom, "feishu": Feishu}
    kinds = {"too_fast": TooFast, "again": Failed, "rejected": Rejected}
    with robots[name]().running() as robot:
        account = CLIENTS[name].Account(url=robot.url, private=True)
        for code, meaning in manifest["errors"].items():
            robot.trouble = [{code_field: int(code)}]
            assert type(CLIENTS[name].send(account, MESSAGE, clock.now())) is kinds[meaning], code
