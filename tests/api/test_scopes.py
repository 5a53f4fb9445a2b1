"""A key of another channel or warehouse: nothing of an order outside its scope appears, by whatever route it asks."""

import json
import re
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from tests import dictionaries, relaying
from tests.api.conftest import Key, client_of, order
from tests.api.test_documents import newest, publish, table
from tests.inbox import workbench as bench

from orderloom.actions.hub import Hub
from orderloom.inbox import uploads
from orderloom.kit import clock
from orderloom.outbox import drain, shadows
from orderloom.outbox.senders import SENDERS
from orderloom.store import outbox as outbox_store

MARK = "HIDDEN7731"
PNG = b"\x89PNG\r\n\x1a\n" + MARK.encode() + bytes(64)
TITLE = {"zh": "数", "en": "figures"}
FLOW: dict[str, Any] = {
    "title": TITLE,
    "nodes": [
        {"kind": "trigger", "id": "t", "event": "order.confirmed"},
        {"kind": "approval", "id": "ask", "spec": {"steps": [{"roles": ["manager"]}]}},
    ],
    "edges": [{"from": "t", "to": "ask"}],
}
METRICS: dict[str, dict[str, Any]] = {
    "figures": {"title": TITLE, "of": "orders", "by": ["channel"]},
    "line_figures": {"title": TITLE, "of": "lines", "by": ["channel"]},
    "shipment_figures": {"title": TITLE, "of": "shipments", "by": ["channel"]},
    "hold_figures": {"title": TITLE, "of": "holds", "by": ["channel"]},
    "event_figures": {"title": TITLE, "of": "events", "by": ["key"]},
    "ticket_figures": {"title": TITLE, "of": "records", "record": "ticket", "by": ["record_title"]},
}
# What a list may be narrowed to besides: the hidden order is named in so many words.
STATES = ("quarantined", "done", "all", "waiting", "approved")

# What examples name, and the place whose value is put there.
EXAMPLES = {
    r"OL-\d{8}-\d{6}-1": "shipment_no", r"OL-\d{8}-\d{6}\b": "order_no", r"TK-\d{8}-\d{6}": "record_no",
    "tmall_flagship": "channel", "C000123": "account", "S000001": "sku",
}  # fmt: skip


class Hidden:
    """The order that must not be seen: what may stand at each place of a path or query, and what tells of it."""

    def __init__(self, order_no: str) -> None:
        self.order_no = order_no
        self.places: dict[str, list[str]] = {}
        self.tells: set[str] = {MARK, order_no}

    def put(self, name: str, *values: str, tells: bool = True) -> None:
        """Values for a place; with `tells` none of them may appear."""
        self.places.setdefault(name, []).extend(values)
        if tells:
            self.tells.update(values)


@pytest.fixture
def hidden(client: httpx.Client, hub: Hub, tmp_path: Path) -> Hidden:
    """An order of the channel web, shipped from Suzhou, with all that can hang on one, and one of tmall beside it."""
    now = clock.now()
    dictionaries.publish(hub, dictionaries.TICKET, now=now)
    publish(client, "look", FLOW, [], kind="flow")
    for name, content in METRICS.items():
        publish(client, name, content, [], kind="metric")
    publish(client, "figures", {"title": TITLE, "rows": [[{"metric": each, "show": "bar"}] for each in METRICS]}, [],
            kind="board")  # fmt: skip
    publish(client, "figures", {"title": TITLE, "metrics": ["figures"]}, [], kind="report")
    relaying.seal_all(hub, now=now)
    _shadow(client)
    lines = [{"sku": "HOOK", "quantity": 120, "price": "20"}]
    placed = client.post("/orders", json=order(MARK, customer_no="C2", lines=lines))
    assert placed.status_code == 201, placed.text
    order_no = placed.json()["order_no"]
    found = Hidden(order_no)
    relaying.seal_all(hub, now=clock.now())
    while shadows.step(hub, now=clock.now()):
        pass
    _describe(found, client)
    _hang(found, client)
    _import(found, client, hub, tmp_path)
    _tell(found, hub, str(placed.json()["order_id"]))
    assert client.post("/orders", json=order("SEEN", channel="tmall")).status_code == 201
    relaying.follow(hub, now=clock.now())
    _read_ids(found, client)
    return found


