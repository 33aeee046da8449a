"""New rows of a sheet that say no more than a new record begins with; forms take none, either."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from tms.dictionary import Category, Table, defaults, says_nothing
from tms.dictionary.scope import today
from tms.exchange.closing import is_content
from tms.models import Unit
from tms.records.read import Header


@dataclass
class Beginnings:
    """What new records of a table begin with, looked up for those schools only that need it."""

    session: Session
    table: Table
    on: date | None
    known: dict[tuple[int, Category], dict[str, Any]] = field(default_factory=dict)

    def says_nothing(self, header: Header, values: Mapping[str, Any]) -> bool:
        """Whether a row of *values* for the file would be a record of which nothing is said."""
        said = {key: value for key, value in values.items() if is_content(value)}
        if any(self.table.fields[key].default is None for key in said):
            return False  # by far the most rows
        fresh = self._fresh(header) if said else {}
        return says_nothing(self.table, header.category, said, fresh)

    def _fresh(self, header: Header) -> dict[str, Any]:
        at = header.unit_id, header.category
        if at not in self.known:
            name = select(Unit.name).where(Unit.id == header.unit_id)
            school = self.session.scalar(name) or ""
            day = self.on or today()
            self.known[at] = defaults(self.table, header.category, school, day)
        return self.known[at]
