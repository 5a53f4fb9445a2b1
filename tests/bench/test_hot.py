"""`bench hot` sells exactly what is there, from two processes at once; how fast is not a test's business."""

from pathlib import Path

import pytest

from orderloom.bench import hot
from orderloom.kit import settings
from orderloom.store import database as db
from orderloom.store import workspaces

TINY = hot.Extent(pieces_per_warehouse=4, orders=60, customers=20, at_once=5)


def test_sells_what_is_there_and_lets_the_rest_wait(database: db.Database, database_url: str, tmp_path: Path):
    figures = hot.measure(settings.Settings(data=tmp_path, database_url=database_url), TINY)
    assert (figures["sold"], figures["backordered"]) == (20, 40)
    assert figures["orders_per_s"] > 0
    assert workspaces.find(database, name=hot.WORKSPACE) is None


def test_a_piece_sold_twice_is_no_figure():
    told = hot.Told(pieces=20, promised=20, reserved=21, sold=21, waiting=39, backordered=39, orders=60)
    with pytest.raises(AssertionError, match="not what is there was sold"):
        hot.prove(told, answered=60, extent=TINY)


def test_an_order_that_got_lost_is_no_figure():
    told = hot.Told(pieces=20, promised=20, reserved=20, sold=20, waiting=39, backordered=39, orders=59)
    with pytest.raises(AssertionError, match="an order got lost"):
        hot.prove(told, answered=60, extent=TINY)
