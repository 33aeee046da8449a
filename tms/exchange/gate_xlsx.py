"""What the gate looks for in the parts of an XLSX workbook."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator, Sequence
from html import unescape
from typing import Final

from tms.exchange.limits import MACROS, MAX_COLUMNS, MAX_ROWS, refuse_extent
from tms.exchange.notes import NOTHING, Notes
from tms.exchange.stages import FileRefused

CONTENT_TYPES: Final = "[Content_Types].xml"
WORKBOOK: Final = "xl/workbook.xml"
LINKS: Final = "xl/_rels/workbook.xml.rels"
SHEETS: Final = "xl/worksheets/"
#: A list of sheets that is longer is no honest one; its names are then left unknown.
_READABLE: Final = 1 << 20

_MACRO = re.compile(rb"macroEnabled|vbaProject")
#: Only references that may be too far: three letters, or six digits and more.
_FAR = re.compile(rb"""r\s*+=\s*+["']([A-Za-z]{3,}[0-9]+|[A-Za-z]*[0-9]{6,})["']""")
#: Before the name of an attribute; asked last, because blanks may fill a whole file.
_BEFORE: Final = b" \t\r\n\"':"
#: A start tag before such a reference is not longer than this, unless somebody hides something.
_TAG: Final = 400
#: None of these gives back what it took, so hostile text costs no more than its length.
_ROW = re.compile(rb"<row\s([^<>]*+)>")
_UNSEEN = re.compile(rb"""\bhidden=["'](?:1|true)["']""")
#: A cell with an error; a cell with a formula and nothing after it. A formula whose result is an
#: empty text says so by its type.
_ERROR = re.compile(rb"<c\s([^<>]*+)>(?:<f[^<>]*+>(?:[^<]*+</f>)?+)?+<v>(#[^<]*+)<")
_UNVALUED = re.compile(rb"<c\s([^<>]*+)><f[^<>]*+>(?:[^<]*+</f>)?+(?:<v>\s*+</v>|<v\s*+/>)?+</c>")
_IS_ERROR = re.compile(rb"""\bt=["']e["']""")
_PLACE = re.compile(rb"""\br=["']([A-Z]{1,3})([0-9]{1,7})["']""")
_TEXT = re.compile(rb"""\bt=["'](?:str|e)["']""")
_1904 = re.compile(rb"""\bdate1904\s*=\s*["'](?:1|true)["']""")
_SHEET = re.compile(r"<(?:\w+:)?sheet\s([^<>]*)>")
_LINK = re.compile(r"<(?:\w+:)?Relationship\s([^<>]*)>")
_ATTRIBUTE = re.compile(r"""(?<![\w:])([\w:]++)\s*+=\s*+(?:"([^"]*)"|'([^']*)')""")


class XlsxSearch:
    """Searches the parts as they are unpacked."""

    def __init__(self) -> None:
        self.parts: dict[str, Notes] = {}
        self.is_1904 = False

    def names(self, names: Sequence[str]) -> None:
        """:raises FileRefused: a part holds macros."""
        if any("vbaproject" in name.lower() for name in names):
            raise FileRefused(MACROS)

    def feed(self, piece: bytes, name: str, tail: int) -> None:
        """Search *piece* of part *name*; its first *tail* bytes were searched before.

        :raises FileRefused: macros, or a cell beyond the limits.
        """
        plain = piece.replace(b"\0", b"") if b"\0" in piece else piece
        if name == CONTENT_TYPES and _MACRO.search(plain):
            raise FileRefused(MACROS)
        for found in _FAR.finditer(plain):
            if plain[found.start() - 1] in _BEFORE and _is_filled(plain, found):
                _near(found[1])
        if name == WORKBOOK:
            self.is_1904 = self.is_1904 or bool(_1904.search(plain))
        if not name.startswith(SHEETS):
            return
        notes = self.parts.setdefault(name, Notes())
        if b"hidden=" in plain:
            notes.hidden_rows += sum(
                found.end() > tail
                and not found[1].endswith(b"/")
                and bool(_UNSEEN.search(found[1]))
                for found in _ROW.finditer(plain)
            )
        if b"<f" in plain or b'"e"' in plain or b"'e'" in plain:
            _formulas(plain, notes)

    def end(self, name: str) -> None:
        """Nothing is left to be said at the end of a part."""

    def notes(self, archive: zipfile.ZipFile) -> dict[str, Notes]:
        """What was counted, by name of the sheet."""
        for notes in self.parts.values():
            notes.is_1904 = self.is_1904
        return {sheet: self.parts.get(part, Notes()) for sheet, part in _sheets(archive)}


def _formulas(piece: bytes, notes: Notes) -> None:
    """Note the cells whose formula has no result; one seen twice is the same."""
    for found in _ERROR.finditer(piece):
        if _IS_ERROR.search(found[1]):
            _fail(notes, found[1], found[2][:10].decode("ascii", "replace"))
    for found in _UNVALUED.finditer(piece):
        if not _TEXT.search(found[1]):
            _fail(notes, found[1], NOTHING)


def _fail(notes: Notes, tag: bytes, shown: str) -> None:
    if place := _PLACE.search(tag):
        notes.fail(int(place[2]), _column(place[1]), shown)


def _is_filled(piece: bytes, found: re.Match[bytes]) -> bool:
    """Whether a cell with content bears the reference: rows and formats alone do no harm."""
    start = piece.rfind(b"<", max(0, found.start() - _TAG), found.start() + 1)
    if start < 0:
        return True
    if re.match(rb"<(?:\w+:)?row\s", piece[start : found.end()]):
        return False
    end = piece.find(b">", found.end(), found.end() + _TAG)
    return not (end >= 0 and (piece[end - 1] == ord("/") or piece[end + 1 : end + 3] == b"</"))


def _near(reference: bytes) -> None:
    letters = reference.rstrip(b"0123456789")
    row = int(reference[len(letters) :])
    if _column(letters) > MAX_COLUMNS or row > MAX_ROWS + 1:
        refuse_extent()


def _column(letters: bytes) -> int:
    column = 0
    for letter in letters.upper():
        column = column * 26 + letter - 64
    return column


def _sheets(archive: zipfile.ZipFile) -> Iterator[tuple[str, str]]:
    """Name and part of each sheet, as the workbook links them."""
    links = {link.get("Id", ""): link.get("Target", "") for link in _tags(archive, LINKS, _LINK)}
    for sheet in _tags(archive, WORKBOOK, _SHEET):
        target = links.get(next((v for k, v in sheet.items() if k.endswith(":id")), ""), "")
        yield sheet.get("name", ""), f"xl/{target.removeprefix('/xl/')}"


def _tags(
    archive: zipfile.ZipFile, name: str, pattern: re.Pattern[str]
) -> Iterator[dict[str, str]]:
    if name not in archive.namelist() or archive.getinfo(name).file_size > _READABLE:
        return
    text = archive.read(name).decode("utf-8", "replace")
    for tag in pattern.finditer(text):
        yield {key: unescape(a or b) for key, a, b in _ATTRIBUTE.findall(tag[1])}
