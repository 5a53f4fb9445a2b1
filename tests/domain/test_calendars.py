"""Working time over the days of Asia/Shanghai, holidays, workdays in their place, and cut-offs to the second."""

import datetime as dt
import zoneinfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orderloom.domain import calendars
from orderloom.domain.warehouses import Calendar

SHANGHAI = zoneinfo.ZoneInfo("Asia/Shanghai")

# The spring festival of 2026: off from 15 to 23 February, Saturday the 14th and Saturday the 28th are worked.
OFFICE = calendars.worktime(
    Calendar(
        "office",
        weekdays=[1, 2, 3, 4, 5],
        opens_minute=9 * 60,
        closes_minute=18 * 60,
        holidays=[dt.date(2026, 2, day) for day in range(15, 24)],
        workdays=[dt.date(2026, 2, 14), dt.date(2026, 2, 28)],
    ),
    zone="Asia/Shanghai",
)
ALWAYS = calendars.worktime(None, zone="Asia/Shanghai")
NIGHT = calendars.worktime(
    Calendar("night", weekdays=[1, 2, 3, 4, 5], opens_minute=20 * 60, closes_minute=4 * 60), zone="Asia/Shanghai"
)
NEVER = calendars.worktime(Calendar("never", weekdays=[]), zone="Asia/Shanghai")


def local(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


@pytest.mark.parametrize(
    ("start", "minutes", "end"),
    [
        ("2026-02-10 09:00", 60, "2026-02-10 10:00"),
        ("2026-02-10 17:30", 60, "2026-02-11 09:30"),
        ("2026-02-10 06:00", 60, "2026-02-10 10:00"),
        ("2026-02-10 18:00", 0, "2026-02-11 09:00"),
        ("2026-02-10 17:00", 60, "2026-02-10 18:00"),
        ("2026-02-13 17:30", 60, "2026-02-14 09:30"),
        ("2026-02-14 17:30", 60, "2026-02-24 09:30"),
        ("2026-02-10 09:00", 9 * 60 * 6, "2026-02-24 18:00"),
    ],
)
def test_work_is_added_over_closing_weekends_and_holidays(start: str, minutes: int, end: str):
    assert OFFICE.add(local(start), minutes=minutes) == local(end)


def test_a_night_shift_belongs_to_the_day_on_which_it_began():
    assert NIGHT.is_open(local("2026-02-07 03:59"))
    assert not NIGHT.is_open(local("2026-02-07 04:00"))
    assert NIGHT.add(local("2026-02-07 03:30"), minutes=60) == local("2026-02-09 20:30")


def test_opening_and_closing():
    assert OFFICE.next_opening(local("2026-02-14 18:00")) == local("2026-02-24 09:00")
    assert OFFICE.next_opening(local("2026-02-24 12:00")) == local("2026-02-24 12:00")
    assert OFFICE.closing(local("2026-02-24 12:00")) == local("2026-02-24 18:00")
    assert OFFICE.is_open(local("2026-02-24 09:00"))
    assert not OFFICE.is_open(local("2026-02-24 18:00"))


@pytest.mark.parametrize(
    ("at", "begins"),
    [
        ("2026-02-10 15:59:59", "2026-02-10 15:59:59"),
        ("2026-02-10 16:00:00", "2026-02-10 16:00:00"),
        ("2026-02-10 16:00:01", "2026-02-11 09:00:00"),
        ("2026-02-10 07:00:00", "2026-02-10 09:00:00"),
        ("2026-02-14 16:00:01", "2026-02-24 09:00:00"),
        ("2026-02-21 10:00:00", "2026-02-24 09:00:00"),
    ],
)
def test_an_order_on_the_minute_of_the_cutoff_is_in_time_and_a_second_later_is_not(at: str, begins: str):
    assert OFFICE.admitted(local(at), cutoff_minute=16 * 60) == local(begins)


def test_the_next_cutoff_is_on_a_working_day():
    assert OFFICE.next_cutoff(local("2026-02-10 16:00"), cutoff_minute=960) == local("2026-02-10 16:00")
    assert OFFICE.next_cutoff(local("2026-02-14 16:01"), cutoff_minute=960) == local("2026-02-24 16:00")


def test_working_minutes_leave_nights_and_holidays_out():
    assert OFFICE.minutes_between(local("2026-02-14 17:00"), local("2026-02-24 10:00")) == 120
    assert OFFICE.minutes_between(local("2026-02-10 10:00"), local("2026-02-10 09:00")) == 0
    assert ALWAYS.minutes_between(local("2026-02-14 17:00"), local("2026-02-15 17:00")) == 1_440


def test_a_calendar_without_working_days_has_no_answer():
    assert NEVER.next_opening(local("2026-02-10 09:00")) is None
    assert NEVER.add(local("2026-02-10 09:00"), minutes=1) is None
    assert NEVER.admitted(local("2026-02-10 09:00"), cutoff_minute=960) is None
    assert NEVER.next_cutoff(local("2026-02-10 09:00"), cutoff_minute=960) is None


def test_a_day_of_23_hours_is_23_hours_long_where_clocks_change():
    berlin = zoneinfo.ZoneInfo("Europe/Berlin")
    weekdays_only = calendars.worktime(Calendar("b", weekdays=[1, 2, 3, 4, 5, 7]), zone=berlin)
    sunday = dt.datetime(2026, 3, 29, tzinfo=berlin)
    assert weekdays_only.minutes_between(sunday, dt.datetime(2026, 3, 30, tzinfo=berlin)) == 23 * 60
    assert weekdays_only.minutes_between(sunday, sunday.replace(hour=6)) == 5 * 60
    assert weekdays_only.add(sunday.replace(hour=1), minutes=180) == sunday.replace(hour=5)
    assert weekdays_only.add(sunday, minutes=23 * 60) == dt.datetime(2026, 3, 30, tzinfo=berlin)


INSTANTS = st.integers(0, 365 * 86_400).map(
    lambda seconds: dt.datetime(2026, 1, 1, tzinfo=dt.UTC) + dt.timedelta(seconds=seconds)
)
HOURS = st.sampled_from([OFFICE, ALWAYS, NIGHT])


@given(worktime=HOURS, start=INSTANTS, minutes=st.integers(0, 20_000))
def test_what_was_added_lies_between(worktime: calendars.Worktime, start: dt.datetime, minutes: int):
    end = worktime.add(start, minutes=minutes)
    assert end is not None
    assert end >= start
    assert worktime.minutes_between(start, end) == minutes


@given(worktime=HOURS, start=INSTANTS, minutes=st.integers(0, 2_000), more=st.integers(0, 2_000))
def test_adding_in_two_steps_is_adding_at_once(
    worktime: calendars.Worktime, start: dt.datetime, minutes: int, more: int
):
    first = worktime.add(start, minutes=minutes)
    assert first is not None
    apart, at_once = worktime.add(first, minutes=more), worktime.add(start, minutes=minutes + more)
    # Equal but for the closing of a day, which is the opening of the next for work yet to be done.
    assert apart == at_once or (at_once is not None and worktime.next_opening(at_once) == apart)
