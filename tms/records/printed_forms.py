"""Papers that were printed, by the codes they bear (R44, R86)."""

from __future__ import annotations

import secrets
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import and_, literal, or_, select
from sqlalchemy.orm import Session

from tms.access import Actor, Permission
from tms.access.passwords import CODE_ALPHABET
from tms.errors import NotAllowed, NotFound, message
from tms.models import PrintedForm
from tms.models.types import now
from tms.records import completeness
from tms.records.audit import Event, new_act_id, write_events
from tms.records.fingerprint import digest_of, number_of, versions_of
from tms.records.form_files import FormFile, form_files
from tms.records.put_rows import put

ACT: Final = "print.form"
#: Of 30 signs: 58 bits, so that codes are found by having a paper only.
CODE_LENGTH: Final = 12
#: Papers of one file that its page lists.
LISTED: Final = 20
Tables = Collection[str] | None


def may_print(actor: Actor) -> bool:
    """Whether the role puts files on paper: teachers their own, staff what they may take out."""
    is_own = actor.teacher_id is not None
    return actor.reads_whole_files and (is_own or actor.can(Permission.RECORD_EXPORT))


def refuse_printing(actor: Actor) -> None:
    """:raises NotAllowed: the role prints no forms."""
    if not may_print(actor):
        raise NotAllowed(message("您的角色不能进行此操作。"))


def may_check(actor: Actor) -> bool:
    """Whether the role holds papers against files: only who reads files whole can."""
    return actor.reads_whole_files


@dataclass(frozen=True)
class Paper:
    """One paper before it is printed."""

    file: FormFile
    digest: str
    version: int
    #: What the check found, and has to be mended before anybody signs.
    errors: int
    business: str
    code: str
    made_at: datetime


def papers_for(
    session: Session, teacher_ids: Sequence[int], business: str = "", tables: Tables = None
) -> list[Paper]:
    """Papers for those of the files that lie in reach, in the order given; nothing is written.

    :param tables: of a data sheet: what it is made from.
    """
    at, files = now(), form_files(session, teacher_ids, tables)
    return [
        Paper(
            file,
            digest_of(file.rows),
            number_of(file.rows),
            0 if tables else _errors(session, file),
            business,
            new_code(),
            at,
        )
        for file in files
    ]


def _errors(session: Session, file: FormFile) -> int:
    """Whoever fills the item: a form is signed when the file is complete."""
    values = completeness.of_rows(file.header, file.rows)
    return len(completeness.blocking(completeness.file_findings(session, file.header, values)))


def new_code() -> str:
    """Opaque, without signs that are taken for each other."""
    return "".join(secrets.choice(CODE_ALPHABET) for _ in range(CODE_LENGTH))


def enter(
    session: Session, actor: Actor, papers: Sequence[Paper], act_id: str | None = None
) -> None:
    """Write papers down, with an event each: they leave the system now.

    The files were found by scope.
    """
    act = act_id or new_act_id()
    rows: list[dict[str, Any]] = [
        {
            "teacher_id": paper.file.header.id,
            "unit_path": paper.file.header.unit_path,
            "functions": 0,
            "code": paper.code,
            "business": paper.business,
            "digest": paper.digest,
            "version": paper.version,
            "errors": paper.errors,
            "rows": versions_of(paper.file.rows),
            "made_by": actor.user_id,
            "made_at": paper.made_at,
            "act_id": act,
        }
        for paper in papers
    ]
    put(session, PrintedForm, rows)
    events = [
        Event(row["unit_path"], row["teacher_id"], detail={"code": row["code"]} | _purpose(row))
        for row in rows
    ]
    write_events(session, actor, ACT, events, act)


def _purpose(row: dict[str, Any]) -> dict[str, str]:
    return {"business": row["business"]} if row["business"] else {}


def papers_of(session: Session, teacher_id: int, limit: int = LISTED) -> Sequence[PrintedForm]:
    """Papers of a file in reach, the latest first."""
    statement = select(PrintedForm).where(PrintedForm.teacher_id == teacher_id)
    return session.scalars(statement.order_by(PrintedForm.id.desc()).limit(limit)).all()


def find_paper(session: Session, actor: Actor, code: str) -> PrintedForm:
    """The paper that bears *code*, or the latest with that digest, of a file in reach.

    :raises NotFound: there is none in reach: one that is elsewhere looks like none.
    :raises NotAllowed: the role does not read files whole.
    """
    if not may_check(actor):
        raise NotAllowed(message("您的角色不能进行此操作。"))
    plain = "".join(sign for sign in code.upper() if sign.isalnum())
    digest = PrintedForm.digest.startswith(plain.lower(), autoescape=True)
    is_digest = and_(digest, literal(len(plain) >= CODE_LENGTH))
    statement = select(PrintedForm).where(or_(PrintedForm.code == plain, is_digest))
    found: PrintedForm | None = session.scalars(statement.order_by(PrintedForm.id.desc())).first()
    if found is None:
        raise NotFound(message("在您的范围内没有这份个人信息表，请核对校验码。"))
    return found
