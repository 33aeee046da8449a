"""The gate before any spreadsheet parser: look at the archive itself (SECURITY.md S24).

The directory can lie about sizes, a DTD can hide behind a comment or in UTF-16 and a far cell needs
no `<dimension>`. So every part is unpacked here once, counted and searched, and nothing is kept but
what a person should know about a sheet (`Notes`).
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator
from io import BytesIO
from typing import Final

from tms.errors import message
from tms.exchange.gate_ods import OdsSearch
from tms.exchange.gate_xls import inspect_xls
from tms.exchange.gate_xlsx import XlsxSearch
from tms.exchange.kinds import DAMAGE, METHODS, Kind
from tms.exchange.limits import BROKEN, MAX_ENTRIES, PROTECTED, TOO_LARGE
from tms.exchange.notes import Notes
from tms.exchange.stages import FileRefused

MAX_UNPACKED: Final = 300 << 20
MAX_RATIO: Final = 200
#: Below this a part may be packed as tightly as it likes.
RATIO_FROM: Final = 1 << 20

_CHUNK: Final = 1 << 20
#: What is searched for may lie across two chunks.
OVERLAP: Final = 512
_DECLARATION = re.compile(rb"<!(?:DOCTYPE|ENTITY)", re.IGNORECASE)
_ENCODING = re.compile(rb"""<\?xml[^>]{0,200}encoding\s*=\s*["']([A-Za-z0-9._-]+)""")
_ENCODINGS = frozenset({b"utf-8", b"utf-16", b"us-ascii", b"ascii"})
_REFUSED_NAME = re.compile(r"^[/\\]|(^|[/\\])\.\.([/\\]|$)|^[A-Za-z]:|\\|\0")


def inspect(data: bytes, kind: Kind) -> dict[str, Notes]:
    """Let only an ordinary workbook of bearable size pass; what was seen, by name of the sheet.

    :raises FileRefused: whatever else it is.
    """
    if kind == "xls":
        return inspect_xls(data)
    search: XlsxSearch | OdsSearch = XlsxSearch() if kind == "xlsx" else OdsSearch()
    try:
        with zipfile.ZipFile(BytesIO(data)) as archive:
            parts = archive.infolist()
            _directory(parts)
            search.names([part.filename for part in parts])
            budget = MAX_UNPACKED
            for part in parts:
                budget -= _part(archive, part, budget, search)
            return search.notes(archive)
    except DAMAGE as error:
        raise FileRefused(BROKEN) from error


def _directory(parts: list[zipfile.ZipInfo]) -> None:
    names = [part.filename for part in parts]
    if len(parts) > MAX_ENTRIES or sum(part.file_size for part in parts) > MAX_UNPACKED:
        raise FileRefused(TOO_LARGE)
    if any(part.flag_bits & 0x1 for part in parts):
        raise FileRefused(PROTECTED)
    if any(part.compress_type not in METHODS for part in parts):
        raise FileRefused(BROKEN)
    if len(set(names)) < len(names) or any(_REFUSED_NAME.search(name) for name in names):
        raise FileRefused(BROKEN)


def _part(
    archive: zipfile.ZipFile, part: zipfile.ZipInfo, budget: int, search: XlsxSearch | OdsSearch
) -> int:
    """Unpack one part, counting what really comes out."""
    size = 0
    for piece in _pieces(archive, part):
        tail = OVERLAP if size else 0
        size += len(piece) - tail
        if size > budget or size > max(RATIO_FROM, MAX_RATIO * max(part.compress_size, 1)):
            raise FileRefused(TOO_LARGE)
        _declared(piece)
        search.feed(piece, part.filename, tail)
    search.end(part.filename)
    return size


def _pieces(archive: zipfile.ZipFile, part: zipfile.ZipInfo) -> Iterator[bytes]:
    tail = b""
    with archive.open(part) as stream:
        while piece := stream.read(_CHUNK):
            yield tail + piece
            tail = (tail + piece)[-OVERLAP:].rjust(OVERLAP, b" ")


def _declared(piece: bytes) -> None:
    plain = piece.replace(b"\0", b"") if b"\0" in piece else piece  # UTF-16 is ASCII and zeros
    encoding = _ENCODING.search(plain) if b"<?xml" in plain else None
    if _DECLARATION.search(plain) or (encoding and encoding[1].lower() not in _ENCODINGS):
        raise FileRefused(message("文件含有不允许的内容（DTD或实体），请重新保存为 .xlsx。"))
