"""What is asked under a caller's key is done at most once, also where the work needs several transactions.

Orders' commands keep their answers in their own transaction (`transact`). Work that cannot do so claims its key
first, in a transaction of its own. Should this process die in between, the key stays claimed without an answer: the
same request then hears that its work may or may not have been done, and is never done a second time.
"""

import datetime as dt
from collections.abc import Callable

from orderloom.actions.hub import Hub
from orderloom.kit.refusals import Refused
from orderloom.store import database as db
from orderloom.store import idempotency

_UNANSWERED = b"null"


def run(hub: Hub, once: idempotency.Once, work: Callable[[], bytes], *, now: dt.datetime) -> bytes | Refused:
    """The answer (JSON) of the work, or of the first time it was asked under this key.

    Refuses another body under the key, and a key whose work has no answer (yet). Work that raises gives its key back,
    unless the database went away under it.
    """
    with hub.database.workspace(hub.workspace) as connection:
        mine = idempotency.claim(connection, once, now=now)
        known = {} if mine else idempotency.find(connection, [once])
    if not mine:
        body_hash, answer = known.get((once.caller, once.key), (once.body_hash, _UNANSWERED))
        if body_hash != once.body_hash:
            return Refused("idempotency.other_body", {"key": once.key})
        return answer if answer != _UNANSWERED else Refused("idempotency.in_doubt", {"key": once.key})
    try:
        answer = work()
    except db.GONE:
        raise  # It may have been done just before: the key stays claimed.
    except BaseException:
        with hub.database.workspace(hub.workspace) as connection:
            idempotency.release(connection, once)
        raise
    with hub.database.workspace(hub.workspace) as connection:
        idempotency.settle(connection, once, answer)
    return answer
