"""Hostile workbooks are refused before, or at worst in the child, never in the server (S24)."""

from __future__ import annotations

import io
import re
import struct
import zipfile

import pytest

from tests.exchange.sheets import rezipped, xlsx_of
from tms.exchange import spreadsheet
from tms.exchange.parse import parse
from tms.exchange.stages import FileRefused

GOOD = xlsx_of(("姓名", "性别"), ("张三", "男"))
SHEET = "xl/worksheets/sheet1.xml"


def refused(data: bytes, words: str) -> None:
    with pytest.raises(FileRefused, match=words):
        parse(data, "a.xlsx")


def with_sheet(old: bytes, new: bytes) -> bytes:
    def change(parts: dict[str, bytes]) -> None:
        assert old in parts[SHEET]
        parts[SHEET] = parts[SHEET].replace(old, new)

    return rezipped(GOOD, change)


def with_part(name: str, content: bytes) -> bytes:
    return rezipped(GOOD, lambda parts: parts.update({name: content}))


def test_an_ordinary_workbook_passes() -> None:
    assert parse(GOOD, "a.xlsx")[0].rows[0].cells == ["张三", "男"]


def test_a_bomb_is_refused_by_its_ratio() -> None:
    refused(with_part("xl/media/a.xml", b"0" * (50 << 20)), "过大")


def test_sizes_in_the_directory_that_lie_do_not_help() -> None:
    data = bytearray(with_part("xl/a.xml", b"0" * (50 << 20)))
    place = data.rfind(b"PK\x01\x02", 0, data.rfind(b"xl/a.xml"))
    struct.pack_into("<I", data, place + 24, 100)  # what the directory says it unpacks to

    refused(bytes(data), "过大|损坏")


def test_too_many_parts_are_refused() -> None:
    refused(rezipped(GOOD, lambda p: p.update({f"x{n}": b"" for n in range(600)})), "过大")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "utf-16-be"])
def test_a_dtd_is_refused_wherever_it_hides(encoding: str) -> None:
    text = '<?xml version="1.0"?><!-- ' + "x" * 5000 + ' --><!DOCTYPE a [<!ENTITY b "c">]><a/>'

    refused(with_part("xl/drawings/a.xml", text.encode(encoding)), "DTD")


def test_an_unusual_encoding_is_refused() -> None:
    text = b'<?xml version="1.0" encoding="utf-7"?><a/>'

    refused(with_part("xl/drawings/a.xml", text), "DTD")


@pytest.mark.parametrize("quote", ['"', "'"])
def test_a_far_cell_is_refused_without_a_dimension(quote: str) -> None:
    far = f"r={quote}XFD1048576{quote}".encode()
    data = with_sheet(b'r="B2"', far)

    refused(rezipped(data, lambda p: p.update({SHEET: without_dimension(p[SHEET])})), "200000行")


def test_a_far_cell_that_the_gate_cannot_see_kills_only_the_child(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(spreadsheet, "inspect", lambda data, kind: {})

    refused(with_sheet(b'r="B2"', b'r="XFD1048576"'), "过大")


def without_dimension(xml: bytes) -> bytes:
    return re.sub(rb"<dimension[^>]*/>", b"", xml)


def test_what_is_only_formatted_may_lie_far_away() -> None:
    """People format whole columns; the reader lays out what is filled."""
    far = b'<row r="1048576" s="1"><c r="A1048576" s="1"/><c r="XFD1048576" s="1"></c></row>'

    def change(parts: dict[str, bytes]) -> None:
        sheet = re.sub(rb'<dimension ref="[^"]*"', b'<dimension ref="A1:XFD1048576"', parts[SHEET])
        parts[SHEET] = sheet.replace(b"</sheetData>", far + b"</sheetData>")

    (sheet,) = parse(rezipped(GOOD, change), "a.xlsx")

    assert [row.cells for row in sheet.rows] == [["张三", "男"]]


def test_macros_are_refused() -> None:
    refused(with_part("xl/vbaProject.bin", b"x"), "宏")


@pytest.mark.parametrize("name", ["../a.xml", "/etc/a.xml", "xl/../../a.xml", "C:/a.xml", "a\\b"])
def test_names_that_leave_the_archive_are_refused(name: str) -> None:
    refused(with_part(name, b"x"), "损坏")


def test_passwords_are_refused() -> None:
    data = bytearray(GOOD)
    place = data.find(b"PK\x01\x02")
    data[place + 8] |= 1

    refused(bytes(data), "密码")


def test_an_archive_of_something_else_is_refused() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("a.csv", "a,b")

    refused(out.getvalue(), "压缩包，请先解压")
