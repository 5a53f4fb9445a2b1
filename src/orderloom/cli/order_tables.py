"""How orders are shown on a terminal: the list, one order, its story, a difference."""

from collections.abc import Mapping
from typing import Any

import msgspec

from orderloom.cli.desk import Desk
from orderloom.deciding.reference import Reference
from orderloom.domain import reasons as reasons_domain
from orderloom.domain import words
from orderloom.domain.orders import state
from orderloom.queries import orders as orders_query
from orderloom.queries import timeline as timeline_query
from orderloom.queries import why as why_query
from orderloom.trials import preview as previews

_SHOWN_CHARS_MAX = 60


def listed(desk: Desk, page: orders_query.Page) -> None:
    """A page of orders."""
    columns = [desk.say("订单号", "order"), desk.say("渠道", "channel"), desk.say("渠道单号", "external no."),
               desk.say("阶段", "stage"), desk.say("等级", "grade"), desk.say("金额", "total"),
               desk.say("下单", "placed"), desk.say("挂起", "holds")]  # fmt: skip
    rows = [
        (each.order_no, each.channel, each.external_no, stage(desk, each.stage), _grade(desk, each.grade),
         desk.amount(each.total_minor, each.currency), desk.at(each.placed_at),
         desk.say("；", "; ").join(_hold(desk, hold) for hold in each.holds))
        for each in page.rows
    ]  # fmt: skip
    desk.table(columns, rows, right=(5,))
    desk.not_whole(page.indexing)
    if page.next is not None:
        desk.tell(f"还有更多：--after {page.next}", f"There are more: --after {page.next}")


def shown(desk: Desk, found: orders_query.Detail) -> None:
    """One order as it stands."""
    order = found.order
    place = " ".join(filter(None, (order.consignee.province, order.consignee.city, order.consignee.district)))
    desk.facts(
        {
            desk.say("订单号", "order"): f"{order.order_no}  {order.channel} {order.external_no}",
            desk.say("阶段", "stage"): f"{stage(desk, order.stage)}  {_grade(desk, order.grade)} {order.priority}",
            desk.say("客户", "customer"): f"{order.customer_no}  {place}",
            desk.say("金额", "money"): _money(desk, order),
            desk.say("承诺", "promised"): desk.at(order.promise.promised_at if order.promise else None),
        }
    )
    for hold in order.holds:
        said = hold.reason.zh if desk.language == "zh" else hold.reason.en
        desk.tell(f"挂起 {hold.code}（{hold.owner}）：{said}", f"On hold {hold.code} ({hold.owner}): {said}")
    columns = ["#", "SKU", desk.say("数量", "quantity"), desk.say("单价", "price"), desk.say("金额", "amount"),
               desk.say("优惠", "off"), desk.say("缺", "short"), ""]  # fmt: skip
    rows = [
        (str(line.line_no), line.sku, str(line.quantity), f"{line.price:f}",
         desk.amount(line.amount_minor, order.currency), desk.amount(line.discount_minor, order.currency),
         str(order.backordered.get(line.line_no, "")), desk.say("赠品", "gift") if line.gift else "")
        for line in order.lines
    ]  # fmt: skip
    desk.table(columns, rows, right=(0, 2, 3, 4, 5, 6))
    shipments = [
        (each.shipment_no, each.warehouse, stage(desk, each.stage), each.carrier, desk.at(each.stage_at))
        for each in found.shipments
    ]
    if shipments:
        desk.table([desk.say("发货单", "shipment"), desk.say("仓库", "warehouse"), desk.say("阶段", "stage"),
                    desk.say("承运商", "carrier"), desk.say("时间", "since")], shipments)  # fmt: skip


