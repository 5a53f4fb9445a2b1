"""Distances, provinces by any of their names, and districts by code or name."""

import csv
import pathlib

import pytest

from orderloom.domain import geography
from orderloom.domain.orders import state

CENTROIDS = pathlib.Path(__file__).parents[2].parent / "shared" / "data" / "geo" / "cn_admin_centroids.csv"


@pytest.mark.parametrize(
    ("name", "official"),
    [
        ("浙江", "浙江省"), ("浙江省", "浙江省"), (" 浙 江 ", "浙江省"), ("内蒙", "内蒙古自治区"), ("上海", "上海市"),
        ("广西自治区", "广西壮族自治区"), ("香港", "香港特别行政区"), ("", ""), ("Bavaria", "Bavaria"),
    ],
)  # fmt: skip
def test_a_province_has_one_official_name(name: str, official: str):
    assert geography.province(name) == official


def test_hangzhou_lies_about_165_km_from_shanghai():
    assert geography.distance_m((120.1551, 30.2741), (121.4737, 31.2304)) == pytest.approx(164_700, rel=0.01)
    assert geography.distance_m((120.0, 30.0), (120.0, 30.0)) == 0
    assert geography.distance_m((0.0, 0.0), (180.0, 0.0)) == pytest.approx(20_015_115, abs=1)


def test_an_address_is_located_by_the_smallest_division_known():
    known = geography.places(
        [
            ("330000", "浙江省", "", "", 120.0, 30.0),
            ("330100", "浙江省", "杭州市", "", 120.1, 30.1),
            ("330110", "浙江省", "杭州市", "余杭区", 120.2, 30.2),
        ]
    )
    assert known.locate(state.Party(adcode="330110")) == (120.2, 30.2)
    assert known.locate(state.Party(adcode="330199")) == (120.1, 30.1)
    assert known.locate(state.Party(adcode="339999")) == (120.0, 30.0)
    assert known.locate(state.Party(province="浙江", city="杭州", district="余杭区")) == (120.2, 30.2)
    assert known.locate(state.Party(province="浙江", city="杭州市", district="新区")) == (120.1, 30.1)
    assert known.locate(state.Party(province="浙江", city="别处")) == (120.0, 30.0)
    assert known.locate(state.Party(province="Bavaria")) is None
    assert known.locate(state.Party()) is None


def test_a_region_is_a_province_or_the_start_of_an_adcode():
    assert geography.rank([], province_name="浙江") == 0
    assert geography.rank(["上海", "浙江省"], province_name="浙江") == 1
    assert geography.rank(["32", "33"], province_name="", adcode="330110") == 1
    assert geography.rank(["上海"], province_name="浙江", adcode="330110") is None


def test_every_province_of_the_official_list_is_known():
    if not CENTROIDS.exists():
        pytest.skip(f"the shared test data is missing: {CENTROIDS.name} beside the repository, in shared/data/geo")
    with CENTROIDS.open(encoding="utf-8") as rows:
        provinces = [row["province"] for row in csv.DictReader(rows) if row["level"] == "province"]
    assert len(provinces) == 34
    assert [geography.province(name) for name in provinces] == provinces
    short = [name.removesuffix("省").removesuffix("市") for name in provinces]
    assert [geography.province(name) for name in short] == provinces
