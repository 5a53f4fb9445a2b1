"""Pasted Chinese addresses are read to their divisions, and what fits several places is said to be ambiguous."""

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orderloom.domain import addresses, pasted
from orderloom.domain.mappings import drafts
from orderloom.kit import divisions

TABLE = addresses.Divisions((each.adcode, each.name) for each in divisions.load())
CASES = Path(__file__).parents[2] / "../shared/data/geo/address_cases.py"
EXPECTED = {
    "江苏省常州市武进区湖塘镇": ("found", "320412", "江苏省", "常州市", "武进区", "湖塘镇", []),
    "杭州市余杭区": ("found", "330110", "浙江省", "杭州市", "余杭区", "", []),
    "上海市闵行区": ("found", "310112", "上海市", "上海市", "闵行区", "", []),
    "重庆市渝北区": ("found", "500112", "重庆市", "重庆市", "渝北区", "龙溪街道", []),
    "河南省济源市": ("found", "419001", "河南省", "济源市", "济源市", "沁园街道", []),
    "广东省东莞市虎门镇": ("found", "441900", "广东省", "东莞市", "", "虎门镇", []),
    "新疆阿克苏地区": ("found", "652902", "新疆维吾尔自治区", "阿克苏地区", "库车市", "", []),
    "深圳南山科技园": ("found", "440305", "广东省", "深圳市", "南山区", "", []),
    "苏州工业园区": ("found", "320576", "江苏省", "苏州市", "苏州工业园区", "", []),
    "内蒙古自治区": ("found", "152526", "内蒙古自治区", "锡林郭勒盟", "西乌珠穆沁旗", "巴拉嘎尔高勒镇", ["street"]),
    "海南省儋州市": ("found", "460400", "海南省", "儋州市", "", "那大镇", ["number"]),
    "成都高新区": ("found", "510100", "四川省", "成都市", "高新区", "", []),
    "朝阳区建国路": ("ambiguous", "", "", "", "", "", []),
    "吉林省吉林市": ("found", "220204", "吉林省", "吉林市", "船营区", "", []),
    "四川凉山西昌市": ("found", "513401", "四川省", "凉山彝族自治州", "西昌市", "", ["number"]),
}


def test_reads_every_address_of_the_yardstick() -> None:
    if not CASES.exists():
        pytest.skip("the address cases are not at ../shared/data/geo/address_cases.py")
    source = re.search(r"S=\[.*?\n?\"\]", CASES.read_text("utf-8"), re.S)
    assert source is not None
    cases = re.findall(r'^\s*(?:S=\[)?"([^"]+)"', source.group(), re.M)
    assert len(cases) == 15
    for case in cases:
        (start,) = [start for start in EXPECTED if case.startswith(start)]
        found = TABLE.read(case)
        parts = (found.status, found.adcode, found.province, found.city, found.district, found.town, found.lacks)
        assert parts == EXPECTED[start], case


def test_names_every_place_an_ambiguous_address_may_mean() -> None:
    found = TABLE.read("朝阳区建国路87号华贸中心")
    assert [(place.adcode, place.city) for place in found.places] == [("110105", "北京市"), ("220104", "长春市")]
    assert found.vague


@pytest.mark.parametrize(
    ("text", "adcode"),
    [
        ("新疆 乌鲁木齐市 天山区 光明路 59号", "650102"),
        ("中国江苏省/苏州市/昆山市/玉山镇/前进西路1号", "320583"),
        ("北京北京市海淀区中关村大街27号", "110108"),
        ("内蒙古呼和浩特新城区新华大街1号", "150102"),
        ("延边州延吉市光明街1号", "222401"),
        ("吉林船营区北京路77号", "220204"),
        ("黔东南凯里市文化路1号", "522601"),
        ("收货地址：浙江杭州余杭文一西路969号", "330110"),
        ("石河子市北三路1号", "659001"),
        ("香港中西区德辅道中1号", "810101"),
        ("重庆市两江新区金渝大道1号", "500157"),
        ("广西壮族自治区 南宁市 青秀区 民族大道100号", "450103"),
    ],
)
def test_reads_what_people_leave_out_or_write_twice(text: str, adcode: str) -> None:
    found = TABLE.read(text)
    assert (found.status, found.adcode, found.vague) == ("found", adcode, False)


