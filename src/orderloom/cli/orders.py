"""orderloom order: place, list, show, timeline, why, amend, cancel, hold, release, pay, split, retry."""

import re
import uuid
from decimal import Decimal
from typing import Annotated, Any

import typer

from orderloom.actions import loading, orders
from orderloom.cli import desk as desks
from orderloom.cli import order_tables as tables
from orderloom.deciding import dictionaries
from orderloom.domain import phones
from orderloom.domain.mappings import drafts
from orderloom.domain.orders import commands, door, state
from orderloom.inbox import persons
from orderloom.kit import clock, limits
from orderloom.kit.refusals import Refused
from orderloom.queries import orders as orders_query
from orderloom.queries import scopes
from orderloom.queries import timeline as timeline_query
from orderloom.queries import why as why_query
from orderloom.store import facts
from orderloom.trials import preview as previews

app = typer.Typer()

OrderNo = Annotated[str, typer.Argument(help="OL-20260218-000123 订单号.")]
OrderNos = Annotated[list[str], typer.Argument(help="One or more order numbers 订单号.")]
Reason = Annotated[str, typer.Option(help="Why; stands in the log 原因.")]
Lines = Annotated[
    list[str] | None, typer.Option("--line", help="SKU:QUANTITY[UNIT][@PRICE], such as K10:2箱@899; may repeat 明细.")
]
_LINE = re.compile(r"(?P<sku>[^:@\s]+):(?P<quantity>\d+(\.\d+)?)(?P<unit>[^\d@\s][^@\s]*)?(@(?P<price>\d+(\.\d+)?))?")


@app.command()
def place(
    context: typer.Context,
    channel: Annotated[str, typer.Option(help="Where the customer bought 渠道.")],
    line: Lines = None,
    external_no: Annotated[str, typer.Option(help="The channel's own number; none: ours 渠道单号.")] = "",
    customer: Annotated[str, typer.Option(help="Customer number 客户编号.")] = "",
    name: Annotated[str, typer.Option(help="Consignee 收货人.")] = "",
    phone: Annotated[str, typer.Option(help="The consignee's phone 收货人手机.")] = "",
    address: Annotated[str, typer.Option(help="Whole address as pasted 收货地址.")] = "",
    payment: Annotated[str, typer.Option(help="credit, alipay, cod … 支付方式.")] = "",
    paid: Annotated[str, typer.Option(help="What was paid already 已付金额.")] = "",
    custom: Annotated[list[str] | None, typer.Option(help="Own field NAME=VALUE; may repeat 自定义字段.")] = None,
    tag: Annotated[list[str] | None, typer.Option(help="May repeat 标签.")] = None,
    as_json: desks.AsJson = False,
) -> None:
    """Place one order as a sales desk does: a rule may refuse it and says what to do 下单."""
    desk = desks.of(context)
    now = clock.now()
    hub = desk.hub
    with desk.reading() as connection:
        known = hub.reference(connection).channels.get(channel)
    if known is None:
        desk.refuse(Refused("channel.unknown", {"channel": channel}))
    read = phones.read(phone)
    person = persons.located(drafts.Person(name=name, phone=read.number, phone_state=read.state, address=address))
    draft = drafts.Draft(
        external_no=external_no,
        customer_no=customer,
        consignee=person,
        buyer=person,
        payment_method=payment,
        currency=known.currency,
        placed_at=now,
        lines=_priced(desk, _lines(desk, line or [])),
        paid=Decimal(desk.minor(paid, known.currency)) / 100 if paid else None,
        custom=_customs(desk, custom or []),
        tags=tag or [],
    )
    placing = orders.Placing(draft, command_id=hub.ids.new(now))
    [outcome] = orders.place(hub, [placing], origin=desk.origin(channel), now=now)
    desk.outcome(outcome, as_json=as_json)


