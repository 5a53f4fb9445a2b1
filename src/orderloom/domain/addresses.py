"""Chinese addresses as people paste them, read to province, city, district and town with their adcode.

The divisions' names are given by the caller. Names may be short (深圳南山), leave out levels or stand twice; what
fits several places is said to be ambiguous, with the places, and never guessed.
"""

import re
import unicodedata
from collections.abc import Iterable
from typing import Literal

import msgspec

from orderloom.domain.mappings import drafts

Status = Literal["found", "ambiguous", "unknown"]

_PROVINCE, _CITY, _DISTRICT = 1, 2, 3
_CHARS_MAX = 500
_CANDIDATES_MAX = 10
_ETHNICS = (
    "蒙古|回|藏|维吾尔|苗|彝|壮|布依|朝鲜|满|侗|瑶|白|土家|哈尼|哈萨克|傣|黎|傈僳|佤|畲|高山|拉祜|水|东乡|纳西|景颇|柯尔克孜|土|"
    "达斡尔|仫佬|羌|布朗|撒拉|毛南|仡佬|锡伯|阿昌|普米|塔吉克|怒|乌孜别克|俄罗斯|鄂温克|德昂|保安|裕固|京|塔塔尔|独龙|鄂伦春|"
    "赫哲|门巴|珞巴|基诺|各"
)
_ETHNIC_TAIL = re.compile(
    rf"(?:(?:{_ETHNICS})族|蒙古|维吾尔|哈萨克|柯尔克孜|锡伯|塔吉克|达斡尔|鄂温克|鄂伦春)*自治[州县旗]$"
)
_REGIONS = {
    "内蒙古自治区": "内蒙古",
    "广西壮族自治区": "广西",
    "西藏自治区": "西藏",
    "宁夏回族自治区": "宁夏",
    "新疆维吾尔自治区": "新疆",
}
_TAILS = re.compile(r"(?:特别行政区|地区|林区|新区|省|市|盟|州|区|县|旗)$")
# A short name that a road goes on with is that road's name: 南京西路 is not in 南京.
_ROAD = re.compile(r"[东南西北中上下新老大小一二三四五六七八九十]{0,2}(?:路|街|大街|大道|道|巷|弄|胡同|里|桥|站)")
_ZONE = re.compile(
    r"(?:[\u4e00-\u9fff]{0,6}?)(?:高新技术产业开发区|高新技术开发区|高新区|经济技术开发区|经济开发区|经开区|工业园区|"
    r"产业园区|保税区|开发区|示范区|风景名胜区|新区)"
)
_TOWN = re.compile(r"([\u4e00-\u9fff]{1,12}?)(?:街道办事处|街道|镇|民族乡|乡|苏木|林场|农场)")
_NOT_A_TOWN = re.compile(r"[路号弄道街]")
_NUMBER = re.compile(r"\d|[一二三四五六七八九十百]+[号栋幢座楼室组队]")
_LANDMARK = re.compile(
    r"大厦|大楼|广场|小区|花园|花苑|公寓|学校|大学|学院|中学|小学|医院|酒店|宾馆|商场|市场|超市|工厂|公司|银行|园区|产业园|"
    r"科技园|中心|SOHO|车站|机场|家园|新村|社区|公园|别墅|山庄|宿舍|部队|政府|法院"
)
_VILLAGE = re.compile(r"[村屯寨庄组队]")
_SEPARATORS = " ,，、/\\-_>·."
_LEADING = re.compile(r"^(?:收货地址|详细地址|所在地区|地址)?[:：,，。;；\s]*(?:中国|中华人民共和国)?[,，\s]*")
_BETWEEN = re.compile(r"[\s,，、/\\\-_>·.]*(?:市辖区|省直辖县级行政区划|自治区直辖县级行政区划)?[\s,，、/\\\-_>·.]*")


class Place(msgspec.Struct, frozen=True):
    """A division with those above it. A city without districts (东莞) has none."""

    adcode: str
    province: str
    city: str = ""
    district: str = ""


class Address(msgspec.Struct, frozen=True):
    """What was read. `street` is all that stands behind the divisions; `places` are the choices when ambiguous.

    `lacks` names what a carrier would miss: "district", "street", "number"; empty means deliverable as written.
    """

    status: Status
    province: str = ""
    city: str = ""
    district: str = ""
    town: str = ""
    street: str = ""
    adcode: str = ""
    places: list[Place] = []
    lacks: list[str] = []

    @property
    def vague(self) -> bool:
        """Whether a person has to ask the customer before anything is sent there."""
        return self.status != "found" or bool(self.lacks)


