"""A business "no" is data, not an exception."""

from typing import Any

import msgspec


class Refused(msgspec.Struct, frozen=True):
    """A "no" that a person can act on.

    `code` is stable and catalogued in `domain/codes.toml` with its Chinese and English text;
    `data` fills the places of that text and is returned to the caller as it is.
    """

    code: str
    data: dict[str, Any] = {}


class Stopped(Exception):
    """What cannot go on until a person has done something: the refusal that tells of it ends the process."""

    def __init__(self, refused: Refused) -> None:
        super().__init__(f"{refused.code} {refused.data}")
        self.refused = refused
