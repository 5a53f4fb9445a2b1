"""The audit trail: sign-ins, refusals, rights that change and looks at what is masked; searched, exported, chained."""

import csv
import io
from typing import Any

import httpx
import pytest
from tests import relaying
from tests.api.conftest import PASSWORD, Key, SignedIn, browser, client_of, order
from tests.api.test_documents import publish

from orderloom.actions.hub import Hub
from orderloom.kit import clock
from orderloom.queries import check

DESK = {"title": {"zh": "客服", "en": "Desk"}, "may": ["orders:read", "people:reveal"], "channels": ["web"]}


def lines(client: httpx.Client, **asked: Any) -> list[dict[str, Any]]:
    """The trail, the oldest first."""
    return client.get("/audit", params=asked).json()["rows"][::-1]


def test_signing_in_and_failing_to_is_written_with_who_from_where_and_by_what(
    signed_in: SignedIn, client: httpx.Client, address: str
) -> None:
    signed_in("li", "owner")
    with browser(address) as page:
        agent = {"User-Agent": "Phone/1", "X-Forwarded-For": "10.0.0.9, 192.0.2.7"}
        page.post("/session", json={"login": "li", "password": "wrong horse"}, headers=agent)
        page.post("/session", json={"login": "my secret password", "password": "x"}, headers=agent)
        page.post("/session", json={"login": "li", "password": PASSWORD}, headers=agent)
        page.delete("/session", headers=agent)
    told = lines(client, what="session")
    assert [(each["what"], each["actor"], each["subject"]) for each in told] == [
        ("session.opened", "li", "user/li"),
        ("session.refused", "li", "user/li"),
        ("session.refused", "unknown", "user/"),
        ("session.opened", "li", "user/li"),
        ("session.closed", "li", "user/li"),
    ]
    assert all("192.0.2.7 Phone/1" in each["origin"] for each in told[1:])
    assert "my secret password" not in str(told), "people type passwords where the login belongs"
    assert [each["after"] for each in told[:2]] == [{"way": "welcome"}, {"code": "session.refused"}]
    assert told[1]["told"]["zh"].startswith("登录名、密码或验证码不对") and told[0]["told"] == {}
    assert len(lines(client, origin="192.0.2.7")) == 4 and lines(client, actor="han") == []


def test_rights_that_change_are_written_before_and_after(signed_in: SignedIn, client: httpx.Client) -> None:
    publish(client, "desk", DESK, [], kind="role")
    signed_in("boss", "owner")
    signed_in("li", "desk")
    client.post("/users/li/roles", json={"roles": ["owner"]})
    made = client.post("/keys", json={"name": "x", "verbs": ["orders:read"]}).json()
    client.post(f"/keys/{made['key_id']}/revoke")
    [given] = lines(client, what="user.roles_given")
    assert (given["subject"], given["before"]["roles"], given["after"]["roles"]) == ("user/li", ["desk"], ["owner"])
    assert [each["what"] for each in lines(client, subject=f"key/{made['key_id']}")] == ["key.made", "key.revoked"]
    assert made["text"] not in client.get("/audit").text


def test_what_was_not_allowed_is_written_once_in_a_while(address: str, key: Key, client: httpx.Client) -> None:
    with client_of(address, key("orders:read")) as narrow:
        for _ in range(3):
            assert narrow.get("/stock").status_code == 403
        assert narrow.get("/audit").status_code == 403
    told = lines(client, what="permission.refused")
    assert [(each["subject"], each["after"]) for each in told] == [
        ("GET /api/v1/stock", {"verb": "stock:read"}),
        ("GET /api/v1/audit", {"verb": "audit:read"}),
    ]


def test_a_masked_field_is_shown_for_a_reason_that_is_written_first(signed_in: SignedIn, client: httpx.Client) -> None:
    publish(client, "desk", DESK, [], kind="role")
    order_no = client.post("/orders", json=order()).json()["order_no"]
    other = client.post("/orders", json=order("T", channel="tmall")).json()["order_no"]
    page = signed_in("li", "desk")
    assert page.get(f"/orders/{order_no}").json()["consignee"]["phone"] == "138****8000"
    asked = {"reason": "快递员要联系收货人", "fields": ["phone"]}
    shown = page.post(f"/orders/{order_no}/reveal", json=asked).json()["consignee"]
    assert shown["phone"] == "13800138000" and shown["name"] == "王**", "what was not asked for stays masked"
    assert page.post(f"/orders/{order_no}/reveal", json={"fields": ["phone"], "reason": ""}).status_code == 422
    assert page.post(f"/orders/{other}/reveal", json=asked).status_code == 404, "out of scope"
    [told] = lines(client, what="person.revealed")
    assert (told["actor"], told["subject"], told["after"]) == ("li", f"order/{order_no}", asked)
    assert "13800138000" not in client.get("/audit").text


@pytest.mark.parametrize("format", ["csv", "ndjson"])
def test_the_trail_is_exported_whole_and_chained(
    signed_in: SignedIn, client: httpx.Client, hub: Hub, format: str
) -> None:
    signed_in("li", "owner")
    relaying.seal_all(hub, now=clock.now())
    answer = client.get("/audit/export", params={"format": format, "what": "session"})
    if format == "csv":
        rows = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))
        assert [row["what"] for row in rows] == ["session.opened"] and int(rows[0]["n"]) > 0
    else:
        assert '"session.opened"' in answer.text and '"way":"welcome"' in answer.text
    assert [each["after"] for each in lines(client, what="audit.exported")] == [{"what": "session"}]
    relaying.seal_all(hub, now=clock.now())
    plan = check.Plan(whole=True)
    proof = check.prove(hub.database, hub.workspace, proof_id=hub.ids.new(clock.now()), clock=clock.now, plan=plan)
    assert proof.findings == [] and proof.counts["audit"] >= 2, "before and after are under the hash"


def test_somebody_with_a_scope_reads_no_trail(address: str, key: Key) -> None:
    with client_of(address, key("*", channels=["web"])) as narrow:
        assert narrow.get("/audit").status_code == 403 and narrow.get("/audit/export").status_code == 403


def test_a_publication_tells_which_door_it_came_by(signed_in: SignedIn, client: httpx.Client) -> None:
    role = {"title": {"zh": "看", "en": "Looks"}, "may": ["orders:read"]}
    page = signed_in("li", "owner")
    session_id = page.get("/session").json()["session_id"]
    for one, name in ((page, "by_page"), (client, "by_key")):
        assert one.put(f"/documents/role/{name}/draft", json={"content": role, "cases": []}).status_code == 200
        published = {"documents": [{"kind": "role", "name": name}], "comment": "x"}
        assert one.post("/documents/publish", json=published).status_code == 200
    told = {each["subject"]: each["origin"] for each in page.get("/audit", params={"what": "document"}).json()["rows"]}
    assert told["role/by_page"].startswith(f"session {session_id} 127.0.0.1")
    assert told["role/by_key"].startswith("key ") and "127.0.0.1" in told["role/by_key"]
