"""A sales rep reaches own customers, a dealer is one: orders, credit and records of others are not there for them."""

from typing import Any

import httpx
import pytest
from tests.api.conftest import Key, SignedIn, client_of, order
from tests.api.test_documents import publish

from orderloom.actions.hub import Hub

REP = {
    "title": {"zh": "销售", "en": "Sales rep"},
    "may": ["orders:*", "customers:*", "credit:read", "shipments:read", "status:read", "metrics:read", "approvals:ask"],
    "own_customers": True,
    "masks": [],
}
DEALER = {"title": {"zh": "经销商", "en": "Dealer"}, "may": ["orders:read", "orders:write"], "masks": []}


@pytest.fixture
def roles(client: httpx.Client) -> None:
    """Both roles in force, and C1 the customer of li."""
    publish(client, "rep", REP, [], kind="role")
    publish(client, "buyer", DEALER, [], kind="role")
    whose = [{"customer_no": each, "name": f"客户 {each}", "account": each, "owner": {"C1": "Li"}.get(each, "")}
             for each in ("C1", "C2")]  # fmt: skip
    assert client.put("/customers", json=whose).status_code == 200


def _numbers(page: httpx.Client) -> set[str]:
    return {each["order_no"] for each in page.get("/orders").json()["rows"]}


def _names(page: httpx.Client) -> set[str]:
    return {each["customer_name"] for each in page.get("/orders").json()["rows"]}


@pytest.fixture
def placed(client: httpx.Client, roles: None) -> dict[str, str]:
    """An order of each customer."""
    return {
        each: client.post("/orders", json=order(f"W-{each}", customer_no=each)).json()["order_no"]
        for each in ("C1", "C2")
    }


def test_a_rep_sees_own_customers_their_orders_and_credit_and_nothing_of_others(
    signed_in: SignedIn, placed: dict[str, str]
) -> None:
    page = signed_in("li", "rep")
    assert page.get("/session").json()["scope"]["owners"] == ["user/li"]
    assert _numbers(page) == {placed["C1"]}
    assert _names(page) == {page.get(f"/orders/{placed['C1']}").json()["customer_name"]} == {"客户 C1"}
    assert [each["customer_no"] for each in page.get("/customers").json()["rows"]] == ["C1"]
    assert [each["account"] for each in page.get("/credit/accounts").json()["rows"]] == ["C1"]
    assert page.get("/credit/accounts/C2").status_code == 404
    mine = {each["order_no"] for each in page.get("/orders").json()["rows"]}
    assert {each["order_no"] for each in page.get("/credit/accounts/C1").json()["uses"]} <= mine
    assert page.get(f"/orders/{placed['C2']}/timeline").status_code == 404
    assert sum(page.get("/status").json()["stages"].values()) == 1, "figures count own orders only"
    ask = {"account": "C2", "amount_minor": 100, "hours": 1, "reason": "x"}
    assert page.post("/credit/grants/requests", json=ask).status_code == 404


def test_a_rep_orders_for_own_customers_only_and_changes_no_others_order_by_its_number(
    signed_in: SignedIn, client: httpx.Client, placed: dict[str, str]
) -> None:
    page = signed_in("li", "rep")
    assert page.post("/orders", json=order("N-1", customer_no="C1")).status_code == 201
    for body, code in (
        (order("N-2", customer_no="C2"), "customer.out_of_scope"),
        (order("N-3", customer_no=""), "customer.out_of_scope"),
        (order("W-C2", customer_no="C1"), "order.number_taken"),
    ):
        refused = page.post("/orders", json=body)
        assert (refused.status_code, refused.json()["code"]) == (403, code)
        many = page.post("/orders", json=[body]).json()["outcomes"][0]
        assert many["refused"]["code"] == code
    assert client.get(f"/orders/{placed['C2']}").json()["order"]["customer_no"] == "C2"


def test_a_rep_enters_customers_as_its_own_and_takes_nobody_elses(
    signed_in: SignedIn, client: httpx.Client, roles: None
) -> None:
    page = signed_in("li", "rep")
    assert page.put("/customers", json=[{"customer_no": "N1", "name": "新客户", "owner": "han"}]).status_code == 200
    found = client.get("/customers", params={"customer_no": "N1"}).json()["rows"]
    assert [each["owner"] for each in found] == ["li"]
    taken = page.put("/customers", json=[{"customer_no": "N1"}, {"customer_no": "C2", "owner": "li"}])
    assert (taken.status_code, taken.json()["code"]) == (403, "customer.out_of_scope")
    assert client.get("/customers", params={"customer_no": "C2"}).json()["rows"][0].get("owner", "") == ""


def test_a_customer_that_changes_hands_goes_from_one_rep_to_the_other(
    signed_in: SignedIn, client: httpx.Client, placed: dict[str, str]
) -> None:
    li, han = signed_in("li", "rep"), signed_in("han", "rep")
    assert (_numbers(li), _numbers(han)) == ({placed["C1"]}, set())
    client.put("/customers", json=[{"customer_no": "C1", "account": "C1", "owner": "han"}])
    assert (_numbers(li), _numbers(han)) == (set(), {placed["C1"]})


def test_a_dealer_is_one_customer_whatever_its_roles_say(signed_in: SignedIn, placed: dict[str, str]) -> None:
    page = signed_in("dealer", "buyer", customer_no="C2")
    told = page.get("/session").json()
    assert (told["customer_no"], told["scope"]["owners"]) == ("C2", ["customer/C2"])
    assert _numbers(page) == {placed["C2"]}
    assert _names(page) == {""}, "who may not list customers is told none by the way"
    assert page.post("/orders", json=order("D-1", customer_no="C2")).status_code == 201
    assert page.post("/orders", json=order("D-2", customer_no="C1")).status_code == 403


def test_a_rep_gives_no_key_that_reaches_further(address: str, key: Key, hub: Hub) -> None:
    with client_of(address, key("keys:*", "orders:*", owners=["user/li"])) as rep:
        for scope in ({}, {"owners": ["user/li", "user/han"]}):
            beyond: Any = rep.post("/keys", json={"name": "x", "verbs": ["orders:read"], "scope": scope})
            assert (beyond.status_code, beyond.json()["code"]) == (403, "key.beyond_own")
        own = rep.post("/keys", json={"name": "x", "verbs": ["orders:read"], "scope": {"owners": ["user/li"]}})
        assert own.status_code == 201, own.text
        assert rep.get("/me").json()["owners"] == ["user/li"]
