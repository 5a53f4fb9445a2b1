"""Where a field is used: the documents in force that name it, by field."""

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import msgspec

from orderloom.domain.documents.versions import Documents


class Use(msgspec.Struct, frozen=True):
    """A document that names a field."""

    kind: str
    name: str


def uses(documents: Documents, subject: str, names: Iterable[str]) -> dict[str, list[Use]]:
    """The documents that name each field of a subject; a field that none names is left out. Own fields of orders are
    named `custom.<name>`, in a form of the subject by their name alone too."""
    found: dict[str, list[Use]] = {}
    wanted = {each: _pattern(subject, each) for each in names}
    for kind, ofkind in documents.items():
        for name, published in ofkind.items():
            if kind == "fields":
                continue  # The dictionary itself.
            own = kind == "form" and published.content.get("subject") == subject
            texts = list(_texts(published.content))
            for field, (full, short) in wanted.items():
                if any(full.search(each) or (own and short.search(each)) for each in texts):
                    found.setdefault(field, []).append(Use(kind, name))
    return found


def _pattern(subject: str, field: str) -> tuple[re.Pattern[str], re.Pattern[str]]:
    """The field as other documents name it, and as those of its own subject do."""
    short = re.escape(field)
    outside = short if "." in field else rf"(?:custom|record|{re.escape(subject)})\.{short}"
    return re.compile(rf"(?<![\w]){outside}(?![\w])"), re.compile(rf"(?<![\w.]){short}(?![\w])")


def _texts(value: Any) -> Iterator[str]:
    """Every text of a document, names of members too."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for key, each in value.items():
            yield str(key)
            yield from _texts(each)
    elif isinstance(value, list):
        for each in value:
            yield from _texts(each)
