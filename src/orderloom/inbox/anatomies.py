"""A kept message taken apart: each value at its place, what it fills, what is wrong there; people masked.

Whoever repairs a message changes values at places, without the others passing through his or her hands: what is masked
stays masked. A place is a JSON pointer into the message as it was kept.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any, Literal

import msgspec

from orderloom.actions import messages
from orderloom.actions.hub import Hub
from orderloom.domain import people
from orderloom.domain.mappings import documents, fields, judging, paths, targets
from orderloom.inbox import order_bodies, shipped_mappings
from orderloom.kit import limits, sealing
from orderloom.kit.refusals import Refused
from orderloom.store import imports as imports_store
from orderloom.store import messages as messages_store

# The one key of an order that is kept by itself because its message brought several.
_ALONE = "#record"
_KEY = re.compile(r"[^.\[\]|']+")
_PHONE = re.compile(r"\+?[\d*][\d* -]{6,}\d")
_PARTS = {"name": "name", "phone": "phone", "phone_token": "phone", "title": "name", "street": "street",
          "address": "street", "town": "street", "buyer": "street", "seller": "street"}  # fmt: skip


class Leaf(msgspec.Struct):
    """A value at its `place`. `target` is the field that it fills, "" where it fills none; a `missing` one is not there
    and would stand at this place. `row` counts as a spreadsheet does, where the message is rows of a file."""

    place: str
    name: str
    value: Any
    target: str = ""
    row: int | None = None
    masked: bool = False
    missing: bool = False
    problems: list[Refused] = []


class Anatomy(msgspec.Struct):
    """A message apart: `rows` of a file, a `record` of a platform, or a `text` that nothing could read. `content` is
    all of it, people masked; `cut` where it has more values than are shown. `problems` are of it as a whole."""

    shape: Literal["rows", "record", "text"]
    mapping: str
    leaves: list[Leaf]
    content: Any
    problems: list[Refused]
    cut: bool = False


def of(hub: Hub, kept: messages_store.Message, raw: bytes, *, masks: frozenset[str] = frozenset()) -> Anatomy | Refused:
    """Take a message apart as it is read now. Refuses `message.masked` for one that cannot be read, where something is
    to be masked: nobody can say what stands in it."""
    problems = _problems(kept.reason or {})
    try:
        payload = msgspec.json.decode(raw)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        if masks:
            return Refused("message.masked", {"message_id": str(kept.message_id)})
        whole = [each for each, _, _ in problems]
        return Anatomy("text", "", [], raw.decode("utf-8", "backslashreplace"), whole)
    taken = _Apart(payload, _document(hub, kept), masks)
    taken.read()
    whole = [refused for refused, field, row in problems if not taken.told(refused, field, row)]
    return Anatomy(taken.shape, taken.mapping, taken.leaves, taken.content, whole, taken.cut)


def changed(raw: bytes, changes: Mapping[str, Any]) -> bytes | Refused:
    """The message with these values at these places. Refuses `message.not_json` and `message.no_place`."""
    try:
        payload = msgspec.json.decode(raw)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        return Refused("message.not_json", {"problem": str(error)[:200]})
    for place, value in changes.items():
        if not _put(payload, _steps(place), value):
            return Refused("message.no_place", {"place": place[: limits.NAME_CHARS_MAX]})
    return msgspec.json.encode(payload)


def opened(hub: Hub, kept: messages_store.Message) -> bytes | Refused:
    """What came, byte for byte. Refuses `message.erased`."""
    try:
        return messages.open_(hub, message_id=kept.message_id, sealed=kept.sealed)
    except sealing.SealBroken:
        return Refused("message.erased", {"message_id": str(kept.message_id)})


class _Apart:
    """One message on the way apart."""

    def __init__(self, payload: Any, document: documents.Mapping | None, masks: frozenset[str]) -> None:
        self._payload, self._masks = payload, masks
        self.mapping = document.name if document is not None else ""
        self.leaves: list[Leaf] = []
        self.cut = False
        rows = isinstance(payload, dict) and {"header", "rows"} <= payload.keys()
        self.shape: Literal["rows", "record"] = "rows" if rows else "record"
        self.content: Any = None
        self._targets: dict[str, str] = {}
        self._sources: dict[str, list[str]] = {}
        self._aliases = {} if document is None else document.aliases
        self._root = "" if document is None else self._under(document)
        self._note(document)

    def read(self) -> None:
        """Go through all of it."""
        if self.shape == "rows":
            self.content = self._table()
        else:
            self.content = self._walk(self._payload, "", "")

    def told(self, refused: Refused, field: str, row: int | None) -> bool:
        """Put a problem at the values it is about; False where there are none."""
        if not field:
            return False
        fit = [each for each in self.leaves if each.target == field and (row is None or _row(each, self.shape) == row)]
        if not fit and self.shape == "record":
            fit = self._absent(field)
        for each in fit:
            each.problems.append(refused)
        return bool(fit)

    def _absent(self, field: str) -> list[Leaf]:
        """Where the field would stand if the message had it: only where that is a plain path."""
        for source in self._sources.get(field, ()):
            if field.startswith("lines.") or not all(_KEY.fullmatch(each) for each in source.split(".")):
                continue
            place = self._root + "".join(f"/{_escaped(each)}" for each in source.split("."))
            leaf = Leaf(place, source.rpartition(".")[2], "", field, missing=True)
            self.leaves.append(leaf)
            return [leaf]
        return []

    def _note(self, document: documents.Mapping | None) -> None:
        """Which names fill which fields, the more particular last."""
        if document is None:
            named = [(each, each) for each in (*targets.ORDER, *(f"lines.{each}" for each in targets.LINE))]
        else:
            named = [(target, source) for target, _, reading in judging.readings(document)
                     for source in fields.sources(reading)]  # fmt: skip
        for target, source in named:
            self._sources.setdefault(target, []).append(source)
            last = source if self.shape == "rows" else source.split("|")[0].rpartition(".")[2]
            for name in (last, *self._aliases.get(last, ())):
                self._targets.setdefault(paths.normal(name), target)

    def _under(self, document: documents.Mapping) -> str:
        if isinstance(self._payload, dict) and self._payload.keys() == {_ALONE}:
            return f"/{_ALONE}"
        steps = document.orders.split(".") if document.orders else []
        place, at = "", self._payload
        for each in steps:
            place += f"/{_escaped(each)}"
            at = at.get(each) if isinstance(at, dict) else None
        return f"{place}/0" if isinstance(at, list) else place

    def _table(self) -> dict[str, Any]:
        header = [str(each) for each in self._payload["header"]]
        numbers = self._payload.get("numbers") or []
        shown = []
        for at, cells in enumerate(self._payload["rows"]):
            number = numbers[at] if at < len(numbers) else at + 1
            shown.append([
                self._leaf(f"/rows/{at}/{n}", header[n] if n < len(header) else str(n + 1), cell, row=number)
                for n, cell in enumerate(cells)
            ])  # fmt: skip
        return {"header": header, "rows": shown, "numbers": numbers}

    def _walk(self, value: Any, place: str, name: str) -> Any:
        if isinstance(value, dict):
            return {key: self._walk(each, f"{place}/{_escaped(key)}", key) for key, each in value.items()}
        if isinstance(value, list):
            return [self._walk(each, f"{place}/{at}", name) for at, each in enumerate(value)]
        return self._leaf(place, name, value)

    def _leaf(self, place: str, name: str, value: Any, row: int | None = None) -> Any:
        target = self._targets.get(paths.normal(name), "")
        shown, masked = self._masked(target, value)
        if len(self.leaves) < limits.ANATOMY_LEAVES_MAX:
            self.leaves.append(Leaf(place, name, shown, target, row, masked))
        else:
            self.cut = True
        return shown

    def _masked(self, target: str, value: Any) -> tuple[Any, bool]:
        """What a person's value shows; a phone is known by its looks as well, wherever it stands."""
        if not self._masks or value in (None, "") or isinstance(value, bool):
            return value, False
        part = _PARTS.get(target.rpartition(".")[2], "") if targets.personal(target) else ""
        if not part and _PHONE.fullmatch(str(value)) and target not in _NUMBERS:
            part = "phone"
        if part not in self._masks:
            return value, False
        return people.masked({part: str(value)}, {part})[part], True


