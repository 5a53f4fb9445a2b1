"""/f: a form filled in by whoever has its link, without a key. Nothing else of the hub can be reached from here."""

import datetime as dt
from typing import Annotated

import msgspec
from fastapi import APIRouter, Depends, Query, Request, Response

from orderloom.actions import files as files_action
from orderloom.actions import form_links, forms, tracking
from orderloom.actions.hub import Hub
from orderloom.api import answers, bodies, callers, console, files, links, pages, problems, schemas
from orderloom.api import forms as api_forms
from orderloom.api.door import Door
from orderloom.kit import clock, limits
from orderloom.kit.refusals import Refused
from orderloom.queries import dealers, scopes
from orderloom.queries import tracking as tracking_query
from orderloom.queries.viewer import everything
from orderloom.rules import forms as rules_forms
from orderloom.store import forms as forms_store

router = APIRouter(prefix="/f", tags=["public forms"])

_GONE = "The link has expired or is used up."


class FormOpened(api_forms.Shown, kw_only=True, omit_defaults=True):
    """A form as its page needs it: with who stands behind it, and the currency of its amounts."""

    seller: tracking_query.TrackedSeller
    currency: str
    zone: str


class FormFilled(api_forms.SubmissionBody, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """A submission from the page. `website` is a field that people do not see; what fills it in is no person."""

    website: str = ""


class FormReceived(forms.Submitted, kw_only=True, omit_defaults=True):
    """What a submission became; for an order, with the path of its tracking page."""

    tracking: str = ""


class GoodsFound(msgspec.Struct):
    """What may be ordered."""

    rows: list[dealers.Price]


class Dealing(msgspec.Struct):
    """What a dealer's page shows beside the form."""

    prices: list[dealers.Price]
    addresses: list[dealers.Address]


@router.get(
    "/{token}",
    summary="The form of a link",
    openapi_extra=links.of(schemas.of(answer=FormOpened), gone=_GONE),
    dependencies=[callers.for_everybody()],
)
def form(request: Request, token: pages.Key) -> Response:
    """Its sections, fields and checks; a dealer's link also says whose it is. A browser gets the page that shows it."""
    if console.wants_page(request):
        return console.outside(request, frames=_frames(request, token))
    hub, link = _entered(request, token)
    with hub.database.workspace(hub.workspace) as connection:
        settings = hub.reference(connection).settings
    shown = api_forms.shown(link.form, _ready(hub, link), customer_no=link.customer_no)
    opened = FormOpened(
        **{name: getattr(shown, name) for name in api_forms.Shown.__struct_fields__},
        seller=tracking_query.seller(settings),
        currency=settings.currency,
        zone=settings.zone,
    )
    return answers.json(opened, headers={"Vary": "Accept"})


@router.get(
    "/{token}/goods",
    summary="What may be ordered by a link's form",
    openapi_extra=links.of(schemas.of(answer=GoodsFound), gone=_GONE),
    dependencies=[callers.for_everybody()],
)
def goods(
    request: Request,
    token: pages.Key,
    words: Annotated[str, Query(min_length=1, max_length=limits.NAME_CHARS_MAX, pattern=pages.NO_NUL)],
) -> Response:
    """By the start of a code or a part of a name, with the catalogue's prices; only where the form orders goods."""
    hub, link = _entered(request, token)
    if "lines" not in {each.name for each in _ready(hub, link).dictionary.fields}:
        raise links.raised(Refused("form.link_unknown"))
    with hub.database.workspace(hub.workspace) as connection:
        return answers.json(GoodsFound(dealers.found(connection, viewer=dealers.dealer(link.customer_no), words=words)))


@router.get(
    "/{token}/dealing",
    summary="Prices and addresses for a dealer's link",
    openapi_extra=links.of(schemas.of(answer=Dealing), gone=_GONE),
    dependencies=[callers.for_everybody()],
)
def dealing(request: Request, token: pages.Key, sku: pages.Names = None) -> Response:
    """Prices of the SKUs named, and where the link's own customer had goods sent; a public link has neither."""
    hub, link = _entered(request, token)
    if not link.customer_no:
        raise links.raised(Refused("form.link_unknown"))
    who = dealers.dealer(link.customer_no)
    with hub.database.workspace(hub.workspace) as connection:
        prices = dealers.prices(connection, viewer=who, skus=sku or ())
        addresses = dealers.addresses(connection, viewer=who, sealer=hub.sealer, customer_no=link.customer_no)
    return answers.json(Dealing(prices, addresses))


@router.post(
    "/{token}",
    summary="Fill in the form of a link",
    openapi_extra=links.of(
        schemas.of(
            body=FormFilled,
            example=api_forms.SUBMISSION_EXAMPLE,
            answer=FormReceived,
            status=201,
            also={200: "Sent before: the first answer."},
        ),
        gone=_GONE,
    ),
    dependencies=[callers.for_everybody()],
)
def submit(request: Request, token: pages.Key, body: FormFilled = bodies.one(FormFilled)) -> Response:
    """As with a key; prices are those of the catalogue, the customer of a dealer's link is its own, and files must have
    been uploaded by the same link."""
    hub, link = _entered(request, token)
    if body.website:
        raise problems.Raised(409, Refused("form.not_a_person"))
    door: Door = request.app.state.door
    now = clock.now()
    entry = forms.Entry(link.kind, f"link {link.label or link.link_id}", "form", link)
    sent = forms.Sent(link.form, body.submission_id, body.values, request.state.raw, now)
    done = forms.submit(hub, entry, sent, place=api_forms.placing(door.gatherer(hub.workspace), now=now))
    if isinstance(done, Refused) and done.code in links.STATUS:
        raise links.raised(done)
    if isinstance(done, Refused):
        return api_forms.submitted(done)
    path = _tracked(hub, done, by=entry.actor, now=now) if done.subject == "order" else ""
    return api_forms.submitted(FormReceived(**msgspec.structs.asdict(done), tracking=path))


@router.post(
    "/{token}/files",
    summary="Upload a file for the form of a link",
    openapi_extra=links.of(files.upload_of(), gone=_GONE),
    dependencies=[callers.for_everybody()],
)
def upload(request: Request, token: pages.Key, name: files.FileName = "", data: bytes = Depends(files.raw)) -> Response:
    """Its id goes into the submission; one that no submission uses within a day is gone."""
    hub, link = _entered(request, token)
    upload = files_action.Upload(
        data, name, files.stated(request), f"link:{link.link_id}", f"link {link.label}", clock.now()
    )
    return files.kept(files_action.keep(hub, upload))


def _ready(hub: Hub, link: forms_store.Link) -> rules_forms.Ready:
    """The form of a link. Raises a problem 404 where it is not open this way any more."""
    with hub.database.workspace(hub.workspace) as connection:
        ready = forms.ready(hub.reference(connection), link.form)
    if ready is None or link.kind not in ready.form.entries:
        raise links.raised(Refused("form.link_unknown"))
    return ready


def _tracked(hub: Hub, done: forms.Submitted, *, by: str, now: dt.datetime) -> str:
    """Where the page of a new order is."""
    with hub.database.workspace(hub.workspace) as connection:
        found = scopes.orders(connection, everything(by), [done.number])
        if done.number not in found:
            return ""
        return tracking.ensure(hub, connection, found[done.number].order_id, actor=by, now=now).path


def _frames(request: Request, token: str) -> list[str]:
    """The sites that may show this form within their pages: none for a dealer's, and none for what is no link."""
    try:
        hub, link = _entered(request, token)
    except problems.Raised:
        return []
    with hub.database.workspace(hub.workspace) as connection:
        return hub.reference(connection).settings.seller.frames if link.kind == "public" else []


def _entered(request: Request, token: str) -> tuple[Hub, forms_store.Link]:
    return links.entered(request, token, enter=form_links.enter, unknown="form.link_unknown")