def _shadow(client: httpx.Client) -> None:
    draft = newest(client, "sourcing")
    for row in table(draft["content"])["rules"]:
        row["o1"] = "2000000"
    client.put("/documents/rules/sourcing/draft", json={"content": draft["content"], "cases": draft["cases"]})
    assert client.post("/shadows", json=[{"kind": "rules", "name": "sourcing"}]).status_code == 201


def _describe(found: Hidden, client: httpx.Client) -> None:
    whole = client.get(f"/orders/{found.order_no}").json()
    found.put("order_no", found.order_no)
    found.put("shipment_no", *[each["shipment_no"] for each in whole["shipments"]])
    found.put("message_id", *whole["message_ids"])
    found.tells.add(whole["order"]["order_id"])
    found.put("channel", "web", tells=False)
    found.put("account", "C2", tells=False)
    found.put("customer_no", "C2", tells=False)
    found.put("sku", "HOOK", tells=False)
    found.put("warehouse", "suzhou", tells=False)
    found.put("text", MARK, found.order_no, "王小明", "13800138000", tells=False)
    found.put("linked", f"order/{found.order_no}", "customer/C2", tells=False)
    found.put("subject", f"order:{whole['order']['order_id']}", tells=False)
    found.put("state", *STATES, tells=False)
    found.put("name", *METRICS, "look", "sourcing", "erp", tells=False)
    found.put("kind", "rules", "metric", "flow", tells=False)
    found.put("type", "ticket", tells=False)
    found.put("group", "web", tells=False)
    found.put("form", "project", "csv", tells=False)
    found.put("everything", "true", tells=False)


def _hang(found: Hidden, client: httpx.Client) -> None:
    """Hang on the order what people hang on one."""
    kept = client.post("/files", params={"name": f"{MARK}.png"}, content=PNG).json()
    values = {"topic": f"{MARK} 破损", "urgency": "high", "reason": MARK, "photos": [kept["file_id"]]}
    [ticket] = client.post("/records/ticket", json=[{"values": values, "links": {"order": [found.order_no]}}]).json()[
        "outcomes"
    ]
    assert ticket.get("record_no"), ticket
    found.put("file_id", kept["file_id"])
    found.put("record_no", ticket["record_no"])
    found.tells.add(ticket["record_id"])
    broken = client.post("/orders", json={"channel": "web", "external_no": MARK, "lines": MARK})
    assert broken.status_code == 422
    client.post(f"/orders/{found.order_no}/advice", json={}).raise_for_status()
    trip = {"kind": "channel", "name": "web", "reason": MARK, "owner": "web_desk", "until": "2100-01-01T00:00:00Z"}
    found.put("breaker_id", client.post("/breakers", json=trip).json()["breaker_id"])
    client.post("/credit/accounts/C2/charge", json={"amount_minor": -1, "reference": MARK}).raise_for_status()
    erp = {"url": "https://erp.example.com/hook", "types": []}
    client.put("/webhooks/erp", json=erp).raise_for_status()


def _import(found: Hidden, client: httpx.Client, hub: Hub, folder: Path) -> None:
    wrong = bench.order_rows(MARK, ("NOWHERE", 1))
    wrong[0][9] = "many"
    content = bench.sheet(folder / "a.csv", wrong).read_bytes()
    sent = client.post("/imports", params={"channel": "web", "file_name": f"{MARK}.csv"}, content=content).json()
    import_id = sent["imported"]["import_id"]
    found.put("import_id", import_id)
    uploads.carry(hub, uuid.UUID(import_id), clock=clock.now)


def _tell(found: Hidden, hub: Hub, order_id: str) -> None:
    """People are told of the order."""
    now = clock.now()
    said = {"to": "operations", "zh": f"{MARK} 请看", "en": f"look at {MARK}"}
    row = outbox_store.Row(hub.ids.new(now), "message", order_id, 0, MARK, said, now)
    with hub.database.workspace(hub.workspace) as connection:
        outbox_store.insert(connection, [row])
    while drain.drain(hub, SENDERS, outside=False, now=now):
        pass


