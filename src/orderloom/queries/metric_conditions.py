"""Conditions in ZEN as pieces of a metric's statement: each part of the expression is a named piece of SQL, its fields
identifiers, its values literals.

A condition is true, false, or unknown where the engine would fail; what is unknown holds for no row.
"""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from orderloom.domain import metrics
from orderloom.rules import metrics as conditions
from orderloom.store import sql

Q = sql.load(__file__)

_SIGNS: Mapping[str, str] = {
    "==": "same", "!=": "other", ">": "above", ">=": "above_or_same", "<": "below", "<=": "below_or_same",
    "+": "added", "-": "taken", "*": "multiplied",
}  # fmt: skip
_OWN: Mapping[str, str] = {"text": "own_text", "number": "own_number", "flag": "own_flag", "null": "own_there"}
_ANY: frozenset[metrics.Type] = frozenset({"text", "number", "flag", "money", "time"})


def made(text: str, subject: str) -> Any:
    """A condition over the rows of a subject; it was judged when its metric was published."""
    return Q.define("held", part=_logic(conditions.compiled(text, lambda _: _ANY), subject))


def _logic(part: conditions.Condition, subject: str) -> Any:
    match part:
        case conditions.Both():
            return Q.define("both_in_turn", left=_logic(part.left, subject), right=_logic(part.right, subject))
        case conditions.Either():
            return Q.define("either_in_turn", left=_logic(part.left, subject), right=_logic(part.right, subject))
        case conditions.Not():
            return Q.define("not_so", part=_logic(part.part, subject))
        case conditions.Among():
            found = Q.define("among", field=_value(part.field, subject), values=_listed(part.values))
            return found if part.held else Q.define("not_so", part=found)
        case conditions.Compared():
            return _compared(part, subject)
        case conditions.Field():
            return _value(part, subject)


def _compared(part: conditions.Compared, subject: str) -> Any:
    left, right = _value(part.left, subject), _value(part.right, subject)
    found = Q.define(_SIGNS[part.sign], left=left, right=right)
    for side, value in ((part.left, left), (part.right, right)):
        if isinstance(side, conditions.Sum):
            found = Q.define("unless_unknown", sum=value, made=found)
    return found


def _value(part: conditions.Operand, subject: str) -> Any:
    if isinstance(part, conditions.Value):
        return sql.Literal(part.value)
    if isinstance(part, conditions.Sum):
        return Q.define(_SIGNS[part.sign], left=_value(part.left, subject), right=_value(part.right, subject))
    if part.name.startswith("custom."):
        within = "values" if subject == "records" else "custom"
        name = part.name.removeprefix("custom.")
        return Q.define(_OWN[part.type], within=sql.Literal(within), name=sql.Literal(name))
    assert metrics.type_of(subject, part.name) is not None, "the document was checked when it was published"
    return sql.Identifier(part.name)


def _listed(values: list[str] | list[Decimal]) -> Any:
    texts = [each for each in values if isinstance(each, str)]
    return sql.texts(texts) if texts else sql.numbers([each for each in values if isinstance(each, Decimal)])
