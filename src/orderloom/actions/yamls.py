"""YAML as packs hold it: the plain values of JSON (core schema of YAML 1.2), nothing else, read within bounds.

Values are made from the parser's events as they come, so that nesting, number and size are bounded while reading.
Anchors, aliases, tags, several documents and keys that come twice or are no text are refused with their place: each
either hides something from whoever reads the file or makes it larger than it looks.
"""

import re
from typing import Any

import msgspec
import yaml

from orderloom.kit import limits
from orderloom.kit.refusals import Refused

_WHOLE = re.compile(r"[-+]?[0-9]+")
_NUMBER = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?")
_WORDS = {"": None, "~": None, "null": None, "Null": None, "NULL": None, "true": True, "True": True, "TRUE": True,
          "false": False, "False": False, "FALSE": False}  # fmt: skip
_DIGITS_MAX = 300


class Unreadable(Exception):
    """The text is not YAML as packs hold it; `refused` says what and where."""

    def __init__(self, code: str, mark: Any = None, **data: Any) -> None:
        place = f"{mark.line + 1}:{mark.column + 1}" if mark is not None else "-"
        self.refused = Refused(code, {"place": place, **data})
        super().__init__(code)


class Budget:
    """How many more values may be read; shared by the files of a pack."""

    def __init__(self, values: int = limits.PACK_VALUES_MAX) -> None:
        self.left = values

    def spend(self, mark: Any) -> None:
        """One value more. Raises Unreadable beyond the last."""
        self.left -= 1
        if self.left < 0:
            raise Unreadable("yaml.too_many_values", mark, most=limits.PACK_VALUES_MAX)


def read(raw: bytes, budget: Budget | None = None) -> Any:
    """The value of one YAML document. Raises Unreadable."""
    if len(raw) > limits.DOCUMENT_BYTES_MAX:
        raise Unreadable("yaml.too_large", bytes=len(raw), most=limits.DOCUMENT_BYTES_MAX)
    reading = _Reading(budget or Budget())
    try:
        for event in yaml.parse(raw.decode("utf-8"), Loader=yaml.CSafeLoader):
            reading.take(event)
    except UnicodeDecodeError as error:
        raise Unreadable("yaml.not_utf8", at=error.start) from None
    except yaml.MarkedYAMLError as error:
        raise Unreadable("yaml.malformed", error.problem_mark, problem=str(error.problem)) from None
    except yaml.YAMLError as error:
        raise Unreadable("yaml.malformed", problem=str(error)[:200]) from None
    return reading.value


def write(value: Any) -> bytes:
    """The value as YAML that `read` gives back, the same bytes each time; maps keep their order."""
    text = yaml.dump(value, Dumper=_Dumper, allow_unicode=True, sort_keys=False, width=120, default_flow_style=False)
    return text.encode("utf-8")


class _Reading:
    """The lists and maps that are open, each with the key that waits for its value."""

    def __init__(self, budget: Budget) -> None:
        self._budget = budget
        self._open: list[Any] = []
        self._keys: list[str | None] = []
        self._documents = 0
        self.value: Any = None

    def take(self, event: yaml.Event) -> None:
        """Go on by one event. Raises Unreadable."""
        if getattr(event, "anchor", None) is not None:  # An alias has one too.
            raise Unreadable("yaml.alias", event.start_mark)
        if isinstance(event, yaml.ScalarEvent):
            self._scalar(event)
        elif isinstance(event, yaml.CollectionStartEvent):
            self._begin(event)
        elif isinstance(event, yaml.CollectionEndEvent):
            self._open.pop()
            self._keys.pop()
        elif isinstance(event, yaml.DocumentStartEvent):
            self._documents += 1
            if self._documents > 1 or event.tags or event.version:
                raise Unreadable("yaml.one_document", event.start_mark)

    def _begin(self, event: yaml.CollectionStartEvent) -> None:
        mark = event.start_mark
        if event.tag is not None:
            raise Unreadable("yaml.tag", mark, tag=event.tag[:80])
        if self._open and isinstance(self._open[-1], dict) and self._keys[-1] is None:
            raise Unreadable("yaml.bad_key", mark, key="{}")
        if len(self._open) >= limits.DOCUMENT_DEPTH_MAX:
            raise Unreadable("yaml.too_deep", mark, most=limits.DOCUMENT_DEPTH_MAX)
        made: Any = {} if isinstance(event, yaml.MappingStartEvent) else []
        self._put(made, mark)
        self._open.append(made)
        self._keys.append(None)

    def _scalar(self, event: yaml.ScalarEvent) -> None:
        mark = event.start_mark
        if event.tag is not None:
            raise Unreadable("yaml.tag", mark, tag=event.tag[:80])
        text = event.value
        if "\0" in text:
            raise Unreadable("yaml.malformed", mark, problem="U+0000")
        value = _plain(text) if not event.style and event.implicit[0] else text
        if not self._open or isinstance(self._open[-1], list) or self._keys[-1] is not None:
            self._put(value, mark)
        elif not isinstance(value, str) or value in self._open[-1]:
            raise Unreadable("yaml.bad_key", mark, key=text[:80])
        else:
            self._budget.spend(mark)
            self._keys[-1] = value

    def _put(self, value: Any, mark: Any) -> None:
        self._budget.spend(mark)
        if not self._open:
            self.value = value
        elif isinstance(self._open[-1], list):
            self._open[-1].append(value)
        else:
            self._open[-1][self._keys[-1]] = value
            self._keys[-1] = None


def _plain(text: str) -> Any:
    """What a scalar without quotes means."""
    if text in _WORDS:
        return _WORDS[text]
    if len(text) <= _DIGITS_MAX:
        if _WHOLE.fullmatch(text):
            whole = int(text)
            return whole if -(2**63) <= whole < 2**64 else float(whole)
        if _NUMBER.fullmatch(text):
            return msgspec.convert(float(text), float)
    return text


class _Dumper(yaml.CSafeDumper):
    """Writes without anchors, and quotes every text that would read as something else."""

    def ignore_aliases(self, data: Any) -> bool:
        """What stands in two places is written twice."""
        return True


def _text(dumper: Any, data: str) -> Any:
    style = '"' if not isinstance(_plain(data), str) else "|" if "\n" in data else None
    return dumper.represent_scalar("tag:yaml.org,2002:str", data, style=style)


_Dumper.add_representer(str, _text)
