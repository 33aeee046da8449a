"""Files made to do harm are refused with a reason, or taken as what they say; after each of them
the next good file is read (SECURITY.md S24, F11)."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.exchange import hostile
from tests.exchange.hostile import ODS, XLS, XLSX, compound, with_content, with_part, with_rows
from tests.exchange.sheets import MAIN, book_of, csv_of
from tests.exchange.test_imports import WORK, number_of, take, works
from tests.support.cast import Cast
from tms.exchange import imports
from tms.exchange.imports import import_file
from tms.exchange.limits import MAX_CELLS, MAX_COLUMNS, MAX_FILE
from tms.exchange.parse import parse
from tms.exchange.stages import FileRefused


@pytest.fixture(autouse=True)
def _the_next_file_is_read() -> Iterator[None]:
    yield
    (sheet,) = parse(XLSX, "a.xlsx")
    assert sheet.rows[0].cells == ["张三", "男"]


def refused(data: bytes, words: str, name: str = "a.xlsx") -> None:
    with pytest.raises(FileRefused, match=words):
        parse(data, name)


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"%PDF-1.7 ...", "PDF 文件，不是表格"),
        (b"\x89PNG\r\n\x1a\n...", "PNG 图片"),
        (b"\xff\xd8\xff\xe0...", "JPEG 图片"),
        (b"MZ\x90\x00\x03...", "Windows 程序"),
        (b"Rar!\x1a\x07...", "RAR 压缩包，请先解压"),
        (b"<html><table><tr><td>1</td></tr></table></html>", "网页文件，请用表格软件打开"),
        (b"\xef\xbb\xbf \n<!DOCTYPE HTML><body>", "网页文件"),
        ("<html xmlns:x='urn'><table>".encode("utf-16"), "网页文件"),
        (b'<?xml version="1.0"?><?mso-application progid="Excel.Sheet"?><Workbook/>', "XML 文件"),
        (compound("WordDocument"), "Word 文档"),
        (compound("Something"), "其他软件的文档"),
    ],
)
@pytest.mark.parametrize("name", ["a.xls", "a.csv"])
def test_what_is_no_spreadsheet_is_called_by_its_name(data: bytes, words: str, name: str) -> None:
    refused(data, words, name)


@pytest.mark.parametrize(
    ("part", "words"),
    [
        ("word/document.xml", "Word 文档"),
        ("ppt/presentation.xml", "PowerPoint"),
        ("xl/workbook.bin", "xlsb.*另存为"),
        ("名单.xlsx", "压缩包，请先解压"),
    ],
)
def test_other_archives_are_called_by_their_name(part: str, words: str) -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr(part, "x")

    refused(out.getvalue(), words)


@pytest.mark.parametrize("kind", ["xlsx", "xls", "ods"])
def test_the_content_decides_and_not_the_name(kind: str) -> None:
    for name in ("a.csv", "a.xls", "a.exe", ""):
        assert parse(hostile.GOOD[kind], name)


@pytest.mark.parametrize(
    "data",
    [
        compound("EncryptionInfo", "EncryptedPackage"),
        hostile.with_password(XLS),
        hostile.locked(XLSX),
        hostile.locked(ODS),
        with_part("META-INF/manifest.xml", b"<m><manifest:encryption-data/></m>", ODS),
    ],
    ids=["xlsx of Office", "xls", "zip", "zip of ods", "ods"],
)
def test_passwords_are_called_by_their_name(data: bytes) -> None:
    refused(data, "密码")


@pytest.mark.parametrize(
    "data",
    [
        with_part("xl/vbaProject.bin", b"x"),
        with_part("[Content_Types].xml", b"<a ContentType='x.sheet.macroEnabled.main+xml'/>"),
        with_part("Basic/Standard/Module1.xml", b"<a/>", ODS),
        compound("Workbook", "_VBA_PROJECT_CUR"),
    ],
    ids=["xlsm", "xlsm by type", "ods", "xls"],
)
def test_macros_are_called_by_their_name(data: bytes) -> None:
    refused(data, "宏")


@pytest.mark.parametrize("book", [XLSX, ODS], ids=["xlsx", "ods"])
def test_bombs_are_refused(book: bytes) -> None:
    bomb = with_part("xl/media/a.xml", b"0" * (50 << 20), book)

    refused(bomb, "过大")
    refused(hostile.lying(bomb, b"xl/media/a.xml", 100), "过大|损坏")


def test_an_archive_in_the_archive_is_never_opened() -> None:
    inner = with_part("a", b"0" * (20 << 20))

    assert parse(with_part("xl/media/a.zip", inner), "a.xlsx")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_a_dtd_in_an_ods_is_refused(encoding: str) -> None:
    text = "<?xml version='1.0'?><!-- x --><!DOCTYPE a [<!ENTITY b 'c'>]><a/>"

    refused(with_part("content.xml", text.encode(encoding), ODS), "DTD|损坏")


CELL = '<table:table-cell office:value-type="float" office:value="1"'


@pytest.mark.parametrize(
    ("row", "words"),
    [
        (
            f'<table:table-row>{CELL} table:number-columns-repeated="100000"/></table:table-row>',
            "列",
        ),
        (
            f'<table:table-row table:number-rows-repeated="1000000000">{CELL}/></table:table-row>',
            "行",
        ),
        (
            f'<table:table-row table:number-rows-repeated="200000">{CELL} '
            'table:number-columns-repeated="299"/></table:table-row>',
            "单元格|200000行",
        ),
        ('<table:table-row table:number-rows-repeated="-1"/>', "损坏"),
        ('<table:table-row table:number-rows-repeated="9999999999999"/>', "损坏"),
    ],
)
def test_an_ods_that_repeats_too_much_is_refused(row: str, words: str) -> None:
    refused(with_rows(row), words)


def test_an_ods_may_repeat_what_is_empty() -> None:
    empty = '<table:table-cell table:number-columns-repeated="16384"/>'

    (sheet,) = parse(
        with_rows(
            f'<table:table-row table:number-rows-repeated="1048545">{empty}</table:table-row>'
        ),
        "a.ods",
    )

    assert len(sheet.rows) == 30


@pytest.mark.parametrize("name", ["EQXD2", "XFD2", "A1048576"])
def test_far_cells_are_refused(name: str) -> None:
    refused(hostile.with_sheet(lambda xml: xml.replace(b'r="B2"', f'r="{name}"'.encode())), "300列")


def test_a_hundred_thousand_columns_are_refused() -> None:
    wide = csv_of([f"c{n}" for n in range(100_000)], ["1"] * 100_000)

    refused(wide, f"{MAX_COLUMNS}列", "a.csv")
    refused(hostile.cells_of(100_000, 1), f"{MAX_COLUMNS}列")


def test_more_cells_than_a_file_may_have_are_refused() -> None:
    rows = MAX_CELLS // MAX_COLUMNS + 1
    header = ",".join(f"c{n}" for n in range(MAX_COLUMNS))

    refused(header.encode() + b"\n1" * rows, "2400000个单元格", "a.csv")


def test_more_sheets_than_a_file_may_have_are_refused() -> None:
    sheets = "".join(
        f'<table:table table:name="s{n}"><table:table-row>{CELL}/></table:table-row></table:table>'
        for n in range(3000)
    ).encode()

    refused(book_of({f"s{n}": [("a", "b"), (1, 2)] for n in range(101)}), "超过100张")
    refused(
        with_content(lambda xml: xml.replace(b"</table:table>", b"</table:table>" + sheets)),
        "超过100张",
    )


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030", "utf-16"])
def test_null_characters_are_refused(encoding: str) -> None:
    refused("姓名,性别\n张三,\0\n".encode(encoding), "空字符", "a.csv")


@pytest.mark.parametrize("kind", ["xlsx", "xls", "ods"])
def test_a_truncated_workbook_is_refused(kind: str) -> None:
    data = hostile.GOOD[kind]
    for part in (0.02, 0.3, 0.6, 0.9, 0.999):
        refused(data[: int(len(data) * part)], "损坏")


def test_a_csv_cut_within_quotes_is_refused() -> None:
    refused('姓名,备注\n张三,"一\n二'.encode(), "引号", "a.csv")


@pytest.mark.parametrize("data", [b"<worksheet><sheetData><row", b"", b"\xff\xfe\x00", b"<a></b>"])
def test_broken_xml_is_refused_or_empty(data: bytes) -> None:
    refused(with_part(hostile.SHEET, data), "损坏|空的")
    refused(with_part("content.xml", data, ODS), "损坏|空的")


def test_what_looks_like_a_program_is_text() -> None:
    cells = ["=1+1", "<script>alert(1)</script>", "@SUM(A1)", "=cmd|'/c calc'!A1"]
    book = book_of({"<script>x": [("=HYPERLINK(1)", "姓名", "c", "d"), cells]})

    (sheet,) = parse(book, "a.xlsx")
    (same,) = parse(csv_of(sheet.header, cells), "a.csv")

    assert sheet.name == "<script>x"
    assert sheet.header[0] == same.header[0] == "=HYPERLINK(1)"
    assert sheet.rows[0].cells == same.rows[0].cells == cells


def test_a_large_file_is_refused_before_it_is_read(
    cast: Cast, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "a.xlsx"
    with path.open("wb") as file:
        file.truncate(300 << 20)

    actor = cast.act_as("county_info")
    monkeypatch.setattr(imports, "_read", None)

    with pytest.raises(FileRefused, match=f"{MAX_FILE >> 20} MB"):
        import_file(cast.session, actor, path, "a.xlsx")


def test_a_row_longer_than_the_header_waits_and_the_others_are_taken(cast: Cast) -> None:
    number = number_of(cast, cast.make_file())
    rows = [(number, f"{n}小", "2001-09", "", "教师") for n in range(3)]
    rows[1] += ("多", "余")  # type: ignore[assignment]

    result = take(cast, "school_info", WORK, *rows, keep="row", incomplete="draft")

    assert (result.new, [(p.row, p.rule) for p in result.problems]) == (2, [(3, "column")])
    assert {row[0] for row in works(cast)} == {"0小", "2小"}


@given(data=st.data())
@settings(max_examples=25)
def test_damaged_workbooks_are_refused_or_read(data: st.DataObject) -> None:
    kind = data.draw(st.sampled_from(["xlsx", "xls", "ods"]))
    damaged = bytearray(hostile.GOOD[kind])
    for _ in range(data.draw(st.integers(1, 4))):
        place = data.draw(st.integers(0, len(damaged) - 1))
        damaged[place] = data.draw(st.integers(0, 255))

    with suppress(FileRefused):
        assert parse(bytes(damaged), "a")


@given(data=st.data())
@settings(max_examples=25)
def test_damaged_parts_are_refused_or_read(data: st.DataObject) -> None:
    """The archive is whole; what it holds is not."""
    book, name = data.draw(st.sampled_from([(XLSX, hostile.SHEET), (ODS, "content.xml")]))
    with zipfile.ZipFile(io.BytesIO(book)) as archive:
        part = archive.read(name)
    place = data.draw(st.integers(0, len(part)))
    inserted = data.draw(
        st.binary(max_size=8) | st.sampled_from([b'r="ZZ9"', b"<row>", MAIN.encode()])
    )

    with suppress(FileRefused):
        assert parse(with_part(name, part[:place] + inserted + part[place:], book), "a")


@given(st.binary(max_size=60), st.integers(0, 2000))
def test_damaged_csv_is_refused_or_read(inserted: bytes, place: int) -> None:
    with suppress(FileRefused):
        assert parse(hostile.CSV[:place] + inserted + hostile.CSV[place:], "a.csv")