class _Node(msgspec.Struct, frozen=True):
    adcode: str
    name: str
    level: int

    def holds(self, other: "_Node") -> bool:
        """Whether the other lies in this one."""
        digits = self.level * 2
        return other.level > self.level and other.adcode[:digits] == self.adcode[:digits]


class _Name(msgspec.Struct, frozen=True):
    text: str
    node: _Node
    full: bool


class _Chain(msgspec.Struct, frozen=True):
    """Divisions that stand one behind the other in the text, up to `end`; `full` counts those named in full."""

    nodes: tuple[_Node, ...]
    end: int
    full: int
    rooted: bool


class Divisions:
    """The table of divisions, indexed for reading. Built once, then only read."""

    def __init__(self, rows: Iterable[tuple[str, str]]) -> None:
        """`rows` are (six-digit adcode, name) of all provinces, cities and districts."""
        self._nodes: dict[str, _Node] = {}
        self._names: dict[str, list[_Name]] = {}
        districts: dict[str, set[str]] = {}
        for adcode, name in rows:
            level = _PROVINCE if adcode.endswith("0000") else _CITY if adcode.endswith("00") else _DISTRICT
            node = _Node(adcode, name, level)
            self._nodes[adcode] = node
            if level == _DISTRICT:
                districts.setdefault(adcode[:4], set()).add(name)
            for text in {name, *_short_names(name)}:
                self._names.setdefault(text[:2], []).append(_Name(text, node, text == name))
        for names in self._names.values():
            names.sort(key=lambda each: (-len(each.text), each.node.adcode))
        # A city whose one district is called like itself (嘉峪关市) has none that people would write.
        self._with_districts = {city for city, names in districts.items() if len(names) > 1}

    def read(self, text: str) -> Address:
        """Read one address, pasted whole or joined from its parts."""
        plain = unicodedata.normalize("NFKC", text[:_CHARS_MAX]).strip()
        leading = _LEADING.match(plain)
        start = leading.end() if leading is not None else 0
        chains = self._chains(plain, start)
        if not chains:
            return Address("unknown", street=plain[start:], lacks=_lacking("", "", plain[start:], True))
        longest = max(chain.end for chain in chains)
        best = [chain for chain in chains if chain.end == longest]
        fullest = max(chain.full for chain in best)
        ends = {chain.nodes[-1].adcode: chain for chain in best if chain.full == fullest}
        rest = plain[longest:]
        places = [self.place(adcode) for adcode in sorted(self._deepest(ends))]
        if len(places) > 1 or not any(ends[adcode].rooted for adcode in ends):
            return Address("ambiguous", street=rest.strip(), places=places[:_CANDIDATES_MAX])
        elsewhere = self._contradiction(ends[places[0].adcode].nodes[-1] if places[0].adcode in ends else None, rest)
        if elsewhere:
            return Address("ambiguous", street=rest.strip(), places=[*places, *elsewhere][:_CANDIDATES_MAX])
        return self._address(places[0], rest)

    def locate(self, person: drafts.Person) -> Address:
        """The address of a person whose parts came apart, pasted as one text, or both; the parts count first.

        Parts repeated in the street (as many platforms send them) are taken out of it.
        """
        parts = f"{person.province} {person.city} {person.district} {person.town} {person.street}".strip()
        by_parts = self.read(parts) if parts else None
        if by_parts is not None and by_parts.status == "found":
            again = self.read(by_parts.street)
            if again.status == "found" and again.adcode == by_parts.adcode:
                by_parts = msgspec.structs.replace(again, town=again.town or by_parts.town)
        if not person.address or (by_parts is not None and not by_parts.vague):
            return by_parts or self.read("")
        pasted = self.read(person.address)
        if by_parts is None or by_parts.status == "unknown":
            return pasted
        # The text may complete the parts, never move them elsewhere.
        deeper = pasted.status == "found" and pasted.adcode.startswith(by_parts.adcode.rstrip("0"))
        return pasted if deeper and len(pasted.lacks) < len(by_parts.lacks) else by_parts

    def place(self, adcode: str) -> Place:
        """The division of that adcode with those above it; empty names where the table has none."""
        node = self._nodes[adcode]
        province = self._nodes.get(adcode[:2] + "0000")
        city = self._nodes.get(adcode[:4] + "00")
        district = node.name if node.level == _DISTRICT else ""
        province_name = province.name if province is not None else ""
        if node.level == _PROVINCE:
            return Place(adcode, province_name)
        if city is not None:
            return Place(adcode, province_name, city.name, district)
        # 香港特别行政区 is its own city; a county right under its province stands for its city too (河南省济源市).
        return Place(
            adcode, province_name, province_name if province_name.endswith("特别行政区") else district, district
        )

    def _chains(self, text: str, start: int) -> list[_Chain]:
        found: list[_Chain] = []
        open_chains = [_Chain((), start, 0, False)]
        while open_chains:
            longer: list[_Chain] = []
            for chain in open_chains:
                longer.extend(self._longer(text, chain))
            found.extend(longer)
            open_chains = longer
        return found

    def _longer(self, text: str, chain: _Chain) -> Iterable[_Chain]:
        gap = _BETWEEN.match(text, chain.end) if chain.nodes else None
        at = gap.end() if gap is not None else chain.end
        last = chain.nodes[-1] if chain.nodes else None
        for name in self._names.get(text[at : at + 2], ()):
            if not text.startswith(name.text, at):
                continue
            node = name.node
            # 北京市北京市朝阳区, 吉林省吉林市: the next lies in the last, and a name may come again one level down.
            if last is not None and not last.holds(node):
                continue
            end = at + len(name.text)
            if not name.full and _ROAD.match(text, end):
                continue
            # A district's short name at the very start (南山科技园) proves nothing by itself.
            rooted = chain.rooted or name.full or node.level < _DISTRICT
            yield _Chain((*chain.nodes, node), end, chain.full + name.full, rooted)

    def _deepest(self, ends: dict[str, _Chain]) -> set[str]:
        """Ends without those that merely hold another end by the same name (北京市 as province and as city)."""
        nodes = [self._nodes[adcode] for adcode in ends]
        left = {node.adcode for node in nodes}
        for node in nodes:
            for other in nodes:
                if node.holds(other) and (node.name == other.name or node.level == _PROVINCE):
                    # 吉林 alone may be the province or its city: the larger one is certain.
                    left.discard(other.adcode)
        return left

    def _contradiction(self, last: _Node | None, rest: str) -> list[Place]:
        """Places named in full right behind the divisions that do not lie in them: 江苏省杭州市."""
        if last is None or last.level == _DISTRICT:
            return []
        gap = _BETWEEN.match(rest)
        at = gap.end() if gap is not None else 0
        found = [
            name.node
            for name in self._names.get(rest[at : at + 2], ())
            if name.full and name.node.level > _PROVINCE and rest.startswith(name.text, at)
        ]
        if any(last.holds(node) or node.adcode == last.adcode for node in found):
            return []
        return [self.place(node.adcode) for node in found]

    def _address(self, place: Place, rest: str) -> Address:
        rest = rest.lstrip(_SEPARATORS)
        district, town = place.district, ""
        zone = _ZONE.match(rest)
        # A development zone has no adcode of its own in the table; carriers deliver by its name.
        if not district and zone is not None and place.city:
            district, rest = zone.group(), rest[zone.end() :]
        match = _TOWN.match(rest)
        if match is not None and not _NOT_A_TOWN.search(match[1]):
            town, rest = match.group(), rest[match.end() :].lstrip(_SEPARATORS)
        street = rest.strip()
        needs_district = not place.city or place.adcode[:4] in self._with_districts
        return Address(
            "found",
            province=place.province,
            city=place.city,
            district=district,
            town=town,
            street=street,
            adcode=place.adcode,
            lacks=_lacking(district, town, street, needs_district),
        )


def _lacking(district: str, town: str, street: str, needs_district: bool) -> list[str]:
    lacks: list[str] = []
    if needs_district and not district:
        lacks.append("district")
    masked = "*" in street
    bare = street.strip("* ")
    if len(bare) < 2 and not (town and _NUMBER.search(bare)):
        lacks.append("street")
    elif masked or not (_NUMBER.search(bare) or _LANDMARK.search(bare) or _VILLAGE.search(bare)):
        lacks.append("number")
    return lacks


def _short_names(name: str) -> set[str]:
    """The names people use: without the kind of division, and for autonomous ones without the peoples."""
    found: set[str] = set()
    bare = _ETHNIC_TAIL.sub("", name)
    if name in _REGIONS:
        found.add(_REGIONS[name])
    elif bare != name:
        found.add(bare)
        if name.endswith("州"):
            found.add(f"{bare}州")
        if name.endswith(("县", "旗")):
            found.add(f"{bare}{name[-1]}")
    else:
        found.add(_TAILS.sub("", name))
    return {each for each in found if len(each) >= 2}
