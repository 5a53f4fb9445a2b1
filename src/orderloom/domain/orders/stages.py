"""The stage track: shipments carry the stage and only move forward; an order's stage is derived from them."""

from orderloom.domain.orders import state

TRACK = ("received", "confirmed", "backordered", "allocated", "picked", "packed", "shipped", "delivered")
RANK = {stage: rank for rank, stage in enumerate(TRACK)}
# What a shipment is confirmed through, in order.
SHIPMENT_TRACK = ("allocated", "picked", "packed", "shipped", "delivered")
SHIPMENT_RANK = {stage: rank for rank, stage in enumerate(SHIPMENT_TRACK)}


def refresh(order: state.Order) -> None:
    """Derive the order's stage, the least advanced of its live shipments; the furthest it reached; and when it was paid."""
    order.stage = _derived(order)
    paid = bool(order.payments) and order.paid_minor >= order.total_minor
    order.paid_at = order.payments[-1].paid_at if paid else None
    if order.stage in RANK and RANK[order.stage] > RANK[order.furthest]:
        order.furthest = order.stage


def _derived(order: state.Order) -> str:
    if order.cancelled:
        return "cancelled"
    if order.backordered:
        return "backordered"
    live = [shipment.stage for shipment in order.shipments if shipment.stage != "cancelled"]
    if live:
        return min(live, key=SHIPMENT_RANK.__getitem__)
    return "confirmed" if order.confirmed_at else "received"
