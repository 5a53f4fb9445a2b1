"""The mapping document that business people write. These structs check its shape and make its JSON Schema."""

from typing import Annotated, Any, Literal

import msgspec

from orderloom.domain.mappings import drafts
from orderloom.kit.refusals import Refused

Name = Annotated[str, msgspec.Meta(max_length=200)]


class Words(msgspec.Struct, forbid_unknown_fields=True):
    """The same words in both languages."""

    zh: str
    en: str


class Condition(
    msgspec.Struct, forbid_unknown_fields=True, omit_defaults=True, rename={"within": "in", "negated": "not"}
):
    """A yes or no about a message: `path` with one test, or others joined by all, any, not, every or some.

    Texts compare after blanks and full-width signs are evened out. `every` and `some` ask the message's lines.
    """

    path: Name = ""
    equals: str | int | float | bool | None = msgspec.field(default=None)
    within: list[str] | None = None
    matches: str | None = None
    starts_with: str | None = None
    ends_with: str | None = None
    contains: str | None = None
    empty: bool | None = None
    below: str | None = None
    above: str | None = None
    number: str | None = None
    all: list["Condition"] | None = None
    any: list["Condition"] | None = None
    negated: "Condition | None" = None
    every: "Condition | None" = None
    some: "Condition | None" = None


class Number(msgspec.Struct, tag="number", tag_field="do", forbid_unknown_fields=True):
    """Read an exact number; `decimal` "," for 1.234,50."""

    decimal: Literal[".", ","] = "."


class Date(msgspec.Struct, tag="date", tag_field="do", forbid_unknown_fields=True):
    """Read an instant by strptime patterns, in a zone other than the document's."""

    formats: list[Name] = []
    zone: str = ""


class Phone(msgspec.Struct, tag="phone", tag_field="do", forbid_unknown_fields=True):
    """Read a phone of another region than CN."""

    region: Annotated[str, msgspec.Meta(pattern="^[A-Z]{2}$")] = "CN"


class Split(msgspec.Struct, tag="split", tag_field="do", forbid_unknown_fields=True):
    """Split text; `take` picks one part (from 0, negative from the end), without it all parts stay."""

    by: Annotated[str, msgspec.Meta(min_length=1, max_length=20)]
    take: int | None = None


class Join(msgspec.Struct, tag="join", tag_field="do", forbid_unknown_fields=True):
    """Join several values with text between."""

    by: Annotated[str, msgspec.Meta(max_length=20)] = ""


class Extract(msgspec.Struct, tag="extract", tag_field="do", forbid_unknown_fields=True):
    """The part of the text that a regular expression's group catches; nothing found is empty."""

    pattern: Name
    group: Annotated[int, msgspec.Meta(ge=0, le=9)] = 1


class Lookup(msgspec.Struct, tag="lookup", tag_field="do", forbid_unknown_fields=True):
    """Replace a value by a table; `otherwise` keep it, refuse it, or leave the field empty."""

    table: dict[str, Any]
    otherwise: Literal["refuse", "keep", "empty"] = "refuse"


class Multiply(msgspec.Struct, tag="multiply", tag_field="do", forbid_unknown_fields=True):
    """Multiply a number exactly."""

    by: str


Plain = Literal[
    "trim", "upper", "lower", "fold", "number", "money", "decimal", "cents", "negate", "abs", "sum", "first",
    "date", "phone",
]  # fmt: skip
Step = Plain | Number | Date | Phone | Split | Join | Extract | Lookup | Multiply


class Reading(
    msgspec.Struct, forbid_unknown_fields=True, omit_defaults=True, rename={"source": "from", "constant": "value"}
):
    """Where one field's value comes from. Exactly one of `from`, `template` and `value` says it.

    `of` says what header fields do when a message is several flat rows: "same" refuses rows that disagree.
    """

    source: Name | list[Name] | None = None
    template: Name | None = None
    constant: Any = None
    when: Condition | None = None
    transforms: list[Step] = []
    values: dict[str, Any] | None = None
    default: Any = None
    required: bool = False
    of: Literal["same", "first", "last", "sum", "min", "max"] = "same"


Fields = dict[Name, Reading | list[Reading]]


class Role(msgspec.Struct, forbid_unknown_fields=True, rename={"meaning": "as"}):
    """Lines that are not goods: their quantity × price is added to the order's freight or discount."""

    when: Condition
    meaning: Literal["freight", "discount"]


class Lines(msgspec.Struct, forbid_unknown_fields=True, omit_defaults=True):
    """The repeated part: `each` is the path of the list (absent where the message is flat rows)."""

    fields: Fields
    each: Name = ""
    when: Condition | None = None
    roles: list[Role] = []


class Rows(msgspec.Struct, forbid_unknown_fields=True, omit_defaults=True):
    """A flat table: rows with the same value in the column `key` are one order; `fill_down` for merged cells."""

    key: Name
    fill_down: bool = False


class Verdict(msgspec.Struct, forbid_unknown_fields=True, omit_defaults=True, rename={"meaning": "as"}):
    """What a message is, first match wins: an order, a credit note, a cancellation, or set aside with a reason."""

    when: Condition
    meaning: drafts.Intent | Literal["set_aside"]
    reason: Words | None = None


class Mapping(msgspec.Struct, forbid_unknown_fields=True, omit_defaults=True):
    """A whole mapping document.

    `rows` for flat tables; `orders` the path of the orders inside one message; `aliases` other names of a column
    or key; `shared` the sources that may fill more than one field, each with the reason why; `exceptions` the sources
    whose name says one person and that hold the other one's phone, each with the reason why.
    """

    name: Name
    fields: Fields
    lines: Lines | None = None
    label: Words | None = None
    rows: Rows | None = None
    orders: Name = ""
    zone: str = "Asia/Shanghai"
    currency: Annotated[str, msgspec.Meta(pattern="^[A-Z]{3}$")] = "CNY"
    region: Annotated[str, msgspec.Meta(pattern="^[A-Z]{2}$")] = "CN"
    aliases: dict[Name, list[Name]] = {}
    shared: dict[Name, str] = {}
    exceptions: dict[Name, str] = {}
    verdicts: list[Verdict] = []


def read(document: bytes | dict[str, Any]) -> Mapping | Refused:
    """The document as structs, or Refused `mapping.malformed` with the place that is wrong."""
    try:
        if isinstance(document, bytes):
            return msgspec.json.decode(document, type=Mapping)
        return msgspec.convert(document, type=Mapping)
    except (msgspec.DecodeError, RecursionError) as error:
        return Refused("mapping.malformed", {"problem": str(error)[:300]})


def schema() -> dict[str, Any]:
    """The JSON Schema (2020-12) of a mapping document."""
    return msgspec.json.schema(Mapping)
