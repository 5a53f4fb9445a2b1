"""Uploaded files unpacked into a temporary file, judged by their content, bounded against archive bombs."""

import gzip
import lzma
import re
import tempfile
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, Literal

import msgspec

from orderloom.kit import limits
from orderloom.kit.refusals import Refused

Kind = Literal["text", "workbook"]

_CHUNK_BYTES = 2**20
_XZ, _GZIP, _ZIP, _OLE = b"\xfd7zXZ\x00", b"\x1f\x8b", b"PK\x03\x04", b"\xd0\xcf\x11\xe0"
_CELL = re.compile(rb'\br="([A-Z]{1,3})(\d{1,7})"')
_CELL_TAIL_BYTES = 32


class Unpacked(msgspec.Struct):
    """A seekable file of one kind. The caller closes `file`; it is gone from the disk then."""

    file: BinaryIO
    kind: Kind
    name: str


class _Refusing(Exception):
    """Carries a refusal out of the depth of an archive reader."""

    def __init__(self, refused: Refused) -> None:
        super().__init__(refused.code)
        self.refused = refused


def unpack(path: Path, *, name: str = "", member: str = "") -> Unpacked | Refused:
    """Unpack `.xz`, `.gz` or `.zip`, or take the file as it is.

    `name` is what the uploader called it, `member` which file of a zip is meant. Refused: `file.too_large`,
    `file.archive_bomb`, `file.archive_broken`, `file.archive_encrypted`, `file.archive_nested`,
    `file.choose_member` (with the members' names), `file.kind_unknown`, `file.empty`.
    """
    name = name or path.name
    size = path.stat().st_size
    if size > limits.FILE_BYTES_MAX:
        return Refused("file.too_large", {"bytes": size, "bytes_max": limits.FILE_BYTES_MAX})
    target: BinaryIO = tempfile.TemporaryFile()  # noqa: SIM115 - the caller closes it.
    try:
        with path.open("rb") as source:
            inner = _copy(source, target, size=size, name=name, member=member)
        target.seek(0)
        return Unpacked(target, _kind(target), inner)
    except _Refusing as refusing:
        target.close()
        return refusing.refused
    # zipfile says NotImplementedError of a compression that it does not know.
    except (lzma.LZMAError, EOFError, zlib.error, gzip.BadGzipFile, zipfile.BadZipFile, NotImplementedError) as error:
        target.close()
        return Refused("file.archive_broken", {"problem": str(error)[:200]})
    except RuntimeError as error:  # zipfile says so of an encrypted member.
        target.close()
        return Refused("file.archive_encrypted", {"problem": str(error)[:200]})
    except BaseException:
        target.close()
        raise


def _copy(source: BinaryIO, target: BinaryIO, *, size: int, name: str, member: str) -> str:
    head = source.read(8)
    source.seek(0)
    if head.startswith(_XZ):
        _write(_xz_chunks(source), target, packed_bytes=size)
        return name.removesuffix(".xz")
    if head.startswith(_GZIP):
        with gzip.GzipFile(fileobj=source) as stream:
            _write(iter(lambda: stream.read(_CHUNK_BYTES), b""), target, packed_bytes=size)
        return name.removesuffix(".gz")
    if head.startswith(_ZIP):
        with zipfile.ZipFile(source) as archive:
            if _is_workbook(archive):
                source.seek(0)
                _write(iter(lambda: source.read(_CHUNK_BYTES), b""), target, packed_bytes=0)
                return name
            chosen = _member(archive, member)
            with archive.open(chosen) as stream:
                _write(iter(lambda: stream.read(_CHUNK_BYTES), b""), target, packed_bytes=max(chosen.compress_size, 1))
            return chosen.filename
    _write(iter(lambda: source.read(_CHUNK_BYTES), b""), target, packed_bytes=0)
    return name


def _xz_chunks(source: BinaryIO) -> Iterator[bytes]:
    """Unpack concatenated xz streams within a memory bound: a header may ask for gigabytes of dictionary."""
    packed = source.read(_CHUNK_BYTES)
    while packed:
        decompressor = lzma.LZMADecompressor(lzma.FORMAT_XZ, memlimit=limits.UNPACK_MEMORY_BYTES_MAX)
        while not decompressor.eof:
            if decompressor.needs_input and not packed:
                packed = source.read(_CHUNK_BYTES)
                if not packed:
                    raise EOFError("the file ends before its end mark")
            yield decompressor.decompress(packed, max_length=_CHUNK_BYTES)
            packed = b""
        packed = decompressor.unused_data or source.read(_CHUNK_BYTES)
        packed = packed.lstrip(b"\x00")  # Stream padding.


