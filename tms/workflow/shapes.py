"""What a submission changes, in a word: the pile it lies in on a desk (PEERS.md 5.3).

A shape is "first" (never in force), "key" (touches one of the six key items), "new:<table>" (only
new rows of one table), "change:<table>.<field>", "change:<table>", "delete:<table>", "nochange"
(no rows) or "mixed".
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from tms.access import unscoped
from tms.among import among
from tms.db import BLIND
from tms.dictionary import Table
from tms.errors import Message, message, term
from tms.models import (
    TABLES,
    ChangeRequest,
    RequestKind,
    ReviewTask,
    Submission,
    SubmissionRow,
    Teacher,
)
from tms.models.work import DELETED, REQUESTS
from tms.records.read import chunks
from tms.workflow.selection import REASON, submissions_of

FIRST, KEY, MIXED, NOTHING = "first", "key", "mixed", "nochange"
NEW, CHANGE, DELETE = "new", "change", "delete"
#: (table, field) of the six key items, which need proof (DOMAIN.md 11).
KEY_ITEMS = frozenset(
    (table, key)
    for table, model in TABLES.items()
    for key, declared in model.dictionary.fields.items()
    if declared.needs_proof
)
#: What wants most care comes first; a whole table before one of its fields.
RISK = (FIRST, KEY, MIXED, DELETE, NEW, CHANGE, NOTHING)


@dataclass
class Content:
    """What one submission brings for a file in force."""

    new: set[str] = field(default_factory=set)
    deleted: set[str] = field(default_factory=set)
    #: (table, field)
    changed: set[tuple[str, str]] = field(default_factory=set)

    @property
    def shape(self) -> str:
        """The word for it."""
        if not (self.new or self.deleted or self.changed):
            return NOTHING
        if self.changed & KEY_ITEMS or any(t in self.deleted for t, _ in KEY_ITEMS):
            return KEY
        tables = {table for table, _ in self.changed}
        kinds = [(NEW, self.new), (DELETE, self.deleted), (CHANGE, tables)]
        found = [(kind, table) for kind, some in kinds for table in some]
        if len(found) > 1:
            return MIXED
        ((kind, table),) = found
        if kind == CHANGE and len(self.changed) == 1:
            return f"{kind}:{table}.{next(iter(self.changed))[1]}"
        return f"{kind}:{table}"


def assign(session: Session, selection: int) -> None:
    """Write the shape of each submission of a frozen selection, and of its open tasks."""
    by_shape: dict[str, list[int]] = defaultdict(list)
    contents = _contents(session, selection)
    for submission, in_force in _submissions(session, selection):
        shape = contents[submission].shape if in_force else FIRST
        by_shape[shape].append(submission)
    for shape, submissions in by_shape.items():
        for part in chunks(submissions):
            open_ = (among(ReviewTask.submission_id, part), ReviewTask.verdict.is_(None))
            for statement in (
                update(Submission).where(among(Submission.id, part)),
                update(ReviewTask).where(*open_),
            ):
                session.execute(
                    unscoped(statement.values(shape=shape), REASON), execution_options=BLIND
                )


def _submissions(session: Session, selection: int) -> list[tuple[int, bool]]:
    """(submission, whether its file is in force)."""
    statement = (
        select(Submission.id, Teacher.in_force_since.is_not(None))
        .join(Teacher, Teacher.id == Submission.teacher_id)
        .where(Submission.id.in_(submissions_of(selection)))
    )
    return [(row[0], row[1]) for row in session.execute(unscoped(statement, REASON))]


def _contents(session: Session, selection: int) -> dict[int, Content]:
    found: dict[int, Content] = defaultdict(Content)
    of_selection = SubmissionRow.submission_id.in_(submissions_of(selection))
    rows = select(SubmissionRow.submission_id, SubmissionRow.table_name)
    rows = rows.where(
        of_selection,
        SubmissionRow.table_name != REQUESTS,
        SubmissionRow.content_version != DELETED,
    ).distinct()
    for submission, table in session.execute(unscoped(rows, REASON)):
        found[submission].new.add(table)
    requests = (
        select(
            SubmissionRow.submission_id,
            ChangeRequest.table_name,
            ChangeRequest.kind,
            ChangeRequest.patch,
        )
        .join(ChangeRequest, ChangeRequest.id == SubmissionRow.row_id)
        .where(of_selection, SubmissionRow.table_name == REQUESTS)
    )
    for row in session.execute(unscoped(requests, REASON)):
        content = found[row.submission_id]
        if row.kind == RequestKind.DELETE:
            content.deleted.add(row.table_name)
        else:
            fields = fields_of(TABLES[row.table_name].dictionary, row.patch)
            content.changed |= {(row.table_name, key) for key in fields}
    return found


def fields_of(table: Table, columns: Iterable[str]) -> set[str]:
    """The fields that *columns* of a patch belong to: an encrypted one has three."""
    return {_field_of(table, column) for column in columns}


def _field_of(table: Table, column: str) -> str:
    for ending in ("_mask", "_index"):
        key = column.removesuffix(ending)
        if key != column and key in table.fields and table.fields[key].encrypted:
            return key
    return column


# -- in words --------------------------------------------------------------------------------------


def parts(shape: str) -> tuple[str, str, str]:
    """(kind, table, field), as far as the shape names them."""
    kind, _, place = shape.partition(":")
    table, _, key = place.partition(".")
    return kind, table, key


def label(shape: str) -> Message:
    """What lies in the pile, as its heading says it."""
    kind, table, key = parts(shape)
    if table not in TABLES:
        return _WHOLE.get(kind, _WHOLE[MIXED])
    declared: Any = TABLES[table].dictionary
    if key in declared.fields:
        changed = term(declared.fields[key])
        if _is_alone(changed):
            return message("只改了%(field)s", field=changed)
        return message("只改了%(table)s的%(field)s", table=term(declared), field=changed)
    words = {
        NEW: message("只新增%(table)s", table=term(declared)),
        CHANGE: message("只改了%(table)s", table=term(declared)),
        DELETE: message("申请删除%(table)s", table=term(declared)),
    }
    return words.get(kind, _WHOLE[MIXED])


_WHOLE = {
    FIRST: message("首次报送"),
    KEY: message("改动六项关键信息"),
    MIXED: message("多处改动"),
    NOTHING: message("核对无变化"),
}
_HINTS = {
    FIRST: message("逐份看全档"),
    KEY: message("须有证明，逐份看"),
    MIXED: message("逐份看改动"),
    NOTHING: message("无内容改动"),
}


def hint(shape: str) -> Message | None:
    """How the pile is to be taken, where that does not go without saying."""
    return _HINTS.get(parts(shape)[0])


@cache
def _is_alone(changed: str) -> bool:
    """Whether no other field is called so."""
    fields = (f for model in TABLES.values() for f in model.dictionary.fields.values())
    return sum(f.zh == changed for f in fields) == 1


def by_risk(shape: str) -> tuple[int, int, str]:
    """Sorts piles: what wants most care first, then in the order of the sections."""
    kind, table, key = parts(shape)
    place = list(TABLES).index(table) if table in TABLES else -1
    return (RISK.index(kind) if kind in RISK else RISK.index(MIXED), place, key)
