"""Uploaded files: a row each, and their bytes in an object store under the workspace and the id."""

import datetime as dt
import uuid
from collections.abc import Collection, Mapping
from pathlib import Path

import msgspec
import obstore
from obstore import store as stores

from orderloom.store import database as db
from orderloom.store import sql

Q = sql.load(__file__)


class File(msgspec.Struct, frozen=True):
    """What is known of an uploaded file. `origin` is the door it came through; `used_by` what names it."""

    file_id: uuid.UUID
    name: str
    media_type: str
    size_bytes: int
    sha256: bytes
    origin: str
    uploaded_by: str
    uploaded_at: dt.datetime
    used_by: str = ""
    used_at: dt.datetime | None = None


class Gone(Exception):
    """The object store has no bytes under this id."""


class Objects:
    """Where the bytes are: a folder, or any store that obstore knows by its URL (s3://bucket/prefix …).

    Keys and regions of a remote store come from its own variables in the environment (AWS_ACCESS_KEY_ID …).
    """

    def __init__(self, place: str) -> None:
        if "://" in place:
            self._store = stores.from_url(place)
        else:
            Path(place).mkdir(mode=0o700, parents=True, exist_ok=True)  # People's photos are nobody else's to read.
            self._store = stores.LocalStore(Path(place))

    def put(self, workspace: str, file_id: uuid.UUID, data: bytes) -> None:
        """Keep bytes."""
        obstore.put(self._store, _path(workspace, file_id), data)

    def get(self, workspace: str, file_id: uuid.UUID) -> bytes:
        """The bytes. Raises Gone."""
        try:
            return bytes(obstore.get(self._store, _path(workspace, file_id)).bytes())
        except FileNotFoundError:
            raise Gone(file_id) from None

    def delete(self, workspace: str, file_ids: Collection[uuid.UUID]) -> None:
        """Delete bytes; those that are gone already stay so."""
        for file_id in file_ids:
            try:
                obstore.delete(self._store, _path(workspace, file_id))
            except FileNotFoundError:
                continue


def _path(workspace: str, file_id: uuid.UUID) -> str:
    # Folders by the last digits, which are random: no folder grows without end.
    return f"{workspace}/{file_id.hex[-2:]}/{file_id}"


def insert(connection: db.Connection, file: File, *, token_hash: bytes) -> None:
    """Write down a file whose bytes are kept."""
    values = msgspec.structs.asdict(file)
    connection.execute(Q.insert_file, {**values, "token_hash": token_hash})


def find(connection: db.Connection, file_ids: Collection[uuid.UUID]) -> dict[uuid.UUID, File]:
    """Files by their ids."""
    if not file_ids:
        return {}
    found = connection.execute(Q.find, {"file_ids": list(file_ids)}).fetchall()
    return {row[0]: File(*row) for row in found}


def by_token(connection: db.Connection, token_hash: bytes) -> File | None:
    """The file that a token reads."""
    row = connection.execute(Q.by_token, {"token_hash": token_hash}).fetchone()
    return File(*row) if row else None


def use(connection: db.Connection, used: Mapping[uuid.UUID, str], *, at: dt.datetime) -> None:
    """Say what these files are used by, so that they stay."""
    if used:
        connection.execute(Q.use, {"file_ids": list(used), "users": list(used.values()), "at": at})


def take_unused(connection: db.Connection, *, before: dt.datetime, count: int) -> list[uuid.UUID]:
    """Forget files from before a time that nothing has used; returns whose bytes are to be deleted."""
    return [row[0] for row in connection.execute(Q.take_unused, {"before": before, "count": count})]
