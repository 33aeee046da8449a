"""Files just below and above the limits, each made to weigh in another place."""

from __future__ import annotations

import io
import random
import struct
import zipfile
from collections.abc import Callable, Iterator
from typing import Final

from tests.exchange import hostile
from tests.exchange.hostile import ODS, SHEET, XLSX, with_part
from tms.exchange.gate import MAX_RATIO, MAX_UNPACKED
from tms.exchange.limits import MAX_CELLS, MAX_COLUMNS, MAX_FILE, MAX_ROWS

Pieces = Iterator[bytes]
#: Room for what an archive has besides.
SPARE: Final = 1 << 16


def packed(book: bytes, name: str, pieces: Pieces, method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """The workbook with part *name* made of *pieces*, streamed."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(book)) as source, zipfile.ZipFile(out, "w") as made:
        for other in source.namelist():
            if other != name:
                made.writestr(other, source.read(other), zipfile.ZIP_DEFLATED)
        entry = zipfile.ZipInfo(name)
        entry.compress_type = method
        with made.open(entry, "w", force_zip64=True) as part:
            for piece in pieces:
                part.write(piece)
    return out.getvalue()


def sheet_of(rows: Pieces) -> Pieces:
    """A worksheet around *rows*."""
    yield hostile.SHEET_HEAD
    yield from rows
    yield b"</sheetData></worksheet>"


def numbers() -> bytes:
    """As many cells as a file may have, all different."""
    return hostile.cells_of(MAX_COLUMNS, MAX_CELLS // MAX_COLUMNS)


def texts() -> bytes:
    """Many short texts, all different."""
    rows = (row(n, [f"文字{n}之{c}" for c in range(20)]) for n in range(1, 100_001))
    return packed(XLSX, SHEET, sheet_of(rows))


def long_texts() -> bytes:
    """Long texts that hardly pack, up to the file's limit."""
    dice = random.Random(1)  # noqa: S311  no secret
    count = (MAX_FILE - 2 * SPARE) // 24_600
    rows = (row(n, [dice.randbytes(16_000).hex()[:30_000]]) for n in range(1, count))
    return packed(XLSX, SHEET, sheet_of(rows))


def one_text_everywhere() -> bytes:
    """One long shared text in every cell."""
    return hostile.cells_of(MAX_COLUMNS, 2_000, shared="x" * 30_000)


def almost_a_bomb() -> bytes:
    """Unpacks to what is allowed, packed as tightly as is allowed."""
    dice = random.Random(1)  # noqa: S311
    block = b'<row r="1">' + b" " * 999_000
    noise = 1_000_000 // MAX_RATIO + 800
    rows = (block + f"<!--{dice.randbytes(noise // 2).hex()}--></row>".encode() for _ in range(290))
    return packed(XLSX, SHEET, sheet_of(rows))


def stored() -> bytes:
    """Nothing packed at all, up to the file's limit."""
    count = (MAX_FILE - 2 * SPARE) // 1_160
    rows = (row(n, [f"{n}-{c}-{'甲' * 5}" for c in range(18)]) for n in range(1, count))
    return packed(XLSX, SHEET, sheet_of(rows), zipfile.ZIP_STORED)


def far_corner() -> bytes:
    """Two cells as far apart as the gate lets pass."""
    rows = (f'<row r="{n}"><c r="KN{n}"><v>1</v></c></row>'.encode() for n in (1, MAX_ROWS))
    return packed(XLSX, SHEET, sheet_of(rows))


def tiny_elements() -> bytes:
    """An ODS of nothing but elements."""
    return packed(ODS, "content.xml", (b"<a>", *(b"<b/>" * 250_000 for _ in range(280)), b"</a>"))  # type: ignore[arg-type]


def one_long_tag() -> bytes:
    """An ODS whose parser would wait for the end of a tag."""
    pieces = (b"<a b='", *(bytes([97 + n % 26]) * 1_000_000 for n in range(250)), b"'/>")
    return packed(ODS, "content.xml", pieces)  # type: ignore[arg-type]


def repeated_texts() -> bytes:
    """An ODS of one long text, repeated in every cell."""
    text = f'<table:table-cell office:value-type="string"><text:p>{"x" * 30_000}</text:p>'
    cell = text.replace("-cell ", '-cell table:number-columns-repeated="300" ')
    line = f'<table:table-row table:number-rows-repeated="7000">{cell}</table:table-cell>'
    return hostile.with_rows(line + "</table:table-row>")


def listed_parts() -> bytes:
    """An archive whose directory has half a million entries."""
    name = b"x"
    entry = struct.pack("<4s6H3L5H2L", b"PK\x01\x02", *[0] * 9, len(name), *[0] * 6) + name
    count = (MAX_FILE - SPARE) // len(entry)
    start = b"PK\x03\x04".ljust(64, b"\0")
    end = struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, 65535, 65535, count * len(entry), 64, 0)
    return start + entry * count + end


