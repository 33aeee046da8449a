"""退回: what exactly goes back, and to whom (DOMAIN.md 5).

A note points at a field, a row, a section or the whole file. The rows it names are drafts again; of
a row with notes on fields only these fields, and those that depend on them, can be written
(`tms.records.notes`). Everything else stays in review, and other desks keep their verdicts.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import insert, select

from tms.access import unscoped
from tms.access.policy import filler_of, table_filler
from tms.errors import Invalid, message
from tms.models import (
    TABLES,
    ChangeRequest,
    RecordStatus,
    ReviewNote,
    ReviewTask,
    RowState,
    SelectionItem,
    SubmissionRow,
)
from tms.models.types import now
from tms.models.work import DELETED, REQUESTS
from tms.records.read import Header
from tms.workflow import requests
from tms.workflow.act import Act
from tms.workflow.flow import label
from tms.workflow.into_force import turn_table
from tms.workflow.selection import REASON, headers_of, in_selection, tasks_of
from tms.workflow.suggestions import canonical_of


@dataclass(frozen=True)
class NoteOn:
    """What is wrong and where; *reason* may be empty where the return as a whole gives one."""

    reason: str = ""
    table: str | None = None
    row_id: int | None = None
    field: str | None = None
    #: What should stand there, as typed; of fields only (`tms.workflow.suggestions`).
    suggestion: Any = None


def give_back(act: Act, selection: int, note: str, on: Sequence[NoteOn]) -> None:
    """Write the notes; what they name goes back to whoever filled it.

    :raises Invalid: a note names what is not under review here.
    """
    files = headers_of(act.session, selection)
    if on and len(files) != 1:
        raise Invalid(message("指明信息项的退回一次只能处理一份档案。"))
    if on:
        judged = _judged(act, selection)
        for each in on:
            _check(each, judged)
            _turn_named(act, selection, each, judged)
    else:
        _turn_all(act, selection)
    _write(act, selection, [(header, each) for header in files for each in on or [NoteOn()]], note)
    label(act.session, selection, RecordStatus.RETURNED, step="")


def _check(each: NoteOn, judged: Mapping[str, set[int]]) -> None:
    """A desk returns what it judges: rows of this submission, of its own functions."""
    table = each.table or ""
    rows = judged.get(table, set())
    known = table == REQUESTS or table in TABLES
    fields = TABLES[table].dictionary.fields if table in TABLES else {}
    if (
        not known
        or not rows
        or (each.row_id is not None and each.row_id not in rows)
        or (each.field is not None and each.row_id is None)
        or (each.field is not None and fields and each.field not in fields)
    ):
        raise Invalid(message("所指的内容不在本次审核范围内。"))


def _judged(act: Act, selection: int) -> dict[str, set[int]]:
    """By table the rows of the one submission that the desk judges."""
    statement = (
        select(SubmissionRow.table_name, SubmissionRow.row_id)
        .join(ReviewTask, ReviewTask.submission_id == SubmissionRow.submission_id)
        .where(
            ReviewTask.id.in_(tasks_of(selection)),
            SubmissionRow.content_version != DELETED,
            (ReviewTask.functions == 0)
            | (SubmissionRow.functions.bitwise_and(ReviewTask.functions) != 0),
        )
    )
    found: dict[str, set[int]] = {}
    for table, row in act.session.execute(unscoped(statement, REASON)):
        found.setdefault(table, set()).add(row)
    return found


def _turn_named(act: Act, selection: int, each: NoteOn, judged: Mapping[str, set[int]]) -> None:
    """The row named; of a section what the desk judges, other departments keep theirs."""
    rows = judged[each.table or ""] if each.row_id is None else {each.row_id}
    if each.table in TABLES:
        model = TABLES[each.table]
        named = model.id.in_(rows)
        turn_table(act.session, model, selection, RowState.IN_REVIEW, RowState.DRAFT, named)
    if each.table == REQUESTS:
        requests.back(act.session, selection, ChangeRequest.id.in_(rows))


def _turn_all(act: Act, selection: int) -> None:
    """The file as a whole; at a department's desk all that the department judges."""
    statement = select(ReviewTask.functions).where(ReviewTask.id.in_(tasks_of(selection)))
    for mask in act.session.scalars(unscoped(statement.distinct(), REASON)).all():
        of_desk = act.tasks(ReviewTask.id.in_(tasks_of(selection)), ReviewTask.functions == mask)
        for model in TABLES.values():
            judged = (model.functions.bitwise_and(mask) != 0,) if mask else ()
            turn_table(act.session, model, of_desk, RowState.IN_REVIEW, RowState.DRAFT, *judged)
        judged = (ChangeRequest.functions.bitwise_and(mask) != 0,) if mask else ()
        requests.back(act.session, of_desk, *judged)


def _write(act: Act, selection: int, notes: Sequence[tuple[Header, NoteOn]], reason: str) -> None:
    submissions = _submissions(act, selection)
    rows = [
        {
            "submission_id": submissions[header.id],
            "teacher_id": header.id,
            "unit_path": header.unit_path,
            "table_name": each.table,
            "row_id": each.row_id,
            "field": each.field,
            "reason": each.reason.strip() or reason,
            "suggestion": canonical_of(act.session, act.actor, header, each),
            "filler": _filler(act, header, each),
            "written_by": act.actor.user_id,
            "written_at": now(),
            "act": act.act_id,
        }
        for header, each in notes
    ]
    act.session.execute(unscoped(insert(ReviewNote), REASON), rows)


def _submissions(act: Act, selection: int) -> dict[int, int]:
    statement = select(SelectionItem.teacher_id, SelectionItem.submission_id)
    found = act.session.execute(statement.where(in_selection(selection)))
    return {teacher: submission for teacher, submission in found if submission is not None}


def _filler(act: Act, header: Header, each: NoteOn) -> str:
    """Who mends it; "" means teacher or school."""
    if each.table == REQUESTS:
        return requests.filler_of(act.session, each.row_id)
    if each.table is None or each.table not in TABLES:
        return ""
    table = TABLES[each.table].dictionary
    field: Any = table.fields.get(each.field or "")
    at = header.category, header.unit_path
    return str(filler_of(act.actor, field, *at) if field else table_filler(act.actor, table, *at))
