"""Messages to people by the workspace's robots and mailboxes: in order per subject, no faster than each allows.

What a messenger rejects is dead with its reason, and operations are told once a day; what it has no room for waits
for the window and counts as no attempt.
"""

import base64
import concurrent.futures
import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from orderloom.actions import messengers, notices
from orderloom.actions.hub import Hub
from orderloom.actions.notices import Telling
from orderloom.connectors import contract
from orderloom.connectors.dingtalk import client as dingtalk
from orderloom.connectors.email import client as email
from orderloom.connectors.feishu import client as feishu
from orderloom.connectors.wecom import client as wecom
from orderloom.domain.messengers import Message, Messenger
from orderloom.kit import ids, limits, sealing
from orderloom.kit.refusals import Refused
from orderloom.outbox.drain import Answer, Later, Never, Sent, Turn, Waits
from orderloom.store.outbox import Claimed

CONNECTORS: Mapping[str, contract.Connector] = {
    each.CONNECTOR.name: each.CONNECTOR for each in (dingtalk, wecom, feishu, email)
}
_OPERATIONS = "operations"


def account(kind: str, stated: Mapping[str, Any]) -> msgspec.Struct | Refused:
    """An account as its connector reads it. Refuses a kind there is not, and what is missing or unknown."""
    connector = CONNECTORS.get(kind)
    if connector is None:
        return Refused("messenger.unknown_kind", {"kind": kind, "kinds": ", ".join(CONNECTORS)})
    try:
        return msgspec.convert(dict(stated), connector.account)
    except msgspec.ValidationError as error:
        fields = ", ".join(connector.account.__struct_fields__)
        return Refused("messenger.account_unfit", {"problem": str(error)[: limits.NAME_CHARS_MAX], "fields": fields})


def send(hub: Hub, rows: Sequence[Claimed], turn: Turn) -> list[Answer]:
    """Hand each row to its messenger, side by side; each within MESSENGER_SECONDS_MAX."""
    with hub.database.workspace(hub.workspace) as connection:
        known = {each.name: each for each in hub.reference(connection).settings.messengers}
    wanted: dict[str, list[Claimed]] = {}
    for row in rows:
        name = str(row.payload.get("messenger", ""))
        if name in known:
            wanted.setdefault(name, []).append(row)
    windows = {name: (CONNECTORS[known[name].kind].windows, len(mine)) for name, mine in wanted.items()}
    turns = messengers.take(hub, windows, now=turn.now)
    granted = [row for name, mine in wanted.items() for row in mine[: turns[name][0]]]
    with concurrent.futures.ThreadPoolExecutor(limits.MESSENGER_CALLS_MAX, thread_name_prefix="messenger") as threads:
        said = dict(
            zip(
                (row.outbox_id for row in granted),
                threads.map(lambda row: _hand_over(hub, known[row.payload["messenger"]], row, turn.now), granted),
                strict=True,
            )
        )
    _after(hub, granted, said, turn)
    return [_answer(row, said, turns, turn.now) for row in rows]


def _hand_over(hub: Hub, messenger: Messenger, row: Claimed, now: dt.datetime) -> contract.Answer:
    connector = CONNECTORS[messenger.kind]
    try:
        opened = hub.sealer.open(base64.b64decode(messenger.account), aad=messengers.place(messenger.name))
        message = hub.sealer.open(base64.b64decode(row.payload["sealed"]), aad=notices.place(row.outbox_id))
    except sealing.SealBroken:
        return contract.Rejected("the account or the message was sealed with another key")
    stated = msgspec.json.decode(opened, type=connector.account)
    return connector.send(stated, msgspec.json.decode(message, type=Message), now)


def _answer(
    row: Claimed,
    said: Mapping[Any, contract.Answer],
    turns: Mapping[str, tuple[int, dt.datetime]],
    now: dt.datetime,
) -> Answer:
    name = str(row.payload.get("messenger", ""))
    if name not in turns:
        return Sent({"skipped": "removed"})
    match said.get(row.outbox_id):
        case None:
            return Waits("the messenger's window is full", max((turns[name][1] - now).total_seconds(), 1.0))
        case contract.Delivered() as delivered:
            return Sent(delivered.said)
        case contract.TooFast() as fast:
            return Waits(fast.reason, fast.after_seconds)
        case contract.Failed() as failed:
            doubtful = "it may have arrived: " if failed.doubtful else ""
            return Later(f"{doubtful}{failed.reason}")
        case contract.Rejected() as rejected:
            return Never(rejected.reason)


def _after(hub: Hub, rows: Sequence[Claimed], said: Mapping[Any, contract.Answer], turn: Turn) -> None:
    """Let a messenger rest that asks for it, and tell operations of one that rejects."""
    resting: dict[str, dt.datetime] = {}
    rejecting: dict[str, tuple[Claimed, str]] = {}
    for row in rows:
        name, answer = str(row.payload["messenger"]), said[row.outbox_id]
        if isinstance(answer, contract.TooFast):
            resting[name] = turn.now + dt.timedelta(seconds=answer.after_seconds)
        elif isinstance(answer, contract.Rejected):
            rejecting.setdefault(name, (row, answer.reason))
    if resting:
        messengers.rest(hub, resting)
    if rejecting:
        notices.tell(hub, [_rejected(name, *each, turn.now) for name, each in rejecting.items()], now=turn.now)


def _rejected(name: str, row: Claimed, reason: str, now: dt.datetime) -> Telling:
    """Once a day and messenger, in the inbox: its id is made of the two. No other messenger is asked to carry it
    unless a route for this template says so, and never the one that rejects."""
    day = f"{now:%Y-%m-%d}"
    notice_id = ids.beside(ids.first_of(dt.datetime.fromisoformat(f"{day}T00:00:00+00:00")), f"rejects {name}")
    told = Claimed(notice_id, "messenger", name, 0, f"rejects-{name}-{day}", {"messenger": name, "reason": reason}, 1)
    values = {"messenger": name, "reason": reason}
    return Telling(told, [_OPERATIONS], "messenger_failed", values, without=name)
