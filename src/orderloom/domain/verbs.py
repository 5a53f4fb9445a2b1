"""The verbs that routes ask for and that keys and roles give: the one list of what there is to be allowed.

"orders:read" is one verb, "orders:*" all of a word, "*" all there are.
"""

import difflib
from collections.abc import Sequence

VERBS: frozenset[str] = frozenset(
    f"{word}:{verb}"
    for word, verbs in {
        "approvals": ("ask", "decide", "read"),
        "audit": ("read",),
        "breakers": ("read", "write"),
        "channels": ("read", "write"),
        "check": ("read",),
        "credit": ("grant", "read", "write"),
        "customers": ("read", "write"),
        "dealing": ("order", "read"),
        "documents": ("publish", "read", "write"),
        "events": ("read",),
        "files": ("read", "write"),
        "flows": ("read", "test", "write"),
        "forms": ("links", "read", "write"),
        "imports": ("read", "write"),
        "keys": ("read", "write"),
        "messages": ("open", "read", "write"),
        "messengers": ("read", "write"),
        "metrics": ("read",),
        "notices": ("read",),
        "orders": ("read", "release", "share", "write"),
        "outbox": ("read", "write"),
        "payments": ("write",),
        "people": ("reveal",),
        "records": ("read", "write"),
        "settings": ("read", "write"),
        "shipments": ("read", "revert", "write"),
        "skus": ("read", "write"),
        "status": ("read",),
        "stock": ("read", "write"),
        "users": ("read", "write"),
        "views": ("read", "share", "write"),
        "warehouses": ("read", "write"),
        "webhooks": ("read", "write"),
    }.items()
    for verb in verbs
)
_NEAR_MAX = 5


def known(verb: str) -> bool:
    """Whether the verb gives anything: one of the list, all of a word, or all there are."""
    return verb == "*" or verb in VERBS or (verb.endswith(":*") and any(each.startswith(verb[:-1]) for each in VERBS))


def near(verb: str) -> Sequence[str]:
    """What someone may have meant who wrote a verb that is not known, the likeliest first; all where nothing is like
    it."""
    return difflib.get_close_matches(verb, sorted(VERBS), n=_NEAR_MAX) or sorted(VERBS)
