"""Check: the promises of a workspace, proved on what is there at one instant while its writers go on.

The log's chains and seals are whole; every row is the fold of the log; stock, credit and money balance; every
acknowledged message has its order; stages moved forward and no hold was passed over. A proof is whole, or goes only
over what was said since the last one; balances are always proved whole but for on hand, which is proved where it moved.
"""

import concurrent.futures
import contextlib
import datetime as dt
import hashlib
import multiprocessing
import uuid
from collections.abc import Callable, Iterator
from typing import Any

import msgspec

from orderloom.domain import log
from orderloom.kit import limits
from orderloom.queries import folding, stepping
from orderloom.queries.findings import Finding, Found
from orderloom.store import audit as audit_store
from orderloom.store import database as db
from orderloom.store import sql, tallies

Q = sql.load(__file__)

Clock = Callable[[], dt.datetime]
# Told with (ranges proved, ranges in all) as a proof goes on.
Progress = Callable[[int, int], None]

_RANGES_PER_PROCESS = 4


class Proof(msgspec.Struct):
    """What a proof came to: up to which position, how many of what were proved, and what is not as it must be."""

    proof_id: uuid.UUID
    started_at: dt.datetime
    finished_at: dt.datetime
    position: int
    whole: bool
    counts: dict[str, int]
    findings: list[Finding]


class Plan(msgspec.Struct, frozen=True):
    """How to prove: `whole` or since the last clean proof, in how many processes, whether the proof is kept, and
    whether only the log is looked at (its chains, its seals, and that the rows are its fold)."""

    whole: bool = False
    processes: int = 1
    keep: bool = True
    log_only: bool = False


def prove(
    database: db.Database,
    workspace: str,
    *,
    proof_id: uuid.UUID,
    clock: Clock,
    plan: Plan,
    progress: Progress | None = None,
) -> Proof:
    """Prove a workspace, and keep what it came to."""
    started_at = clock()
    found = Found()
    with database.workspace(workspace) as connection:
        connection.execute(Q.snapshot)
        position, _ = connection.execute(Q.sealed).fetchone() or (0, 0)
        since = None if plan.whole else _proved(connection)
        subjects = None if since is None else [row[0] for row in connection.execute(Q.spoken, {"xid_from": since})]
        ranges = _ranges(connection, subjects, parts=plan.processes * _RANGES_PER_PROCESS)
        trusted = _trusted(connection)
        with _folding(database, workspace, connection, ranges, trusted, plan.processes) as folded:
            _prove_seals(connection, found, since=since)
            _prove_audit(connection, found)
            if not plan.log_only:
                _prove_balances(connection, found, subjects)
                if subjects is None:
                    _prove_tallies(connection, found)
            for done, part in enumerate(folded, 1):
                found.join(part)
                if progress is not None:
                    progress(done, len(ranges))
    proof = Proof(proof_id, started_at, clock(), position, since is None, dict(found.counts), found.findings)
    if plan.keep:
        keep(database, workspace, proof)
    return proof


def verify(
    database: db.Database, workspace: str, *, proof_id: uuid.UUID, clock: Clock, processes: int = 1,
    progress: Progress | None = None,
) -> Proof:  # fmt: skip
    """Replay the whole log and compare: its chains, its seals, and every row that is its fold. Nothing is kept."""
    plan = Plan(whole=True, processes=processes, keep=False, log_only=True)
    return prove(database, workspace, proof_id=proof_id, clock=clock, plan=plan, progress=progress)


def keep(database: db.Database, workspace: str, proof: Proof) -> None:
    """Write a proof down."""
    values = msgspec.structs.asdict(proof)
    values["counts"] = msgspec.json.encode(proof.counts).decode()
    values["findings"] = msgspec.json.encode(proof.findings).decode()
    with database.workspace(workspace) as connection:
        connection.execute(Q.keep, values)


def last(connection: db.Connection) -> Proof | None:
    """The last proof that was kept."""
    row = connection.execute(Q.last).fetchone()
    return Proof(*row[:-1], findings=msgspec.convert(row[-1], list[Finding])) if row else None


def _proved(connection: db.Connection) -> int | None:
    """The first transaction after the last proof; None when there was none, or it found something."""
    row = connection.execute(Q.proved).fetchone()
    return row[0] if row else None


