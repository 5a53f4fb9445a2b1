"""Search over the stored past: keys as the relay would have written them, asked for as people type."""

import datetime as dt
import random
import time
from collections.abc import Sequence

from orderloom.actions.hub import Hub
from orderloom.domain import search
from orderloom.kit import limits
from orderloom.outbox import search as search_reader
from orderloom.queries import search as search_query
from orderloom.queries import viewer
from orderloom.store import relay as relay_store
from orderloom.store import sql

Q = sql.load(__file__)

_EVERYONE = viewer.everything("bench")
_PHONES = ("130", "135", "138", "139", "150", "158", "170", "186", "189", "199")
_FAMILIES = "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林罗高"
_GIVEN = "伟芳娜敏静强磊军洋勇艳杰娟涛明超秀霞平刚桂英华玉兰红建国志海燕晓文丽云飞龙"


def fill(hub: Hub, *, seed: int = 1) -> None:
    """Write the keys of all orders that are stored, with phones and names made up."""
    dice = random.Random(seed)
    young = search_reader.young(_latest(hub))
    after = ""
    while True:
        with hub.database.workspace(hub.workspace) as connection:
            asked = {"after": after, "count": limits.CLEANED_ROWS_PER_BATCH}
            rows = connection.execute(Q.orders_after, asked).fetchall()
            found = []
            for order_id, order_no, external_no, placed_at in rows:
                said = {"phones": {_phone(dice)}, "names": {_name(dice)}}
                keys = search.keys(order_no=order_no, external_no=external_no, **said)
                found.append(search_reader.row(hub, order_id, placed_at, keys, young))
            relay_store.insert_search_keys(connection, found)
        if not rows:
            break
        after = rows[-1][1]
    with hub.database.workspace(hub.workspace) as connection:
        connection.execute(Q.define("analyze"))


def texts(hub: Hub, count: int, *, seed: int = 2) -> list[str]:
    """What people type: whole numbers, their ends and middles, phones, their starts and ends, names; seldom and often
    found alike."""
    dice = random.Random(seed)
    with hub.database.workspace(hub.workspace) as connection:
        rows = connection.execute(Q.some_orders, {"count": count}).fetchall()
    made: list[str] = []
    for order_no, external_no in rows:
        phone = _phone(dice)
        made += [order_no, order_no[-6:], order_no[-4:], external_no, external_no[-6:], external_no[3:8]]
        made += [phone, phone[:4], phone[:7], phone[-4:], phone[3:8], _name(dice), _name(dice)[:2], "0000"]
    return made


def p95_ms(hub: Hub, asked: Sequence[str]) -> tuple[float, float]:
    """The 95th percentile and the slowest, in milliseconds, each search in a transaction of its own."""
    taken: list[float] = []
    for text in asked:
        started = time.perf_counter()
        with hub.database.workspace(hub.workspace) as connection:
            search_query.find(connection, viewer=_EVERYONE, text=text, fingerprint=hub.sealer.fingerprint)
        taken.append((time.perf_counter() - started) * 1_000)
    taken.sort()
    return round(taken[int(len(taken) * 0.95)], 1), round(taken[-1], 1)


def _latest(hub: Hub) -> dt.datetime:
    with hub.database.workspace(hub.workspace) as connection:
        row = connection.execute(Q.latest).fetchone()
    assert row is not None
    return row[0]


def _phone(dice: random.Random) -> str:
    return f"{dice.choice(_PHONES)}{dice.randrange(10**8):08d}"


def _name(dice: random.Random) -> str:
    return dice.choice(_FAMILIES) + "".join(dice.choices(_GIVEN, k=dice.choice((1, 2, 2))))
