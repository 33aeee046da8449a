"""A change request in words: old and new side by side, who, why, and what became of it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from tms.access import Actor, policy
from tms.admin_views.columns import State
from tms.admin_views.labels import label_of, moment
from tms.admin_views.page import Page
from tms.admin_views.values import stored_of, text_of
from tms.db import db
from tms.dictionary import Category, Field, Table
from tms.documents.papers import may_open
from tms.errors import Message, term
from tms.i18n import clauses, lang, say
from tms.i18n import gettext as _
from tms.i18n import lazy_gettext as _l
from tms.models import TABLES, RequestKind, RequestStatus
from tms.records import document_rows
from tms.records.history import Entry
from tms.records.names import names_of
from tms.workflow.outcome import OpenTask, open_tasks
from tms.workflow.refusals import WHOLE

STATUSES = {
    RequestStatus.WISH: _l("更正意愿"),
    RequestStatus.DRAFT: _l("尚未报送"),
    RequestStatus.IN_REVIEW: _l("审核中"),
    RequestStatus.APPLIED: _l("已变更"),
    RequestStatus.REFUSED: _l("不予变更"),
    RequestStatus.WITHDRAWN: _l("已结束"),
}
TONES = {
    RequestStatus.WISH: "warn",
    RequestStatus.DRAFT: "draft",
    RequestStatus.IN_REVIEW: "review",
    RequestStatus.APPLIED: "force",
    RequestStatus.REFUSED: "back",
    RequestStatus.WITHDRAWN: "draft",
}
KINDS = {RequestKind.MODIFY: _l("变更"), RequestKind.DELETE: _l("删除")}


@dataclass(frozen=True)
class Line:
    """One field: what stands there, what would; *refused* is why a desk does not accept it."""

    key: str
    label: Any
    was: str
    now: str
    needs_proof: bool = False
    refused: str = ""
    refused_by: str = ""


@dataclass(frozen=True)
class Told:
    """One request as a page shows it."""

    id: int
    version: int
    table: Any
    table_key: str
    row_id: int
    kind: Any
    is_removal: bool
    state: State
    reason: str
    answer: str
    who: str
    when: str
    where: str
    effective_on: str
    #: Made under a reopening, not by application.
    is_proposal: bool
    lines: Sequence[Line]
    #: A deletion is refused as a whole.
    whole: Line | None = None
    #: (id, name, whether the reader may open it)
    proof: tuple[int, str, bool] | None = None
    #: Decided: what it found is not what is in force any more, unless it was refused.
    is_applied: bool = False


class RequestPage(Page):
    """What a page of requests mentions besides themselves."""

    @cached_property
    def tasks(self) -> dict[int, OpenTask]:
        """By file the desk its open work lies on."""
        return open_tasks(db.session(), sorted({row.teacher_id for row in self.rows}))

    @cached_property
    def makers(self) -> dict[int, str]:
        """Names of those who asked, and of those who refused."""
        refusers = [told["by"] for row in self.rows for told in (row.refused or {}).values()]
        return names_of(db.session(), [*(row.made_by for row in self.rows), *refusers])

    def category(self, row: Any) -> Category:
        """Of the school that the request's file belongs to."""
        owner = self.teachers.get(row.teacher_id)
        return Category(owner.school_category) if owner else Category.PRIMARY_SECONDARY


def asked_title(entry: Entry) -> str:
    """What an act about requests, proofs or reopenings is called in a file's history."""
    detail = entry.detail if isinstance(entry.detail, dict) else {}
    label = label_of(TABLES[detail["table"]].dictionary) if detail.get("table") in TABLES else ""
    named = {
        "request": _("申请变更：%(table)s", table=label),
        "propose": _("按重开提出变更：%(table)s", table=label),
        "request.edit": _("修改变更申请：%(table)s", table=label),
        "request.cancel": _("撤销变更申请：%(table)s", table=label),
        "request.refuse": _("不接受部分变更：%(table)s", table=label),
        "wish": _("提出更正意愿：%(table)s", table=label),
        "wish.decline": _("不采纳更正意愿：%(table)s", table=label),
        "reopen": _("重开补正：%(table)s", table=label),
        "reopen.close": _("结束重开：%(table)s", table=label),
        "change": _("变更申请没有生效"),
        "change.undo": _("撤销变更"),
        "proof": _("上传证明材料"),
        "proof.read": _("打开证明材料"),
    }
    return named.get(entry.act, "")


