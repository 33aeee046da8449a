"""The parts of an OpenDocument spreadsheet that are no rows: styles, widths, frozen headers."""

from __future__ import annotations

import html
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from tms.exchange.book import Head, SheetRows

#: Name of the document's property that carries the number of the export.
PROPERTY: Final = "tms-export"
_XML: Final = '<?xml version="1.0" encoding="UTF-8"?>\n'
_OASIS: Final = "urn:oasis:names:tc:opendocument:xmlns:"
_NAMES: Final = (
    "".join(
        f' xmlns:{prefix}="{_OASIS}{name}:1.0"'
        for prefix, name in {
            "office": "office",
            "style": "style",
            "text": "text",
            "table": "table",
            "number": "datastyle",
            "fo": "xsl-fo-compatible",
            "meta": "meta",
            "config": "config",
        }.items()
    )
    + ' office:version="1.3"'
)

MANIFEST: Final = (
    f'{_XML}<manifest:manifest xmlns:manifest="{_OASIS}manifest:1.0" manifest:version="1.3">'
    '<manifest:file-entry manifest:full-path="/" manifest:media-type="{media}"/>'
    + "".join(
        f'<manifest:file-entry manifest:full-path="{part}" manifest:media-type="text/xml"/>'
        for part in ("content.xml", "styles.xml", "meta.xml", "settings.xml")
    )
    + "</manifest:manifest>"
)

#: Data styles, and the looks of cells that use them.
_LOOKS: Final = """
<number:text-style style:name="as-text"><number:text-content/></number:text-style>
<number:date-style style:name="as-date"><number:year number:style="long"/>
<number:text>-</number:text><number:month number:style="long"/>
<number:text>-</number:text><number:day number:style="long"/></number:date-style>
<number:number-style style:name="as-number0"><number:number number:decimal-places="0"
 number:min-integer-digits="1"/></number:number-style>
<number:number-style style:name="as-number2"><number:number number:decimal-places="2"
 number:min-decimal-places="2" number:min-integer-digits="1"/></number:number-style>
<style:style style:name="text" style:family="table-cell" style:data-style-name="as-text"/>
<style:style style:name="date" style:family="table-cell" style:data-style-name="as-date"/>
<style:style style:name="number0" style:family="table-cell" style:data-style-name="as-number0"/>
<style:style style:name="number2" style:family="table-cell" style:data-style-name="as-number2"/>
<style:style style:name="header" style:family="table-cell" style:data-style-name="as-text">
<style:table-cell-properties fo:background-color="#e6edf5" fo:border-bottom="0.5pt solid #9db2c9"
 fo:wrap-option="wrap" style:vertical-align="middle"/>
<style:text-properties fo:font-weight="bold" style:font-weight-asian="bold"/></style:style>
<style:style style:name="wrapped" style:family="table-cell" style:data-style-name="as-text">
<style:table-cell-properties fo:wrap-option="wrap" style:vertical-align="top"/></style:style>
""".replace("\n", "")
#: Millimetres of one Latin letter.
_LETTER: Final = 2.1


@dataclass
class Page:
    """A sheet as it was written: its rows are known at its end."""

    name: str
    columns: int
    rows: int = 0


def styles(foot: str) -> str:
    """The page that is printed, with the watermark at its foot."""
    said = html.escape(foot, quote=False)
    return (
        f"{_XML}<office:document-styles{_NAMES}><office:automatic-styles>"
        '<style:page-layout style:name="page"><style:page-layout-properties'
        ' style:print-orientation="landscape"/></style:page-layout></office:automatic-styles>'
        '<office:master-styles><style:master-page style:name="Default"'
        f' style:page-layout-name="page"><style:header><text:p/></style:header><style:footer>'
        f"<text:p>{said}　<text:page-number>1</text:page-number></text:p></style:footer>"
        "</style:master-page></office:master-styles></office:document-styles>"
    )


def meta(number: str) -> str:
    """The number of the export, out of sight."""
    said = ""
    if number:
        said = (
            f'<meta:user-defined meta:name="{PROPERTY}" meta:value-type="string">'
            f"{html.escape(number)}</meta:user-defined>"
        )
    return (
        f"{_XML}<office:document-meta{_NAMES}><office:meta>{said}</office:meta>"
        "</office:document-meta>"
    )