def _read_ids(found: Hidden, client: httpx.Client) -> None:
    """What the hub itself has made for the order."""

    def rows(path: str, **asked: Any) -> list[dict[str, Any]]:
        return [each for each in client.get(path, params=asked).json()["rows"] if any(t in str(each) for t in tells)]

    tells = set(found.tells)
    found.put("run_id", *[each["run_id"] for each in rows("/flows/runs")])
    found.put("approval_id", *[each["approval"]["approval_id"] for each in rows("/approvals")])
    found.put("message_id", *[each["message_id"] for each in rows("/messages")])
    notices = [each["notice_id"] for each in rows("/notices")]
    assert notices
    found.tells.update(notices)
    [shadow] = client.get("/shadows").json()
    assert shadow["changed"], json.dumps(shadow)[-250:]
    found.put("shadow_id", shadow["shadow_id"])
    for name in ("run_id", "approval_id", "message_id", "shipment_no", "import_id"):
        assert found.places[name], name


def _asked(document: dict[str, Any], hidden: Hidden) -> Iterator[tuple[str, dict[str, str]]]:
    """Every GET route: plain where it can be, with the hidden order at each of its places."""
    for path, operations in document["paths"].items():
        operation = operations.get("get")
        if operation is None or path == "/api/v1/events/stream" or "security" in operation:
            continue
        for filled in _filled(path, hidden):
            wanted = {each["name"]: each for each in operation.get("parameters", ()) if each["in"] == "query"}
            needed = {name: _value(each, hidden) for name, each in wanted.items() if each.get("required")}
            yield filled, needed
            for name in wanted:
                for value in hidden.places.get(name, ()):
                    yield filled, {**needed, name: value}


def _value(parameter: dict[str, Any], hidden: Hidden) -> str:
    return hidden.places.get(parameter["name"], ["1"])[0]


def _filled(path: str, hidden: Hidden) -> Iterator[str]:
    name = re.search(r"\{(\w+)\}", path)
    if name is None:
        yield path.removeprefix("/api/v1")
        return
    for value in hidden.places.get(name[1], ["unknown"]):
        yield from _filled(path.replace(name[0], value, 1), hidden)


def _told(answer: httpx.Response, hidden: Hidden, said: str) -> set[str]:
    """What an answer tells of the hidden order beyond what the question said."""
    if answer.status_code >= 300:
        return set()
    text = (
        json.dumps(answer.json(), ensure_ascii=False)
        if answer.headers["content-type"] == "application/json"
        else answer.text
    )
    return {each for each in hidden.tells if each in text and each not in said}


LIMITED = [{"channels": ["tmall"]}, {"warehouses": ["chengdu"]}, {"owners": ["customer/C1"]}]
NAMES = ["channel", "warehouse", "own customers"]


@pytest.mark.parametrize("scope", LIMITED, ids=NAMES)
def test_no_route_tells_of_an_order_out_of_scope(
    address: str, client: httpx.Client, key: Key, hidden: Hidden, scope: dict[str, list[str]]
) -> None:
    document = client.get("/openapi.json").json()
    leaks, told, asked = [], set(), 0
    with client_of(address, key("*", unmasked=True, audiences=["operations"], roles=["operations"], **scope)) as one:
        for path, query in _asked(document, hidden):
            asked += 1
            answer = one.get(path, params=query)
            assert answer.status_code < 500, (path, query, answer.text)
            if leaked := _told(answer, hidden, f"{path} {query}"):
                leaks.append((path, query, sorted(leaked), answer.text[:400]))
            if "figures" in path and '"web"' in answer.text:
                leaks.append((path, query, ["web"], answer.text[:400]))
            if _told(client.get(path, params=query), hidden, ""):
                told.add(path)
        assert bool(one.get("/orders").json()["rows"]) == ("warehouses" not in scope), "a key sees what is its own"
    assert not leaks, "\n".join(map(str, leaks))
    assert asked > 200
    assert len(told) > 25, "the whole key is told of the order by these routes"


def _streamed(one: httpx.Client) -> str:
    """What the live stream tells from the beginning on, until it has no more to tell."""
    told = ""
    try:
        with one.stream("GET", "/events/stream", params={"after": 0}, timeout=3) as answer:
            for part in answer.iter_text():
                told += part
    except httpx.ReadTimeout:
        return told
    raise AssertionError("the stream ended")


