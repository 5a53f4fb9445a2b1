"""/divisions: the country's provinces, cities and districts, for address fields."""

import msgspec
from fastapi import APIRouter, Response

from orderloom.api import answers, callers, schemas
from orderloom.kit import divisions

router = APIRouter(prefix="/divisions", tags=["reference"])


class Division(msgspec.Struct):
    """One division; what its six digits begin with is the one above it."""

    adcode: str
    name: str


class Divisions(msgspec.Struct):
    """All of them, by adcode."""

    rows: list[Division]


@router.get(
    "",
    summary="Provinces, cities and districts",
    openapi_extra={**schemas.of(answer=Divisions), "security": []},
    dependencies=[callers.for_everybody()],
)
def all_() -> Response:
    """By adcode: a division stands after the one it is in. Public knowledge, which browsers may keep for a day."""
    found = [Division(each.adcode, each.name) for each in divisions.load()]
    answered = answers.json(Divisions(found))
    answered.headers["cache-control"] = "public, max-age=86400"
    return answered
