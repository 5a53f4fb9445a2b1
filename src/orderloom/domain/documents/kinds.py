"""What a kind of document is: a schema, an example, and a check that knows what stands beside it."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import msgspec

from orderloom.domain.documents.findings import Finding

Content = Mapping[str, Any]


class Known(msgspec.Struct, frozen=True):
    """What a document may refer to: contents by kind and name, as they will be in force together with it.

    `zone` is the workspace's, `places` what reference data has by word ("warehouse", "channel", "calendar").
    `before` is what is in force without it.
    """

    documents: Mapping[str, Mapping[str, Content]] = {}
    places: Mapping[str, frozenset[str]] = {}
    zone: str = "Asia/Shanghai"
    before: Mapping[str, Mapping[str, Content]] = {}

    def has(self, kind: str, name: str) -> bool:
        """Whether a document of that kind and name is in force."""
        return name in self.documents.get(kind, {})


class Kind(msgspec.Struct, frozen=True):
    """A kind of document. `check` is called with content that fits `schema`, and finds what a schema cannot say;
    `run_cases` runs a document's cases (its examples, which are its tests) and finds those that came out otherwise.

    `refers_to` are the kinds that its documents may name: when one of those is published or retired, these are checked
    again. None means any kind. `cases` are the example's: they pass, and hit every row of it.
    """

    name: str
    label_zh: str
    label_en: str
    schema: Mapping[str, Any]
    example: Content
    check: Callable[[str, Content, Known], list[Finding]]
    run_cases: Callable[[str, Content, Sequence[Mapping[str, Any]], Known], list[Finding]] | None = None
    refers_to: frozenset[str] | None = None
    cases: Sequence[Mapping[str, Any]] = ()
