"""What the door asks before it writes: does it apply, may you, may it now, can it be stored."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from tms.access import Actor, Permission, unscoped
from tms.access.policy import fillable_fields, filler_of, table_filler, why_not_fill
from tms.among import among
from tms.dictionary import Category, Filler, Finding, canonical, check_values
from tms.errors import Because, Conflict, Invalid, Message, NotAllowed, Term, message, term
from tms.models import TABLES, RowState, SectionRecord
from tms.models.work import SUPPLEMENT
from tms.records.flagged import unlocked
from tms.records.read import Header, UnderWay, chunks
from tms.records.values import number_index

#: Findings that no draft may be stored with; the rest is asked again before it is submitted.
UNSTORABLE = frozenset({"type", "code", "length", "range"})
TAKEN = Term(
    "该证件号码已在系统中，请联系主管部门核实。",
    "This number is already in the system; please ask your supervising department.",
)
FLAGGED = message("退回时只要求修改指明的信息项，其余内容保持锁定。").because(Because.FLAGGED_ONLY)


def applies(model: type[SectionRecord], header: Header) -> None:
    """:raises Invalid: schools of this category do not collect the table."""
    if not model.dictionary.applies(header.category):
        text = message("该类学校不采集“%(table)s”。", table=term(model.dictionary))
        raise Invalid(text.because(Because.NOT_COLLECTED))


def makeable(actor: Actor, model: type[SectionRecord], header: Header) -> None:
    """:raises NotAllowed: in schools of this category nothing of the table is the role's to fill.

    Asked of a new row as a whole: one without values names no field that could be refused.
    """
    if not fillable_fields(actor, model.dictionary, header.category, header.unit_path):
        raise NotAllowed(_not_yours(term(model.dictionary), Because.NOT_YOURS))


def fillable(
    actor: Actor, model: type[SectionRecord], values: Mapping[str, Any], header: Header
) -> None:
    """:raises NotAllowed: a field is not the role's to fill, or not collected here."""
    for key in values:
        field = model.dictionary.fields.get(key)
        if field is None:
            raise NotAllowed(_not_yours(key, Because.NOT_COLLECTED))
        kind = why_not_fill(actor, field, header.category, header.unit_path)
        if kind is not None:
            raise NotAllowed(_not_yours(term(field), kind))


def _not_yours(label: str, kind: Because) -> Message:
    return message("“%(field)s”不由您填写。", field=label).because(kind)


def editable(
    actor: Actor,
    model: type[SectionRecord],
    row: Mapping[str, Any],
    touched: Mapping[str, Any],
    header: Header,
    submission: UnderWay | None,
) -> None:
    """:raises Conflict: the row is in force, in review outside the supplement step, or returned
    for the sake of other fields.
    """
    if row["state"] == RowState.DRAFT:
        open_ = unlocked(model, row, header, submission)
        if open_ is not None and not open_.issuperset(touched):
            raise Conflict(FLAGGED)
        return
    if is_locked(row["state"]):
        text = message("记录已审核通过并锁定，修改须提出变更申请。")
        raise Conflict(text.because(Because.IN_FORCE))
    fields = model.dictionary.fields
    at = header.category, header.unit_path
    school_only = all(filler_of(actor, fields[k], *at) == Filler.SCHOOL for k in touched)
    supplements = school_only and actor.can(Permission.RECORD_SUPPLEMENT)
    at_supplement = submission is not None and submission.step == SUPPLEMENT
    if not (at_supplement and supplements):
        text = message("记录正在审核，退回后才能修改。")
        raise Conflict(text.because(Because.SUPPLEMENT_ONLY if supplements else Because.IN_REVIEW))


def insertable(
    actor: Actor, model: type[SectionRecord], values: Mapping[str, Any], header: Header
) -> None:
    """All that is asked of a new row. See `applies`, `makeable`, `fillable` for what is raised."""
    applies(model, header)
    makeable(actor, model, header)
    fillable(actor, model, values, header)


def alterable(
    actor: Actor,
    model: type[SectionRecord],
    row: Mapping[str, Any],
    touched: Mapping[str, Any],
    header: Header,
    submission: UnderWay | None,
) -> None:
    """All that is asked of a change. See `fillable` and `editable` for what is raised."""
    fillable(actor, model, touched, header)
    editable(actor, model, row, touched, header, submission)


def is_locked(state: str) -> bool:
    """Whether a row in *state* changes by an approved request only."""
    return state == RowState.IN_FORCE


