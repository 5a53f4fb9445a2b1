"""What a desk needs while an order is entered: whom the customer's orders went to, and the house's own fields."""

from fastapi import APIRouter, Response

from orderloom.api import answers, pages, schemas
from orderloom.api.callers import Caller, may
from orderloom.deciding import dictionaries
from orderloom.domain.fields.dictionaries import Field
from orderloom.queries import consignees

router = APIRouter()


@router.get(
    "/customers/{customer_no}/consignees",
    tags=["customers"],
    summary="Whom a customer's orders went to",
    openapi_extra=schemas.of(answer=list[consignees.Consignee]),
)
def page(customer_no: pages.Key, caller: Caller = may("customers:read")) -> Response:
    """Of the orders in scope, the latest first, each once; masked as the caller's role has it."""
    with caller.reading() as connection:
        found = consignees.latest(connection, viewer=caller.viewer, sealer=caller.hub.sealer, customer_no=customer_no)
    return answers.json(found)


@router.get(
    "/fields/{subject}", tags=["forms"], summary="Own fields of a subject", openapi_extra=schemas.of(answer=list[Field])
)
def fields(subject: pages.Key, caller: Caller = may("forms:read")) -> Response:
    """Of `order`, `customer` or another subject of the data dictionary, those in force and not retired; none where
    there is no dictionary."""
    with caller.reading() as connection:
        found = dictionaries.of(caller.hub.reference(connection), subject)
    return answers.json([each for each in found.dictionary.fields if not each.retired] if found is not None else [])
