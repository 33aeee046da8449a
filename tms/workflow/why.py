""" "Why can't I?": what decides is asked, and its refusal is put into one sentence (PEERS.md 5).

No rule is written here a second time: of fields and rows the door's own checks are asked, a verb is
rehearsed by the engine on the one file (`tms.workflow.rehearse`). Refusals say of which kind they
are (`tms.errors.Because`); the words of each kind stand in `reasons` and `reasons_acts`. A kind
without words of its own is told by the refusal's own sentence.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from enum import StrEnum
from typing import Any

from sqlalchemy.orm import Session

from tms.access import Actor, Permission
from tms.dictionary import Field
from tms.errors import Because, Message, NotFound, Term, Text, TmsError, message, term
from tms.models import TABLES, SectionRecord
from tms.records.editable import Question, refuse
from tms.records.read import Header, headers, rows_where
from tms.workflow.case import Answer, Case, Lead, Next, Told, answer
from tms.workflow.offered import Act
from tms.workflow.reasons import ROWS, judged_by
from tms.workflow.reasons_acts import ACTS, OF_VERB
from tms.workflow.rehearse import latest_verdict, rehearse, rehearse_undo

__all__ = [
    "ASKED",
    "NAMES",
    "Answer",
    "Case",
    "Lead",
    "Next",
    "Verb",
    "why_act",
    "why_field",
    "why_read",
]


class Verb(StrEnum):
    """What can be asked of a file: the verbs of lists, and taking a verdict back."""

    SUBMIT = "submit"
    CONFIRM = "confirm"
    PASS = "pass"  # noqa: S105  a verdict
    RETURN = "return"
    REPORT = "report"
    WITHDRAW = "withdraw"
    UNDO = "undo"


NAMES = {
    Verb.SUBMIT: Term("报送", "Submit"),
    Verb.CONFIRM: Term("核对无变化", "Checked, no change"),
    Verb.PASS: Term("通过", "Pass"),
    Verb.RETURN: Term("退回", "Return"),
    Verb.REPORT: Term("上报", "Report"),
    Verb.WITHDRAW: Term("撤回报送", "Withdraw"),
    Verb.UNDO: Term("撤销裁定", "Undo verdict"),
}
#: Verbs within "why can't I …?".
ASKED = {
    Verb.SUBMIT: Term("“报送”", "submit"),
    Verb.CONFIRM: Term("“核对无变化”", "confirm that nothing changed"),
    Verb.PASS: Term("“通过”", "pass"),
    Verb.RETURN: Term("“退回”", "return"),
    Verb.REPORT: Term("“上报”", "report"),
    Verb.WITHDRAW: Term("“撤回报送”", "withdraw"),
    Verb.UNDO: Term("“撤销裁定”", "undo my verdict"),
}
#: The same within sentences: what is done to the file.
DONE = {
    Verb.SUBMIT: Term("“报送”", "submit this file"),
    Verb.CONFIRM: Term("“核对无变化”", "confirm that nothing changed in this file"),
    Verb.PASS: Term("“通过”", "pass this file"),
    Verb.RETURN: Term("“退回”", "return this file"),
    Verb.REPORT: Term("“上报”", "report this file"),
    Verb.WITHDRAW: Term("“撤回报送”", "withdraw this file"),
    Verb.UNDO: Term("“撤销裁定”", "undo your verdict on this file"),
}
#: Rows that a department does not judge do not show, without anything being refused.
NOT_READ = message("没有这条记录。").because(Because.NOT_JUDGED)


def why_field(
    session: Session,
    actor: Actor,
    teacher_id: int,
    table: str,
    row_id: int | None = None,
    field: str | None = None,
    *,
    delete: bool = False,
) -> Answer:
    """Why a field, or anything of a row, cannot be written; without a row, why none can be added.

    :raises NotFound: the file is out of the actor's reach, or there is no such table or field.
    """
    header, model = _file(session, teacher_id), _table(table)
    declared = _declared(model, field) if field else None
    row = _row(session, actor, model, header, row_id) if row_id is not None else None
    if row_id is not None and row is None:
        return why_read(session, actor, teacher_id, table, hidden=True)
    asked = Question(model, header, row, declared, delete)
    refused = _refused(session, actor, asked)
    if refused is None:
        return _may_write(asked)
    case = Case(session, actor, header, refused, model.dictionary, row, declared)
    return _told(case, ROWS)


def why_read(
    session: Session, actor: Actor, teacher_id: int, table: str, *, hidden: bool = False
) -> Answer:
    """Why a table of a file shows no rows, or not all.

    :param hidden: a row of it was asked for that does not show.
    :raises NotFound: the file is out of the actor's reach, or there is no such table.
    """
    header, model = _file(session, teacher_id), _table(table)
    case = Case(session, actor, header, NOT_READ, model.dictionary)
    if not actor.can(Permission.RECORD_READ):
        return answer(ROWS[Because.ROLE](case), kind=Because.ROLE)
    mask = sum(each.mask for each in judged_by(case))
    if actor.reads_whole_files or (mask & actor.functions and not hidden):
        may = message("“%(table)s”的记录您可以查看", table=term(model.dictionary))
        return answer(Told((may,), (Lead(Next.OPEN_TABLE, table),)), may=True)
    return _told(case, ROWS)


def why_act(session: Session, actor: Actor, verb: Verb, teacher_id: int) -> Answer:
    """Why a verb does not take the file. It is tried and taken back: the session must be a writer.

    :raises NotFound: the file is out of the actor's reach.
    """
    header = _file(session, teacher_id)
    if verb is Verb.UNDO:
        refused = rehearse_undo(session, actor, teacher_id)
    else:
        refused = rehearse(session, actor, Act(verb.value), teacher_id)
    if refused is None:
        may = message("您现在可以对这份档案办理%(verb)s", verb=DONE[verb])
        act = latest_verdict(session, actor, teacher_id) if verb is Verb.UNDO else None
        return answer(Told((may,), (Lead(Next(verb.value), act=act or ""),)), may=True)
    case = Case(session, actor, header, refused.text, verb=NAMES[verb], findings=refused.findings)
    return _told(case, ACTS | OF_VERB.get(verb.value, {}))


# -- how -------------------------------------------------------------------------------------------


def kind_of(text: Text) -> Because | None:
    """Of which kind a refusal is, where what decides said so."""
    return text.kind if isinstance(text, Message) else None


def _file(session: Session, teacher_id: int) -> Header:
    header = headers(session, [teacher_id]).get(teacher_id)
    if header is None:
        raise NotFound(message("没有这份档案。"))
    return header


def _table(name: str) -> type[SectionRecord]:
    if name not in TABLES:
        raise NotFound(message("没有这条记录。"))
    return TABLES[name]


def _declared(model: type[SectionRecord], key: str) -> Field:
    if key not in model.dictionary.fields:
        raise NotFound(message("没有这条记录。"))
    return model.dictionary.fields[key]


def _row(
    session: Session, actor: Actor, model: type[SectionRecord], header: Header, row_id: int
) -> dict[str, Any] | None:
    """The row in reach; None where the role sees a part of the rows only, or none.

    :raises NotFound: a reader of whole files finds none.
    """
    found = rows_where(session, model, model.id == row_id, model.teacher_id == header.id)
    if not found and actor.reads_whole_files:
        raise NotFound(message("没有这条记录。"))
    return found[0] if found else None


def _refused(session: Session, actor: Actor, asked: Question) -> Text | None:
    try:
        refuse(session, actor, asked)
    except TmsError as error:
        return error.text
    return None


def _may_write(asked: Question) -> Answer:
    table, row = asked.model.dictionary, asked.row
    if asked.delete:
        may = message("这条“%(table)s”记录还没有报送，您现在可以删除", table=term(table))
    elif asked.field is not None:
        may = message("“%(field)s”由您填写，现在可以填写", field=term(asked.field))
    elif row is not None:
        may = message("这条“%(table)s”记录由您填写，现在可以修改", table=term(table))
    else:
        may = message("“%(table)s”由您填写，现在可以新增", table=term(table))
    key = asked.field.key if asked.field else ""
    lead = Lead(Next.EDIT, table.key, row["id"], key) if row else Lead(Next.ADD, table.key)
    return answer(Told((may,), (lead,)), may=True)


def _told(case: Case, words: Mapping[Because, Callable[[Case], Told]]) -> Answer:
    """In words of its kind; a kind without words is told by its own sentence."""
    kind = kind_of(case.text)
    if kind is None or kind not in words:
        return Answer(False, case.text, kind)
    return answer(words[kind](case), kind=kind)
