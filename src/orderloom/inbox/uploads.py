"""Files over HTTP: kept in sealed parts, imported by a job, so that neither door nor worker holds them.

Whoever dies with one loses nothing: the job is taken up again, and the import goes on where its last transaction ended.
"""

import contextlib
import datetime as dt
import tempfile
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import BinaryIO

import msgspec

from orderloom.actions.hub import Hub
from orderloom.inbox import imports, quarantine
from orderloom.kit import limits
from orderloom.kit.refusals import Refused
from orderloom.store import database as db
from orderloom.store import imports as imports_store
from orderloom.store import outbox as outbox_store
from orderloom.store import uploads as uploads_store

JOB = "import"


class Elsewhere(Exception):
    """Another process carries this import on; the job is tried again later."""


class Stopped(Exception):
    """The worker is told to end; the job is taken up again elsewhere."""


class Taken(msgspec.Struct):
    """The import of an uploaded file; `again` says that the file is in the house already, or on its way in."""

    import_id: uuid.UUID
    again: bool


def take(hub: Hub, path: Path, wanted: imports.Wanted, *, now: dt.datetime) -> Taken | Refused:
    """Keep a file and ask for its import as a job. The same file again gets its first import.

    Refuses what `imports.run` refuses as soon as the file is opened; what only reading all of it shows makes the
    import fail, with the reason beside it.
    """
    begun = imports.begin(hub, path, wanted, now=now)
    if isinstance(begun, Refused):
        return begun
    if begun.state == "done":
        return Taken(begun.import_id, again=True)
    # What was found once is settled: the job reads the file by the same mapping whatever the channel's is by then.
    stated = msgspec.structs.replace(wanted, mapping=begun.mapping)
    with hub.database.workspace(hub.workspace) as connection, path.open("rb") as file:
        size = path.stat().st_size
        if not uploads_store.insert(
            connection, begun.import_id, wanted=msgspec.json.encode(stated), size=size, now=now
        ):
            return Taken(begun.import_id, again=True)
        _keep(hub, connection, begun.import_id, file)
        job = {"name": JOB, "arguments": {"import_id": str(begun.import_id)}}
        row = outbox_store.Row(
            hub.ids.new(now), "job", f"import {begun.import_id}", 1, f"import {begun.import_id}", job, now
        )
        outbox_store.insert(connection, [row])
        outbox_store.wake(connection)
    return Taken(begun.import_id, again=False)


def carry(
    hub: Hub, import_id: uuid.UUID, *, clock: imports.Clock, stopping: Callable[[], bool] = lambda: False
) -> imports.Report | Refused | None:
    """Import the file that waits under this id, and forget the file; None when none waits.

    What it is refused with stands beside the import. Raises Elsewhere, Stopped when `stopping` says so between two
    transactions, and what the database being away raises.
    """

    def tell(_: imports.Told) -> None:
        if stopping():
            raise Stopped

    with hub.database.workspace(hub.workspace) as connection:
        kept = uploads_store.wanted(connection, import_id)
    if kept is None:
        return None
    with _opened(hub, import_id) as path:
        report = imports.run(hub, path, msgspec.json.decode(kept, type=imports.Wanted), clock=clock, tell=tell)
    if isinstance(report, Refused) and report.code == "import.elsewhere":
        raise Elsewhere(str(import_id))
    with hub.database.workspace(hub.workspace) as connection:
        if isinstance(report, Refused):
            imports_store.fail(connection, import_id, reason=report, now=clock())
        uploads_store.delete(connection, import_id)
    return report


@contextlib.contextmanager
def sheet(hub: Hub, import_id: uuid.UUID, *, suffix: str) -> Iterator[Path | Refused]:
    """The rows of an import that wait in quarantine as a file, .csv or .xlsx, that is there meanwhile.

    Refuses `import.unknown`.
    """
    with tempfile.TemporaryDirectory(prefix="orderloom-") as folder:
        path = Path(folder) / f"errors{suffix}"
        written = quarantine.write_sheet(hub, import_id, path)
        yield written if isinstance(written, Refused) else path


def _keep(hub: Hub, connection: db.Connection, import_id: uuid.UUID, file: BinaryIO) -> None:
    n = 0
    while part := file.read(limits.UPLOAD_PART_BYTES):
        uploads_store.insert_part(connection, import_id, n, hub.sealer.seal(part, aad=_place(import_id, n)))
        n += 1


@contextlib.contextmanager
def _opened(hub: Hub, import_id: uuid.UUID) -> Iterator[Path]:
    """The file as it came, for as long as it is read."""
    with tempfile.NamedTemporaryFile(prefix="orderloom-") as file:
        n = 0
        while True:
            with hub.database.workspace(hub.workspace) as connection:
                sealed = uploads_store.part(connection, import_id, n)
            if sealed is None:
                break
            file.write(hub.sealer.open(sealed, aad=_place(import_id, n)))
            n += 1
        file.flush()
        yield Path(file.name)


def _place(import_id: uuid.UUID, n: int) -> bytes:
    return b"upload " + import_id.bytes + n.to_bytes(4, "big")
