"""Reading a workbook in a child process, which may die in our stead (SECURITY.md S24).

The child limits itself before it touches the file: calamine keeps a dense grid, and a file of 5 kB
can ask for 512 GiB. Memory and CPU limits exist on Linux only; elsewhere gate and timeout remain.
"""

from __future__ import annotations

import json
import subprocess
import sys
from datetime import date, datetime, time
from typing import Any, Final

from tms.errors import message
from tms.exchange.gate import BROKEN, MAX_COLUMNS, MAX_ROWS, inspect, refuse_extent
from tms.exchange.stages import FileRefused

MEMORY: Final = 1 << 30
CPU_SECONDS: Final = 60
TIMEOUT: Final = 120

#: Exit codes of the child.
_UNREADABLE, _EXTENT = 3, 4

#: Sheets as JSON, dates and times tagged; the limits are taken on before the parser is loaded.
_CHILD: Final = f"""
import sys
try:
    import resource
    resource.setrlimit(resource.RLIMIT_AS, ({MEMORY}, {MEMORY}))
    resource.setrlimit(resource.RLIMIT_CPU, ({CPU_SECONDS}, {CPU_SECONDS}))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
except ImportError:
    pass
import io, json
import python_calamine
def tagged(value):
    return {{type(value).__name__: getattr(value, "isoformat", value.__str__)()}}
try:
    book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(sys.stdin.buffer.read()))
    kinds = python_calamine.SheetTypeEnum
    for about in book.sheets_metadata:
        if about.typ != kinds.WorkSheet:
            continue
        sheet = book.get_sheet_by_name(about.name)
        if sheet.total_height > {MAX_ROWS + 1} or sheet.total_width > {MAX_COLUMNS}:
            sys.exit({_EXTENT})
        rows = sheet.to_python(skip_empty_area=False)
        sys.stdout.write(json.dumps([about.name, rows], default=tagged) + "\\n")
except Exception:
    sys.exit({_UNREADABLE})
"""


def read_workbook(data: bytes) -> list[tuple[str, list[list[Any]]]]:
    """Name and rows of each worksheet, from its first line on; dates and numbers are typed.

    :raises FileRefused: the gate refuses it, or the child could not read it within its limits.
    """
    inspect(data)
    try:
        child = subprocess.run(  # noqa: S603  our own words; the file comes in on standard input
            [sys.executable, "-I", "-c", _CHILD],
            input=data,
            capture_output=True,
            timeout=TIMEOUT,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise FileRefused(message("文件读取超时，请分成几个文件再导入。")) from error
    if child.returncode == _EXTENT:
        refuse_extent()
    if child.returncode:
        raise FileRefused(BROKEN)
    lines = child.stdout.decode("utf-8", "replace").splitlines()
    sheets = (json.loads(line, object_hook=_value) for line in lines)
    return [(str(name), rows) for name, rows in sheets]


_TAGS: Final[dict[str, Any]] = {
    "date": date.fromisoformat,
    "datetime": datetime.fromisoformat,
    "time": time.fromisoformat,
}


def _value(tagged: dict[str, str]) -> Any:
    ((kind, text),) = tagged.items()
    return _TAGS[kind](text) if kind in _TAGS else text
