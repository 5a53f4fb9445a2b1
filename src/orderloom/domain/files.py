"""What a file is, by what is in it: neither its name nor what its sender calls it is believed."""

import msgspec

from orderloom.kit import limits
from orderloom.kit.refusals import Refused

_ZIP = b"PK\x03\x04"
# How far into a zip the names of an Office document's parts are looked for.
_LOOKED_AT = 64 * 2**10
_OFFICE = (
    (b"xl/", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "xlsx"),
    (b"word/", "application/vnd.openxmlformats-officedocument.wordprocessingml.document", "docx"),
)
_SIGNS = (
    (b"\xff\xd8\xff", "image/jpeg", "jpg"),
    (b"\x89PNG\r\n\x1a\n", "image/png", "png"),
    (b"%PDF-", "application/pdf", "pdf"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "application/vnd.ms-excel", "xls"),
)


class Sort(msgspec.Struct, frozen=True):
    """A sort of file that is taken, with the ending that a name of it has."""

    media_type: str
    ending: str


def sort(data: bytes) -> Sort | None:
    """What the bytes are; None for what is not taken. Text is taken as such when it is whole UTF-8 without signs that
    no text has."""
    for sign, media_type, ending in _SIGNS:
        if data.startswith(sign):
            return Sort(media_type, ending)
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return Sort("image/webp", "webp")
    if data.startswith(_ZIP):
        head = data[:_LOOKED_AT] + data[-_LOOKED_AT:]
        if b"[Content_Types].xml" in head:
            return next((Sort(media, ending) for part, media, ending in _OFFICE if part in head), None)
        return None
    return Sort("text/plain", "txt") if _is_text(data) else None


def _is_text(data: bytes) -> bool:
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        return False
    # Markup that a browser would run is no text to be shown back.
    return bool(text) and not any(sign < " " and sign not in "\t\r\n" for sign in text) and "<" not in text[:1_024]


def fit(data: bytes, *, stated: str, name: str) -> Sort | Refused:
    """The sort of an upload. Refuses what is empty, too large, of no sort that is taken, or not what its sender says:
    `upload.empty`, `upload.image_too_large`, `upload.too_large`, `upload.sort_not_taken`, `upload.not_what_it_says`."""
    if not data:
        return Refused("upload.empty", {"name": name})
    if len(data) > limits.UPLOAD_BYTES_MAX:
        return Refused("upload.too_large", {"name": name, "bytes": len(data), "most": limits.UPLOAD_BYTES_MAX})
    found = sort(data)
    if found is None:
        return Refused("upload.sort_not_taken", {"name": name})
    if found.media_type.startswith("image/") and len(data) > limits.IMAGE_BYTES_MAX:
        return Refused("upload.image_too_large", {"name": name, "bytes": len(data), "most": limits.IMAGE_BYTES_MAX})
    says_image = stated.startswith("image/") or name.lower().endswith((".jpg", ".jpeg", ".png", ".webp", ".gif"))
    if says_image and not found.media_type.startswith("image/"):
        return Refused("upload.not_what_it_says", {"name": name, "found": found.media_type, "stated": stated})
    return found
