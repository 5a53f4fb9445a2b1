"""Raw messages as a shop's platform sends them, and the mapping that reads them: where the road begins."""

from collections.abc import Sequence
from typing import Any

import msgspec

from orderloom.actions import messages, orders
from orderloom.actions.hub import Hub
from orderloom.domain.mappings import drafts, mappers
from orderloom.kit.refusals import Refused

_MAPPING: dict[str, Any] = {
    "name": "bench",
    "zone": "Asia/Shanghai",
    "fields": {
        "external_no": {"from": "trade.tid"},
        "customer_no": {"from": "trade.dealer_code"},
        "placed_at": {"from": "trade.created"},
        "payment_method": {"from": "trade.settlement"},
        "notes.buyer": {"from": "trade.buyer_message"},
        "buyer.name": {"from": "trade.buyer.name"},
        "buyer.phone": {"from": "trade.buyer.mobile"},
        "consignee.name": {"from": "trade.receiver.name"},
        "consignee.phone": {"from": "trade.receiver.mobile"},
        "consignee.province": {"from": "trade.receiver.state"},
        "consignee.city": {"from": "trade.receiver.city"},
        "consignee.district": {"from": "trade.receiver.district"},
        "consignee.adcode": {"from": "trade.receiver.area_code"},
        "consignee.street": {"from": "trade.receiver.address"},
    },
    "lines": {
        "each": "trade.orders",
        "fields": {
            "line_no": {"from": "no"},
            "sku": {"from": "outer_sku_id"},
            "quantity": {"from": "num"},
            "price": {"from": "price"},
            "main": {"from": "main"},
        },
    },
}


def mapper() -> mappers.Mapper:
    """The compiled mapping of these messages."""
    compiled = mappers.compile(_MAPPING)
    assert not isinstance(compiled, Refused), compiled
    return compiled


def raw(draft: drafts.Draft) -> bytes:
    """The message that this draft would have come from, with the rest that platforms send."""
    receiver = draft.consignee
    trade = {
        "tid": draft.external_no,
        "dealer_code": draft.customer_no,
        "created": draft.placed_at,
        "settlement": draft.payment_method,
        "type": "fixed",
        "status": "WAIT_SELLER_SEND_GOODS",
        "buyer_message": "",
        "seller_flag": 0,
        "shop": {"id": 100231, "title": "旗舰店", "site": "main"},
        "buyer": {"name": draft.buyer.name, "mobile": draft.buyer.phone, "open_uid": f"AAE{draft.external_no}"},
        "receiver": {
            "name": receiver.name,
            "mobile": receiver.phone,
            "state": receiver.province,
            "city": receiver.city,
            "district": receiver.district,
            "area_code": receiver.adcode,
            "address": receiver.street,
        },
        "orders": [
            {
                "no": line.line_no,
                "oid": f"{draft.external_no}-{line.line_no}",
                "outer_sku_id": line.sku,
                "title": f"货品 {line.sku}",
                "num": int(line.quantity),
                "price": f"{line.price:.2f}",
                "total_fee": f"{(line.price or 0) * line.quantity:.2f}",
                "main": line.main,
                "pic_path": f"https://img.example/{line.sku}.jpg",
            }
            for line in draft.lines
        ],
    }
    return msgspec.json.encode({"trade": trade})


def placings(hub: Hub, mapping: mappers.Mapper, raws: Sequence[bytes], origin: orders.Origin) -> list[orders.Placing]:
    """Map raw messages and seal them, each to be kept with its order."""
    return [_placing(hub, mapping, each, origin) for each in raws]


def _placing(hub: Hub, mapping: mappers.Mapper, raw_message: bytes, origin: orders.Origin) -> orders.Placing:
    [record] = mapping.records(msgspec.json.decode(raw_message))
    draft = mapping.map(record)
    assert isinstance(draft, drafts.Draft), draft
    assert draft.placed_at is not None
    message = messages.received(
        hub, raw_message, channel=origin.channel, external_no=draft.external_no, door=origin.door, now=draft.placed_at
    )
    return orders.Placing(draft, message)