def settings(names: Iterable[str]) -> str:
    """The header of each sheet stays in sight."""
    frozen = "".join(
        f'<config:config-item-map-entry config:name="{html.escape(name)}">'
        f"{_item('VerticalSplitMode', 'short', 2)}{_item('VerticalSplitPosition', 'int', 1)}"
        f"{_item('ActiveSplitRange', 'short', 2)}{_item('PositionBottom', 'int', 1)}"
        "</config:config-item-map-entry>"
        for name in names
    )
    return (
        f"{_XML}<office:document-settings{_NAMES}><office:settings>"
        '<config:config-item-set config:name="ooo:view-settings">'
        '<config:config-item-map-indexed config:name="Views"><config:config-item-map-entry>'
        f'{_item("ViewId", "string", "view1")}<config:config-item-map-named config:name="Tables">'
        f"{frozen}</config:config-item-map-named></config:config-item-map-entry>"
        "</config:config-item-map-indexed></config:config-item-set></office:settings>"
        "</office:document-settings>"
    )


def _item(name: str, kind: str, value: object) -> str:
    about = f'config:name="{name}" config:type="{kind}"'
    return f"<config:config-item {about}>{value}</config:config-item>"


def content_head(sheets: Sequence[SheetRows]) -> str:
    """What stands before the first sheet: the looks of cells, and the widths of columns."""
    widths = "".join(
        f'<style:style style:name="w{place}-{column}" style:family="table-column">'
        f'<style:table-column-properties style:column-width="{head.shown_width * _LETTER:.0f}mm"/>'
        "</style:style>"
        for place, sheet in enumerate(sheets)
        for column, head in enumerate(sheet.heads)
    )
    about = "".join(
        f'<style:style style:name="about{column}" style:family="table-column">'
        f'<style:table-column-properties style:column-width="{width}mm"/></style:style>'
        for column, width in enumerate((40, 190))
    )
    return (
        f"{_XML}<office:document-content{_NAMES}><office:automatic-styles>{_LOOKS}{widths}{about}"
        "</office:automatic-styles><office:body><office:spreadsheet>\n"
    )


def table_head(name: str, heads: Sequence[Head], place: int) -> str:
    """The beginning of a sheet; cells still empty take their column's look."""
    columns = "".join(
        f'<table:table-column table:style-name="w{place}-{column}"'
        f' table:default-cell-style-name="{look_of(head)}"'
        + (' table:visibility="collapse"/>' if head.is_hidden else "/>")
        for column, head in enumerate(heads)
    )
    return f'<table:table table:name="{html.escape(name)}">{columns}'


def look_of(head: Head) -> str:
    """The style of the column's cells."""
    return f"number{head.places}" if head.type == "number" else str(head.type)


def stamp_head(title: str) -> str:
    """The beginning of the sheet with the watermark."""
    return (
        f'<table:table table:name="{html.escape(title)}">'
        '<table:table-column table:style-name="about0"/>'
        '<table:table-column table:style-name="about1"/>'
    )


def content_end(pages: Sequence[Page]) -> str:
    """What stands behind the last sheet: the filters above the columns."""
    ranges = "".join(
        f'<table:database-range table:name="filter{n}" table:display-filter-buttons="true"'
        f' table:target-range-address="{_range(page)}"/>'
        for n, page in enumerate(pages)
        if page.columns
    )
    return (
        f"<table:database-ranges>{ranges}</table:database-ranges></office:spreadsheet>"
        "</office:body></office:document-content>"
    )


def _range(page: Page) -> str:
    quoted = html.escape("'" + page.name.replace("'", "''") + "'")
    last = f"{_letters(page.columns)}{page.rows + 1}"
    return f"{quoted}.A1:{quoted}.{last}"


def _letters(column: int) -> str:
    name = ""
    while column:
        column, rest = divmod(column - 1, 26)
        name = chr(65 + rest) + name
    return name