def deletable(
    actor: Actor,
    model: type[SectionRecord],
    row: Mapping[str, Any],
    header: Header,
    submission: UnderWay | None,
) -> None:
    """:raises Conflict: not a draft, or the basic record. :raises NotAllowed: not yours to fill."""
    if row["state"] != RowState.DRAFT or model.dictionary.key == "basic_information":
        kinds = {RowState.IN_FORCE: Because.IN_FORCE, RowState.IN_REVIEW: Because.IN_REVIEW}
        kind = kinds.get(RowState(row["state"]), Because.BASIC)
        raise Conflict(message("只有未报送的记录可以删除。").because(kind))
    if unlocked(model, row, header, submission) is not None:
        raise Conflict(FLAGGED)
    if table_filler(actor, model.dictionary, header.category, header.unit_path) not in actor.fills:
        raise NotAllowed(_not_yours(term(model.dictionary), Because.NOT_YOURS))


def current(row: Mapping[str, Any], version: int | None) -> None:
    """:raises Conflict: the row moved since the editor read *version*."""
    if version is not None and version != row["content_version"]:
        raise Conflict(message("有记录刚被他人修改，请刷新后再试。").because(Because.MOVED))


def room_for(session: Session, model: type[SectionRecord], owners: Sequence[int]) -> None:
    """:raises Conflict: the table holds one record a file, and there is one already."""
    if model.dictionary.cardinality != "one" or not owners:
        return
    taken = Counter(owners)
    for part in chunks(sorted(taken)):
        taken.update(session.scalars(select(model.teacher_id).where(among(model.teacher_id, part))))
    if max(taken.values()) > 1:
        text = message("“%(table)s”只能有一条记录。", table=term(model.dictionary))
        raise Conflict(text.because(Because.ONE_ONLY))


def storable_values(
    model: type[SectionRecord],
    values: Mapping[str, Any],
    header: Header,
    before: Mapping[str, Any] | None,
    agreeing: tuple[str, ...] = (),
) -> dict[str, Any]:
    """*values* in canonical form.

    :param agreeing: fields that no draft may be stored with while they contradict each other.
    :raises Invalid: a value is unreadable, unknown, too long or out of range.
    """
    fields = model.dictionary.fields
    after = {**(before or {}), **values}
    checked = check_values(model.dictionary, header.category, after, agreeing)
    findings = [f for f in checked.findings if f.rule in UNSTORABLE and f.field in values]
    if findings:
        raise Invalid(message("有内容无法保存。"), findings)
    if checked.contradictions:
        raise Invalid(message("账号信息有误，请核对。"), checked.contradictions)
    clean = checked.canonical
    return {
        key: clean[key] if key in clean else canonical(fields[key], value)
        for key, value in values.items()
        if key in fields
    }


def storable(
    session: Session,
    model: type[SectionRecord],
    values: Mapping[str, Any],
    header: Header,
    before: Mapping[str, Any] | None,
    row_id: int | None = None,
) -> dict[str, Any]:
    """As `storable_values`; moreover a number must not be somebody else's (R47)."""
    clean = storable_values(model, values, header, before)
    number = clean.get("id_number")
    if number and (before is None or number != before.get("id_number")):
        index = number_index("id_number", number, {**(before or {}), **clean})
        if owner_of(session, [index]).get(index) not in (None, header.id):
            raise Invalid(TAKEN, [taken_finding(row_id)])
    return clean


def owner_of(session: Session, indexes: Sequence[str]) -> dict[str, int]:
    """{blind index: file} of the numbers that are in the system, wherever (一人一号, R47)."""
    model = TABLES["basic_information"]
    found: dict[str, int] = {}
    for part in chunks(sorted(set(indexes))):
        column = model.id_number_index
        statement = select(column, model.teacher_id).where(among(column, part))
        rows = session.execute(unscoped(statement, "one person, one number, nationwide")).all()
        found |= {index: teacher for index, teacher in rows}
    return found


def taken_finding(row_id: int | None, text: Term = TAKEN) -> Finding:
    """The finding of rule B05; it does not say where the number is (DOMAIN.md 12).

    Only in the bin of one's own school it does.
    """
    return Finding(
        table="basic_information",
        record=row_id,
        field="id_number",
        rule="B05",
        severity="error",
        zh=str(text),
        en=text.en,
        filler=Filler.SCHOOL,
    )


def functions(model: type[SectionRecord], header: Header, values: Mapping[str, Any]) -> int:
    """Bit mask of the departments that judge the row; universities only, as they route it."""
    if header.category != Category.HIGHER_EDUCATION:
        return 0
    return model.dictionary.functions_of(values, header.routing.get(model.__tablename__))
