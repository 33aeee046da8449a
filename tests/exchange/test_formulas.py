"""A formula is what it came to; one that came to nothing is a problem, never an empty cell."""

from __future__ import annotations

from typing import Any

import pytest

from tests.exchange.hostile import ODS, SHEET, XLSX, with_content
from tests.exchange.sheets import rezipped, xlsx_of
from tests.exchange.test_imports import WORK, number_of, take, works
from tests.support.cast import Cast
from tms.exchange import import_file
from tms.exchange.cells import FAILED, UNCOUNTED, CellError, as_text
from tms.exchange.parse import parse
from tms.exchange.stages import FileRefused


def with_cell(xml: str, book: bytes = XLSX) -> bytes:
    """The workbook with *xml* in place of the cell B2."""

    def change(parts: dict[str, bytes]) -> None:
        start = parts[SHEET].index(b'<c r="B2"')
        end = parts[SHEET].index(b"</c>", start) + 4
        parts[SHEET] = parts[SHEET][:start] + xml.encode() + parts[SHEET][end:]

    return rezipped(book, change)


def cell_of(data: bytes) -> Any:
    (sheet,) = parse(data, "a.xlsx")
    return sheet.rows[0].cells[1]


@pytest.mark.parametrize(
    ("xml", "value"),
    [
        ('<c r="B2"><f>1+1</f><v>2</v></c>', 2),
        ('<c r="B2" t="str"><f>"男"</f><v>男</v></c>', "男"),
        ('<c r="B2" t="str"><f>IF(1,"")</f><v></v></c>', ""),
        ('<c r="B2" s="0"/>', ""),
    ],
)
def test_a_formula_is_its_result(xml: str, value: Any) -> None:
    assert cell_of(with_cell(xml)) == value


@pytest.mark.parametrize(
    ("xml", "reason"),
    [
        ('<c r="B2" t="e"><v>#N/A</v></c>', FAILED),
        ('<c r="B2" s="0" t="e"><f>1/0</f><v>#DIV/0!</v></c>', FAILED),
        ('<c r="B2"><f>1+1</f></c>', UNCOUNTED),
        ('<c r="B2"><f>1+1</f><v></v></c>', UNCOUNTED),
        ('<c r="B2"><f t="shared" si="0"/><v/></c>', UNCOUNTED),
    ],
)
def test_a_formula_without_result_is_not_empty(xml: str, reason: object) -> None:
    with pytest.raises(CellError) as caught:
        as_text(cell_of(with_cell(xml)))
    assert caught.value.text == reason


@pytest.mark.parametrize(
    "attributes",
    [
        'table:formula="of:=1/0" office:value-type="string" office:string-value=""'
        ' calcext:value-type="error"',
        'table:formula="of:=1+1"',
    ],
)
def test_a_formula_without_result_in_an_ods_is_not_empty(attributes: str) -> None:
    def change(xml: bytes) -> bytes:
        start = xml.index(b"<table:table-cell", xml.index(b"</table:table-row>"))
        end = xml.index(b"</table:table-cell>", start)
        return xml[:start] + f"<table:table-cell {attributes}>".encode() + xml[end:]

    (sheet,) = parse(with_content(change), "a.ods")

    assert parse(ODS, "a.ods")[0].rows[0].cells[0] == "赵文一"
    with pytest.raises(CellError):
        as_text(sheet.rows[0].cells[0])


@pytest.mark.parametrize("text", ["#N/A", "#REF!", "#DIV/0!", "Err:502"])
def test_a_csv_shows_the_error_itself(text: str) -> None:
    with pytest.raises(CellError):
        as_text(text)
    assert as_text(f"{text} 见说明") == f"{text} 见说明"


def test_an_error_does_not_clear_what_is_stored(cast: Cast) -> None:
    number = number_of(cast, cast.make_file())
    row = (number, "一小", "2001-09", "2005-07", "教师")
    take(cast, "school_info", WORK, row, incomplete="draft")
    book = xlsx_of((WORK[0], "position", *WORK[1:4]), (number, "x", *row[1:4]))
    actor = cast.act_as("school_info")

    result = import_file(
        cast.session, actor, with_cell('<c r="B2" t="e"><v>#REF!</v></c>', book), "a.xlsx"
    )

    assert [(p.column, p.value, p.severity) for p in result.problems] == [
        ("position", "#REF!", "error")
    ]
    assert works(cast)[0][3] == "教师"


def test_a_workbook_that_was_never_calculated_is_refused() -> None:
    cells = "".join(f'<row r="{n}"><c r="A{n}"><f>1</f></c></row>' for n in range(3, 20_100))

    def change(parts: dict[str, bytes]) -> None:
        parts[SHEET] = parts[SHEET].replace(b"</sheetData>", cells.encode() + b"</sheetData>")

    with pytest.raises(FileRefused, match="重新计算"):
        parse(rezipped(XLSX, change), "a.xlsx")
