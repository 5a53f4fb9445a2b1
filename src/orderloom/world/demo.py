"""The demo: a workspace of its own, the company in it, one day through the HTTP door, and the proof at its end."""

import contextlib
import datetime as dt
from collections.abc import Callable
from pathlib import Path
from typing import Protocol

from orderloom.actions import keys
from orderloom.actions.hub import Hub
from orderloom.kit import clock
from orderloom.kit.ids import Ids
from orderloom.kit.refusals import Refused
from orderloom.store import database as db
from orderloom.store import workspaces
from orderloom.world import beile, day
from orderloom.world.door import Door
from orderloom.world.screen import Screen

WORKSPACE = "demo"
_KEY_HOURS = 24


class House(Protocol):
    """What the demo needs of the house that `main` builds."""

    url: str
    database: db.Database

    def hub(self, workspace: str) -> Hub:
        """The hub of a workspace."""
        ...


OpenDoor = Callable[[], contextlib.AbstractContextManager[Path]]


def show(house: House, open_door: OpenDoor, screen: Screen, *, orders: int) -> None:
    """Play the day with so many orders of the shops; `open_door` serves HTTP on a unix socket while it is entered."""
    now = clock.now()
    hub = _founded(house, screen, now=now)
    key = _key(house, hub, now=now)
    with open_door() as socket, contextlib.closing(Door(socket, key=key, language=screen.language)) as door:
        played = day.Day(hub, door, screen, run=day.name_of(now))
        played.run(orders=orders)
    _close(screen, played)


def _founded(house: House, screen: Screen, *, now: dt.datetime) -> Hub:
    say = screen
    screen.print("[bold]织单 OrderLoom[/]  贝乐童品 Beile Kids  " + say.say("一分钟里的一天", "a day in a minute"))
    known = workspaces.find(house.database, name=WORKSPACE)
    hub = house.hub(WORKSPACE)
    with house.database.system() as connection:
        version = connection.info.server_version // 10_000
    screen.done(f"PostgreSQL {version} 已就绪", f"PostgreSQL {version} is ready")
    if known is None:
        made = workspaces.create(house.database, name=WORKSPACE, title="贝乐童品", now=now)
        assert not isinstance(made, Refused), made
        beile.found(hub, now=now)
        screen.done(
            f"新建工作区 {WORKSPACE}：{len(beile.WAREHOUSES)} 个仓库、{len(beile.SKUS)} 个货品、{len(beile.CHANNELS)} 个渠道、规则与运价",
            f"Made workspace {WORKSPACE}: {len(beile.WAREHOUSES)} warehouses, {len(beile.SKUS)} SKUs, "
            f"{len(beile.CHANNELS)} channels, rules and freight",
        )
    else:
        screen.done(
            f"沿用工作区 {WORKSPACE}（{known.created_at:%Y-%m-%d} 建）", f"Workspace {WORKSPACE} is there already"
        )
        beile.stocked(hub, {each.sku: beile.ON_HAND // 10 for each in beile.SKUS if each.sku != beile.SCARCE}, now=now)
    return hub


def _key(house: House, hub: Hub, *, now: dt.datetime) -> str:
    """A key for the partners of this run; it ends by itself."""
    wanted = keys.Wanted("世界 world", ["*"], expires_at=now + dt.timedelta(hours=_KEY_HOURS))
    made = keys.make(house.database, Ids(), wanted, workspace=hub.workspace, now=now)
    assert not isinstance(made, Refused), made
    return made.text


def _close(screen: Screen, played: day.Day) -> None:
    screen.act("接下来", "What to try next")
    rows = [
        ("orderloom -w demo order list", screen.say("看刚才的订单", "the orders of this day")),
        (
            f"orderloom -w demo order timeline {played.story}",
            screen.say("一张订单的来龙去脉", "one order's whole story"),
        ),
        ("orderloom -w demo check --whole", screen.say("再证明一遍", "prove it again")),
        ("orderloom up", screen.say("启动服务，打开 http://127.0.0.1:8750", "serve it at http://127.0.0.1:8750")),
    ]
    for command, meaning in rows:
        screen.print(f"    [bold]{command}[/]  [dim]{meaning}[/]")
    screen.print("")
    screen.done(f"全程 {screen.seconds:.1f} 秒", f"{screen.seconds:.1f} s in all")
