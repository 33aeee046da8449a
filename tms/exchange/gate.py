"""The gate before any spreadsheet parser: look at the zip archive itself (SECURITY.md S24).

The directory can lie about sizes, a DTD can hide behind a comment or in UTF-16 and a far cell needs
no `<dimension>`. So every part is unpacked here once, counted and searched, and nothing is kept.
"""

from __future__ import annotations

import lzma
import re
import zipfile
import zlib
from collections.abc import Iterator
from io import BytesIO
from typing import Final

from tms.errors import message
from tms.exchange.stages import FileRefused

MAX_FILE: Final = 64 << 20
MAX_ENTRIES: Final = 500
MAX_UNPACKED: Final = 300 << 20
MAX_RATIO: Final = 200
#: Below this a part may be packed as tightly as it likes.
RATIO_FROM: Final = 1 << 20
MAX_COLUMNS: Final = 300
MAX_ROWS: Final = 200_000

_CHUNK: Final = 1 << 20
#: What is searched for may lie across two chunks.
_OVERLAP: Final = 64
_DECLARATION = re.compile(rb"<!(?:DOCTYPE|ENTITY)", re.IGNORECASE)
_ENCODING = re.compile(rb"""<\?xml[^>]{0,200}encoding\s*=\s*["']([A-Za-z0-9._-]+)""")
_ENCODINGS = frozenset({b"utf-8", b"utf-16", b"us-ascii", b"ascii"})
#: Only references that may be too far: three letters, or six digits and more.
_FAR = re.compile(rb"""[\s:"']r\s*=\s*["']([A-Za-z]{3,}[0-9]+|[A-Za-z]*[0-9]{6,})["']""")
_DIMENSION = re.compile(rb"""<dimension\s[^>]*ref\s*=\s*["'][^"':]*:([A-Za-z]+[0-9]+)["']""")
_MACRO = re.compile(rb"macroEnabled|vbaProject")
_REFUSED_NAME = re.compile(r"^[/\\]|(^|[/\\])\.\.([/\\]|$)|^[A-Za-z]:|\\|\0")

CONTENT_TYPES: Final = "[Content_Types].xml"
#: What `zipfile` raises over archives that are none.
DAMAGE: Final = (
    zipfile.BadZipFile,
    zlib.error,
    lzma.LZMAError,
    EOFError,
    OSError,
    NotImplementedError,
    ValueError,
)
TOO_LARGE = message("文件解压后过大，请删去多余的行、列和图片，或分成几个文件再导入。")
BROKEN = message("文件已损坏，无法读取，请在表格软件中重新保存为 .xlsx 再导入。")


def inspect(data: bytes) -> None:
    """Let only an ordinary workbook of bearable size pass.

    :raises FileRefused: whatever else it is.
    """
    try:
        with zipfile.ZipFile(BytesIO(data)) as archive:
            parts = archive.infolist()
            _directory(parts)
            budget = MAX_UNPACKED
            for part in parts:
                budget -= _part(archive, part, budget)
    except DAMAGE as error:
        raise FileRefused(BROKEN) from error


def _directory(parts: list[zipfile.ZipInfo]) -> None:
    names = [part.filename for part in parts]
    if len(parts) > MAX_ENTRIES or sum(part.file_size for part in parts) > MAX_UNPACKED:
        raise FileRefused(TOO_LARGE)
    if any(part.flag_bits & 0x1 for part in parts):
        raise FileRefused(message("文件有密码保护，请取消密码后再导入。"))
    if len(set(names)) < len(names) or any(_REFUSED_NAME.search(name) for name in names):
        raise FileRefused(BROKEN)
    if any("vbaproject" in name.lower() for name in names):
        raise FileRefused(message("文件含有宏，请另存为不含宏的 .xlsx 再导入。"))
    if "xl/workbook.xml" not in names:
        raise FileRefused(message("不是 Excel 工作簿，请另存为 .xlsx 或 .csv 再导入。"))


def _part(archive: zipfile.ZipFile, part: zipfile.ZipInfo, budget: int) -> int:
    """Unpack one part, counting what really comes out."""
    size = 0
    for piece in _pieces(archive, part):
        size += len(piece) - (_OVERLAP if size else 0)
        if size > budget or size > max(RATIO_FROM, MAX_RATIO * max(part.compress_size, 1)):
            raise FileRefused(TOO_LARGE)
        _search(piece, part.filename)
    return size


def _pieces(archive: zipfile.ZipFile, part: zipfile.ZipInfo) -> Iterator[bytes]:
    tail = b""
    with archive.open(part) as stream:
        while piece := stream.read(_CHUNK):
            yield tail + piece
            tail = (tail + piece)[-_OVERLAP:].rjust(_OVERLAP, b" ")


def _search(piece: bytes, name: str) -> None:
    plain = piece.replace(b"\0", b"") if b"\0" in piece else piece  # UTF-16 is ASCII and zeros
    encoding = _ENCODING.search(plain)
    if _DECLARATION.search(plain) or (encoding and encoding[1].lower() not in _ENCODINGS):
        raise FileRefused(message("文件含有不允许的内容（DTD或实体），请重新保存为 .xlsx。"))
    if name == CONTENT_TYPES and _MACRO.search(plain):
        raise FileRefused(message("文件含有宏，请另存为不含宏的 .xlsx 再导入。"))
    for reference in [*_FAR.findall(plain), *_DIMENSION.findall(plain)]:
        _near(reference)


def _near(reference: bytes) -> None:
    letters = reference.rstrip(b"0123456789").upper()
    column = 0
    for letter in letters:
        column = column * 26 + letter - 64
    row = int(reference[len(letters) :])
    if column > MAX_COLUMNS or row > MAX_ROWS + 1:
        refuse_extent()


def refuse_extent() -> None:
    """:raises FileRefused: more rows or columns than one file may have."""
    raise FileRefused(
        message(
            "工作表超过%(rows)d行或%(columns)d列，请删去多余内容（包括远处的空白格式）或分成几个文件。",
            rows=MAX_ROWS,
            columns=MAX_COLUMNS,
        )
    )
