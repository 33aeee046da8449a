"""What a return unlocked of a row: all of it, or the fields that notes name and what hangs on them.

DOMAIN.md 5: "A note of a return points at a field, a row or a section; what unlocks is that, plus
fields whose required, forbidden or options depend on a flagged one."
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tms.dictionary.live import dependants
from tms.models import SectionRecord
from tms.records.read import Header, UnderWay


def unlocked(
    model: type[SectionRecord],
    row: Mapping[str, Any],
    header: Header,
    submission: UnderWay | None,
) -> frozenset[str] | None:
    """The fields of a draft row that may be written; None is all of them.

    A row that no note names was never sent in: it is a draft like any other.
    """
    if submission is None:
        return None
    table = model.__tablename__
    here = [
        field
        for name, row_id, field in submission.notes
        if name in (None, table) and row_id in (None, row["id"])
    ]
    if not here or None in here:
        return None
    found: set[str] = set()
    for key in here:
        if key in model.dictionary.fields:
            found |= dependants(model.dictionary, header.category, key)
    return frozenset(found)