@app.command(name="list")
def list_(
    context: typer.Context,
    stage: Annotated[str | None, typer.Option(help="received, allocated, shipped … 阶段.")] = None,
    channel: Annotated[str | None, typer.Option(help="渠道.")] = None,
    customer: Annotated[str | None, typer.Option(help="客户编号.")] = None,
    held: Annotated[bool | None, typer.Option("--held/--not-held", help="On hold or not 是否挂起.")] = None,
    since: Annotated[str, typer.Option(help="Placed at or after, such as 2026-02-18 下单不早于.")] = "",
    external_no: Annotated[str | None, typer.Option(help="渠道单号.")] = None,
    count: Annotated[int, typer.Option(min=1, max=limits.PAGE_ROWS_MAX, help="At most so many 最多.")] = 20,
    after: Annotated[str | None, typer.Option(help="The cursor that the page before ended with 游标.")] = None,
    where: Annotated[
        list[str], typer.Option("--where", help="Own field=value, of filterable ones; may repeat 自定义字段=值.")
    ] = [],  # noqa: B006 - typer copies it.
    as_json: desks.AsJson = False,
) -> None:
    """Orders, the newest first 列出."""
    desk = desks.of(context)
    filters = orders_query.Filters(
        stage=stage, channel=channel, customer_no=customer, held=held, external_no=external_no,
        placed_from=desk.instant(since) if since else None,
        custom=_own(desk, where),
    )  # fmt: skip
    with desk.reading() as connection:
        page = orders_query.page(connection, viewer=desk.viewer, filters=filters, cursor=after, count=count)
    if as_json:
        desk.json(page)
        return
    tables.listed(desk, page)


def _own(desk: desks.Desk, where: list[str]) -> tuple[tuple[str, str], ...]:
    """Own fields and what they must be."""
    said = {name: value for name, _, value in (each.partition("=") for each in where)}
    with desk.reading() as connection:
        fields = dictionaries.of(desk.hub.reference(connection), "order") if said else None
    found = orders_query.custom(fields.dictionary if fields is not None else None, said)
    if isinstance(found, Refused):
        desk.refuse(found)
    return found


@app.command()
def show(context: typer.Context, order_no: OrderNo, as_json: desks.AsJson = False) -> None:
    """One order as it stands 查看."""
    desk = desks.of(context)
    with desk.reading() as connection:
        found = orders_query.detail(connection, viewer=desk.viewer, order_no=order_no)
    if found is None:
        desk.refuse(Refused("order.unknown", {"order_id": order_no}))
    if as_json:
        desk.json(found)
        return
    tables.shown(desk, found)


@app.command()
def timeline(context: typer.Context, order_no: OrderNo, as_json: desks.AsJson = False) -> None:
    """All that happened to an order, and why 时间线."""
    desk = desks.of(context)
    with desk.reading() as connection:
        told = timeline_query.tell(connection, viewer=desk.viewer, order_no=order_no)
    if told is None:
        desk.refuse(Refused("order.unknown", {"order_id": order_no}))
    if as_json:
        desk.json(told)
        return
    tables.told(desk, told)


@app.command()
def why(context: typer.Context, order_no: OrderNo, as_json: desks.AsJson = False) -> None:
    """Why an order is as it is: each decision, who decided, and why not otherwise 为什么."""
    desk = desks.of(context)
    with desk.reading() as connection:
        reference = desk.hub.reference(connection)
        told = why_query.tell(connection, viewer=desk.viewer, reference=reference, order_no=order_no)
    if told is None:
        desk.refuse(Refused("order.unknown", {"order_id": order_no}))
    if as_json:
        desk.json(told)
        return
    tables.reasons(desk, told)


@app.command()
def amend(
    context: typer.Context,
    order_no: OrderNo,
    reason: Reason,
    line: Lines = None,
    remove: Annotated[list[int] | None, typer.Option(help="Line number to remove; may repeat 删行.")] = None,
    carrier: Annotated[str | None, typer.Option(help="The carrier the customer names 指定承运商.")] = None,
    packing: Annotated[str | None, typer.Option(help="Special packing 特殊包装.")] = None,
    custom: Annotated[list[str] | None, typer.Option(help="Own field NAME=VALUE; may repeat 自定义字段.")] = None,
    preview: Annotated[bool, typer.Option("--preview", help="Only show the difference 只预览.")] = False,
    as_json: desks.AsJson = False,
) -> None:
    """Change an order: stock, credit, money and promise are worked out again. A --line of a SKU that the order has
    replaces that line, another is added 修改."""
    desk = desks.of(context)
    now = clock.now()
    found = _detail(desk, order_no)
    stated = orders.lines_of(_lines(desk, line or []), _known(desk, line or []), found.currency)
    if isinstance(stated, Refused):
        desk.refuse(stated)
    changed: dict[str, Any] = {f"custom.{key}": value for key, value in _customs(desk, custom or []).items()}
    changed |= {"carrier_requested": carrier} if carrier is not None else {}
    changed |= {"packing_request": packing} if packing is not None else {}
    change = {"changed": changed, "lines_set": _numbered(found, stated), "lines_removed": remove or []}
    if not preview:
        desk.outcome(
            orders.amend(desk.hub, found.order_id, origin=desk.origin(), now=now, change=change, reason=reason),
            as_json=as_json,
        )
        return
    command = commands.Amend(
        command_id=desk.hub.ids.new(now), actor=desks.ACTOR, source=desks.SOURCE, at=now, order_id=found.order_id,
        reason=reason, **change,
    )  # fmt: skip
    with desk.reading() as connection:
        loaded = loading.load(connection, desk.hub, [command], now=now, locked=False)
        shown = previews.change(loaded, command)
    if isinstance(shown, Refused):
        desk.refuse(shown)
    if as_json:
        desk.json(shown)
    else:
        tables.differing(desk, shown)


