"""What holds at any time, whatever was done: the database against the model, and against itself."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis.stateful import RuleBasedStateMachine, invariant
from sqlalchemy import func, select

from tests.support.cast import Cast
from tests.support.review import ask, content, rows
from tests.workflow.model import STEPS, File
from tms.errors import Conflict, Invalid, NotAllowed, NotFound
from tms.models import AuditEvent, ReviewTask, Submission, SubmissionRow, Teacher
from tms.workflow import Outcome

STUDY = "study_experience"


class Sound(RuleBasedStateMachine):
    """Files and their models, asked after each step."""

    cast: Cast

    def __init__(self) -> None:
        super().__init__()
        self.files: list[File] = []

    def took(self, outcome: Outcome, expected: bool) -> None:
        told = [str(left.reason) for left in outcome.left_out]
        assert outcome.taken == expected, told
        assert expected or told, "left out without a word"

    def refused(self, attempt: Callable[[], Any]) -> None:
        with pytest.raises((Conflict, Invalid, NotAllowed, NotFound)):
            attempt()
        self.cast.session.rollback()

    @invariant()
    def rows_are_as_the_model_says(self) -> None:
        for file in self.files:
            assert rows(self.cast, file.id) == file.rows
            if file.complete:
                assert content(self.cast, file.id, STUDY).major == file.major

    @invariant()
    def label_step_and_open_tasks_agree(self) -> None:
        for file in self.files:
            mine = Submission.teacher_id == file.id
            found = ask(self.cast, select(Submission.step).where(mine, Submission.is_open))
            assert [step for (step,) in found] == ([file.step] if file.open else [])
            header = select(Teacher.record_status).where(Teacher.id == file.id)
            assert ask(self.cast, header) == [(file.label,)]
            waiting = select(ReviewTask.step).where(
                ReviewTask.teacher_id == file.id, ReviewTask.verdict.is_(None)
            )
            steps = [step for (step,) in ask(self.cast, waiting)]
            assert steps == ([file.step] if file.under_way else [])

    @invariant()
    def one_event_per_act_and_file(self) -> None:
        several = (
            select(AuditEvent.act_id, AuditEvent.teacher_id)
            .where(AuditEvent.submission_id.is_not(None))
            .group_by(AuditEvent.act_id, AuditEvent.teacher_id)
            .having(func.count() > 1)
        )
        assert ask(self.cast, several) == []

    @invariant()
    def nobody_judges_what_he_filled(self) -> None:
        own = select(ReviewTask.id).join(
            SubmissionRow, SubmissionRow.submission_id == ReviewTask.submission_id
        )
        independent = ReviewTask.step.in_([STEPS[1], STEPS[3]])
        by_filler = ReviewTask.decided_by == SubmissionRow.filled_by
        assert ask(self.cast, own.where(independent, by_filler)) == []
