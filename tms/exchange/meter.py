"""What the rows of a file hold while they are read: equal texts once, and not more than may be."""

from __future__ import annotations

from sys import getsizeof
from typing import Any, Final

from tms.exchange.limits import READING_MEMORY, TOO_LARGE
from tms.exchange.stages import FileRefused

#: Texts remembered at a time; columns of codes and names of schools repeat within that.
_MEMORY: Final = 1 << 15
#: A row's list and what holds it.
_ROW: Final = 120
_CELL: Final = 8
#: A number or date that is not shared.
_VALUE: Final = 32


class Meter:
    """Counts bytes; the rows of one file go through one meter."""

    def __init__(self, taken: int) -> None:
        """*taken* bytes of what reading may take are in use by the file itself."""
        self.held = taken
        #: What another process holds meanwhile.
        self.beside = 0
        self.known: dict[str, str] = {}

    def take(self, row: list[Any]) -> list[Any]:
        """*row*, its texts shared with rows before.

        :raises FileRefused: there is no room left.
        """
        known = self.known
        if len(known) > _MEMORY:
            known.clear()
        size = _ROW + _CELL * len(row)
        for place, cell in enumerate(row):
            if type(cell) is str:
                if (same := known.get(cell)) is not None:
                    row[place] = same
                else:
                    known[cell] = cell
                    size += getsizeof(cell)
            else:
                size += _VALUE
        self.held += size
        if self.held + self.beside > READING_MEMORY:
            raise FileRefused(TOO_LARGE)
        return row
