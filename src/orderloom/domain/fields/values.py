"""Values: what a field's value is, in one form however it was written, and what is wrong with one.

Money stands as a decimal in the currency's unit, as people and rules write it, and is whole in minor units.
Dates are YYYY-MM-DD, times RFC 3339 in UTC, files their ids, customers and SKUs their numbers.
"""

import datetime as dt
import uuid
from collections.abc import Callable, Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

import msgspec

from orderloom.domain import geography, phones
from orderloom.domain.fields import dictionaries
from orderloom.domain.fields.dictionaries import Dictionary, Field
from orderloom.domain.mappings import patterns
from orderloom.kit import limits, money

_YEARS = range(1900, 2200)
_PLACES = Decimal("0.000001")
_ADDRESS = ("country", "province", "city", "district", "town", "street", "adcode", "postcode")


class Wrong(msgspec.Struct, frozen=True, omit_defaults=True):
    """What is wrong at one field: its path, a code of codes.toml, and what fills its text."""

    path: str
    code: str
    data: Mapping[str, Any] = {}


class Asks(msgspec.Struct):
    """What values name that must be there: customers and SKUs by number, files by id, with where it stands."""

    customers: dict[str, str] = {}
    skus: dict[str, str] = {}
    files: dict[str, tuple[str, str]] = {}


class Read(msgspec.Struct):
    """Values in their one form, what is wrong with them, and what they name."""

    values: dict[str, Any] = {}
    wrong: list[Wrong] = []
    asks: Asks = msgspec.field(default_factory=Asks)


class Frame(msgspec.Struct, frozen=True):
    """What values are read by: where divisions lie, the currency of money, and which fields are seen.

    `hidden` are fields whose `visible_when` does not hold: they are not asked for, and what comes for them is dropped.
    `before` are the values that stand: what is retired may stay as it was. `partial`: what is not named is not missed,
    but for what is required and does not stand, where `whole` asks for that too.
    """

    places: geography.Places
    currency: str = "CNY"
    hidden: frozenset[str] = frozenset()
    before: Mapping[str, Any] = {}
    partial: bool = False
    whole: bool = False


class _Unfit(ValueError):
    def __init__(self, code: str, **data: Any) -> None:
        super().__init__(code)
        self.code, self.data = code, data


def read(dictionary: Dictionary, stated: Mapping[str, Any], *, frame: Frame, under: str = "") -> Read:
    """Read values by the dictionary; every wrong one is told, by its field."""
    found = Read()
    known = {each.name: each for each in dictionary.fields}
    for name in stated:
        if name not in known:
            data = {"field": under + name[: limits.NAME_CHARS_MAX]}
            found.wrong.append(Wrong(under + name[: limits.NAME_CHARS_MAX], "field.unknown", data))
            if len(found.wrong) >= limits.WRONG_FIELDS_MAX:
                return found
    for field in dictionary.fields:
        if field.name in frame.hidden or (field.type == "computed" and not under):
            continue
        _take(field, stated, found, frame, under)
    return found


def _take(field: Field, stated: Mapping[str, Any], found: Read, frame: Frame, under: str) -> None:
    path = under + field.name
    value = stated.get(field.name)
    if value is None or value == "" or value == []:
        if field.name in stated or (field.default is None and not frame.partial):
            _empty(field, path, found, frame)
        elif field.default is not None and not frame.partial and not field.retired:
            value = field.default
        elif frame.whole and not field.retired and frame.before.get(field.name) in (None, "", []):
            value = field.default
            if value is None and field.required:
                _empty(field, path, found, frame)
        if value is None or value == "" or value == []:
            return
    if field.retired and value != frame.before.get(field.name):
        found.wrong.append(Wrong(path, "field.retired", _named(field, path)))
        return
    try:
        found.values[field.name] = _READERS[field.type](field, value, _Place(path, found, frame))
    except _Unfit as unfit:
        found.wrong.append(Wrong(path, unfit.code, {**_named(field, path), **unfit.data}))


def _empty(field: Field, path: str, found: Read, frame: Frame) -> None:
    if field.required and not field.retired:
        found.wrong.append(Wrong(path, "field.required", _named(field, path)))
    elif frame.partial:
        found.values[field.name] = None


def _named(field: Field, path: str) -> dict[str, Any]:
    return {"field": path, "label": field.label}


class _Place(msgspec.Struct, frozen=True):
    path: str
    found: Read
    frame: Frame


def _text(field: Field, value: Any, place: _Place) -> str:
    if not isinstance(value, str):
        raise _Unfit("field.wrong_type", wanted="text")
    most = dictionaries.chars_max(field)
    if len(value) > most:
        raise _Unfit("field.too_long", most=most)
    if "\0" in value:
        raise _Unfit("field.wrong_type", wanted="text")
    if field.pattern and patterns.compiled(field.pattern).fullmatch(value[: patterns.TEXT_CHARS_MAX]) is None:
        raise _Unfit("field.pattern_unmet", pattern=field.pattern)
    return value


