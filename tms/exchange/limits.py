"""How much one uploaded file may be, and how that is said.

All processes together may take 512 MiB over idle for an upload (F11). Of that the file takes twice
its size (once here, once in the memory file the child reads), the child at most `CHILD_MEMORY`, and
the rows what is left of `READING_MEMORY` (`tms.exchange.meter`).
"""

from __future__ import annotations

from typing import Final

from tms.errors import message
from tms.exchange.stages import FileRefused

MAX_FILE: Final = 32 << 20
MAX_COLUMNS: Final = 300
MAX_ROWS: Final = 200_000
#: Rows by columns, of all sheets together; calamine lays out about 100 bytes for each.
MAX_CELLS: Final = 2_400_000
MAX_SHEETS: Final = 100
#: Parts of an archive.
MAX_ENTRIES: Final = 500
#: Characters; a cell of Excel holds 32,767.
MAX_CELL: Final = 100_000

READING_MEMORY: Final = 448 << 20
CHILD_MEMORY: Final = 288 << 20
#: Of the child's own work; a file at the limits takes 3.
CHILD_SECONDS: Final = 12
#: On the clock, where the machine is busy with other things.
TIMEOUT: Final = 60

TOO_LARGE = message("文件解压后过大，请删去多余的行、列和图片，或分成几个文件再导入。")
BROKEN = message("文件已损坏，无法读取，请在表格软件中重新保存为 .xlsx 再导入。")
PROTECTED = message("文件有密码保护，请取消密码后再导入。")
MACROS = message("文件含有宏，请另存为不含宏的 .xlsx 再导入。")


def refuse_size(size: int) -> None:
    """:raises FileRefused: *size* bytes are more than one file may have."""
    if size > MAX_FILE:
        raise FileRefused(message("文件超过%(size)d MB，请分成几个文件。", size=MAX_FILE >> 20))


def refuse_extent() -> None:
    """:raises FileRefused: more rows or columns than one file may have."""
    raise FileRefused(
        message(
            "工作表超过%(rows)d行或%(columns)d列，请删去多余内容（包括远处的空白格式）或分成几个文件。",
            rows=MAX_ROWS,
            columns=MAX_COLUMNS,
        )
    )


def refuse_cells() -> None:
    """:raises FileRefused: more cells than one file may have."""
    raise FileRefused(
        message(
            "文件超过%(cells)d个单元格（行数×列数），请删去不需要的列或分成几个文件。",
            cells=MAX_CELLS,
        )
    )


def refuse_sheets() -> None:
    """:raises FileRefused: more sheets than one file may have."""
    raise FileRefused(message("工作表超过%(sheets)d张，请分成几个文件。", sheets=MAX_SHEETS))
