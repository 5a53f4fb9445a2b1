"""The verbs of alerts: take a turn at looking, tell people of figures that stay where they must not be, begin flows on
the orders behind them, and let sources be asked for what is missing."""

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

from orderloom.actions import claims, transact
from orderloom.actions.hub import Hub
from orderloom.domain import alerts
from orderloom.domain.alerts import Alert
from orderloom.domain.flows import definition
from orderloom.domain.orders import commands
from orderloom.kit import ids, limits
from orderloom.rules.flows import Candidate
from orderloom.store import alerts as alerts_store
from orderloom.store import channels as channels_store
from orderloom.store import flows as flows_store
from orderloom.store import orders as orders_store
from orderloom.store import outbox as outbox_store
from orderloom.store.alerts import State

_SIGNS = {"gt": ">", "ge": "≥", "lt": "<", "le": "≤"}


def claim(hub: Hub, names: Sequence[str], *, now: dt.datetime) -> set[str]:
    """Those of the alerts in force whose turn has come and that no other worker took; what went is forgotten."""
    with hub.database.workspace(hub.workspace) as connection:
        alerts_store.forget(connection, but=names)
        before = now - dt.timedelta(seconds=limits.ALERT_SECONDS)
        return alerts_store.claim(connection, names, before=before, now=now)


def weigh(hub: Hub, name: str, alert: Alert, figures: Mapping[str, float], *, now: dt.datetime) -> int:
    """Take in the figures of an alert's metric by group; returns how many groups people are told of now."""
    told = 0
    with hub.database.workspace(hub.workspace) as connection:
        watching = [
            each
            for each in hub.reference(connection).flows.apart.get(definition.WORKSPACE, ())
            if each.trigger.on == "threshold" and each.trigger.alert == name
        ]
        known = alerts_store.lock(connection, name)
        states: list[State] = []
        for key, value in figures.items():
            if not alerts.beyond(alert, value):
                continue
            state = known.get(key, State(key, now, None))
            state.value = value
            if alerts.due(alert, since=state.since, told_at=state.told_at, now=now):
                outbox_store.insert(connection, _rows(hub, name, alert, state, watching, now))
                for channel in sorted(set(alert.catch_up)):
                    channels_store.hasten(connection, channel, now=now)
                state.told_at, told = now, told + 1
            states.append(state)
        alerts_store.keep(connection, name, states)
    return told


def begin(
    hub: Hub, row: outbox_store.Claimed, order_nos: Sequence[str], *, until: dt.datetime, now: dt.datetime
) -> int:
    """Begin the alert's flow on these orders, but for those on which it waits; the row is done in the same transaction.
    Returns how many orders were asked: at most a batch, so that all of it is done or none."""
    flow = str(row.payload["flow"])
    with hub.database.workspace(hub.workspace) as connection:
        found = orders_store.find_numbers(connection, order_nos)
        waiting = flows_store.waiting_on(connection, flow=flow, order_ids=list(found.values()))
    chosen = [found[each] for each in order_nos if each in found and found[each] not in waiting]
    asked = [
        transact.Asked(
            commands.StartFlow(
                command_id=ids.beside(row.outbox_id, str(each)),
                actor=f"alert:{row.payload['alert']}",
                source="hub",
                at=now,
                order_id=each,
                flow=flow,
                event={"type": "alert", "alert": row.payload["alert"], "key": row.payload["key"]},
                filtered=True,
            ),
            claim=claims.Claim("outbox", row.outbox_id, until),
        )
        for each in chosen[: limits.BATCH_ORDERS_MAX]
    ]
    if asked:
        transact.run(hub, asked, now=now)
    return len(asked)


def _told(name: str, alert: Alert, state: State) -> dict[str, Any]:
    """What a flow of the workspace that an alert begins sees of it."""
    return {"type": "alert", "alert": name, "key": state.key, "value": state.value, "bound": alert.bound,
            "since": state.since.isoformat(), "level": alert.level}  # fmt: skip


def _rows(
    hub: Hub, name: str, alert: Alert, state: State, watching: Sequence[Candidate], now: dt.datetime
) -> list[outbox_store.Row]:
    number = int(now.timestamp())
    rows: list[outbox_store.Row] = []
    started = [(alert.start, "")] if alert.start else []
    started += [(each.plan.name, each.trigger.id) for each in watching]
    for place, each in enumerate(alert.notify):
        payload = _payload(alert, state, now) | {"to": each.to, "channel": each.messenger, "template": each.template}
        key = f"{name} {state.key} {number} {place}"
        rows.append(
            outbox_store.Row(hub.ids.new(now), "message", f"alert/{name}/{state.key}", number, key, payload, now)
        )
    for flow, trigger in started:
        payload = {
            "alert": name,
            "key": state.key,
            "flow": flow,
            "trigger": trigger,
            "event": _told(name, alert, state),
        }
        key = f"{name} {state.key} {number} start {flow}"
        rows.append(outbox_store.Row(hub.ids.new(now), "alert", f"alert/{name}/{state.key}", number, key, payload, now))
    return rows


def _payload(alert: Alert, state: State, now: dt.datetime) -> dict[str, Any]:
    minutes = int((now - state.since).total_seconds() // 60)
    value, bound = f"{state.value:g}", f"{_SIGNS[alert.is_]} {alert.bound:g}"
    group = f"（{state.key}）" if state.key else ""
    values = {
        "alert": {"zh": alert.title.zh, "en": alert.title.en},
        "key": state.key,
        "value": state.value,
        "bound": alert.bound,
        "since": state.since.isoformat(),
        "level": alert.level,
    }
    return {
        "zh": f"{alert.title.zh}{group}：当前 {value}，界限 {bound}，已 {minutes} 分钟",
        "en": f"{alert.title.en} {state.key}: {value} now, bound {bound}, for {minutes} min".replace(" :", ":"),
        "values": values,
        "level": alert.level,
    }