@app.command()
def cancel(context: typer.Context, order_nos: OrderNos, reason: Reason, as_json: desks.AsJson = False) -> None:
    """Cancel what has not left the house 取消."""
    desk = desks.of(context)
    found = _found(desk, order_nos)
    done = orders.cancel(
        desk.hub, [each.order_id for each in found], reason=reason, origin=desk.origin(), now=clock.now()
    )
    desk.outcomes(done, as_json=as_json)


@app.command()
def hold(
    context: typer.Context,
    order_no: OrderNo,
    reason: Reason,
    code: Annotated[str, typer.Option(help="A short name for it 代码.")] = "hold.by_hand",
    blocks: Annotated[list[str] | None, typer.Option(help="Steps that wait; may repeat 等待的步骤.")] = None,
    owner: Annotated[str, typer.Option(help="Who says when it may go on 负责人.")] = "",
    line_no: Annotated[int | None, typer.Option(help="Only this line 只限一行.")] = None,
    as_json: desks.AsJson = False,
) -> None:
    """Let an order wait 挂起."""
    desk = desks.of(context)
    now = clock.now()
    put_on = state.Hold(
        code, state.Text(reason, reason), owner=owner, blocks=blocks or [*door.BLOCKS_DEFAULT], line_no=line_no, at=now
    )
    [found] = _found(desk, [order_no])
    desk.outcome(orders.hold(desk.hub, found.order_id, hold=put_on, origin=desk.origin(), now=now), as_json=as_json)


@app.command()
def release(
    context: typer.Context,
    order_no: OrderNo,
    code: Annotated[str, typer.Argument(help="The hold, as `order show` names it 挂起代码.")],
    reason: Reason,
    line_no: Annotated[int | None, typer.Option(help="The line it is on 行.")] = None,
    as_json: desks.AsJson = False,
) -> None:
    """Take a hold off; what waited for it goes on 解除挂起."""
    desk = desks.of(context)
    [found] = _found(desk, [order_no])
    done = orders.release(
        desk.hub, found.order_id, code=code, line_no=line_no, reason=reason, origin=desk.origin(), now=clock.now()
    )
    desk.outcome(done, as_json=as_json)


@app.command(context_settings={"ignore_unknown_options": True})
def pay(
    context: typer.Context,
    order_no: OrderNo,
    amount: Annotated[str, typer.Argument(help="Negative: paid back 金额，退款为负.")],
    payment_no: Annotated[str, typer.Option(help="Counted once under this number 支付单号.")],
    method: Annotated[str, typer.Option(help="alipay, wechat, bank … 方式.")] = "bank",
    as_json: desks.AsJson = False,
) -> None:
    """Book money for an order 收款."""
    desk = desks.of(context)
    now = clock.now()
    [found] = _found(desk, [order_no])
    payment = state.Payment(payment_no, method, desk.minor(amount, found.currency), now)
    desk.outcome(orders.pay(desk.hub, found.order_id, payment=payment, origin=desk.origin(), now=now), as_json=as_json)


@app.command()
def split(
    context: typer.Context,
    order_no: OrderNo,
    shipment_no: Annotated[str, typer.Argument(help="The shipment to split 发货单号.")],
    line: Annotated[list[str], typer.Option(help="LINE:UNITS that move, such as 1:2; may repeat 移出的行与数量.")],
    as_json: desks.AsJson = False,
) -> None:
    """Move units of a shipment into one of their own 拆分."""
    desk = desks.of(context)
    moved: list[state.ShipmentLine] = []
    for each in line:
        number, _, units = each.partition(":")
        if not (number.isascii() and number.isdigit() and units.isascii() and units.isdigit()):
            raise typer.BadParameter(
                desk.say(f"写成 行号:数量，不是 {each}", f"write LINE:UNITS, not {each}"), param_hint="--line"
            )
        moved.append(state.ShipmentLine(order_no, int(number), int(units)))
    [found] = _found(desk, [order_no])
    done = orders.split(
        desk.hub, found.order_id, shipment_no=shipment_no, lines=moved, origin=desk.origin(), now=clock.now()
    )
    desk.outcome(done, as_json=as_json)


