"""Labels as a camera sees them: Code 128 drawn by its table, in a film that a browser takes for a camera."""

from pathlib import Path

# Widths of bars and spaces by symbol value, ISO/IEC 15417, table 1; 104 begins code set B, 106 ends.
_TABLE = (
    "212222 222122 222221 121223 121322 131222 122213 122312 132212 221213 221312 231212 112232 122132 122231 113222 "
    "123122 123221 223211 221132 221231 213212 223112 312131 311222 321122 321221 312212 322112 322211 212123 212321 "
    "232121 111323 131123 131321 112313 132113 132311 211313 231113 231311 112133 112331 132131 113123 113321 133121 "
    "313121 211331 231131 213113 213311 213131 311123 311321 331121 312113 312311 332111 314111 221411 431111 111224 "
    "111422 121124 121421 141122 141221 112214 112412 122114 122411 142112 142211 241211 221114 413111 241112 134111 "
    "111242 121142 121241 114212 124112 124211 411212 421112 421211 212141 214121 412121 111143 111341 131141 114113 "
    "114311 411113 411311 113141 114131 311141 411131 211412 211214 211232 2331112"
)
_WIDTHS = _TABLE.split()
_BEGIN, _END = 104, 106
_WIDE, _HIGH, _MODULE = 640, 480, 2
_DARK, _LIGHT = bytes([16]), bytes([235])
_FRAMES = 8

# ISO/IEC 18004, version 1 at level L: modules a side, words of data and of correction, the format with mask 0.
_SIDE, _DATA, _CORRECTION, _FORMAT = 21, 19, 7, 0b111011111000100
_ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:"
_CORNERS = ((0, 0), (0, _SIDE - 7), (_SIDE - 7, 0))
_QR_MODULE = 12


def code_128(text: str) -> bytes:
    """A frame (luma) with the label in its middle."""
    values = [ord(each) - 32 for each in text]
    check = (_BEGIN + sum(place * value for place, value in enumerate(values, 1))) % 103
    widths = "".join(_WIDTHS[value] for value in (_BEGIN, *values, check, _END))
    row = b"".join((_LIGHT if place % 2 else _DARK) * (int(each) * _MODULE) for place, each in enumerate(widths))
    return _framed([row] * (_HIGH // 2))


def qr(text: str) -> bytes:
    """A frame (luma) with the text, capitals and digits and no more than 25, as a QR code in its middle."""
    dark = _fixed()
    bits = iter(_bits(text))
    for turn, right in enumerate([*range(_SIDE - 1, 6, -2), 5, 3, 1]):
        for y in range(_SIDE) if turn % 2 else reversed(range(_SIDE)):
            for x in (right, right - 1):
                if (y, x) not in dark:
                    dark[y, x] = next(bits) != ((y + x) % 2 == 0)
    rows = [b"".join((_DARK if dark[y, x] else _LIGHT) * _QR_MODULE for x in range(_SIDE)) for y in range(_SIDE)]
    return _framed([row for row in rows for _ in range(_QR_MODULE)])


def film(path: Path, *frames: bytes) -> None:
    """A film (Y4M) of frames, each for a while, as `--use-file-for-fake-video-capture` takes it."""
    colours = bytes([128]) * (_WIDE * _HIGH // 2)
    shown = b"".join((b"FRAME\n" + luma + colours) * _FRAMES for luma in frames)
    path.write_bytes(f"YUV4MPEG2 W{_WIDE} H{_HIGH} F15:1 Ip A1:1 C420jpeg\n".encode() + shown)


def _framed(rows: list[bytes]) -> bytes:
    wide, high = len(rows[0]), len(rows)
    left, top = (_WIDE - wide) // 2, (_HIGH - high) // 2
    assert left >= 10 * _MODULE, "the label needs its quiet zones"
    blank = [_LIGHT * _WIDE]
    return b"".join(
        blank * top
        + [_LIGHT * left + row + _LIGHT * (_WIDE - left - wide) for row in rows]
        + blank * (_HIGH - top - high)
    )


def _fixed() -> dict[tuple[int, int], bool]:
    """What stands in a QR code before its data: corners, the lines between them, the format twice."""
    dark: dict[tuple[int, int], bool] = {}
    for top, left in _CORNERS:
        for y in range(max(top - 1, 0), min(top + 8, _SIDE)):
            for x in range(max(left - 1, 0), min(left + 8, _SIDE)):
                dark[y, x] = max(abs(y - top - 3), abs(x - left - 3)) not in (2, 4)
    for place in range(8, _SIDE - 8):
        dark[6, place] = dark[place, 6] = place % 2 == 0
    dark[_SIDE - 8, 8] = True
    near = [*((y, 8) for y in (0, 1, 2, 3, 4, 5, 7, 8)), *((8, x) for x in (7, 5, 4, 3, 2, 1, 0))]
    far = [*((8, x) for x in range(_SIDE - 1, _SIDE - 9, -1)), *((y, 8) for y in range(_SIDE - 7, _SIDE))]
    for number, (one, other) in enumerate(zip(near, far, strict=True)):
        dark[one] = dark[other] = bool(_FORMAT >> number & 1)
    return dark


def _bits(text: str) -> list[bool]:
    """The data and what corrects it."""
    values = [_ALPHABET.index(each) for each in text]
    pairs = [values[place : place + 2] for place in range(0, len(values), 2)]
    written = f"0010{len(text):09b}" + "".join(
        f"{each[0] * 45 + each[1]:011b}" if len(each) == 2 else f"{each[0]:06b}" for each in pairs
    )
    written += "0000"
    written += "0" * (-len(written) % 8)
    words = [int(written[place : place + 8], 2) for place in range(0, len(written), 8)]
    words += [(0xEC, 0x11)[number % 2] for number in range(_DATA - len(words))]
    return [bool(word >> bit & 1) for word in words + _correction(words) for bit in range(7, -1, -1)]


def _correction(words: list[int]) -> list[int]:
    """Reed and Solomon's remainder over GF(256) by x⁸+x⁴+x³+x²+1."""
    generator = [1]
    for power in range(_CORRECTION):
        shifted = [_times(each, 1 << power) for each in generator]
        generator = [one ^ other for one, other in zip([*generator, 0], [0, *shifted], strict=True)]
    rest = [*words, *[0] * _CORRECTION]
    for place in range(len(words)):
        factor = rest[place]
        for number, each in enumerate(generator):
            rest[place + number] ^= _times(each, factor)
    return rest[len(words) :]


def _times(one: int, other: int) -> int:
    product = 0
    while other:
        product ^= one if other & 1 else 0
        one, other = one << 1 ^ (0x11D if one & 0x80 else 0), other >> 1
    return product
