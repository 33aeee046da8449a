"""Why a field or a row cannot be written, by kind of refusal: rule and state, who can, how to ask.

The kinds are what the door itself says (`tms.records.checks`); here stand only their words.
"""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy import select

from tms.access import Permission
from tms.dictionary import Department, Filler, code_table
from tms.errors import Because, Message, Term, message, term
from tms.models import TABLES, RecordStatus, ReviewNote, ReviewTask, RowState, Submission
from tms.models import SubmissionRow as Came
from tms.records.changeable import for_change
from tms.records.flagged import unlocked
from tms.workflow.case import Case, Lead, Next, Told
from tms.workflow.departments import departments, desk_of
from tms.workflow.offered import my_task
from tms.workflow.ways_on import ask_back
from tms.workflow.whom import day, listed, role_name

#: More names of fields help nobody.
NAMED = 3


def role(case: Case) -> Told:
    """The role fills in nothing, or does not even read."""
    name = role_name(case.actor.role)
    if not case.actor.can(Permission.RECORD_READ):
        why = message("按职责分离的要求，“%(role)s”不查看、也不填写教师档案的内容", role=name)
    else:
        why = message("“%(role)s”不填写档案内容", role=name)
    if case.row is not None and case.row["state"] == RowState.IN_FORCE:
        who = message("已生效的内容由%(who)s提出变更申请", who=case.school)
        return Told((why, who), (Lead(Next.CHANGE, *_place(case)),))
    who = message("%(what)s由%(who)s填写", what=case.what, who=case.fills(case.filler))
    if my_task(case.seat, case.task) is None:
        return Told((why, who))
    how = message("发现有误时您可以退回，写明改哪里，由填报人修改")
    return Told((why, who, how), (Lead(Next.RETURN),))


def not_yours(case: Case) -> Told:
    """Somebody else fills it."""
    why = {
        Filler.SCHOOL: message("%(what)s由学校填写，不由您填写", what=case.what),
        Filler.BUREAU: message("%(what)s由主管部门填写，不由您填写", what=case.what),
    }.get(case.filler or Filler.TEACHER)
    why = why or message("%(what)s由教师本人填写，不由您填写", what=case.what)
    who = message("需要填写或更正，请联系%(who)s", who=case.fills(case.filler))
    if case.row is not None and case.row["state"] == RowState.IN_FORCE:
        return Told((why, who), (Lead(Next.WISH, *_place(case)),))
    return Told((why, who))


def not_collected(case: Case) -> Told:
    """Schools of this category do not have it."""
    table = code_table("school_category")
    name = Term(*(table.label(case.header.category, lang) for lang in ("zh", "en")))
    why = message("“%(category)s”类学校不采集%(what)s", category=name, what=case.what)
    return Told((why, message("不需要填写")))


def derived(case: Case) -> Told:
    """The system works it out from other rows, or another business writes it."""
    source = case.field.derived_from.partition(":")[0].strip() if case.field else ""
    if source not in TABLES:
        why = message("%(what)s由办理该项业务的系统写入，这里只供查看", what=case.what)
        return Told((why, message("内容有误时，请向办理该项业务的部门更正")))
    label = term(TABLES[source].dictionary)
    why = message(
        "%(what)s由系统根据“%(table)s”自动得出，任何人都不能直接填写", what=case.what, table=label
    )
    how = message("要更正，请补充或更正“%(table)s”中的记录，它会跟着更新", table=label)
    return Told((why, how), (Lead(Next.OPEN_TABLE, source),))


def in_force(case: Case) -> Told:
    """Approved and locked: what changes it is a request."""
    since = _in_force_since(case)
    if since is None:
        why = message("%(what)s已审核通过并生效，生效的内容不能直接修改或删除", what=case.what)
    else:
        why = message(
            "%(what)s已于%(day)s审核通过并生效，生效的内容不能直接修改或删除",
            what=case.what,
            day=since,
        )
    how, *leads = _correction(case)
    return Told((why, how), tuple(leads))


def _correction(case: Case) -> tuple[Message, Lead]:
    """How what is in force is corrected: the reader applies, has leave to propose, wishes, asks."""
    place, actor = _place(case), case.actor
    row, model = case.row or {}, TABLES[case.of.key]
    asked = for_change(case.session, actor, model, row, case.header)
    if asked.fields:
        how = message("要更正，请提出变更申请并说明理由，审核通过后替换现在的内容")
        return how, Lead(Next.CHANGE, *place)
    if isinstance(asked.reason, Message) and asked.reason.kind is Because.REQUEST_OPEN:
        where = asked.reason.params["where"]
        how = message("这条记录已有变更申请（%(where)s），办结后才能再次申请", where=where)
        return how, Lead(Next.REQUESTS)
    if actor.can(Permission.WISH):
        how = message(
            "要更正，请向%(who)s提出更正意愿，由其提出变更申请，审核通过后生效", who=case.school
        )
        return how, Lead(Next.WISH, *place)
    how = message("要更正，须由%(who)s提出变更申请，审核通过后生效", who=case.school)
    return how, Lead(Next.REOPEN)


