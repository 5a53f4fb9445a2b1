"""/records: records of own types. A type is a `fields` document; what it declares is what may be said and asked."""

from collections.abc import Iterator, Sequence
from typing import Annotated, Any

import msgspec
from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import StreamingResponse

from orderloom.actions import records
from orderloom.api import answers, bodies, pages, problems, schemas, writes
from orderloom.api.callers import Caller, may
from orderloom.deciding import dictionaries
from orderloom.domain.fields.dictionaries import Dictionary
from orderloom.kit import limits
from orderloom.kit.refusals import Refused
from orderloom.queries import exports, scopes
from orderloom.queries import records as records_query
from orderloom.store import database as db
from orderloom.store import indexings as indexings_store
from orderloom.store.indexings import Indexing

router = APIRouter(prefix="/records", tags=["records"])

_Meta = msgspec.Meta
_Number = Annotated[str, _Meta(min_length=1, max_length=128)]
Values = Annotated[dict[str, Any], _Meta(max_length=limits.CUSTOM_FIELDS_MAX)]
Links = Annotated[dict[str, list[_Number]], _Meta(max_length=limits.RECORD_LINKS_MAX)]
Where = Annotated[
    list[pages.Text],
    Query(
        max_length=limits.RECORD_FILTERS_MAX,
        description="`urgency=high`, `urgency=high|low`, `claim>=100`, `topic^=AB` (begins with), `claim=` (has none).",
    ),
]
Sort = Annotated[str, Query(max_length=64, pattern=pages.NO_NUL, description="A field, `-` before it: from the last.")]


class RecordBody(msgspec.Struct, omit_defaults=True, forbid_unknown_fields=True):
    """A record: values by field, links by name, each the numbers of what it is linked to."""

    values: Values
    links: Links = {}


class ChangeBody(msgspec.Struct, omit_defaults=True, forbid_unknown_fields=True):
    """What changes of a record: what is not named stays, null takes a value away, an empty list a link."""

    record_no: _Number
    values: Values = {}
    links: Links = {}


class Told(msgspec.Struct, omit_defaults=True):
    """What became of one record, or why not; of a refusal `errors` names each field."""

    record_no: str = ""
    record_id: str = ""
    n: int = 0
    repeated: bool = False
    refused: problems.Said | None = None
    errors: list[problems.FieldProblem] = []


class Tolds(msgspec.Struct):
    """One for each record, in the order they were asked, and how many were refused."""

    outcomes: list[Told]
    refused: int


class Type(msgspec.Struct):
    """A record type: its name and labels, and its dictionary whole."""

    type: str
    zh: str
    en: str
    retired: bool
    dictionary: Dictionary


@router.get("", summary="Record types in force", openapi_extra=schemas.of(answer=list[Type]))
def types(caller: Caller = may("records:read")) -> Response:
    """Each with its dictionary, as forms and lists need it."""
    with caller.reading() as connection:
        found = dictionaries.record_types(caller.hub.reference(connection))
    return answers.json([Type(each.subject, each.zh, each.en, each.retired, each) for each in found])


@router.get(
    "/indexings", summary="Fields that lists are being prepared for", openapi_extra=schemas.of(answer=list[Indexing])
)
def indexings(caller: Caller = may("records:read"), count: pages.Count = 50) -> Response:
    """What was asked for last, with how far it is; publishing a newly filterable field asks for it by itself."""
    with caller.reading() as connection:
        return answers.json(indexings_store.newest(connection, count=count))


@router.get("/{type}", summary="Records of a type", openapi_extra=schemas.of(answer=records_query.Page))
def page(
    type: pages.Key,
    caller: Caller = may("records:read"),
    where: Where = [],  # noqa: B006 - fastapi copies it.
    sort: Sort = "",
    linked: pages.Name = None,
    cursor: pages.Cursor = None,
    count: pages.Count = 50,
) -> Response:
    """Narrowed to filterable fields and sorted by one of them; the newest first by default. A page that comes short has
    a `next` as long as there is more. `linked=order/OL-…` gives those that are linked to it instead."""
    with caller.reading() as connection:
        reader = _reader(caller, connection, type)
        if linked is not None:
            rows = records_query.linked(connection, reader=reader, target=linked, count=count)
            return answers.json(records_query.Page(rows, None))
        wanted = _wanted(reader, where, sort)
        found = records_query.page(connection, reader=reader, wanted=wanted, cursor=cursor, count=count)
    return answers.json(found)


@router.get("/{type}/export", summary="All records of a list, as NDJSON")
def export(
    type: pages.Key,
    caller: Caller = may("records:read"),
    where: Where = [],  # noqa: B006 - fastapi copies it.
    sort: Sort = "",
) -> Response:
    """One JSON object a line, filtered and sorted as the list is."""
    with caller.reading() as connection:
        reader = _reader(caller, connection, type)
        wanted = _wanted(reader, where, sort)
    return StreamingResponse(_lines(caller, reader, wanted), media_type=bodies.NDJSON)


@router.get("/{type}/{record_no}", summary="One record", openapi_extra=schemas.of(answer=records_query.Row))
def one(type: pages.Key, record_no: pages.Key, caller: Caller = may("records:read")) -> Response:
    """As it stands; personal values as the key may see them."""
    with caller.reading() as connection:
        found = records_query.one(connection, reader=_reader(caller, connection, type), record_no=record_no)
    if found is None:
        raise problems.Raised(404, Refused("record.unknown", {"record_no": record_no}))
    return answers.json(found)


