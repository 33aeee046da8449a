"""What a submission takes along: drafts of the files join it and go into review."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sqlalchemy import exists, func, insert, literal, select, update

from tms.access import Actor, unscoped
from tms.access.policy import table_filler
from tms.db import BLIND
from tms.dictionary import Category, Filler
from tms.models import (
    TABLES,
    ReviewNote,
    RowState,
    SectionRecord,
    SelectionItem,
    Submission,
    SubmissionRow,
    Teacher,
)
from tms.models.types import now
from tms.records.read import Header
from tms.workflow import requests, shapes
from tms.workflow.act import Act
from tms.workflow.into_force import turn_table
from tms.workflow.selection import REASON, in_selection, submissions_of, teachers_of

#: Notes that others than the teacher mend; one without a filler is for whoever sends in again.
NOT_THE_TEACHERS = (Filler.SCHOOL.value, Filler.BUREAU.value)


def gather(act: Act, selection: int, files: Iterable[Header], *, own_only: bool = False) -> None:
    """Draft rows of the selection's files join their submission and go into review.

    :param own_only: only tables the teacher fills; school-filled rows join at the supplement step.
    """
    if _sent_before(act, selection):
        for model in TABLES.values():
            _again(act, selection, model)
    for category in {header.category for header in files}:
        for model in TABLES.values():
            if gathered(act.actor, model, category, act.actor.unit_path, own_only=own_only):
                _gather_table(act, selection, model, category)
    proposer = act.actor.user_id if own_only else None
    requests.gather(act.session, selection, act.act_id, made_by=proposer)
    _resolve(act, selection, own_only=own_only)
    shapes.assign(act.session, selection)


def gathered(
    actor: Actor, model: type[SectionRecord], category: Category, path: str, *, own_only: bool
) -> bool:
    """Whether rows of the table join in files of *category* at *path*.

    What only the teacher sends in is his own, so that the path is that of his unit.
    """
    table = model.dictionary
    if not table.applies(category):
        return False
    return not own_only or table_filler(actor, table, category, path) == Filler.TEACHER


def _gather_table(act: Act, selection: int, model: type[SectionRecord], category: Category) -> None:
    chosen = (
        select(SelectionItem.teacher_id)
        .join(Teacher, Teacher.id == SelectionItem.teacher_id)
        .where(in_selection(selection), Teacher.school_category == category)
    )
    ready = model.teacher_id.in_(chosen)
    known = exists().where(
        SubmissionRow.submission_id == SelectionItem.submission_id,
        SubmissionRow.table_name == model.__tablename__,
        SubmissionRow.row_id == model.id,
    )
    new = (in_selection(selection), model.state == RowState.DRAFT, ready, ~known)
    statement = insert(SubmissionRow).from_select(
        requests.ROW_COLUMNS, _travelling(act, model, *new)
    )
    act.session.execute(unscoped(statement, REASON))
    turn_table(act.session, model, selection, RowState.DRAFT, RowState.IN_REVIEW, ready)


def _travelling(act: Act, model: type[SectionRecord], *conditions: Any) -> Any:
    """Rows of the table as `requests.ROW_COLUMNS` of their submission."""
    return (
        select(
            SelectionItem.submission_id,
            literal(model.__tablename__),
            model.id,
            model.content_version,
            model.updated_by,
            model.teacher_id,
            model.unit_path,
            model.functions,
            Submission.round,
            literal(act.act_id),
        )
        .join(SelectionItem, SelectionItem.teacher_id == model.teacher_id)
        .join(Submission, Submission.id == SelectionItem.submission_id)
        .where(*conditions)
    )


def _sent_before(act: Act, selection: int) -> bool:
    statement = select(func.max(Submission.round))
    statement = statement.where(Submission.id.in_(submissions_of(selection)))
    return (act.session.scalar(unscoped(statement, REASON)) or 1) > 1


def _again(act: Act, selection: int, model: type[SectionRecord]) -> None:
    """Rows that were returned: whoever judges them is asked again, changed or not."""

    def of_row(column: Any) -> Any:
        return select(column).where(model.id == SubmissionRow.row_id).scalar_subquery()

    owners = model.teacher_id.in_(teachers_of(selection))
    drafts = select(model.id).where(model.state == RowState.DRAFT, owners)
    latest = select(Submission.round).where(Submission.id == SubmissionRow.submission_id)
    statement = (
        update(SubmissionRow)
        .where(
            SubmissionRow.submission_id.in_(submissions_of(selection)),
            SubmissionRow.table_name == model.__tablename__,
            SubmissionRow.row_id.in_(drafts),
        )
        .values(
            content_version=of_row(model.content_version),
            filled_by=of_row(model.updated_by),
            functions=of_row(model.functions),
            round=latest.scalar_subquery(),
        )
    )
    act.session.execute(unscoped(statement, REASON), execution_options=BLIND)


def _resolve(act: Act, selection: int, *, own_only: bool) -> None:
    """What was returned is sent in again; what the school has to mend waits for the school."""
    statement = update(ReviewNote).where(
        ReviewNote.submission_id.in_(submissions_of(selection)), ReviewNote.resolved_at.is_(None)
    )
    if own_only:
        statement = statement.where(ReviewNote.filler.not_in(NOT_THE_TEACHERS))
    statement = statement.values(resolved_at=now(), resolved_act=act.act_id)
    act.session.execute(unscoped(statement, REASON), execution_options=BLIND)
