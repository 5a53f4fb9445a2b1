"""Flows through HTTP: publish one as a document, see its runs, try it, start it, end it, move its runs."""

from typing import Any

import httpx
from tests import dictionaries, hardware
from tests.api.conftest import Key, client_of, order

from orderloom.actions import timers
from orderloom.actions.hub import Hub
from orderloom.kit import clock

TEXT = {"zh": "流程", "en": "flow"}
TRIGGER = {"kind": "trigger", "id": "t", "event": "order.confirmed"}
WAIT = {"kind": "wait", "id": "w", "minutes": 30}
HOLD = {
    "kind": "action", "id": "hold", "do": "order.hold",
    "values": {"code": "flow.look", "reason_zh": "请看一下", "reason_en": "look"},
}  # fmt: skip


def content(*nodes: dict[str, Any]) -> dict[str, Any]:
    edges = [{"from": nodes[at]["id"], "to": nodes[at + 1]["id"]} for at in range(len(nodes) - 1)]
    return {"title": TEXT, "nodes": list(nodes), "edges": edges}


def publish(client: httpx.Client, name: str, made: dict[str, Any]) -> httpx.Response:
    saved = client.put(f"/documents/flow/{name}/draft", json={"content": made})
    assert saved.status_code in (200, 201), saved.text
    published = client.post("/documents/publish", json={"documents": [{"kind": "flow", "name": name}]})
    assert published.status_code == 200, published.text
    return published


def placed(client: httpx.Client, number: str) -> str:
    answer = client.post("/orders", json=order(number))
    assert answer.status_code == 201, answer.text
    return answer.json()["order_no"]


def test_a_flow_is_published_runs_and_is_read_step_by_step(client: httpx.Client) -> None:
    assert publish(client, "look", content(TRIGGER, WAIT, HOLD)).status_code == 200
    assert "look" in [each["name"] for each in client.get("/flows").json()]
    order_no = placed(client, "FL-1")
    [run] = client.get("/flows/runs", params={"flow": "look"}).json()["rows"]
    assert (run["order_no"], run["state"], run["nodes"]) == (order_no, "waiting", ["w"])
    shown = client.get(f"/flows/runs/{run['run_id']}").json()
    assert [each["what"] for each in shown["passed"]] == ["started", "passed", "waits"]
    ended = client.post(f"/flows/runs/{run['run_id']}/cancel", json={"reason": "客户来电"})
    assert ended.json()["run"]["state"] == "cancelled"
    again = client.post(f"/flows/runs/{run['run_id']}/cancel", json={})
    assert (again.status_code, again.json()["code"]) == (409, "flow.run_over")
    assert client.get("/flows/runs/019c6e5e-4dc0-7000-91b7-584a2265b1f5").status_code == 404


def test_a_draft_is_tried_on_an_order_and_nothing_is_changed(client: httpx.Client, hub: Hub) -> None:
    order_no = placed(client, "FL-2")
    big = {"kind": "condition", "id": "c", "branches": [{"exit": "big", "when": "order.total > 1"}]}
    ask = {"kind": "approval", "id": "ask", "spec": {"steps": [{"roles": ["manager"]}]}}
    draft = content(TRIGGER, big, WAIT, HOLD, ask)
    draft["edges"][1]["exit"] = "big"
    body = {"name": "draft", "order_no": order_no, "content": draft, "exits": {"ask": "approved"}}
    before = client.get(f"/orders/{order_no}").json()
    tried = client.post("/flows/test", json=body).json()
    assert [f"{each['node']}:{each.get('exit', '')}" for each in tried["path"]] == [
        "t:next", "c:big", "w:next", "hold:done", "ask:approved",
    ]  # fmt: skip
    assert (tried["state"], tried["events"], tried["asked"][0]["node"]) == ("finished", ["order.held"], "ask")
    assert tried["path"][0]["at"] < tried["path"][2]["at"], "half an hour passes by itself"
    assert client.get(f"/orders/{order_no}").json() == before
    with hub.database.workspace(hub.workspace) as connection:
        assert connection.execute("select count(*) from approvals").fetchone() == (0,)
    draft["nodes"][3]["do"] = "order.eat"
    refused = client.post("/flows/test", json=body)
    assert (refused.status_code, refused.json()["code"]) == (409, "flow.unknown_verb")
    del body["exits"]
    draft["nodes"][3]["do"] = "order.hold"
    assert client.post("/flows/test", json=body).json()["waits"] == ["ask"]


