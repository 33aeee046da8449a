"""The header is found below titles, notes and merged cells."""

from __future__ import annotations

from typing import Any

import pytest

from tests.exchange.sheets import csv_of, xlsx_of
from tms.exchange.imports import known_headers
from tms.exchange.parse import parse
from tms.exchange.stages import Sheet

HEADER = ("姓名", "性别", "出生日期", "身份证件号码", "学校(机构)标识码")
PERSON = ("张三", "男", "1980-01-02", "x", "3136000101")


def read(*rows: tuple[Any, ...]) -> Sheet:
    (sheet,) = parse(xlsx_of(*rows), "a.xlsx", known_headers())
    (same,) = parse(csv_of(*rows), "a.csv", known_headers())
    assert (sheet.header, sheet.header_row) == (same.header, same.header_row)
    assert [r.number for r in sheet.rows] == [r.number for r in same.rows]
    return sheet


@pytest.mark.parametrize(
    "above",
    [
        [],
        [("2026年教师信息表",)],
        [("2026年教师信息表",), (), ("填报单位：一小", "", "日期：2026-11-01")],
        [("单位", "第一小学"), ("填表人", "李四"), ("电话", "0791")],
        [("说明",), *((f"{n}. 请如实填写",) for n in range(8))],
        [("a", "b", "c", "d", "e", "f")],
        [("学校", "第一小学", "日期", "2026")],
    ],
    ids=range(7),
)
def test_what_stands_above_is_passed_over(above: list[tuple[Any, ...]]) -> None:
    sheet = read(*above, HEADER, PERSON)

    assert sheet.header == list(HEADER)
    assert (sheet.header_row, sheet.rows[0].number) == (len(above) + 1, len(above) + 2)
    assert sheet.rows[0].cells == list(PERSON)


def test_decorations_do_not_hide_a_header() -> None:
    header = ("*姓名", "性别\n（必填）", "出生日期 ", " 身份证件\n号码 *", "学校（机构）标识码：")

    assert read(("标题", "副标题", "x"), header, PERSON).header_row == 2


def test_a_header_in_two_lines_is_put_together() -> None:
    upper = ("姓名", "身份信息", "", "", "学校(机构)标识码")
    lower = ("", "性别", "出生日期", "身份证件号码", "")

    sheet = read(("表",), upper, lower, PERSON)

    assert sheet.header == list(HEADER)
    assert (sheet.header_row, sheet.rows[0].number) == (3, 4)


def test_a_group_above_does_not_replace_a_header() -> None:
    sheet = read(("基本信息", "", "", "身份证件号码"), HEADER[:4], PERSON[:4])

    assert sheet.header == list(HEADER[:4])


@pytest.mark.parametrize(
    ("rows", "place"),
    [
        ([("x1", "x2", "x3"), ("1", "2", "3")], 1),
        ([("标题",), ("x1", "x2", "x3"), ("1", "", "3")], 2),
        ([("标题",), ("单位：一小", "日期：今天"), ("x1", "x2", "x3", "x4", "x5"), ("1",)], 3),
        ([("x1",), ("1",)], 1),
    ],
)
def test_unknown_headers_are_the_first_line_as_wide_as_the_sheet(
    rows: list[tuple[Any, ...]], place: int
) -> None:
    assert read(*rows).header_row == place
