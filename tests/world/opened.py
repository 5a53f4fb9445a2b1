"""A company's pack put in force in the tiny company's workspace, and what its tests look at."""

import datetime as dt
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

import msgspec
from tests import company

from orderloom.actions import packs as pack_actions
from orderloom.actions import reference
from orderloom.actions.documents import Publication
from orderloom.actions.hub import Hub
from orderloom.domain.customers import Customer
from orderloom.domain.mappings import drafts
from orderloom.domain.orders import state
from orderloom.outbox import drain
from orderloom.outbox.senders import SENDERS
from orderloom.store import orders as orders_store
from orderloom.world import packs


def company_of(hub: Hub, name: str, *, now: dt.datetime) -> Publication:
    """The tiny company with the pack in force; all its documents and no error."""
    company.tiny(hub, now=now)
    pack = packs.read(name)
    made = pack_actions.publish(hub, pack, comment="", actor="test", now=now)
    assert isinstance(made, Publication), made
    assert len(made.published) == len(pack.documents)
    assert [each for each in made.findings if each.finding.level == "error"] == []
    return made


def customer(hub: Hub, customer_no: str, *, level: str, risk: str = "low", now: dt.datetime) -> None:
    """Enter a customer who pays beforehand."""
    made = Customer(customer_no, f"客户 {customer_no}", level=level, risk=risk, payment_method="online",
                    invoice=state.Invoice(f"公司 {customer_no}"))  # fmt: skip
    reference.enter_customers(hub, [made], actor="test", now=now)


def draft(
    external_no: str,
    *lines: tuple[str, int],
    price: int = 25,
    paid: int | None = None,
    street: str = "",
    now: dt.datetime,
    **how: Any,
) -> drafts.Draft:
    """An order of (SKU, quantity) at a price; `paid` in yuan, `street` for orders that share an address."""
    made = company.draft(external_no, lines=lines or (("HOOK", 1),), now=now, **how)
    for line in made.lines:
        line.price = Decimal(price)
    if street:
        made = msgspec.structs.replace(made, consignee=msgspec.structs.replace(made.consignee, street=street))
    if paid is not None:
        made = msgspec.structs.replace(made, paid=Decimal(paid), paid_at=now, payment_method="online")
    return made


def order(hub: Hub, external_no: str) -> Any:
    """An order by its channel's number."""
    with hub.database.workspace(hub.workspace) as connection:
        found = connection.execute("select state::text from orders where external_no = %s", (external_no,)).fetchone()
    assert found is not None, external_no
    return orders_store.decode(found[0])


def holds(hub: Hub, external_no: str) -> list[str]:
    """The codes of an order's open holds."""
    return sorted(each.code for each in order(hub, external_no).holds)


def carried_out(hub: Hub, *, now: dt.datetime) -> None:
    """Let everything leave that stays in the house."""
    while drain.drain(hub, SENDERS, outside=False, now=now):
        pass


def told(hub: Hub, *, now: dt.datetime) -> list[tuple[str, str]]:
    """(audience, words in Chinese) of all that people were told."""
    carried_out(hub, now=now)
    with hub.database.workspace(hub.workspace) as connection:
        rows = connection.execute(
            "select audience, said -> 'text' ->> 'zh' from notices order by at, audience"
        ).fetchall()
    return [(audience, text) for audience, text in rows]


def heard(hub: Hub, words: str, *, now: dt.datetime) -> Sequence[str]:
    """The audiences that were told something with these words."""
    return sorted({audience for audience, text in told(hub, now=now) if words in text})
