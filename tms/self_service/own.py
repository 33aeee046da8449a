"""The reader's own file, read once a page: rows, findings, where it stands, what may be done."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from flask import abort
from sqlalchemy import select

from tms.access import Actor, policy
from tms.admin_views.labels import shown
from tms.admin_views.notes import open_notes
from tms.admin_views.opened import opened
from tms.admin_views.page import Page
from tms.admin_views.section_columns import usual
from tms.admin_views.values import stored_of
from tms.admin_views.whose_desk import Holding, holdings
from tms.auth import get_actor
from tms.db import db
from tms.dictionary import Filler, Finding, Section, Table
from tms.errors import Message
from tms.models import SECTIONS, TABLES, ChangeRequest, RequestStatus, RowState, Teacher
from tms.records import completeness
from tms.records.editable import Standing, Writable, for_row, standing_of
from tms.records.read import Header, headers, rows_of_files
from tms.records.request_checks import requests_where
from tms.workflow.gather import NOT_THE_TEACHERS, gathered
from tms.workflow.offered import Act, Situation, acts_on, weighed
from tms.workflow.requests import has_drafts
from tms.workflow.submit import answered, own_only, proposer

Row = dict[str, Any]
#: Values that tell a record from others.
TITLE = 2


@dataclass(frozen=True)
class OwnFile:
    """One teacher's file as he sees it."""

    actor: Actor
    teacher: Any
    header: Header

    @cached_property
    def rows(self) -> dict[str, list[Row]]:
        """All rows by table."""
        return rows_of_files(db.session(), [self.header.id])

    @cached_property
    def findings(self) -> list[Finding]:
        """What 完整性检测 finds, by the engine that all levels run."""
        file = completeness.of_rows(self.header, self.rows)
        return completeness.file_findings(db.session(), self.header, file)

    @property
    def errors(self) -> list[Finding]:
        """What keeps the teacher from sending in."""
        return completeness.blocking(self.findings, Filler.TEACHER)

    @property
    def warnings(self) -> list[Finding]:
        """What he should look at again."""
        return [f for f in self.findings if f.severity == "warning" and f.filler == Filler.TEACHER]

    @property
    def others(self) -> list[Finding]:
        """What the school or the bureau has to fill."""
        return [f for f in self.findings if f.filler != Filler.TEACHER]

    @cached_property
    def notes(self) -> list[Any]:
        """What a return named for the teacher to mend."""
        found = open_notes(self.header.id)
        return [note for note in found if note.filler not in NOT_THE_TEACHERS]

    @cached_property
    def wishes(self) -> int:
        """How many of his wishes for corrections the school has not answered."""
        mine = ChangeRequest.teacher_id == self.header.id
        return len(requests_where(db.session(), mine, ChangeRequest.status == RequestStatus.WISH))

    # -- who fills what ----------------------------------------------------------------------------

    @cached_property
    def sections(self) -> list[Section]:
        """The sections that schools of this category collect."""
        return [section for section in SECTIONS if self.tables(section)]

    def tables(self, section: Section) -> list[Table]:
        """The tables of *section* that this school collects."""
        return [table for table in section.tables if table.applies(self.header.category)]

    def makes(self, table: Table) -> bool:
        """Whether the records of *table* are the teacher's to make."""
        at = self.header.category, self.header.unit_path
        return policy.table_filler(self.actor, table, *at) == Filler.TEACHER

    def fills(self, section: Section) -> bool:
        """Whether anything in *section* is the teacher's to make."""
        return any(map(self.makes, self.tables(section)))

    @cached_property
    def standing(self) -> Standing:
        """Where the file stands: decides over all its rows."""
        return standing_of(db.session(), self.header)

    def writable(self, table: Table, row: Row) -> Writable:
        """What of *row* the teacher may write now."""
        model = TABLES[table.key]
        return for_row(db.session(), self.actor, model, row, self.header, self.standing)

    def may_add(self, table: Table) -> bool:
        """Whether there is room for a record, and it is the teacher's to make."""
        has_room = table.cardinality == "many" or not self.rows.get(table.key)
        return self.makes(table) and has_room and self.standing.hold is None

    def title(self, table: Table, row: Row) -> str:
        """What tells *row* from the others of its table, in a few words."""
        at = self.header.category, self.header.unit_path
        wanted = usual(table, self.header.category)
        fields = policy.shown_fields(self.actor, table, *at)
        texts = (shown(f, stored_of(row, f), at[0]) for f in fields if f.key in wanted)
        return " · ".join([text for text in texts if text][:TITLE])

    # -- what may be done --------------------------------------------------------------------------

    @cached_property
    def page(self) -> Page:
        """Names, desks and freezes, as the panel's pages ask for them."""
        return Page([self.teacher], self.actor)

    @property
    def waiting(self) -> Iterator[tuple[Table, Row]]:
        """Draft rows that the teacher sends in."""
        path, own = self.header.unit_path, own_only(self.actor)
        for key, rows in self.rows.items():
            model = TABLES[key]
            if gathered(self.actor, model, self.header.category, path, own_only=own):
                yield from ((model.dictionary, r) for r in rows if r["state"] == RowState.DRAFT)

    @cached_property
    def acts(self) -> dict[Act, Message | None]:
        """The verbs that make sense now, each with what keeps it from being done."""
        session, status = db.session(), self.teacher.record_status
        mine = select(Teacher.id).where(Teacher.id == self.header.id, answered(self.actor))
        waits = any(self.waiting) or session.scalar(mine) is not None
        waits = waits or bool(has_drafts(session, [self.header.id], made_by=proposer(self.actor)))
        task, hold = self.page.tasks.get(self.header.id), self.page.holds.get(self.header.id)
        offered = acts_on(self.page.seat, status, task, has_drafts=waits)
        situation = Situation(task, self.findings, hold)
        return dict(weighed(session, self.actor, offered, self.header.id, situation))

    @property
    def desks(self) -> Sequence[Holding]:
        """Whose desk it lies on, since when."""
        return list(holdings(self.teacher, self.page))


def own_file() -> OwnFile:
    """The file of whoever is logged in; its owner need not leave a trace, others do."""
    actor = get_actor()
    teacher_id = actor.teacher_id or abort(404)
    found = headers(db.session(), [teacher_id])
    teacher = db.session.scalar(select(Teacher).where(Teacher.id == teacher_id))
    if teacher is None or teacher_id not in found:
        abort(404)
    opened([teacher_id])
    return OwnFile(actor, teacher, found[teacher_id])
