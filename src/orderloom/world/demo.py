"""The demo: a workspace of its own, the company in it, one day through the HTTP door, and the proof at its end."""

import contextlib
import datetime as dt
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Protocol

from orderloom.actions import keys
from orderloom.actions.hub import Hub
from orderloom.inbox import imports
from orderloom.kit import clock
from orderloom.kit.ids import Ids
from orderloom.kit.refusals import Refused
from orderloom.queries import check
from orderloom.store import database as db
from orderloom.store import workspaces
from orderloom.world import beile, day, packs
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
    made = {role: _key(house, hub, role, now=now) for role in day.ROLES}
    try:
        with open_door() as socket, contextlib.ExitStack() as stack:
            doors = {role: Door(socket, key=each.text, language=screen.language) for role, each in made.items()}
            for door in doors.values():
                stack.callback(door.close)
            played = day.Day(doors, screen, run=day.name_of(now), now=now, take_file=partial(_import, hub))
            played.play(orders=orders)
    finally:
        for each in made.values():
            keys.revoke(house.database, each.key.key_id, workspace=WORKSPACE, now=clock.now())
    _prove(hub, screen)
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
        warehouses, skus, documents = len(beile.WAREHOUSES), len(beile.SKUS), len(packs.read(beile.PACK).documents)
        screen.done(
            f"新建工作区 {WORKSPACE}：{warehouses} 个仓库、{skus} 个货品、运价，配置包 {documents} 份文档",
            f"Made workspace {WORKSPACE}: {warehouses} warehouses, {skus} SKUs, freight, {documents} documents",
        )
    else:
        screen.done(
            f"沿用工作区 {WORKSPACE}（{known.created_at:%Y-%m-%d} 建）", f"Workspace {WORKSPACE} is there already"
        )
        beile.stocked(hub, {each.sku: beile.ON_HAND // 10 for each in beile.SKUS if each.sku != beile.SCARCE}, now=now)
    return hub


def _key(house: House, hub: Hub, role: str, *, now: dt.datetime) -> keys.Made:
    """A key for this run; it is revoked at its end, and ends by itself if the run does not get there."""
    name, source, verbs = day.ROLES[role]
    scope = keys.Scope(source=source, roles=day.HELD.get(role, []))
    wanted = keys.Wanted(name, list(verbs), scope, now + dt.timedelta(hours=_KEY_HOURS))
    made = keys.make(house.database, Ids(), wanted, workspace=hub.workspace, now=now)
    assert not isinstance(made, Refused), made
    return made


def _import(hub: Hub, path: Path) -> imports.Report:
    """What an operator does with `orderloom import`."""
    report = imports.run(hub, path, imports.Wanted("wechat", "单证 小李", name=path.name), clock=clock.now)
    assert not isinstance(report, Refused), report
    return report


def _prove(hub: Hub, screen: Screen) -> None:
    screen.act("核对：账、货、钱、日志互相印证", "The proof: stock, credit, money and log agree")
    proof = check.prove(
        hub.database, hub.workspace, proof_id=hub.ids.new(clock.now()), clock=clock.now, plan=check.Plan(whole=True)
    )
    rows = [(screen.word("proofs", name), f"{count:,}") for name, count in proof.counts.items()]
    screen.table([screen.say("证明了", "proved"), screen.say("数量", "count")], rows, right=(1,))
    for finding in proof.findings:
        told = finding.told()
        screen.refused(told.zh, told.en)
    if not proof.findings:
        took = (proof.finished_at - proof.started_at).total_seconds()
        screen.done(
            f"全部相符，到位置 {proof.position}（{took:.2f} 秒）",
            f"All agree, up to position {proof.position} ({took:.2f} s)",
        )


def _close(screen: Screen, played: day.Day) -> None:
    screen.act("接下来", "What to try next")
    rows = [
        ("orderloom -w demo order list", screen.say("看刚才的订单", "the orders of this day")),
        (
            f"orderloom -w demo order timeline {played.story}",
            screen.say("一张订单的来龙去脉", "one order's whole story"),
        ),
        ("orderloom -w demo check --whole", screen.say("再证明一遍", "prove it again")),
        (
            "orderloom up",
            screen.say(
                "启动服务，然后登录：第一次用下面的一次性链接",
                "serve it, then sign in: the first time by the link below",
            ),
        ),
    ]
    for command, meaning in rows:
        screen.print(f"    [bold]{command}[/]  [dim]{meaning}[/]")
    screen.print("")
    screen.done(f"全程 {screen.seconds:.1f} 秒", f"{screen.seconds:.1f} s in all")
