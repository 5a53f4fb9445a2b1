"""An alert tried on the past: when it would have told people, and of what.

Its metric is asked of the orders as they stood at one time after another (`queries.pasts`), by the very statements that
are asked of the present, and what the figures lead to is what `domain.alerts` says of them. In a process of its own.
"""

import datetime as dt
import time
from collections.abc import Iterator

import msgspec

from orderloom.domain import alerts, metrics
from orderloom.domain.alerts import Alert
from orderloom.domain.metrics import Metric
from orderloom.kit import apart, garbage, limits
from orderloom.kit.refusals import Refused
from orderloom.queries import metrics as metrics_query
from orderloom.queries import pasts, viewer
from orderloom.store import database as db

# Minutes between two looks: the fewest with which a period has not too many of them.
_EVERY = (1, 5, 10, 15, 30, 60, 120, 240)
# What keeps no past: a record and a call are only known as they are now.
_NO_PAST = frozenset({"records", "calls"})
_VIEWER = viewer.everything("alerts")


class Asked(msgspec.Struct):
    """An alert with its metric, and the time to try it on."""

    url: str
    workspace: str
    alert: Alert
    metric: Metric
    zone: str
    since: dt.datetime
    until: dt.datetime


class Rung(msgspec.Struct):
    """A time for which a group was beyond the bound and people were told: first at `rung_at`, `told` times in all. It
    was back at `ended_at`; None where it still is. `worst` is the figure that was farthest off."""

    groups: list[str]
    since: dt.datetime
    rung_at: dt.datetime
    ended_at: dt.datetime | None
    worst: float
    told: int


class Look(msgspec.Struct):
    """What the alert saw at one time: the figure farthest to the side of the bound, and how many groups were beyond."""

    at: dt.datetime
    value: float | None
    beyond: int


class Past(msgspec.Struct):
    """What the alert would have done: the newest first, at most limits.ALERT_PAST_RUNGS_MAX; `told` is how often people
    would have been told, `passed` how often a group was beyond the bound for less than the alert waits. `money` says
    that values are in minor units."""

    every_minutes: int
    told: int
    passed: int
    by: list[str]
    unit: str
    money: bool
    rung: list[Rung]
    looks: list[Look]
    seconds: float = 0.0


def tried(asked: Asked) -> Past | Refused:
    """Refuses a metric of what keeps no past, a time in which too much happened, and what takes too long. Raises
    apart.Broke."""
    with apart.Process(__name__, asked) as process:
        [frame] = process.told()
    return _read(frame)


_encode = msgspec.msgpack.Encoder().encode


def _read(frame: bytes) -> Past | Refused:
    made, refused = msgspec.msgpack.decode(frame, type=tuple[Past | None, Refused | None])
    found = made or refused
    assert found is not None
    return found


def _tell(said: bytes) -> Iterator[bytes]:
    made = _tried(msgspec.json.decode(said, type=Asked))
    yield _encode((None, made) if isinstance(made, Refused) else (made, None))


def _tried(asked: Asked) -> Past | Refused:
    divisor = metrics.divisor(asked.metric)
    for each in (asked.metric, divisor):
        if each is not None and each.of in _NO_PAST:
            return Refused("alert.no_past", {"of": each.of})
    began = time.monotonic()
    garbage.settle()
    with db.Database(asked.url, size=1) as database, database.workspace(asked.workspace) as connection:
        try:
            past = pasts.Past(connection, asked.workspace, since=asked.since, until=asked.until)
            watch = _Watch(asked)
            for at in watch.times():
                past.advance(at)
                made = metrics_query.compute(connection, asked.metric, viewer=_VIEWER, zone=asked.zone, now=at)
                if isinstance(made, Refused):
                    return made
                watch.look(made.figures, at)
        except pasts.TooMuch as problem:
            return problem.refused
        except db.TooLong:
            return Refused("alert.past_too_slow", {"seconds": limits.ALERT_PAST_SECONDS_MAX})
    return watch.told(round(time.monotonic() - began, 2))


class _Watch:
    """The alert at work: what stands, what it told, what has passed."""

    def __init__(self, asked: Asked) -> None:
        self._asked = asked
        self._every = every_minutes(asked.until - asked.since)
        self._standing: dict[str, Rung] = {}
        self._told_at: dict[str, dt.datetime] = {}
        self._rung: list[Rung] = []
        self._looks: list[Look] = []
        self._told = self._passed = 0

    def times(self) -> Iterator[dt.datetime]:
        """When it looks: last at the end."""
        step = dt.timedelta(minutes=self._every)
        count = (self._asked.until - self._asked.since) // step
        for number in reversed(range(count + 1)):
            yield self._asked.until - number * step

    def look(self, figures: list[metrics_query.Figure], at: dt.datetime) -> None:
        """Take in the figures of one time."""
        alert = self._asked.alert
        values = {alerts.key(each.groups): (each.groups, each.value) for each in figures if each.value is not None}
        beyond = {key: said for key, said in values.items() if alerts.beyond(alert, said[1])}
        for key in [each for each in self._standing if each not in beyond]:
            self._end(key, at)
        for key, (groups, value) in beyond.items():
            self._stand(key, groups, value, at)
        worst = (max if alert.is_ in ("gt", "ge") else min)((value for _, value in values.values()), default=None)
        self._looks.append(Look(at, worst, len(beyond)))

    def told(self, seconds: float) -> Past:
        """All that it did."""
        for key in list(self._standing):
            self._end(key, None)
        newest = sorted(self._rung, key=lambda each: each.rung_at, reverse=True)
        metric = self._asked.metric
        return Past(
            self._every, self._told, self._passed, metric.by, metric.unit, metrics.is_money(metric),
            newest[: limits.ALERT_PAST_RUNGS_MAX], self._looks, seconds,
        )  # fmt: skip

    def _stand(self, key: str, groups: list[str], value: float, at: dt.datetime) -> None:
        alert = self._asked.alert
        rung = self._standing.setdefault(key, Rung(groups, at, at, None, value, 0))
        rung.worst = (max if alert.is_ in ("gt", "ge") else min)(rung.worst, value)
        if not alerts.due(alert, since=rung.since, told_at=self._told_at.get(key), now=at):
            return
        if not rung.told:
            rung.rung_at = at
        rung.told += 1
        self._told += 1
        self._told_at[key] = at

    def _end(self, key: str, at: dt.datetime | None) -> None:
        rung = self._standing.pop(key)
        self._told_at.pop(key, None)
        rung.ended_at = at
        if rung.told:
            self._rung.append(rung)
        elif at is not None:
            self._passed += 1


def every_minutes(period: dt.timedelta) -> int:
    """How many minutes lie between two looks at a period of this length."""
    fitting = (each for each in _EVERY if period / dt.timedelta(minutes=each) <= limits.ALERT_PAST_LOOKS_MAX)
    return next(fitting, _EVERY[-1])


if __name__ == "__main__":
    apart.serve(_tell)
