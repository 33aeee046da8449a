"""Where a sheet's header stands: below titles and notes, perhaps in two lines."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Final

from tms.exchange.columns import normal
from tms.exchange.stages import RawRow

#: Filled lines among which the header is looked for.
LOOKED_AT: Final = 20
#: Characters; what is longer is no header, and not worth folding.
LONGEST: Final = 200


def find_header(rows: Sequence[RawRow], known: Collection[str]) -> tuple[list[str], int]:
    """The header's cells, and the place of its (last) line in *rows*.

    :param rows: the first filled lines of the sheet, at least one.
    :param known: what headers may say, as `normal` makes it; empty where nobody knows.
    """
    scores = [_score(row, known) for row in rows[:LOOKED_AT]]
    best = max(scores)
    place = scores.index(best) if best > 1 else _by_width(rows[:LOOKED_AT])
    header = _texts(rows[place])
    if best > 1:
        header, place = _block(rows, place, known)
    while header and not header[-1]:
        header.pop()
    return header, place


def _texts(row: RawRow) -> list[str]:
    return [str(cell).strip() if cell is not None else "" for cell in row.cells]


def _score(row: RawRow, known: Collection[str]) -> int:
    return sum(type(cell) is str and _is_known(cell, known) for cell in row.cells)


def _is_known(text: str, known: Collection[str]) -> bool:
    return len(text) <= LONGEST and normal(text) in known


def _by_width(rows: Sequence[RawRow]) -> int:
    """Nobody knows the headers: the first line that is about as wide as the widest."""
    widths = [sum(map(bool, _texts(row))) for row in rows]
    wide = max(2, (max(widths) + 1) // 2)
    return next((place for place, width in enumerate(widths) if width >= wide), 0)


def _block(rows: Sequence[RawRow], place: int, known: Collection[str]) -> tuple[list[str], int]:
    """Headers that lie in several lines because cells are merged: the lowest known one counts.

    Above it, a line gives what it knows to columns that are empty; below, a line belongs to the
    header if all that it says is known.
    """
    header = _texts(rows[place])
    for above in rows[max(0, place - 2) : place][::-1]:
        texts = _texts(above)
        header += [""] * (len(texts) - len(header))
        for column, text in enumerate(texts):
            if not header[column] and _is_known(text, known):
                header[column] = text
    while place + 1 < len(rows):
        below = _texts(rows[place + 1])
        said = {column: text for column, text in enumerate(below) if text}
        if not said or any(not _is_known(text, known) for text in said.values()):
            break
        place += 1
        header += [""] * (max(said) + 1 - len(header))
        for column, text in said.items():
            header[column] = text
    return header, place
