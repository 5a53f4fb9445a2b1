"""A company's pack in force in a founded workspace, and orders placed under it."""

import datetime as dt
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from tests.world import opened

from orderloom.actions import documents, orders, packs, records, reference
from orderloom.actions.hub import Hub
from orderloom.deciding.work import Outcome
from orderloom.domain.mappings import drafts
from orderloom.domain.orders import state
from orderloom.kit.refusals import Refused
from orderloom.queries import boards, metrics, viewer
from orderloom.store import messages
from orderloom.world import packs as shipped

SUZHOU = ("江苏省", "苏州市", "姑苏区", "320508")


def applied(hub: Hub, name: str, *, now: dt.datetime) -> documents.Publication:
    """Found the workspace, then put the whole pack in force; asserts that it takes one revision and has no errors."""
    reference.found(hub, values={"zone": "Asia/Shanghai", "currency": "CNY"}, actor="test", now=now)
    pack = shipped.read(name)
    made = packs.publish(hub, pack, comment=name, actor="test", now=now)
    assert isinstance(made, documents.Publication), made
    assert [each for each in made.findings if each.finding.level == "error"] == []
    assert {(each.kind, each.name) for each in made.published} == {(each.kind, each.name) for each in pack.documents}
    assert packs.publish(hub, pack, comment=name, actor="test", now=now) is None
    return made


def draft(
    external_no: str, *lines: tuple[str, int, str], to: Sequence[str] = SUZHOU, now: dt.datetime, **fields: Any
) -> drafts.Draft:
    """An order of (SKU, quantity, price in yuan) to a district, complete for every check that ships."""
    province, city, district, adcode = to
    person = drafts.Person(
        name="王小明", phone=fields.pop("phone", "13800138000"), phone_state="known", province=province, city=city,
        district=district, adcode=adcode, street=fields.pop("street", f"人民路 {external_no} 号"),
    )  # fmt: skip
    made = [
        drafts.Line(line_no=number, sku=sku, quantity=Decimal(quantity), price=Decimal(price), main=number == 1)
        for number, (sku, quantity, price) in enumerate(lines, 1)
    ]
    stated = {"payment_method": "alipay", "placed_at": now, "buyer": person, "consignee": person, **fields}
    stated |= {name: Decimal(stated[name]) for name in ("total", "paid") if name in stated}
    return drafts.Draft(external_no=external_no, lines=made, **stated)


def placed(
    hub: Hub, *made: drafts.Draft, channel: str, door: str = "channel", now: dt.datetime
) -> list[Outcome | Refused]:
    """Place orders, each with its raw message; at the door "desk" a person waits, so rules may refuse."""
    placings = [
        orders.Placing(
            each,
            message=messages.Message(
                hub.ids.new(now), channel, each.external_no, "http", now, hub.sealer.seal(b"{}", aad=b"message")
            ),
        )
        for each in made
    ]
    return orders.place(hub, placings, origin=orders.Origin(channel, door, "tester", "console"), now=now)


def taken(hub: Hub, *made: drafts.Draft, channel: str, door: str = "channel", now: dt.datetime) -> list[state.Order]:
    """Place orders, asserting that none is refused; each as it stands then."""
    outcomes = placed(hub, *made, channel=channel, door=door, now=now)
    stood = [each for each in outcomes if isinstance(each, Outcome) and each.refused is None]
    assert len(stood) == len(made), outcomes
    return [opened.order(hub, each.external_no) for each in made]


def refused(hub: Hub, made: drafts.Draft, *, channel: str, now: dt.datetime) -> Refused:
    """What the desk is told of an order that is refused."""
    [outcome] = placed(hub, made, channel=channel, door="desk", now=now)
    told = outcome if isinstance(outcome, Refused) else outcome.refused
    assert told is not None, outcome
    return told


def figures(hub: Hub, metric: str, *, now: dt.datetime) -> dict[tuple[str, ...], float | None]:
    """A metric of the pack by its groups; without groups under the empty one."""
    with hub.database.workspace(hub.workspace) as connection:
        snapshot = hub.reference(connection)
    asked = boards.Asked(
        hub.database, hub.workspace, snapshot.documents, viewer.everything("test"), snapshot.settings.zone, now
    )
    made = boards.metric(asked, metric)
    assert isinstance(made, metrics.Computed), made
    return {tuple(each.groups): each.value for each in made.figures}


def recorded(hub: Hub, of: str, *values: dict[str, Any], now: dt.datetime, **links: list[str]) -> None:
    """Keep records of a type of the pack."""
    wanted = [records.Wanted(each, links) for each in values]
    told = records.create(hub, of, wanted, teller=records.Teller("tester", "console", now))
    assert all(isinstance(each, records.Told) for each in told), told