def test_the_live_stream_tells_of_no_order_out_of_scope(
    address: str, client: httpx.Client, key: Key, hidden: Hidden
) -> None:
    assert hidden.order_no in _streamed(client), "the whole key is told"
    for scope in LIMITED:
        with client_of(
            address, key("*", unmasked=True, audiences=["operations"], roles=["operations"], **scope)
        ) as one:
            told = _streamed(one)
        assert [each for each in hidden.tells if each in told] == [], scope
        assert ("data:" in told) == ("warehouses" not in scope), "a key is told of its own"


@pytest.mark.parametrize("scope", LIMITED, ids=NAMES)
def test_no_write_tells_of_an_order_out_of_scope_or_changes_it(
    address: str, client: httpx.Client, key: Key, hidden: Hidden, scope: dict[str, list[str]]
) -> None:
    document = client.get("/openapi.json").json()
    before = _standing(client, hidden)
    leaks, asked = [], 0
    with client_of(address, key("*", unmasked=True, audiences=["operations"], roles=["operations"], **scope)) as one:
        for method, path, body in _writes(document, hidden):
            asked += 1
            answer = one.request(method, path, json=body)
            assert answer.status_code < 500, (method, path, body, answer.text)
            if leaked := _told(answer, hidden, f"{path} {body}"):
                leaks.append((method, path, body, sorted(leaked), answer.text[:400]))
            if answer.status_code < 300 and (after := _standing(client, hidden)) != before:
                leaks.append((method, path, body, "changed", [each for each in after if each not in before]))
                before = after
    assert _standing(client, hidden) == before
    assert not leaks, "\n".join(map(str, leaks))
    assert asked > 100


def _writes(document: dict[str, Any], hidden: Hidden) -> Iterator[tuple[str, str, Any]]:
    """Every operation that takes JSON or nothing, with its example made to name the hidden order."""
    for path, operations in document["paths"].items():
        for method, operation in operations.items():
            contents = operation.get("requestBody", {}).get("content", {})
            if method == "get" or "security" in operation or (contents and "application/json" not in contents):
                continue
            example = contents["application/json"]["example"] if contents else None
            written = json.dumps(example, ensure_ascii=False)
            for old, name in EXAMPLES.items():
                written = re.sub(old, hidden.places[name][0], written)
            for filled in _filled(path, hidden):
                yield method, filled, json.loads(written)
    yield "post", "/records/ticket", [{"values": {"topic": "x"}, "links": {"order": [hidden.order_no]}}]


def _standing(client: httpx.Client, hidden: Hidden) -> list[Any]:
    """The hidden order, and what hangs on it, as the whole key sees them; what its customer is called is no part of it:
    customers are changed by whoever may, of any channel and warehouse."""
    found = client.get(f"/orders/{hidden.order_no}").json()
    del found["customer_name"]
    return [
        found,
        client.get("/records/ticket", params={"linked": f"order/{hidden.order_no}"}).json(),
        [client.get(f"/flows/runs/{each}").json() for each in hidden.places["run_id"]],
        [client.get(f"/approvals/{each}").json() for each in hidden.places["approval_id"]],
        client.get("/messages").json(),
    ]


def test_what_only_counts_counts_nothing_out_of_scope(
    address: str, client: httpx.Client, key: Key, hidden: Hidden
) -> None:
    """Answers without a name in them: what a list may be narrowed to, sums, tallies, what is in stock where."""
    assert client.get("/orders/facets").json()["channel"] == {"web": 1, "tmall": 1}
    assert "web" in client.get("/messages/facets").json()["channel"]
    for scope, orders in zip(LIMITED, (1, 0, 1), strict=True):
        with client_of(address, key("*", unmasked=True, **scope)) as one:
            facets, messages = one.get("/orders/facets").json(), one.get("/messages/facets").json()
            assert (facets["rows"], set(facets["channel"])) == (orders, {"tmall"} if orders else set()), scope
            assert "web" not in messages["channel"], scope
            assert sum(one.get("/status").json()["stages"].values()) == orders, scope
            for name in ("channels", "warehouses"):
                if name in scope:
                    assert set(scope[name]) >= set(one.get("/names").json()[name]), scope
            if "warehouses" in scope:
                stocked = {each["warehouse"] for each in one.get("/stock").json()["rows"]}
                assert stocked == set(scope["warehouses"])