def in_review(case: Case) -> Told:
    """Sent in, and not decided yet."""
    if case.task is None:
        why = message("%(what)s已报送，审核期间内容保持不变", what=case.what)
        return Told((why, message("退回后才能修改")))
    if case.is_returned:
        why = message(
            "%(what)s没有被退回，仍由%(where)s，审核期间内容保持不变",
            what=case.what,
            where=case.where(case.task),
        )
    else:
        why = message(
            "%(what)s已报送，正由%(where)s，审核期间内容保持不变",
            what=case.what,
            where=case.where(case.task),
        )
    return ask_back(case, (why,))


def supplement_only(case: Case) -> Told:
    """What the school fills in is supplemented at one step only."""
    if case.task is None:
        return in_review(case)
    why = message("%(what)s已报送，报送后只有在“学校核对补充”环节才能由学校补充", what=case.what)
    where = message("现在已由%(where)s", where=case.where(case.task))
    return ask_back(case, (why, where))


def flagged_only(case: Case) -> Told:
    """A return that named fields opened those, and what depends on them."""
    row = case.row or {}
    model = TABLES[case.of.key]
    open_ = unlocked(model, row, case.header, case.submission) or frozenset()
    labels = [term(field) for key, field in case.of.fields.items() if key in open_]
    named = listed(message("“%(field)s”", field=label) for label in labels[:NAMED])
    more = message("%(names)s等%(n)d项", names=named, n=len(labels))
    why = message(
        "这条记录是退回修改的，只开放退回时指明的%(fields)s，其余内容（包括%(what)s）保持锁定",
        fields=more if len(labels) > NAMED else named,
        what=case.what,
    )
    how = message("%(what)s也有误时，请联系%(who)s一并退回", what=case.what, who=_returner(case))
    leads = (Lead(Next.EDIT, case.of.key, row["id"]),)
    return Told((why, how), leads)


def _returner(case: Case) -> Message:
    """Whose return it was."""
    submission = case.submission.id if case.submission else 0
    desk = (ReviewNote.written_by, ReviewTask.desk_unit_id, ReviewTask.permission)
    statement = (
        select(*desk)
        .join(ReviewTask, ReviewTask.act == ReviewNote.act)
        .where(ReviewNote.submission_id == submission, ReviewNote.resolved_at.is_(None))
        .where(ReviewTask.submission_id == submission)
        .order_by(ReviewNote.id.desc())
    )
    found = case.one(statement)
    return case.somebody(*found) if found else message("审核人")


def one_only(case: Case) -> Told:
    """There is one already."""
    why = message("“%(table)s”只能有一条记录，这份档案已经有了", table=term(case.of))
    return Told((why, message("请修改已有的一条")), (Lead(Next.OPEN_TABLE, case.of.key),))


def basic(case: Case) -> Told:
    """The basic record is the file."""
    why = message("%(what)s是档案的基础，与档案同在，不能单独删除", what=case.what)
    return Told((why, message("内容有误可以直接修改")), (Lead(Next.EDIT, *_place(case)),))


def not_judged(case: Case) -> Told:
    """A university's department sees the rows that it judges."""
    own = departments(case.session, [case.header.unit_id])[case.header.unit_id]
    units = {desk_of(case.header.unit_id, own, each) for each in judged_by(case)}
    who = listed(case.holder(unit, _permission(case, unit)) for unit in sorted(units))
    why = message("“%(table)s”的记录由%(who)s审核", table=term(case.of), who=who)
    then = message("“%(unit)s”只能看到归本部门审核的记录", unit=case.actor.unit_name)
    return Told((why, then, message("需要了解，请联系对方")))


def judged_by(case: Case) -> tuple[Department, ...]:
    """The departments that judge rows of the table, whatever stands in them."""
    routing = case.header.routing.get(case.of.key, case.of.reviewer)
    named = [*routing.default, *(d for each in routing.rows for d in each.departments)]
    return tuple(dict.fromkeys(named))


def _permission(case: Case, unit: int) -> Permission:
    at_head = unit == case.header.unit_id
    return Permission.SCHOOL_REVIEW if at_head else Permission.DEPT_REVIEW


def _place(case: Case) -> tuple[str, int | None, str]:
    key = case.field.key if case.field else ""
    return case.of.key, case.row["id"] if case.row else None, key


def _in_force_since(case: Case) -> str | None:
    """The day of the last approval of this very row; unknown of what was taken over."""
    table, row_id, _field = _place(case)
    statement = (
        select(Submission.closed_at)
        .join(Came, Came.submission_id == Submission.id)
        .where(Came.table_name == table, Came.row_id == row_id)
        .where(Submission.teacher_id == case.header.id)
        .where(Submission.status == RecordStatus.APPROVED, Submission.closed_at.is_not(None))
        .order_by(Submission.id.desc())
    )
    found = case.one(statement)
    return day(found[0]) if found else None


ROWS: dict[Because, Callable[[Case], Told]] = {
    Because.ROLE: role,
    Because.NOT_YOURS: not_yours,
    Because.NOT_COLLECTED: not_collected,
    Because.DERIVED: derived,
    Because.IN_FORCE: in_force,
    Because.IN_REVIEW: in_review,
    Because.SUPPLEMENT_ONLY: supplement_only,
    Because.FLAGGED_ONLY: flagged_only,
    Because.ONE_ONLY: one_only,
    Because.BASIC: basic,
    Because.NOT_JUDGED: not_judged,
}