def lzma_part() -> bytes:
    """A part packed in a way that asks for much memory."""
    return packed(XLSX, "xl/media/a", iter([b"0" * (250 << 20)]), zipfile.ZIP_LZMA)


def csv_of_texts() -> bytes:
    """A CSV of different texts, up to the file's limit."""
    lines = (",".join(f"{n:06}-{c}甲乙" for c in range(12)) for n in range(MAX_ROWS))
    return "\n".join(lines).encode()[: MAX_FILE - 1].rsplit(b"\n", 1)[0]


def csv_of_wide_letters() -> bytes:
    """A CSV whose every cell has one letter that makes Python keep four bytes for each."""
    line = ",".join("x" * 900 + "😀" for _ in range(12)) + "\n"
    return (line.encode() * (MAX_FILE // len(line.encode())))[: MAX_FILE - 1]


def csv_of_one_line() -> bytes:
    """A CSV without lines."""
    return b"x" * (MAX_FILE - 8) + "😀".encode()


def csv_of_commas() -> bytes:
    """A CSV of empty cells."""
    return (b"," * 299 + b"x\n") * (MAX_FILE // 301)


def old_noise() -> bytes:
    """An XLS container whose table of sectors is all the file."""
    data = bytearray(hostile.compound("Workbook").ljust(MAX_FILE - 512, b"\1"))
    struct.pack_into("<I", data, 44, 60_000)
    data[76:512] = struct.pack("<109I", *range(109))
    return bytes(data)


def png() -> bytes:
    """Something else, as large as can be."""
    return b"\x89PNG".ljust(MAX_FILE, b"\1")


def above() -> bytes:
    """One byte too many."""
    return b"1,2\n".ljust(MAX_FILE + 1, b"\n")


def pictures() -> bytes:
    """A good workbook with pictures, unpacking to nearly what is allowed."""
    dice = random.Random(1)  # noqa: S311
    picture = dice.randbytes(MAX_FILE - 2 * SPARE - len(XLSX))
    return with_part("xl/media/a.png", picture)


def row(number: int, cells: list[str]) -> bytes:
    """A row of inline texts."""
    inline = "".join(f'<c t="inlineStr"><is><t>{cell}</t></is></c>' for cell in cells)
    return f'<row r="{number}">{inline}</row>'.encode()


#: What is made, and whether it is read ("rows") or refused and with which words.
CASES: Final[dict[str, tuple[Callable[[], bytes], str]]] = {
    "numbers": (numbers, "rows"),
    "texts": (texts, "rows|过大"),
    "long texts": (long_texts, "rows|过大"),
    "one text everywhere": (one_text_everywhere, "过大"),
    "almost a bomb": (almost_a_bomb, "rows|空的|过大"),
    "stored": (stored, "rows|过大"),
    "far corner": (far_corner, "过大|单元格"),
    "tiny elements": (tiny_elements, "过大"),
    "one long tag": (one_long_tag, "损坏"),
    "repeated texts": (repeated_texts, "过大"),
    "listed parts": (listed_parts, "过大"),
    "lzma": (lzma_part, "过大|损坏"),
    "csv of texts": (csv_of_texts, "rows|过大"),
    "csv of wide letters": (csv_of_wide_letters, "rows|过大"),
    "csv of one line": (csv_of_one_line, "过长"),
    "csv of commas": (csv_of_commas, "rows|单元格"),
    "old noise": (old_noise, "损坏|空的"),
    "png": (png, "PNG"),
    "above": (above, f"{MAX_FILE >> 20} MB"),
    "pictures": (pictures, "rows"),
}
assert MAX_UNPACKED > 290 << 20
