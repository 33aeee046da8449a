"""What stands in a written file: types, guards, hidden columns, the watermark."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from datetime import date
from typing import Any

import pytest
import tablib
from hypothesis import given
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook

from tms.exchange import formats  # noqa: F401  registers the formats
from tms.exchange.book import Book, CellType, Head, SheetRows, Stamp
from tms.exchange.guard import guard_cell
from tms.exchange.write import write_to

HEADS = [
    Head("姓名"),
    Head("证件号码", width=20),
    Head("出生日期", CellType.DATE),
    Head("金额", CellType.NUMBER, places=2),
    Head("年度", CellType.NUMBER),
    Head("记录编号", is_hidden=True),
]
ROWS = [
    ("=1+1", "11010519491231002X", "1980-01-02", "1234.50", "2001", "12"),
    (" a\nb  c\td ", "012345678901234567", "1880-01-02", "12345678901234567.00", None, ""),
    ("<&>'\"", "+x", "不详", "-5.00", "0", "7"),
]
STAMP = Stamp("E0123456789AB", "导出说明", [("导出编号", "E0123456789AB")], "某局 & 某人")
BINARY = ("xlsx", "ods")


def written(fmt: str, *sheets: SheetRows, stamp: Stamp | None = STAMP) -> bytes:
    out = io.BytesIO()
    write_to(out, fmt, Book(sheets, stamp))
    return out.getvalue()


def cells(data: bytes, name: str) -> list[list[Any]]:
    book = CalamineWorkbook.from_filelike(io.BytesIO(data))
    return list(book.get_sheet_by_name(name).to_python(skip_empty_area=False))


@pytest.mark.parametrize("fmt", BINARY)
def test_dates_and_numbers_are_real_and_text_stays_text(fmt: str) -> None:
    header, first, second, third = cells(written(fmt, SheetRows("甲", HEADS, ROWS)), "甲")

    assert header == [head.label for head in HEADS]
    assert first == ["=1+1", "11010519491231002X", date(1980, 1, 2), 1234.5, 2001, "12"]
    assert second[:4] == [*ROWS[1][:4]], "a day before the calendar and a long number stay text"
    assert third == ["<&>'\"", "+x", "不详", -5, 0, "7"]


@pytest.mark.parametrize("fmt", BINARY)
def test_an_empty_sheet_has_its_header(fmt: str) -> None:
    data = written(fmt, SheetRows("甲", HEADS, []), SheetRows("乙", HEADS[:1], ROWS[:0]))

    assert [cells(data, name) for name in ("甲", "乙")] == [
        [[head.label for head in HEADS]],
        [["姓名"]],
    ]


@pytest.mark.parametrize("fmt", BINARY)
def test_what_no_sheet_holds_goes_on_the_next(fmt: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(f"tms.exchange.write_{fmt}.SHEET_ROWS", 2)

    data = written(fmt, SheetRows("甲/乙", HEADS[:1], [(str(n),) for n in range(5)]))

    book = CalamineWorkbook.from_filelike(io.BytesIO(data))
    assert book.sheet_names == ["甲乙", "甲乙-2", "甲乙-3", "导出说明"]
    assert cells(data, "甲乙-3") == [["姓名"], ["4"]]


@pytest.mark.parametrize(
    ("fmt", "part", "says"),
    [
        ("xlsx", "xl/worksheets/sheet1.xml", '<autoFilter ref="A1:F4"'),
        ("xlsx", "xl/worksheets/sheet1.xml", 'state="frozen"'),
        ("xlsx", "xl/worksheets/sheet1.xml", "某局 &amp;&amp; 某人"),
        ("xlsx", "xl/worksheets/sheet1.xml", 'hidden="1"'),
        ("xlsx", "docProps/custom.xml", "E0123456789AB"),
        ("ods", "content.xml", "display-filter-buttons"),
        ("ods", "content.xml", 'visibility="collapse"'),
        ("ods", "settings.xml", "VerticalSplitMode"),
        ("ods", "styles.xml", "某局 &amp; 某人"),
        ("ods", "meta.xml", "E0123456789AB"),
    ],
)
def test_the_looks_and_the_watermark(fmt: str, part: str, says: str) -> None:
    with zipfile.ZipFile(io.BytesIO(written(fmt, SheetRows("甲", HEADS, ROWS)))) as archive:
        assert says in archive.read(part).decode()


def test_an_ods_begins_with_its_kind_unpacked() -> None:
    data = written("ods", SheetRows("甲", HEADS, ROWS))

    assert data[30:38] == b"mimetype"
    assert data[38:].startswith(b"application/vnd.oasis.opendocument.spreadsheet")


def test_what_xml_cannot_hold_is_left_out() -> None:
    data = written("ods", SheetRows("甲", HEADS[:1], [("a\x01\ud800b\x0bc",)]))

    assert cells(data, "甲")[1] == ["abc"]


@given(st.lists(st.tuples(*[st.none() | st.text("甲\"',;=\r\n\t1", max_size=6)] * 3), max_size=5))
def test_csv_is_what_the_standard_library_writes(rows: list[tuple[str | None, ...]]) -> None:
    out = io.StringIO(newline="")
    guarded = [[guard_cell(text or "") for text in row] for row in rows]
    csv.writer(out, quoting=csv.QUOTE_ALL).writerows([["姓名", "证件号码", "出生日期"], *guarded])

    data = written("csv", SheetRows("甲", HEADS[:3], rows), stamp=None)

    assert data.decode("utf-8-sig") == out.getvalue()


def test_json_tells_the_watermark_and_without_one_is_an_array() -> None:
    sheet = SheetRows("甲", HEADS[:1], [("=1+1",), (None,)])
    both, alone = io.BytesIO(), io.BytesIO()

    write_to(both, "json", Book([sheet], STAMP))
    write_to(alone, "json", Book([sheet]))

    assert json.loads(alone.getvalue()) == [{"姓名": "=1+1"}, {"姓名": None}]
    found = json.loads(both.getvalue())
    assert found["甲"] == json.loads(alone.getvalue())
    assert found["export"]["number"] == "E0123456789AB"


def test_a_writer_leaves_the_stream_open() -> None:
    out = io.BytesIO()

    count = write_to(out, "csv", Book([SheetRows("甲", HEADS[:1], [("=1+1",), ("0123",)])]))

    assert count == 2
    assert out.getvalue().decode("utf-8-sig") == '"姓名"\r\n"\'=1+1"\r\n"\t0123"\r\n'


@pytest.mark.parametrize("fmt", ["xlsx", "ods", "csv", "json"])
def test_tablib_writes_through_the_same_guards(fmt: str) -> None:
    data = tablib.Dataset(["=1+1", None, 3], headers=["a", "b", "c"]).export(fmt)

    if fmt in BINARY:
        assert cells(data, "Sheet1")[1] == ["=1+1", "", "3"]
    elif fmt == "csv":
        assert data == '"a","b","c"\r\n"\'=1+1","","3"\r\n'
    else:
        assert json.loads(data) == [{"a": "=1+1", "b": None, "c": "3"}]
