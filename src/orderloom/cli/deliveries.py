"""Logs of deliveries, to webhooks and by messengers: what was handed over, waits or was rejected."""

from typing import Annotated, Any

import typer

from orderloom.cli import desk as desks
from orderloom.kit import limits
from orderloom.kit.refusals import Refused
from orderloom.queries import deliveries

Count = Annotated[int, typer.Option(min=1, max=limits.PAGE_ROWS_MAX, help="How many 多少条.")]


def told(desk: desks.Desk, page: deliveries.Page, *, as_json: bool) -> None:
    """A page of a log."""
    if as_json:
        desk.json(page)
        return
    columns = ["id", desk.say("内容", "about"), desk.say("状态", "state"), desk.say("次数", "attempts"),
               desk.say("下次或完成", "due or done"), desk.say("回应", "answer")]  # fmt: skip
    rows = [
        (str(each.delivery_id), each.about, each.state, str(each.attempts), desk.at(each.done_at or each.due_at),
         _said(each.result))
        for each in page.rows
    ]  # fmt: skip
    desk.table(columns, rows, right=(3,))


def handed_on(desk: desks.Desk, answer: Any, *, log: str) -> None:
    """What is tried is handed on to a worker; `log` is the verb that shows what came of it. Ends a run refused."""
    if isinstance(answer, Refused):
        desk.refuse(answer)
    desk.tell(f"已交给工作进程，结果见 orderloom {log}", f"Handed on; see orderloom {log}")


def _said(result: dict[str, object] | None) -> str:
    if not result:
        return ""
    return str(result.get("reason") or ", ".join(f"{name} {value}" for name, value in result.items()))
