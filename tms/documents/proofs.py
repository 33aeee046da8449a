"""证明材料 of change requests: PDF or JPEG, encrypted on disk, opened by few and never unseen.

The file has a random name, under which alone it opens; its row says whose it is. A file whose row
was not committed goes with the transaction. (What a killed process leaves is nobody's: without its
row nothing says whose it is or what it proves.)
"""

from __future__ import annotations

import re
import secrets
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy.orm import Session

from tms import pending_files
from tms.access import Actor, Permission
from tms.crypto import keyring
from tms.documents import content as contents
from tms.errors import Invalid, NotAllowed, NotFound, message
from tms.records import proof_rows
from tms.records.read import headers

FOLDER, SUFFIX = "proofs", ".sealed"
MAX_BYTES = 5 * 2**20
MAX_NAME = 80
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


@dataclass(frozen=True)
class Opened:
    """A proof's content, and how it is handed out."""

    name: str
    media_type: str
    content: bytes


def store(
    session: Session, actor: Actor, data_dir: Path, teacher_id: int, name: str, content: bytes
) -> int:
    """Keep a proof for a file in reach; returns its id.

    :raises NotFound: no such file. :raises NotAllowed: the role neither applies nor fills.
    :raises Invalid: too large, or neither PDF nor JPEG.
    """
    if not (actor.can(Permission.CHANGE) or actor.can(Permission.RECORD_WRITE)):
        raise NotAllowed(message("您的角色不能进行此操作。"))
    header = headers(session, [teacher_id]).get(teacher_id)
    if header is None:
        raise NotFound(message("没有这份档案。"))
    media_type = judged(content)
    stored_as = secrets.token_urlsafe(24)
    _write(session, data_dir, stored_as, content)
    return proof_rows.enter(
        session, actor, header, safe_name(name), media_type, len(content), stored_as
    )


def open_proof(session: Session, actor: Actor, data_dir: Path, proof_id: int) -> Opened:
    """The content of a proof in reach; leaves an event.

    :raises NotFound: out of reach, or the file is gone. :raises NotAllowed: not a reader's role.
    """
    found = proof_rows.find(session, proof_id)
    if found is None:
        raise NotFound(message("没有这份证明材料。"))
    if not may_open(actor, found):
        raise NotAllowed(message("证明材料只有申请和审核的人员可以打开。"))
    path = _path(data_dir, found.stored_as)
    if not path.is_file():
        raise NotFound(message("证明材料的文件已不在，请联系技术支持。"))
    content = keyring().open_file(path.read_bytes(), found.stored_as)
    proof_rows.seen(session, actor, found)
    return Opened(found.name, found.media_type, content)


def may_open(actor: Actor, proof: Any) -> bool:
    """Whether a proof in reach may be opened: by readers, and by whoever handed it in."""
    own = proof.made_by is not None and proof.made_by == actor.user_id
    return own or bool(READERS & actor.permissions)


def judged(content: bytes) -> str:
    """The media type.

    :raises Invalid: too large, or neither PDF nor JPEG, whatever it is called.
    """
    if len(content) > MAX_BYTES:
        raise Invalid(message("证明材料不能超过 5 MB。"))
    found = contents.media_type(content)
    if found is None:
        raise Invalid(message("证明材料须是完整的 PDF 或 JPEG 文件（按内容判断，与文件名无关）。"))
    return found


def safe_name(name: str) -> str:
    """A file's name without folders, controls and anything that may be a number of a person."""
    last = name.replace("\\", "/").rsplit("/", 1)[-1]
    clean = "".join(char for char in last if char.isprintable() and char not in '"<>|:*?')
    return LONG_NUMBER.sub("…", clean).strip(". ")[-MAX_NAME:] or "proof"


# -- on disk ---------------------------------------------------------------------------------------


def _path(data_dir: Path, stored_as: str) -> Path:
    return data_dir / FOLDER / (stored_as + SUFFIX)


def _write(session: Session, data_dir: Path, stored_as: str, content: bytes) -> None:
    with pending_files.create(session, _path(data_dir, stored_as)) as file:
        file.write(keyring().seal_file(content, stored_as))
