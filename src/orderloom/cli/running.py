"""orderloom up, down: one supervisor over the embedded server, the HTTP door and the workers."""

import contextlib
import socket
from typing import Annotated

import typer

from orderloom.cli import desk as desks
from orderloom.cli import serving
from orderloom.kit import clock, settings
from orderloom.kit.refusals import Refused

app = typer.Typer()


@app.command()
def up(
    context: typer.Context,
    workers: Annotated[int, typer.Option(min=1, max=32, help="Worker processes 工作进程数.")] = 2,
    keep_database: Annotated[
        bool, typer.Option("--keep-database", help="Leave the embedded server on 停止时保留数据库.")
    ] = False,
) -> None:
    """Serve: database, HTTP door and workers, until Ctrl-C 启动服务."""
    desk = desks.of(context)
    desk.serves = True
    chosen = desk.settings
    if _taken(chosen.host, chosen.port):
        desk.refuse(Refused("door.port_taken", {"host": chosen.host, "port": chosen.port}))
    # A database of one's own is not ours to stop, so nobody needs to know who serves from it.
    embedded = chosen.database_url is None
    known = serving.serving(settings.make_data_folder(chosen)) if embedded else contextlib.nullcontext()
    with known:
        _serve(desk, workers)
    if embedded and not keep_database:
        _stop(desk, force=False)
    desk.tell("已停止", "Stopped")


@app.command()
def down(
    context: typer.Context,
    force: Annotated[bool, typer.Option("--force", help="Even from under an `up` that serves 强制停止.")] = False,
) -> None:
    """Stop the embedded server of the data folder; what was acknowledged is kept 停止数据库."""
    desk = desks.of(context)
    chosen = desk.settings
    stopped = chosen.database_url is None and chosen.data.is_dir() and _stop(desk, force=force)
    if stopped is None:
        desk.refuse(Refused("up.running", {"folder": str(chosen.data)}))
    desk.tell(
        "数据库已停止" if stopped else "没有在运行的数据库",
        "The database is stopped" if stopped else "None was running",
    )


def _serve(desk: desks.Desk, workers: int) -> None:
    """Until SIGINT or SIGTERM."""
    from orderloom.cli.supervisor import Child, Supervisor

    host, port = desk.settings.host, desk.settings.port
    first = _first_workspace(desk)
    if first:
        desk.tell(
            f"工作区 {desk.workspace} 的第一把密钥（只显示这一次）：",
            f"The first key of workspace {desk.workspace} (shown once):",
        )
        desk.out.print(first, markup=False, soft_wrap=True)
    else:
        desk.tell("需要密钥：orderloom key create 名称", "For a key: orderloom key create NAME")
    _first_owner(desk)
    desk.tell("正在启动……", "Starting …")
    desk.close()
    children = [Child("door", ["door"]), *(Child(f"worker {number}", ["work"]) for number in range(1, workers + 1))]
    url = f"http://{host}:{port}"
    Supervisor(children, tell=lambda name, code: _died(desk, name, code)).run(
        ready=lambda: _answers(host, port),
        say_ready=lambda: desk.tell(
            f"已就绪：{url}（{workers} 个工作进程；Ctrl-C 停止）", f"Ready: {url} ({workers} workers; Ctrl-C stops)"
        ),
    )
    desk.tell("正在停止", "Stopping")


def _stop(desk: desks.Desk, *, force: bool) -> bool | None:
    """Stop the embedded server: whether one was running, None where it is left to an `up` that serves from it."""
    from orderloom.store import embedded

    with serving.ending(desk.settings.data) as unused:
        return embedded.stop(desk.settings.data) if unused or force else None


def _first_owner(desk: desks.Desk) -> None:
    """Print the link that lets the owner in, as long as nobody can sign in to the workspace."""
    from orderloom.actions import users
    from orderloom.cli import users as users_cli
    from orderloom.store import workspaces

    if workspaces.find(desk.house.database, name=desk.workspace) is None:
        return
    invited = users.first(desk.hub, actor=desks.ACTOR, now=clock.now())
    if isinstance(invited, Refused):
        desk.refuse(invited)
    if invited is not None:
        users_cli.link(desk, invited)


def _first_workspace(desk: desks.Desk) -> str:
    """Make the workspace and its first key when there is no workspace at all; the key's text, or nothing."""
    from orderloom.actions import keys, reference
    from orderloom.kit.ids import Ids
    from orderloom.store import workspaces

    database = desk.house.database
    if workspaces.listed(database):
        return ""
    now = clock.now()
    made = workspaces.create(database, name=desk.workspace, title=desk.workspace, now=now)
    if isinstance(made, Refused):
        desk.refuse(made)
    reference.found(desk.hub, values={}, actor=desks.ACTOR, now=now)
    key = keys.make(database, Ids(), keys.Wanted("first key", ["*"]), workspace=desk.workspace, now=now)
    if isinstance(key, Refused):
        desk.refuse(key)
    return key.text


def _taken(host: str, port: int) -> bool:
    """Whether something listens there already; asked before anything is started."""
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as tried:
        tried.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            tried.bind((host, port))
        except OSError:
            return True
    return False


def _answers(host: str, port: int) -> bool:
    try:
        with socket.create_connection((host, port), timeout=1):
            return True
    except OSError:
        return False


def _died(desk: desks.Desk, name: str, code: int) -> None:
    desk.tell(f"{name} 意外结束（{code}），正在重新启动", f"{name} ended ({code}) and is started again")
