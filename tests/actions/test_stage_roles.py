"""Stages are confirmed by the role that the document names: those without it are refused, who may do all passes."""

import datetime as dt
from typing import Any

import msgspec
import pytest
from tests import company

from orderloom.actions import documents, shipments
from orderloom.actions.documents import Proposal, Publication
from orderloom.actions.hub import Hub

TITLE = {"zh": "拣货员", "en": "Picker"}
ROLE = {"title": TITLE, "may": ["shipments:write"]}
TRACK = {"stages": [{"anchor": "picked", "sources": ["pda"], "role": "picker"}]}


@pytest.fixture
def released(hub: Hub, now: dt.datetime) -> str:
    company.tiny(hub, now=now)
    put(hub, ("role", "picker", ROLE), ("stages", "order", TRACK), now=now)
    company.place(hub, company.draft("R-1", now=now), now=now)
    with hub.database.workspace(hub.workspace) as connection:
        [(number,)] = connection.execute("select shipment_no from shipments").fetchall()
    [done] = shipments.release(hub, [number], origin=company.origin(), now=now)
    assert done.refused is None
    return number


def put(hub: Hub, *made: tuple[str, str, dict[str, Any]], now: dt.datetime) -> None:
    proposals = [Proposal(kind, name, content) for kind, name, content in made]
    published = documents.publish(hub, proposals, comment="", actor="amy", now=now)
    assert isinstance(published, Publication), published


def picked(hub: Hub, number: str, roles: frozenset[str] | None, now: dt.datetime) -> Any:
    origin = msgspec.structs.replace(company.origin(source="pda"), roles=roles)
    [done] = shipments.confirm(hub, [shipments.Scan(number, "picked", now, "li")], origin=origin, now=now)
    return done.refused


def test_a_stage_is_refused_to_who_lacks_its_role(hub: Hub, released: str, now: dt.datetime) -> None:
    refused = picked(hub, released, frozenset({"packer"}), now)
    assert refused is not None and refused.code == "shipment.role_missing"
    assert refused.data == {"stage": "picked", "role": "picker", "roles": "packer"}
    assert picked(hub, released, frozenset(), now).code == "shipment.role_missing"
    assert picked(hub, released, frozenset({"packer", "picker"}), now) is None


def test_a_stage_is_confirmed_by_who_may_do_everything(hub: Hub, released: str, now: dt.datetime) -> None:
    assert picked(hub, released, None, now) is None


def test_a_role_is_named_for_what_is_confirmed_only(hub: Hub, now: dt.datetime) -> None:
    found = documents.check(
        hub,
        [Proposal("role", "picker", ROLE),
         Proposal("stages", "order", {"stages": [{"anchor": "confirmed", "role": "picker"}]})],
        cases=False,
    )  # fmt: skip
    assert isinstance(found, list)
    assert [(each.finding.code, each.finding.path) for each in found if each.finding.level == "error"] == [
        ("stages.not_confirmed", "/stages/0/role")
    ]
