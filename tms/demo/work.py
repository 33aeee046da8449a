"""Submissions, tasks, reports, notes and events as the engine leaves them. Pure."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from tms.access import Actor, Role
from tms.demo.calendar import at
from tms.demo.files import BASIC, IN_FORCE_SINCE, STATUS, File, fillers
from tms.demo.ids import Ids
from tms.demo.staff import Staff
from tms.demo.state import STEPS, Stage
from tms.dictionary import Filler
from tms.models import (
    AuditEvent,
    ReportUp,
    ReviewNote,
    ReviewTask,
    Submission,
    SubmissionRow,
    Verdict,
)
from tms.records.audit import event_base
from tms.workflow.routes import Route, route_for

REASON = "请补充近年培训记录的证明材料，并核对任教学科。"
#: Days before the base date: submission, then the decision at each step, in two waves. In the
#: first, files came into force; the second is under way.
FIRST_WAVE = (110.0, 98.0, 95.0, 92.0, IN_FORCE_SINCE)
SECOND_WAVE = (25.0, 15.0, 10.0, 7.0, 4.0)


@dataclass
class Batch:
    """What is written together."""

    staff: Staff
    seed: int
    ids: Ids
    rows: dict[Any, list[dict[str, Any]]] = field(default_factory=lambda: defaultdict(list))
    #: Events with and without rows differ in columns.
    filled: list[dict[str, Any]] = field(default_factory=list)
    acts: list[dict[str, Any]] = field(default_factory=list)

    def act_id(self, *words: object) -> str:
        """The same for everything that one act did."""
        text = "|".join(map(str, (self.seed, *words)))
        return hashlib.blake2b(text.encode(), digest_size=16).hexdigest()


def work_on(
    files: Sequence[File], staff: Staff, seed: int, ids: Ids
) -> list[tuple[Any, list[dict[str, Any]]]]:
    """(model, rows) of the work on *files*, which are those of whole schools, in order."""
    batch = Batch(staff, seed, ids)
    for file in files:
        _filling(batch, file)
    submitted = [file for file in files if _is_submitted(file)]
    reports = _reports(batch, submitted)
    for file in submitted:
        report = reports.get((file.teacher.school.id, _wave(file))) if _reported(file) else None
        _submission(batch, file, ids.submissions + file.teacher.number, report)
    models = (ReportUp, Submission, SubmissionRow, ReviewTask, ReviewNote)
    tables: list[tuple[Any, list[dict[str, Any]]]] = [(m, batch.rows[m]) for m in models]
    return [*tables, (AuditEvent, batch.filled), (AuditEvent, batch.acts)]


def _is_submitted(file: File) -> bool:
    """Drafts were not; universities have no route yet."""
    return file.stage is not Stage.DRAFT and route_for(file.teacher.life.category) is not None


def _wave(file: File) -> tuple[float, ...]:
    return FIRST_WAVE if file.stage is Stage.IN_FORCE else SECOND_WAVE


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
        event = _event(file, actor, act, act_id, when)
        batch.filled.append(event | {"rows": rows_})


def _event(file: File, actor: Actor, act: str, act_id: str, when: datetime) -> dict[str, Any]:
    return event_base(actor, act, act_id) | {
        "at": when,
        "unit_path": file.teacher.path,
        "teacher_id": file.id,
        "files": 1,
    }


# -- submissions -----------------------------------------------------------------------------------


def _last_step(file: File) -> Stage:
    """Where the submission stands or stood last."""
    return file.teacher.standing.returned_at or (
        Stage.APPROVE if file.stage is Stage.IN_FORCE else file.stage
    )


def _reported(file: File) -> bool:
    return _last_step(file) is Stage.APPROVE


def _submission(batch: Batch, file: File, submission: int, report: int | None) -> None:
    wave, last = _wave(file), _last_step(file)
    closed = file.stage in (Stage.IN_FORCE, Stage.RETURNED)
    sent = file.when(wave[0])
    batch.rows[Submission].append(
        {
            "id": submission,
            "teacher_id": file.id,
            "unit_path": file.teacher.path,
            "route": _route(file).key,
            "step": last.value,
            "status": STATUS[file.stage].value,
            "is_open": not closed,
            "submitted_by": file.own.user_id,
            "submitted_at": sent,
            "closed_at": at(wave[1 + STEPS.index(last)]) if closed else None,
            "report_id": report,
            "complete_at_report": True if report else None,
        }
    )
    submit = _event(file, file.own, "submit", batch.act_id("submit", file.id), sent)
    batch.acts.append(submit | {"submission_id": submission, "detail": None})
    batch.rows[SubmissionRow] += _submission_rows(file, submission)
    for turn in _turns(batch, file, last):
        _task(batch, file, submission, turn)


def _route(file: File) -> Route:
    route = route_for(file.teacher.life.category)
    assert route is not None  # noqa: S101  asked by _is_submitted
    return route


def _submission_rows(file: File, submission: int) -> Iterator[dict[str, Any]]:
    own_only = file.stage is Stage.SUPPLEMENT
    filled_by = fillers(file.teacher.life.category)
    for table, rows in file.columns.items():
        if own_only and filled_by[table] is Filler.SCHOOL:
            continue
        for row in rows:
            yield {
                "submission_id": submission,
                "table_name": table,
                "row_id": row["id"],
                "content_version": row["content_version"],
                "filled_by": row["updated_by"],
                "teacher_id": file.id,
                "unit_path": file.teacher.path,
            }


# -- desks -----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Turn:
    """One desk's turn with one file."""

    step: Stage
    verb: str
    desk: int
    actor: Actor
    opened: datetime
    decided: datetime
    verdict: Verdict | None


