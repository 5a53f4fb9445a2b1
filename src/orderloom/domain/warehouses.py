"""Warehouses: where stock stands, whom they serve, and when they work."""

import datetime as dt

import msgspec


class Calendar(msgspec.Struct, omit_defaults=True):
    """Working time: ISO weekdays (1 Monday … 7 Sunday), opening minutes of the local day, holidays and extra days."""

    calendar: str
    weekdays: list[int] = msgspec.field(default_factory=lambda: [1, 2, 3, 4, 5, 6, 7])
    opens_minute: int = 0
    closes_minute: int = 1_440
    holidays: list[dt.date] = []
    workdays: list[dt.date] = []


class Warehouse(msgspec.Struct, omit_defaults=True):
    """A place that ships. `regions` are provinces (or adcode prefixes) in order of preference; empty serves all.

    `cutoff_minute` is the local minute of the day until which an order still leaves that day;
    `load` 0…1 is the share of its day's capacity already taken.
    """

    warehouse: str
    name: str = ""
    lon: float = 0.0
    lat: float = 0.0
    adcode: str = ""
    province: str = ""
    regions: list[str] = []
    calendar: str = ""
    cutoff_minute: int = 960
    handling_minutes: int = 240
    load: float = 0.0
    closed: bool = False


class Rate(msgspec.Struct, omit_defaults=True):
    """Contract freight of a carrier's service from a warehouse to a province ("" = anywhere), weight in steps."""

    carrier: str
    service: str
    warehouse: str
    province: str
    first_grams: int
    first_minor: int
    step_grams: int
    step_minor: int


class Transit(msgspec.Struct, omit_defaults=True):
    """Hours a carrier's service takes on a lane, by the table (learned figures come later)."""

    carrier: str
    service: str
    warehouse: str
    province: str
    hours: int
