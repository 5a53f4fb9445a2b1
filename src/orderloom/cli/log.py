"""orderloom log: verify it, follow it, write it out."""

import time
from pathlib import Path
from typing import Annotated

import msgspec
import typer

from orderloom.cli import checks
from orderloom.cli import desk as desks
from orderloom.domain import words
from orderloom.kit import clock, limits
from orderloom.queries import check, events

app = typer.Typer()

_FOLLOW_SECONDS = 0.5
_encode = msgspec.json.Encoder(decimal_format="string").encode


@app.command()
def verify(
    context: typer.Context,
    processes: Annotated[int, typer.Option(min=1, max=limits.PROOF_PROCESSES_MAX, help="In parallel 并行数.")] = 2,
    as_json: desks.AsJson = False,
) -> None:
    """Replay the whole log and compare: its chains, its seals, every row that is its fold 校验."""
    desk = desks.of(context)
    hub = desk.hub
    with checks.showing(desk) as progress:
        proof = check.verify(
            hub.database, hub.workspace, proof_id=hub.ids.new(clock.now()), clock=clock.now, processes=processes,
            progress=progress,
        )  # fmt: skip
    checks.tell(desk, proof, as_json=as_json)


@app.command()
def tail(
    context: typer.Context,
    count: Annotated[int, typer.Option(min=1, max=limits.PAGE_ROWS_MAX, help="The last so many 最近几条.")] = 20,
    follow: Annotated[bool, typer.Option("--follow", "-f", help="Go on until Ctrl-C 持续显示.")] = False,
    as_json: desks.AsJson = False,
) -> None:
    """The last events; they have a position once a worker has sealed them 最近事件."""
    desk = desks.of(context)
    with desk.reading() as connection:
        position = max(0, events.last_position(connection) - count)
    while True:
        with desk.reading() as connection:
            read = events.after(connection, viewer=desk.viewer, position=position)
        for each in read.events:
            if as_json:
                desk.out.print(_encode(each).decode(), markup=False, soft_wrap=True)
            else:
                word = words.event(each.type)
                name = desk.say(word.zh, word.en)
                said = f"{each.position:>8}  {desk.at(each.at)}  {each.type:<22} {name}  {each.actor}"
                desk.out.print(said, markup=False, soft_wrap=True)
        position = read.position
        if not follow:
            return
        if not read.events:
            time.sleep(_FOLLOW_SECONDS)


@app.command()
def export(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(help="The NDJSON file to write 文件.")],
    after: Annotated[int, typer.Option(min=0, help="Only events after this position 起始位置.")] = 0,
) -> None:
    """Write every event with a position, one JSON object a line 导出."""
    desk = desks.of(context)
    position, written = after, 0
    with desk.writing(file) as target, desk.working("正在导出", "Exporting"):
        while True:
            with desk.reading() as connection:
                read = events.after(connection, viewer=desk.viewer, position=position)
            target.writelines(_encode(each) + b"\n" for each in read.events)
            written += len(read.events)
            if read.position == position:
                break
            position = read.position
    desk.tell(f"已导出 {written:,} 条事件，到位置 {position}", f"{written:,} events written, up to position {position}")
