"""Folding: for every subject of a range, its log is whole, and the rows beside it are its fold.

The rows of each table come as one stream in the order of their subjects; the streams are walked side by side, so that
a row without a log is found as surely as a log without its row. One range is one call; ranges may run in parallel.
"""

import uuid
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

import msgspec

from orderloom.deciding import work
from orderloom.domain import approvals, credit, errands, fold, log, records, stock
from orderloom.domain.flows import history
from orderloom.domain.orders import events, state
from orderloom.queries import stepping
from orderloom.queries.findings import Found
from orderloom.store import approvals as approvals_store
from orderloom.store import database as db
from orderloom.store import errands as errands_store
from orderloom.store import flows as flows_store
from orderloom.store import orders as orders_store
from orderloom.store import records as records_store
from orderloom.store import sql

Q = sql.load(__file__)

FIRST = uuid.UUID(int=0)
LAST = uuid.UUID(int=2**128 - 1)
_TABLES = ("entries", "heads", "orders", "shipments", "reservations", "backorders", "movements", "accounts", "records",
           "approvals", "errands", "flow_runs")  # fmt: skip
_ROWS_AT_ONCE = 2_000


class Range(msgspec.Struct, frozen=True):
    """Subjects from `first` to `last`, both included; when `subjects` is given, only those of them."""

    first: uuid.UUID = FIRST
    last: uuid.UUID = LAST
    subjects: list[uuid.UUID] | None = None


def prove(connection: db.Connection, within: Range, *, trusted: stepping.Trusted) -> Found:
    """Prove a range of subjects. `trusted` are the sources that a stage was ever allowed to be confirmed by."""
    found = Found()
    streams = {table: _Stream(connection, table, within) for table in _TABLES}
    while True:
        subjects = [stream.subject for stream in streams.values() if stream.subject is not None]
        if not subjects:
            break
        subject = min(subjects)
        rows = {table: stream.take(subject) for table, stream in streams.items()}
        _prove_subject(found, subject, rows, trusted)
    for stream in streams.values():
        stream.close()
    return found


class _Stream:
    """The rows of one table, handed out subject by subject; the first column is the subject."""

    def __init__(self, connection: db.Connection, table: str, within: Range) -> None:
        # A cursor on the server: a range may hold more rows than fit in memory.
        self._cursor = connection.cursor(f"proof_{table}", binary=True)
        self._cursor.itersize = _ROWS_AT_ONCE
        self._cursor.execute(getattr(Q, table), msgspec.structs.asdict(within))
        self._rows: Iterator[tuple[Any, ...]] = iter(self._cursor)
        self._next = next(self._rows, None)

    @property
    def subject(self) -> uuid.UUID | None:
        """The subject whose rows come next; None at the end."""
        return self._next[0] if self._next else None

    def take(self, subject: uuid.UUID) -> list[tuple[Any, ...]]:
        """The rows of a subject, if they are the next."""
        taken = []
        while self._next is not None and self._next[0] == subject:
            taken.append(self._next)
            self._next = next(self._rows, None)
        return taken

    def close(self) -> None:
        """Let the server forget the cursor."""
        self._cursor.close()


def _prove_subject(
    found: Found, subject: uuid.UUID, rows: dict[str, list[tuple[Any, ...]]], trusted: stepping.Trusted
) -> None:
    entries, order = rows["entries"], rows["orders"][0] if rows["orders"] else None
    kind = entries[0][1] if entries else ("order" if order else "")
    name = order[2] if order else str(subject)
    _prove_chain(found, name, subject, entries, rows["heads"])
    try:
        bodies = [(n, log.read(body)) for _, _, n, _, _, body, _ in entries]
    except msgspec.DecodeError as problem:
        found.add("fold.broken", name, reason=str(problem))
        return
    if kind == "order" or order is not None:
        _prove_order(found, name, bodies, rows, trusted)
    elif kind == "stock":
        expected = Counter(
            (*msgspec.structs.astuple(each), n + i)
            for n, body in bodies
            for i, event in enumerate(body.events)
            for each in stock.movements(event)  # type: ignore[arg-type]
        )
        _prove_movements(found, name, expected, rows["movements"])
    elif kind == "account" or rows["accounts"]:
        _prove_account(found, name, bodies, rows["accounts"])
    elif kind == "approval" or rows["approvals"]:
        _prove_approval(found, name, bodies, rows["approvals"])
    elif kind == records.KIND or rows["records"]:
        _prove_record(found, subject, bodies, rows)
    elif kind == errands.KIND or rows["errands"]:
        _prove_errand(found, subject, bodies, rows)
    else:
        for table in ("shipments", "reservations", "backorders", "movements", "flow_runs"):
            if rows[table]:
                found.add("fold.no_log", name, table=table)


