"""A promise is the sum of its parts, as sure as its least sure one, and that of the latest shipment (S-9)."""

import datetime as dt
import zoneinfo
from typing import Any

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from orderloom.domain import calendars, promises
from orderloom.domain.orders import events, state
from orderloom.domain.promises import Leg, Supply
from orderloom.domain.warehouses import Calendar, Transit, Warehouse

SHANGHAI = zoneinfo.ZoneInfo("Asia/Shanghai")
DAYS = calendars.worktime(
    Calendar("days", weekdays=[1, 2, 3, 4, 5, 6], opens_minute=8 * 60, closes_minute=18 * 60,
             holidays=[dt.date(2026, 5, 1)]),
    zone=SHANGHAI,
)  # fmt: skip
TABLE = promises.TransitTable(
    [
        Transit("SF", "std", "SZ", "浙江", 24),
        Transit("SF", "air", "SZ", "浙江省", 12),
        Transit("ZTO", "", "SZ", "", 72),
    ]
)


def local(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


def leg(carrier: str = "SF", speed: str = "std", supply: Supply | None = None, **warehouse: Any) -> Leg:
    place = Warehouse("SZ", cutoff_minute=16 * 60, handling_minutes=warehouse.pop("handling", 120), **warehouse)
    return Leg(place, DAYS, carrier, speed, supply)


def make(*legs: Leg, now: str = "2026-04-28 10:00", province: str = "浙江省") -> state.Promise | None:
    return promises.make(legs, now=local(now), transit=TABLE, province=province)


def test_from_stock_before_the_cutoff_it_leaves_the_same_day():
    promise = make(leg())
    assert promise is not None
    assert promise.promised_at == local("2026-04-29 12:00")
    assert promise.sure == "table"
    assert [(part.part, part.hours, part.until) for part in promise.parts] == [
        ("handling", 2.0, local("2026-04-28 12:00")),
        ("transit", 24.0, local("2026-04-29 12:00")),
    ]
    assert (promise.warehouse, promise.carrier) == ("SZ", "SF")


def test_in_time_for_the_cutoff_it_leaves_before_closing_though_handling_would_take_longer():
    promise = make(leg(handling=240), now="2026-04-28 16:00")
    assert promise is not None
    assert promise.promised_at == local("2026-04-29 18:00")


def test_a_second_after_the_cutoff_before_a_holiday_waits_for_the_next_working_day():
    promise = make(leg(), now="2026-04-30 16:00:01")
    assert promise is not None
    assert promise.promised_at == local("2026-05-03 10:00")
    assert [part.part for part in promise.parts] == ["cutoff", "handling", "transit"]


def test_handling_of_more_than_a_day_is_not_cut_short():
    promise = make(leg(handling=15 * 60), now="2026-04-27 10:00")
    assert promise is not None
    assert promise.promised_at == local("2026-04-29 15:00")


def test_what_is_backordered_waits_for_its_supply():
    promise = make(leg(supply=Supply(expected_at=local("2026-05-06 09:00"))))
    assert promise is not None
    assert (promise.promised_at, promise.sure) == (local("2026-05-07 11:00"), "supply")
    assert promise.parts[0].part == "supply"
    made_to_order = make(leg(supply=Supply(lead_days=7)))
    assert made_to_order is not None
    assert made_to_order.promised_at == local("2026-05-06 12:00")


def test_an_overdue_supply_counts_from_now():
    promise = make(leg(supply=Supply(expected_at=local("2026-04-01 09:00"))))
    assert promise is not None
    assert promise.promised_at == local("2026-04-29 12:00")


def test_what_nobody_knows_is_a_guess_and_says_so():
    unknown_supply = make(leg(supply=Supply()))
    assert unknown_supply is not None
    assert unknown_supply.sure == "guess"
    nothing = promises.make([leg()], now=local("2026-04-28 10:00"), transit=promises.TransitTable([]), province="浙江")
    assert nothing is not None
    assert (nothing.sure, nothing.promised_at) == ("guess", local("2026-05-02 12:00"))


def test_transit_falls_back_from_what_was_chosen_to_the_slowest_known():
    lane = {"warehouse": "SZ", "province": "浙江省"}
    assert TABLE.hours(carrier="SF", service="air", **lane) == 12
    assert TABLE.hours(carrier="SF", service="boat", **lane) == 24
    assert TABLE.hours(carrier="ZTO", service="", **lane) == 72
    assert TABLE.hours(carrier="YTO", service="", **lane) == 24
    assert TABLE.hours(carrier="YTO", service="", warehouse="SZ", province="西藏自治区") == 72
    assert TABLE.hours(carrier="SF", service="std", warehouse="SZ", province="西藏自治区") == 72
    assert TABLE.hours(carrier="SF", service="std", warehouse="CD", province="浙江省") is None


def test_of_several_shipments_the_latest_is_promised_as_surely_as_the_least_sure():
    promise = make(leg("ZTO", ""), leg(supply=Supply(expected_at=local("2026-04-28 11:00"))))
    assert promise is not None
    assert promise.promised_at == local("2026-05-01 12:00")
    assert promise.sure == "supply"


def test_no_shipment_and_a_warehouse_that_never_works_make_no_promise():
    never = calendars.worktime(Calendar("never", weekdays=[]), zone=SHANGHAI)
    assert make() is None
    assert make(Leg(Warehouse("SZ"), never)) is None


@given(
    seconds=st.integers(0, 365 * 86_400),
    handling=st.integers(0, 3_000),
    lead_days=st.none() | st.integers(-3, 60),
    carrier=st.sampled_from(["SF", "ZTO", "?"]),
)
def test_the_parts_lead_from_now_to_the_promise_and_read_back_the_same(
    seconds: int, handling: int, lead_days: int | None, carrier: str
):
    now = dt.datetime(2026, 1, 1, tzinfo=dt.UTC) + dt.timedelta(seconds=seconds)
    supply = None if lead_days is None else Supply(lead_days=lead_days)
    promise = promises.make([leg(carrier, supply=supply, handling=handling)], now=now, transit=TABLE, province="浙江")
    assert promise is not None
    assert promise.promised_at >= now
    hours = sum(part.hours for part in promise.parts)
    assert abs((promise.promised_at - now).total_seconds() / 3_600 - hours) < 0.3
    untils = [part.until for part in promise.parts]
    assert untils == sorted(untils)
    event = events.PromiseMade(promise)
    assert msgspec.json.decode(msgspec.json.encode(event), type=events.PromiseMade) == event
