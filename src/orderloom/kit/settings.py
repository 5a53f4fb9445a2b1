"""What the environment says, read once by `main` and handed down; nothing else reads the environment."""

import base64
import binascii
import contextlib
import os
import secrets
from collections.abc import Mapping
from pathlib import Path
from typing import Literal

import msgspec
import platformdirs

from orderloom.kit.refusals import Refused, Stopped

SECRET_KEY_BYTES = 32


class SettingWrong(Stopped):
    """A setting of the environment cannot be used."""


class Settings(msgspec.Struct, frozen=True, kw_only=True):
    """`database_url` is None when the embedded server is meant; `secret_key` None when the key file is."""

    data: Path
    database_url: str | None = None
    host: str = "127.0.0.1"
    port: int = 8750
    secret_key: str | None = None
    workspace: str = "main"
    files: str | None = None
    language: Literal["zh", "en"] = "zh"
    nats_url: str | None = None
    nats_replicas: int = 1


def read(environ: Mapping[str, str]) -> Settings:
    """Return the settings of `environ`; creates nothing.

    ORDERLOOM_DATA: the data folder, by default /var/lib/orderloom for root and the user's data folder else.
    ORDERLOOM_DATABASE_URL: a PostgreSQL of one's own, 16 or newer, in place of the embedded one.
    ORDERLOOM_HOST, ORDERLOOM_PORT: where the HTTP door listens, 127.0.0.1:8750 by default.
    ORDERLOOM_SECRET_KEY: 32 bytes in base64; without it a key file is made in the data folder.
    ORDERLOOM_FILES: where uploaded files lie: a folder, by default `files` in the data folder, or s3://bucket/prefix.
    ORDERLOOM_WORKSPACE: the workspace that verbs mean when none is named, `main` by default.
    ORDERLOOM_NATS_URL: a NATS server with JetStream, or several with commas: events go there too.
    ORDERLOOM_NATS_REPLICAS: on how many of its nodes the stream lies when it is made here, 1 by default.
    LC_ALL, LC_MESSAGES, LANG: English where the first of them that is set begins with en, else Chinese.
    Raises SettingWrong.
    """
    text = environ.get("ORDERLOOM_PORT", "8750")
    if not text.isascii() or not text.isdigit() or not 0 < int(text) < 65_536:
        raise SettingWrong(Refused("setting.bad_port", {"name": "ORDERLOOM_PORT", "value": text}))
    data = environ.get("ORDERLOOM_DATA")
    return Settings(
        data=Path(data).expanduser().absolute() if data else default_data(),
        database_url=environ.get("ORDERLOOM_DATABASE_URL") or None,
        host=environ.get("ORDERLOOM_HOST") or "127.0.0.1",
        port=int(text),
        secret_key=environ.get("ORDERLOOM_SECRET_KEY") or None,
        workspace=environ.get("ORDERLOOM_WORKSPACE") or "main",
        files=environ.get("ORDERLOOM_FILES") or None,
        language=language(environ),
        nats_url=environ.get("ORDERLOOM_NATS_URL") or None,
        nats_replicas=_replicas(environ.get("ORDERLOOM_NATS_REPLICAS") or "1"),
    )


def _replicas(text: str) -> int:
    if text not in ("1", "3", "5"):
        raise SettingWrong(Refused("setting.bad_replicas", {"name": "ORDERLOOM_NATS_REPLICAS", "value": text}))
    return int(text)


def language(environ: Mapping[str, str]) -> Literal["zh", "en"]:
    """What people read here; asked alone where the settings themselves are wrong."""
    stated = next((each for name in ("LC_ALL", "LC_MESSAGES", "LANG") if (each := environ.get(name))), "")
    return "en" if stated.lower().startswith("en") else "zh"


def default_data() -> Path:
    """The data folder when nothing names one."""
    if os.geteuid() == 0:
        return Path("/var/lib/orderloom")
    return Path(platformdirs.user_data_dir("orderloom", appauthor=False))


def make_data_folder(settings: Settings) -> Path:
    """Make the data folder if it is missing and return it; raises SettingWrong when it cannot be made.

    Others may pass through it but not list it: the embedded server, which for root runs as
    another user, lives in a folder below.
    """
    if settings.data.is_dir():
        return settings.data
    try:
        settings.data.mkdir(parents=True, exist_ok=True)
        settings.data.chmod(0o711)
    except OSError as problem:
        data = {"name": "ORDERLOOM_DATA", "folder": str(settings.data), "problem": problem.strerror}
        raise SettingWrong(Refused("setting.folder_not_made", data)) from problem
    return settings.data


def master_key(settings: Settings) -> bytes:
    """The 32 bytes that seal personal data: from the setting, or from `secret.key` (0600), made once.

    Raises SettingWrong. Losing this key loses every sealed value; a backup must hold it.
    """
    if settings.secret_key is not None:
        return _decoded(settings.secret_key, "ORDERLOOM_SECRET_KEY")
    path = make_data_folder(settings) / "secret.key"
    try:
        text = path.read_text("ascii")
    except FileNotFoundError:
        return _made(path)
    return _decoded(text, str(path))


def _made(path: Path) -> bytes:
    """Two processes may come here at once: the file appears whole, by a link, and the first one wins."""
    mine = path.with_name(f".secret.{os.getpid()}.{secrets.token_hex(4)}")
    descriptor = os.open(mine, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(base64.b64encode(secrets.token_bytes(SECRET_KEY_BYTES)))
            file.flush()
            os.fsync(file.fileno())
        with contextlib.suppress(FileExistsError):
            os.link(mine, path)
        return _decoded(path.read_text("ascii"), str(path))
    finally:
        mine.unlink()


def _decoded(text: str, where: str) -> bytes:
    try:
        key = base64.b64decode(text.strip(), validate=True)
    except (binascii.Error, ValueError) as problem:
        raise SettingWrong(Refused("setting.key_not_base64", {"where": where})) from problem
    if len(key) != SECRET_KEY_BYTES:
        raise SettingWrong(
            Refused("setting.key_length", {"where": where, "bytes": len(key), "wanted": SECRET_KEY_BYTES})
        )
    return key
