"""orderloom flow: what is in force, what waits, trying one on an order, starting, ending and moving runs."""

import json
import uuid
from pathlib import Path
from typing import Annotated, Any

import typer

from orderloom.actions import documents, flows, loading
from orderloom.cli import desk as desks
from orderloom.cli import documents as document_verbs
from orderloom.domain.documents.versions import Published
from orderloom.domain.flows import definition
from orderloom.domain.orders import commands
from orderloom.kit import clock
from orderloom.kit.refusals import Refused
from orderloom.queries import flows as flows_query
from orderloom.queries import scopes
from orderloom.trials import flows as trials

app = typer.Typer()

Name = Annotated[str, typer.Argument(help="The flow's name 流程名.")]
RunId = Annotated[uuid.UUID, typer.Argument(help="As `flow runs` shows it 运行编号.")]
Trigger = Annotated[str, typer.Option(help="The trigger's node; else the first 触发节点.")]
Event = Annotated[str, typer.Option(help="The event as JSON 事件.")]
TELLER = flows.Teller(desks.ACTOR, desks.SOURCE)


@app.command(name="list")
def list_(context: typer.Context, as_json: desks.AsJson = False) -> None:
    """Flows in force and what starts them 生效中的流程."""
    desk = desks.of(context)
    with desk.reading() as connection:
        plans = desk.hub.reference(connection).flows.plans
    rows = [(each, [trigger.event or trigger.on for trigger in each.triggers]) for _, each in sorted(plans.items())]
    if as_json:
        desk.json([{"name": each.name, "version": each.version, "triggers": starts} for each, starts in rows])
        return
    columns = [
        desk.say("流程", "flow"),
        desk.say("版本", "version"),
        desk.say("说明", "title"),
        desk.say("触发", "starts"),
    ]
    desk.table(
        columns,
        [
            (each.name, str(each.version), desk.say(each.flow.title.zh, each.flow.title.en), ", ".join(starts))
            for each, starts in rows
        ],
    )


@app.command()
def runs(
    context: typer.Context,
    flow: Annotated[str, typer.Option(help="Only this flow 限流程.")] = "",
    order_no: Annotated[str, typer.Option("--order", help="Only this order 限订单.")] = "",
    state: Annotated[str, typer.Option(help="waiting, finished, failed, cancelled or all 状态.")] = "all",
    count: Annotated[int, typer.Option(min=1, max=500, help="Rows 行数.")] = 50,
    as_json: desks.AsJson = False,
) -> None:
    """Runs that outlived the moment they began in, the newest first 流程运行."""
    desk = desks.of(context)
    filters = flows_query.Filters(flow=flow or None, state=None if state == "all" else state, order_no=order_no or None)
    with desk.reading() as connection:
        page = flows_query.page(connection, viewer=desk.viewer, filters=filters, count=count)
    if as_json:
        desk.json(page.rows)
        return
    columns = ["id", desk.say("流程", "flow"), desk.say("关于", "about"), desk.say("状态", "state"),
               desk.say("停在", "stands at"), desk.say("等待", "waits for"), desk.say("到期", "due")]  # fmt: skip
    desk.table(
        columns,
        [
            (str(each.run_id), f"{each.flow} v{each.version}", each.order_no or each.record_no, each.state,
             ", ".join(each.nodes), ", ".join(each.waits), desk.at(each.due_at))
            for each in page.rows
        ],
    )  # fmt: skip


@app.command()
def show(context: typer.Context, run_id: RunId, as_json: desks.AsJson = False) -> None:
    """Every step of a run, with what was answered and by whom 查看运行."""
    desk = desks.of(context)
    shown = _shown(desk, run_id)
    if as_json:
        desk.json(shown)
        return
    run = shown.run
    desk.facts(
        {
            desk.say("流程", "flow"): f"{run.flow} v{run.version}",
            desk.say("关于", "about"): run.order_no or run.record_no or run.of,
            desk.say("状态", "state"): run.state,
        }
    )
    columns = [desk.say("时间", "at"), desk.say("经过", "what"), desk.say("节点", "node"), desk.say("出口", "exit"),
               desk.say("由谁", "by")]  # fmt: skip
    desk.table(columns, [(desk.at(each.at), each.what, each.node, each.exit, each.actor) for each in shown.passed])


