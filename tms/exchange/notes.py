"""What is odd about a worksheet without being wrong, and how a person is told."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from tms.errors import Message, message
from tms.exchange.stages import FileRefused, Problem, Sheet

MOST_NOTED: Final = 20_000
#: Shown for a formula that was never calculated.
NOTHING: Final = "="


@dataclass
class Notes:
    """Counted while a sheet was looked at; rows are numbered as the spreadsheet shows them."""

    #: Rows with cells that the user does not see.
    hidden_rows: int = 0
    #: Formulas without a result, by row and column from 1: what is shown instead, or "=".
    failed: dict[tuple[int, int], str] = field(default_factory=dict)
    #: The last row of each merged range.
    merged: list[int] = field(default_factory=list)
    #: Whether days are counted from 1904, as old Macs did.
    is_1904: bool = False
    is_hidden: bool = False

    def merge(self, row: int) -> None:
        """Note a merged range that ends in *row*; a warning needs not count them all."""
        if len(self.merged) < MOST_NOTED:
            self.merged.append(row)

    def fail(self, row: int, column: int, shown: str) -> None:
        """Note a formula without a result.

        :raises FileRefused: there are so many that the file was never calculated.
        """
        if len(self.failed) >= MOST_NOTED:
            raise FileRefused(
                message("很多公式没有保存结果，请在表格软件中重新计算并保存后再导入。")
            )
        self.failed[row, column] = shown or NOTHING


def remarks(sheet: Sheet, notes: Notes) -> list[Problem]:
    """Warnings at the header of *sheet*."""
    where = (sheet.name, sheet.header_row, sheet.header[0] if sheet.header else "", "", "sheet")
    return [Problem(*where, reason, "warning") for reason in _reasons(sheet, notes)]


def _reasons(sheet: Sheet, notes: Notes) -> Iterator[Message]:
    merged = sum(row > sheet.header_row for row in notes.merged)
    if notes.hidden_rows:
        yield message("有%(n)d个隐藏的行，也会读入；不需要的请删去。", n=notes.hidden_rows)
    if merged:
        yield message(
            "表头以下有%(n)d处合并单元格，只有左上角一格有内容，其余按空白读入；请取消合并后逐格填写。",
            n=merged,
        )
    if notes.is_1904:
        yield message("工作簿从1904年起计算日期：存成数字的日期会差4年，请把这些格子设为日期格式。")
