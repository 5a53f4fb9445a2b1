"""Working time: when a warehouse or an office works, in the workspace's zone; results are UTC instants.

A day's opening hours run from `opens_minute` to `closes_minute` of the local day; where the latter is not later they
run past midnight and belong to the day on which they began. A named workday (调休) goes before a holiday, a holiday
before the weekday.
"""

import datetime as dt
import zoneinfo
from collections.abc import Callable

from orderloom.domain import warehouses
from orderloom.kit import limits

_DAY = dt.timedelta(days=1)
_MINUTES_A_DAY = 1_440
_KEPT_MAX = 64
_UNASKED = object()


class Worktime:
    """A calendar in a zone, ready for arithmetic; built once, it keeps the hours of the days it was asked for."""

    def __init__(self, calendar: warehouses.Calendar, zone: dt.tzinfo) -> None:
        self.zone = zone
        self._weekdays = frozenset(calendar.weekdays)
        self._holidays = frozenset(calendar.holidays)
        self._workdays = frozenset(calendar.workdays)
        self._opens = calendar.opens_minute % _MINUTES_A_DAY
        open_minutes = (calendar.closes_minute - calendar.opens_minute) % _MINUTES_A_DAY
        self.open_minutes = open_minutes or _MINUTES_A_DAY
        self._always = self.open_minutes == _MINUTES_A_DAY and not self._holidays and self._weekdays >= set(range(1, 8))
        self._hours: dict[dt.date, tuple[dt.datetime, dt.datetime] | None] = {}
        # All orders of a batch ask from the same instant, so the last answers are kept.
        self._admitted: dict[tuple[dt.datetime, int], dt.datetime | None] = {}
        self._added: dict[tuple[dt.datetime, int], dt.datetime | None] = {}

    def works_on(self, day: dt.date) -> bool:
        """Whether the local day is a working day."""
        if day in self._workdays:
            return True
        return day not in self._holidays and day.isoweekday() in self._weekdays

    def is_open(self, at: dt.datetime) -> bool:
        """Whether the instant is within working time; the opening is, the closing is not."""
        return self.next_opening(at) == at

    def next_opening(self, at: dt.datetime) -> dt.datetime | None:
        """The first instant of working time not before this one; None if there is none within a year."""
        found = self._next_hours(at)
        return None if found is None else max(found[0], at.astimezone(dt.UTC))

    def closing(self, at: dt.datetime) -> dt.datetime | None:
        """The end of the working time in which the instant lies, or that comes next."""
        found = self._next_hours(at)
        return None if found is None else found[1]

    def add(self, start: dt.datetime, *, minutes: int) -> dt.datetime | None:
        """The instant that many working minutes after the start; None if not within a year of working days.

        No minutes lead to the next instant of working time, as work that takes no time is done when somebody is there.
        """
        at = start.astimezone(dt.UTC)  # Sums in a local zone would be sums of its clock, not of time.
        left = dt.timedelta(minutes=max(0, minutes))
        if self._always:
            return at + left
        return _kept(self._added, (at, minutes), lambda: self._sum(at, left))

    def _sum(self, at: dt.datetime, left: dt.timedelta) -> dt.datetime | None:
        for _ in range(limits.CALENDAR_DAYS_MAX):
            found = self._next_hours(at)
            if found is None:
                return None
            begins = max(found[0], at)
            if begins + left <= found[1]:
                return begins + left
            left -= found[1] - begins
            at = found[1]
        return None

    def minutes_between(self, start: dt.datetime, end: dt.datetime) -> int:
        """Whole working minutes from start to end; 0 where the end is not later."""
        start, end = start.astimezone(dt.UTC), end.astimezone(dt.UTC)
        if end <= start:
            return 0
        if self._always:
            return int((end - start) / dt.timedelta(minutes=1))
        worked = dt.timedelta()
        day = start.astimezone(self.zone).date() - _DAY
        last = end.astimezone(self.zone).date()
        while day <= last:
            hours = self._of_day(day)
            if hours is not None:
                worked += max(dt.timedelta(), min(hours[1], end) - max(hours[0], start))
            day += _DAY
        return int(worked / dt.timedelta(minutes=1))

    def admitted(self, at: dt.datetime, *, cutoff_minute: int) -> dt.datetime | None:
        """When work on something that comes in now begins: now or at opening if the day's cut-off is not past,
        else at the opening of the next working day. On the minute of the cut-off still counts as in time.
        """
        return _kept(self._admitted, (at, cutoff_minute), lambda: self._begins(at, cutoff_minute))

    def _begins(self, at: dt.datetime, cutoff_minute: int) -> dt.datetime | None:
        local = at.astimezone(self.zone)
        day = local.date()
        past = dt.timedelta(
            hours=local.hour, minutes=local.minute, seconds=local.second, microseconds=local.microsecond
        )
        if past > dt.timedelta(minutes=cutoff_minute) or not self.works_on(day):
            at = self._local(day + _DAY, 0)
        return self.next_opening(at)

    def next_cutoff(self, at: dt.datetime, *, cutoff_minute: int) -> dt.datetime | None:
        """The first cut-off of a working day not before the instant; None if there is none within a year."""
        day = at.astimezone(self.zone).date()
        for _ in range(limits.CALENDAR_DAYS_MAX):
            cutoff = self._local(day, cutoff_minute)
            if self.works_on(day) and cutoff >= at:
                return cutoff
            day += _DAY
        return None

    def _next_hours(self, at: dt.datetime) -> tuple[dt.datetime, dt.datetime] | None:
        """The hours in which the instant lies, else the next ones. Yesterday's may run past midnight."""
        day = at.astimezone(self.zone).date() - _DAY
        for _ in range(limits.CALENDAR_DAYS_MAX):
            hours = self._of_day(day)
            if hours is not None and hours[1] > at:
                return hours
            day += _DAY
        return None

    def _of_day(self, day: dt.date) -> tuple[dt.datetime, dt.datetime] | None:
        if day in self._hours:
            return self._hours[day]
        hours = None
        if self.works_on(day):
            hours = (self._local(day, self._opens), self._local(day, self._opens + self.open_minutes))
        if len(self._hours) > 2 * limits.CALENDAR_DAYS_MAX:
            self._hours.clear()
        self._hours[day] = hours
        return hours

    def _local(self, day: dt.date, minute: int) -> dt.datetime:
        """The instant at that minute of the local day's clock."""
        days, minute = divmod(minute, _MINUTES_A_DAY)
        naive = dt.datetime.combine(day + days * _DAY, dt.time(minute // 60, minute % 60))
        return naive.replace(tzinfo=self.zone).astimezone(dt.UTC)


def _kept(
    answers: dict[tuple[dt.datetime, int], dt.datetime | None],
    key: tuple[dt.datetime, int],
    ask: Callable[[], dt.datetime | None],
) -> dt.datetime | None:
    found = answers.get(key, _UNASKED)
    if found is _UNASKED:
        if len(answers) >= _KEPT_MAX:
            answers.clear()
        found = answers[key] = ask()
    return found  # type: ignore[return-value]


def worktime(calendar: warehouses.Calendar | None, *, zone: str | dt.tzinfo) -> Worktime:
    """The calendar in a zone by name; without a calendar every hour is working time."""
    tzinfo = zoneinfo.ZoneInfo(zone) if isinstance(zone, str) else zone
    return Worktime(calendar or warehouses.Calendar(""), tzinfo)
