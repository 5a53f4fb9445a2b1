"""Places: distances, province names, and where a consignee's district lies, by data that the caller gives."""

import math
from collections.abc import Iterable, Sequence

import msgspec

from orderloom.domain.orders import state

# Mean radius of the Earth (IUGG R1).
_EARTH_M = 6_371_008.8

# The official name → other names in use; the official one stands in addresses, rate tables, rules and boards.
_PROVINCES = {
    "北京市": ("北京",), "天津市": ("天津",), "上海市": ("上海",), "重庆市": ("重庆",),
    "河北省": ("河北",), "山西省": ("山西",), "辽宁省": ("辽宁",), "吉林省": ("吉林",), "黑龙江省": ("黑龙江",),
    "江苏省": ("江苏",), "浙江省": ("浙江",), "安徽省": ("安徽",), "福建省": ("福建",), "江西省": ("江西",),
    "山东省": ("山东",), "河南省": ("河南",), "湖北省": ("湖北",), "湖南省": ("湖南",), "广东省": ("广东",),
    "海南省": ("海南",), "四川省": ("四川",), "贵州省": ("贵州",), "云南省": ("云南",), "陕西省": ("陕西",),
    "甘肃省": ("甘肃",), "青海省": ("青海",), "台湾省": ("台湾", "臺灣", "中国台湾"),
    "内蒙古自治区": ("内蒙古", "内蒙", "内蒙古省"), "广西壮族自治区": ("广西", "广西省", "广西自治区"),
    "西藏自治区": ("西藏", "西藏省"), "宁夏回族自治区": ("宁夏", "宁夏省", "宁夏自治区"),
    "新疆维吾尔自治区": ("新疆", "新疆省", "新疆自治区"),
    "香港特别行政区": ("香港", "中国香港", "香港特區"), "澳门特别行政区": ("澳门", "中国澳门", "澳門"),
}  # fmt: skip
_OFFICIAL = {name: official for official, names in _PROVINCES.items() for name in (official, *names)}


def province(name: str) -> str:
    """The official name of a province: 浙江省 for 浙江, 内蒙古自治区 for 内蒙; any other name comes back trimmed."""
    found = _OFFICIAL.get(name)
    if found is None:
        trimmed = "".join(name.split())
        found = _OFFICIAL.get(trimmed, trimmed)
    return found


def distance_m(start: tuple[float, float], end: tuple[float, float]) -> int:
    """Metres along the great circle between two (longitude, latitude) in degrees, by the haversine formula."""
    start_lon, start_lat, end_lon, end_lat = map(math.radians, (*start, *end))
    half_lat, half_lon = math.sin((end_lat - start_lat) / 2), math.sin((end_lon - start_lon) / 2)
    chord = half_lat * half_lat + math.cos(start_lat) * math.cos(end_lat) * half_lon * half_lon
    return round(2 * _EARTH_M * math.asin(min(1.0, math.sqrt(chord))))


def rank(regions: Sequence[str], *, province_name: str, adcode: str = "") -> int | None:
    """The place of a consignee in a warehouse's regions: 0 is the most preferred, None is not served.

    A region is a province's name or the first digits of an adcode. No regions at all serve everybody equally.
    """
    if not regions:
        return 0
    official = province(province_name)
    for place, region in enumerate(regions):
        if (region.isdigit() and adcode.startswith(region)) or province(region) == official:
            return place
    return None


class Places(msgspec.Struct):
    """Where districts, cities and provinces lie: adcode → (longitude, latitude), and names → adcode."""

    points: dict[str, tuple[float, float]] = {}
    codes: dict[tuple[str, str, str], str] = {}

    def locate(self, party: state.Party) -> tuple[float, float] | None:
        """The middle of the smallest known division of the address, or None when nothing of it is known."""
        points = self.points
        if party.adcode:
            for adcode in (party.adcode, f"{party.adcode[:4]}00", f"{party.adcode[:2]}0000"):
                if adcode in points:
                    return points[adcode]
        official, town = province(party.province), city(party.city)
        for names in ((official, town, party.district), (official, town, ""), (official, "", "")):
            code = self.codes.get(names)
            if code is not None and code in points:
                return points[code]
        return None


def places(rows: Iterable[tuple[str, str, str, str, float, float]]) -> Places:
    """Places from rows of adcode, province, city, district, longitude, latitude; district and city may be empty."""
    known = Places()
    for adcode, province_name, city_name, district, lon, lat in rows:
        known.points[adcode] = (lon, lat)
        known.codes.setdefault((province(province_name), city(city_name), district), adcode)
    return known


def city(name: str) -> str:
    """A city's name without 市, as people leave it out."""
    trimmed = name.strip()
    return trimmed[:-1] if len(trimmed) > 2 and trimmed.endswith("市") else trimmed
