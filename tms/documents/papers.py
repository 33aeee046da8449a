"""Papers of files: made anew, encrypted on disk, opened by few and never unseen.

Photo, attachments of rows, 证明材料 of change requests, scans of signed forms. A file whose row was
not committed goes with the transaction.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from sqlalchemy.orm import Session

from tms.access import Actor, Permission
from tms.documents.clean import Cleaned, clean
from tms.documents.content import JPEG
from tms.errors import Conflict, NotAllowed, NotFound, message
from tms.models import DocumentKind
from tms.records import document_files, document_rows
from tms.records.read import Header, headers

MAX_NAME: Final = 80
#: Of one file, all papers together.
MAX_COUNT, MAX_TOTAL = 120, 100 * 2**20
#: A run of so many digits in a file's name may be somebody's number.
LONG_NUMBER = re.compile(r"\d[\dXx]{10,}")

#: Who opens attachments: whoever applies, and the desks (R93).
READERS = frozenset(
    {
        Permission.CHANGE,
        Permission.UNIT_REVIEW,
        Permission.DEPT_REVIEW,
        Permission.SCHOOL_REVIEW,
        Permission.APPROVE,
    }
)
GONE: Final = message("没有这份材料。")


@dataclass(frozen=True)
class Opened:
    """A paper's content, and how it is handed out."""

    name: str
    media_type: str
    content: bytes


def store(
    session: Session,
    actor: Actor,
    data_dir: Path,
    teacher_id: int,
    name: str,
    content: bytes | Cleaned,
    *,
    kind: DocumentKind = DocumentKind.PROOF,
    row: tuple[str, int] | None = None,
    facts: Mapping[str, Any] | None = None,
) -> int:
    """Keep a paper for a file in reach; returns its id. The caller commits.

    :param content: as somebody brought it, or cleaned already: cleaning takes up to seconds, and
        a transaction that writes should not wait for it.
    :param row: table and id of the row it goes with.
    :raises NotFound: no such file. :raises NotAllowed: the role neither applies nor fills.
    :raises Invalid: it cannot be taken; see `clean`. :raises Conflict: the file is full.
    """
    header = writable(session, actor, teacher_id)
    made = content if isinstance(content, Cleaned) else clean(content)
    _refuse_full(session, teacher_id, len(made.content))
    at = document_files.put(session, data_dir, made.content, made.thumb)
    values = {
        **_about(name, made, at),
        "kind": kind,
        "table_name": row[0] if row else None,
        "row_id": row[1] if row else None,
        "facts": dict(facts) if facts is not None else None,
    }
    return document_rows.enter(session, actor, header, values)


def _about(name: str, made: Cleaned, at: document_files.Stored) -> dict[str, Any]:
    return {
        "name": safe_name(name, made.media_type),
        "media_type": made.media_type,
        "size": len(made.content),
        "width": made.width,
        "height": made.height,
        "digest": at.digest,
        "stored_as": at.stored_as,
        "has_thumb": bool(made.thumb),
    }


def writable(session: Session, actor: Actor, teacher_id: int) -> Header:
    """The file, if the actor may bring papers for it at all; see `store` for what is raised."""
    if not (actor.can(Permission.CHANGE) or actor.can(Permission.RECORD_WRITE)):
        raise NotAllowed(message("您的角色不能进行此操作。"))
    header = headers(session, [teacher_id]).get(teacher_id)
    if header is None:
        raise NotFound(message("没有这份档案。"))
    return header


def _refuse_full(session: Session, teacher_id: int, more: int) -> None:
    count, size = document_rows.used(session, teacher_id)
    if count >= MAX_COUNT or size + more > MAX_TOTAL:
        raise Conflict(
            message(
                "这份档案的材料已满（最多%(count)d份、共%(mb)d MB），请先删除不用的。",
                count=MAX_COUNT,
                mb=MAX_TOTAL // 2**20,
            )
        )


def open_paper(
    session: Session,
    actor: Actor,
    data_dir: Path,
    document_id: int,
    *kinds: DocumentKind,
) -> Opened:
    """The content of a paper in reach; leaves an event.

    :param kinds: no other kind is there.
    :raises NotFound: out of reach, or the file is gone. :raises NotAllowed: not a reader's role.
    """
    found = _found(session, actor, document_id, *kinds)
    content = document_files.read(data_dir, found.stored_as)
    if content is None:
        raise NotFound(message("材料的文件已不在，请联系技术支持。"))
    document_rows.seen(session, actor, found)
    return Opened(found.name, found.media_type, content)


def thumbnail(session: Session, actor: Actor, data_dir: Path, document_id: int) -> bytes:
    """A small picture of a paper in reach; pages that show it were noted themselves.

    :raises NotFound: out of reach, or there is none. :raises NotAllowed: not a reader's role.
    """
    found = _found(session, actor, document_id)
    name = found.stored_as + document_files.THUMB
    content = document_files.read(data_dir, name) if found.has_thumb else None
    if content is None:
        raise NotFound(GONE)
    return content


def _found(session: Session, actor: Actor, document_id: int, *kinds: DocumentKind) -> Any:
    found = document_rows.find(session, document_id)
    if found is None or (kinds and found.kind not in kinds):
        raise NotFound(GONE)
    if not may_open(actor, found):
        raise NotAllowed(message("材料只有填报人、申请人和审核人员可以打开。"))
    return found


def may_open(actor: Actor, paper: Any) -> bool:
    """Whether a paper in reach may be opened: by readers, and by whoever handed it in.

    Of one's own file everybody opens all but what the school brought to prove a change; a scan of
    the whole file is for who reads whole files.
    """
    of_file = paper.table_name is None and paper.kind != DocumentKind.PROOF
    if of_file and not actor.reads_whole_files:
        return False
    own = paper.made_by is not None and paper.made_by == actor.user_id
    is_mine = actor.teacher_id == paper.teacher_id and paper.kind != DocumentKind.PROOF
    return own or is_mine or bool(READERS & actor.permissions)


def safe_name(name: str, media_type: str = "") -> str:
    """A file's name without folders, controls and anything that may be a number of a person.

    A picture is a JPEG whatever it was before.
    """
    last = name.replace("\\", "/").rsplit("/", 1)[-1]
    clean_ = "".join(char for char in last if char.isprintable() and char not in '"<>|:*?')
    stem = LONG_NUMBER.sub("…", clean_).strip(". ")
    if media_type == JPEG and not stem.lower().endswith((".jpg", ".jpeg")):
        stem = f"{stem.rsplit('.', 1)[0] or 'picture'}.jpg"
    return stem[-MAX_NAME:] or "proof"
