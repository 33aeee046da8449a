"""OpenDocument spreadsheets, streamed: an archive with a few small parts and `content.xml`.

Source: OASIS OpenDocument 1.3 part 3. tablib's own writer keeps every cell as an object; here a row
is forgotten once it is written.
"""

from __future__ import annotations

import html
import io
import re
import zipfile
from collections.abc import Callable
from typing import BinaryIO, Final, TextIO

from tms.exchange import ods_parts as parts
from tms.exchange.book import (
    SHEET_ROWS,
    Book,
    CellType,
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


def write_ods(out: BinaryIO, book: Book) -> int:
    """Stream *book* to *out*; counts the rows."""
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        archive.writestr(zipfile.ZipInfo("mimetype"), MEDIA_TYPE, zipfile.ZIP_STORED)
        archive.writestr("META-INF/manifest.xml", parts.MANIFEST.format(media=MEDIA_TYPE))
        archive.writestr("styles.xml", parts.styles(book.stamp.foot if book.stamp else ""))
        archive.writestr("meta.xml", parts.meta(book.stamp.number if book.stamp else ""))
        with archive.open("content.xml", "w", force_zip64=True) as part:
            text = io.TextIOWrapper(part, encoding="utf-8", newline="\n")
            count, names = _content(text, book)
            text.flush()
            text.detach()
        archive.writestr("settings.xml", parts.settings(names))
    return count


def _content(text: TextIO, book: Book) -> tuple[int, list[str]]:
    """The rows written, and the names of the sheets that have a header."""
    text.write(parts.content_head(book.sheets))
    pages: list[parts.Page] = []
    count = 0
    for place, sheet in enumerate(book.sheets):
        made = _sheet(text, sheet, place)
        pages += made
        count += sum(page.rows for page in made)
    if book.stamp:
        _stamp(text, book.stamp)
    text.write(parts.content_end(pages))
    return count, [page.name for page in pages]


def _sheet(text: TextIO, sheet: SheetRows, place: int) -> list[parts.Page]:
    """Write the sheet, in as many parts as it needs."""
    cells = [_cell(head) for head in sheet.heads]
    pages: list[parts.Page] = []
    rows = SHEET_ROWS
    for row in sheet.rows:
        if rows == SHEET_ROWS:
            _begin(text, sheet, place, pages)
            rows = 0
        text.write(_row(cells, row))
        rows += 1
        pages[-1].rows = rows
    if not pages:
        _begin(text, sheet, place, pages)
    text.write("</table:table>")
    return pages


def _begin(text: TextIO, sheet: SheetRows, place: int, pages: list[parts.Page]) -> None:
    if pages:
        text.write("</table:table>")
    page = parts.Page(sheet_name(sheet.name, len(pages)), len(sheet.heads))
    pages.append(page)
    header = "".join(_text(head.label, "header") for head in sheet.heads)
    text.write(parts.table_head(page.name, sheet.heads, place))
    text.write(f"<table:table-header-rows><table:table-row>{header}</table:table-row>")
    text.write("</table:table-header-rows>\n")


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