@app.command()
def test(
    context: typer.Context,
    name: Name,
    order_no: Annotated[str, typer.Option("--order", help="The stored order to try it on 订单号.")] = "",
    record_no: Annotated[str, typer.Option("--record", help="Or the record, for a flow about records 记录号.")] = "",
    draft: Annotated[
        Path | None,
        typer.Option(help="A draft as `document show` prints it, or bare; else the flow in force 草稿文件."),
    ] = None,
    trigger: Trigger = "",
    event: Event = "{}",
    exits: Annotated[list[str] | None, typer.Option("--exit", help="node=exit, where answers lead 出口.")] = None,
    as_json: desks.AsJson = False,
) -> None:
    """Try a flow on an order or a record, or for the workspace: the way it would go; nothing is saved 试运行."""
    desk = desks.of(context)
    trial = trials.Trial(trigger, _event(event), dict(each.split("=", 1) for each in exits or () if "=" in each))
    tried_on = _tried_on(desk, name, draft)
    tried = _tried(desk, tried_on, trial, order_no=order_no, record_no=record_no)
    if as_json:
        desk.json(tried)
        return
    columns = [desk.say("时间", "at"), desk.say("节点", "node"), desk.say("出口", "exit")]
    desk.table(columns, [(desk.at(each.at), each.node, each.exit) for each in tried.path])
    desk.facts(
        {
            desk.say("状态", "state"): _stood(desk, tried.state),
            desk.say("会发生", "events"): ", ".join(tried.events),
            desk.say("会发出", "leaves"): ", ".join(each["topic"] for each in tried.outgoing),
            desk.say("中止原因", "failure"): str(tried.failure.get("code", "")),
        }
    )


@app.command()
def start(
    context: typer.Context,
    name: Name,
    numbers: Annotated[
        list[str] | None,
        typer.Argument(help="Orders or records to begin it on; none for the workspace's 订单号或记录号."),
    ] = None,
    trigger: Trigger = "",
    event: Event = "{}",
    as_json: desks.AsJson = False,
) -> None:
    """Begin a flow by hand on orders or records, or once for the workspace 手工启动."""
    desk = desks.of(context)
    with desk.reading() as connection:
        plan = desk.hub.reference(connection).flows.plans.get(name)
    asked: dict[str, Any] = {"flow": name, "trigger": trigger, "event": _event(event) or None, "teller": TELLER}
    if plan is not None and plan.of == definition.WORKSPACE:
        desk.outcomes([flows.start_errand(desk.hub, **asked, now=clock.now())], as_json=as_json)
        return
    if plan is not None and plan.of != definition.ORDER:
        desk.outcomes(flows.start_on_records(desk.hub, numbers or [], **asked, now=clock.now()), as_json=as_json)
        return
    order_ids = [_order(desk, each) for each in numbers or []]
    desk.outcomes(flows.start(desk.hub, order_ids, **asked, now=clock.now()), as_json=as_json)


@app.command()
def cancel(
    context: typer.Context,
    run_id: RunId,
    reason: Annotated[str, typer.Option(help="Why 原因.")] = "",
) -> None:
    """End a run that waits; what it has done stays 结束运行."""
    desk = desks.of(context)
    [ended] = flows.end(desk.hub, [run_id], reason=reason, teller=TELLER, now=clock.now())
    refused = ended if isinstance(ended, Refused) else ended.refused
    if refused is not None:
        desk.refuse(refused)
    desk.tell(f"运行 {run_id} 已结束", f"Run {run_id} is ended")