def _turns(batch: Batch, file: File, last: Stage) -> Iterator[Turn]:
    """The desks up to *last*; the last one has not decided, unless the submission is closed."""
    wave, school = _wave(file), file.teacher.school
    closing = {Stage.IN_FORCE: Verdict.PASSED, Stage.RETURNED: Verdict.RETURNED}.get(file.stage)
    for place, step in enumerate(STEPS[: STEPS.index(last) + 1]):
        desk = school.above.id if step is Stage.APPROVE and school.above else school.id
        role = Role.SCHOOL_HEAD if step in (Stage.HEAD, Stage.REPORT) else Role.INFO_ADMIN
        yield Turn(
            step,
            _route(file).step(step.value).verb,
            desk,
            batch.staff[desk, role],
            at(wave[place]) if place else file.when(wave[0]),
            at(wave[place + 1]),
            closing if step is last else Verdict.PASSED,
        )


def _task(batch: Batch, file: File, submission: int, turn: Turn) -> None:
    decided = turn.verdict is not None
    act = batch.act_id(turn.step, turn.verdict, file.teacher.school.id, turn.decided)
    batch.rows[ReviewTask].append(
        {
            "submission_id": submission,
            "teacher_id": file.id,
            "unit_path": file.teacher.path,
            "step": turn.step.value,
            "desk_unit_id": turn.desk,
            "desk_function": "",
            "opened_at": turn.opened,
            "verdict": turn.verdict.value if turn.verdict else None,
            "decided_at": turn.decided if decided else None,
            "decided_by": turn.actor.user_id if decided else None,
            "act": act if decided else None,
        }
    )
    if not decided:
        return
    returned = turn.verdict is Verdict.RETURNED
    verb = "return" if returned else turn.verb
    event = _event(file, turn.actor, f"{verb}.{turn.step}", act, turn.decided)
    detail = {"note": REASON} if returned else None
    batch.acts.append(event | {"submission_id": submission, "detail": detail})
    if returned:
        batch.rows[ReviewNote].append(_note(file, submission, turn))


def _note(file: File, submission: int, turn: Turn) -> dict[str, Any]:
    return {
        "submission_id": submission,
        "teacher_id": file.id,
        "unit_path": file.teacher.path,
        "reason": REASON,
        "written_by": turn.actor.user_id,
        "written_at": turn.decided,
    }


# -- reports ---------------------------------------------------------------------------------------


def _reports(batch: Batch, files: Sequence[File]) -> dict[Any, int]:
    """One report per school and wave, with its receipt; its first file numbers it."""
    handed: dict[Any, list[File]] = defaultdict(list)
    for file in files:
        if _reported(file):
            handed[file.teacher.school.id, _wave(file)].append(file)
    found = {}
    for key, part in handed.items():
        found[key] = batch.ids.reports + part[0].teacher.number
        batch.rows[ReportUp].append(_report(batch, found[key], part))
    return found


def _report(batch: Batch, report: int, files: Sequence[File]) -> dict[str, Any]:
    school, wave = files[0].teacher.school, _wave(files[0])
    when = at(wave[3])
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
