"""The child that opens a workbook in our stead; run as a script, with nothing of ours loaded.

It limits itself before it loads the parser: calamine lays out a dense grid, and a file of 5 kB can
ask for 512 GiB. Memory and CPU limits exist on Linux only; elsewhere the gate and the clock remain.
Reads the workbook from standard input, its limits as JSON from the first argument, and prints one
JSON value a line: an object begins a sheet, arrays are its rows, dates and times are tagged.
"""

from __future__ import annotations

import json
import os
import sys
from typing import IO, Any, Final

#: Exit codes.
UNREADABLE: Final = 3
EXTENT: Final = 4
CELLS: Final = 5
PROTECTED: Final = 6
SHEETS: Final = 7

#: Merged ranges that are told.
MERGED: Final = 20_000
INPUT: Final = "/proc/self/fd/0"


def confine(memory: int, seconds: int) -> None:
    """Take on the limits, where there are any."""
    try:
        import resource
    except ImportError:
        return
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def tagged(value: Any) -> dict[str, str]:
    """A date or time as its kind and text."""
    return {type(value).__name__: getattr(value, "isoformat", value.__str__)()}


class Printer:
    """Prints the sheets of a workbook, as long as they stay within *limits*."""

    def __init__(self, limits: dict[str, int], out: IO[bytes]) -> None:
        self.limits, self.out = limits, out
        self.cells = 0
        self.encode = json.JSONEncoder(ensure_ascii=False, default=tagged).encode

    def book(self, calamine: Any) -> None:
        """Every worksheet; charts and macro sheets are passed over."""
        opened = calamine.CalamineWorkbook
        has_path = os.path.exists(INPUT)  # so the parser need not copy the file
        book = opened.from_path(INPUT) if has_path else opened.from_filelike(sys.stdin.buffer)
        about = book.sheets_metadata
        if len(about) > self.limits["sheets"]:
            sys.exit(SHEETS)
        for one in about:
            if one.typ == calamine.SheetTypeEnum.WorkSheet:
                is_hidden = one.visible != calamine.SheetVisibleEnum.Visible
                self.sheet(book.get_sheet_by_name(one.name), is_hidden)

    def sheet(self, sheet: Any, is_hidden: bool) -> None:
        """Name and merged ranges, then the rows from the first line and column on."""
        if sheet.end is None:
            return
        rows, columns = (last + 1 for last in sheet.end)
        if rows > self.limits["rows"] + 1 or columns > self.limits["columns"]:
            sys.exit(EXTENT)
        self.cells += rows * columns
        if self.cells > self.limits["cells"]:
            sys.exit(CELLS)
        merged = [
            last[0] + 1 for _, last in (sheet.merged_cell_ranges or ())[: self.limits["rows"]]
        ]
        self._print({"name": sheet.name, "hidden": is_hidden, "merged": merged})
        left: list[Any] = [""] * sheet.start[1]
        for row in sheet.iter_rows():
            self._print(left + row if left else row)

    def _print(self, value: Any) -> None:
        self.out.write(self.encode(value).encode() + b"\n")


def main() -> None:
    """Print the workbook; ends with one of the codes above."""
    limits = json.loads(sys.argv[1])
    confine(limits["memory"], limits["seconds"])
    import python_calamine

    try:
        Printer(limits, sys.stdout.buffer).book(python_calamine)
        sys.stdout.flush()
    except python_calamine.PasswordError:
        sys.exit(PROTECTED)
    except Exception:
        sys.exit(UNREADABLE)


if __name__ == "__main__":
    main()
