"""The workbook that comes back after an import: in place, marked, and ready to be sent again."""

from __future__ import annotations

import io
import re
import zipfile
from datetime import date
from typing import Any

import pytest
from python_calamine import CalamineWorkbook

from tests.exchange.sheets import book_of
from tests.exchange.test_imports import ACCOUNT, WORK, number_of
from tests.support.cast import Cast, id_number
from tms.errors import Term, message
from tms.exchange import import_file
from tms.exchange.imports import ImportResult
from tms.exchange.parse import parse
from tms.exchange.parts import Entry
from tms.exchange.report import RESULTS, Outcome, Outcomes, outcome_of, write_report
from tms.exchange.stages import Problem, RawRow, Sheet
from tms.exchange.told import Told
from tms.packed import pack

HOW: dict[str, Any] = {"into": "work_experience", "keep": "row", "incomplete": "draft"}


def report(sheets: list[Sheet], outcomes: Outcomes, **more: Any) -> bytes:
    out = io.BytesIO()
    write_report(out, sheets, outcomes, **more)
    return out.getvalue()


def cells(data: bytes, name: str) -> list[list[Any]]:
    book = CalamineWorkbook.from_filelike(io.BytesIO(data))
    return list(book.get_sheet_by_name(name).to_python(skip_empty_area=False))


def outcomes_of(result: ImportResult) -> Outcomes:
    return {(r.origin.sheet.name, r.origin.raw.number): outcome_of(r) for r in result.left}


def part(data: bytes, name: str) -> str:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return archive.read(name).decode()


def work_file(number: str) -> bytes:
    """A title, a header, a good row, a blank line, a bad row."""
    rows = [
        ("某校工作经历",),
        WORK,
        (number, "一小", "2001-09", "2005-07", "教师"),
        (),
        (number, "二小", "2005年13月", "", "教师"),
    ]
    return book_of({"工作经历": rows, "说明": [("请看这里",)]})


def test_rows_stand_where_they_stood_with_result_and_reason(cast: Cast) -> None:
    data = work_file(number_of(cast, cast.make_file()))
    result = import_file(
        cast.session,
        cast.act_as("school_info"),
        data,
        "a.xlsx",
        into="work_experience",
        keep="row",
        incomplete="draft",
    )
    sheets = parse(data, "a.xlsx")
    outcomes = {("工作经历", 3): Outcome("new"), **outcomes_of(result)}

    back = report(sheets, outcomes)

    rows = cells(back, "工作经历")
    assert rows[0] == [""] * 7
    assert rows[1] == [*WORK, "导入结果", "问题"]
    assert rows[2][1:] == ["一小", "2001-09", "2005-07", "教师", "新增", ""]
    assert rows[3] == [""] * 7
    assert rows[4][2] == "2005年13月"
    assert rows[4][5] == "不收"
    assert rows[4][6].startswith("start_month：")
    notes = part(back, "xl/comments1.xml")
    assert notes.count("<comment ref=") == 1
    assert 'ref="C5"' in notes


def test_mended_and_sent_again_it_is_taken(cast: Cast) -> None:
    data = work_file(number_of(cast, cast.make_file()))
    result = import_file(cast.session, cast.act_as("school_info"), data, "a.xlsx", **HOW)
    sheets = parse(report(parse(data, "a.xlsx"), outcomes_of(result)), "a.xlsx")
    sheets[0].rows[1].cells[2] = "2005-08"

    again = report(sheets, {})
    mended = import_file(cast.session, cast.act_as("school_info"), again, "a.xlsx", **HOW)

    assert (mended.new, mended.unchanged, mended.refused) == (1, 1, 0)
    assert [p for p in mended.problems if p.column in ("导入结果", "问题")] == []
    assert parse(again, "a.xlsx")[0].header == [*WORK, "导入结果", "问题"]


def test_new_numbers_are_filled_in(cast: Cast) -> None:
    person = ("王新", "1-男", "1980-01-01", id_number(77), "3136000101")
    sheet = Sheet("教师", list(ACCOUNT), [RawRow(2, list(person)), RawRow(3, list(person))])
    outcomes = {("教师", 2): Outcome("new", teacher_no="T1"), ("教师", 3): Outcome("refused")}

    rows = cells(report([sheet], outcomes), "教师")

    assert rows[0][len(ACCOUNT) :] == ["个人标识码", "导入结果", "问题"]
    assert [row[len(ACCOUNT)] for row in rows[1:]] == ["T1", ""]
    header = ["个人标识码", *ACCOUNT]
    known = Sheet("教师", header, [RawRow(2, ["", *person])])
    assert cells(report([known], outcomes), "教师")[1][0] == "T1"


def test_values_keep_their_kind() -> None:
    row = ["0123", 12.5, True, date(2001, 9, 1), "=1+1", None, "beyond"]
    sheet = Sheet("甲", ["a", "b", "c", "d", "e", "f"], [RawRow(2, row)])

    (header, found) = cells(report([sheet], {("甲", 2): Outcome("unchanged")}), "甲")

    assert header == ["a", "b", "c", "d", "e", "f", "导入结果", "问题", ""]
    assert found == ["0123", 12.5, True, date(2001, 9, 1), "=1+1", "", "不变", "", "beyond"]


@pytest.mark.parametrize("result", RESULTS)
def test_every_result_has_its_word(result: str) -> None:
    sheet = Sheet("甲", ["a"], [RawRow(2, ["x"])])

    data = report([sheet], {("甲", 2): Outcome(result)}, say=lambda text: getattr(text, "en", text))

    assert cells(data, "甲")[1][1] == RESULTS[result].en


def test_notes_end_where_no_program_could_show_them(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tms.exchange.report.NOTES", 2)
    rows = [RawRow(number, ["x"]) for number in range(2, 6)]
    sheet = Sheet("甲", ["a"], rows)
    wrong = {
        ("甲", row.number): Outcome("refused", (Problem("甲", row.number, "a", "x", "type", "错"),))
        for row in rows
    }

    data = report([sheet], wrong)

    assert re.findall('ref="([A-Z]+[0-9]+)"', part(data, "xl/comments1.xml")) == ["A2", "A3", "C4"]
    assert [row[2] for row in cells(data, "甲")[1:]] == ["a：错"] * 4


def test_what_is_told_of_rows_takes_little_room_and_says_the_same() -> None:
    reason, named = message("第%(n)d行有错", n=7), Term("姓名", "name")
    problems = [
        [0, pack(named), "v", "type", pack(reason), "error"],
        [-1, "b", "", "x", pack("错"), "warning"],
    ]
    entries = [
        Entry("t", "甲", 2, "refused", [], problems, {}, None, ""),
        Entry("t", "乙", 2, "new", [], problems[1:], {}, 5, "T00000000001"),
    ]

    told = Told(entries)

    assert len(told) == 2
    assert list(told) == [("甲", 2), ("乙", 2)]
    assert told["乙", 2].teacher_no == "T00000000001"
    assert [(p.column, p.reason, p.severity) for p in told["甲", 2].problems] == [
        (named, reason, "error"),
        ("b", "错", "warning"),
    ]
    assert told.get(("甲", 3)) is told.get(("丙", 2)) is None
