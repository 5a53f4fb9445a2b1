"""Carriers of shipments: chosen when a shipment is planned, switched as long as nobody has taken it along."""

from collections.abc import Mapping, Sequence
from typing import Any

from orderloom.deciding import door
from orderloom.deciding.state import State
from orderloom.deciding.work import Work
from orderloom.domain import freight, geography
from orderloom.domain.orders import commands, events
from orderloom.domain.orders import state as orders
from orderloom.kit.refusals import Refused
from orderloom.rules.compile import RuleError

_IN_HOUSE = ("allocated", "picked", "packed")


def choose(shipment: orders.Shipment, order: orders.Order, answers: Sequence[Mapping[str, Any]], state: State) -> None:
    """Give a shipment the carrier that the rule names, else the cheapest that serves the address; none that is
    stopped."""
    answer = answers[0] if answers else {"cheapest": True}
    lane = _lane(shipment, order, state)
    stopped = state.reference.breakers.names("carrier", now=state.now)
    if answer.get("carrier") and answer["carrier"] not in stopped:
        shipment.carrier, shipment.service = str(answer["carrier"]), str(answer.get("service") or "")
        cost = freight.contract(
            state.reference.rates, carrier=shipment.carrier, service=shipment.service or None, **lane
        )
        shipment.freight_cost_minor = cost or 0
        return
    cheapest = _cheapest(lane, stopped, state)
    if cheapest is not None:
        shipment.carrier, shipment.service, shipment.freight_cost_minor = cheapest


def switch(work: Work, state: State) -> list[events.OrderEvent] | Refused:
    """Another carrier for a shipment still in the house: the one that is named, else the next by the rule (its carrier,
    its `backup`, the cheapest), but for those that the shipment had before.

    Refuses `shipment.unknown`, `shipment.cancelled`, `shipment.handed_over`, `carrier.unknown`, `carrier.stopped`,
    `shipment.no_other_carrier`.
    """
    command, order = work.command, work.order
    assert isinstance(command, commands.SwitchCarrier) and order is not None
    shipment = order.shipment(command.shipment_no)
    if shipment is None:
        return Refused("shipment.unknown", {"shipment_no": command.shipment_no})
    if shipment.stage == "cancelled":
        return Refused("shipment.cancelled", {"shipment_no": shipment.shipment_no})
    if shipment.stage not in _IN_HOUSE:
        return Refused("shipment.handed_over", {"shipment_no": shipment.shipment_no, "stage": shipment.stage})
    chosen = _named(command, shipment, order, state) if command.carrier else _next(work, shipment, state)
    if isinstance(chosen, Refused):
        return chosen
    carrier, service, cost = chosen
    if (carrier, service) == (shipment.carrier, shipment.service):
        return []  # Asked twice, switched once.
    return [
        events.CarrierSwitched(
            shipment.shipment_no, carrier, service, cost, was=shipment.carrier, reason=command.reason
        )
    ]


_Chosen = tuple[str, str, int]


def _named(
    command: commands.SwitchCarrier, shipment: orders.Shipment, order: orders.Order, state: State
) -> _Chosen | Refused:
    carriers = {carrier for carrier, _ in state.reference.rates.services}
    if command.carrier not in carriers:
        return Refused("carrier.unknown", {"carrier": command.carrier, "carriers": ", ".join(sorted(carriers))})
    if command.carrier in state.reference.breakers.names("carrier", now=state.now):
        return Refused("carrier.stopped", {"carrier": command.carrier})
    cost = freight.contract(
        state.reference.rates, carrier=command.carrier, service=command.service or None, **_lane(shipment, order, state)
    )
    return command.carrier, command.service, cost or 0


def _next(work: Work, shipment: orders.Shipment, state: State) -> _Chosen | Refused:
    order = work.order
    assert order is not None
    had = {shipment.carrier, *shipment.carriers_left}
    out = had | state.reference.breakers.names("carrier", now=state.now)
    lane = _lane(shipment, order, state)
    [answers] = door.ask("ship", [work], state)
    rows = [] if isinstance(answers, RuleError) else answers["carrier"]
    for answer in rows[:1]:
        work.why["carrier"] = answer.get("rule", "")
        for carrier, service in ((answer.get("carrier"), answer.get("service")), (answer.get("backup"), "")):
            if carrier and carrier not in out:
                said = str(service or "")
                cost = freight.contract(state.reference.rates, carrier=str(carrier), service=said or None, **lane)
                return str(carrier), said, cost or 0
    cheapest = _cheapest(lane, out, state)
    if cheapest is None:
        data = {"shipment_no": shipment.shipment_no, "had": ", ".join(sorted(filter(None, had)))}
        return Refused("shipment.no_other_carrier", data)
    return cheapest


def _cheapest(lane: dict[str, Any], out: frozenset[str] | set[str], state: State) -> _Chosen | None:
    rates = state.reference.rates
    if not out:
        return freight.cheapest(rates, **lane)
    tariffs = rates.lane(lane["warehouse"], geography.province(lane["province"]))
    return freight.cheapest(rates, **lane, carriers={tariff[4] for tariff in tariffs} - out)


def _lane(shipment: orders.Shipment, order: orders.Order, state: State) -> dict[str, Any]:
    skus = {line.line_no: state.skus.get(line.sku) for line in order.lines}
    grams = sum(
        line.quantity * sku.weight_grams for line in shipment.lines if (sku := skus.get(line.line_no)) is not None
    )
    return {"warehouse": shipment.warehouse, "province": order.consignee.province, "weight_grams": grams}
