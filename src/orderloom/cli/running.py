"""orderloom up, down: one supervisor over the embedded server, the HTTP door and the workers."""

import socket
from typing import Annotated

import typer

from orderloom.cli import desk as desks
from orderloom.kit import clock
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
    from orderloom.cli.supervisor import Child, Supervisor
    from orderloom.store import embedded

    desk = desks.of(context)
    chosen = desk.settings
    if _taken(chosen.host, chosen.port):
        desk.refuse(Refused("door.port_taken", {"host": chosen.host, "port": chosen.port}))
    first = _first_workspace(desk)
    if first:
        desk.tell(
            f"工作区 {desk.workspace} 的第一把密钥（只显示这一次）：",
            f"The first key of workspace {desk.workspace} (shown once):",
        )
        desk.out.print(first, markup=False, soft_wrap=True)
    else:
        desk.tell("需要密钥：orderloom key create 名称", "For a key: orderloom key create NAME")
    desk.tell("正在启动……", "Starting …")
    desk.close()
    children = [Child("door", ["door"]), *(Child(f"worker {number}", ["work"]) for number in range(1, workers + 1))]
    url = f"http://{chosen.host}:{chosen.port}"
    Supervisor(children, tell=lambda name, code: _died(desk, name, code)).run(
        ready=lambda: _answers(chosen.host, chosen.port),
        say_ready=lambda: desk.tell(
            f"已就绪：{url}（{workers} 个工作进程；Ctrl-C 停止）", f"Ready: {url} ({workers} workers; Ctrl-C stops)"
        ),
    )
    desk.tell("正在停止", "Stopping")
    if chosen.database_url is None and not keep_database:
        embedded.stop(chosen.data)
    desk.tell("已停止", "Stopped")


@app.command()
def down(context: typer.Context) -> None:
    """Stop the embedded server of the data folder; refuses nothing that was acknowledged 停止数据库."""
    from orderloom.store import embedded

    desk = desks.of(context)
    stopped = desk.settings.database_url is None and embedded.stop(desk.settings.data)
    desk.tell(
        "数据库已停止" if stopped else "没有在运行的数据库",
        "The database is stopped" if stopped else "None was running",
    )


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
