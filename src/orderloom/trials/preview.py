"""An order, or a change of one, shown before it is confirmed: what it would come to, to the cent, and nothing saved."""

from typing import Any

import msgspec

from orderloom.deciding import loop
from orderloom.deciding.state import State
from orderloom.domain import log
from orderloom.domain.orders import commands, state, surgery
from orderloom.kit.refusals import Refused


class Preview(msgspec.Struct):
    """The difference of an order before and after, and the events that would be said of it."""

    order_no: str
    difference: dict[str, Any]
    events: list[str]


class Proposed(msgspec.Struct):
    """The order as it would stand: priced, promised, sourced, held; and the events that would be said of it."""

    order: state.Order
    events: list[str]


def placing(loaded: State, command: commands.Place) -> Proposed | Refused:
    """What an order that somebody enters would become; `loaded` is used up by it.

    Refuses what placing it would be refused with, and `order.number_taken` where its number is an order's already.
    """
    if (command.received.channel, command.received.external_no) in loaded.external:
        return Refused("order.number_taken", {"external_no": command.received.external_no})
    loaded.looked_up = None  # Nothing more can be loaded here: a gift that is new to this process shows as short.
    decided = loop.decide([command], loaded)
    outcome = decided.outcomes[command.command_id]
    if outcome.refused is not None:
        return outcome.refused
    touched = decided.touched[command.received.order_id]
    return Proposed(touched.order, log.names(touched.said))


def change(loaded: State, command: commands.OrderCommand) -> Preview | Refused:
    """What a command on an existing order would do; `loaded` is used up by it.

    Refuses what the command itself would be refused with.
    """
    assert not isinstance(command, commands.Place), "only what exists has a before"
    order = loaded.orders.get(command.order_id)
    if order is None:
        return Refused("order.unknown", {"order_id": str(command.order_id)})
    loaded.looked_up = None  # Nothing more can be loaded here: a gift that is new to this process shows as short.
    before = msgspec.convert(msgspec.to_builtins(order), state.Order)  # The loop evolves the loaded order in place.
    decided = loop.decide([command], loaded)
    outcome = decided.outcomes[command.command_id]
    if outcome.refused is not None:
        return outcome.refused
    touched = decided.touched.get(command.order_id)
    after = touched.order if touched is not None else before
    return Preview(order.order_no, surgery.difference(before, after), log.names(touched.said if touched else []))
