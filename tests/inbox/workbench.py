"""What the tests of intake share: mappings, files written by hand, and looks at what is kept."""

import csv
import io
import uuid
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import msgspec
from tests import company

from orderloom.actions import messages, orders, reference
from orderloom.actions.hub import Hub
from orderloom.domain.channels import Channel
from orderloom.inbox import imports, shipped_mappings
from orderloom.kit.refusals import Refused
from orderloom.store import orders as orders_store

HEADER = [
    "订单号",
    "客户编号",
    "收货人",
    "收货人手机",
    "收货地址",
    "付款方式",
    "下单时间",
    "货号",
    "商品名称",
    "数量",
    "单价",
]
ADDRESS = "江苏省苏州市姑苏区人民路 {} 号"

# A wholesaler's invoices: a number that begins with C takes back what earlier ones brought.
INVOICES: dict[str, Any] = {
    "name": "invoices",
    "rows": {"key": "no"},
    "zone": "Asia/Shanghai",
    "currency": "CNY",
    "fields": {
        "external_no": {"from": "no"},
        "customer_no": {"from": "customer"},
        "payment_method": {"value": "credit"},
        "placed_at": {"from": "at", "required": True},
        "cancels": {"from": "of"},
        "consignee.name": {"value": "王小明"},
        "consignee.phone": {"value": "13800138000"},
        "consignee.address": {"value": "江苏省苏州市姑苏区人民路 1 号"},
    },
    "lines": {
        "fields": {
            "sku": {"from": "sku"},
            "name": {"from": "name"},
            "quantity": [
                {"from": "quantity", "transforms": ["negate"], "when": {"path": "no", "starts_with": "C"}},
                {"from": "quantity"},
            ],
            "price": {"from": "price"},
        },
        "roles": [{"when": {"path": "sku", "equals": "POST"}, "as": "freight"}],
    },
    "verdicts": [
        {"when": {"path": "no", "starts_with": "X"}, "as": "cancel"},
        {"when": {"path": "no", "starts_with": "C"}, "as": "credit_note"},
    ],
}
INVOICE_HEADER = ["no", "customer", "at", "sku", "name", "quantity", "price", "of"]


def open_channels(hub: Hub, now: Any) -> None:
    """The tiny company with a channel for sheets and one for invoices."""
    company.tiny(hub, now=now)
    channels = [Channel("sheets"), Channel("invoices", priced_by="channel", mapping=INVOICES)]
    reference.enter(hub, channels=channels, actor="test", now=now)


def order_rows(number: str, *lines: tuple[str, int], customer: str = "C1") -> list[list[str]]:
    """The rows of one order of the shipped sheet."""
    return [
        [number, customer, "王小明", "13800138000", ADDRESS.format(number), "credit", "2026-02-18 09:00:00", sku, sku,
         str(quantity), "25"]
        for sku, quantity in lines
    ]  # fmt: skip


def sheet(
    path: Path, rows: Sequence[Sequence[str]], *, header: Sequence[str] = HEADER, encoding: str = "utf-8"
) -> Path:
    """A CSV file of these rows."""
    text = io.StringIO()
    csv.writer(text).writerows([header, *rows])
    path.write_bytes(text.getvalue().encode(encoding))
    return path


def wanted(channel: str = "sheets", **how: Any) -> imports.Wanted:
    """An import into a channel."""
    return imports.Wanted(channel=channel, actor="test", **how)


def run(hub: Hub, path: Path, *, now: Any, channel: str = "sheets", **how: Any) -> imports.Report:
    """Import a file; it must not be refused, and every row must have its place."""
    report = imports.run(hub, path, wanted(channel, **how), clock=lambda: now)
    assert not isinstance(report, Refused), report
    counts = report.counts
    assert counts.orders + counts.amendments + counts.quarantine == counts.rows
    return report


def places(report: imports.Report) -> tuple[int, int, int]:
    """Rows in orders, in amendments and in quarantine."""
    return report.counts.orders, report.counts.amendments, report.counts.quarantine


def rows(hub: Hub, text: str, *values: Any) -> list[tuple]:
    """What a statement finds in the workspace."""
    with hub.database.workspace(hub.workspace) as connection:
        return connection.execute(text.encode(), values).fetchall()


def events(hub: Hub) -> int:
    """How much was said in this workspace: equal numbers mean that nothing has changed."""
    return rows(hub, "select coalesce(sum(n), 0)::bigint from heads")[0][0]


def order(hub: Hub, external_no: str) -> Any:
    """An order by its channel's number."""
    (text,) = rows(hub, "select state::text from orders where external_no = %s", external_no)[0]
    return orders_store.decode(text)


def origin(channel: str) -> orders.Origin:
    """Where a channel's messages come from."""
    return orders.Origin(channel, "channel", "test", "test")


def waiting(hub: Hub) -> list[tuple[uuid.UUID, bytes]]:
    """The messages in quarantine, opened."""
    found = rows(
        hub, "select message_id, sealed from messages where state = 'quarantined' order by received_at, row_from"
    )
    return [(message_id, messages.open_(hub, message_id=message_id, sealed=sealed)) for message_id, sealed in found]


def shipped() -> dict[str, Any]:
    """The shipped mapping of order sheets."""
    return msgspec.json.decode(shipped_mappings.document("orders"))
