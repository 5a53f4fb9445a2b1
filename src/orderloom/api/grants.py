"""What a key, or the roles of a user, grant: the way from stored scopes and role documents to the Viewer."""

import datetime as dt

import msgspec

from orderloom.actions import keys
from orderloom.actions.hub import Hub
from orderloom.api.door import Known
from orderloom.domain import roles
from orderloom.queries.viewer import PERSONAL, Grant
from orderloom.store.keys import Key
from orderloom.store.sessions import Found

# The system that a person's click is trusted as.
SOURCE = "console"


def of_key(key: Key, *, now: dt.datetime) -> Known:
    """A key that was looked up."""
    scope = msgspec.convert(key.scope, keys.Scope)
    grant = Grant(
        verbs=frozenset(key.verbs),
        channels=_names(scope.channels),
        warehouses=_names(scope.warehouses),
        owners=_names(scope.owners),
        masks=frozenset() if scope.unmasked else PERSONAL,
    )
    told = frozenset({*(scope.audiences or ()), *scope.roles}) if scope.audiences or scope.roles else None
    return Known(key, key.name, scope.source or key.name, frozenset(scope.roles), told, (grant,), now)


def of_session(hub: Hub, session: Found, *, now: dt.datetime) -> Known:
    """A session that was looked up; roles that are no longer in force grant nothing, and none does while a one-time
    code is lacking: asked for by a role, by the workspace of all its members, or since the user has codes."""
    names = session.roles or []
    with hub.database.workspace(hub.workspace) as connection:
        reference = hub.reference(connection)
    documents = reference.documents.get("role", {})
    held = {name: roles.owner() if name == roles.OWNER else roles.read(documents[name].content)
            for name in names if name == roles.OWNER or name in documents}  # fmt: skip
    wanted = reference.settings.codes_required or any(each.code_required for each in held.values())
    lacking = not session.proven and (session.has_code or wanted)
    grants = () if lacking else tuple(of_role(each, session.login, session.customer_no or "") for each in held.values())
    told = None if roles.OWNER in names else frozenset(names)
    return Known(session, session.login, SOURCE, frozenset(names), told, grants, now, code_lacking=lacking)


def of_role(role: roles.Role, login: str, customer_no: str = "") -> Grant:
    """What a role grants its holder. A dealer reaches what is its own, whatever the role says."""
    owners = None
    if customer_no:
        owners = frozenset({f"customer/{customer_no}"})
    elif role.own_customers:
        owners = frozenset({f"user/{login}"})
    return Grant(
        verbs=frozenset(role.may),
        channels=_names(role.channels),
        warehouses=_names(role.warehouses),
        owners=owners,
        masks=frozenset(role.masks),
    )


def _names(names: list[str] | None) -> frozenset[str] | None:
    return None if names is None else frozenset(names)