def _prove_approval(
    found: Found, name: str, bodies: Sequence[tuple[int, log.Body]], rows: Sequence[tuple[Any, ...]]
) -> None:
    """An approval's row, and whose turn it is, are what its log makes of it."""
    try:
        approval = approvals.fold(event for _, body in bodies for event in body.events)  # type: ignore[arg-type]
    except Exception as problem:  # A log that was tampered with may break the fold in any way.
        found.add("fold.broken", name, reason=f"{type(problem).__name__}: {problem}")
        return
    if approval is None or not rows:
        found.add("fold.no_log" if approval is None else "fold.no_row", name, table="approvals")
        return
    _, body, *kept, asked = rows[0]
    # What was written before a field was thought of says the same without it.
    if approvals_store.encode(approval) != body and approvals_store.decode(body) != approval:
        found.add("fold.differs", name, fields="body")
    columns = (
        approval.subject, approvals_store.kind(approval), approval.channel, approval.state, approval.n,
        approval.asked_by, approval.asked_at, approval.due_at, approval.decided_at,
    )  # fmt: skip
    names = ("subject", "kind", "channel", "state", "n", "asked_by", "asked_at", "due_at", "decided_at")
    differing = [column for column, said, there in zip(names, columns, kept, strict=True) if said != there]
    if {f"{of}:{each}" for of, each in approvals.asked(approval)} != set(asked):
        differing.append("asked")
    if differing:
        found.add("columns.differ", name, fields=", ".join(differing))
    found.counts["approvals"] += 1


def _prove_chain(
    found: Found, name: str, subject: uuid.UUID, entries: Sequence[tuple[Any, ...]], heads: Sequence[tuple[Any, ...]]
) -> None:
    """The entries follow one from the other, and the head is the last of them."""
    hash_, number = log.GENESIS, 0
    for _, _, n, count, _, body, written in entries:
        hash_ = log.chain(hash_, subject=subject, n=n, body=body.encode())
        if n != number + 1 or hash_ != written:
            found.add("chain.broken", name, n=n)
            hash_ = written
        number = n + count - 1
    head = heads[0][1:] if heads else (0, log.GENESIS)
    if head != (number, hash_):
        found.add("chain.head_differs", name, n=number, head_n=head[0])
    found.counts["entries"] += len(entries)


def _prove_order(
    found: Found,
    name: str,
    bodies: Sequence[tuple[int, log.Body]],
    rows: dict[str, list[tuple[Any, ...]]],
    trusted: stepping.Trusted,
) -> None:
    received = sum(type(event) is events.OrderReceived for _, body in bodies for event in body.events)
    if not bodies:
        found.add("fold.no_log", name, table="orders")
        return
    if received != 1:
        found.add("fold.not_received_once", name, times=received)
        return
    movements: Counter[tuple[Any, ...]] = Counter()
    order: state.Order | None = None
    walk = stepping.Walk(found, name, trusted)
    try:
        for n, body in bodies:
            for i, event in enumerate(body.events):
                walk.before(order, event)
                order = fold.evolve(order, event)  # type: ignore[arg-type]
                if type(event) is events.ShipmentShipped:
                    movements.update(_shipped(order, event, n + i))
        assert order is not None
    except Exception as problem:  # A log that was tampered with may break the fold in any way.
        found.add("fold.broken", name, reason=f"{type(problem).__name__}: {problem}")
        return
    stepping.add_up(found, name, order)
    _prove_movements(found, name, movements, rows["movements"])
    _prove_rows(found, name, order, rows)
    _prove_runs(found, name, order.order_id, [event for _, body in bodies for event in body.events], rows["flow_runs"])


def _prove_runs(
    found: Found, name: str, subject: uuid.UUID, said: Sequence[Any], rows: Sequence[tuple[Any, ...]], of: str = "order"
) -> None:
    """The rows of a subject's runs of flows are what its log makes of them."""
    if not rows and not any(type(event) is events.FlowStarted for event in said):
        return
    told = history.fold(said)
    expected = {run_id: msgspec.structs.astuple(flows_store.row(subject, run, of=of)) for run_id, run in told.items()}
    if {row[1]: (row[1], row[0], *row[2:]) for row in rows} != expected:
        found.add("runs.differ", name)
    found.counts["runs"] += len(rows)


def _shipped(order: state.Order, event: events.ShipmentShipped, n: int) -> Iterator[tuple[Any, ...]]:
    shipment = order.shipment(event.shipment_no)
    assert shipment is not None
    for pick in event.items:
        yield pick.sku, shipment.warehouse, shipment.pool, pick.lot, pick.bin, -pick.quantity, "shipped", n


def _prove_movements(
    found: Found, name: str, expected: Counter[tuple[Any, ...]], rows: Sequence[tuple[Any, ...]]
) -> None:
    if expected != Counter(row[1:] for row in rows):
        found.add("movements.differ", name)
    found.counts["movements"] += len(rows)


