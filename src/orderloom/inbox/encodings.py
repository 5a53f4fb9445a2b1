"""Which encoding a text file is in, told from its bytes, and what to do with bytes that do not fit.

Chinese exports come as UTF-8 with or without a mark, as GB18030 (what Excel saves as CSV) or as UTF-16. A broken
byte does not spoil the file: it is carried through as a lone surrogate, and its row alone is refused.
"""

import codecs
import re
from typing import BinaryIO

_CHUNK_BYTES = 2**20
_SAMPLE_BYTES_MAX = 8 * 2**20
_HIGH = re.compile(rb"[\x80-\xff]")
_HIGH_BYTES = bytes(range(0x80, 0x100))
_UTF8 = re.compile(
    rb"(?:[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3})+",
)
_UTF8_SHARE_MIN = 0.9


def detect(file: BinaryIO) -> str:
    """The Python codec of the file: utf-8-sig, utf-8, gb18030, utf-16 or utf-16-le/be. Leaves the file at its start."""
    file.seek(0)
    head = file.read(4_096)
    file.seek(0)
    if head.startswith(codecs.BOM_UTF8):
        return "utf-8-sig"
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    odd, even = head[1::2].count(0), head[::2].count(0)
    pairs = len(head) // 2
    if pairs >= 4 and max(odd, even) > pairs * 0.4 and min(odd, even) < pairs * 0.1:
        return "utf-16-le" if odd > even else "utf-16-be"
    sample = _beyond_ascii(file)
    file.seek(0)
    high = len(sample) - len(sample.translate(None, _HIGH_BYTES))
    fitting = len(sample) - len(_UTF8.sub(b"", sample))
    return "utf-8" if fitting >= high * _UTF8_SHARE_MIN else "gb18030"


def _beyond_ascii(file: BinaryIO) -> bytes:
    """The part of the file from its first byte that is not ASCII on, cut at the sample's size."""
    while chunk := file.read(_CHUNK_BYTES):
        if not chunk.isascii():
            first = _HIGH.search(chunk)
            start = first.start() if first is not None else 0
            return chunk[start:] + file.read(_SAMPLE_BYTES_MAX - len(chunk))
    return b""


def errors(encoding: str) -> str:
    """The error handler under which broken bytes come through and can be told and restored.

    UTF-16 has no lone bytes to carry, so there a broken pair becomes U+FFFD.
    """
    return "replace" if encoding.startswith("utf-16") else "surrogateescape"


def broken(text: str, encoding: str) -> bool:
    """Whether the text carries bytes that did not fit its file's encoding."""
    if text.isascii():
        return False
    if encoding.startswith("utf-16"):
        return "\ufffd" in text
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        return True
    return False


def shown(text: str) -> str:
    """The text with broken bytes spelled out as \\xNN, so that it can be stored and read."""
    if text.isascii():
        return text
    return text.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")
