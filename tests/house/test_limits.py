"""Every bound stands in kit/limits.py, and each of them holds something."""

import re
from pathlib import Path

from orderloom.kit import limits

SOURCE = Path(limits.__file__).parent.parent


def test_every_limit_is_used() -> None:
    text = "".join(path.read_text("utf-8") for path in SOURCE.rglob("*.py") if path != Path(limits.__file__))
    used = set(re.findall(r"\blimits\.(\w+)", text))
    assert [name for name in vars(limits) if name.isupper() and name not in used] == []


def test_every_limit_is_a_positive_number() -> None:
    values = {name: value for name, value in vars(limits).items() if name.isupper()}
    assert [name for name, value in values.items() if not isinstance(value, int | float) or value <= 0] == []
