"""A version of a document that is in force, as every process keeps it."""

from collections.abc import Mapping
from typing import Any

import msgspec


class Published(msgspec.Struct, frozen=True):
    """A version that was published; it never changes."""

    name: str
    version: int
    content: dict[str, Any]


Documents = Mapping[str, Mapping[str, Published]]  # By kind and name.
