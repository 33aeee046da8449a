"""What has become of a file since it was put on paper: rows and fields by name (R45)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sqlalchemy.orm import Session

from tms.access import Actor
from tms.errors import NotFound, message
from tms.models import TABLES, PrintedForm
from tms.records.audit import plain
from tms.records.business import tables_of
from tms.records.history import Place, changes_since_all
from tms.records.printed_forms import Paper, papers_for


class Fate(StrEnum):
    """What became of a row."""

    ADDED = "added"
    CHANGED = "changed"
    GONE = "gone"


@dataclass(frozen=True)
class RowSince:
    """One row that is not as it stands on the paper."""

    table: str
    row_id: int
    fate: Fate
    #: As it is now; empty where it is gone.
    row: dict[str, Any]
    #: {field: value on the paper}, as events hold values: masks of encrypted ones.
    former: dict[str, Any]


@dataclass(frozen=True)
class Checked:
    """A paper beside the file as it is now."""

    paper: PrintedForm
    now: Paper
    rows: tuple[RowSince, ...]

    @property
    def is_same(self) -> bool:
        """Whether every value is as it stands on the paper."""
        return bool(self.paper.digest == self.now.digest)


def check(session: Session, actor: Actor, paper: PrintedForm) -> Checked:
    """Hold *paper*, which was found by scope, against its file.

    :raises NotFound: the file is out of reach. :raises NotAllowed: the role reads no records.
    """
    now = as_now(session, paper)
    if now.digest == paper.digest:
        return Checked(paper, now, ())
    return Checked(paper, now, tuple(_rows(session, actor, paper, now)))


def as_now(session: Session, paper: PrintedForm) -> Paper:
    """What the paper would be if it were printed now."""
    made = papers_for(session, [paper.teacher_id], paper.business, tables_of(paper.business))
    if not made:
        raise NotFound(message("没有这份档案。"))
    return made[0]


def _rows(session: Session, actor: Actor, paper: PrintedForm, now: Paper) -> Iterator[RowSince]:
    here = {(name, row["id"]): row for name, rows in now.file.rows.items() for row in rows}
    there = {
        (name, int(row)): version
        for name, rows in paper.rows.items()
        for row, version in rows.items()
    }
    moved = {
        place: version
        for place, version in there.items()
        if place in here and here[place]["content_version"] != version
    }
    since = changes_since_all(session, actor, paper.teacher_id, moved)
    for place in sorted({*here, *there}, key=_in_order):
        if place not in here:
            yield RowSince(*place, Fate.GONE, {}, {})
        elif place not in there:
            yield RowSince(*place, Fate.ADDED, here[place], {})
        elif place in moved and (former := _differing(place, here[place], since[place].base())):
            yield RowSince(*place, Fate.CHANGED, here[place], former)


def _in_order(place: Place) -> tuple[int, int]:
    return list(TABLES).index(place[0]), place[1]


def _differing(place: Place, row: dict[str, Any], base: dict[str, Any]) -> dict[str, Any]:
    """Without what was changed and changed back; of numbers only the mask is known."""
    fields, held = TABLES[place[0]].dictionary.fields, plain(row)
    return {
        key: value for key, value in base.items() if fields[key].encrypted or held[key] != value
    }