def test_runs_are_moved_to_the_version_in_force_where_their_history_fits(client: httpx.Client, hub: Hub) -> None:
    publish(client, "look", content(TRIGGER, WAIT, HOLD))
    order_no = placed(client, "FL-3")
    publish(client, "look", content(TRIGGER, {**WAIT, "id": "other"}, HOLD))
    report = client.post("/flows/look/move", json={"apply": True}).json()
    assert report["moved"] == [] and report["runs"][0]["nodes"] == ["t", "w"]
    publish(client, "look", content(TRIGGER, WAIT, {**HOLD, "values": {**HOLD["values"], "code": "flow.new"}}))
    assert client.post("/flows/look/move", json={}).json()["moved"] == []
    report = client.post("/flows/look/move", json={"apply": True}).json()
    assert [each["fits"] for each in report["runs"]] == [True] and len(report["moved"]) == 1
    with hub.database.workspace(hub.workspace) as connection:
        [(due,)] = connection.execute("select due_at from flow_runs").fetchall()
    timers.fire(hub, now=due)
    assert [each["code"] for each in client.get(f"/orders/{order_no}").json()["order"]["holds"]] == ["flow.new"]


def test_what_a_new_version_does_to_waiting_runs_is_told_and_they_are_moved_on_purpose(
    client: httpx.Client, hub: Hub
) -> None:
    publish(client, "look", content(TRIGGER, WAIT, HOLD))
    order_no = placed(client, "FL-8")
    other = content(TRIGGER, WAIT, {**HOLD, "values": {**HOLD["values"], "code": "flow.new"}})
    client.put("/documents/flow/look/draft", json={"content": other})
    [found] = client.post("/documents/check", json=[{"kind": "flow", "name": "look"}]).json()["findings"]
    assert (found["level"], found["code"]) == ("warning", "flow.runs_waiting") and "重放" in found["zh"]
    body = {"documents": [{"kind": "flow", "name": "look"}], "move_runs": True}
    made = client.post("/documents/publish", json=body).json()
    assert made["moved"] == [{"flow": "look", "version": 2, "moved": 1}]
    with hub.database.workspace(hub.workspace) as connection:
        [(due,)] = connection.execute("select due_at from flow_runs where flow = 'look'").fetchall()
    timers.fire(hub, now=due)
    assert [each["code"] for each in client.get(f"/orders/{order_no}").json()["order"]["holds"]] == ["flow.new"]


def test_flows_of_records_and_of_the_workspace_are_tried_without_effect(client: httpx.Client, hub: Hub) -> None:
    dictionaries.publish(hub, dictionaries.TICKET, now=clock.now())
    [made] = client.post("/records/ticket", json=[{"values": {"topic": "破损", "claim": "12"}}]).json()["outcomes"]
    number = made["record_no"]
    created = {"kind": "trigger", "id": "t", "event": "record.created", "filter": "record.values.claim > 10"}
    setting = {"kind": "action", "id": "set", "do": "record.set", "values": {"values": {"claim": 99}}}
    told = {"kind": "message", "id": "m", "to": "x", "text": {"zh": "{{ record.values.claim }}", "en": "-"}}
    draft = content(created, setting, WAIT, told) | {"of": "ticket"}
    before = client.get(f"/records/ticket/{number}").json()
    tried = client.post("/flows/test", json={"name": "d", "record_no": number, "content": draft}).json()
    assert [f"{each['node']}:{each.get('exit', '')}" for each in tried["path"]] == [
        "t:next", "set:done", "w:next", "m:next",
    ]  # fmt: skip
    assert (tried["state"], tried["events"], tried["outgoing"][0]["zh"]) == ("finished", ["record.changed"], "99")
    assert client.get(f"/records/ticket/{number}").json() == before
    setting["values"]["values"]["claim"] = -5
    tried = client.post("/flows/test", json={"name": "d", "record_no": number, "content": draft}).json()
    assert (tried["state"], tried["failure"]["code"]) == ("failed", "flow.no_way_after_refusal")
    missing = client.post("/flows/test", json={"name": "d", "record_no": "TK-1", "content": draft})
    assert missing.json()["code"] == "record.unknown"
    errand = content({"kind": "trigger", "id": "t", "on": "manual"}, WAIT, {**told, "text": {"zh": "好", "en": "ok"}})
    tried = client.post("/flows/test", json={"name": "e", "content": errand | {"of": "workspace"}}).json()
    assert (tried["state"], tried["outgoing"][0]["zh"]) == ("finished", "好")
    assert client.get("/flows/runs").json()["rows"] == []