# Long numbers that are nobody's phone.
_NUMBERS = frozenset({
    "external_no", "cancels", "placed_at", "paid_at", "requested_at", "ship_by", "modified_at", "total", "lines.sku",
    "lines.amount", "lines.price", "invoice.tax_no", "customer_no",
})  # fmt: skip


def _document(hub: Hub, kept: messages_store.Message) -> documents.Mapping | None:
    """The mapping that reads the message; None for our own shape, which needs none."""
    if kept.door == order_bodies.DOOR:
        return None
    with hub.database.workspace(hub.workspace) as connection:
        channel = hub.reference(connection).channels.get(kept.channel)
        found = imports_store.read(connection, kept.import_id) if kept.import_id is not None else None
    content: Any = found.mapping if found is not None else channel.mapping if channel is not None else None
    read = documents.read(content or msgspec.json.decode(shipped_mappings.document("orders")))
    return None if isinstance(read, Refused) else read


def _problems(reason: Mapping[str, Any]) -> Iterator[tuple[Refused, str, int | None]]:
    """What is wrong: each with its field and its row of the message, where it has one."""
    was = reason.get("was") or reason
    found = []
    data = was.get("data") or {}
    for each in data.get("errors") or ():
        said = Refused(each["code"], {**each.get("data", {}), "excerpt": each.get("excerpt", "")})
        found.append((said, each["path"], each.get("row")))
    found.extend(
        (Refused(each["code"], each.get("data") or {}), "lines.sku", each.get("row")) for each in was.get("rows") or ()
    )
    if not found and was.get("code"):
        found.append((Refused(was["code"], data), str(data.get("field") or ""), None))
    return iter(found)


