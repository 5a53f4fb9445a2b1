"""Newly filterable fields: publishing asks for their values to be written, a job does it, lists say so meanwhile."""

import datetime as dt
import time
import uuid
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

from orderloom.actions import facets
from orderloom.actions.hub import Hub
from orderloom.domain.fields import dictionaries
from orderloom.kit import limits
from orderloom.store import database as db
from orderloom.store import indexings as indexings_store
from orderloom.store import outbox as outbox_store
from orderloom.store import relay as relay_store

JOB = "index"
_LOOK_SECONDS = 0.05


class Stopped(Exception):
    """The worker ends; the job goes on from there when it is taken up again."""


def ask(
    hub: Hub,
    connection: db.Connection,
    contents: Iterable[Mapping[str, Any]],
    *,
    before: Mapping[str, Mapping[str, Any]],
    now: dt.datetime,
) -> None:
    """In the transaction that publishes dictionaries: ask for a job for each subject of which there is something and
    that has a field that lists could not be narrowed to `before`."""
    wanted: dict[str, set[str]] = {}
    for content in contents:
        dictionary = dictionaries.read(content)
        was = before.get(dictionary.subject)
        known = {each.name for each in dictionaries.read(was).filterable()} if was is not None else set[str]()
        new = {dictionaries.facet(dictionary.subject, each.name) for each in dictionary.filterable()
               if each.name not in known}  # fmt: skip
        if new and (subject := _walked(dictionary)) is not None:
            wanted.setdefault(subject, set()).update(new)
    asked = {subject: fields for subject, fields in wanted.items() if not indexings_store.is_empty(connection, subject)}
    for subject, fields in sorted(asked.items()):
        indexings_store.ask(connection, fields, subject=subject, at=now)
    outbox_store.insert(connection, [_job(hub, subject, now) for subject in sorted(asked)])
    if asked:
        outbox_store.wake(connection)


def carry(
    hub: Hub, subject: str, *, clock: Callable[[], dt.datetime], stopping: Callable[[], bool] = lambda: False
) -> Iterator[int]:
    """Write the values of a subject, a batch a transaction, from where it was left off, and all of them where nothing
    was asked for; tells how many are done as it goes on. Raises Stopped between two batches."""
    with hub.database.workspace(hub.workspace) as connection:
        begun = indexings_store.begin(connection, subject)
    done = 0
    if begun is not None:
        done = begun.done
        _await(hub, begun.xid, stopping)
    for last, count in facets.rebuild_after(hub, subject, begun.after if begun is not None else uuid.UUID(int=0)):
        done += count
        if begun is not None:
            with hub.database.workspace(hub.workspace) as connection:
                indexings_store.advance(connection, begun, after=last, done=done)
        yield done
        if stopping():
            raise Stopped(subject)
    if begun is not None:
        with hub.database.workspace(hub.workspace) as connection:
            indexings_store.finish(connection, begun, at=clock())


def _walked(dictionary: dictionaries.Dictionary) -> str | None:
    """What is gone through for the fields of a dictionary; None for what no list is narrowed by."""
    if dictionary.own:
        return dictionary.subject
    return "order" if dictionary.subject in ("order", "line") else None


def _job(hub: Hub, subject: str, now: dt.datetime) -> outbox_store.Row:
    key, job = f"{JOB} {subject}", {"name": JOB, "arguments": {"subject": subject}}
    outbox_id = hub.ids.new(now)
    return outbox_store.Row(outbox_id, "job", f"{key} {outbox_id}", 1, key, job, now)


def _await(hub: Hub, xid: int, stopping: Callable[[], bool]) -> None:
    """Wait until nobody writes by a dictionary from before, so that what they write is gone through too; a transaction
    that stays open for long does not hold it up for more than `limits.INDEXING_WAIT_SECONDS_MAX`."""
    ends = time.monotonic() + limits.INDEXING_WAIT_SECONDS_MAX
    while time.monotonic() < ends:
        if stopping():
            raise Stopped
        with hub.database.workspace(hub.workspace) as connection:
            if relay_store.horizon(connection) > xid:
                return
        time.sleep(_LOOK_SECONDS)


def contents(versions: Sequence[Any]) -> Iterator[Mapping[str, Any]]:
    """The dictionaries among published versions."""
    return (each.content for each in versions if each.kind == "fields")