def _write(chunks: Iterator[bytes], target: BinaryIO, *, packed_bytes: int) -> None:
    written = 0
    for chunk in chunks:
        written += len(chunk)
        _check_growth(written, packed_bytes)
        target.write(chunk)


def _check_growth(written: int, packed_bytes: int) -> None:
    """Small files may pack well; beyond a free size the ratio counts. `packed_bytes` 0 means: not packed."""
    data = {"bytes_max": limits.UNPACKED_BYTES_MAX, "ratio_max": limits.UNPACKED_RATIO_MAX}
    if written > limits.UNPACKED_BYTES_MAX:
        raise _Refusing(Refused("file.archive_bomb", data))
    over = written > packed_bytes * limits.UNPACKED_RATIO_MAX
    if packed_bytes and written > limits.UNPACKED_RATIO_FREE_BYTES and over:
        raise _Refusing(Refused("file.archive_bomb", data))


def _is_workbook(archive: zipfile.ZipFile) -> bool:
    names = archive.namelist()
    if len(names) > limits.ARCHIVE_MEMBERS_MAX:
        raise _Refusing(
            Refused("file.archive_bomb", {"members": len(names), "members_max": limits.ARCHIVE_MEMBERS_MAX})
        )
    if "xl/workbook.xml" not in names:
        if "xl/workbook.bin" in names or "mimetype" in names:
            raise _Refusing(Refused("file.kind_unknown", {"kind": ".xlsb / .ods"}))
        return False
    _check_workbook(archive)
    return True


def _check_workbook(archive: zipfile.ZipFile) -> None:
    """Unpack every part once without keeping it: the sizes an archive declares are not to be believed.

    A sheet is held densely when it is read, so one far cell would ask for all cells before it; hence the bound
    on the area that its cell references span.
    """
    written = 0
    for part in archive.infolist():
        rows = columns = 0
        tail = b""
        sheet = part.filename.startswith("xl/worksheets/")
        with archive.open(part) as stream:
            while chunk := stream.read(_CHUNK_BYTES):
                written += len(chunk)
                _check_growth(written, sum(each.compress_size for each in archive.infolist()))
                if not sheet:
                    continue
                for letters, digits in _CELL.findall(tail + chunk):
                    rows = max(rows, int(digits))
                    columns = max(columns, _column(letters))
                tail = chunk[-_CELL_TAIL_BYTES:]
        if rows * columns > limits.SHEET_CELLS_MAX:
            data = {"rows": rows, "columns": columns, "cells_max": limits.SHEET_CELLS_MAX}
            raise _Refusing(Refused("file.sheet_too_large", data))


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number


def _member(archive: zipfile.ZipFile, member: str) -> zipfile.ZipInfo:
    files = [each for each in archive.infolist() if not each.is_dir() and not _hidden(each.filename)]
    if member:
        files = [each for each in files if each.filename == member]
    if len(files) != 1:
        names = [each.filename for each in archive.infolist() if not each.is_dir()][:20]
        raise _Refusing(Refused("file.choose_member", {"members": names}))
    (chosen,) = files
    if chosen.flag_bits & 1:
        raise _Refusing(Refused("file.archive_encrypted", {"problem": chosen.filename}))
    return chosen


def _hidden(name: str) -> bool:
    return name.startswith("__MACOSX/") or name.rsplit("/", 1)[-1].startswith(".")


def _kind(file: BinaryIO) -> Kind:
    head = file.read(8)
    file.seek(0)
    if not head:
        raise _Refusing(Refused("file.empty"))
    if head.startswith(_OLE):
        return "workbook"
    if head.startswith(_ZIP):
        with zipfile.ZipFile(file) as archive:
            if not _is_workbook(archive):
                raise _Refusing(Refused("file.archive_nested"))
        file.seek(0)
        return "workbook"
    if head.startswith((_XZ, _GZIP)):
        raise _Refusing(Refused("file.archive_nested"))
    if head.startswith((b"%PDF", b"\x89PNG", b"\xff\xd8\xff", b"\x7fELF", b"GIF8", b"Rar!", b"7z\xbc\xaf")):
        raise _Refusing(Refused("file.kind_unknown", {"kind": head[:4].decode("latin-1")}))
    return "text"
