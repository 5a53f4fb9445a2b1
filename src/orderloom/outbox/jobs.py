"""Jobs: what is long, scheduled or rare is handed to procrastinate, one job for a whole piece of work.

A row with topic `job` has the payload `{"name": …, "arguments": {…}}`; the worker that takes the job finds the name
among those it knows.
"""

from collections.abc import Sequence

from orderloom.actions.hub import Hub
from orderloom.outbox.drain import Answer, Never, Sent, Turn
from orderloom.store import jobs as jobs_store
from orderloom.store.outbox import Claimed


def send(hub: Hub, rows: Sequence[Claimed], turn: Turn) -> list[Answer]:
    """Defer a job per row. While a job of the same key still waits, a second one is not made."""
    answers: list[Answer] = []
    fit: list[jobs_store.Job] = []
    for row in rows:
        name, arguments = row.payload.get("name"), row.payload.get("arguments") or {}
        if not isinstance(name, str) or not isinstance(arguments, dict):
            answers.append(Never("a job needs a name and arguments"))
            continue
        fit.append(jobs_store.Job(hub.workspace, name, arguments, f"{hub.workspace} {row.key}"))
        answers.append(Sent({"job": name}))
    if fit:
        jobs_store.defer(hub.database.url, fit)
    return answers
