"""A few changes of what is in force: applied for, or sent in and on the head's desk."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from tms.demo.batch import Batch, event_of
from tms.demo.files import File
from tms.demo.state import Stage
from tms.models import (
    ChangeRequest,
    RecordStatus,
    RequestKind,
    RequestStatus,
    ReviewTask,
    Submission,
    SubmissionRow,
    Verdict,
)
from tms.models.work import REQUESTS
from tms.workflow.routes import K12
from tms.workflow.shapes import CHANGE

TABLE, FIELD, REASON = "contact", "mobile", "本人更换手机号码。"
SHAPE = f"{CHANGE}:{TABLE}.{FIELD}"
#: Days before the base date on which it was applied for, and a day later sent in.
APPLIED, SENT = 9.0, 8.0


def change(batch: Batch, file: File) -> None:
    """The change of a file, if it has one: its school applies for it."""
    if file.change is None:
        return
    request = batch.ids.requests + file.teacher.number
    (row,) = file.columns[TABLE][:1]
    made = file.when(APPLIED)
    batch.rows[ChangeRequest].append(_request(file, request, row, made))
    about = {"request": request, "table": TABLE, "row": row["id"]}
    detail = about | {"fields": [FIELD], "note": REASON}
    act = batch.act_id("request", request)
    event = event_of(file, file.admin, "request", act, made)
    batch.acts.append(event | {"submission_id": None, "detail": detail})
    if file.change is RequestStatus.IN_REVIEW:
        _send_in(batch, file, request)


def _request(file: File, request: int, row: dict[str, Any], made: datetime) -> dict[str, Any]:
    number = str(row[FIELD])
    return {
        "id": request,
        "teacher_id": file.id,
        "unit_path": file.teacher.path,
        "functions": row["functions"],
        "table_name": TABLE,
        "row_id": row["id"],
        "base_version": row["content_version"],
        "kind": RequestKind.MODIFY.value,
        "patch": {FIELD: f"{number[:-2]}{(int(number[-2:]) + 50) % 100:02d}"},
        "former": {FIELD: number},
        "refused": {},
        "reason": REASON,
        "status": str(file.change),
        "version": 1,
        "made_by": file.admin.user_id,
        "made_at": made,
    }


def _send_in(batch: Batch, file: File, request: int) -> None:
    """By whoever supplements, so that this step is passed with it: the head is next."""
    submission, sent = batch.ids.changes + file.teacher.number, file.when(SENT)
    act = batch.act_id("submit", submission)
    own = {"teacher_id": file.id, "unit_path": file.teacher.path}
    batch.rows[Submission].append(own | _submission(file, submission, sent))
    batch.rows[SubmissionRow].append(own | _row(file, submission, request, act))
    for stage in (Stage.SUPPLEMENT, Stage.HEAD):
        batch.rows[ReviewTask].append(own | _task(file, submission, stage, sent, act))
    event = event_of(file, file.admin, "submit", act, sent)
    batch.acts.append(event | {"submission_id": submission, "detail": None})


def _submission(file: File, submission: int, sent: datetime) -> dict[str, Any]:
    return {
        "id": submission,
        "route": K12.key,
        "step": Stage.HEAD.value,
        "status": RecordStatus.SUBMITTED.value,
        "round": 1,
        "shape": SHAPE,
        "is_open": True,
        "submitted_by": file.admin.user_id,
        "submitted_at": sent,
        "closed_at": None,
        "report_id": None,
        "complete_at_report": None,
    }


def _row(file: File, submission: int, request: int, act: str) -> dict[str, Any]:
    return {
        "submission_id": submission,
        "table_name": REQUESTS,
        "row_id": request,
        "content_version": 1,
        "filled_by": file.admin.user_id,
        "functions": 0,
        "round": 1,
        "act": act,
    }


def _task(file: File, submission: int, stage: Stage, sent: datetime, act: str) -> dict[str, Any]:
    step, is_passed = K12.step(stage.value), stage is Stage.SUPPLEMENT
    return {
        "submission_id": submission,
        "step": step.key,
        "desk_unit_id": file.teacher.school.id,
        "desk_function": "",
        "functions": 0,
        "shape": SHAPE,
        "permission": step.permission.value,
        "opened_at": sent,
        "opened_act": act,
        "due_at": sent + timedelta(days=step.days),
        "round": 1,
        "verdict": Verdict.PASSED.value if is_passed else None,
        "decided_at": sent if is_passed else None,
        "decided_by": file.admin.user_id if is_passed else None,
        "act": act if is_passed else None,
        "stand_in": False,
    }
