"""The compiler of mapping documents: document → mapper, and the mapper: message → draft or field errors."""

import zoneinfo
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import msgspec

from orderloom.domain.mappings import conditions, documents, drafts, fields, paths, patterns, targets, values
from orderloom.kit import limits
from orderloom.kit.refusals import Refused

_ERRORS_MAX = 200
_PLANS_MAX = 100
_MEANINGLESS = (conditions.Meaningless, paths.Malformed, patterns.Unbounded, values.Unreadable, ArithmeticError)


class _Role(msgspec.Struct):
    test: conditions.Test
    meaning: str


class _Verdict(msgspec.Struct):
    test: conditions.Test
    meaning: str
    data: dict[str, Any]


class Mapper:
    """A compiled mapping. It keeps nothing of the messages, so one serves all threads.

    `columns` are the normal names of the columns it reads, `rows` says how flat rows make messages (None where
    messages are nested).
    """

    def __init__(self, document: documents.Mapping, compiler: "_Compiler") -> None:
        self.name = document.name
        self.rows = document.rows
        self.currency = document.currency
        self.columns = compiler.columns | compiler.aliases.keys()
        self._aliases = compiler.aliases
        self._plans: dict[tuple[str, ...], _Plan] = {}
        self._order = compiler.order_fields
        self._line = compiler.line_fields
        self._whole = _Plan([], fields.bundles(self._order), fields.bundles(self._line))
        self._lines = compiler.lines
        self._line_when = compiler.line_when
        self._roles = compiler.roles
        self._verdicts = compiler.verdicts
        self._orders = paths.tree(document.orders, document.aliases) if document.orders else None

    def records(self, message: Any) -> list[Any]:
        """The orders inside one message: itself, or what stands under the document's `orders` path."""
        if self._orders is None:
            return [message]
        found = self._orders(message)
        return found if isinstance(found, list) else [] if found is None else [found]

    def map(self, record: Any) -> drafts.Draft | list[drafts.FieldError]:
        """The draft that one order's record makes, or every reason why it makes none. Never raises.

        A flat record is {"header": [names], "rows": [[cells]]}; a nested one any JSON object.
        """
        plan = self._plan(record)
        order = _opened(record, plan) if self.rows is not None else record if isinstance(record, dict) else None
        if not order:
            return [drafts.FieldError("", "mapping.not_a_record", values.excerpt(record))]
        head = order[0] if self.rows is not None else order
        intent = "order"
        for verdict in self._verdicts:
            if verdict.test(head, order):
                if verdict.meaning == "set_aside":
                    return [drafts.FieldError("", "mapping.set_aside", data=verdict.data)]
                intent = verdict.meaning
                break
        errors: list[drafts.FieldError] = []
        found = fields.read(plan.order, record=head, order=order, row=None, errors=errors)
        draft_lines, extras = self._read_lines(order, plan, errors)
        if not draft_lines and intent != "cancel" and not extras.rows and not errors:
            errors.append(drafts.FieldError("lines", "order.no_lines"))
        if errors:
            return errors[:_ERRORS_MAX]
        return _drafted(found, intent, self.currency, draft_lines, extras)

    def number(self, record: Any) -> str:
        """The channel's number of an order that makes no draft, as far as it can be read; empty where it cannot."""
        plan = self._plan(record)
        order = _opened(record, plan) if self.rows is not None else record if isinstance(record, dict) else None
        if not order:
            return ""
        head = order[0] if self.rows is not None else order
        return str(fields.read(plan.order, record=head, order=order, row=None, errors=[]).get("external_no") or "")

    def _plan(self, record: Any) -> "_Plan":
        """What to read of a table with this header; worked out once for each header that comes."""
        if self.rows is None:
            return self._whole
        header = record.get("header") if isinstance(record, dict) else None
        if not isinstance(header, list):
            return self._whole
        key = tuple(each if isinstance(each, str) else "" for each in header)
        plan = self._plans.get(key)
        if plan is None:
            names = paths.canonical(key, self._aliases)
            present = frozenset(names)
            order = [field for field in self._order if field.applies(present)]
            line = [field for field in self._line if field.applies(present)]
            plan = _Plan(names, fields.bundles(order), fields.bundles(line))
            if len(self._plans) < _PLANS_MAX:
                self._plans[key] = plan
        return plan

    def _read_lines(
        self, order: Any, plan: "_Plan", errors: list[drafts.FieldError]
    ) -> tuple[list[drafts.Line], "_Extras"]:
        extras = _Extras()
        records = self._lines(order)
        if len(records) > limits.LINES_MAX:
            data = {"lines": len(records), "lines_max": limits.LINES_MAX}
            errors.append(drafts.FieldError("lines", "order.too_many_lines", data=data))
            return [], extras
        found: list[drafts.Line] = []
        numbers: set[int] = set()
        for row, record in enumerate(records):
            if self._line_when is not None and not self._line_when(record, order):
                continue
            before = len(errors)
            parts = fields.read(plan.line, record=record, order=order, row=row, errors=errors)
            if len(errors) > before:
                continue
            if self._roles:
                role = next((each.meaning for each in self._roles if each.test(record, order)), "")
                if role:
                    extras.add(role, row, parts)
                    continue
            number = parts.setdefault("line_no", len(found) + 1)
            if number in numbers:
                errors.append(drafts.FieldError("lines.line_no", "order.line_no_repeated", str(number), row))
            numbers.add(number)
            found.append(drafts.Line(row=row, **parts))
        return found, extras


