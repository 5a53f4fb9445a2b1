"""Regular expressions from documents, bounded so that none can hold the interpreter.

Python's engine backtracks: `(a+)+b` takes exponential time. Refused are a repeat inside a repeat, more than three
open repeats and back references; texts are cut before they are searched.
"""

import re

_LENGTH_MAX = 200
_OPEN_REPEATS_MAX = 3
TEXT_CHARS_MAX = 512


class Unbounded(ValueError):
    """A pattern that could take too long, or is not one."""


def compiled(pattern: str) -> re.Pattern[str]:
    """The compiled pattern. Raises Unbounded with the reason."""
    if len(pattern) > _LENGTH_MAX:
        raise Unbounded(f"longer than {_LENGTH_MAX} characters")
    try:
        expression = re.compile(pattern)
    except (re.error, RecursionError, OverflowError) as error:
        raise Unbounded(str(error)) from None
    _check(pattern)
    return expression


def _check(pattern: str) -> None:
    """Walk the pattern once, keeping for each open group whether a repeat stands in it."""
    groups = [False]
    closed_with_repeat = False
    opened = 0
    at = 0
    while at < len(pattern):
        sign = pattern[at]
        repeat = _repeat(pattern, at)
        if repeat:
            if closed_with_repeat:
                raise Unbounded("a repeat inside a repeat")
            groups[-1] = True
            opened += 1 if sign in "*+" or (sign == "{" and repeat > 3) else 0
            at += repeat
            closed_with_repeat = False
            continue
        closed_with_repeat = False
        if sign == "\\":
            if pattern[at + 1 : at + 2].isdigit() and pattern[at + 1] != "0":
                raise Unbounded("a back reference")
            at += 2
        elif sign == "[":
            at = _class_end(pattern, at)
        else:
            if sign == "(":
                if pattern[at + 1 : at + 4] == "?P=" or pattern[at + 1 : at + 3] == "?(":
                    raise Unbounded("a back reference")
                groups.append(False)
            elif sign == ")":
                closed_with_repeat = groups.pop()
                groups[-1] = groups[-1] or closed_with_repeat
            at += 1
    if opened > _OPEN_REPEATS_MAX:
        raise Unbounded(f"more than {_OPEN_REPEATS_MAX} open repeats")


def _repeat(pattern: str, at: int) -> int:
    """The length of the quantifier that stands here, 0 if none does."""
    found = re.match(r"(?:[*+]|\{\d*(?:,\d*)?\})[?+]?", pattern[at:])
    return found.end() if found is not None else 0


def _class_end(pattern: str, at: int) -> int:
    end = at + 1
    end += pattern[end : end + 1] == "^"
    end += pattern[end : end + 1] == "]"
    while end < len(pattern) and pattern[end] != "]":
        end += 2 if pattern[end] == "\\" else 1
    return end + 1