def _decimal(value: Any) -> Decimal:
    if isinstance(value, bool) or not isinstance(value, int | float | str | Decimal):
        raise _Unfit("field.wrong_type", wanted="number")
    if isinstance(value, str) and len(value) > limits.NUMBER_DIGITS_MAX * 2:
        raise _Unfit("field.wrong_type", wanted="number")
    try:
        found = Decimal(str(value).strip())
    except InvalidOperation:
        raise _Unfit("field.wrong_type", wanted="number") from None
    if not found.is_finite() or abs(found.adjusted()) > limits.NUMBER_DIGITS_MAX:
        raise _Unfit("field.out_of_range", least=-(10**15), most=10**15)
    return found


def _number(field: Field, value: Any, place: _Place) -> int | float:
    found = _decimal(value)
    if found != found.quantize(_PLACES):
        raise _Unfit("field.too_fine", places=6)
    _in_range(field, float(found))
    return _plain(found)


def _money(field: Field, value: Any, place: _Place) -> int | float:
    found = _decimal(value)
    minor = found.scaleb(money.exponent(place.frame.currency))
    if minor != minor.to_integral_value() or abs(minor) > limits.AMOUNT_MINOR_MAX:
        raise _Unfit("field.too_fine", places=money.exponent(place.frame.currency))
    _in_range(field, float(found))
    return _plain(found)


def _plain(found: Decimal) -> int | float:
    return int(found) if found == found.to_integral_value() else float(found)


def _in_range(field: Field, value: float | str) -> None:
    low, high = field.min, field.max
    if (low is not None and value < low) or (high is not None and value > high):  # type: ignore[operator]
        raise _Unfit("field.out_of_range", least="" if low is None else low, most="" if high is None else high)


def _date(field: Field, value: Any, place: _Place) -> str:
    try:
        found = dt.date.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        found = None
    if found is None or found.year not in _YEARS:
        raise _Unfit("field.wrong_type", wanted="date")
    _in_range(field, found.isoformat())
    return found.isoformat()


def _time(field: Field, value: Any, place: _Place) -> str:
    try:
        found = dt.datetime.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        found = None
    if found is None or found.tzinfo is None or found.year not in _YEARS:
        raise _Unfit("field.wrong_type", wanted="time")
    told = found.astimezone(dt.UTC).isoformat().replace("+00:00", "Z")
    _in_range(field, told)
    return told


def _boolean(field: Field, value: Any, place: _Place) -> bool:
    if not isinstance(value, bool):
        raise _Unfit("field.wrong_type", wanted="boolean")
    return value


def _select(field: Field, value: Any, place: _Place) -> str:
    if not isinstance(value, str):
        raise _Unfit("field.wrong_type", wanted="select")
    option = field.option(value)
    if option is None:
        open_ = [each.value for each in field.options if not each.retired][: limits.OPTIONS_TOLD_MAX]
        raise _Unfit("field.not_an_option", value=value[: limits.NAME_CHARS_MAX], options=", ".join(open_))
    before = place.frame.before.get(field.name)
    if option.retired and value != before and not (isinstance(before, list) and value in before):
        raise _Unfit("field.option_retired", value=value)
    return value


def _multi_select(field: Field, value: Any, place: _Place) -> list[str]:
    return list(dict.fromkeys(_select(field, each, place) for each in _listed(field, value)))


def _listed(field: Field, value: Any) -> list[Any]:
    if not isinstance(value, list):
        raise _Unfit("field.wrong_type", wanted=field.type)
    most = dictionaries.count_max(field)
    if len(value) > most:
        raise _Unfit("field.too_many", most=most)
    return value


def _address(field: Field, value: Any, place: _Place) -> dict[str, str]:
    if not isinstance(value, dict) or not all(isinstance(each, str) for each in value.values()):
        raise _Unfit("field.wrong_type", wanted="address")
    unknown = set(value) - set(_ADDRESS)
    if unknown or any(len(each) > limits.TEXT_CHARS_MAX for each in value.values()):
        raise _Unfit("field.wrong_type", wanted="address")
    given = {name: value[name].strip() for name in _ADDRESS if value.get(name, "").strip()}
    if given.get("country") and given["country"] not in ("中国", "CN", "China"):
        return given
    official = geography.province(given.get("province", ""))
    key = (official, geography.city(given.get("city", "")), given.get("district", ""))
    codes = place.frame.places.codes
    adcode = codes.get(key)
    if adcode is None and (official, key[1], "") in codes and not key[2]:
        adcode = codes[official, key[1], ""]
    if not official or adcode is None:
        raise _Unfit("field.not_a_division", value=" ".join((official, key[1], key[2])).strip()[:200])
    if given.get("adcode", adcode) != adcode:
        raise _Unfit("field.not_a_division", value=given["adcode"][:20])
    return {**given, "province": official, "adcode": adcode}


