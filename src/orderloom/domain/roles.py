"""Roles: what their holders may do, how far they reach, and which fields they see masked."""

from collections.abc import Iterator, Mapping
from typing import Annotated, Any

import msgspec

from orderloom.domain import people, verbs
from orderloom.domain.documents import shapes
from orderloom.domain.documents.findings import Finding, pointer
from orderloom.domain.documents.kinds import Content, Kind, Known
from orderloom.domain.documents.shapes import Titled

Verb = Annotated[str, msgspec.Meta(pattern=r"^(\*|[a-z_]{1,40}:(\*|[a-z_]{1,40}))$")]
Words = Annotated[list[Annotated[str, msgspec.Meta(min_length=1, max_length=128)]], msgspec.Meta(max_length=500)]


# The role that may do everything in its workspace. It is no document, so that no edit can lock everybody out.
OWNER = "owner"


class Role(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`may` are verbs like "orders:read", "orders:*" or "*". `channels` and `warehouses` are the scope, null for all of
    them; with `own_customers` it is the customers that the holder owns. `masks` are the fields of people that are shown
    masked. With `code_required` it gives nothing to a session that was opened without a one-time code."""

    title: Titled
    may: Annotated[list[Verb], msgspec.Meta(min_length=1, max_length=100)]
    channels: Words | None = None
    warehouses: Words | None = None
    masks: tuple[str, ...] = tuple(sorted(people.PERSONAL))
    own_customers: bool = False
    code_required: bool = False


def owner() -> Role:
    """What the owner of a workspace is: allowed all of it, with telephone numbers masked until they are revealed."""
    return Role(Titled("负责人", "Owner"), ["*"], masks=("phone",))


def read(content: Mapping[str, Any]) -> Role:
    """The role of a document's content. Raises msgspec.ValidationError."""
    return msgspec.convert(content, Role)


def _check(name: str, content: Content, known: Known) -> list[Finding]:
    named = [Finding("role.owner_is_built_in", pointer("title"))] if name == OWNER else []
    return [*named, *_found(read(content), known)]


def _found(role: Role, known: Known) -> Iterator[Finding]:
    for index, verb in enumerate(role.may):
        if not verbs.known(verb):
            yield Finding(
                "verb.unknown", pointer("may", index), data={"verb": verb, "near": ", ".join(verbs.near(verb))}
            )
    for scope, place in (("channels", "channel"), ("warehouses", "warehouse")):
        for index, each in enumerate(getattr(role, scope) or ()):
            if each not in known.places.get(place, frozenset()):
                yield Finding("document.reference_missing", pointer(scope, index), data={"to": f"{place}/{each}"})
    for index, field in enumerate(role.masks):
        if field not in people.PERSONAL:
            data = {"value": field, "options": ", ".join(sorted(people.PERSONAL))}
            yield Finding("document.value_unknown", pointer("masks", index), data=data)


def _schema() -> dict[str, Any]:
    """The schema of a role, with what there is to be allowed and to be masked for people to choose from."""
    made = shapes.schema(Role)
    fields = made["$defs"]["Role"]["properties"]
    fields["may"]["items"]["examples"] = ["*", *sorted(verbs.VERBS)]
    fields["masks"]["items"]["examples"] = sorted(people.PERSONAL)
    return made


_EXAMPLE = {
    "title": {"zh": "客服", "en": "Service desk"},
    "may": ["orders:read", "orders:write", "shipments:read"],
    "channels": None,
    "warehouses": None,
    "masks": ["phone"],
}
KIND = Kind(
    name="role",
    label_zh="角色",
    label_en="Role",
    schema=_schema(),
    example=_EXAMPLE,
    check=_check,
    refers_to=frozenset(),
)
