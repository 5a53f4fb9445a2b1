"""orderloom check: prove that the workspace is as it must be."""

import contextlib
from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated

import typer

from orderloom.cli import desk as desks
from orderloom.kit import clock, limits

if TYPE_CHECKING:
    from orderloom.queries import check as check_query

app = typer.Typer()


@app.command()
def check(
    context: typer.Context,
    whole: Annotated[bool, typer.Option("--whole", help="Everything, not only since the last proof 全部.")] = False,
    processes: Annotated[int, typer.Option(min=1, max=limits.PROOF_PROCESSES_MAX, help="In parallel 并行数.")] = 1,
    as_json: desks.AsJson = False,
) -> None:
    """Prove stock, credit, money, log and rows; ends with 1 when something is not as it must be 核对."""
    from orderloom.queries import check as check_query

    desk = desks.of(context)
    hub = desk.hub
    plan = check_query.Plan(whole=whole, processes=processes)
    with showing(desk) as progress:
        proof = check_query.prove(
            hub.database, hub.workspace, proof_id=hub.ids.new(clock.now()), clock=clock.now, plan=plan,
            progress=progress,
        )  # fmt: skip
    tell(desk, proof, as_json=as_json)


@contextlib.contextmanager
def showing(desk: desks.Desk) -> "Iterator[check_query.Progress]":
    """A progress bar on the standard error, where it disturbs no answer."""
    from rich.console import Console
    from rich.progress import Progress

    with Progress(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(desk.say("核对", "proving"), total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)


def tell(desk: desks.Desk, proof: "check_query.Proof", *, as_json: bool) -> None:
    """What was proved, what was found; findings end the run with 1."""
    if as_json:
        desk.json(proof)
    else:
        rows = [(_said(desk, name), f"{count:,}") for name, count in proof.counts.items()]
        desk.table([desk.say("证明了", "proved"), desk.say("数量", "count")], rows, right=(1,))
        for finding in proof.findings:
            told = finding.told()
            desk.out.print(f"✘ {finding.code}  {desk.say(told.zh, told.en)}", markup=False, style="red")
        took = (proof.finished_at - proof.started_at).total_seconds()
        if not proof.findings:
            desk.tell(
                f"✔ 全部相符，到位置 {proof.position}，{took:.2f} 秒",
                f"✔ All agree up to position {proof.position}, {took:.2f} s",
            )
    if proof.findings:
        raise typer.Exit(1)


def _said(desk: desks.Desk, name: str) -> str:
    from orderloom.domain import words

    word = words.of("proofs", name)
    return desk.say(word.zh, word.en)
