"""Submissions, tasks, reports, notes and events as the engine leaves them. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Any

from tms.access import Role
from tms.demo.batch import Batch, event_of
from tms.demo.changes import change
from tms.demo.files import BASIC, File, fillers
from tms.demo.ids import Ids
from tms.demo.returns import REASON, notes_of
from tms.demo.staff import Staff
from tms.demo.state import Stage
from tms.demo.turns import Turn, decided_at, turns_of, wave_of
from tms.dictionary import Filler
from tms.models import (
    AuditEvent,
    ChangeRequest,
    RecordStatus,
    ReportUp,
    ReviewNote,
    ReviewTask,
    Submission,
    SubmissionRow,
    Verdict,
)
from tms.workflow.routes import route_for
from tms.workflow.shapes import FIRST


def work_on(
    files: Sequence[File], staff: Staff, seed: int, ids: Ids
) -> list[tuple[Any, list[dict[str, Any]]]]:
    """(model, rows) of the work on *files*, which are those of whole schools, in order."""
    batch = Batch(staff, seed, ids)
    for file in files:
        _filling(batch, file)
    submitted = [file for file in files if file.stage is not Stage.DRAFT]
    reports = _reports(batch, submitted)
    for file in submitted:
        report = reports.get((file.teacher.school.id, wave_of(file))) if _reported(file) else None
        _submission(batch, file, ids.submissions + file.teacher.number, report)
        change(batch, file)
    models = (ReportUp, Submission, SubmissionRow, ReviewTask, ReviewNote, ChangeRequest)
    tables: list[tuple[Any, list[dict[str, Any]]]] = [(m, batch.rows[m]) for m in models]
    return [*tables, (AuditEvent, batch.filled), (AuditEvent, batch.acts)]


# -- filling in ------------------------------------------------------------------------------------


def _filling(batch: Batch, file: File) -> None:
    """The school made the file; the teacher filled in the one part, the school the other."""
    whose: dict[str, dict[str, dict[str, int]]] = {"create": {}, "own": {}, "school": {}}
    for table, rows in file.columns.items():
        key = "create" if table == BASIC else "own" if file.filler(table) is file.own else "school"
        if rows:
            whose[key][table] = {str(row["id"]): 1 for row in rows}
    number = file.teacher.number
    school = file.teacher.school.id
    for actor, act, when, rows_, act_id in (
        (file.admin, "create", file.made, whose["create"], batch.act_id("create", school)),
        (file.own, "fill", file.filled, whose["own"], batch.act_id("fill", number)),
        (
            file.admin,
            "fill",
            file.school_filled,
            whose["school"],
            batch.act_id("by school", school),
        ),
    ):
        event = event_of(file, actor, act, act_id, when)
        batch.filled.append(event | {"rows": rows_})


# -- submissions -----------------------------------------------------------------------------------


def _submission(batch: Batch, file: File, submission: int, report: int | None) -> None:
    is_over, is_back = file.stage is Stage.IN_FORCE, file.stage is Stage.RETURNED
    sent, act = file.when(wave_of(file)[0]), batch.act_id("submit", file.id)
    batch.rows[Submission].append(
        {
            "id": submission,
            "teacher_id": file.id,
            "unit_path": file.teacher.path,
            "route": route_for(file.category).key,
            "step": "" if is_back else file.last.value,
            "status": (RecordStatus.APPROVED if is_over else file.status).value,
            "round": 1,
            "shape": FIRST,
            "is_open": not is_over,
            "submitted_by": file.own.user_id,
            "submitted_at": sent,
            "closed_at": decided_at(file, file.last) if is_over else None,
            "report_id": report,
            "complete_at_report": True if report else None,
        }
    )
    submit = event_of(file, file.own, "submit", act, sent)
    batch.acts.append(submit | {"submission_id": submission, "detail": None})
    batch.rows[SubmissionRow] += _submission_rows(batch, file, submission, act)
    _work(batch, file, submission, act)


def _submission_rows(
    batch: Batch, file: File, submission: int, sent: str
) -> Iterator[dict[str, Any]]:
    """The teacher's rows came with the submission, the school's when it passed the supplement."""
    filled_by = fillers(file.category)
    supplied = _pass_id(batch, file, Stage.SUPPLEMENT)
    for table, rows in file.columns.items():
        if not file.gathers(table):
            continue
        act = sent if filled_by[table] is Filler.TEACHER else supplied
        for row in rows:
            yield {
                "submission_id": submission,
                "table_name": table,
                "row_id": row["id"],
                "content_version": row["content_version"],
                "filled_by": row["updated_by"],
                "teacher_id": file.id,
                "unit_path": file.teacher.path,
                "functions": row["functions"],
                "round": 1,
                "act": act,
            }


def _pass_id(batch: Batch, file: File, step: Stage) -> str:
    """The id of the act by which the school passed *step*."""
    return batch.verdict_id(
        file, step, Verdict.PASSED, file.teacher.school.id, decided_at(file, step)
    )


# -- desks -----------------------------------------------------------------------------------------


def _work(batch: Batch, file: File, submission: int, sent: str) -> None:
    """Tasks in order, each opened by the act that decided the last desk before it."""
    opened_by = last = sent
    step = ""
    for turn in turns_of(file, batch.staff):
        if turn.step.key != step:
            step, opened_by = turn.step.key, last
        act = batch.verdict_id(file, step, turn.verdict, turn.desk, turn.decided)
        _task(batch, file, submission, turn, opened_by, act)
        if turn.verdict is Verdict.PASSED:
            last = act
        if turn.verdict is not None:
            _decision(batch, file, submission, turn, act)
        if turn.verdict is Verdict.RETURNED:
            batch.rows[ReviewNote] += _notes(file, submission, turn, act)


def _task(batch: Batch, file: File, submission: int, turn: Turn, opened_by: str, act: str) -> None:
    decided = turn.verdict is not None
    batch.rows[ReviewTask].append(
        {
            "submission_id": submission,
            "teacher_id": file.id,
            "unit_path": file.teacher.path,
            "step": turn.step.key,
            "desk_unit_id": turn.desk,
            "desk_function": turn.function,
            "functions": turn.mask,
            "shape": FIRST,
            "permission": turn.step.permission.value,
            "opened_at": turn.opened,
            "opened_act": opened_by,
            "due_at": turn.due,
            "round": 1,
            "verdict": turn.verdict.value if turn.verdict else None,
            "decided_at": turn.decided if decided else None,
            "decided_by": turn.actor.user_id if decided else None,
            "act": act if decided else None,
            "stand_in": False,
        }
    )


def _decision(batch: Batch, file: File, submission: int, turn: Turn, act: str) -> None:
    returned = turn.verdict is Verdict.RETURNED
    word = "return" if returned else turn.step.verb
    event = event_of(file, turn.actor, f"{word}.{turn.step.key}", act, turn.decided)
    is_whole = returned and notes_of(file)[0].table is None
    detail = {"note": REASON} if is_whole else None
    batch.acts.append(event | {"submission_id": submission, "detail": detail})


def _notes(file: File, submission: int, turn: Turn, act: str) -> Iterator[dict[str, Any]]:
    for note in notes_of(file):
        yield {
            "submission_id": submission,
            "teacher_id": file.id,
            "unit_path": file.teacher.path,
            "table_name": note.table,
            "row_id": note.row_id,
            "field": note.field,
            "reason": note.reason,
            "filler": note.filler,
            "written_by": turn.actor.user_id,
            "written_at": turn.decided,
            "act": act,
        }


# -- reports ---------------------------------------------------------------------------------------


def _reported(file: File) -> bool:
    return file.last is Stage.APPROVE


def _reports(batch: Batch, files: Sequence[File]) -> dict[Any, int]:
    """One report per school and wave, with its receipt; its first file numbers it."""
    handed: dict[Any, list[File]] = defaultdict(list)
    for file in files:
        if _reported(file):
            handed[file.teacher.school.id, wave_of(file)].append(file)
    found = {}
    for key, part in handed.items():
        found[key] = batch.ids.reports + part[0].teacher.number
        batch.rows[ReportUp].append(_report(batch, found[key], part))
    return found


def _report(batch: Batch, report: int, files: Sequence[File]) -> dict[str, Any]:
    school, wave = files[0].teacher.school, wave_of(files[0])
    when = decided_at(files[0], Stage.REPORT)
    mark = batch.act_id("receipt", school.id, wave)[:8].upper()
    return {
        "id": report,
        "unit_id": school.id,
        "unit_path": school.path,
        "superior_id": school.above.id if school.above else None,
        "receipt": f"SB-{school.code}-{when:%Y%m%d}-{mark}",
        "files": len(files),
        "reported_by": batch.staff[school.id, Role.SCHOOL_HEAD].user_id,
        "reported_at": when,
    }