def test_flows_of_records_and_of_the_workspace_are_begun_and_seen_by_who_reaches_all(
    address: str, client: httpx.Client, hub: Hub, key: Key
) -> None:
    dictionaries.publish(hub, dictionaries.TICKET, now=clock.now())
    manual = {"kind": "trigger", "id": "t", "on": "manual"}
    publish(client, "on_ticket", content(manual, WAIT) | {"of": "ticket"})
    publish(client, "on_all", content(manual, WAIT) | {"of": "workspace"})
    made = client.post("/records/ticket", json=[{"values": {"topic": "破损"}}])
    [number] = [each["record_no"] for each in made.json()["outcomes"]]
    assert client.post("/flows/on_ticket/start", json={"record_nos": [number]}).status_code == 200
    assert client.post("/flows/on_all/start", json={}).status_code == 200
    runs = client.get("/flows/runs").json()["rows"]
    assert {(each["of"], each["record_no"]) for each in runs} == {("record", number), ("errand", "")}
    for each in runs:
        shown = client.get(f"/flows/runs/{each['run_id']}").json()
        assert [one["what"] for one in shown["passed"]] == ["started", "passed", "waits"]
    with client_of(address, key("flows:*", channels=["web"])) as some:
        assert some.get("/flows/runs").json()["rows"] == []
        assert some.post("/flows/on_ticket/start", json={"record_nos": [number]}).status_code == 403
        assert some.post(f"/flows/runs/{runs[0]['run_id']}/cancel", json={}).status_code == 404
    ended = client.post(f"/flows/runs/{runs[0]['run_id']}/cancel", json={"reason": "不用了"})
    assert ended.json()["run"]["state"] == "cancelled"
    report = client.post("/flows/on_ticket/move", json={}).json()
    assert report["runs"] == []


def test_a_flow_is_started_by_hand_on_orders(client: httpx.Client) -> None:
    publish(client, "by_hand", content({"kind": "trigger", "id": "t", "on": "manual"}, HOLD))
    order_no = placed(client, "FL-4")
    assert client.post("/flows/by_hand/start", json={"order_nos": [order_no]}).status_code == 200
    assert [each["code"] for each in client.get(f"/orders/{order_no}").json()["order"]["holds"]] == ["flow.look"]
    unknown = client.post("/flows/none/start", json={"order_nos": [order_no]})
    assert unknown.status_code == 207 and unknown.json()["outcomes"][0]["refused"]["code"] == "flow.unknown"


def test_runs_are_seen_by_verb_and_scope(address: str, client: httpx.Client, key: Key) -> None:
    publish(client, "look", content(TRIGGER, WAIT, HOLD))
    placed(client, "FL-5")
    [run] = client.get("/flows/runs", params={"flow": "look"}).json()["rows"]
    with client_of(address, key("flows:read", channels=["tmall"])) as other:
        assert other.get("/flows/runs", params={"flow": "look"}).json()["rows"] == []
        assert other.get(f"/flows/runs/{run['run_id']}").status_code == 404
        assert other.post(f"/flows/runs/{run['run_id']}/cancel", json={}).status_code == 403


