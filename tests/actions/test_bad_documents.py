"""Bad documents of every kind: refused before they are in force, with the place and the reason, in bounded time."""

import copy
import datetime as dt
import time
from collections.abc import Mapping
from typing import Any

import pytest
from tests import company

from orderloom.actions import documents
from orderloom.actions.documents import Proposal, Publication
from orderloom.actions.hub import Hub
from orderloom.actions.kinds import KINDS
from orderloom.kit import limits
from orderloom.kit.refusals import Refused

SECONDS = 2
BOMB = "sum(map([1..30000], sum(map([1..30000], #))))"
NESTED = "(" * 5_000 + "1" + ")" * 5_000
TEXT = {"zh": "流程", "en": "flow"}
RETIRED = {"name": "floor", "type": "number", "zh": "楼层", "en": "Floor", "retired": True}
STANDING = {"name": "permit", "type": "text", "zh": "许可证", "en": "Permit"}
DICTIONARY = {"subject": "order", "fields": [RETIRED, STANDING]}

# Where an expression may stand, by kind: a way into the kind's own example.
PLACES = {
    "rules": "content/nodes/1/content/rules/0/total",
    "fields": "fields/5/computed",
    "form": "checks/0/when",
    "channel": "checks/0/when",
    "status_map": "rows/1/when",
    "template": "text/zh",
    "flow": "nodes/0/filter",
}


@pytest.fixture
def house(hub: Hub, now: dt.datetime) -> Hub:
    company.tiny(hub, now=now)
    return hub


def changed(kind: str, path: str, value: Any) -> dict[str, Any]:
    """The kind's example with one place changed."""
    content = copy.deepcopy(dict(KINDS[kind].example))
    *way, last = path.split("/")
    place: Any = content
    for step in way:
        place = place[int(step) if isinstance(place, list) else step]
    place[int(last) if isinstance(place, list) else last] = value
    return content


def refused(hub: Hub, *proposals: Proposal, now: dt.datetime) -> list[Mapping[str, Any]]:
    """The findings that keep them from being published; nothing may be in force of them, and it may not take long."""
    before = _in_force(hub)
    began = time.process_time()
    answer = documents.publish(hub, proposals, comment="", actor="amy", now=now)
    assert time.process_time() - began < SECONDS
    assert isinstance(answer, Refused), answer
    assert _in_force(hub) == before
    return answer.data.get("findings", [{"finding": {"code": answer.code, "path": ""}}])


def places(findings: list[Mapping[str, Any]]) -> set[tuple[str, str]]:
    return {(each["finding"]["code"], each["finding"].get("path", "")) for each in findings}


def _in_force(hub: Hub) -> dict[tuple[str, str], int]:
    with hub.database.workspace(hub.workspace) as connection:
        known = hub.reference(connection).documents
    return {(kind, name): each.version for kind, named in known.items() for name, each in named.items()}


def _written(kind: str, expression: str) -> str:
    return f"{{{{ {expression} }}}}" if kind == "template" else expression


@pytest.mark.parametrize("kind", PLACES)
@pytest.mark.parametrize("expression", [BOMB, NESTED], ids=["bomb", "nested"])
def test_what_would_never_end_is_refused_at_its_place_in_every_kind(
    house: Hub, kind: str, expression: str, now: dt.datetime
) -> None:
    bad = changed(kind, PLACES[kind], _written(kind, f"{expression} > 1" if kind == "flow" else expression))
    found = refused(house, Proposal(kind, "bad", bad), now=now)
    assert [path for _, path in places(found) if path.startswith("/" + PLACES[kind].split("/")[0])], found


@pytest.mark.parametrize("kind", KINDS)
def test_ten_megabytes_are_refused_in_every_kind(house: Hub, kind: str, now: dt.datetime) -> None:
    large = {**KINDS[kind].example, "title": {"zh": "x" * (10 * 2**20), "en": "x"}}
    [found] = refused(house, Proposal(kind, "bad", large), now=now)
    assert found["finding"]["code"] == "document.too_large"


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_nested_without_end_is_refused_in_every_kind(house: Hub, kind: str, now: dt.datetime) -> None:
    deep: Any = 1
    for _ in range(100_000):
        deep = {"a": deep}
    [found] = refused(house, Proposal(kind, "bad", {**KINDS[kind].example, "more": deep}), now=now)
    assert found["finding"]["code"] == "document.too_deep"
    while isinstance(deep, dict):  # Taken apart from outside: the interpreter would do it by recursion.
        deep = deep.pop("a")


@pytest.mark.parametrize("kind", KINDS)
def test_a_number_that_no_field_holds_is_refused_in_every_kind(house: Hub, kind: str, now: dt.datetime) -> None:
    for number in (2**63, -(10**400)):
        [found] = refused(house, Proposal(kind, "bad", {**KINDS[kind].example, "more": [{"a": number}]}), now=now)
        assert found["finding"]["code"] == "document.number_too_large"


