"""Every route by every role that comes with the hub: who may is let through, who may not is told the missing verb."""

import fnmatch
from collections.abc import Iterator

import httpx
import pytest
from fastapi.routing import APIRoute
from tests.api.conftest import SignedIn

from orderloom.actions import reference, shipped
from orderloom.actions.hub import Hub
from orderloom.api import app
from orderloom.api.callers import Permission
from orderloom.domain import roles
from orderloom.kit import clock

SHIPPED = {each.name: roles.read(each.content) for each in shipped.documents() if each.kind == "role"}
ROLES = {roles.OWNER: roles.owner(), **SHIPPED}
# It never ends where it is allowed.
_STREAM = "/events/stream"


def routes() -> Iterator[tuple[str, str, str]]:
    """Method, path and verb of every route that asks for one."""
    for router in app.ROUTERS:
        for route in router.routes:
            assert isinstance(route, APIRoute)
            for permission in (each.call for each in route.dependant.dependencies):
                if isinstance(permission, Permission) and permission.verb:
                    for method in sorted(route.methods):
                        yield method, route.path, permission.verb


ROUTES = list(routes())


def _may(role: roles.Role, verb: str) -> bool:
    """Told by the document alone, in another way than the door works it out."""
    word, _, what = verb.partition(":")
    return bool({verb, f"{word}:*", "*"} & set(role.may)) and bool(what)


@pytest.fixture
def founded(hub: Hub, address: str) -> None:
    """A workspace with the documents that come with the hub, roles among them."""
    reference.found(hub, values={}, actor="t", now=clock.now())


def _asked(page: httpx.Client, method: str, path: str) -> int | str:
    filled = path.replace("{", "").replace("}", "")
    filled = "/".join("018f0000-0000-7000-8000-000000000000" if each.endswith("_id") else each
                      for each in filled.split("/"))  # fmt: skip
    if path == _STREAM:
        # On a connection of its own, which is left half-way.
        with page.stream(method, filled, headers={"connection": "close"}) as answer:
            return 200 if answer.status_code == 200 else _said(answer.read(), answer.status_code)
    answer = page.request(method, filled, json=None if method == "GET" else {"nothing": "of this name"})
    assert answer.status_code < 500, (method, path, answer.text)
    return _said(answer.content, answer.status_code)


def _said(content: bytes, status: int) -> int | str:
    return "denied" if status == 403 and b'"key.verb_missing"' in content else status


@pytest.mark.parametrize("role", sorted(ROLES))
def test_a_role_is_let_through_where_its_verbs_say_so_and_nowhere_else(
    signed_in: SignedIn, founded: None, role: str
) -> None:
    page = signed_in("li", role, customer_no="C1" if role == "dealer" else "")
    wrong, denied = [], 0
    for method, path, verb in ROUTES:
        allowed = _may(ROLES[role], verb)
        found = _asked(page, method, path)
        denied += not allowed
        # What lets in may still ask for a second verb, or for fields that are not masked.
        if (found == "denied") == allowed and not (allowed and _second(page, method, path)):
            wrong.append((method, path, verb, "allowed" if allowed else "denied", found))
    assert wrong == []
    assert (denied == 0) == (role == roles.OWNER)


def _second(page: httpx.Client, method: str, path: str) -> bool:
    return (method, path) in {("GET", "/files/{file_id}"), ("POST", "/documents/{kind}/{name}/retire"),
                              ("POST", "/documents/{kind}/{name}/roll-back")}  # fmt: skip


def test_the_routes_are_all_of_them() -> None:
    assert len(ROUTES) > 150
    verbs = {verb for _, _, verb in ROUTES}
    assert all(any(fnmatch.fnmatchcase(verb, each) for role in SHIPPED.values() for each in role.may)
               for verb in verbs - {"users:write", "keys:write"}), "somebody besides the owner may do it"  # fmt: skip


def test_who_gives_nobody_roles_puts_no_role_in_force(signed_in: SignedIn, founded: None, client: httpx.Client) -> None:
    lead = signed_in("li", "operations")
    wanted = {"content": {"title": {"zh": "我", "en": "Me"}, "may": ["*"]}, "cases": []}
    assert lead.put("/documents/role/mine/draft", json=wanted).status_code == 200
    refused = lead.post("/documents/publish", json={"documents": [{"kind": "role", "name": "mine"}], "comment": "x"})
    assert (refused.status_code, refused.json()["data"]) == (403, {"verb": "users:write"})
    for verb, body in (("roll-back", {"version": 1, "comment": "x"}), ("retire", {"comment": "x"})):
        assert lead.post(f"/documents/role/sales/{verb}", json=body).status_code == 403
    assert client.get("/documents/role/mine").status_code == 404


def test_two_roles_let_one_do_what_either_does(signed_in: SignedIn, founded: None) -> None:
    both = signed_in("li", "warehouse", "finance")
    assert both.get("/credit/accounts").status_code == 200 and both.get("/stock").status_code == 200
    assert both.get("/keys").status_code == 403
