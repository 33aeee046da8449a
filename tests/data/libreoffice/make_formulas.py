"""Makes `formulas.xls` and `error.xls` beside it: opened by LibreOffice and saved as XLS.

    python -m tests.data.libreoffice.make_formulas

The XLSX workbooks it opens hold the result of every formula, as Excel saves them. LibreOffice 7.4
writes those that are texts as the number 0. `error.xls` is as small as a workbook can be.
"""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Final

import xlsxwriter

from tests.support.libreoffice import convert

HERE = Path(__file__).parent
NAME: Final = "formulas"
#: Each with its result, and whether LibreOffice keeps it for an importer to see.
FORMULAS: Final[tuple[tuple[str, str | float, bool], ...]] = (
    ('A{row}&"x"', "张x", False),
    ("A{row}", "张", False),
    ('IF(A{row}="张","男","女")', "男", False),
    ("VLOOKUP(A{row},A{row}:A{row},1,FALSE)", "张", False),
    ('TEXT(1,"000")', "001", False),
    ('IF(A{row}="张",0,1)', 0, False),  # nobody can tell this 0 from those
    ("1+1", 2, True),
    ("1-1", 0, True),
    ("-(2-2)", 0, True),
    ("SUM(A{row}:A{row})", 0, True),
    ("ROUND(0.2,0)", 0, True),
    ("IF(1,0,1)+0%", 0, True),
    ("CHOOSE(2,1,2)-2", 0, True),
)
#: In every row: formulas that LibreOffice stores once for all.
SHARED_TEXT, SHARED_NUMBER = 'A{row}&"年"', "LEN(A{row})-1"


def workbook(path: Path) -> None:
    """What is opened: a sheet for the formulas, and one more that shares others."""
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet("一")
        sheet.write_row(0, 0, ["姓名", "公式", "文本", "数字"])
        for row, (formula, result, _) in enumerate(FORMULAS, 1):
            sheet.write_string(row, 0, "张")
            sheet.write_formula(row, 1, "=" + formula.format(row=row + 1), None, result)
            sheet.write_formula(row, 2, "=" + SHARED_TEXT.format(row=row + 1), None, "张年")
            sheet.write_formula(row, 3, "=" + SHARED_NUMBER.format(row=row + 1), None, 0)
        other = book.add_worksheet("二")
        other.write_row(0, 0, ["姓名", "公式", "数字", "文本"])
        for row in (1, 2):
            other.write_string(row, 0, "张")
            other.write_formula(row, 2, "=" + SHARED_NUMBER.format(row=row + 1), None, 0)
            other.write_formula(row, 3, "=" + SHARED_TEXT.format(row=row + 1), None, "张年")
        other.write_array_formula(1, 1, 2, 1, "{=LEN(A2:A3)-1}", None, 0)


def smallest(path: Path) -> None:
    """A workbook with one formula, which failed."""
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["姓名", "公式"])
        sheet.write_string(1, 0, "张")
        sheet.write_formula(1, 1, "=1/0", None, "#DIV/0!")


def main() -> None:
    """Write the files."""
    with tempfile.TemporaryDirectory() as folder:
        for name, make in ((NAME, workbook), ("error", smallest)):
            source = Path(folder) / f"{name}.xlsx"
            make(source)
            convert(source, "xls", HERE)


if __name__ == "__main__":
    main()
