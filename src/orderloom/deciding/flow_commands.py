"""What an action of a flow asks for, as a command of the loop."""

import datetime as dt
import uuid
from collections.abc import Callable, Mapping
from typing import Any

import msgspec

from orderloom.domain.flows import verbs
from orderloom.domain.orders import commands, state
from orderloom.domain.orders.state import Order
from orderloom.kit.refusals import Refused

Values = Mapping[str, Any]
_Make = Callable[[Values, dict[str, Any], Order], commands.OrderCommand]


def make(
    do: str, values: Values, order: Order, *, command_id: uuid.UUID, actor: str, now: dt.datetime
) -> commands.OrderCommand | Refused:
    """The command on the flow's own order; refuses `flow.bad_values` with the value that is missing or unfit."""
    verb = verbs.VERBS.get(do)
    maker = _MAKERS.get(do)
    if verb is None or maker is None:
        return Refused("flow.unknown_verb", {"do": do})
    missing = [name for name in verb.needs if values.get(name) in (None, "")]
    if missing:
        return Refused("flow.bad_values", {"do": do, "reason": ", ".join(missing)})
    said = {"command_id": command_id, "actor": actor, "source": "hub", "at": now, "order_id": order.order_id}
    try:
        return maker(values, said, order)
    except (msgspec.ValidationError, TypeError, ValueError, OverflowError) as error:
        return Refused("flow.bad_values", {"do": do, "reason": str(error)[:200]})


def _text(value: Any) -> str:
    return "" if value is None else str(value)


def _hold(values: Values, said: dict[str, Any], order: Order) -> commands.OrderCommand:
    hours = values.get("expires_hours")
    hold = state.Hold(
        code=_text(values["code"]),
        reason=state.Text(_text(values["reason_zh"]), _text(values["reason_en"])),
        owner=_text(values.get("owner")),
        blocks=msgspec.convert(values.get("blocks") or ["release"], list[str]),
        line_no=msgspec.convert(values.get("line_no"), int | None),
        suggestion=_text(values.get("suggestion")),
        expires_at=said["at"] + dt.timedelta(hours=float(hours)) if hours else None,
        at=said["at"],
    )
    return commands.Hold(**said, hold=hold)


def _release(values: Values, said: dict[str, Any], order: Order) -> commands.OrderCommand:
    line_no = msgspec.convert(values.get("line_no"), int | None)
    return commands.Release(**said, code=_text(values["code"]), line_no=line_no, reason=_text(values.get("reason")))


def _cancel(values: Values, said: dict[str, Any], order: Order) -> commands.OrderCommand:
    return commands.Cancel(**said, reason=_text(values["reason"]))


def _retry(values: Values, said: dict[str, Any], order: Order) -> commands.OrderCommand:
    return commands.Retry(**said)


def _amend(values: Values, said: dict[str, Any], order: Order) -> commands.OrderCommand:
    changed = msgspec.convert(values["changed"], dict[str, Any])
    return commands.Amend(**said, changed=changed, reason=_text(values.get("reason")))


def _tag(values: Values, said: dict[str, Any], order: Order) -> commands.OrderCommand:
    tags = values["tags"]
    added = [tags] if isinstance(tags, str) else msgspec.convert(tags, list[str])
    return commands.Amend(**said, changed={"tags": list(dict.fromkeys([*order.tags, *added]))})


def _set(values: Values, said: dict[str, Any], order: Order) -> commands.OrderCommand:
    custom = msgspec.convert(values["custom"], dict[str, Any])
    return commands.Amend(**said, changed={f"custom.{name}": value for name, value in custom.items()})


def _grade(values: Values, said: dict[str, Any], order: Order) -> commands.OrderCommand:
    return commands.Grade(
        **said,
        grade=_text(values.get("grade")),
        priority=msgspec.convert(values.get("priority"), int | None),
        owner=_text(values.get("owner")),
    )


def _ship(values: Values, said: dict[str, Any], order: Order) -> commands.OrderCommand:
    waiting = [each.shipment_no for each in order.shipments if each.stage == "allocated" and each.released_at is None]
    return commands.ReleaseShipment(**said, shipment_no=_text(values.get("shipment_no") or (waiting or [""])[0]))


def _switch(values: Values, said: dict[str, Any], order: Order) -> commands.OrderCommand:
    return commands.SwitchCarrier(
        **said,
        shipment_no=_text(values["shipment_no"]),
        carrier=_text(values.get("carrier")),
        service=_text(values.get("service")),
        reason=_text(values.get("reason")),
    )


def _limit(values: Values, said: dict[str, Any], order: Order) -> commands.OrderCommand:
    minutes = msgspec.convert(values["minutes"], int)
    return commands.PassLimit(**said, stage=_text(values["stage"]), minutes=minutes, owner=_text(values.get("owner")))


def _start(values: Values, said: dict[str, Any], order: Order) -> commands.OrderCommand:
    return commands.StartFlow(**said, flow=_text(values["flow"]))


_MAKERS: Mapping[str, _Make] = {
    "order.hold": _hold,
    "order.release": _release,
    "order.cancel": _cancel,
    "order.retry": _retry,
    "order.amend": _amend,
    "order.tag": _tag,
    "order.set": _set,
    "order.grade": _grade,
    "shipment.release": _ship,
    "shipment.switch_carrier": _switch,
    "limit.pass": _limit,
    "flow.start": _start,
}