def told(desk: Desk, story: timeline_query.Timeline) -> None:
    """An order's story: each event with who and why, then the time in each stage."""
    columns = [desk.say("时间", "at"), desk.say("事件", "event"), desk.say("谁", "who"), desk.say("为什么", "why")]
    with desk.reading() as connection:
        reference = desk.hub.reference(connection)
    rows = [(desk.at(each.at), desk.say(each.zh, each.en), f"{each.actor} ({each.source})", _why(desk, each, reference))
            for each in story.items]  # fmt: skip
    desk.table(columns, rows)
    stays = [(desk.say(each.zh, each.en), desk.at(each.since), _lasted(desk, each.seconds)) for each in story.stays]
    desk.table([desk.say("阶段", "stage"), desk.say("自", "since"), desk.say("历时", "lasted")], stays, right=(2,))


def reasons(desk: Desk, told_: why_query.Whys) -> None:
    """Each decision in a block: what, its parts, the rows that decided with the values they met, and the others."""
    for each in told_.decisions:
        desk.tell(f"【{each.point}】{each.zh}", f"[{each.point}] {each.en}")
        for part in each.parts:
            desk.tell(f"    · {part.zh}", f"    · {part.en}")
        for row in each.because:
            met = ", ".join(f"{one.name} {one.cell} ← {_brief(one.seen)}" for one in row.conditions if one.path)
            named = f"{row.document} v{row.version} #{row.row}"
            desk.tell(f"    因为 {row.zh} [{named}] {met}", f"    because {row.en} [{named}] {met}")
        for other in each.others:
            desk.tell(f"    未选 {other.what}：{other.zh}", f"    not {other.what}: {other.en}")


def differing(desk: Desk, shown_: previews.Preview) -> None:
    """What an amendment would change."""
    rows = [(path, _brief(change)) for path, change in shown_.difference.items()]
    desk.table([desk.say("变化", "change"), desk.say("前 → 后", "before → after")], rows)
    desk.tell(f"将发生：{', '.join(shown_.events)}", f"Would happen: {', '.join(shown_.events)}")


def stage(desk: Desk, name: str) -> str:
    """The word for a stage."""
    return desk.stage(name)


def _grade(desk: Desk, name: str) -> str:
    word = words.of("values", name)
    return desk.say(word.zh, word.en)


def _hold(desk: Desk, hold: Mapping[str, Any]) -> str:
    """Why an order waits, in the words of the rule; its code where a rule says none."""
    reason = hold.get("reason") or {}
    return str(reason.get(desk.language) or hold.get("code", ""))


def _money(desk: Desk, order: state.Order) -> str:
    total, paid = desk.amount(order.total_minor, order.currency), desk.amount(order.paid_minor, order.currency)
    return desk.say(f"{total}，已付 {paid}", f"{total}, paid {paid}")


def _why(desk: Desk, item: timeline_query.Item, reference: Reference) -> str:
    said = [f"{desk.say(each.zh, each.en)} [{each.rule}]" for each in item.why if each.zh or each.en]
    if item.type == "flow.started":
        started = item.data.get("started", {})
        said.append(f"{started.get('flow', '')} v{started.get('version', '')}")
    elif item.type == "flow.stepped":
        said.append(" → ".join(f"{each['node']}:{each.get('exit', '')}" for each in item.data.get("steps", ())))
    for other in item.why_not:
        if (warehouse := str(other.get("warehouse", ""))) in reference.warehouses:
            named = reference.warehouses[warehouse].name or warehouse
            cost_minor = int(item.data.get("cost_minor", 0))
            told_ = reasons_domain.warehouse(other, chosen_minor=cost_minor, currency=reference.settings.currency)
            said.append(desk.say(f"未选 {named}：{told_.zh}", f"not {named}: {told_.en}"))
    return "\n".join(said)


def _brief(value: object) -> str:
    text = msgspec.json.encode(value).decode()
    return text if len(text) <= _SHOWN_CHARS_MAX else text[:_SHOWN_CHARS_MAX] + "…"


def _lasted(desk: Desk, seconds: int | None) -> str:
    if seconds is None:
        return desk.say("至今", "until now")
    hours, rest = divmod(seconds, 3600)
    return f"{hours}:{rest // 60:02d}:{rest % 60:02d}"