class _Plan(msgspec.Struct):
    """The normal names of a flat table's columns, and the fields that they can fill."""

    names: list[str]
    order: list[fields.Bundle]
    line: list[fields.Bundle]


def _opened(record: Any, plan: _Plan) -> list[dict[str, Any]]:
    """Flat rows as dictionaries by normal column name; empty if it is not a table."""
    rows = record.get("rows") if isinstance(record, dict) else None
    if not plan.names or not isinstance(rows, list):
        return []
    return [dict(zip(plan.names, row, strict=False)) for row in rows if isinstance(row, list)]


class _Extras:
    """Freight and discount that stood among the lines."""

    def __init__(self) -> None:
        self.amounts: dict[str, Decimal] = {}
        self.rows: list[int] = []

    def add(self, meaning: str, row: int, parts: dict[str, Any]) -> None:
        amount = parts.get("amount")
        if amount is None:
            amount = parts["quantity"] * (parts.get("price") or Decimal(0))
        self.amounts[meaning] = self.amounts.get(meaning, Decimal(0)) + amount
        self.rows.append(row)


def _drafted(
    found: dict[str, Any], intent: str, currency: str, lines: list[drafts.Line], extras: _Extras
) -> drafts.Draft:
    buyer, consignee = _person(found.pop("buyer", None)), _person(found.pop("consignee", None))
    invoice = drafts.Invoice(**found.pop("invoice", {}))
    for meaning, amount in extras.amounts.items():
        found[meaning] = found.get(meaning, Decimal(0)) + amount
    found.setdefault("currency", currency)
    return drafts.Draft(
        intent=intent,  # pyright: ignore[reportArgumentType]
        buyer=buyer,
        consignee=consignee,
        invoice=invoice,
        lines=lines,
        freight_rows=extras.rows,
        **found,
    )


def _person(parts: dict[str, Any] | None) -> drafts.Person:
    """A person of the fields read; what a phone's text is, known or masked, stands beside its number."""
    if not parts:
        return drafts.Person()
    phone = parts.pop("phone", None)
    if phone is None:
        return drafts.Person(**parts)
    return drafts.Person(phone=phone.number, phone_state=phone.state, **parts)


def compile(document: bytes | dict[str, Any] | documents.Mapping) -> Mapper | Refused:
    """Compile a mapping document.

    Refused: `mapping.malformed` (its shape), `mapping.field_unknown`, `mapping.field_missing` (no external_no, no
    SKU or quantity), `mapping.source_used_twice` (one source in two fields and not named in `shared`),
    `mapping.meaningless` (a path, condition, pattern, number or zone that says nothing).
    """
    read = document if isinstance(document, documents.Mapping) else documents.read(document)
    if isinstance(read, Refused):
        return read
    return _Compiler(read).compiled()


