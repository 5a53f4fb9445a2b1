"""/flows/components: what a flow can be drawn with; /flows/{name}/standing: where its runs wait now."""

import functools
import typing
from collections.abc import Iterator
from typing import Annotated, Any

import msgspec
from fastapi import APIRouter, Query, Response

from orderloom.api import answers, pages, schemas
from orderloom.api.callers import Caller, may
from orderloom.deciding.reference import Reference
from orderloom.domain import approvals, words
from orderloom.domain.fields import dictionaries
from orderloom.domain.flows import checks, definition, verbs
from orderloom.kit import limits
from orderloom.queries import flows as flows_query
from orderloom.rules import flows as rules_flows
from orderloom.rules import points

router = APIRouter(prefix="/flows", tags=["flows"])

# Where the own fields of a subject stand in what a flow about an order reads.
_CUSTOM = {"order": "order.custom", "line": "lines[].custom", "customer": "customer.custom"}


class Word(msgspec.Struct):
    """A name with what people call it; empty words where nobody has said so."""

    name: str
    zh: str = ""
    en: str = ""


class Verb(msgspec.Struct):
    """An action with the names of the values that it needs and those that it may have."""

    name: str
    zh: str
    en: str
    needs: list[str]
    may: list[str]


class Components(msgspec.Struct):
    """What a flow about this can be drawn with. `kinds` names for each kind of node its schema among `schema.$defs`;
    `paths` are what expressions may read, own fields of the workspace among them."""

    of: str
    kinds: dict[str, str]
    schema: dict[str, Any]
    verbs: list[Verb]
    starts: list[Word]
    waits: list[Word]
    paths: list[Word]


@router.get("/components", summary="What flows are made of", openapi_extra=schemas.of(answer=Components))
def components(
    caller: Caller = may("documents:read"),
    of: Annotated[
        str,
        Query(
            min_length=1,
            max_length=limits.NAME_CHARS_MAX,
            pattern=pages.NO_NUL,
            description="order, workspace, or a record type.",
        ),
    ] = definition.ORDER,
) -> Response:
    """Nodes with the schema of what they say, actions, events and paths that go with a flow about this."""
    with caller.reading() as connection:
        reference = caller.hub.reference(connection)
    kinds, schema = _schema()
    return answers.json(
        Components(
            of=of,
            kinds=kinds,
            schema=schema,
            verbs=[
                Verb(each.name, each.zh, each.en, list(each.needs), list(each.may))
                for each in verbs.VERBS.values()
                if verbs.fits(each, of)
            ],
            starts=_events(of, waiting=False),
            waits=_events(of, waiting=True),
            paths=list(_paths(reference, of)),
        )
    )


@router.get("/{name}/standing", summary="Where runs wait", openapi_extra=schemas.of(answer=list[flows_query.Standing]))
def standing(name: pages.Key, caller: Caller = may("flows:read")) -> Response:
    """How many waiting runs of the flow stand at each node, by version; those of orders within the caller's scope."""
    with caller.reading() as connection:
        return answers.json(flows_query.standing(connection, viewer=caller.viewer, flow=name))


@functools.cache
def _schema() -> tuple[dict[str, str], dict[str, Any]]:
    nodes = typing.get_args(definition.AnyNode)
    _, defs = msgspec.json.schema_components([*nodes, approvals.Spec], ref_template="#/$defs/{name}")
    # An approval's levels stay data in the node until somebody is asked; whoever draws them needs their shape.
    defs["Approval"]["properties"]["spec"] = {"$ref": "#/$defs/Spec"}
    return {each.__struct_config__.tag: each.__name__ for each in nodes}, {"$defs": defs}


def _events(of: str, *, waiting: bool) -> list[Word]:
    told = [(name, words.event(name)) for name in sorted(checks.events_of(of, waiting=waiting))]
    return [Word(name, word.zh, word.en) for name, word in told]


def _paths(reference: Reference, of: str) -> Iterator[Word]:
    """What expressions may read, without what is open below."""
    for path in points.PATHS:
        root = path.split(".")[0].removesuffix("[]")
        if root in rules_flows.POINT.reads and not path.endswith("*") and (of == definition.ORDER or root == "now"):
            yield Word(path)
    if of == definition.ORDER:
        for subject, under in _CUSTOM.items():
            yield from _fields(reference, subject, under)
    elif of != definition.WORKSPACE:
        yield from (Word(f"record.{each}") for each in ("record_no", "type", "title"))
        yield from _fields(reference, of, "record.values")


def _fields(reference: Reference, subject: str, under: str) -> Iterator[Word]:
    published = reference.documents.get("fields", {}).get(subject)
    for each in dictionaries.read(published.content).fields if published is not None else ():
        if not each.retired:
            yield Word(f"{under}.{each.name}", each.zh, each.en)