@router.post(
    "/{type}",
    summary="Create records",
    openapi_extra=schemas.of(
        body=bodies.list_of(RecordBody),
        example=[{"values": {"topic": "破损", "urgency": "high"}, "links": {"order": ["OL-20260218-000001"]}}],
        answer=Tolds,
        also={207: "Some were refused."},
    ),
)
def create(
    request: Request,
    type: pages.Key,
    caller: Caller = may("records:write"),
    body: list[RecordBody] = bodies.many(RecordBody),
) -> Response:
    """An outcome for each; a refusal names every field that is wrong."""
    wanted = [records.Wanted(each.values, each.links) for each in body]

    def work() -> Response:
        outside = _outside(caller, type, [each.links for each in body])
        fit = [each for each, refused in zip(wanted, outside, strict=True) if refused is None]
        return _told(outside, records.create(caller.hub, type, fit, teller=_teller(caller)) if fit else [])

    return writes.run(request, caller, work)


@router.patch(
    "/{type}",
    summary="Change records",
    openapi_extra=schemas.of(
        body=bodies.list_of(ChangeBody),
        example=[{"record_no": "TK-20260218-000001", "values": {"urgency": "low"}}],
        answer=Tolds,
        also={207: "Some were refused."},
    ),
)
def change(
    request: Request,
    type: pages.Key,
    caller: Caller = may("records:write"),
    body: list[ChangeBody] = bodies.many(ChangeBody),
) -> Response:
    """An outcome for each; what stands already is repeated."""
    changes = [(each.record_no, records.Wanted(each.values, each.links)) for each in body]

    def work() -> Response:
        outside = _outside(caller, type, [each.links for each in body], [each.record_no for each in body])
        fit = [each for each, refused in zip(changes, outside, strict=True) if refused is None]
        return _told(outside, records.change(caller.hub, type, fit, teller=_teller(caller)) if fit else [])

    return writes.run(request, caller, work)


def field_problems(refused: Refused) -> list[problems.FieldProblem]:
    """What is wrong with each field, in both languages, of a refusal that names them."""
    found = []
    for each in refused.data.get("errors", ()):
        said = problems.say(Refused(each["code"], each["data"]))
        found.append(problems.FieldProblem(each["field"], said.code, said.zh, said.en))
    return found


def bare(refused: Refused) -> Refused:
    """The refusal without the list of fields, which is told beside it."""
    return Refused(refused.code, {name: value for name, value in refused.data.items() if name != "errors"})


def _teller(caller: Caller) -> records.Teller:
    return records.Teller(caller.name, caller.source, caller.now)


def _reader(caller: Caller, connection: db.Connection, type: str) -> records_query.Reader:
    found = dictionaries.record_type(caller.hub.reference(connection), type)
    if found is None:
        raise problems.Raised(404, Refused("record.unknown_type", {"type": type}))
    return records_query.Reader(caller.viewer, found, caller.hub.sealer)


def _wanted(reader: records_query.Reader, where: list[str], sort: str) -> records_query.Wanted:
    found = records_query.wanted(reader.dictionary, where=where, sort=sort)
    if isinstance(found, Refused):
        raise problems.Raised(422, found, errors=[("query", found)])
    return found


def _lines(caller: Caller, reader: records_query.Reader, wanted: records_query.Wanted) -> Iterator[bytes]:
    with caller.reading() as connection:
        yield from exports.ndjson(records_query.every(connection, reader=reader, wanted=wanted))


def _outside(
    caller: Caller, type: str, links: Sequence[dict[str, list[str]]], record_nos: Sequence[str] = ()
) -> list[Refused | None]:
    """For each record why a key with a scope may not write it: it is not shown, or is to hang on another's order."""
    if not caller.viewer.limited:
        return [None for _ in links]
    with caller.reading() as connection:
        reader = _reader(caller, connection, type)
        to_orders = [each.name for each in reader.dictionary.links if each.to == "order"]
        wanted = [[no for name in to_orders for no in each.get(name, ())] for each in links]
        orders = scopes.orders(connection, caller.viewer, [no for each in wanted for no in each])
        to_customers = [each.name for each in reader.dictionary.links if each.to == "customer"]
        named = [[no for name in to_customers for no in each.get(name, ())] for each in links]
        customers = scopes.customers(connection, caller.viewer, [no for each in named for no in each])
        shown = records_query.named(connection, reader=reader, record_nos=record_nos)
    found: list[Refused | None] = []
    for number, order_nos in enumerate(wanted):
        order_no = next((each for each in order_nos if each not in orders), None)
        refused = Refused("order.unknown", {"order_id": order_no}) if order_no is not None else None
        stranger = next((each for each in named[number] if not customers.get(each, False)), None)
        if stranger is not None and caller.viewer.owners is not None:
            refused = Refused("customer.unknown", {"customer_no": stranger})
        if record_nos and record_nos[number] not in shown:
            refused = Refused("record.unknown", {"record_no": record_nos[number]})
        found.append(refused)
    return found


def _told(outside: Sequence[Refused | None], done: Sequence[records.Told | Refused]) -> Response:
    """What was refused for its scope, and in their places what became of the others."""
    rest = iter(done)
    outcomes = [refused if refused is not None else next(rest) for refused in outside]
    told = [
        Told(refused=problems.say(bare(each)), errors=field_problems(each))
        if isinstance(each, Refused)
        else Told(each.record_no, str(each.record_id), each.n, each.repeated)
        for each in outcomes
    ]
    refused = sum(each.refused is not None for each in told)
    return answers.json(Tolds(told, refused), 207 if refused else 200)
