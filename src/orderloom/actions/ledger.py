"""What intake books beside its commands, in their own transaction: raw messages, and how far an import has come."""

import collections
import uuid
from collections.abc import Mapping, Sequence

import msgspec

from orderloom.actions.batches import Asked
from orderloom.deciding.state import State
from orderloom.domain.orders import commands, surgery
from orderloom.kit.refusals import Refused
from orderloom.store import database as db
from orderloom.store import imports, messages


class Moved(Exception):
    """An order changed between being looked at and being locked: look again."""


class Elsewhere(Exception):
    """Another process carries this import on."""


class Untaken(Exception):
    """An order refuses what a note asks of it."""

    def __init__(self, order_id: uuid.UUID, refused: Refused) -> None:
        super().__init__(refused.code)
        self.order_id = order_id
        self.refused = refused


class Progress(msgspec.Struct):
    """How far an import has come, and the rows that this batch takes it further.

    `counts` are the rows that were in the house before this file brought them, by where they are.
    """

    import_id: uuid.UUID
    rows_done: int
    counts: collections.Counter[str]
    rows: int = 0


class Ledger:
    """Beside a batch's commands: messages kept or resolved, and the import advanced; all of it or nothing.

    `kept` are messages that no command carries; `carried` pairs those that one does. `versions` are the last events
    of orders as they were looked at; `checked` commands must all be taken. Only the `last` part of a batch advances
    the import; every part holds it.
    """

    locked = False

    def __init__(
        self,
        *,
        kept: Sequence[messages.Message] = (),
        resolved: Sequence[messages.Message] = (),
        carried: Sequence[tuple[Asked, messages.Message]] = (),
        versions: Mapping[uuid.UUID, int] = {},
        checked: Sequence[commands.Together] = (),
        progress: Progress | None = None,
        last: bool = True,
    ) -> None:
        self._kept = kept
        self._resolved = resolved
        self._carried = carried
        self._versions = versions
        self._checked = checked
        self._progress = progress
        self._last = last
        self.again: collections.Counter[str] = collections.Counter()

    @property
    def overtaken(self) -> int:
        """Rows that another door brought between our look and our lock: they are in its orders."""
        return sum(message.row_count for asked, message in self._carried if asked.message is None)

    def prepare(self, connection: db.Connection, state_: State) -> None:
        """See that all is as it was looked at. Raises Moved, Elsewhere, Untaken."""
        if self._progress is not None:
            rows_done, _ = imports.lock(connection, self._progress.import_id)
            if rows_done != self._progress.rows_done:
                raise Elsewhere
        for order_id, n in self._versions.items():
            if (order := state_.orders.get(order_id)) is None or order.n != n:
                raise Moved
        for command in self._checked:
            said = surgery.together(state_.orders[command.order_id], command)
            if isinstance(said, Refused):
                raise Untaken(command.order_id, said)

    def save(self, connection: db.Connection, state_: State) -> None:
        """Write the messages and the progress."""
        known = messages.find(connection, [each.message_id for each in self._kept])
        messages.insert(connection, [each for each in self._kept if each.message_id not in known])
        messages.resolve(connection, self._resolved)
        if self._progress is None or not self._last:
            return
        counts = self._progress.counts + self.again
        counts["orders"] += self.overtaken
        counts["quarantine"] += sum(each.row_count for each in self._kept if each.message_id in known)
        rows_done = self._progress.rows_done + self._progress.rows
        imports.advance(connection, self._progress.import_id, rows_done=rows_done, counts=dict(counts))
