"""/rules/points: what rules may read and what they answer, so that people choose and need not know any name."""

from fastapi import APIRouter, Response

from orderloom.api import answers, schemas
from orderloom.api.callers import Caller, may
from orderloom.deciding import dictionaries
from orderloom.domain import roles
from orderloom.domain.fields.dictionaries import SUBJECTS
from orderloom.domain.orders.stages import TRACK
from orderloom.domain.orders.state import Text
from orderloom.rules import vocabulary

router = APIRouter(tags=["documents"])


@router.get(
    "/rules/points", summary="What rules read and answer", openapi_extra=schemas.of(answer=list[vocabulary.Point])
)
def points(caller: Caller = may("documents:read")) -> Response:
    """Each decision point with the names its documents may read, own fields among them, and those they answer with:
    what people call them, of what type they are, and the values to choose from."""
    with caller.reading() as connection:
        reference = caller.hub.reference(connection)
    viewer = caller.viewer
    titles = {name: roles.read(each.content).title for name, each in reference.documents.get("role", {}).items()}
    things = vocabulary.Things(
        channels={code: each.name for code, each in reference.channels.items() if viewer.sees_channel(code)},
        warehouses={code: each.name for code, each in reference.warehouses.items() if viewer.sees_warehouse(code)},
        carriers=sorted({carrier for carrier, _ in reference.rates.services}),
        roles={name: Text(each.zh, each.en) for name, each in sorted(titles.items())},
        stages={each: reference.track.word(each) for each in TRACK},
        dictionaries={
            each: found.dictionary for each in SUBJECTS if (found := dictionaries.of(reference, each)) is not None
        },
    )
    return answers.json(vocabulary.of(things))