class _Compiler:
    """Turns one document into the parts of a Mapper."""

    def __init__(self, document: documents.Mapping) -> None:
        self.document = document
        self.columns: frozenset[str] = frozenset()
        self.aliases = fields.alias_map(document)
        self.order_fields: list[fields.Field] = []
        self.line_fields: list[fields.Field] = []
        self.line_when: conditions.Test | None = None
        self.roles: list[_Role] = []
        self.verdicts: list[_Verdict] = []
        self.lines: Callable[[Any], list[Any]] = lambda _: []

    def compiled(self) -> Mapper | Refused:
        document = self.document
        refusal = self._unknown_or_missing() or self._used_twice()
        if refusal is not None:
            return refusal
        where = "zone"
        try:
            zone = zoneinfo.ZoneInfo(document.zone)
            where = "lines.each"
            self.lines = self._lines_getter()
            maker = fields.Maker(document=document, zone=zone, find=self._find, lines=self.lines)
            for where, reading in document.fields.items():
                self.order_fields.append(maker.field(where, reading, table=targets.ORDER, header=True))
            if document.lines is not None:
                for name, reading in document.lines.fields.items():
                    where = f"lines.{name}"
                    self.line_fields.append(maker.field(name, reading, table=targets.LINE, header=False))
            where = "conditions"
            self._compile_conditions()
        except (zoneinfo.ZoneInfoNotFoundError, ValueError, *_MEANINGLESS) as error:
            return Refused("mapping.meaningless", {"where": where, "problem": str(error)[:300]})
        self.columns = frozenset(maker.columns)
        return Mapper(document, self)

    def _compile_conditions(self) -> None:
        document = self.document
        for verdict in document.verdicts:
            test = conditions.compiled(verdict.when, find=self._find, lines=self.lines)
            words = msgspec.to_builtins(verdict.reason) if verdict.reason is not None else {"zh": "", "en": ""}
            self.verdicts.append(_Verdict(test, verdict.meaning, words))
        if document.lines is None:
            return
        if document.lines.when is not None:
            self.line_when = conditions.compiled(document.lines.when, find=self._find, lines=self.lines)
        for role in document.lines.roles:
            test = conditions.compiled(role.when, find=self._find, lines=self.lines)
            self.roles.append(_Role(test, role.meaning))

    def _find(self, path: str) -> Callable[[Any, Any], Any]:
        document = self.document
        if document.rows is not None:
            name = paths.normal(path)
            column = self.aliases.get(name, name)
            return lambda record, _: record.get(column)
        if path.startswith("$."):
            get = paths.tree(path[2:], document.aliases)
            return lambda _, order: get(order)
        return paths.tree(path, document.aliases)

    def _lines_getter(self) -> Callable[[Any], list[Any]]:
        document = self.document
        if document.rows is not None:
            return lambda order: order
        if document.lines is None or not document.lines.each:
            return lambda order: [order]
        get = paths.tree(document.lines.each, document.aliases)

        def lines(order: Any) -> list[Any]:
            found = get(order)
            return found if isinstance(found, list) else [] if found is None else [found]

        return lines

    def _unknown_or_missing(self) -> Refused | None:
        document = self.document
        line_fields = document.lines.fields if document.lines is not None else {}
        for name in document.fields:
            if targets.kind(name, targets.ORDER) is None:
                return Refused("mapping.field_unknown", {"field": name})
        for name in line_fields:
            if targets.kind(name, targets.LINE) is None:
                return Refused("mapping.field_unknown", {"field": f"lines.{name}"})
        if "external_no" not in document.fields:
            return Refused("mapping.field_missing", {"field": "external_no"})
        for name in ("sku", "quantity"):
            if document.lines is not None and name not in line_fields:
                return Refused("mapping.field_missing", {"field": f"lines.{name}"})
        return None

    def _used_twice(self) -> Refused | None:
        """A source has one meaning: the consignee's phone is never the buyer's (I-2)."""
        document = self.document
        alias_of = self.aliases
        shared = {paths.normal(name) for name in document.shared}
        meaning: dict[str, str] = {}
        line_fields = document.lines.fields if document.lines is not None else {}
        every = [*document.fields.items(), *((f"lines.{name}", reading) for name, reading in line_fields.items())]
        in_lines = document.lines.each if document.lines is not None and document.rows is None else ""
        for target, reading in every:
            for source in fields.sources(reading):
                scope = in_lines if target.startswith("lines.") and not source.startswith("$.") else ""
                name = paths.normal(source.removeprefix("$."))
                name = f"{scope}|{alias_of.get(name, name)}" if scope else alias_of.get(name, name)
                other = meaning.setdefault(name, target)
                if other != target and paths.normal(source) not in shared:
                    return Refused("mapping.source_used_twice", {"source": source, "fields": [other, target]})
        return None
