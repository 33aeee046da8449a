"""OpenDocument spreadsheets, streamed: an archive with a few small parts and `content.xml`.

Source: OASIS OpenDocument 1.3 part 3. tablib's own writer keeps every cell as an object; here a row
is forgotten once it is written.
"""

from __future__ import annotations

import html
import io
import re
import zipfile
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import BinaryIO, Final, TextIO

from tms.exchange import ods_parts as parts
from tms.exchange.book import (
    SHEET_ROWS,
    Book,
    CellType,
    Counted,
    Head,
    Line,
    SheetRows,
    Stamp,
    day_number,
    number,
    sheet_name,
)

MEDIA_TYPE: Final = "application/vnd.oasis.opendocument.spreadsheet"
#: What XML needs written otherwise, cannot hold at all, or would fold into one blank.
_SPECIAL = re.compile("[&<>\x00-\x1f\x7f\ufffe\uffff\ud800-\udfff]|  |^ | $")
_IMPOSSIBLE = re.compile("[\x00-\x08\x0b-\x1f\ufffe\uffff\ud800-\udfff]")
_BLANKS = re.compile("  +|^ | $")
_EMPTY: Final = "<table:table-cell/>"

Cell = Callable[[str], str]


class OdsWriter:
    """Sheets with a frozen header, filters and widths, written as they come."""

    def __init__(self, out: BinaryIO, book: Book, _folder: Path | None = None) -> None:
        self.stamp = book.stamp
        self.archive = zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=1)
        foot, number = (self.stamp.foot, self.stamp.number) if self.stamp else ("", "")
        self.archive.writestr(zipfile.ZipInfo("mimetype"), MEDIA_TYPE, zipfile.ZIP_STORED)
        self._part("META-INF/manifest.xml", parts.MANIFEST.format(media=MEDIA_TYPE))
        self._part("styles.xml", parts.styles(foot))
        self._part("meta.xml", parts.meta(number))
        content = self.archive.open("content.xml", "w", force_zip64=True)
        self.text = io.TextIOWrapper(content, encoding="utf-8", newline="\n")
        self.text.write(parts.content_head(book.sheets))
        self.pages: list[parts.Page] = []
        self.place = -1

    def _part(self, name: str, content: str) -> None:
        self.archive.writestr(name, content)

    def begin(self, sheet: SheetRows) -> None:
        """The sheet whose rows come next."""
        self._finish()
        self.sheet, self.place, self.part = sheet, self.place + 1, 0
        self.cells = [_cell(head) for head in sheet.heads]
        self._begin_page()

    def write(self, rows: Iterable[Line]) -> int:
        """Write *rows*; says how many."""
        counted = Counted(rows)
        for row in counted:
            if self.pages[-1].rows == SHEET_ROWS:
                self._finish()
                self.part += 1
                self._begin_page()
            self.text.write(_row(self.cells, row))
            self.pages[-1].rows += 1
        return counted.count

    def _begin_page(self) -> None:
        heads = self.sheet.heads
        page = parts.Page(sheet_name(self.sheet.name, self.part), len(heads))
        self.pages.append(page)
        header = "".join(_text(head.label, "header") for head in heads)
        self.text.write(parts.table_head(page.name, heads, self.place))
        self.text.write(f"<table:table-header-rows><table:table-row>{header}</table:table-row>")
        self.text.write("</table:table-header-rows>\n")

    def _finish(self) -> None:
        if self.pages:
            self.text.write("</table:table>")

    def close(self) -> None:
        """The watermark, and the end of the archive; the stream stays open."""
        self._finish()
        if self.stamp:
            _stamp(self.text, self.stamp)
        self.text.write(parts.content_end(self.pages))
        self.text.close()
        self._part("settings.xml", parts.settings([page.name for page in self.pages]))
        self.archive.close()


def _row(cells: list[Cell], row: Line) -> str:
    filled = "".join(
        [cell(value) if value else _EMPTY for cell, value in zip(cells, row, strict=True)]
    )
    return f"<table:table-row>{filled}</table:table-row>\n"


def _cell(head: Head) -> Cell:
    if head.type is CellType.DATE:
        return _date
    return _numeric(head.places) if head.type is CellType.NUMBER else _text


def _date(value: str) -> str:
    if day_number(value) is None:
        return _text(value)
    return (
        f'<table:table-cell table:style-name="date" office:value-type="date"'
        f' office:date-value="{value}"><text:p>{value}</text:p></table:table-cell>'
    )


def _numeric(places: int) -> Cell:
    style = f"number{places}"

    def cell(value: str) -> str:
        if number(value) is None:
            return _text(value)
        return (
            f'<table:table-cell table:style-name="{style}" office:value-type="float"'
            f' office:value="{value}"><text:p>{value}</text:p></table:table-cell>'
        )

    return cell


def _text(value: str, style: str = "text") -> str:
    said = f"<text:p>{value}</text:p>" if not _SPECIAL.search(value) else _paragraphs(value)
    return (
        f'<table:table-cell table:style-name="{style}" office:value-type="string">'
        f"{said}</table:table-cell>"
    )


def _paragraphs(value: str) -> str:
    """A paragraph a line; several blanks, which would be folded into one, by their own element.

    A tab stays a tab: calamine passes over the element for it, and the way back must change
    nothing.
    """
    lines = _IMPOSSIBLE.sub("", value.replace("\r\n", "\n").replace("\r", "\n")).split("\n")
    return "".join(f"<text:p>{_line(line)}</text:p>" for line in lines)


def _line(line: str) -> str:
    escaped = html.escape(line, quote=False)
    return _BLANKS.sub(lambda found: f'<text:s text:c="{len(found[0])}"/>', escaped)


def _stamp(text: TextIO, stamp: Stamp) -> None:
    text.write(parts.stamp_head(stamp.title))
    for about, said in stamp.lines:
        cells = _text(about, "header") + _text(said, "wrapped")
        text.write(f"<table:table-row>{cells}</table:table-row>\n")
    text.write("</table:table>")
