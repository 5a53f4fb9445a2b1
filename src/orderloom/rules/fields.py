"""The kind `fields`, and a subject's expressions ready to be asked: what is computed, and what is seen.

Conditions stand in one decision table, since the engine takes a cell that fails (a missing value, another type) for one
that does not hold. What is computed is evaluated one by one, in the order of the fields: a later one may use others.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import msgspec

from orderloom.domain.documents.findings import Finding, pointer
from orderloom.domain.documents.kinds import Content, Kind, Known
from orderloom.domain.fields import dictionaries, kind, problems
from orderloom.domain.fields.dictionaries import SUBJECTS, Check, Dictionary, Field
from orderloom.kit import limits
from orderloom.rules import bounds, engines, expressions

# What stands in every context beside the fields themselves.
BESIDE = frozenset({"order", "record", "lines", "customer", "custom"})


class Fields:
    """A dictionary with its expressions compiled. Safe to share between threads."""

    def __init__(self, dictionary: Dictionary, *, zone: str) -> None:
        self.dictionary = dictionary
        self._computed = [
            (each, engines.expression(each.computed, zone=zone)) for each in dictionary.fields if each.computed
        ]
        self._seen = engines.Conditions(
            {each.name: each.visible_when for each in dictionary.fields if each.visible_when}, zone=zone
        )
        self._asking = frozenset(each.name for each in dictionary.fields if each.visible_when)
        self._checks = {str(number): each for number, each in enumerate(dictionary.checks)}
        self._failing = engines.Conditions({name: each.when for name, each in self._checks.items()}, zone=zone)

    def compute(self, context: dict[str, Any]) -> dict[str, Any]:
        """What is computed of the values in a context; a value that cannot be worked out is None. The context gets
        them too, so that conditions see them."""
        made: dict[str, Any] = {}
        for field, expression in self._computed:
            made[field.name] = context[field.name] = _fit(engines.value(expression, context))
        return made

    def hidden(self, context: Mapping[str, Any]) -> frozenset[str]:
        """The fields whose `visible_when` does not hold."""
        return self._asking - self._seen.hold(context) if self._asking else self._asking

    def failed(self, context: Mapping[str, Any]) -> list[Check]:
        """The checks that stand against these values."""
        holding = self._failing.hold(context) if self._checks else set()
        return [each for name, each in self._checks.items() if name in holding]


def compiled(dictionary: Dictionary, *, zone: str) -> Fields:
    """The dictionary's expressions, ready to be asked; they have passed `judge`."""
    return Fields(dictionary, zone=zone)


def judge(text: str, path: str, names: Iterable[str]) -> list[Finding]:
    """What is wrong with one expression of a dictionary or a form: its bounds, and names that are nowhere."""
    problem = bounds.judge_expression(text)
    shown = {"expression": text[: limits.NAME_CHARS_MAX]}
    if problem is not None:
        return [Finding(problem[0], path, data={**shown, "reason": problem[1]})]
    known = {*names, *BESIDE}
    roots = {each.split(".")[0].removesuffix("[]") for each in expressions.reading(text).paths}
    return [Finding("fields.unknown_name", path, data={**shown, "name": root[:80]}) for root in sorted(roots - known)]


def check(name: str, content: Content, known: Known) -> list[Finding]:
    """All that is wrong with a dictionary."""
    try:
        dictionary = dictionaries.read(content)
    except msgspec.ValidationError as error:
        return [Finding("fields.malformed", data={"reason": str(error)[: limits.NAME_CHARS_MAX]})]
    found = problems.of(name, dictionary, known)
    for index, field in enumerate(dictionary.fields):
        for word, text in (("visible_when", field.visible_when), ("computed", field.computed)):
            if text:
                names = [*_seen(dictionary.fields, index, word), *_itself(dictionary)]
                found.extend(judge(text, pointer("fields", index, word), names))
    found.extend(_checks(dictionary))
    return found[: limits.DOCUMENT_FINDINGS_MAX]


def _itself(dictionary: Dictionary) -> list[str]:
    """A customer, a SKU and a shipment are seen under their own names by their own expressions."""
    return [dictionary.subject] if dictionary.subject in SUBJECTS else []


def _checks(dictionary: Dictionary) -> Iterator[Finding]:
    if len(dictionary.checks) > limits.FORM_CHECKS_MAX:
        yield Finding("fields.too_many_checks", "/checks", data={"most": limits.FORM_CHECKS_MAX})
    names = [*(each.name for each in dictionary.fields), *_itself(dictionary)]
    for number, each in enumerate(dictionary.checks):
        yield from judge(each.when, pointer("checks", number, "when"), names)
        if each.field and dictionary.field(each.field) is None:
            data = {"field": each.field[: limits.NAME_CHARS_MAX], "name": dictionary.subject}
            yield Finding("fields.check_nowhere", pointer("checks", number, "field"), data=data)


def _seen(fields: Sequence[Field], index: int, word: str) -> list[str]:
    """What is computed sees neither itself nor what is computed after it, so that nothing is computed in a circle."""
    later = {each.name for each in fields[index:] if each.computed} if word == "computed" else set()
    return [each.name for each in fields if each.name not in later]


def _fit(value: Any) -> Any:
    """What a field may hold: a number of at most 15 digits, a text, a boolean; None for all else."""
    if isinstance(value, float):
        return int(value) if value.is_integer() and abs(value) < 2**53 else round(value, 6)
    if isinstance(value, str):
        return value[: limits.TEXT_CHARS_MAX]
    return value if isinstance(value, bool | int) else None


KIND = Kind(
    name=kind.NAME,
    label_zh=kind.LABELS[0],
    label_en=kind.LABELS[1],
    schema=kind.schema(),
    example=kind.EXAMPLE,
    check=check,
    refers_to=frozenset({"fields"}),
)
