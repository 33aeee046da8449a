"""Whose files an export holds, so that each of them can be told (SECURITY.md S30, PIPL 44).

A million people in one export must cost little, and one person's question too: ids are kept by
ranges of 65,536, as a compressed bitmap each. A row is found by the range of whoever asks.
"""

from __future__ import annotations

import zlib
from array import array
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Final

from sqlalchemy import insert
from sqlalchemy.orm import Session

from tms.access import Actor, unscoped
from tms.models import ExportReach
from tms.models.types import now

#: Lower bits of an id that lie in a bitmap.
BITS: Final = 16
LOWER: Final = (1 << BITS) - 1
#: Bytes of a bitmap.
SIZE: Final = 1 << (BITS - 3)
#: As long as the law wants records of processing to be kept (PIPL 56).
KEPT: Final = timedelta(days=3 * 366)
#: Rows of one statement.
PART: Final = 500
REASON: Final = "whose files went out, with the event of the export that says so"
#: In place of a user: the server's own console.
NOBODY: Final = 0


@dataclass(frozen=True)
class Reach:
    """Whose files went out: the packed ids by range, and how many people they are."""

    blocks: tuple[tuple[int, bytes], ...] = ()
    people: int = 0


@dataclass
class Reached:
    """Collects ids while rows are written: two bytes a row."""

    places: defaultdict[int, array[int]] = field(default_factory=lambda: defaultdict(_places))

    def add(self, ids: Iterable[int]) -> None:
        """Files of which rows were just written."""
        for each in set(ids):
            self.places[each >> BITS].append(each & LOWER)

    def packed(self) -> Reach:
        """What was collected, each id once."""
        blocks, people = [], 0
        for block, places in sorted(self.places.items()):
            found = set(places)
            people += len(found)
            blocks.append((block, _pack(found)))
        return Reach(tuple(blocks), people)


def _places() -> array[int]:
    return array("H")


def _pack(places: Iterable[int]) -> bytes:
    bits = bytearray(SIZE)
    for place in places:
        bits[place >> 3] |= 1 << (place & 7)
    return zlib.compress(bits.rstrip(b"\0"), 1)


def holds(people: bytes, teacher_id: int) -> bool:
    """Whether the bitmap of the file's range names it."""
    bits, place = zlib.decompress(people), teacher_id & LOWER
    return place >> 3 < len(bits) and bool(bits[place >> 3] >> (place & 7) & 1)


def store(session: Session, actor: Actor, act_id: str, reach: Reach) -> None:
    """Keep *reach* of the act *act_id*, in the transaction of its event."""
    base = {"user_id": actor.user_id or NOBODY, "act_id": act_id, "at": now()}
    rows = [{**base, "block": block, "people": people} for block, people in reach.blocks]
    statement = unscoped(insert(ExportReach.__table__), REASON)
    for start in range(0, len(rows), PART):
        session.execute(statement, rows[start : start + PART])
