"""One mistake that stands in a column many times, mended at all its places by one answer.

What was uploaded stays as it is: the answers are kept beside it, with the options of the import,
and put into the cells whenever the file is opened. So check, load and the workbook that comes back
all read the mended value, and an answer can be taken back.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any, Final

from sqlalchemy.orm import Session

from tms.errors import Invalid, NotFound, message
from tms.exchange import parts
from tms.exchange.cells import clean, shown
from tms.exchange.parts import Entry
from tms.exchange.reading import MAX_SHOWN, mask_text
from tms.exchange.stages import Sheet

#: Wrong rows that are looked through for what repeats itself.
LOOKED: Final = 20_000
#: Places that one answer mends, and answers that one import has.
MOST_PLACES: Final = 20_000
MOST: Final = 50
MAX_VALUE: Final = 200
#: What repeats itself less often is mended in the file.
LEAST: Final = 2


@dataclass(frozen=True)
class Mistake:
    """The same wrong value in one column."""

    table: str
    sheet: str
    #: Place of the column and its header.
    place: int
    column: str
    value: str


def repeated(session: Session, batch_id: int, reason: str, most: int) -> list[tuple[Mistake, int]]:
    """What stands wrong more than once and how often, the most frequent first; of one reason."""
    found: Counter[Mistake] = Counter()
    entries = parts.entries(session, batch_id, "check", ("refused",), reason)
    for entry in islice(entries, LOOKED):
        found.update(set(_mistakes(entry, reason)))
    return [(each, n) for each, n in found.most_common(most) if n >= LEAST]


def places(session: Session, batch_id: int, sheet: str, column: str, was: str) -> list[int]:
    """Numbers of the rows in which *was* stands wrong in that column.

    :raises NotFound: there is none. :raises Invalid: there are very many.
    """
    entries = parts.entries(session, batch_id, "check", ("refused",))
    wrong = (entry.row for entry in entries if _has(entry, sheet, column, was))
    rows = list(islice(wrong, MOST_PLACES + 1))
    if not rows:
        raise NotFound(message("文件里没有这样的错误，或已经改过。"))
    if len(rows) > MOST_PLACES:
        text = message("超过%(n)d处，请在原文件中查找替换后重新上传。", n=MOST_PLACES)
        raise Invalid(text)
    return rows


def _has(entry: Entry, sheet: str, column: str, was: str) -> bool:
    return entry.sheet == sheet and any(
        each.column == column and each.value == was for each in _mistakes(entry, "")
    )


def _mistakes(entry: Entry, reason: str) -> Iterator[Mistake]:
    """What is wrong in cells that may be quoted as they are: no numbers of anybody."""
    for place, column, value, _rule, why, severity in entry.problems:
        is_asked = not reason or parts.key_of(why) == reason
        if severity != "error" or place < 0 or not is_asked or not isinstance(column, str):
            continue
        if value and "*" not in value and len(value) <= MAX_SHOWN:
            yield Mistake(entry.table, entry.sheet, place, column, value)


def answer(sheet: str, column: str, was: str, value: str, rows: Sequence[int]) -> dict[str, Any]:
    """An answer as the options of an import keep it.

    :raises Invalid: it says nothing, or too much.
    """
    value = value.strip()
    if not 0 < len(value) <= MAX_VALUE or value == was:
        raise Invalid(message("请写明改成什么（1至%(n)d个字）。", n=MAX_VALUE))
    return {"sheet": sheet, "column": column, "was": was, "value": value, "rows": list(rows)}


def told(mend: Mapping[str, Any]) -> dict[str, Any]:
    """What the audit event says of an answer."""
    kept = {key: mend[key] for key in ("sheet", "column", "was")}
    return kept | {"value": mask_text(mend["value"]), "places": len(mend["rows"])}


def put_in(sheets: Sequence[Sheet], mends: Sequence[Mapping[str, Any]]) -> None:
    """Put the answers into the cells, one after the other; what is not as it was stays."""
    for sheet in sheets:
        mine = [mend for mend in mends if mend["sheet"] == sheet.name]
        by_number = {raw.number: raw.cells for raw in sheet.rows} if mine else {}
        for mend in mine:
            if mend["column"] not in sheet.header:
                continue
            place = sheet.header.index(mend["column"])
            for number in mend["rows"]:
                cells = by_number.get(number)
                if cells and shown(clean(cells[place])) == mend["was"]:
                    cells[place] = mend["value"]
