"""The verbs of alerts: take a turn at looking, and tell people of figures that stay where they must not be."""

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

from orderloom.actions.hub import Hub
from orderloom.domain import alerts
from orderloom.domain.alerts import Alert
from orderloom.kit import limits
from orderloom.store import alerts as alerts_store
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
        known = alerts_store.lock(connection, name)
        states: list[State] = []
        for key, value in figures.items():
            if not alerts.beyond(alert, value):
                continue
            state = known.get(key, State(key, now, None))
            state.value = value
            if _due(alert, state, now):
                outbox_store.insert(connection, _rows(hub, name, alert, state, now))
                state.told_at, told = now, told + 1
            states.append(state)
        alerts_store.keep(connection, name, states)
    return told


def _due(alert: Alert, state: State, now: dt.datetime) -> bool:
    if now - state.since < dt.timedelta(minutes=alert.for_minutes):
        return False
    if state.told_at is None:
        return True
    return alert.again_minutes > 0 and now - state.told_at >= dt.timedelta(minutes=alert.again_minutes)


def _rows(hub: Hub, name: str, alert: Alert, state: State, now: dt.datetime) -> list[outbox_store.Row]:
    number = int(now.timestamp())
    rows: list[outbox_store.Row] = []
    for place, each in enumerate(alert.notify):
        payload = _payload(alert, state, now) | {"to": each.to, "channel": each.messenger, "template": each.template}
        key = f"{name} {state.key} {number} {place}"
        rows.append(
            outbox_store.Row(hub.ids.new(now), "message", f"alert/{name}/{state.key}", number, key, payload, now)
        )
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
    }
