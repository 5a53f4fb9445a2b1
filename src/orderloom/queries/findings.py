"""What a proof counts and finds."""

from collections import Counter
from typing import Any

import msgspec

from orderloom.domain import words
from orderloom.domain.orders.state import Text
from orderloom.kit import limits


class Finding(msgspec.Struct, frozen=True):
    """Something that is not as it must be: a coded sentence, about a subject that a person can look up."""

    code: str
    subject: str
    data: dict[str, Any] = {}

    def told(self) -> Text:
        """The finding in words that say what to do."""
        return words.finding(self.code, subject=self.subject, data=self.data)


class Found:
    """Counts of what was proved, and findings up to a bound; those beyond it are counted as `left_out`."""

    def __init__(self) -> None:
        self.counts: Counter[str] = Counter()
        self.findings: list[Finding] = []

    def add(self, code: str, subject: str, **data: Any) -> None:
        """Note a finding."""
        if len(self.findings) < limits.PROOF_FINDINGS_MAX:
            self.findings.append(Finding(code, subject, data))
        else:
            self.counts["left_out"] += 1

    def join(self, other: "Found") -> None:
        """Take in what another range came to."""
        self.counts.update(other.counts)
        for each in other.findings:
            self.add(each.code, each.subject, **each.data)
