"""Group commit: what is asked one by one at the same time is carried out as one batch.

While one batch is in its transaction the next gathers. One gatherer serves one workspace in one process, with three
lanes: urgent and interactive commands share batches, urgent ones first; bulk commands go in batches of their own, one
at a time, so that of the two workers one is always free for people.
"""

import concurrent.futures
import datetime as dt
import threading
import uuid
from collections import deque
from collections.abc import Iterator, Sequence
from typing import Literal

import msgspec

from orderloom.actions import intake, orders, sequels, transact
from orderloom.actions.hub import Hub
from orderloom.deciding.work import Outcome
from orderloom.domain.mappings import drafts
from orderloom.kit import limits
from orderloom.kit.refusals import Refused
from orderloom.store import database as db
from orderloom.store import idempotency, messages

Lane = Literal["urgent", "interactive", "bulk"]
Future = concurrent.futures.Future[Outcome]


class Placed(msgspec.Struct):
    """A draft to be placed, with where it comes from; its number is taken and its people sealed with its batch.

    With `refused` the door has found already that it cannot be an order: its message is kept with that reason. With
    `read`, how the channel's messages are read, what says something new of an order that is here changes that order.
    """

    placing: orders.Placing
    origin: orders.Origin
    refused: Refused | None = None
    read: intake.Read | None = None


Wish = transact.Asked | Placed


class Closed(Exception):
    """The gatherer was closed; this process is going down and another will answer."""


class _Waiting(msgspec.Struct):
    wish: Wish
    now: dt.datetime
    future: Future


class Gatherer:
    """Gathers the commands of one workspace in this process. Safe to share between threads; close it."""

    def __init__(self, hub: Hub) -> None:
        self._hub = hub
        self._lanes: dict[Lane, deque[_Waiting]] = {"urgent": deque(), "interactive": deque(), "bulk": deque()}
        self._changed = threading.Condition()
        self._closing = False
        self._running = 0
        self._bulk_running = False
        self._before_bulk = 0
        self._workers = [
            threading.Thread(target=self._work, name=f"gather-{hub.workspace}-{number}", daemon=True)
            for number in range(limits.GATHER_WORKERS)
        ]
        for worker in self._workers:
            worker.start()

    def submit(self, wish: Wish, *, lane: Lane = "interactive", now: dt.datetime) -> Future:
        """Ask for one command; the future's outcome is committed. Raises Closed.

        Beyond `limits.GATHER_WAITING_MAX` the outcome is the refusal busy.try_again, and nothing was done. The future
        raises what `transact.run` raises when the database is away.
        """
        future: Future = concurrent.futures.Future()
        with self._changed:
            if self._closing:
                raise Closed
            if sum(len(each) for each in self._lanes.values()) >= limits.GATHER_WAITING_MAX:
                future.set_result(_refused(wish, Refused("busy.try_again", {"most": limits.GATHER_WAITING_MAX})))
                return future
            self._lanes[lane].append(_Waiting(wish, now, future))
            self._changed.notify()
        return future

    def close(self) -> None:
        """Carry out what waits, take nothing more, and end the workers."""
        with self._changed:
            self._closing = True
            self._changed.notify_all()
        for worker in self._workers:
            worker.join()

    def _work(self) -> None:
        while (taken := self._next()) is not None:
            batch, bulk = taken
            self._carry(batch)
            with self._changed:
                self._running -= 1
                self._bulk_running = self._bulk_running and not bulk
                self._changed.notify_all()

    def _next(self) -> tuple[list[_Waiting], bool] | None:
        with self._changed:
            while True:
                bulk = self._bulk_is_next()
                batch = self._take("bulk") if bulk else self._take("urgent", "interactive")
                if batch:
                    self._running += 1
                    self._before_bulk = 0 if bulk else self._before_bulk + 1
                    self._bulk_running = self._bulk_running or bulk
                    return batch, bulk
                if self._closing and not any(self._lanes.values()):
                    return None
                self._changed.wait()

    def _bulk_is_next(self) -> bool:
        """Bulk goes when nobody waits, and after a few batches of people in any case, so that it goes on."""
        if not self._lanes["bulk"] or self._bulk_running:
            return False
        people = bool(self._lanes["urgent"] or self._lanes["interactive"])
        return not people or self._before_bulk >= limits.GATHER_BATCHES_BEFORE_BULK

    def _take(self, *lanes: Lane) -> list[_Waiting]:
        waiting = sum(len(self._lanes[lane]) for lane in lanes)
        # A second batch of a few beside one that runs costs more than it saves: they gather.
        few = waiting < limits.GATHER_BESIDE_MIN and not self._lanes["urgent"]
        if self._running and not self._bulk_running and few and not self._closing and "bulk" not in lanes:
            return []
        batch: list[_Waiting] = []
        for lane in lanes:
            queue = self._lanes[lane]
            while queue and len(batch) < limits.BATCH_ORDERS_MAX:
                each = queue.popleft()
                if each.future.set_running_or_notify_cancel():
                    batch.append(each)
        return batch

    def _carry(self, batch: Sequence[_Waiting]) -> None:
        try:
            outcomes = _decide(self._hub, [each.wish for each in batch], now=max(each.now for each in batch))
        except BaseException as error:  # Whoever waits hears of it; the worker goes on.
            for each in batch:
                each.future.set_exception(error)
            return
        for each, outcome in zip(batch, outcomes, strict=True):
            each.future.set_result(outcome)


