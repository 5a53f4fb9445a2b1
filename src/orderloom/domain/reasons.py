"""Why something was not chosen, in words: warehouses, carriers, conditions that did not hold. Promotions have their own
in `domain.promotions.explain`."""

from collections.abc import Mapping
from typing import Any

from orderloom.domain.orders.state import Text
from orderloom.kit import money

_WAREHOUSES = {
    "short": ("{sku} 可用 {available}，还差 {short}", "{sku}: {available} available, {short} short"),
    "dearer": ("单独发货成本 {cost}，高于所选方案 {least}", "would cost {cost} by itself; the plan costs {least}"),
    "out_of_radius": ("超出配送半径", "beyond the radius"),
    "region": ("不在允许的区域内", "does not serve the region"),
    "closed": ("仓库已关闭", "is closed"),
    "not_weighed": ("前面的候选仓已足够，未参与比较", "enough candidates stood before it, so it was not weighed"),
}
_CARRIERS = {
    "off_lane": ("没有到该地区的合同运价", "has no contract rate for the lane"),
    "dearer": ("运费 {cost}，比所选贵 {more}", "would cost {cost}, {more} more"),
    "cheaper": (
        "运费 {cost}，便宜 {less}，但规则指定了 {carrier}",
        "would cost {cost}, {less} less, but the rule names {carrier}",
    ),
    "same": (
        "运费同为 {cost}，规则或名称次序在前者优先",
        "would cost the same {cost}; the rule, or the order of names, decided",
    ),
}


_DECISIONS = {
    "completed": ("补全 {count} 个字段", "{count} fields filled"),
    "filled": ("{path} = {value}（来自 {source}）", "{path} = {value} (from {source})"),
    "passed_all": ("全部检查通过", "All checks passed"),
    "spoke": ("检查发现 {count} 个问题", "{count} checks spoke"),
    "held": (
        "挂起：{reason}（挡住：{steps}；处理人：{owner}）",
        "Held: {reason} (stops {steps}; with {owner})",
    ),
    "released": ("解除挂起 {code}：{reason}", "Hold {code} taken off: {reason}"),
    "graded": (
        "定为“{grade}”，优先级 {priority}（越小越先）",
        "Graded {grade}, priority {priority} (smaller goes first)",
    ),
    "unmet": ("{name} 应为 {cell}，实际 {seen}", "{name} should be {cell}, was {seen}"),
    "below": (
        "{name} 应为 {cell}，实际 {seen}，还差 {short}",
        "{name} should be {cell}, was {seen}: {short} short",
    ),
    "untrue": ("条件不成立：{cell}", "does not hold: {cell}"),
    "priced": (
        "应付 {total} = 商品 {goods} − 优惠 {off} + 运费 {freight}{more}",
        "To pay {total} = goods {goods} − discounts {off} + freight {freight}{more}",
    ),
    "tax": (" + 税 {amount}", " + tax {amount}"),
    "adjustment": (" + 渠道差额 {amount}", " + adjustment of the channel {amount}"),
    "line": (
        "{line_no}. {sku} × {quantity}：{amount}{off} = {net}",
        "{line_no}. {sku} × {quantity}: {amount}{off} = {net}",
    ),
    "gift": ("{line_no}. {sku} × {quantity}（赠品）", "{line_no}. {sku} × {quantity} (gift)"),
    "freight": ("运费 {freight}", "Freight {freight}"),
    "credit": (
        "账户 {account} 占用信用 {amount}（额度 {limit} + 临时授信 {grants}；欠款 {used}，占用后合计占用 {reserved}）",
        "{amount} of credit taken on {account} (limit {limit} + temporary {grants}; owed {used}, reserved {reserved})",
    ),
    "no_credit": (
        "账户 {account} 信用不足：需要 {amount}，还差 {short}。请充值或申请临时授信",
        "Account {account} cannot carry {amount}: {short} short. Top up, or ask for a temporary limit",
    ),
    "sourced": ("由 {names} 发货，成本 {cost}", "Ships from {names}, at a cost of {cost}"),
    "unsourced": ("没有仓库可以发货", "No warehouse can ship it"),
    "transfer": (
        "调拨 {sku} × {quantity}：{from_warehouse} → {to_warehouse}",
        "Transfer {sku} × {quantity}: {from_warehouse} → {to_warehouse}",
    ),
    "covered": ("待产的数量已全部有货", "All that was waited for is covered"),
    "backordered": ("转待产单：库存不足", "Backordered: not enough stock"),
    "missing": ("{sku} 缺 {units}", "{sku}: {units} missing"),
    "planned": (
        "发货单 {shipment_no} 由 {warehouse} 交 {carrier}，合同运费 {cost}",
        "Shipment {shipment_no} from {warehouse} goes by {carrier}, contract freight {cost}",
    ),
    "uncarried": ("发货单 {shipment_no}：没有承运商可选", "Shipment {shipment_no}: no carrier serves the lane"),
    "promised": ("承诺 {when} 前送达", "Promised by {when}"),
    "part": ("{name} {hours} 小时，至 {until}", "{name}: {hours} h, until {until}"),
    "overdue": (
        "在“{stage}”停留超过 {minutes} 分钟，转给 {owner}",
        "Stayed in {stage} for more than {minutes} minutes; shown to {owner}",
    ),
}


def say(sentence: str, /, **facts: Any) -> Text:
    """A sentence about a decision; a fact that is a Text takes each language's side."""
    sides = [
        {key: (value.zh, value.en)[side] if isinstance(value, Text) else value for key, value in facts.items()}
        for side in (0, 1)
    ]
    chinese, english = _DECISIONS[sentence]
    return Text(chinese.format_map(sides[0]), english.format_map(sides[1]))


def warehouse(entry: Mapping[str, Any], *, chosen_minor: int, currency: str) -> Text:
    """Why a warehouse does not ship, from an entry of `OrderSourced.why_not`; costs are in the base currency."""
    said = {**entry, "least": amount(chosen_minor, currency)}
    if "cost_minor" in entry:
        said["cost"] = amount(entry["cost_minor"], currency)
    return _text(_WAREHOUSES, str(entry.get("code")), said)


def carrier(cost_minor: int | None, *, chosen: str, chosen_minor: int, currency: str) -> Text:
    """Why a carrier was not taken, by its contract cost on the lane (None: it has none) beside that of the chosen."""
    if cost_minor is None:
        return _text(_CARRIERS, "off_lane", {})
    more = cost_minor - chosen_minor
    code = "dearer" if more > 0 else "cheaper" if more < 0 else "same"
    said = {"more": amount(more, currency), "less": amount(-more, currency)}
    return _text(_CARRIERS, code, {"cost": amount(cost_minor, currency), "carrier": chosen, **said})


def amount(amount_minor: int, currency: str) -> str:
    """An amount as people read it: ¥12.00, or with its currency after it."""
    major = f"{money.major(amount_minor, currency):,}"
    return f"¥{major}" if currency == "CNY" else f"{major} {currency}"


def _text(words: Mapping[str, tuple[str, str]], code: str, said: Mapping[str, Any]) -> Text:
    chinese, english = words.get(code, (code, code))
    return Text(chinese.format_map(said), english.format_map(said))
