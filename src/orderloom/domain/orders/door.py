"""Deciders at the door: what the rules' answers to the stage `door` make of an order. Pure."""

import datetime as dt
from collections.abc import Sequence
from typing import Any

from orderloom.domain.orders import events, state
from orderloom.kit import limits
from orderloom.kit.refusals import Refused

Answer = dict[str, Any]

# A hold that names no step blocks the two that matter: standing by the order, and handing it to a warehouse.
BLOCKS_DEFAULT = ["confirm", "release"]


def receive(received: events.OrderReceived, *, now: dt.datetime) -> list[events.OrderEvent] | Refused:
    """Take an order in if its shape can be an order at all; anything else about it is for the rules to say."""
    if not received.lines:
        return Refused("order.no_lines", {"external_no": received.external_no})
    if len(received.lines) > limits.LINES_MAX:
        return Refused("order.too_many_lines", {"lines": len(received.lines), "lines_max": limits.LINES_MAX})
    for line in received.lines:
        if not 0 < line.quantity <= limits.QUANTITY_MAX:
            return Refused("line.bad_quantity", {"line_no": line.line_no, "quantity": line.quantity})
        if line.amount_minor < 0 or line.amount_minor > limits.AMOUNT_MINOR_MAX:
            return Refused("line.bad_amount", {"line_no": line.line_no, "amount_minor": line.amount_minor})
    if len({line.line_no for line in received.lines}) != len(received.lines):
        return Refused("line.number_twice", {"external_no": received.external_no})
    if received.placed_at > now + dt.timedelta(seconds=limits.CLOCK_SKEW_SECONDS_MAX):
        return Refused("order.from_the_future", {"placed_at": received.placed_at.isoformat()})
    return [received]


def check(order: state.Order, hits: Sequence[Answer], *, now: dt.datetime) -> list[events.OrderEvent] | Refused:
    """What the checks found: a refusal where a person waits and the rule says so, else a hold with its owner."""
    for hit in hits:
        if hit.get("action") == "refuse" and order.door in (hit.get("doors") or ("form", "desk", "api")):
            return Refused(hit["code"], _told(hit))
    said: list[events.OrderEvent] = []
    spoken = [_brief(hit) for hit in hits]
    if spoken:
        said.append(events.OrderChecked(spoken))
    for hit in hits:
        if hit.get("action") != "warn":
            said.extend(hold(order, [hit], now=now))
    return said


def hold(order: state.Order, hits: Sequence[Answer], *, now: dt.datetime) -> list[events.OrderEvent]:
    """Put on the holds that the rules name, that are not on already, and that nobody has permitted."""
    open_holds = {(each.code, each.line_no) for each in order.holds} | set(order.waived)
    said: list[events.OrderEvent] = []
    for hit in hits[: limits.HOLDS_MAX]:
        line_no = hit.get("line_no")
        if (hit["code"], line_no) in open_holds:
            continue
        hours = hit.get("expires_hours")
        said.append(
            events.OrderHeld(
                state.Hold(
                    code=hit["code"],
                    reason=state.Text(hit.get("reason_zh", hit["code"]), hit.get("reason_en", hit["code"])),
                    owner=hit.get("owner") or "",
                    blocks=list(hit.get("blocks") or BLOCKS_DEFAULT),
                    line_no=line_no,
                    suggestion=hit.get("suggestion") or "",
                    expires_at=now + dt.timedelta(hours=hours) if hours else None,
                    rule=hit.get("rule", ""),
                    at=now,
                    countersign=list(hit.get("countersign") or []),
                )
            )
        )
    return said


def lift(order: state.Order, hits: Sequence[Answer]) -> list[events.OrderEvent]:
    """Take off the holds that rules put on and that they no longer name: the cause is gone."""
    named = {(hit["code"], hit.get("line_no")) for hit in hits}
    return [
        events.OrderReleased(each.code, each.line_no, "rule")
        for each in order.holds
        if each.rule and (each.code, each.line_no) not in named
    ]


def grade(order: state.Order, hits: Sequence[Answer]) -> list[events.OrderEvent]:
    """The grade that the rules give; ordinary when they are silent. Nothing is said when nothing changes."""
    answer = hits[0] if hits else {}
    grade_name = answer.get("grade") or "ordinary"
    priority = int(answer.get("priority") or 100)
    owner = answer.get("owner") or ""
    if (order.grade, order.priority, order.owner) == (grade_name, priority, owner):
        return []
    return [events.OrderGraded(grade_name, priority, owner)]


def _told(hit: Answer) -> dict[str, Any]:
    return {
        "reason_zh": hit.get("reason_zh", ""),
        "reason_en": hit.get("reason_en", ""),
        "rule": hit.get("rule", ""),
        "suggestion": hit.get("suggestion", ""),
    }


def _brief(hit: Answer) -> dict[str, Any]:
    return {"code": hit["code"], "rule": hit.get("rule", ""), "action": hit.get("action", "hold")}
