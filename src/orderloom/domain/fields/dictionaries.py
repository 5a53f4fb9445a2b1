"""A dictionary: the own fields of one subject, or a record type whole. The content of a `fields` document."""

from collections.abc import Iterator, Mapping
from typing import Any, Literal

import msgspec

from orderloom.kit import limits

# Subjects that have a document of their own name; any other name is a record type.
SUBJECTS = ("order", "line", "customer", "sku", "shipment")

Type = Literal[
    "text", "number", "money", "date", "time", "boolean", "select", "multi_select", "address", "phone", "customer",
    "sku_lines", "image", "file", "signature", "location", "computed", "sub_table",
]  # fmt: skip
# A list can be narrowed to and sorted by these; of multi_select and sku_lines each part is found, none sorts.
FILTERABLE = frozenset(
    {"text", "number", "money", "date", "time", "boolean", "select", "multi_select", "phone", "customer", "computed"}
)
SORTED = FILTERABLE - {"multi_select"}
FILES = frozenset({"image", "file", "signature"})
# Personal text is sealed, so only what is one text can be personal.
SEALED = frozenset({"text", "phone", "address"})


class Option(msgspec.Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True):
    """A choice. A retired one stays readable and is chosen no more."""

    value: str
    zh: str = ""
    en: str = ""
    retired: bool = False


class Field(msgspec.Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True):
    """One field.

    `min` and `max` bound numbers, money (in the currency's unit), dates and times (ISO 8601); `chars_max` texts;
    `count_max` files, rows and choices. `visible_when` and `computed` are ZEN expressions over the fields beside it.
    `filterable`: lists can be narrowed to it. `personal`: kept sealed, shown by the viewer's masks.
    """

    name: str
    type: Type
    zh: str = ""
    en: str = ""
    required: bool = False
    default: Any = None
    options: tuple[Option, ...] = ()
    visible_when: str = ""
    computed: str = ""
    unique: bool = False
    min: float | str | None = None
    max: float | str | None = None
    chars_max: int | None = None
    count_max: int | None = None
    pattern: str = ""
    filterable: bool = False
    personal: bool = False
    retired: bool = False
    fields: tuple["Field", ...] = ()

    @property
    def label(self) -> str:
        """What people call it, in both languages."""
        return " ".join(dict.fromkeys(each for each in (self.zh, self.en) if each)) or self.name

    def option(self, value: str) -> Option | None:
        """The choice of that value."""
        return next((each for each in self.options if each.value == value), None)


class Link(msgspec.Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True):
    """What a record may be linked to: orders, customers, or records of another type."""

    name: str
    to: str
    zh: str = ""
    en: str = ""
    many: bool = False
    required: bool = False


class Check(msgspec.Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True):
    """What must not be: where `when` (ZEN) holds, the values are refused with this message, shown at `field`."""

    when: str
    zh: str
    en: str
    field: str = ""


class Dictionary(msgspec.Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True):
    """The fields of a subject with the checks that hold at every door; of a record type also its name in both
    languages, the series of its numbers (`TK` gives TK-20260218-000001), the field that titles it and its links."""

    subject: str
    zh: str = ""
    en: str = ""
    fields: tuple[Field, ...] = ()
    checks: tuple[Check, ...] = ()
    series: str = ""
    title: str = ""
    links: tuple[Link, ...] = ()
    retired: bool = False

    @property
    def own(self) -> bool:
        """Whether it is a record type."""
        return self.subject not in SUBJECTS

    def field(self, name: str) -> Field | None:
        """The field of that name."""
        return next((each for each in self.fields if each.name == name), None)

    def filterable(self) -> Iterator[Field]:
        """The fields that lists can be narrowed to, the retired ones too: what they hold stays findable."""
        return (each for each in self.fields if each.filterable)


def read(content: Mapping[str, Any]) -> Dictionary:
    """The dictionary of a document's content. Raises msgspec.ValidationError."""
    return msgspec.convert(content, Dictionary)


def facet(subject: str, field: str) -> str:
    """The name under which a field's values stand in the side table."""
    return f"{subject}.{field}"


def chars_max(field: Field) -> int:
    """How many characters a text of this field may have."""
    return min(field.chars_max or limits.TEXT_CHARS_MAX, limits.TEXT_CHARS_MAX)


def count_max(field: Field) -> int:
    """How many files, rows or choices a field may hold."""
    if field.type == "image":
        return min(field.count_max or limits.IMAGES_PER_FIELD_MAX, limits.IMAGES_PER_FIELD_MAX)
    if field.type in ("file", "signature"):
        return min(field.count_max or 1, limits.IMAGES_PER_FIELD_MAX)
    most = limits.LINES_MAX if field.type == "sku_lines" else limits.ROWS_PER_FIELD_MAX
    return min(field.count_max or most, most)
