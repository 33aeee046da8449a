"""One question of "why can't I?": what is asked about, and the facts that answers name."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from typing import Any

from sqlalchemy.orm import Session

from tms.access import Actor, Permission, unscoped
from tms.access.policy import filler_of, table_filler
from tms.db import AnySelect
from tms.dictionary import Field, Filler, Finding, Table
from tms.errors import Because, Message, Term, Text, message, term
from tms.models import RecordStatus
from tms.models.types import now
from tms.records.read import Header, UnderWay, open_submissions
from tms.workflow.desks import Seat, seat_of
from tms.workflow.outcome import OpenTask, open_tasks
from tms.workflow.whom import BUREAU, TEACHER, day, either, holders_of, listed, who_acted

REASON = "what became of a file that was found by scope"


class Next(StrEnum):
    """Where an answer leads on to; the panel knows the addresses."""

    EDIT = "edit"
    ADD = "add"
    OPEN_TABLE = "open_table"
    CHANGE = "change"
    WISH = "wish"
    REOPEN = "reopen"
    REQUESTS = "requests"
    #: Verbs, by their own words.
    SUBMIT = "submit"
    CONFIRM = "confirm"
    WITHDRAW = "withdraw"
    PASS = "pass"  # noqa: S105  a verdict
    REPORT = "report"
    RETURN = "return"
    #: Of a verdict of one's own.
    UNDO = "undo"


@dataclass(frozen=True)
class Lead:
    """One next step: a button of the answer."""

    next: Next
    table: str = ""
    row_id: int | None = None
    field: str = ""
    #: The act that gave the verdict.
    act: str = ""


@dataclass(frozen=True)
class Told:
    """What an answer says, clause by clause: the rule and the state, who can, how to ask."""

    clauses: tuple[Message, ...]
    leads: tuple[Lead, ...] = ()


@dataclass(frozen=True)
class Answer:
    """May it be done? One sentence that says why not, or that it may; and what to do next."""

    may: bool
    sentence: Text
    kind: Because | None = None
    leads: tuple[Lead, ...] = ()


def answer(told: Told, *, may: bool = False, kind: Because | None = None) -> Answer:
    """The clauses as one sentence."""
    text = told.clauses[0]
    for clause in told.clauses[1:]:
        text = message("%(first)s；%(then)s", first=text, then=clause)
    return Answer(may, message("%(clauses)s。", clauses=text), kind, told.leads)


@dataclass
class Case:
    """What was asked about one file, and the refusal that is to be explained."""

    session: Session
    actor: Actor
    header: Header
    #: What the function that decides said.
    text: Text
    table: Table | None = None
    row: Mapping[str, Any] | None = None
    field: Field | None = None
    #: The verb asked about, by its own name.
    verb: Term | None = None
    findings: Sequence[Finding] = ()

    # -- what is asked about ----------------------------------------------------------------------

    @property
    def of(self) -> Table:
        """The table asked about; questions about verbs have none."""
        assert self.table is not None  # noqa: S101  asked of rows only
        return self.table

    @property
    def what(self) -> Message:
        """The field, the record or the table, as the subject of a sentence."""
        if self.field is not None:
            return message("“%(field)s”", field=term(self.field))
        if self.row is None or self.of.cardinality == "one":
            return message("“%(field)s”", field=term(self.of))
        return message("“%(table)s”的这条记录", table=term(self.of))

    @property
    def filler(self) -> Filler | None:
        """Who fills what is asked about; nobody what such schools do not collect."""
        about, category = self.field or self.of, self.header.category
        if not about.applies(category):
            return None
        at = category, self.header.unit_path
        if isinstance(about, Field):
            return filler_of(self.actor, about, *at)
        return table_filler(self.actor, about, *at)

    # -- where it stands --------------------------------------------------------------------------

    @cached_property
    def task(self) -> OpenTask | None:
        """The desk that the file's open work lies on."""
        return open_tasks(self.session, [self.header.id]).get(self.header.id)

    @cached_property
    def seat(self) -> Seat:
        """Where the actor decides."""
        return seat_of(self.session, self.actor)

    @cached_property
    def submission(self) -> UnderWay | None:
        """The file's open submission."""
        return open_submissions(self.session, [self.header.id]).get(self.header.id)

    @property
    def is_returned(self) -> bool:
        """Whether it is with whoever fills it in, after a return."""
        under_way = self.submission
        return under_way is not None and under_way.status == RecordStatus.RETURNED

    def desks(self, task: OpenTask) -> Message | str:
        """Who decides there: of parallel desks all."""
        desks = {(desk.unit_id, desk.permission) for desk in task.desks}
        return listed(self.holder(*desk) for desk in sorted(desks))

    def where(self, task: OpenTask) -> Message:
        """Whose desk, which step, since when, for how many days."""
        return message(
            "%(who)s办理“%(step)s”（%(day)s送达，第%(n)d天）",
            who=self.desks(task),
            step=term(task.step),
            day=day(task.since),
            n=(now() - task.since).days + 1,
        )

    # -- who --------------------------------------------------------------------------------------

    def holder(self, unit_id: int, permission: Permission) -> Message:
        """Whoever holds *permission* at a unit."""
        return holders_of(self.session, self.actor, unit_id, permission).text

    @property
    def school(self) -> Message:
        """Who fills the school's part, and applies for changes."""
        return self.holder(self.header.unit_id, Permission.RECORD_SUPPLEMENT)

    def fills(self, filler: Filler | str | None = None) -> Message | str:
        """Who fills in what *filler* fills; the school's administrator also the teacher's items."""
        if filler == Filler.SCHOOL:
            return self.school
        if filler == Filler.BUREAU:
            return BUREAU
        return either([TEACHER, self.school])

    def somebody(self, user: int | None, unit_id: int, permission: str) -> Message:
        """Who looked or decided there: by name where the reader may know it."""
        return who_acted(self.session, self.actor, user, (unit_id, Permission(permission)))

    # -- what happened ----------------------------------------------------------------------------

    def one(self, statement: AnySelect) -> Any:
        """The first row of a question about this very file."""
        return self.session.execute(unscoped(statement.limit(1), REASON)).first()
