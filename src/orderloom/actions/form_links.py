"""Links into forms: made, found by their token, ended. The token is told once; only its hash is kept."""

import datetime as dt
import secrets
import uuid
from typing import Annotated, Literal

import msgspec

from orderloom.actions import forms, links
from orderloom.actions.hub import Hub
from orderloom.kit import limits
from orderloom.kit.refusals import Refused
from orderloom.store import facts
from orderloom.store import forms as forms_store

_KIND = links.Kind(
    mark="fl",
    table="form_links",
    by_token=forms_store.by_token,
    unknown="form.link_unknown",
    expired="form.link_expired",
    too_fast="form.too_fast",
    names=lambda link: {"form": link.form},
)


class Wanted(msgspec.Struct, omit_defaults=True, forbid_unknown_fields=True):
    """A link as it is asked for: for everybody, or for one customer; until when, and for how many submissions."""

    kind: Literal["public", "dealer"] = "public"
    label: Annotated[str, msgspec.Meta(max_length=limits.NAME_CHARS_MAX)] = ""
    customer_no: Annotated[str, msgspec.Meta(max_length=128)] = ""
    expires_at: Annotated[dt.datetime, msgspec.Meta(tz=True)] | None = None
    uses_max: Annotated[int, msgspec.Meta(ge=1, le=limits.QUANTITY_MAX)] | None = None


class Made(msgspec.Struct):
    """A new link; `token` is the only time that it is seen."""

    token: str
    link: forms_store.Link


def make(hub: Hub, form: str, wanted: Wanted, *, actor: str, now: dt.datetime) -> Made | Refused:
    """Make a link. Refuses a form that there is not or that is not open this way, a customer that there is not, and
    an end in the past."""
    with hub.database.workspace(hub.workspace) as connection:
        ready = forms.ready(hub.reference(connection), form)
        if ready is None:
            return Refused("form.unknown", {"form": form})
        if wanted.kind not in ready.form.entries:
            return Refused("form.not_by_this_way", {"form": form, "way": wanted.kind})
        dealer = wanted.kind == "dealer"
        if dealer != bool(wanted.customer_no) or (dealer and not facts.customers(connection, [wanted.customer_no])):
            return Refused("form.bad_customer", {"customer_no": wanted.customer_no})
        if wanted.expires_at is not None and wanted.expires_at <= now:
            return Refused("form.link_expired", {"form": form})
        secret = secrets.token_urlsafe(32)
        link = forms_store.Link(
            link_id=hub.ids.new(now),
            form=form,
            kind=wanted.kind,
            label=wanted.label,
            customer_no=wanted.customer_no,
            created_at=now,
            created_by=actor,
            expires_at=wanted.expires_at,
            uses_max=wanted.uses_max,
        )
        forms_store.insert_link(connection, link, token_hash=links.hashed(secret))
    return Made(links.token(hub, _KIND, secret), link)


def enter(hub: Hub, token: str, *, now: dt.datetime) -> forms_store.Link | Refused:
    """The link of a token, as `links.enter`. Refuses `form.link_unknown`, `form.link_expired`, and `form.too_fast`."""
    return links.enter(hub, _KIND, token, now=now)


def listed(hub: Hub, form: str) -> list[forms_store.Link]:
    """The links of a form, the newest first, at most `limits.FORM_LINKS_MAX`."""
    with hub.database.workspace(hub.workspace) as connection:
        return forms_store.links(connection, form, count=limits.FORM_LINKS_MAX)


def revoke(hub: Hub, form: str, link_id: uuid.UUID, *, now: dt.datetime) -> Refused | None:
    """End a link at once."""
    with hub.database.workspace(hub.workspace) as connection:
        done = forms_store.revoke(connection, form, link_id, now=now)
    return None if done else Refused("form.link_unknown")
