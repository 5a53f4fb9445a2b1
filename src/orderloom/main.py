"""The composition root: reads the settings, builds what the doors stand on, and owns the console script.

Doors are imported by the verb that opens them: a list of orders does not wait for an HTTP server to load.
"""

import asyncio
import contextlib
import os
import signal
import socket
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import structlog
import typer

from orderloom.actions.hub import Hub
from orderloom.actions.packs import Pack
from orderloom.cli import app as cli
from orderloom.cli import desk as desks
from orderloom.domain import geography
from orderloom.kit import clock, divisions, limits, settings
from orderloom.kit.ids import Ids
from orderloom.kit.refusals import Refused
from orderloom.kit.sealing import Sealer
from orderloom.store import database as db
from orderloom.store import files as files_store
from orderloom.store import embedded, migrations, workspaces

app: typer.Typer = cli.app


class House:
    """One process's view of the whole: settings, the database, and a hub for each workspace it serves."""

    def __init__(self, chosen: settings.Settings, *, tell: embedded.Tell = lambda text: None) -> None:
        self.settings = chosen
        self.url = embedded.ensure(chosen, tell=tell)
        self.database = db.Database(self.url)
        workspaces.bring_up_to_date(self.database, now=clock.now())
        self._sealer = Sealer(settings.master_key(chosen))
        self._places = geography.places(divisions.rows())
        self._files = files_store.Objects(chosen.files or str(chosen.data / "files"))
        self._hubs: dict[str, Hub] = {}

    def hub(self, workspace: str) -> Hub:
        """The hub of a workspace."""
        if workspace not in self._hubs:
            self._hubs[workspace] = Hub(
                database=self.database,
                workspace=workspace,
                sealer=self._sealer,
                ids=Ids(),
                places=self._places,
                files=self._files,
            )
        return self._hubs[workspace]

    def close(self) -> None:
        """Give the connections back; the embedded server goes on for others."""
        self.database.close()


def build() -> House:
    """The house as the environment says."""
    return House(settings.read(os.environ))


def run() -> None:
    """The console script: what cannot go on says why in one line and ends with 1."""
    _log_quietly()
    try:
        chosen = settings.read(os.environ)
        desk = desks.Desk(
            settings=chosen,
            open_house=lambda: House(chosen, tell=_aside),
            language=chosen.language,
            shipped_packs=_shipped_packs,
        )
        app(obj=desk)
    except (settings.SettingWrong, embedded.EmbeddedProblem, db.ServerTooOld, migrations.Changed, *db.GONE) as problem:
        _aside(str(problem))
        sys.exit(1)


@app.command()
def demo(
    context: typer.Context,
    count: Annotated[int, typer.Option("--orders", min=20, max=20_000, help="Orders of the shops 店铺订单数.")] = 400,
    picture: Annotated[Path | None, typer.Option(help="Write what was shown as an SVG picture 另存为图片.")] = None,
) -> None:
    """Show the whole road with sample orders in a workspace of its own 演示."""
    from orderloom.world import demo as demos
    from orderloom.world import screen as screens

    desk = desks.of(context)
    screen = screens.Screen(desk.language)
    house = desk.house
    demos.show(house, lambda: _open_door(house), screen, orders=count)
    if picture is not None:
        screen.picture(picture)


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
    worker.configure_logs()
    _end_with_parent()
    serve.run(desk.house, host=desk.settings.host, port=desk.settings.port)


@app.command(hidden=True)
def work(context: typer.Context) -> None:
    """Do what happens by itself after the commit: a process of `up`."""
    from orderloom.outbox import nats
    from orderloom.worker import run as worker

    house = desks.of(context).house
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


def _shipped_packs() -> dict[str, Pack]:
    from orderloom.world import packs

    return packs.shipped()


@contextlib.contextmanager
def _open_door(house: desks.House) -> Iterator[Path]:
    """Serve HTTP on a unix socket of our own, and work, in threads of this process."""
    from orderloom.api import serve
    from orderloom.worker import run as worker

    loop = asyncio.new_event_loop()
    with tempfile.TemporaryDirectory(prefix="orderloom-") as folder:
        path = Path(folder) / "door"
        task = loop.create_task(serve.serve(house, host="", port=0, socket=path))
        thread = threading.Thread(target=_serve, args=(loop, task), name="door")
        thread.start()
        loops = worker.Worker(house.database, house.hub)
        working = threading.Thread(target=loops.run, name="worker")
        working.start()
        try:
            until = time.monotonic() + limits.DOOR_START_SECONDS_MAX
            while not _listens(path):
                if task.done() or time.monotonic() > until:
                    raise DoorClosed(f"the HTTP door did not open at {path}")
                time.sleep(0.01)
            yield path
        finally:
            loop.call_soon_threadsafe(task.cancel)
            thread.join()
            loops.stop()
            working.join()


def _listens(path: Path) -> bool:
    with socket.socket(socket.AF_UNIX) as tried:
        return tried.connect_ex(str(path)) == 0


def _serve(loop: asyncio.AbstractEventLoop, task: "asyncio.Task[None]") -> None:
    with contextlib.suppress(asyncio.CancelledError):
        loop.run_until_complete(task)
    loop.close()


class DoorClosed(Exception):
    """The HTTP door could not be opened."""


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


def _aside(text: str) -> None:
    """Say something that is no answer: never on the standard output, which others may read."""
    sys.stderr.write(f"{text}\n")


def _log_quietly() -> None:
    """Warnings only, as lines on the standard error: answers stand alone on the standard output."""
    structlog.configure(
        wrapper_class=structlog.make_filtering_bound_logger("warning"),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper("iso"),
            structlog.processors.format_exc_info,
            structlog.processors.LogfmtRenderer(),
        ],
    )


if __name__ == "__main__":
    run()
