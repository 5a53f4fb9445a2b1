"""The composition root: reads the settings, builds what the doors stand on, and owns the console script.

Doors are imported by the verb that opens them: a list of orders does not wait for an HTTP server to load.
"""

import contextlib
import os
import signal
import sys
import threading
import time
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from orderloom.cli import app as cli
from orderloom.cli import desk as desks
from orderloom.domain import codes
from orderloom.kit import clock, limits, settings
from orderloom.kit.refusals import Refused, Stopped

if TYPE_CHECKING:
    from orderloom.actions.packs import Pack
    from orderloom.house import House

app: typer.Typer = cli.app


def run() -> None:
    """The console script: what cannot go on says why in one line and ends with 1."""
    try:
        chosen = settings.read(os.environ)
        desk = desks.Desk(
            settings=chosen,
            open_house=lambda serves: _opened(chosen, patient=serves),
            language=chosen.language,
            shipped_packs=_shipped_packs,
        )
        app(obj=desk)
    except Exception as problem:
        from orderloom import house as houses

        if not isinstance(problem, houses.STOPPED):
            raise
        _aside(_why(problem))
        sys.exit(1)


@app.command()
def demo(
    context: typer.Context,
    count: Annotated[int, typer.Option("--orders", min=20, max=20_000, help="Orders of the shops 店铺订单数.")] = 400,
    picture: Annotated[Path | None, typer.Option(help="Write what was shown as an SVG picture 另存为图片.")] = None,
) -> None:
    """Show the whole road with sample orders in a workspace of its own 演示."""
    from orderloom import house as houses
    from orderloom.actions import users
    from orderloom.cli import users as users_cli
    from orderloom.world import demo as demos
    from orderloom.world import screen as screens

    desk = desks.of(context)
    screen = screens.Screen(desk.language)
    house = desk.house
    demos.show(house, lambda: houses.serving(house), screen, orders=count)
    if picture is not None:
        screen.picture(picture)
    desk.workspace = demos.WORKSPACE
    invited = users.first(desk.hub, actor=desks.ACTOR, now=clock.now())
    if isinstance(invited, users.Invited):
        users_cli.link(desk, invited)


world = typer.Typer(help="The simulated company 模拟公司: to try the hub with.", no_args_is_help=True)
app.add_typer(world, name="world")


@world.command()
def found(context: typer.Context) -> None:
    """Enter the company into the chosen workspace: warehouses, goods with stock, channels, freight, rules 建立公司."""
    from orderloom.world import beile

    desk = desks.of(context)
    hub = desk.hub
    with hub.database.workspace(hub.workspace) as connection:
        if hub.reference(connection).warehouses:
            desk.refuse(Refused("world.not_empty", {"workspace": hub.workspace}))
    beile.found(hub, now=clock.now())
    desk.tell(f"贝乐童品已在工作区 {hub.workspace} 开业", f"Beile Kids is open in workspace {hub.workspace}")


@world.command()
def orders(
    context: typer.Context,
    count: Annotated[int, typer.Option(min=1, max=100_000, help="How many 多少单.")] = 100,
    key: Annotated[str, typer.Option(help="An API key with orders:write 密钥.", prompt=True, hide_input=True)] = "",
) -> None:
    """Let the company's customers order by the HTTP door that `up` serves 模拟下单."""
    from orderloom.world import day, wishes
    from orderloom.world.door import Door

    desk = desks.of(context)
    now = clock.now()
    messages = wishes.Customers(day.name_of(now), now=now).shop_orders(count)
    place = (desk.settings.host, desk.settings.port)
    with contextlib.closing(Door(place, key=key, language=desk.language)) as way_in:
        try:
            took, told = day.send(way_in, messages)
        except ConnectionError:
            desk.refuse(Refused("door.closed", {"host": place[0], "port": place[1]}))
        except day.Unexpected as unexpected:
            desk.refuse(Refused("world.answered_otherwise", {"problem": str(unexpected)}))
    refused = sum(bool(each.get("refused")) for each in told)
    desk.tell(
        f"{len(told)} 单，{took:.2f} 秒，其中被拒 {refused} 单",
        f"{len(told)} orders in {took:.2f} s, {refused} of them refused",
    )


@app.command(hidden=True)
def door(context: typer.Context) -> None:
    """Serve HTTP on the host and port of the settings: a process of `up`."""
    from orderloom.api import serve
    from orderloom.worker import run as worker

    desk = desks.of(context)
    desk.serves = True
    house = desk.house
    worker.configure_logs()
    _end_with_parent()
    serve.run(house, host=desk.settings.host, port=desk.settings.port)


@app.command(hidden=True)
def work(context: typer.Context) -> None:
    """Do what happens by itself after the commit: a process of `up`."""
    from orderloom.outbox import nats
    from orderloom.worker import run as worker

    desk = desks.of(context)
    desk.serves = True
    house = desk.house
    _end_with_parent()
    chosen = house.settings
    follower = nats.Follower(chosen.nats_url, replicas=chosen.nats_replicas) if chosen.nats_url else None
    worker.run(house.database, house.hub, follower=follower)


@app.command()
def bench(
    context: typer.Context,
    name: Annotated[str, typer.Argument(help="Which one; none: all of them 名称.")] = "",
    quick: Annotated[bool, typer.Option("--quick", help="A short run 快速.")] = False,
    as_json: desks.AsJson = False,
) -> None:
    """Measure, beside the limit of the same machine 测速."""
    from orderloom.bench import run as benches

    desk = desks.of(context)
    for each in [name] if name else sorted(benches.BENCHES):
        try:
            benches.main(each, quick, as_json, chosen=desk.settings)
        except benches.Unknown as unknown:
            raise typer.BadParameter(str(unknown), param_hint="NAME") from unknown


def _opened(chosen: settings.Settings, *, patient: bool) -> "House":
    from orderloom import house as houses

    houses.log_quietly()
    return houses.House(
        chosen,
        tell=lambda zh, en: _aside(zh if chosen.language == "zh" else en),
        shipped_packs=_shipped_packs,
        patient=patient,
    )


def _shipped_packs() -> "Mapping[str, Pack]":
    from orderloom.world import packs

    return packs.shipped()


def _end_with_parent() -> None:
    """A supervised process whose supervisor was killed ends as if it had been told to."""
    parent = os.environ.get("ORDERLOOM_SUPERVISED_BY", "")
    if not parent.isdigit():
        return

    def watch() -> None:
        while os.getppid() == int(parent):
            time.sleep(limits.SUPERVISOR_LOOK_SECONDS)
        os.kill(os.getpid(), signal.SIGTERM)

    threading.Thread(target=watch, name="parent", daemon=True).start()


def _why(problem: Exception) -> str:
    """What stopped the run, in the language of the environment, which is read even where the settings are wrong."""
    refused = (
        problem.refused if isinstance(problem, Stopped) else Refused("database.closed", {"problem": _line(problem)})
    )
    return codes.text(refused.code, refused.data, settings.language(os.environ))


def _line(problem: Exception) -> str:
    """What the driver says, in one line."""
    return " ".join(str(problem).split()).rstrip(".") + "."


def _aside(text: str) -> None:
    """Say something that is no answer: never on the standard output, which others may read."""
    sys.stderr.write(f"{text}\n")


if __name__ == "__main__":
    run()
