"""`bench backtest`: a changed sourcing document tried on stored orders, beside what is in force."""

import copy
import datetime as dt
from typing import Any

import msgspec

from orderloom.actions.hub import Hub
from orderloom.bench import company, crews, grounds, road
from orderloom.kit import clock, limits, settings
from orderloom.rules import shipped
from orderloom.trials import backtests, drafts, worlds

WORKSPACE = "bench_backtest"
PROCESSES = 2
_RADIUS_M = ("300000", "800000")


class Extent(msgspec.Struct, frozen=True):
    """How much is measured: the company's size, and the batches of orders that each process places beforehand."""

    size: company.Size
    batches: int
    batch: int = limits.BATCH_ORDERS_MAX


FULL = Extent(company.Size(), batches=250)
QUICK = Extent(company.QUICK, batches=12)


def report(chosen: settings.Settings, *, quick: bool) -> dict[str, Any]:
    """The figures of performance.md, and how many orders came out otherwise."""
    return measure(chosen, QUICK if quick else FULL)


def measure(chosen: settings.Settings, extent: Extent) -> dict[str, Any]:
    """Place orders by the road, then try the draft on all of them."""
    with grounds.new(chosen, WORKSPACE) as hub:
        since = clock.now()
        company.build(hub, size=extent.size, now=since)
        with crews.of(chosen, hub, size=PROCESSES) as crew:
            crew.run([road.Feed(extent.size, extent.batches - 1, extent.batch, seed) for seed in range(PROCESSES)])
        summary = _tried(hub, since)
    assert summary.orders == PROCESSES * extent.batches * extent.batch, "every order is decided again"
    return {
        "orders": summary.orders,
        "seconds": summary.seconds,
        "us_per_order": round(summary.seconds / summary.orders * 1e6),
        "changed": summary.changed,
        "reproduced": summary.reproduced,
        "not_comparable": summary.not_comparable,
    }


def _tried(hub: Hub, since: dt.datetime) -> backtests.Summary:
    period = worlds.Period(since, clock.now() + dt.timedelta(seconds=1))
    *_, summary = backtests.run(hub.database.url, hub.workspace, [_draft()], period=period)
    assert isinstance(summary, backtests.Summary)
    return summary


def _draft() -> drafts.Draft:
    """The shipped sourcing with a wider radius in every row that had the usual one."""
    [document] = [each for each in shipped.documents() if each.name == "sourcing"]
    content = copy.deepcopy(document.content)
    for node in content["nodes"]:
        for rule in node.get("content", {}).get("rules", ()):
            rule.update({cell: _RADIUS_M[1] for cell, text in rule.items() if text == _RADIUS_M[0]})
    return drafts.Draft(
        "rules", "sourcing", {"point": document.point, "priority": document.priority, "content": content}
    )
