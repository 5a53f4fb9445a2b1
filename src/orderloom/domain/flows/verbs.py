"""What an action of a flow may do: every command of the hub that an order can take, and a few of the house.

A verb of the order, or of the record, is decided in the same transaction as the event. A verb of the house touches
another stream (an account, another record): it is carried out right after the commit, once, and its answer comes back
to the run.
"""

from collections.abc import Mapping
from typing import Literal

import msgspec

from orderloom.domain.flows import definition


class Verb(msgspec.Struct, frozen=True):
    """A verb with the names of its values, and where it is decided."""

    name: str
    zh: str
    en: str
    needs: tuple[str, ...] = ()
    may: tuple[str, ...] = ()
    where: Literal["order", "record", "house", "any"] = "order"


VERBS: Mapping[str, Verb] = {
    verb.name: verb
    for verb in (
        Verb("order.hold", "挂起订单", "Hold the order", ("code", "reason_zh", "reason_en"),
             ("blocks", "owner", "line_no", "expires_hours", "suggestion")),
        Verb("order.release", "解除挂起", "Take a hold off", ("code",), ("line_no", "reason")),
        Verb("order.cancel", "取消订单", "Cancel the order", ("reason",)),
        Verb("order.retry", "重新判定", "Decide again what the order lacks"),
        Verb("order.amend", "修改订单", "Change header fields", ("changed",), ("reason",)),
        Verb("order.tag", "打标签", "Put tags on", ("tags",)),
        Verb("order.set", "填写自定义字段", "Set own fields", ("custom",)),
        Verb("order.grade", "定级、定优先级、定负责人", "Set grade, priority or owner", (),
             ("grade", "priority", "owner")),
        Verb("shipment.release", "下发仓库", "Hand a shipment to the warehouse", (), ("shipment_no",)),
        Verb("shipment.switch_carrier", "换承运商", "Switch the carrier", ("shipment_no",),
             ("carrier", "service", "reason")),
        Verb("limit.pass", "提醒环节超时", "Say that a stage lasts too long", ("stage", "minutes"), ("owner",)),
        Verb("flow.start", "启动另一个流程", "Start another flow and go on", ("flow",), where="any"),
        Verb("record.set", "填写记录", "Set values of the record", ("values",), where="record"),
        Verb("credit.grant", "临时授信", "Give a temporary limit", ("account",), ("amount", "hours", "scope"), "house"),
        Verb("record.create", "新建记录", "Create a record of an own type", ("type", "values"), ("link",), "house"),
        Verb("record.change", "修改另一条记录", "Change a record by its number", ("type", "record_no", "values"), (),
             "house"),
    )
}  # fmt: skip


def fits(verb: Verb, of: str) -> bool:
    """Whether a flow about this (`definition.ORDER`, `WORKSPACE`, a record type) may give the verb."""
    if verb.where in ("house", "any"):
        return of != definition.WORKSPACE or verb.where == "house"
    return verb.where == ("order" if of == definition.ORDER else "record") and of != definition.WORKSPACE