@app.command()
def move(
    context: typer.Context,
    name: Name,
    apply: Annotated[bool, typer.Option("--apply", help="Move those that fit 移动相符的.")] = False,
    as_json: desks.AsJson = False,
) -> None:
    """Which waiting runs fit the version in force, and with --apply move them to it 运行换版."""
    desk = desks.of(context)
    with desk.reading() as connection:
        plan = desk.hub.reference(connection).flows.plans.get(name)
        if plan is None:
            desk.refuse(Refused("flow.unknown", {"flow": name}))
        fits = flows_query.fitting(connection, viewer=desk.viewer, plan=plan)
    if apply:
        fitting = [each.run_id for each in fits if each.fits]
        flows.move(desk.hub, fitting, version=plan.version, teller=TELLER, now=clock.now())
    if as_json:
        desk.json(fits)
        return
    columns = ["id", desk.say("订单", "order"), desk.say("版本", "version"), desk.say("相符", "fits"),
               desk.say("不符之处", "differs at")]  # fmt: skip
    desk.table(
        columns,
        [
            (str(each.run_id), each.order_no, str(each.version), desk.say("是" if each.fits else "否", str(each.fits)),
             ", ".join(each.nodes))
            for each in fits
        ],
    )  # fmt: skip


def _tried(desk: desks.Desk, draft: Published, trial: trials.Trial, *, order_no: str, record_no: str) -> trials.Tried:
    now = clock.now()
    if draft.content.get("of", definition.ORDER) != definition.ORDER:
        with desk.reading() as connection:
            reference = desk.hub.reference(connection)
            tried = trials.on_record(connection, reference, record_no, draft=draft, trial=trial, now=now)
        if isinstance(tried, Refused):
            desk.refuse(tried)
        return tried
    order_id = _order(desk, order_no)
    asked = commands.Retry(command_id=desk.hub.ids.new(now), actor=desks.ACTOR, source="hub", at=now, order_id=order_id)
    with desk.hub.database.workspace(desk.hub.workspace) as connection:
        loaded = loading.load(connection, desk.hub, [asked], now=now, locked=False)
    return trials.run(loaded, order_id, draft=draft, trial=trial)


def _shown(desk: desks.Desk, run_id: uuid.UUID) -> flows_query.Shown:
    with desk.reading() as connection:
        shown = flows_query.one(connection, run_id, viewer=desk.viewer)
    if shown is None:
        desk.refuse(Refused("flow.run_unknown", {"run_id": str(run_id)}))
    return shown


def _order(desk: desks.Desk, order_no: str) -> uuid.UUID:
    with desk.reading() as connection:
        found = scopes.orders(connection, desk.viewer, [order_no]).get(order_no)
    if found is None:
        desk.refuse(Refused("order.unknown", {"order_id": order_no}))
    return found.order_id


def _event(text: str) -> dict[str, Any]:
    try:
        read = json.loads(text)
    except ValueError:
        raise typer.BadParameter(text, param_hint="--event") from None
    if not isinstance(read, dict):
        raise typer.BadParameter(text, param_hint="--event")
    return read


def _stood(desk: desks.Desk, state: str) -> str:
    if state != "not_started":
        return state
    return desk.say(
        "not_started：触发条件对这张订单不成立", "not_started: the trigger's filter does not hold for this order"
    )


def _tried_on(desk: desks.Desk, name: str, draft: Path | None) -> Published:
    with desk.reading() as connection:
        published = desk.hub.reference(connection).documents.get("flow", {}).get(name)
    if draft is None:
        if published is None:
            desk.refuse(Refused("flow.unknown", {"flow": name}))
        return published
    content, _ = document_verbs.read(desk, draft)
    judged = documents.check(desk.hub, [documents.Proposal("flow", name, content)], cases=False)
    if isinstance(judged, Refused):
        desk.refuse(judged)
    first = next((each.finding for each in judged if each.finding.level == "error"), None)
    if first is not None:
        desk.refuse(Refused(first.code, {"path": first.path, **first.data}))
    return Published(name, published.version + 1 if published is not None else 1, content)
