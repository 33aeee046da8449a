"""What is asked before somebody applies for a change: may he, may it now, is it proven."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from tms.access import Actor, Permission, unscoped
from tms.access.policy import table_filler
from tms.dictionary import Filler, Finding
from tms.errors import (
    Because,
    Conflict,
    Invalid,
    Message,
    NotAllowed,
    NotFound,
    Term,
    message,
    term,
)
from tms.models import (
    TABLES,
    UNDECIDED,
    ChangeRequest,
    RequestKind,
    RequestStatus,
    RowState,
    SectionRecord,
)
from tms.records import checks, holds
from tms.records.locks import lock_ids
from tms.records.patches import Patch, patch_of, removal_of
from tms.records.read import Header, headers, rows_where

REASON = "the file was found by scope"
#: Its date is asked for, and nothing but a request reaches the codes of leaving (rule B16).
STATUS_FIELD = "personnel_status"
MAX_REASON = 1000

NOT_IN_FORCE = message("只有已生效的记录须申请变更，未生效的可直接修改。")
NEEDS_PROOF = Term(
    "这是关键信息，变更须附证明材料（PDF 或 JPEG）。",
    "This is a key item: a change needs a document that proves it (PDF or JPEG).",
)
NEEDS_DATE = Term("人员状态变更须写明生效日期。", "Say from which day the new status holds.")


@dataclass(frozen=True)
class Wanted:
    """What somebody wants of one row in force. Only the fields in *values* are touched."""

    teacher_id: int
    table: str
    row_id: int
    #: The content version that was seen.
    version: int
    values: Mapping[str, Any] = field(default_factory=dict)
    reason: str = ""
    proof_id: int | None = None
    #: Of a change of the personnel status.
    effective_on: date | None = None
    kind: RequestKind = RequestKind.MODIFY
    #: The wish that it answers.
    wish_id: int | None = None


@dataclass(frozen=True)
class Target:
    """The row in force that is meant."""

    header: Header
    model: type[SectionRecord]
    row: dict[str, Any]


def find_target(session: Session, wanted: Wanted) -> Target:
    """The row in force, and nobody else at its file. See `requests.apply` for what is raised."""
    lock_ids(session, [wanted.teacher_id])
    model = TABLES.get(wanted.table)
    header = headers(session, [wanted.teacher_id]).get(wanted.teacher_id)
    if model is None or header is None:
        raise NotFound(message("没有这份档案。"))
    holds.refuse(holds.frozen(session, [header]))
    own = (model.id == wanted.row_id, model.teacher_id == header.id)
    found = rows_where(session, model, *own)
    if not found:
        raise NotFound(message("没有这条记录。"))
    row = found[0]
    if row["state"] != RowState.IN_FORCE:
        raise Conflict(NOT_IN_FORCE)
    checks.current(row, wanted.version)
    return Target(header, model, row)


def requests_where(session: Session, *conditions: Any) -> list[Any]:
    """All columns of the requests and wishes in reach that meet *conditions*, in order of id."""
    columns = [getattr(ChangeRequest, column.key) for column in ChangeRequest.__table__.columns]
    statement = select(*columns).where(*conditions).order_by(ChangeRequest.id)
    return list(session.execute(statement))


def draft(session: Session, actor: Actor, request_id: int, *allowed: RequestStatus) -> Any:
    """A request in reach that the actor may still change.

    :raises NotFound: out of reach. :raises NotAllowed: another's. :raises Conflict: not any more.
    """
    found = requests_where(session, ChangeRequest.id == request_id)
    if not found:
        raise NotFound(message("没有这项申请。"))
    request = found[0]
    if not may_change(actor, request):
        raise NotAllowed(message("这项申请由提出的人修改或撤销。"))
    if request.status not in (allowed or (RequestStatus.DRAFT,)):
        raise Conflict(message("申请正在审核或已经办结，不能再修改。"))
    return request


def may_change(actor: Actor, request: Any) -> bool:
    """Whether a draft or wish is the actor's to edit or take back: a wish is its teacher's."""
    if request.made_by is not None and request.made_by == actor.user_id:
        return True
    return request.status != RequestStatus.WISH and actor.can(Permission.CHANGE)


def reason_of(wanted: Wanted) -> str:
    """:raises Invalid: none is given."""
    text = wanted.reason.strip()
    if not text:
        raise Invalid(message("请说明变更的理由。"))
    return text[:MAX_REASON]


def wanted_patch(session: Session, actor: Actor, target: Target, wanted: Wanted) -> Patch:
    """What the request changes. See `requests.apply` for what is raised."""
    header, model, row = target.header, target.model, target.row
    if wanted.kind == RequestKind.DELETE:
        removable(actor, target)
        return removal_of(model, row)
    patch = patch_of(session, model, header, row, wanted.values)
    if not patch.touched:
        raise Invalid(message("没有改动任何内容。"))
    checks.fillable(actor, model, patch.touched, header)
    return patch


def removable(actor: Actor, target: Target) -> None:
    """:raises NotAllowed: not the role's. :raises Conflict: never deleted."""
    table = target.model.dictionary
    if not actor.can(Permission.CHANGE):
        raise NotAllowed(message("删除由学校信息管理员申请。"))
    if table.key == "basic_information":
        raise Conflict(message("基本信息不能删除，只能变更。"))
    at = target.header.category, target.header.unit_path
    if table_filler(actor, table, *at) not in actor.fills:
        raise NotAllowed(message("“%(field)s”不由您填写。", field=term(table)))


def proven(target: Target, patch: Patch, wanted: Wanted, proof_id: int | None = None) -> None:
    """:raises Invalid: a key item without proof, or a status without its day; at the field."""
    fields, proof_id = target.model.dictionary.fields, proof_id or wanted.proof_id
    key_items = [key for key in patch.touched if fields[key].needs_proof]
    findings = [_finding(target, key, "proof", NEEDS_PROOF) for key in key_items if not proof_id]
    if STATUS_FIELD in patch.columns and wanted.effective_on is None:
        findings.append(_finding(target, STATUS_FIELD, "effective_on", NEEDS_DATE))
    if findings:
        label = term(fields[str(findings[0].field)])
        text = NEEDS_PROOF if findings[0].rule == "proof" else NEEDS_DATE
        raise Invalid(message("“%(field)s”：%(text)s", field=label, text=text), findings)


def _finding(target: Target, key: str, rule: str, text: Term) -> Finding:
    table, row_id = target.model.dictionary.key, target.row["id"]
    return Finding(table, row_id, key, rule, "error", str(text), text.en, Filler.SCHOOL, (key,))


def refuse_second(session: Session, wanted: Wanted) -> None:
    """:raises Conflict: an undecided request is there already; says where it stands."""
    statement = select(ChangeRequest.status).where(
        ChangeRequest.table_name == wanted.table,
        ChangeRequest.row_id == wanted.row_id,
        ChangeRequest.status.in_(UNDECIDED),
    )
    status = session.scalar(unscoped(statement, REASON))
    if status is not None:
        raise Conflict(already_asked(status))


def already_asked(status: str) -> Message:
    """Why a second request for a row is refused, and where the first one stands."""
    where = {
        RequestStatus.DRAFT: message("尚未报送"),
        RequestStatus.IN_REVIEW: message("正在审核"),
    }[RequestStatus(status)]
    text = message("这条记录已有变更申请（%(where)s），办结后才能再申请。", where=where)
    return text.because(Because.REQUEST_OPEN)
