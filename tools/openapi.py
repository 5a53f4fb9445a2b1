"""Writes the API's OpenAPI document to a file; the console's types are made of it."""

import sys
from pathlib import Path
from typing import Any, cast

import msgspec

from orderloom.api import app


def main() -> int:
    """Write it to the path given, if it differs from what stands there."""
    target = Path(sys.argv[1])
    made = msgspec.json.encode(app.create(cast(Any, None)).openapi())  # The document asks nothing of a house.
    if not target.exists() or target.read_bytes() != made:
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(made)
    return 0


if __name__ == "__main__":
    sys.exit(main())
