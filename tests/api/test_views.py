"""/views: named views of lists, one's own and shared."""

import httpx
import pytest
from tests.api.conftest import Key, SignedIn

from orderloom.actions import reference
from orderloom.actions.hub import Hub
from orderloom.kit import clock, limits

EAST = {"list": "orders", "name": "华东待审", "search": {"stage": "received", "province": "江苏省"}}


@pytest.fixture
def people(signed_in: SignedIn, hub: Hub, address: str) -> tuple[httpx.Client, httpx.Client]:
    """An operations lead and a sales rep."""
    reference.found(hub, values={}, actor="t", now=clock.now())
    return signed_in("lead", "operations"), signed_in("rep", "sales")


def _names(page: httpx.Client, word: str = "orders") -> list[tuple[str, bool, bool]]:
    return [(each["name"], each["mine"], each["shared"]) for each in page.get(f"/views?list={word}").json()]


def test_a_view_is_ones_own_until_it_is_shared(people: tuple[httpx.Client, httpx.Client]) -> None:
    lead, rep = people
    kept = lead.post("/views", json=EAST).json()
    assert (kept["search"], kept["mine"], kept["owner"]) == (EAST["search"], True, "lead")
    assert (_names(lead), _names(rep), _names(lead, "customers")) == ([("华东待审", True, False)], [], [])
    view = f"/views/{kept['view_id']}"
    assert rep.post(f"{view}/share", json={"shared": True}).status_code == 404
    assert rep.post(f"{view}/rename", json={"name": "我的"}).status_code == 404
    assert rep.delete(view).status_code == 404
    assert lead.post(f"{view}/share", json={"shared": True}).json()["shared"] is True
    assert _names(rep) == [("华东待审", False, True)]
    assert lead.post("/views", json=EAST | {"search": {"stage": "picked"}}).json()["shared"] is True
    assert rep.get("/views?list=orders").json()[0]["search"] == {"stage": "picked"}
    assert rep.delete(view).status_code == 200, "what is shared may be tidied up by who may share"
    assert (_names(lead), _names(rep)) == ([], [])


def test_a_name_is_given_once_and_may_be_changed(people: tuple[httpx.Client, httpx.Client]) -> None:
    lead, rep = people
    first = lead.post("/views", json=EAST).json()
    lead.post("/views", json=EAST | {"name": "华北"})
    assert rep.post("/views", json=EAST).status_code == 200, "others name theirs as they like"
    taken = lead.post(f"/views/{first['view_id']}/rename", json={"name": "华北"})
    assert (taken.status_code, taken.json()["code"]) == (409, "view.name_taken")
    assert lead.post(f"/views/{first['view_id']}/rename", json={"name": " 华东 "}).json()["name"] == "华东"
    assert [name for name, _, _ in _names(lead)] == ["华东", "华北"]


def test_views_are_bounded_and_of_those_who_may(
    people: tuple[httpx.Client, httpx.Client], key: Key, monkeypatch: pytest.MonkeyPatch
) -> None:
    lead, _ = people
    monkeypatch.setattr(limits, "VIEWS_PER_LIST_MAX", 1)
    assert lead.post("/views", json=EAST).status_code == 200
    refused = lead.post("/views", json=EAST | {"name": "二"})
    assert (refused.status_code, refused.json()["code"]) == (409, "view.too_many")
    assert lead.post("/views", json=EAST | {"name": "长" * 61}).status_code == 422
    assert lead.post("/views", json=EAST | {"list": "Orders!"}).status_code == 422
    headers = {"Authorization": f"Bearer {key('orders:read')}"}
    assert httpx.get(f"{lead.base_url}views?list=orders", headers=headers).status_code == 403
