"""Reference data: what is entered together is there together."""

import datetime as dt

import psycopg
import pytest

from orderloom.actions import reference
from orderloom.actions.hub import Hub
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