def _prove_rows(found: Found, name: str, order: state.Order, rows: dict[str, list[tuple[Any, ...]]]) -> None:
    """The rows of an order are what its log makes of it."""
    if not rows["orders"]:
        found.add("fold.no_row", order.order_no)
        return
    row = rows["orders"][0]
    if orders_store.encode(order) != row[1].encode():
        kept = orders_store.decode(row[1])
        differing = [field for field in order.__struct_fields__ if getattr(order, field) != getattr(kept, field)]
        if differing:
            found.add("fold.differs", name, fields=", ".join(differing))
    differing = [
        column for column, value, kept in zip(_COLUMNS, _columns(order), row[2:], strict=True) if value != kept
    ]
    if differing:
        found.add("columns.differ", name, fields=", ".join(differing))
    expected = work.rows(order)
    if {each[1]: each[2:] for each in rows["shipments"]} != expected.shipments:
        found.add("shipments.differ", name)
    if {each[1:5]: each[5] for each in rows["reservations"]} != expected.reserved:
        found.add("reservations.differ", name)
    if {each[1:3]: each[3] for each in rows["backorders"]} != (expected.backordered if order.backordered else {}):
        found.add("backorders.differ", name)
    found.counts["orders"] += 1
    found.counts["shipments"] += len(rows["shipments"])
    found.counts["reservations"] += len(rows["reservations"])


_COLUMNS = (
    "order_no", "channel", "external_no", "n", "stage", "furthest", "grade", "priority", "held", "cancelled",
    "customer_no", "account", "province", "placed_at", "received_at", "paid_at", "promised_at", "currency",
    "goods_minor", "discount_minor", "freight_minor", "tax_minor", "adjustment_minor", "total_minor", "paid_minor",
    "credit_reserved_minor", "credit_used_minor",
)  # fmt: skip


def _columns(order: state.Order) -> tuple[Any, ...]:
    return (
        order.order_no, order.channel, order.external_no, order.n, order.stage, order.furthest, order.grade,
        order.priority, bool(order.holds), order.cancelled, order.customer_no, order.account, order.consignee.province,
        order.placed_at, order.received_at, order.paid_at, order.promise.promised_at if order.promise else None,
        order.currency, order.goods_minor, order.discount_minor, order.freight_minor, order.tax_minor,
        order.adjustment_minor, order.total_minor, order.paid_minor, order.credit_reserved_minor,
        order.credit_used_minor,
    )  # fmt: skip


def _prove_account(
    found: Found, name: str, bodies: Sequence[tuple[int, log.Body]], rows: Sequence[tuple[Any, ...]]
) -> None:
    """An account's limit, moves and grants are those of its log."""
    limit_minor = charged = granted = 0
    currency = ""
    for _, body in bodies:
        for event in body.events:
            match event:
                case credit.LimitChanged():
                    limit_minor, currency = event.limit_minor, currency or event.currency
                case credit.AccountCharged():
                    charged += event.amount_minor
                case credit.CreditGranted():
                    granted += event.amount_minor
                case _:
                    pass
    if not rows:
        found.add("account.no_row", name)
        return
    _, account, *kept = rows[0]
    fields = zip(("currency", "limit", "moves", "grants"), (currency, limit_minor, charged, granted), kept, strict=True)
    differing = [field for field, said, there in fields if said != there]
    if differing:
        found.add("account.differs", account, fields=", ".join(differing))
    found.counts["accounts"] += 1


def _prove_record(
    found: Found, subject: uuid.UUID, bodies: Sequence[tuple[int, log.Body]], beside: dict[str, list[tuple[Any, ...]]]
) -> None:
    """A record's row is what its log makes of it."""
    rows = beside["records"]
    if not bodies or not rows:
        found.add("fold.no_log" if rows else "record.no_row", str(subject), table="records")
        return
    try:
        record = records.fold(subject, [event for _, body in bodies for event in body.events])  # type: ignore[misc]
    except Exception as problem:  # A log that was tampered with may break the fold in any way.
        found.add("fold.broken", str(subject), reason=f"{type(problem).__name__}: {problem}")
        return
    assert record is not None
    _, of, record_no, n, title, state_ = rows[0]
    expected = (record.of, record.record_no, record.n, record.title)
    if records_store.encode(record).decode() != state_ or expected != (of, record_no, n, title):
        found.add("record.differs", record_no)
    _prove_runs(found, record_no, subject, _said(bodies), beside["flow_runs"], "record")
    found.counts["records"] += 1


def _prove_errand(
    found: Found, subject: uuid.UUID, bodies: Sequence[tuple[int, log.Body]], beside: dict[str, list[tuple[Any, ...]]]
) -> None:
    """An errand's row is what its log makes of it."""
    rows = beside["errands"]
    if not bodies or not rows:
        found.add("fold.no_log" if rows else "fold.no_row", str(subject), table="errands")
        return
    try:
        errand = errands.fold(subject, _said(bodies))
    except Exception as problem:  # A log that was tampered with may break the fold in any way.
        found.add("fold.broken", str(subject), reason=f"{type(problem).__name__}: {problem}")
        return
    assert errand is not None
    _, n, state_ = rows[0]
    if errands_store.encode(errand).decode() != state_ or errand.n != n:
        found.add("fold.differs", str(subject), fields="errand")
    _prove_runs(found, str(subject), subject, _said(bodies), beside["flow_runs"], "errand")
    found.counts["errands"] += 1


def _said(bodies: Sequence[tuple[int, log.Body]]) -> list[Any]:
    return [event for _, body in bodies for event in body.events]
