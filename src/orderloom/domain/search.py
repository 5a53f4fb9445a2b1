"""Search: under which keys an order is found, and which keys a person's text asks for (decisions.md 23).

Numbers, phones and tracking numbers are found by their start, by their end (four characters or more) and, while the
order is young, by any four characters inside; names by the whole and by the first two characters. Keys are texts
here; what is stored is their keyed fingerprint, so that a phone never stands anywhere as text. Pure.
"""

import unicodedata
from collections.abc import Callable, Collection, Iterator

import msgspec

CHARACTERS_MIN = 4
# How long after an order is placed it is found by what stands in the middle of its numbers.
INSIDE_DAYS = 90

NUMBER, EXTERNAL, PHONE, TRACKING, NAME = 1, 2, 3, 4, 5
# Kinds of keys for the middle of a text lie this much higher; they may be deleted when the order is old.
INSIDE = 100

# A number's own row tells the rest, so a few lengths of its end are enough; its start is found in its own index.
_ENDS = (4, 6, 8)
_NUMBER_TAIL = 6
_CHARACTERS_MAX = 40


class Wanted(msgspec.Struct, frozen=True):
    """Keys of one kind that an order must have all of; `inside` when they speak of the middle."""

    kind: int
    keys: tuple[str, ...]

    @property
    def inside(self) -> bool:
        """Whether only young orders are found by it."""
        return self.kind > INSIDE


def folded(text: str) -> str:
    """The text as it is compared: width, case, spaces and punctuation make no difference."""
    plain = unicodedata.normalize("NFKC", text).casefold()
    return "".join(each for each in plain if each.isalnum())[:_CHARACTERS_MAX]


def keys(
    *,
    order_no: str,
    external_no: str,
    phones: Collection[str] = (),
    names: Collection[str] = (),
    tracking_nos: Collection[str] = (),
) -> set[tuple[int, str]]:
    """All (kind, key) of an order. Kinds above INSIDE need not be written for orders older than INSIDE_DAYS."""
    found: set[tuple[int, str]] = set()
    found.update(_number(NUMBER, folded(order_no), inside_of=_tail(order_no)))
    external = folded(external_no)
    if external != folded(order_no):
        found.update(_number(EXTERNAL, external, inside_of=external))
    for kind, texts in ((PHONE, phones), (TRACKING, tracking_nos)):
        for text in texts:
            found.update(_whole(kind, folded(text)))
    for name in names:
        if plain := folded(name):
            found.update({(NAME, f"={plain}"), (NAME, f"^{plain[:2]}")})
    return found


def wanted(text: str) -> list[Wanted]:
    """What a person's text may mean, each a set of keys to be found together; empty when it is too short."""
    plain = folded(text)
    asked: list[Wanted] = []
    if len(plain) >= CHARACTERS_MIN:
        for kind in (NUMBER, EXTERNAL):
            length = max(each for each in _ENDS if each <= len(plain))
            asked.append(Wanted(kind, (f"${plain[-length:]}",)))
        for kind in (PHONE, TRACKING):
            asked.extend((Wanted(kind, (f"^{plain}",)), Wanted(kind, (f"${plain}",))))
        grams = tuple(f"~{gram}" for gram in _grams(plain))
        asked.extend(Wanted(kind + INSIDE, grams) for kind in (NUMBER, EXTERNAL, PHONE, TRACKING))
    if plain and not plain.isdigit():
        asked.append(Wanted(NAME, (f"={plain}",)))
        if len(plain) == 2:
            asked.append(Wanted(NAME, (f"^{plain}",)))
    return asked


def token(kind: int, key: str, fingerprint: Callable[[str], bytes]) -> int:
    """The number that stands for a key: eight bytes of its keyed fingerprint. Signed, as PostgreSQL's bigint is."""
    return int.from_bytes(fingerprint(f"search {kind} {key}")[:8], "big", signed=True)


def _tail(order_no: str) -> str:
    """The part of our own number that tells orders of a day apart; the day itself is found by the number's start."""
    return folded(order_no.rpartition("-")[2])[-_NUMBER_TAIL - CHARACTERS_MIN :]


def _number(kind: int, plain: str, *, inside_of: str) -> Iterator[tuple[int, str]]:
    for length in _ENDS:
        if length <= len(plain):
            yield kind, f"${plain[-length:]}"
    for gram in _grams(inside_of):
        yield kind + INSIDE, f"~{gram}"


def _whole(kind: int, plain: str) -> Iterator[tuple[int, str]]:
    for length in range(CHARACTERS_MIN, len(plain) + 1):
        yield kind, f"^{plain[:length]}"
        yield kind, f"${plain[-length:]}"
    for gram in _grams(plain):
        yield kind + INSIDE, f"~{gram}"


def _grams(plain: str) -> Iterator[str]:
    for start in range(len(plain) - CHARACTERS_MIN + 1):
        yield plain[start : start + CHARACTERS_MIN]