@app.command()
def retry(context: typer.Context, order_nos: OrderNos, as_json: desks.AsJson = False) -> None:
    """Decide again what orders still lack: stock that came, credit that was granted 重试."""
    desk = desks.of(context)
    found = _found(desk, order_nos)
    done = orders.retry(desk.hub, [each.order_id for each in found], origin=desk.origin(), now=clock.now())
    desk.outcomes(done, as_json=as_json)


@app.command()
def resume(
    context: typer.Context,
    draft_id: Annotated[str, typer.Argument(help="The refused attempt: its outcome's command_id 草稿编号.")],
    as_json: desks.AsJson = False,
) -> None:
    """Try a refused attempt again, as it was: after a grant, a deposit, or a change of the rule 重提草稿."""
    desk = desks.of(context)
    try:
        wanted = uuid.UUID(draft_id)
    except ValueError:
        desk.refuse(Refused("draft.unknown", {"draft_id": draft_id}))
    desk.outcomes([orders.resume(desk.hub, wanted, origin=desk.origin(), now=clock.now())], as_json=as_json)


def _found(desk: desks.Desk, order_nos: list[str]) -> list[scopes.Found]:
    """The orders of these numbers; ends the run at the first that is not there."""
    with desk.reading() as connection:
        known = scopes.orders(connection, desk.viewer, order_nos)
    for each in order_nos:
        if each not in known:
            desk.refuse(Refused("order.unknown", {"order_id": each}))
    return [known[each] for each in order_nos]


def _detail(desk: desks.Desk, order_no: str) -> state.Order:
    with desk.reading() as connection:
        found = orders_query.detail(connection, viewer=desk.viewer, order_no=order_no)
    if found is None:
        desk.refuse(Refused("order.unknown", {"order_id": order_no}))
    return found.order


def _lines(desk: desks.Desk, stated: list[str]) -> list[drafts.Line]:
    made: list[drafts.Line] = []
    for number, each in enumerate(stated, 1):
        read = _LINE.fullmatch(each)
        if read is None:
            say = desk.say(
                f"明细写成 货号:数量[单位][@单价]，不是 {each}", f"write SKU:QUANTITY[UNIT][@PRICE], not {each}"
            )
            raise typer.BadParameter(say, param_hint="--line")
        price = Decimal(read["price"]) if read["price"] else None
        made.append(
            drafts.Line(
                number, read["sku"], Decimal(read["quantity"]), unit=read["unit"] or "", price=price, main=number == 1
            )
        )
    return made


def _known(desk: desks.Desk, stated: list[str]) -> dict[str, Any]:
    with desk.reading() as connection:
        return facts.skus(connection, {each.partition(":")[0] for each in stated})


def _priced(desk: desks.Desk, lines: list[drafts.Line]) -> list[drafts.Line]:
    """Lines without a price take the catalogue's, per stated unit."""
    with desk.reading() as connection:
        known = facts.skus(connection, {each.sku for each in lines})
    for each in lines:
        sku = known.get(each.sku)
        if each.price is None and sku is not None and sku.price is not None:
            each.price = sku.price * (sku.factor(each.unit) or 1)
    return lines


def _numbered(found: state.Order, stated: list[state.Line]) -> list[state.Line]:
    """Line numbers of an amendment: the one that the order's SKU has, else the next."""
    numbers = {line.sku: line.line_no for line in found.lines if not line.gift}
    prices = {line.sku: line for line in found.lines}
    following = max((line.line_no for line in found.lines), default=0)
    for line in stated:
        if line.sku not in numbers:
            following += 1
            numbers[line.sku] = following
        line.line_no, line.main = numbers[line.sku], False
        before = prices.get(line.sku)
        if before is not None and not line.price:
            line.price, line.main = before.price, before.main
            line.amount_minor = before.amount_minor * line.quantity // before.quantity
    return stated


def _customs(desk: desks.Desk, stated: list[str]) -> dict[str, str]:
    made: dict[str, str] = {}
    for each in stated:
        name, sign, value = each.partition("=")
        if not name or not sign:
            raise typer.BadParameter(
                desk.say(f"写成 名称=值，不是 {each}", f"write NAME=VALUE, not {each}"), param_hint="--custom"
            )
        made[name] = value
    return made