def test_flows_that_call_each_other_in_a_circle_are_refused_together(house: Hub, now: dt.datetime) -> None:
    def calls(name: str) -> dict[str, Any]:
        trigger = {"kind": "trigger", "id": "t", "on": "manual"}
        return {"title": TEXT, "nodes": [trigger, {"kind": "flow", "id": "f", "flow": name}],
                "edges": [{"from": "t", "to": "f"}]}  # fmt: skip

    circle = [Proposal("flow", f"f{number}", calls(f"f{(number + 1) % 40}")) for number in range(40)]
    found = refused(house, *circle, now=now)
    assert ("flow.circle", "/nodes/1/flow") in places(found)


def test_fields_that_are_computed_from_each_other_are_refused(house: Hub, now: dt.datetime) -> None:
    both = [
        {"name": name, "type": "computed", "zh": name, "en": name, "computed": f"({other} ?? 0) + 1"}
        for name, other in (("one", "two"), ("two", "one"))
    ]
    found = refused(house, Proposal("fields", "order", {"subject": "order", "fields": both}), now=now)
    assert places(found) == {("fields.unknown_name", "/fields/0/computed")}


@pytest.mark.parametrize(
    ("kind", "path", "value", "expected"),
    [
        ("rules", "content/nodes/1/content/inputs/0/field", "order.custom.floor",
         ("fields.retired", "/content/nodes/1/content/inputs/0")),
        ("channel", "checks/0/when", "order.custom.permit == 'x' and order.custom.floor > 3",
         ("fields.retired", "/checks/0/when")),
        ("channel", "mapping/fields/custom.floor", {"from": "site.floor"},
         ("fields.retired", "/mapping/fields/custom.floor")),
        ("channel", "mapping/fields/custom.gate", {"from": "site.gate"},
         ("fields.undeclared", "/mapping/fields/custom.gate")),
        ("channel", "defaults/custom.floor", 3, ("fields.retired", "/defaults/custom.floor")),
        ("flow", "nodes/0/filter", "order.custom.floor > 3", ("fields.retired", "/nodes/0/filter")),
        ("flow", "nodes/0/filter", "order.custom.gone > 3", ("fields.undeclared", "/nodes/0/filter")),
        ("form", "sections/0/items/0/field", "custom.floor", ("form.bad_field", "/sections/0/items/0/field")),
    ],
)  # fmt: skip
def test_what_names_a_retired_field_is_refused_at_its_place(
    house: Hub, kind: str, path: str, value: Any, expected: tuple[str, str], now: dt.datetime
) -> None:
    done = documents.publish(house, [Proposal("fields", "order", DICTIONARY)], comment="", actor="amy", now=now)
    assert isinstance(done, Publication), done
    assert expected in places(refused(house, Proposal(kind, "bad", changed(kind, path, value)), now=now))


def test_a_field_is_not_deleted_and_not_retired_under_a_channel_that_fills_it(house: Hub, now: dt.datetime) -> None:
    in_use = {"subject": "order", "fields": [{**RETIRED, "retired": False}, STANDING]}
    site = Proposal("channel", "site", dict(KINDS["channel"].example))
    done = documents.publish(house, [Proposal("fields", "order", in_use), site], comment="", actor="amy", now=now)
    assert isinstance(done, Publication), done
    retiring = refused(house, Proposal("fields", "order", DICTIONARY), now=now)
    assert [(each["name"], each["because_of"]) for each in retiring] == [("site", "fields/order")]
    assert places(retiring) == {("fields.retired", "/mapping/fields/custom.floor")}
    deleting = refused(house, Proposal("fields", "order", {"subject": "order", "fields": [STANDING]}), now=now)
    assert ("fields.deleted", "/fields") in places(deleting)


def test_a_rule_that_stands_goes_on_with_a_field_that_is_retired_under_it(house: Hub, now: dt.datetime) -> None:
    in_use = {"subject": "order", "fields": [{**RETIRED, "retired": False}, STANDING]}
    flow = {
        "title": TEXT,
        "edges": [],
        "nodes": [{"kind": "trigger", "id": "t", "event": "order.received", "filter": "order.custom.floor > 3"}],
    }
    for proposal in (Proposal("fields", "order", in_use), Proposal("flow", "high", flow),
                     Proposal("fields", "order", DICTIONARY)):  # fmt: skip
        done = documents.publish(house, [proposal], comment="", actor="amy", now=now)
        assert isinstance(done, Publication), done


def test_more_than_may_stand_in_a_document_is_counted_no_further(house: Hub, now: dt.datetime) -> None:
    many = {"subject": "order", "fields": [{"name": "x"}] * limits.DOCUMENT_VALUES_MAX}
    [found] = refused(house, Proposal("fields", "order", many), now=now)
    assert found["finding"]["code"] == "document.too_many_values"
