"""Answers: encoded by msgspec, refusals told in both languages, one outcome for each thing that was asked."""

import asyncio
import datetime as dt
import uuid
from collections.abc import Sequence
from typing import Annotated, Any

import msgspec
from fastapi import Response

from orderloom.actions.gather import Future
from orderloom.api import bodies, problems
from orderloom.deciding.work import Outcome
from orderloom.kit.refusals import Refused

_encode = msgspec.json.Encoder(decimal_format="string").encode


class Told(msgspec.Struct, omit_defaults=True):
    """What became of one command: done (with the events' names), repeated (the first answer), or refused and why. Of a
    stage that was confirmed, `revert_until` is how long one may take it back oneself."""

    command_id: uuid.UUID | None = None
    order_id: uuid.UUID | None = None
    order_no: str = ""
    shipment_no: str = ""
    external_no: str = ""
    stage: str = ""
    repeated: bool = False
    refused: problems.Said | None = None
    events: list[str] = []
    holds: list[str] = []
    total_minor: int = 0
    currency: str = ""
    revert_until: dt.datetime | None = None


class Scanned(msgspec.Struct):
    """What an outcome is about: a shipment, "" for none, and how long its stage may be taken back, if done."""

    shipment_no: str
    revert_until: dt.datetime | None


class Outcomes(msgspec.Struct):
    """An outcome for each item, in the order they were asked, and how many were refused."""

    outcomes: list[Told]
    refused: int


class Done(msgspec.Struct, omit_defaults=True):
    """What became of one item that is no command on an order."""

    refused: problems.Said | None = None


class Dones(msgspec.Struct):
    """One for each item, in the order they were asked, and how many were refused."""

    outcomes: list[Done]
    refused: int


def json(answer: Any, status: int = 200, headers: dict[str, str] | None = None) -> Response:
    """Any value as JSON."""
    return Response(_encode(answer), status, headers, bodies.JSON)


def told(outcome: Outcome | Refused) -> Told:
    """An outcome as callers hear it."""
    if isinstance(outcome, Refused):
        return Told(refused=problems.say(outcome))
    refused = problems.say(outcome.refused) if outcome.refused is not None else None
    known = {name: getattr(outcome, name) for name in Outcome.__struct_fields__ if name != "refused"}
    if outcome.command_id.int == 0:
        known["command_id"] = None
    return Told(**known, refused=refused)


def one(outcome: Outcome | Refused, *, created: bool = False) -> Response:
    """The answer of a single command: 201 for what is new, 200, or a problem with the outcome. Raises that problem."""
    if isinstance(outcome, Refused):
        raise problems.Raised(problems.status_of(outcome), outcome)
    if outcome.refused is not None:
        raise problems.Raised(problems.status_of(outcome.refused), outcome.refused, outcome=outcome)
    return Response(_encode(outcome), 201 if created and not outcome.repeated else 200, None, bodies.JSON)


def many(outcomes: Sequence[Outcome | Refused], *, scanned: Sequence[Scanned] = ()) -> Response:
    """The answer of many: 200 when all was done, 207 when something was refused; 409 for a key with another body.
    `scanned` says what each outcome is about, where they are about shipments."""
    refused = [each if isinstance(each, Refused) else each.refused for each in outcomes]
    _other_body(refused)
    count = sum(each is not None for each in refused)
    said = [told(each) for each in outcomes]
    for each, about in zip(said, scanned, strict=False):
        each.shipment_no = about.shipment_no
        each.revert_until = about.revert_until if each.events else None
    return json(Outcomes(said, count), 207 if count else 200)


def dones(answers: Sequence[Refused | None]) -> Response:
    """The answer of many items without outcomes of their own: 200, or 207 when something was refused."""
    _other_body(answers)
    count = sum(each is not None for each in answers)
    said = [Done(problems.say(each) if each is not None else None) for each in answers]
    return json(Dones(said, count), 207 if count else 200)


async def all_of(futures: Sequence[Future]) -> list[Outcome]:
    """The outcomes of what was gathered, without holding a thread."""
    return await asyncio.gather(*(asyncio.wrap_future(each) for each in futures))


def _other_body(refused: Sequence[Refused | None]) -> None:
    other = next((each for each in refused if each is not None and each.code == "idempotency.other_body"), None)
    if other is not None:
        raise problems.Raised(409, other)


OrderNos = Annotated[list[Annotated[str, msgspec.Meta(min_length=1, max_length=128)]], msgspec.Meta(min_length=1)]