def _decide(hub: Hub, wishes: Sequence[Wish], *, now: dt.datetime) -> list[Outcome]:
    placed = [each for each in wishes if isinstance(each, Placed) and each.refused is None]
    later = _sequels(hub, placed)
    first = [each for each in placed if id(each) not in later]
    made = orders.prepare_each(hub, [(each.placing, each.origin) for each in first], now=now) if first else []
    prepared = iter(made)
    asked = [
        later.get(id(each)) or each.refused or next(prepared) if isinstance(each, Placed) else each for each in wishes
    ]
    unfit = [(wish, each) for wish, each in zip(wishes, asked, strict=True) if isinstance(each, Refused)]
    refused = iter(_keep_refused(hub, unfit, now=now))
    done = iter(transact.run(hub, [each for each in asked if isinstance(each, transact.Asked)], now=now))
    told = iter(sequels.take(hub, list(later.values()), now=now) if later else [])
    answers: dict[type, Iterator[Outcome]] = {Refused: refused, transact.Asked: done, sequels.Sequel: told}
    return [next(answers[type(each)]) for each in asked]


def _sequels(hub: Hub, placed: Sequence[Placed]) -> dict[int, sequels.Sequel]:
    """Those that say something new of an order that is here, by the wish's identity, in their order."""
    sent = [
        (id(each), sequels.Sequel(each.placing, each.origin, each.read)) for each in placed if each.read is not None
    ]
    found = sequels.among(hub, [each for _, each in sent]) if sent else []
    return {wish: each for (wish, each), later in zip(sent, found, strict=True) if later}


def _keep_refused(hub: Hub, unfit: Sequence[tuple[Wish, Refused]], *, now: dt.datetime) -> list[Outcome]:
    """Keep the messages that cannot be orders at all, with their reasons, and the answers under callers' keys."""
    for _ in range(limits.RERUNS_MAX):
        try:
            return _write_refused(hub, unfit, now=now)
        except db.CLASH:  # Another process kept the same message or key a moment ago: now it is there to be found.
            continue
    return _write_refused(hub, unfit, now=now)


def _write_refused(hub: Hub, unfit: Sequence[tuple[Wish, Refused]], *, now: dt.datetime) -> list[Outcome]:
    outcomes: list[Outcome] = []
    kept: dict[uuid.UUID, messages.Message] = {}
    answers: dict[tuple[str, str], tuple[idempotency.Once, bytes]] = {}
    placings = [wish.placing for wish, _ in unfit if isinstance(wish, Placed)]
    if not placings:
        return [_refused(wish, refused) for wish, refused in unfit]
    with hub.database.workspace(hub.workspace) as connection:
        answered = idempotency.find(connection, [each.once for each in placings if each.once is not None])
        seen = messages.find(connection, [each.message.message_id for each in placings if each.message is not None])
        for wish, refused in unfit:
            outcome = _refused(wish, refused)
            placing = wish.placing if isinstance(wish, Placed) else orders.Placing(drafts.Draft(""))
            if (once := placing.once) is not None:
                key = (once.caller, once.key)
                if key in answered:
                    outcome = _first(answered[key], once, outcome)
                    outcomes.append(outcome)
                    continue
                encoded = msgspec.json.encode(outcome)
                answered[key], answers[key] = (once.body_hash, encoded), (once, encoded)
            if (message := placing.message) is not None and message.message_id not in seen:
                message.state, message.reason = "quarantined", msgspec.to_builtins(refused)
                kept.setdefault(message.message_id, message)
            outcomes.append(outcome)
        messages.insert(connection, list(kept.values()))
        idempotency.keep(connection, list(answers.values()), now=now)
    return outcomes


def _first(answer: tuple[bytes, bytes], once: idempotency.Once, outcome: Outcome) -> Outcome:
    """The first answer under a key, or that another body came under it."""
    if answer[0] != once.body_hash:
        return msgspec.structs.replace(outcome, refused=Refused("idempotency.other_body", {"key": once.key}))
    first = msgspec.json.decode(answer[1], type=Outcome)
    first.repeated = True
    return first


def _refused(wish: Wish, refused: Refused) -> Outcome:
    if isinstance(wish, Placed):
        command_id = wish.placing.command_id or uuid.UUID(int=0)
        return Outcome(command_id, external_no=wish.placing.draft.external_no, refused=refused)
    return Outcome(wish.command.command_id, refused=refused)
