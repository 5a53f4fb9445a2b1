"""/subjects: what a subject consists of, what may be mapped to it, and where each field is used."""

import msgspec
from fastapi import APIRouter, Response

from orderloom.api import answers, pages, schemas
from orderloom.api.callers import Caller, may
from orderloom.domain.fields import dictionaries
from orderloom.domain.fields.dictionaries import Field
from orderloom.domain.forms import definition
from orderloom.domain.mappings import targets
from orderloom.rules import field_uses

router = APIRouter(prefix="/subjects", tags=["fields"])


class Target(msgspec.Struct):
    """A field that a mapping may fill, and what it holds: text, id, phone, money, instant and so on."""

    name: str
    holds: str


class Subject(msgspec.Struct):
    """The fields that a form of the subject may ask for, without own ones; those that a mapping may fill, of an order
    and of its lines; and the documents in force that name a field. Own fields are a document of the kind `fields`."""

    subject: str
    built_in: list[Field]
    targets: list[Target]
    line_targets: list[Target]
    uses: dict[str, list[field_uses.Use]]


@router.get("/{subject}", summary="A subject's fields", openapi_extra=schemas.of(answer=Subject))
def one(subject: pages.Key, caller: Caller = may("documents:read")) -> Response:
    """A subject without a dictionary has its built-in fields only; one that nobody has named has none."""
    with caller.reading() as connection:
        reference = caller.hub.reference(connection)
    published = reference.documents.get("fields", {}).get(subject)
    own = dictionaries.read(published.content).fields if published is not None else ()
    built_in = list(definition.fields_of(subject, None).values()) if subject == "order" else []
    held, of_lines = (targets.ORDER, targets.LINE) if subject == "order" else ({}, {})
    names = {each.name for each in own} | {each.name for each in built_in} | set(held)
    return answers.json(
        Subject(subject, built_in, _targets(held), _targets(of_lines),
                field_uses.uses(reference.documents, subject, names))
    )  # fmt: skip


def _targets(table: dict[str, str]) -> list[Target]:
    return [Target(name, holds) for name, holds in table.items()]
