"""The worker asks each channel's source on its schedule: one job for a channel that is due."""

from collections.abc import Iterator

import pytest
from tests import company

from orderloom.actions import documents
from orderloom.actions.hub import Hub
from orderloom.inbox import catching_up, shipped_channels
from orderloom.kit import clock
from orderloom.store import database as db
from orderloom.store import jobs as jobs_store
from orderloom.worker import jobs
from orderloom.world.partners.taobao import Gateway


@pytest.fixture
def gateway() -> Iterator[Gateway]:
    with Gateway().running() as running:
        yield running


def test_a_channel_that_is_due_is_asked_once(hub: Hub, database: db.Database, gateway: Gateway) -> None:
    now = clock.now()
    company.tiny(hub, now=now)
    content = shipped_channels.document("taobao")
    content["transport"] = {"kind": "poll", "connector": "taobao"}
    documents.publish(hub, [documents.Proposal("channel", "tmall", content)], comment="", actor="test", now=now)
    access = {"app_key": gateway.app_key, "secret": gateway.secret, "session": gateway.session, "url": gateway.url}
    catching_up.keep_account(hub, "tmall", {**access, "private": True}, actor="test", now=now)
    jobs_store.prepare(database, now=now)
    queue = jobs.Jobs(url=database.url, hub=lambda _: hub, workspaces=lambda: ["test"], jobs=jobs.JOBS)
    for _ in range(2):
        queue._ask_sources(0)
    with database.system() as connection:
        found = connection.execute(
            "select args -> 'name', args -> 'arguments' from procrastinate_jobs where status = 'todo'"
        ).fetchall()
        connection.execute("delete from procrastinate_jobs")
    assert found == [("catch_up", {"channel": "tmall"})]
    jobs.JOBS["catch_up"](hub, {"channel": "tmall"}, lambda: False)
    assert gateway.asked == ["taobao.trades.sold.increment.get"]
    assert catching_up.due(hub, now=clock.now()) == []
