"""The log's chain and seals: whatever is changed, dropped or moved shows."""

import datetime as dt
import hashlib
import uuid

from hypothesis import given
from hypothesis import strategies as st

from orderloom.domain import log
from orderloom.domain.orders import events

AT = dt.datetime(2026, 2, 18, tzinfo=dt.UTC)
SUBJECT = uuid.UUID(int=1)


def _body(reason: str) -> log.Body:
    return log.Body(at=AT, actor="li", source="console", revision=1, events=[events.OrderCancelled(reason)])


def _chain(reasons: list[str]) -> list[log.Entry]:
    entries: list[log.Entry] = []
    head = None
    for reason in reasons:
        entry = log.write(kind="order", subject=SUBJECT, head=head, body=_body(reason), recorded_at=AT)
        head = log.Head(entry.n + entry.count - 1, entry.hash)
        entries.append(entry)
    return entries


def test_an_entry_says_what_was_written():
    [entry] = _chain(["changed mind"])
    assert log.read(entry.body).events == [events.OrderCancelled("changed mind")]
    assert (entry.n, entry.count) == (1, 1)


def test_entries_are_numbered_by_their_events():
    body = log.Body(at=AT, actor="li", source="pda", revision=1, events=[events.OrderCancelled("a")] * 3)
    first = log.write(kind="order", subject=SUBJECT, head=None, body=body, recorded_at=AT)
    second = log.write(kind="order", subject=SUBJECT, head=log.Head(3, first.hash), body=body, recorded_at=AT)
    assert (first.n, first.count, second.n) == (1, 3, 4)


@given(st.lists(st.text(max_size=5), min_size=2, max_size=6, unique=True), st.data())
def test_a_changed_entry_breaks_the_chain_from_there_on(reasons, data):
    entries = _chain(reasons)
    index = data.draw(st.integers(0, len(reasons) - 1))
    changed = list(reasons)
    changed[index] += "x"
    forged = _chain(changed)
    assert [a.hash == b.hash for a, b in zip(entries, forged, strict=True)] == [
        place < index for place in range(len(reasons))
    ]


def test_the_merkle_root_is_that_of_rfc_6962():
    leaves = [bytes([number]) * 32 for number in range(3)]
    hashed = [hashlib.sha256(b"\0" + leaf).digest() for leaf in leaves]
    left = hashlib.sha256(b"\1" + hashed[0] + hashed[1]).digest()
    assert log.merkle_root(leaves) == hashlib.sha256(b"\1" + left + hashed[2]).digest()
    assert log.merkle_root([]) == hashlib.sha256(b"").digest()


@given(st.lists(st.binary(min_size=32, max_size=32), min_size=2, max_size=20, unique=True))
def test_a_missing_or_swapped_entry_changes_the_root(leaves):
    assert log.merkle_root(leaves[:-1]) != log.merkle_root(leaves)
    assert log.merkle_root([leaves[1], leaves[0], *leaves[2:]]) != log.merkle_root(leaves)
