"""Phone numbers as messages carry them: clear, masked by a platform, or a platform's token (decisions.md 26)."""

import re
import unicodedata

import msgspec
import phonenumbers

KNOWN, MASKED = "known", "masked"

_MASK = re.compile(r"[*●•×xX#＊]{2,}|\*")
_TOKEN = re.compile(r"^(?:[$#~@]{1,2}.+[$#~@]{1,2}|[A-Za-z0-9+/_\-]{20,}={0,2})$")
_MOBILE = re.compile(r"(?:\+?86)?(1[3-9]\d{9})")
_LANDLINE = re.compile(r"(?:\+?86)?(0\d{2,3})(\d{7,8})")
_EXTENSION = re.compile(r"(?:[-,;]|转|ext\.?|#)(\d{1,6})$", re.I)
_NOISE = re.compile(r"[\s\-().·/]+")
_CHARS_MAX = 200


class Phone(msgspec.Struct, frozen=True):
    """`state` is "known", "masked" or "" (not a phone). A known number is digits, with + for another country's."""

    number: str
    state: str
    extension: str = ""


def read(text: str, *, region: str = "CN") -> Phone:
    """The phone a text holds. A masked one keeps its text as it is, since that is the platform's name for it.

    A virtual number with an extension (13800138000-1234, 转1234) is known, the extension apart.
    """
    if region == "CN" and text.isascii() and (mobile := _MOBILE.fullmatch(text)) is not None:
        return Phone(mobile.group(1), KNOWN)
    plain = unicodedata.normalize("NFKC", text[:_CHARS_MAX]).strip().strip("'\"")
    if not plain:
        return Phone("", "")
    if _TOKEN.match(plain) and not plain.isdigit():
        return Phone(text.strip(), MASKED)
    if _MASK.search(plain) and re.fullmatch(r"[\d*●•×xX+\-\s]+", plain):
        return Phone(plain, MASKED)
    found = _read_clear(plain, "", region)
    if found is not None:
        return found
    tail = _EXTENSION.search(plain)
    if tail is not None:
        found = _read_clear(plain[: tail.start()], tail.group(1), region)
    return found or Phone(text.strip(), "")


def _read_clear(plain: str, extension: str, region: str) -> Phone | None:
    digits = _NOISE.sub("", plain)
    if region == "CN":
        mobile = _MOBILE.fullmatch(digits)
        if mobile is not None:
            return Phone(mobile.group(1), KNOWN, extension)
        landline = _LANDLINE.fullmatch(digits)
        if landline is not None:
            return Phone(landline.group(1) + landline.group(2), KNOWN, extension)
    try:
        parsed = phonenumbers.parse(digits, region)
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_possible_number(parsed) or re.search(r"[A-Za-z]", digits):
        return None
    number = phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164)
    home = f"+{phonenumbers.country_code_for_region(region)}"
    return Phone(number.removeprefix(home) if number.startswith(home) else number, KNOWN, extension)