def _ranges(connection: db.Connection, subjects: list[uuid.UUID] | None, *, parts: int) -> list[folding.Range]:
    """Ranges of subjects that together are all of them, or all of those given."""
    if subjects is not None:
        subjects.sort()
        size = -(-len(subjects) // parts) or 1
        chunks = [subjects[start : start + size] for start in range(0, len(subjects), size)]
        return [folding.Range(chunk[0], chunk[-1], chunk) for chunk in chunks]
    row = connection.execute(Q.subjects).fetchone()
    assert row is not None
    size = max(row[0] // parts, limits.PROOF_ORDERS_PER_RANGE_MIN)
    ranges = []
    first = folding.FIRST
    while True:
        found = connection.execute(Q.boundary, {"after": first, "size": size}).fetchone()
        if found is None:
            return [*ranges, folding.Range(first, folding.LAST)]
        ranges.append(folding.Range(first, uuid.UUID(int=found[0].int - 1)))
        first = found[0]


@contextlib.contextmanager
def _folding(
    database: db.Database,
    workspace: str,
    connection: db.Connection,
    ranges: list[folding.Range],
    trusted: stepping.Trusted,
    processes: int,
) -> Iterator[Iterator[Found]]:
    """What each range comes to, as it comes: one by one here, or in processes that see the same instant."""
    processes = min(processes, limits.PROOF_PROCESSES_MAX, len(ranges))
    if processes <= 1:
        yield (folding.prove(connection, each, trusted=trusted) for each in ranges)
        return
    row = connection.execute(Q.export_snapshot).fetchone()
    assert row is not None
    spawn = multiprocessing.get_context("spawn")
    with concurrent.futures.ProcessPoolExecutor(processes, mp_context=spawn) as pool:
        asked = [pool.submit(_fold_apart, database.url, workspace, row[0], each, trusted) for each in ranges]
        yield (each.result() for each in concurrent.futures.as_completed(asked))


def _fold_apart(url: str, workspace: str, snapshot: str, within: folding.Range, trusted: stepping.Trusted) -> Found:
    """One range in a process of its own."""
    with db.Database(url, size=1) as database, database.workspace(workspace) as connection:
        connection.execute(Q.snapshot)
        connection.execute(Q.define("join_snapshot", snapshot=sql.Literal(snapshot)))
        return folding.prove(connection, within, trusted=trusted)


def _trusted(connection: db.Connection) -> stepping.Trusted:
    trusted = dict(stepping.DEFAULTS)
    for (value,) in connection.execute(Q.trusted_sources):
        for stage, sources in (value or {}).items():
            trusted[stage] = trusted.get(stage, frozenset()) | frozenset(sources)
    return trusted


def _prove_seals(connection: db.Connection, found: Found, *, since: int | None) -> None:
    """The seals follow one from the other, and each is the root of what the log has in its range."""
    position, chain, xid = 0, log.GENESIS, None
    with connection.cursor("proof_seals", binary=True) as cursor:
        cursor.execute(Q.seals, {"position": 0})
        for first, last_, xid_from, xid_to, entries, root, written in cursor:
            positions = first.to_bytes(8, "big") + last_.to_bytes(8, "big")
            chain = hashlib.sha256(chain + root + positions).digest()
            if first != position + 1 or chain != written or xid not in (None, xid_from):
                found.add("seal.chain_broken", str(first))
            if since is None or xid_from >= since:
                _prove_seal(connection, found, (first, last_, xid_from, xid_to, entries, root))
            position, chain, xid = last_, written, xid_to
            found.counts["seals"] += 1
    found.counts["events"] = position
    row = connection.execute(Q.before_seals).fetchone()
    if row and row[0]:
        found.add("seal.late_entries", "1", entries=row[0])


def _prove_audit(connection: db.Connection, found: Found) -> None:
    """Each line of the audit trail says what it was hashed over, and follows from the one before; none is missing of
    those that the last proof has counted."""
    before = last(connection)
    previous, wanted = log.GENESIS, 1
    with connection.cursor("proof_audit", binary=True) as cursor:
        cursor.execute(Q.audit)
        for n, hash_, chain, *said in cursor:
            line = audit_store.Line(*said)
            chained = audit_store.chained(previous, hash_=hash_, n=n)
            if n != wanted or chained != chain or audit_store.hashed(line) != hash_:
                found.add("audit.chain_broken", str(n), what=line.what)
            previous, wanted = chain, n + 1
            found.counts["audit"] += 1
    counted = before.counts.get("audit", 0) if before is not None else 0
    if found.counts["audit"] < counted:
        found.add("audit.lines_missing", str(found.counts["audit"]), there=found.counts["audit"], before=counted)


def _prove_seal(connection: db.Connection, found: Found, seal: tuple[int, int, int, int, int, bytes]) -> None:
    first, last_, xid_from, xid_to, entries, root = seal
    rows = connection.execute(Q.hashes, {"xid_from": xid_from, "xid_to": xid_to}).fetchall()
    counted = sum(row[1] for row in rows)
    if len(rows) != entries or counted != last_ - first + 1 or log.merkle_root([bytes(row[2]) for row in rows]) != root:
        found.add("seal.root_differs", str(first), entries=entries, there=len(rows))


def _prove_tallies(connection: db.Connection, found: Found) -> None:
    """What boards add up is the rows added up; while the relay has not counted all, that is not asked."""
    if not tallies.followed(connection):
        return
    for cell, kept, there in tallies.differing(connection, most=limits.PROOF_FINDINGS_MAX):
        found.add("tally.differs", cell, kept=kept, there=there)


def _prove_balances(connection: db.Connection, found: Found, subjects: list[uuid.UUID] | None) -> None:
    """Stock, credit and messages, by sets. `subjects` narrows on hand to the SKUs that they moved."""
    skus = None
    if subjects is not None:
        skus = [row[0] for row in connection.execute(Q.skus_moved, {"subjects": subjects})]
    asked: dict[str, Any] = {"count": limits.PROOF_FINDINGS_MAX, "skus": skus}

    def rows(statement: Any) -> list[tuple[Any, ...]]:
        return connection.execute(statement, asked, prepare=False).fetchall()

    for sku, warehouse, pool, on_hand, reserved, summed in rows(Q.pools):
        name = f"{sku} @ {warehouse} / {pool}"
        if reserved != summed:
            found.add("pool.reserved_differs", name, reserved=reserved, summed=summed)
        if not 0 <= reserved <= on_hand:
            found.add("pool.oversold", name, reserved=reserved, on_hand=on_hand)
    for sku, warehouse, pool, on_hand, summed in rows(Q.pools_moved):
        found.add("pool.on_hand_differs", f"{sku} @ {warehouse} / {pool}", on_hand=on_hand, summed=summed)
    for sku, warehouse, lot, bin_, on_hand, summed in rows(Q.lots_moved):
        found.add("lot.on_hand_differs", f"{sku} @ {warehouse} / {lot} / {bin_}", on_hand=on_hand, summed=summed)
    for sku, warehouse, on_hand, summed in rows(Q.lots_of_pools):
        found.add("lots.not_their_pool", f"{sku} @ {warehouse}", on_hand=on_hand, summed=summed)
    for sku, warehouse, lot, bin_, on_hand, reserved, summed in rows(Q.lots):
        name = f"{sku} @ {warehouse} / {lot} / {bin_}"
        if reserved != summed:
            found.add("lot.reserved_differs", name, reserved=reserved, summed=summed)
        if not 0 <= reserved <= on_hand:
            found.add("lot.oversold", name, reserved=reserved, on_hand=on_hand)
    for account, reserved_minor, used_minor, reserved_sum, used_sum in rows(Q.accounts):
        if reserved_minor != reserved_sum:
            found.add("account.reserved_differs", account, reserved_minor=reserved_minor, summed=reserved_sum)
        if used_minor != used_sum:
            found.add("account.used_differs", account, used_minor=used_minor, summed=used_sum)
    for (message_id,) in rows(Q.messages):
        found.add("message.no_order", message_id)
    for caller, key in rows(Q.answers):
        found.add("answer.no_order", f"{caller} {key}")
    counted = connection.execute(Q.counted).fetchone()
    assert counted is not None
    found.counts.update(dict(zip(("pools", "lots", "messages", "answers"), counted, strict=True)))
