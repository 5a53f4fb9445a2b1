"""The stage track: shipments carry the stage and only move forward; an order's stage is derived from them."""

from orderloom.domain.orders import state

TRACK = ("received", "confirmed", "backordered", "allocated", "picked", "packed", "shipped", "delivered")
RANK = {stage: rank for rank, stage in enumerate(TRACK)}
# What a shipment is confirmed through, in order.
SHIPMENT_TRACK = ("allocated", "picked", "packed", "shipped", "delivered")
SHIPMENT_RANK = {stage: rank for rank, stage in enumerate(SHIPMENT_TRACK)}


def before(stage: str) -> str:
    """The stage of a shipment from which `stage` is confirmed."""
    return SHIPMENT_TRACK[SHIPMENT_RANK[stage] - 1]


def refresh(order: state.Order) -> None:
    """Derive from the facts: the stage, the furthest reached, and when the order was paid."""
    order.stage = _derived(order)
    order.furthest = _furthest(order)
    payments = order.payments
    order.paid_at = payments[-1].paid_at if payments and order.paid_minor >= order.total_minor else None


def _furthest(order: state.Order) -> str:
    """The furthest stage that any shipment, also one cancelled since, was confirmed at."""
    if order.shipments:
        confirmed = [each.stage for shipment in order.shipments for each in shipment.confirmations]
        return max(confirmed, key=SHIPMENT_RANK.__getitem__) if confirmed else "allocated"
    if order.history and order.confirmed_at:
        return _handed_over(order)
    return "confirmed" if order.confirmed_at else "received"


def _handed_over(order: state.Order) -> str:
    """Where an order stands that was fulfilled before the hub was there to see it: as its channel says, else signed."""
    said = order.standing.stage if order.standing is not None else ""
    return said if said in RANK else "delivered"


def _derived(order: state.Order) -> str:
    if order.cancelled:
        return "cancelled"
    if order.backordered:
        return "backordered"
    if order.shipments:
        live = [shipment.stage for shipment in order.shipments if shipment.stage != "cancelled"]
        if live:
            return min(live, key=SHIPMENT_RANK.__getitem__)
    if order.history and order.confirmed_at:
        return _handed_over(order)
    return "confirmed" if order.confirmed_at else "received"