def test_a_form_starts_the_flows_that_name_it_or_none(client: httpx.Client, hub: Hub) -> None:
    dictionaries.publish(hub, hardware.ORDER, now=clock.now())
    for form in ("project", "other"):
        dictionaries.publish(hub, hardware.FORM, kind="form", name=form, now=clock.now())
    for name, form in (("any_form", ""), ("this_form", "project"), ("other_form", "other")):
        trigger = {"kind": "trigger", "id": "t", "on": "form", **({"form": form} if form else {})}
        publish(client, name, content(trigger, {**WAIT, "id": "w"}))
    sent = client.post("/forms/project/submissions", json={"submission_id": "s-1", "values": hardware.values()})
    assert sent.status_code == 201, sent.text
    placed(client, "FL-6")
    runs = client.get("/flows/runs").json()["rows"]
    assert sorted((each["flow"], each["order_no"]) for each in runs) == [
        ("any_form", sent.json()["number"]), ("this_form", sent.json()["number"]),
    ]  # fmt: skip


def test_what_a_flow_is_drawn_with_goes_with_what_it_is_about(client: httpx.Client) -> None:
    of_order = client.get("/flows/components").json()
    assert "order.hold" in [each["name"] for each in of_order["verbs"]]
    assert {"name": "order.received", "zh": "收到订单", "en": "Order received"} in of_order["starts"]
    assert "order.total" in [each["name"] for each in of_order["paths"]]
    wait = of_order["schema"]["$defs"][of_order["kinds"]["wait"]]
    assert "timeout_minutes" in wait["properties"]
    house = client.get("/flows/components", params={"of": "workspace"}).json()
    assert "order.hold" not in [each["name"] for each in house["verbs"]]
    assert (house["waits"], "stock.counted" in [each["name"] for each in house["starts"]]) == ([], True)


def test_where_runs_wait_is_counted_by_node_and_version(client: httpx.Client, key: Key, address: str) -> None:
    publish(client, "look", content(TRIGGER, WAIT, HOLD))
    placed(client, "FS-1")
    placed(client, "FS-2")
    [stands] = client.get("/flows/look/standing").json()
    assert (stands["version"], stands["node"], stands["runs"]) == (1, "w", 2)
    assert stands["due_at"] > stands["since"]
    with client_of(address, key("flows:read", channels=["tmall"])) as other:
        assert other.get("/flows/look/standing").json() == []


def test_a_draft_is_tried_on_a_sample_without_any_order(client: httpx.Client) -> None:
    big = {"kind": "condition", "id": "c", "branches": [{"exit": "big", "when": "order.total > 5000"}]}
    draft = content(TRIGGER, big, WAIT, HOLD)
    draft["edges"][1]["exit"] = "big"
    body = {"name": "draft", "content": draft, "sample": {"order.total": 6000}, "exits": {"hold": "refused"}}
    tried = client.post("/flows/test", json=body).json()
    assert [(each["node"], each.get("exit", "")) for each in tried["path"]] == [
        ("t", "next"), ("c", "big"), ("w", "next"), ("hold", "refused"),
    ]  # fmt: skip
    assert (tried["state"], tried["failure"]["node"]) == ("failed", "hold")
    assert "被拒绝" in tried["failure"]["zh"] and "refused" in tried["failure"]["en"], "why, in words"
    body["sample"] = {"order.total": 10}
    assert [each["node"] for each in client.post("/flows/test", json=body).json()["path"]] == ["t", "c"]


def test_a_trial_tells_what_each_node_would_do(client: httpx.Client) -> None:
    order_no = placed(client, "FD-1")
    body = {"name": "draft", "order_no": order_no, "content": content(TRIGGER, WAIT, HOLD)}
    lit = {each["node"]: each for each in client.post("/flows/test", json=body).json()["path"]}
    assert lit["hold"]["does"] == {"do": "order.hold", "values": HOLD["values"]}
    assert "does" not in lit["w"]