def _phone(field: Field, value: Any, place: _Place) -> str:
    found = phones.read(value) if isinstance(value, str) and len(value) <= limits.NAME_CHARS_MAX else None
    if found is None or found.state != phones.KNOWN:
        raise _Unfit("field.not_a_phone")
    return found.number


def _customer(field: Field, value: Any, place: _Place) -> str:
    if not isinstance(value, str) or not 0 < len(value) <= limits.NAME_CHARS_MAX:
        raise _Unfit("field.wrong_type", wanted="customer")
    place.found.asks.customers[value] = place.path
    return value


def _sku_lines(field: Field, value: Any, place: _Place) -> list[dict[str, Any]]:
    lines = []
    for number, line in enumerate(_listed(field, value)):
        if not isinstance(line, dict) or set(line) - {"sku", "quantity", "unit", "price", "custom"}:
            raise _Unfit("field.wrong_type", wanted="sku_lines")
        sku = line.get("sku")
        if not isinstance(sku, str) or not 0 < len(sku) <= limits.NAME_CHARS_MAX:
            raise _Unfit("field.wrong_type", wanted="sku_lines")
        quantity = _decimal(line.get("quantity"))
        if not 0 < quantity <= limits.QUANTITY_MAX:
            raise _Unfit("field.out_of_range", least=1, most=limits.QUANTITY_MAX)
        kept: dict[str, Any] = {"sku": sku, "quantity": _plain(quantity)}
        if line.get("unit"):
            kept["unit"] = str(line["unit"])[: limits.NAME_CHARS_MAX]
        if line.get("price") is not None:
            price = _decimal(line["price"])
            if price < 0 or price != price.quantize(_PLACES):
                raise _Unfit("field.out_of_range", least=0, most=limits.AMOUNT_MINOR_MAX)
            kept["price"] = _plain(price)
        if isinstance(line.get("custom"), dict):
            kept["custom"] = line["custom"]
        place.found.asks.skus[sku] = f"{place.path}[{number}].sku"
        lines.append(kept)
    return lines


def _files(field: Field, value: Any, place: _Place) -> list[str]:
    kept = []
    for each in _listed(field, value if isinstance(value, list) else [value]):
        try:
            file_id = str(uuid.UUID(each)) if isinstance(each, str) and len(each) <= 40 else ""
        except ValueError:
            file_id = ""
        if not file_id:
            raise _Unfit("field.wrong_type", wanted=field.type)
        place.found.asks.files[file_id] = (place.path, field.type)
        kept.append(file_id)
    return list(dict.fromkeys(kept))


def _location(field: Field, value: Any, place: _Place) -> dict[str, float]:
    if not isinstance(value, dict) or set(value) - {"lon", "lat"}:
        raise _Unfit("field.wrong_type", wanted="location")
    lon, lat = _decimal(value.get("lon")), _decimal(value.get("lat"))
    if abs(lon) > 180 or abs(lat) > 90:
        raise _Unfit("field.out_of_range", least=-180, most=180)
    return {"lon": round(float(lon), 6), "lat": round(float(lat), 6)}


def _sub_table(field: Field, value: Any, place: _Place) -> list[dict[str, Any]]:
    columns = Dictionary(subject=field.name, fields=field.fields)
    rows = []
    for number, row in enumerate(_listed(field, value)):
        if not isinstance(row, dict):
            raise _Unfit("field.wrong_type", wanted="sub_table")
        frame = msgspec.structs.replace(place.frame, hidden=frozenset(), before={}, partial=False)
        found = read(columns, row, frame=frame, under=f"{place.path}[{number}].")
        place.found.wrong.extend(found.wrong)
        for name in ("customers", "skus", "files"):
            getattr(place.found.asks, name).update(getattr(found.asks, name))
        rows.append(found.values)
        if len(place.found.wrong) >= limits.WRONG_FIELDS_MAX:
            break
    return rows


def _computed(field: Field, value: Any, place: _Place) -> Any:
    raise _Unfit("field.computed")


_READERS: Mapping[str, Callable[[Field, Any, _Place], Any]] = {
    "text": _text,
    "number": _number,
    "money": _money,
    "date": _date,
    "time": _time,
    "boolean": _boolean,
    "select": _select,
    "multi_select": _multi_select,
    "address": _address,
    "phone": _phone,
    "customer": _customer,
    "sku_lines": _sku_lines,
    "image": _files,
    "file": _files,
    "signature": _files,
    "location": _location,
    "computed": _computed,
    "sub_table": _sub_table,
}
