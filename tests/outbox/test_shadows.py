"""Shadow mode: a draft decides each new order beside the live documents, without effect, and both are compared."""

import datetime as dt
import uuid

import pytest
from tests import company, relaying

from orderloom.actions import documents, shadows
from orderloom.actions.hub import Hub
from orderloom.kit import limits
from orderloom.kit.refusals import Refused
from orderloom.outbox import shadows as shadowing
from orderloom.store import shadows as shadows_store


def _draft(hub: Hub, *, radius_m: str, now: dt.datetime) -> documents.Pick:
    """The sourcing document with another radius, as a draft."""
    with hub.database.workspace(hub.workspace) as connection:
        content = hub.reference(connection).documents["rules"]["sourcing"].content
    [table] = [node["content"] for node in content["content"]["nodes"] if node["type"] == "decisionTableNode"]
    rules = [{**rule, "o1": radius_m} for rule in table["rules"]]
    nodes = [
        {**node, "content": {**table, "rules": rules}} if node["type"] == "decisionTableNode" else node
        for node in content["content"]["nodes"]
    ]
    edit = documents.Edit("rules", "sourcing", {**content, "content": {**content["content"], "nodes": nodes}})
    [saved] = documents.save_drafts(hub, [edit], actor="lead", now=now)
    assert isinstance(saved, documents.Saved), saved
    return documents.Pick("rules", "sourcing")


def _begin(hub: Hub, pick: documents.Pick, *, now: dt.datetime) -> uuid.UUID:
    _catch_up(hub, now=now)
    shadow_id = shadows.begin(hub, [pick], actor="lead", now=now)
    assert isinstance(shadow_id, uuid.UUID), shadow_id
    return shadow_id


def _catch_up(hub: Hub, *, now: dt.datetime) -> None:
    relaying.seal_all(hub, now=now)
    while shadowing.step(hub, now=now):
        pass


def _shadow(hub: Hub, shadow_id: uuid.UUID) -> tuple[shadows_store.Shadow, list[shadows_store.Change]]:
    with hub.database.workspace(hub.workspace) as connection:
        [shadow] = shadows_store.listed(connection, count=1, shadow_id=shadow_id)
        return shadow, shadows_store.changes(connection, shadow_id, count=10)


def test_new_orders_are_compared_and_nothing_of_them_changes(hub: Hub, now: dt.datetime) -> None:
    company.tiny(hub, now=now)
    company.place(hub, company.draft("BEFORE", lines=[("HOOK", 60)], now=now), now=now)
    shadow_id = _begin(hub, _draft(hub, radius_m="3000000", now=now), now=now)
    [alike] = company.place(hub, company.draft("A", lines=[("JERKY", 1)], now=now), now=now)
    [other] = company.place(hub, company.draft("B", lines=[("HOOK", 60)], now=now), now=now)
    _catch_up(hub, now=now)
    shadow, changes = _shadow(hub, shadow_id)
    assert (shadow.orders, shadow.changed, shadow.not_comparable) == (2, 1, 0)
    [change] = changes
    assert change.order_no == other.order_no != alike.order_no
    assert change.fields["warehouses"] == [["suzhou"], ["chengdu"]] or change.fields["backordered"][1] == 0
    with hub.database.workspace(hub.workspace) as connection:
        assert connection.execute("select count(*) from shipments where warehouse = 'chengdu'").fetchall() == [(0,)]


def test_an_ended_shadow_looks_no_further_and_keeps_what_it_found(hub: Hub, now: dt.datetime) -> None:
    company.tiny(hub, now=now)
    shadow_id = _begin(hub, _draft(hub, radius_m="3000000", now=now), now=now)
    company.place(hub, company.draft("A", now=now), now=now)
    _catch_up(hub, now=now)
    assert shadows.end(hub, shadow_id, because="看够了", now=now) is None
    company.place(hub, company.draft("B", now=now), now=now)
    _catch_up(hub, now=now)
    shadow, _ = _shadow(hub, shadow_id)
    assert (shadow.orders, shadow.ended_because) == (1, "看够了")
    again = shadows.end(hub, shadow_id, because="", now=now)
    assert isinstance(again, Refused) and again.code == "shadow.unknown"


def test_a_shadow_keeps_the_draft_that_it_began_with(hub: Hub, now: dt.datetime) -> None:
    company.tiny(hub, now=now)
    pick = _draft(hub, radius_m="3000000", now=now)
    shadow_id = _begin(hub, pick, now=now)
    assert documents.drop_drafts(hub, [("rules", "sourcing")], actor="lead", now=now) == [None]
    company.place(hub, company.draft("A", lines=[("HOOK", 150)], now=now), now=now)
    _catch_up(hub, now=now)
    shadow, _ = _shadow(hub, shadow_id)
    assert shadow.changed == 1 and shadow.documents[0].edition == 1


@pytest.mark.parametrize("radius_m", ["sum(map([1..30000], sum(map([1..30000], #))))", "no such"])
def test_what_could_not_be_published_casts_no_shadow(hub: Hub, now: dt.datetime, radius_m: str) -> None:
    company.tiny(hub, now=now)
    refused = shadows.begin(hub, [_draft(hub, radius_m=radius_m, now=now)], actor="lead", now=now)
    assert isinstance(refused, Refused) and refused.code.startswith("rules.")


def test_shadows_are_few(hub: Hub, now: dt.datetime) -> None:
    company.tiny(hub, now=now)
    pick = _draft(hub, radius_m="3000000", now=now)
    begun = [shadows.begin(hub, [pick], actor="lead", now=now) for _ in range(limits.SHADOWS_MAX + 1)]
    assert isinstance(begun[-1], Refused) and begun[-1].code == "shadow.too_many"


def test_what_two_processes_find_at_once_counts_once(hub: Hub, now: dt.datetime) -> None:
    company.tiny(hub, now=now)
    shadow_id = _begin(hub, _draft(hub, radius_m="3000000", now=now), now=now)
    company.place(hub, company.draft("A", lines=[("HOOK", 150)], now=now), now=now)
    relaying.seal_all(hub, now=now)
    with hub.database.workspace(hub.workspace) as connection:
        before = shadows_store.behind(connection)
    assert before is not None
    _catch_up(hub, now=now)
    shadow, changes = _shadow(hub, shadow_id)
    found = shadows_store.Found(1, 0, changes)
    with hub.database.workspace(hub.workspace) as connection:
        shadows_store.advance(connection, before, found, position=before.position + 1_000)
    assert _shadow(hub, shadow_id) == (shadow, changes) and shadow.orders == 1


def test_a_draft_that_breaks_on_a_real_order_ends_its_shadow_and_nothing_else(hub: Hub, now: dt.datetime) -> None:
    company.tiny(hub, now=now)
    _catch_up(hub, now=now)
    broken = shadows_store.Document("rules", "sourcing", 1, {"point": "source", "content": {"nodes": 5}})
    shadow_id = hub.ids.new(now)
    with hub.database.workspace(hub.workspace) as connection:
        shadows_store.begin(connection, shadow_id=shadow_id, documents=[broken], by="lead", at=now)
    company.place(hub, company.draft("A", now=now), now=now)
    _catch_up(hub, now=now)
    shadow, changes = _shadow(hub, shadow_id)
    assert shadow.ended_at is not None and "ValidationError" in shadow.ended_because and changes == []
