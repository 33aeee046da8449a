"""The signed paper: who signed which version when, and whether it still holds (R45)."""

from __future__ import annotations

from typing import Any, Final

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from tms.access import Actor, door
from tms.db import BLIND
from tms.errors import Conflict, message
from tms.models import PrintedForm
from tms.models.types import now
from tms.records.audit import Event, write_events
from tms.records.fingerprint import shortened

ACT: Final = "form.sign"


def refuse_unsignable(paper: PrintedForm, teacher_id: int) -> None:
    """:raises Conflict: it is another file's, no form, or bears errors that stood open."""
    if paper.teacher_id != teacher_id or paper.business:
        raise Conflict(message("这个校验码不是这位教师的个人信息表，请核对。"))
    if paper.errors:
        raise Conflict(message("这份表打印时还有错误未改，签字无效。请改正后重新打印、签名。"))


def facts_of(paper: PrintedForm, actor: Actor) -> dict[str, Any]:
    """What is kept with the scan: which paper, which data, who brought it."""
    return {
        "code": paper.code,
        "digest": paper.digest,
        "version": paper.version,
        "by": actor.user_id,
        "at": now().isoformat(),
    }


def sign(session: Session, actor: Actor, paper: PrintedForm, document_id: int) -> None:
    """Write down that *paper*, found by scope, came back signed; of several scans the last counts.

    The caller commits.
    """
    values = {"signed_at": now(), "signed_by": actor.user_id, "document_id": document_id}
    statement = update(PrintedForm).where(PrintedForm.id == paper.id).values(**values)
    with door(session):
        session.execute(statement, execution_options=BLIND)
    detail = {"code": paper.code, "digest": shortened(paper.digest), "document": document_id}
    write_events(session, actor, ACT, [Event(paper.unit_path, paper.teacher_id, detail=detail)])


def last_signed(session: Session, teacher_id: int) -> PrintedForm | None:
    """The form of a file in reach that was signed last."""
    statement = select(PrintedForm).where(
        PrintedForm.teacher_id == teacher_id, PrintedForm.signed_at.is_not(None)
    )
    order = (PrintedForm.signed_at.desc(), PrintedForm.id.desc())
    found: PrintedForm | None = session.scalars(statement.order_by(*order)).first()
    return found
