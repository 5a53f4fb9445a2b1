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


def code_128(text: str) -> bytes:
    """One row of pixels, dark 16 and light 235, `_WIDE` of them with the label in their middle."""
    values = [ord(each) - 32 for each in text]
    check = (_BEGIN + sum(place * value for place, value in enumerate(values, 1))) % 103
    widths = "".join(_WIDTHS[value] for value in (_BEGIN, *values, check, _END))
    row = b"".join(bytes([235 if place % 2 else 16]) * (int(each) * _MODULE) for place, each in enumerate(widths))
    left = (_WIDE - len(row)) // 2
    assert left >= 10 * _MODULE, "the label needs its quiet zones"
    return bytes([235]) * left + row + bytes([235]) * (_WIDE - left - len(row))


def film(path: Path, text: str) -> None:
    """A film (Y4M) of the label, as `--use-file-for-fake-video-capture` takes it."""
    blank, row = bytes([235]) * _WIDE, code_128(text)
    luma = b"".join(row if _HIGH // 4 < y < _HIGH * 3 // 4 else blank for y in range(_HIGH))
    colours = bytes([128]) * (_WIDE * _HIGH // 2)
    path.write_bytes(f"YUV4MPEG2 W{_WIDE} H{_HIGH} F15:1 Ip A1:1 C420jpeg\n".encode() + b"FRAME\n" + luma + colours)
