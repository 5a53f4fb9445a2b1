"""Restatements: what a later message about a known order changes of what its channel said before.

Only what the channel itself changed counts. What people or rules have done to the order since stays as it is.
"""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

import msgspec

from orderloom.domain.mappings import drafts

_NOTHING = Decimal(0)
_PLACE = ("country", "province", "city", "district", "town", "street", "postcode", "adcode", "address")
_TEXTS = ("street", "address")
_AREA = ("country", "province", "city", "district", "town")
_HEADER = ("packing_request", "carrier_requested", "requested_at", "ship_by", "payment_method", "tags")


class LineChange(msgspec.Struct, frozen=True):
    """A line as it was said before and as it is said now: added without `before`, removed without `after`."""

    before: drafts.Line | None
    after: drafts.Line | None


class Change(msgspec.Struct):
    """What the message changes. `paid` and `refunded` are differences; `total` and `freight` the new amounts.

    `discounts` says that what the channel takes off is another now, `cancelled` that the order is over, `restored` that
    one that was over no longer is.
    """

    changed: dict[str, Any] = {}
    consignee: drafts.Person | None = None
    lines: list[LineChange] = []
    total: Decimal | None = None
    freight: Decimal | None = None
    tax: Decimal | None = None
    paid: Decimal = _NOTHING
    refunded: Decimal = _NOTHING
    discounts: bool = False
    cancelled: bool = False
    restored: bool = False

    @property
    def nothing(self) -> bool:
        """Whether the message says nothing new."""
        return self == Change()


def version(draft: drafts.Draft) -> str:
    """Text that sorts as the message's own versions do; "" where it has none."""
    if draft.version is not None:
        return f"{draft.version:020d}"
    return draft.modified_at.strftime("%Y%m%d%H%M%S%f") if draft.modified_at is not None else ""


def older(draft: drafts.Draft, *, than: drafts.Draft) -> bool:
    """Whether the message says itself that it is from before the other one."""
    own, other = version(draft), version(than)
    return bool(own and other) and own < other


def difference(before: drafts.Draft, after: drafts.Draft) -> Change:
    """What `after` changes of what the channel said in `before`.

    Fields that a message leaves empty are not taken away. Without a version of its own a message that has fewer lines
    takes none away either: a part of what is known cannot be told from a file that was cut.
    """
    versioned = bool(version(after))
    if older(after, than=before):
        # Once a channel has cancelled an order it stays cancelled, however late the message comes.
        return Change(cancelled=after.cancelled and not before.cancelled)
    lines = [each for each in _lines(before.lines, after.lines) if versioned or each.after is not None]
    return Change(
        changed=_header(before, after),
        consignee=_consignee(before.consignee, after.consignee),
        lines=lines,
        total=_new(before.total, after.total),
        freight=_new(before.freight, after.freight),
        tax=_new(before.tax, after.tax),
        paid=_moved(before.paid, after.paid, versioned),
        refunded=_moved(before.refunded, after.refunded, versioned),
        discounts=_taken_off(before) != _taken_off(after),
        cancelled=after.cancelled and not before.cancelled,
        restored=before.cancelled and not after.cancelled and versioned,
    )


def _header(before: drafts.Draft, after: drafts.Draft) -> dict[str, Any]:
    changed: dict[str, Any] = {
        name: value for name in _HEADER if (value := getattr(after, name)) and value != getattr(before, name)
    }
    for group in ("notes", "custom"):
        known = getattr(before, group)
        changed.update(
            {
                f"{group}.{name}": value
                for name, value in getattr(after, group).items()
                if value not in ("", None) and known.get(name) != value
            }
        )
    if after.standing is not None and after.standing != before.standing:
        changed["standing"] = msgspec.to_builtins(after.standing)
    for name in ("title", "tax_no", "kind"):
        value = getattr(after.invoice, name)
        if value and value != getattr(before.invoice, name):
            changed[f"invoice.{name}"] = value
    return changed


def _consignee(before: drafts.Person, after: drafts.Person) -> drafts.Person | None:
    """The new consignee, whole; a mask never takes the place of a clear value, and another mask or token of the same
    thing is no difference (decisions.md 26)."""
    place = after if any(getattr(after, name) for name in _PLACE) else before
    if _hidden(place) and any(getattr(before, name) for name in _TEXTS) and _area(place) == _area(before):
        place = msgspec.structs.replace(place, **{name: getattr(before, name) for name in _TEXTS})
    masked = after.phone_state == "masked" and before.phone_state in ("known", "masked")
    voice = before if masked or not after.phone else after
    kept = not after.name or (before.name and ((voice is before and masked) or "*" in after.name))
    merged = msgspec.structs.replace(
        place, name=before.name if kept else after.name, phone=voice.phone, phone_state=voice.phone_state,
        phone_token=before.phone_token,
    )  # fmt: skip
    if merged == before:
        return None
    return msgspec.structs.replace(merged, phone_token=after.phone_token if voice.phone_state == "masked" else "")


def _hidden(person: drafts.Person) -> bool:
    """Whether a platform's mask stands in the street."""
    return any("*" in getattr(person, name) for name in _TEXTS)


def _area(person: drafts.Person) -> list[str]:
    return [getattr(person, name) for name in _AREA]


def _taken_off(draft: drafts.Draft) -> tuple[dict[str, Decimal], list[tuple[str, dict[str, Decimal]]]]:
    return draft.discounts, [(line.sku, line.discounts) for line in draft.lines if line.discounts]


def _new(before: Decimal | None, after: Decimal | None) -> Decimal | None:
    return after if after is not None and after != before else None


def _moved(before: Decimal | None, after: Decimal | None, versioned: bool) -> Decimal:
    if after is None:
        return _NOTHING
    delta = after - (before or _NOTHING)
    return delta if versioned else max(delta, _NOTHING)


def _lines(before: Sequence[drafts.Line], after: Sequence[drafts.Line]) -> list[LineChange]:
    """Pair lines that say the same wherever they stand, then those of one SKU; the rest came or went."""
    known: dict[bytes, list[drafts.Line]] = {}
    for line in reversed(before):
        known.setdefault(_said(line), []).append(line)
    unpaired = [line for line in after if not _taken(known, _said(line))]
    left: dict[str, list[drafts.Line]] = {}
    for lines in known.values():
        for line in lines:
            left.setdefault(line.sku, []).append(line)
    changes: list[LineChange] = []
    for line in unpaired:
        of_sku = left.get(line.sku, [])
        was = min(of_sku, key=lambda each: (each.line_no != line.line_no, each.line_no), default=None)
        if was is not None:
            of_sku.remove(was)
        changes.append(LineChange(was, line))
    gone = sorted((line for lines in left.values() for line in lines), key=lambda each: each.line_no)
    return [*changes, *(LineChange(each, None) for each in gone)]


def _taken(known: dict[bytes, list[drafts.Line]], said: bytes) -> bool:
    """Pair a line with one that says the same, if there is one left."""
    return bool(known.get(said)) and known[said].pop() is not None


def _said(line: drafts.Line) -> bytes:
    """What the line says, wherever it stands."""
    return msgspec.json.encode(msgspec.structs.replace(line, line_no=0, row=0), order="sorted")