def _row(leaf: Leaf, shape: str) -> int | None:
    """Which row or line of the message the value stands in, counted from 0."""
    steps = _steps(leaf.place)
    if shape == "rows":
        return int(steps[1])
    return next((int(each) for each in reversed(steps) if each.isdigit()), None)


def _escaped(key: str) -> str:
    return key.replace("~", "~0").replace("/", "~1")


def _steps(place: str) -> list[str]:
    return [each.replace("~1", "/").replace("~0", "~") for each in place.split("/")[1:]]


def _put(holder: Any, steps: list[str], value: Any) -> bool:
    """Put a value at a place, of the kind that stood there where it can be; objects on the way are made."""
    if not steps or not place_fits(value):
        return False
    *way, last = steps
    for each in way:
        if isinstance(holder, list):
            if not each.isdigit() or int(each) >= len(holder):
                return False
            holder = holder[int(each)]
        elif isinstance(holder, dict):
            holder = holder.setdefault(each, {})
        else:
            return False
    if isinstance(holder, list) and last.isdigit() and int(last) < len(holder):
        holder[int(last)] = _like(holder[int(last)], value)
        return True
    if isinstance(holder, dict) and not isinstance(holder.get(last), dict | list):
        holder[last] = _like(holder.get(last), value)
        return True
    return False


def place_fits(value: Any) -> bool:
    """Whether a value may stand at a place: a plain one, within bounds."""
    return value is None or isinstance(value, bool | int | float) or (
        isinstance(value, str) and len(value) <= limits.TEXT_CHARS_MAX
    )  # fmt: skip


def _like(was: Any, value: Any) -> Any:
    """A typed text as the number or yes-or-no that stood there, where it is one."""
    if not isinstance(value, str) or isinstance(was, str) or was is None:
        return value
    try:
        read = msgspec.json.decode(value.strip().lower())
    except msgspec.DecodeError:
        return value
    same = isinstance(read, bool) if isinstance(was, bool) else isinstance(read, int | float)
    return read if same else value