def told(actor: Actor, page: RequestPage, row: Any) -> Told:
    """One request, as far as *actor* may see its fields."""
    is_removal = row.kind == RequestKind.DELETE
    lines = list(lines_of(actor, page, row))
    refused = row.refused or {}
    whole = _line(page, WHOLE, _("整条记录"), refused) if is_removal else None
    return Told(
        id=row.id,
        version=row.version,
        table=label_of(TABLES[row.table_name].dictionary),
        table_key=row.table_name,
        row_id=row.row_id,
        kind=KINDS[RequestKind(row.kind)],
        is_removal=is_removal,
        state=state_of(row),
        reason=row.reason,
        # what the system answers is a message, what a person answers is not in the catalogue
        answer=say(Message(row.answer)) if row.answer else "",
        who=page.makers.get(row.made_by, ""),
        when=moment(row.made_at),
        where=where_of(page, row),
        effective_on=row.effective_on.isoformat() if row.effective_on else "",
        is_proposal=row.reopening_id is not None,
        lines=lines,
        whole=whole,
        proof=_proof(actor, row),
        is_applied=row.status == RequestStatus.APPLIED,
    )


def lines_of(actor: Actor, page: RequestPage, row: Any) -> Iterator[Line]:
    """What the request changes; of a deletion all that the row holds."""
    table, category = TABLES[row.table_name].dictionary, page.category(row)
    holder = row.former if row.kind == RequestKind.DELETE else row.patch
    for key, declared in table.fields.items():
        if key not in holder or not policy.may_see(actor, declared):
            continue
        was = _text(actor, table, declared, row.former, category)
        now = _text(actor, table, declared, row.patch, category)
        if row.kind == RequestKind.MODIFY or was:
            yield _line(page, key, label_of(declared), row.refused or {}, was, now, declared)


def summary_of(actor: Actor, page: RequestPage, row: Any, most: int = 2) -> str:
    """The request in a line, for a list."""
    lines = list(lines_of(actor, page, row))
    if row.kind == RequestKind.DELETE:
        return _("删除：%(what)s", what=_list(line.was for line in lines[:most]))
    arrow = _("%(label)s：%(was)s → %(now)s")
    parts = [
        arrow % {"label": line.label, "was": line.was or "—", "now": line.now or "—"}
        for line in lines[:most]
    ]
    if len(lines) > most:
        parts.append(_("另有%(n)s项。", n=len(lines) - most))
    return clauses(parts) or str(row.reason)


def _list(texts: Iterable[str]) -> str:
    return (", " if lang() == "en" else "，").join(texts)


def state_of(row: Any) -> State:
    """Where the request stands."""
    status = RequestStatus(row.status)
    return State(TONES[status], STATUSES[status])


def where_of(page: RequestPage, row: Any) -> str:
    """On whose desk it lies while it is under review."""
    task = page.tasks.get(row.teacher_id)
    if row.status != RequestStatus.IN_REVIEW or task is None:
        return ""
    return _("%(unit)s：%(step)s", unit=task.unit, step=say(term(task.step)))


def _line(
    page: RequestPage,
    key: str,
    label: Any,
    refused: Mapping[str, Any],
    was: str = "",
    now: str = "",
    declared: Field | None = None,
) -> Line:
    why = refused.get(key, {})
    needs_proof = declared.needs_proof if declared else False
    by = page.makers.get(why.get("by"), "")
    return Line(key, label, was, now, needs_proof, why.get("reason", ""), by)


def _text(
    actor: Actor, table: Table, declared: Field, holder: Mapping[str, Any], category: Category
) -> str:
    return text_of(actor, table, declared, stored_of(holder, declared), category)


def _proof(actor: Actor, row: Any) -> tuple[int, str, bool] | None:
    found = document_rows.find(db.session(), row.proof_id) if row.proof_id else None
    return (found.id, found.name, may_open(actor, found)) if found else None