@pytest.mark.parametrize("text", ["南京西路1266号恒隆广场", "北京东路1号", "中山路100号", "张三", "", "8号楼"])
def test_does_not_take_a_roads_name_for_a_city(text: str) -> None:
    assert TABLE.read(text).status == "unknown"


def test_a_division_that_lies_elsewhere_makes_the_address_ambiguous() -> None:
    found = TABLE.read("江苏省杭州市西湖区文三路1号")
    assert found.status == "ambiguous"
    assert [place.adcode for place in found.places] == ["320000", "330100"]


@pytest.mark.parametrize(
    ("text", "lacks"),
    [
        ("上海", ["district", "street"]),
        ("浙江省", ["district", "street"]),
        ("深圳市南山大道1001号", ["district"]),
        ("昆明市西山区", ["street"]),
        ("海口市龙华区滨海大道", ["number"]),
        ("浙江杭州市余杭区仓前街道****", ["street"]),
        ("杭州市西湖区浙江大学", []),
        ("湖南省长沙县黄花镇黄花村", []),
        ("北京市朝阳区望京街道望京SOHO", []),
        ("甘肃嘉峪关市新华路10号", []),
    ],
)
def test_says_what_a_vague_address_lacks(text: str, lacks: list[str]) -> None:
    found = TABLE.read(text)
    assert found.lacks == lacks
    assert found.vague == bool(lacks)


@pytest.mark.parametrize(
    ("person", "adcode", "street"),
    [
        (
            drafts.Person(province="浙江", city="杭州市", district="余杭区", street="文一西路969号"),
            "330110",
            "文一西路969号",
        ),
        (
            drafts.Person(province="浙江省", city="杭州", district="余杭", street="浙江省杭州市余杭区文一西路969号"),
            "330110",
            "文一西路969号",
        ),
        (drafts.Person(address="上海市闵行区申贵路1500号"), "310112", "申贵路1500号"),
        (drafts.Person(province="上海", address="上海市闵行区申贵路1500号"), "310112", "申贵路1500号"),
        (drafts.Person(province="浙江", address="上海市闵行区申贵路1500号"), "330000", ""),
        (drafts.Person(), "", ""),
    ],
)
def test_parts_and_pasted_text_complete_each_other(person: drafts.Person, adcode: str, street: str) -> None:
    found = TABLE.locate(person)
    assert (found.adcode, found.street) == (adcode, street)


@pytest.mark.parametrize(
    ("text", "name", "phone", "address"),
    [
        ("成都高新区天府大道中段1388号 张三 13800138000", "张三", "13800138000", "成都高新区天府大道中段1388号"),
        (
            "收货人：欧阳娜娜\n手机号码：138 0013 8000\n地址：上海市闵行区申贵路1500号",
            "欧阳娜娜",
            "13800138000",
            "上海市闵行区申贵路1500号",
        ),
        ("李女士，139****1234，杭州市余杭区文一西路969号", "李女士", "139****1234", "杭州市余杭区文一西路969号"),
        ("杭州市余杭区文一西路969号", "", "", "杭州市余杭区文一西路969号"),
    ],
)
def test_takes_a_pasted_text_apart(text: str, name: str, phone: str, address: str) -> None:
    found = pasted.read(text)
    assert (found.name, found.phone.number) == (name, phone)
    assert TABLE.read(found.address).street == TABLE.read(address).street
    assert TABLE.read(found.address).adcode == TABLE.read(address).adcode != ""


@given(st.sampled_from(divisions.load()), st.text(alphabet="东路12号A ,", max_size=8))
def test_every_division_is_found_by_its_full_path(division: divisions.Division, tail: str) -> None:
    found = TABLE.read(f"{written(TABLE.place(division.adcode))} {tail}")
    assert found.status == "found"
    # A municipality stands in the table as province and as city; written out they are the same.
    assert written(found) == written(TABLE.place(division.adcode))


def written(place: addresses.Place | addresses.Address) -> str:
    return "".join(dict.fromkeys((place.province, place.city, place.district)))


@given(st.text(max_size=80) | st.text(alphabet="北京市朝阳区江苏省南路0123号-,，*", max_size=40))
def test_never_raises(text: str) -> None:
    assert TABLE.read(text).status in ("found", "ambiguous", "unknown")
    assert TABLE.read(pasted.read(text).address).street is not None
