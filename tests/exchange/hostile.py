"""Files made to do harm, or harmed themselves; made when they are wanted, none is kept."""

from __future__ import annotations

import io
import struct
import zipfile
from collections.abc import Callable, Iterable
from pathlib import Path

from tests.exchange.sheets import rezipped, xlsx_of

SAVED = Path(__file__).parents[1] / "data" / "libreoffice"
SHEET = "xl/worksheets/sheet1.xml"
HEADER, PERSON = ("姓名", "性别"), ("张三", "男")
XLSX = xlsx_of(HEADER, PERSON)
XLS = (SAVED / "clean.xls").read_bytes()
ODS = (SAVED / "clean.ods").read_bytes()
CSV = (SAVED / "clean.gb18030").read_bytes()
GOOD = {"xlsx": XLSX, "xls": XLS, "ods": ODS, "csv": CSV}

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


def with_part(name: str, content: bytes, book: bytes = XLSX) -> bytes:
    """The workbook with one part more, or another."""
    return rezipped(book, lambda parts: parts.update({name: content}))


def with_sheet(change: Callable[[bytes], bytes]) -> bytes:
    """The XLSX workbook with its sheet changed."""
    return rezipped(XLSX, lambda parts: parts.update({SHEET: change(parts[SHEET])}))


def with_content(change: Callable[[bytes], bytes]) -> bytes:
    """The ODS workbook with its content changed."""
    return rezipped(ODS, lambda p: p.update({"content.xml": change(p["content.xml"])}))


def with_rows(*rows: str) -> bytes:
    """The ODS workbook with *rows* after its own."""
    return with_content(lambda xml: xml.replace(b"</table:table>", said(rows) + b"</table:table>"))


def said(rows: Iterable[str]) -> bytes:
    return "".join(rows).encode()


def cells_of(columns: int, rows: int, *, shared: str = "") -> bytes:
    """An XLSX workbook of *rows* by *columns* numbers, or of one long text everywhere."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(XLSX)) as source, zipfile.ZipFile(out, "w") as made:
        for name in source.namelist():
            if name not in (SHEET, "xl/sharedStrings.xml"):
                made.writestr(name, source.read(name), zipfile.ZIP_DEFLATED)
        if shared:
            made.writestr("xl/sharedStrings.xml", strings(shared), zipfile.ZIP_DEFLATED)
        entry = zipfile.ZipInfo(SHEET)
        entry.compress_type = zipfile.ZIP_DEFLATED
        with made.open(entry, "w", force_zip64=True) as sheet:
            sheet.write(SHEET_HEAD)
            for row in range(1, rows + 1):
                sheet.write(row_of(row, columns, bool(shared)))
            sheet.write(b"</sheetData></worksheet>")
    return out.getvalue()


SHEET_HEAD = (
    b'<?xml version="1.0"?><worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006'
    b'/main"><sheetData>'
)


def strings(text: str) -> bytes:
    """A list of one shared text."""
    space = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    return f'<sst xmlns="{space}"><si><t>{text}</t></si></sst>'.encode()


def row_of(row: int, columns: int, is_shared: bool) -> bytes:
    """A row of cells; numbers differ, so that they cannot be packed too tightly."""
    if is_shared:
        return f'<row r="{row}">'.encode() + b'<c t="s"><v>0</v></c>' * columns + b"</row>"
    seed = row * 7919
    cells = (f"<c><v>{(seed + n * 104729) % 999983}</v></c>" for n in range(columns))
    return f'<row r="{row}">{"".join(cells)}</row>'.encode()


def lying(data: bytes, name: bytes, size: int) -> bytes:
    """The archive whose directory says that part *name* unpacks to *size*."""
    found = bytearray(data)
    place = found.rfind(b"PK\x01\x02", 0, found.rfind(name))
    struct.pack_into("<I", found, place + 24, size)
    return bytes(found)


def locked(data: bytes) -> bytes:
    """The archive, marked as encrypted by a zip program."""
    found = bytearray(data)
    place = found.find(b"PK\x01\x02")
    while place >= 0:
        found[place + 8] |= 1
        place = found.find(b"PK\x01\x02", place + 4)
    return bytes(found)


def compound(*names: str) -> bytes:
    """A compound file with such empty streams: header, table of sectors, directory."""
    header = bytearray(OLE.ljust(512, b"\0"))
    struct.pack_into("<HHHHH", header, 24, 0x3E, 3, 0xFFFE, 9, 6)
    struct.pack_into("<II", header, 44, 1, 1)  # one sector of the table; the directory's first
    struct.pack_into("<IIIII", header, 56, 4096, END, 0, END, 0)
    struct.pack_into("<I", header, 76, 0)
    header[80:] = b"\xff" * 432
    entries = b"".join(map(entry, ("Root Entry", *names)))
    count = -(-len(entries) // 512)
    table = [0xFFFFFFFD, *range(2, count + 1), END]
    sectors = struct.pack(f"<{len(table)}I", *table).ljust(512, b"\xff")
    return bytes(header) + sectors + entries.ljust(512 * count, b"\0")


#: The end of a chain of sectors.
END = 0xFFFFFFFE


def entry(name: str) -> bytes:
    """An entry of the directory."""
    text = name.encode("utf-16-le")
    return text.ljust(64, b"\0") + struct.pack("<HB", len(text) + 2, 2).ljust(64, b"\0")


def with_password(data: bytes) -> bytes:
    """The XLS workbook with the record that says it is encrypted, in place of its second."""
    start = data.index(bytes([0x09, 0x08, 0x10, 0x00]))  # the first record, BOF
    second = start + 4 + 16
    return data[:second] + b"\x2f\x00" + data[second + 2 :]
