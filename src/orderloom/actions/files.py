"""The verbs of uploaded files: keep one, read one back, clean away what nothing uses.

A file is read by a token of 32 random bytes that is told once, or by whoever may see what uses it. The token names the
workspace, since whoever holds nothing else has no other way to say it: `ff_<workspace>_<secret>`.
"""

import datetime as dt
import hashlib
import re
import secrets
import uuid

import msgspec

from orderloom.actions.hub import Hub
from orderloom.domain import files
from orderloom.kit import limits
from orderloom.kit.refusals import Refused
from orderloom.store import files as files_store

_TOKEN = re.compile(r"ff_([a-z][a-z0-9_]{0,39})_([A-Za-z0-9_-]{43})", re.ASCII)


class Upload(msgspec.Struct, frozen=True):
    """What came: the bytes, the name and type that its sender gave, the door (`origin`), who, when."""

    data: bytes
    name: str
    stated: str
    origin: str
    by: str
    now: dt.datetime


class Kept(msgspec.Struct):
    """A file that was kept; `token` is the only time that it is seen."""

    file_id: uuid.UUID
    name: str
    media_type: str
    size_bytes: int
    sha256: str
    token: str


def keep(hub: Hub, upload: Upload) -> Kept | Refused:
    """Keep an upload. Refuses what `files.fit` refuses, and a name that is none."""
    name = "".join(sign if sign.isprintable() and sign not in '/\\"' else "_" for sign in upload.name)
    name = name.strip()[-limits.NAME_CHARS_MAX :]
    sort = files.fit(upload.data, stated=upload.stated, name=name)
    if isinstance(sort, Refused):
        return sort
    file_id, secret = hub.ids.new(upload.now), secrets.token_urlsafe(32)
    digest = hashlib.sha256(upload.data).digest()
    file = files_store.File(
        file_id=file_id,
        name=name or f"file.{sort.ending}",
        media_type=sort.media_type,
        size_bytes=len(upload.data),
        sha256=digest,
        origin=upload.origin,
        uploaded_by=upload.by,
        uploaded_at=upload.now,
    )
    # Bytes without a row are only lost room; a row without bytes would be a promise that nobody can keep.
    hub.files.put(hub.workspace, file_id, upload.data)
    with hub.database.workspace(hub.workspace) as connection:
        files_store.insert(connection, file, token_hash=_hash(secret))
    return Kept(file_id, file.name, file.media_type, file.size_bytes, digest.hex(), f"ff_{hub.workspace}_{secret}")


def workspace_of(token: str) -> str | None:
    """The workspace that a token names; None when it is no token."""
    found = _TOKEN.fullmatch(token)
    return found[1] if found else None


def by_token(hub: Hub, token: str) -> tuple[files_store.File, bytes] | None:
    """The file that a token reads, with its bytes; None when there is none."""
    found = _TOKEN.fullmatch(token)
    if found is None or found[1] != hub.workspace:
        return None
    with hub.database.workspace(hub.workspace) as connection:
        file = files_store.by_token(connection, _hash(found[2]))
    return _with_bytes(hub, file)


def read(hub: Hub, file_id: uuid.UUID) -> tuple[files_store.File, bytes] | None:
    """A file with its bytes, for a caller who may see it; None when there is none."""
    with hub.database.workspace(hub.workspace) as connection:
        file = files_store.find(connection, [file_id]).get(file_id)
    return _with_bytes(hub, file)


def clean(hub: Hub, *, now: dt.datetime) -> int:
    """Forget files that nothing used within a day, rows first; returns how many."""
    before = now - dt.timedelta(hours=limits.UPLOADS_UNUSED_HOURS)
    cleaned = 0
    while True:
        with hub.database.workspace(hub.workspace) as connection:
            gone = files_store.take_unused(connection, before=before, count=limits.UPLOADS_CLEANED_PER_BATCH)
        if gone:
            hub.files.delete(hub.workspace, gone)
        cleaned += len(gone)
        if len(gone) < limits.UPLOADS_CLEANED_PER_BATCH:
            return cleaned


def _with_bytes(hub: Hub, file: files_store.File | None) -> tuple[files_store.File, bytes] | None:
    if file is None:
        return None
    try:
        return file, hub.files.get(hub.workspace, file.file_id)
    except files_store.Gone:
        return None


def _hash(secret: str) -> bytes:
    return hashlib.sha256(secret.encode("ascii")).digest()
