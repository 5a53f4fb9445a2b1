"""What one HTTP process keeps: the house, a gatherer for each workspace, and the callers of the last second."""

import contextlib
import datetime as dt
import threading
import uuid
from collections.abc import Iterator, Mapping
from typing import Protocol

import msgspec

from orderloom.actions import keys, sessions
from orderloom.actions.gather import Gatherer
from orderloom.actions.hub import Hub
from orderloom.actions.packs import Pack
from orderloom.kit import limits
from orderloom.kit.refusals import Refused
from orderloom.queries import viewer as viewers
from orderloom.queries.viewer import Grant, Viewer
from orderloom.store import database as db
from orderloom.store.keys import Key
from orderloom.store.sessions import Found


class House(Protocol):
    """What this door needs of the house that `main` builds."""

    database: db.Database

    def hub(self, workspace: str) -> Hub:
        """The hub of a workspace."""
        ...

    def shipped_packs(self) -> Mapping[str, Pack]:
        """The companies' packs that come with the hub, by name."""
        ...


class Known(msgspec.Struct):
    """A key or a session that was looked up, when, and what its holder is granted."""

    credential: Key | Found
    name: str
    source: str
    roles: frozenset[str]
    audiences: frozenset[str] | None
    grants: tuple[Grant, ...]
    seen_at: dt.datetime
    viewers: dict[str, Viewer] = {}
    code_lacking: bool = False

    @property
    def holder_id(self) -> uuid.UUID:
        """Who holds it: the key, or the user of the session."""
        return self.credential.key_id if isinstance(self.credential, Key) else self.credential.user_id

    def unusable(self, now: dt.datetime) -> Refused | None:
        """Why it may not be used any more."""
        if isinstance(self.credential, Key):
            return keys.unusable(self.credential, now=now)
        return sessions.unusable(self.credential, now=now)

    def viewer(self, verb: str) -> Viewer:
        """The holder as one who does `verb`, with the scope and masks that the grants of this verb have together."""
        found = self.viewers.get(verb)
        if found is None:
            found = self.viewers[verb] = viewers.united(
                self.grants, verb=verb, name=self.name, audiences=self.audiences, roles=self.roles
            )
        return found


class Door:
    """Shared by all requests of a process. Holds nothing of the business."""

    def __init__(self, house: House) -> None:
        self.house = house
        self._gatherers: dict[str, Gatherer] = {}
        self._making = threading.Lock()
        self._known: dict[bytes, Known] = {}
        self._refused: dict[tuple[uuid.UUID, str], dt.datetime] = {}
        self.streams = 0
        self.closing = False

    def gatherer(self, workspace: str) -> Gatherer:
        """The gatherer of a workspace."""
        found = self._gatherers.get(workspace)
        if found is not None:
            return found
        with self._making:
            if workspace not in self._gatherers:
                self._gatherers[workspace] = Gatherer(self.house.hub(workspace))
            return self._gatherers[workspace]

    def known(self, digest: bytes, now: dt.datetime) -> Known | None:
        """What was looked up within `limits.KEY_REMEMBERED_SECONDS`: a revocation elsewhere holds here as soon."""
        found = self._known.get(digest)
        if found is None or now - found.seen_at >= dt.timedelta(seconds=limits.KEY_REMEMBERED_SECONDS):
            return None
        return found

    def remember(self, digest: bytes, known: Known) -> None:
        """Keep what was looked up, under the digest of the key's or cookie's text."""
        if len(self._known) >= limits.KEYS_REMEMBERED_MAX:
            self._known.clear()
        self._known[digest] = known

    def newly_refused(self, holder_id: uuid.UUID, verb: str, now: dt.datetime) -> bool:
        """Whether a holder was not refused this verb within `limits.REFUSAL_TOLD_SECONDS`: whoever knocks on and on
        fills no audit trail."""
        told_at = self._refused.get((holder_id, verb))
        if told_at is not None and now - told_at < dt.timedelta(seconds=limits.REFUSAL_TOLD_SECONDS):
            return False
        if len(self._refused) >= limits.KEYS_REMEMBERED_MAX:
            self._refused.clear()
        self._refused[(holder_id, verb)] = now
        return True

    def forget_keys(self) -> None:
        """A key was revoked here, a session ended, a role given: look everybody up again."""
        self._known.clear()

    @contextlib.contextmanager
    def streaming(self) -> Iterator[None]:
        """Count a live stream while it is open."""
        self.streams += 1
        try:
            yield
        finally:
            self.streams -= 1

    def close(self) -> None:
        """Carry out what waits, take nothing more; streams end."""
        self.closing = True
        with self._making:
            for gatherer in self._gatherers.values():
                gatherer.close()
            self._gatherers.clear()
