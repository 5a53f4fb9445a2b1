"""Reference data: what is entered together is there together, and what has changed is read anew."""

import datetime as dt

import psycopg
import pytest
from tests import company

from orderloom.actions import documents, reference, shipped
from orderloom.actions.documents import Proposal, Publication
from orderloom.actions.hub import Hub
from orderloom.deciding.reference import Reference
from orderloom.domain import geography
from orderloom.domain.warehouses import Rate, Warehouse


def test_a_lane_that_cannot_be_kept_takes_its_warehouse_along(hub: Hub, now: dt.datetime) -> None:
    warehouse = Warehouse("hefei", "合肥仓", 117.2, 31.8)
    rate = Rate("SF", "", "hefei", "\x00", 1_000, 500, 1_000, 200)
    with pytest.raises(psycopg.DataError):
        reference.enter_lanes(hub, warehouses=[warehouse], rates=[rate], actor="test", now=now)
    with hub.database.workspace(hub.workspace) as connection:
        assert "hefei" not in hub.reference(connection).warehouses
    fit = Rate("SF", "", "hefei", "江苏省", 1_000, 500, 1_000, 200)
    reference.enter_lanes(hub, warehouses=[warehouse], rates=[fit], actor="test", now=now)
    with hub.database.workspace(hub.workspace) as connection:
        assert "hefei" in hub.reference(connection).warehouses


def test_a_snapshot_that_is_read_in_parts_is_the_one_that_is_read_whole(
    hub: Hub, places: geography.Places, now: dt.datetime
) -> None:
    company.tiny(hub, now=now)

    def in_force(one: Hub) -> Reference:
        with one.database.workspace(one.workspace) as connection:
            return one.reference(connection)

    before = in_force(hub)
    found = next(each for each in shipped.documents() if each.name == "grading")
    grading = Proposal("rules", "grading", {**found.content, "priority": 7}, found.cases)
    made = documents.publish(hub, [grading], comment="", actor="amy", now=now)
    assert isinstance(made, Publication), made
    changed = in_force(hub)
    assert changed.documents["rules"]["grading"].content["priority"] == 7
    assert changed.documents["rules"]["sourcing"] is before.documents["rules"]["sourcing"]
    assert changed.rates is before.rates
    reference.enter_lanes(hub, rates=[Rate("ZTO", "", "suzhou", "江苏省", 1_000, 1, 1_000, 1)], actor="test", now=now)
    gone = documents.publish(hub, [], retired=[("rules", "holding")], comment="", actor="amy", now=now)
    assert isinstance(gone, Publication), gone
    parts = in_force(hub)
    whole = in_force(Hub(database=hub.database, workspace=hub.workspace, sealer=hub.sealer, ids=hub.ids, places=places))
    assert parts.documents == whole.documents and "holding" not in parts.documents["rules"]
    assert parts.rules.documents == whole.rules.documents
    assert parts.rules.reads == whole.rules.reads
    assert ("ZTO", "") in parts.rates.services and parts.rates.services == whole.rates.services
