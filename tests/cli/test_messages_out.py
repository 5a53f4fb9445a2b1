"""The inbox, messengers and webhooks at the command line."""

import json
from collections.abc import Callable
from typing import Any

from tests.cli.conftest import Run

from orderloom.actions.hub import Hub
from orderloom.kit import clock
from orderloom.outbox import drain
from orderloom.outbox.senders import SENDERS
from orderloom.store import outbox as outbox_store
from orderloom.world.partners.wecom import WeCom

Read = Callable[..., Any]


def _say(hub: Hub, text: str) -> None:
    now = clock.now()
    payload = {"to": "operations", "zh": text, "en": text}
    with hub.database.workspace(hub.workspace) as connection:
        outbox_store.insert(connection, [outbox_store.Row(hub.ids.new(now), "message", text, 0, text, payload, now)])
    _drain(hub)


def _drain(hub: Hub) -> None:
    now = clock.now()
    while drain.drain(hub, SENDERS, outside=False, now=now) + drain.drain(hub, SENDERS, outside=True, now=now):
        pass


def test_the_inbox_is_read_and_marked(founded: Hub, run: Run, read: Read) -> None:
    _say(founded, "订单积压")
    assert "订单积压" in run("notice", "list", "--unseen").output
    assert "1" in run("notice", "seen").output
    assert read("notice", "list", "--unseen")["rows"] == []
    assert read("notice", "list")["unseen"] == 0


def test_a_messenger_is_added_routed_tried_and_retried(founded: Hub, run: Run, read: Read) -> None:
    with WeCom().running() as robot:
        words = ("messenger", "add", "ops", "--kind", "wecom", "--set", f"url={robot.url}", "--private")
        assert run(*words).exit_code == 0
        assert run("messenger", "route", "operations", "ops", "--user", "wang", "--all").exit_code == 0
        assert run("messenger", "ping", "ops").exit_code == 0
        robot.trouble = [{"errcode": 93000, "errmsg": "invalid webhook url"}]
        _drain(founded)
        shown = read("messenger", "list")
        assert shown["messengers"][0]["dead"] == 1 and shown["routes"][0]["reached"] == 2
        assert "93000" in run("messenger", "log", "ops").output
        assert "1" in run("messenger", "retry", "ops").output
        _drain(founded)
        assert len(robot.heard) == 1 and read("messenger", "log", "ops")["rows"][0]["state"] == "done"
    assert "standin" not in json.dumps(shown) and "wang" not in run("messenger", "list").output
    assert run("messenger", "unroute", "operations", "ops").exit_code == 0
    assert run("messenger", "remove", "ops").exit_code == 0
    assert run("messenger", "remove", "ops").exit_code == 1


def test_a_messenger_that_cannot_be_says_why(founded: Hub, run: Run) -> None:
    assert "telegram" in run("messenger", "add", "ops", "--kind", "telegram").stderr
    assert run("messenger", "add", "ops", "--kind", "wecom", "--set", "url").exit_code == 2
    assert "secret" in run("messenger", "add", "ops", "--kind", "wecom", "--set", "secret=x").stderr
    assert "nobody" in run("messenger", "route", "operations", "nobody").stderr
    assert run("messenger", "retry", "nobody").exit_code == run("messenger", "ping", "nobody").exit_code == 1


def test_a_webhook_is_added_tried_changed_switched_and_replayed(founded: Hub, run: Run, read: Read) -> None:
    assert "whsec_" in run("webhook", "add", "erp", "http://127.0.0.1:9/hook", "--private").output
    assert run("webhook", "add", "bad", "http://127.0.0.1:9/hook").exit_code == 1
    assert run("webhook", "ping", "erp").exit_code == 0
    _drain(founded)
    (row,) = read("webhook", "log", "erp")["rows"]
    assert row["about"] == "orderloom.ping" and "orderloom.ping" in run("webhook", "log", "erp").output
    assert "whsec_" in run("webhook", "rotate", "erp", "--hours", "1").output
    assert run("webhook", "disable", "erp").exit_code == 0
    assert read("webhook", "list")[0]["disabled"] and "停用" in run("webhook", "list").output
    assert run("webhook", "enable", "erp").exit_code == 0
    assert "0" in run("webhook", "replay", "erp", "--since", "2026-02-18T09:30").output
    assert run("webhook", "remove", "erp").exit_code == 0
    for verb in ("ping", "rotate", "enable", "replay"):
        assert run("webhook", verb, "erp").exit_code == 1
