"""Files kept for their owner for a while: uploads, exports, reports; encrypted on disk (S7, S11).

They are asked for by id and never by path. A file whose row was not committed goes with the
transaction; what a killed process leaves is cleared up by the nightly job.
"""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any, BinaryIO, Final, cast

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from tms import pending_files
from tms.access import Actor
from tms.db import BLIND
from tms.errors import NotAllowed, NotFound, message
from tms.models import KeptFile
from tms.models.types import now
from tms.sealed import SealedWriter, opened

FOLDER: Final = "kept"
SUFFIX: Final = ".sealed"
DAY_HOURS: Final = 24
#: A file without a row is somebody's transaction under way, unless it is as old as this.
ORPHAN_SECONDS: Final = 24 * 3600
GONE: Final = message("文件已过期或已删除。")


@dataclass(frozen=True)
class Kept:
    """A kept file as it is handed out; `content` comes in pieces."""

    name: str
    media_type: str
    size: int
    content: Iterator[bytes]


def keep(
    session: Session,
    actor: Actor,
    data_dir: Path,
    name: str,
    media_type: str,
    write: Callable[[BinaryIO], object],
    *,
    hours: int = DAY_HOURS,
    once: bool = False,
) -> int:
    """Let *write* write a file for *actor*; returns its id. The caller commits.

    :param name: as it is handed out; nobody's number in it.
    :param once: it is handed out by `take_once` only, and gone then.
    :raises NotAllowed: no person acts.
    """
    if actor.user_id is None:
        raise NotAllowed(message("请先登录。"))
    stored_as, at = secrets.token_urlsafe(24), now()
    path = _path(data_dir, stored_as)
    with pending_files.create(session, path) as file, SealedWriter(file, stored_as) as sealed:
        write(cast("BinaryIO", sealed))
    row = KeptFile(
        user_id=actor.user_id,
        name=name[-120:],
        media_type=media_type,
        size=sealed.size,
        stored_as=stored_as,
        made_at=at,
        expires_at=at + timedelta(hours=hours),
        is_once=once,
    )
    session.add(row)
    session.flush()
    return row.id


def open_kept(session: Session, data_dir: Path, file_id: int | None) -> Kept:
    """The actor's own file.

    :raises NotFound: not the actor's, expired, or gone.
    """
    row = _row(session, file_id)
    try:
        source = _path(data_dir, row.stored_as).open("rb")
    except FileNotFoundError as error:
        raise NotFound(GONE) from error
    return Kept(row.name, row.media_type, row.size, _pieces(source, row.stored_as))


def is_kept(session: Session, file_id: int | None) -> bool:
    """Whether the actor's own file can still be handed out."""
    mine = (KeptFile.id == file_id, KeptFile.expires_at > now())
    return session.scalar(select(KeptFile.id).where(*mine)) is not None


def size_of(session: Session, file_id: int | None) -> int:
    """Bytes of the actor's own file, as it was before it was encrypted.

    :raises NotFound: not the actor's, expired, or gone.
    """
    return _row(session, file_id).size


def take_once(session: Session, data_dir: Path, file_id: int | None) -> Kept:
    """The actor's own file that is shown once: whoever is first has it, and it is gone.

    The file on disk goes at once, the row with the caller's commit: a download that breaks off
    is lost, and new codes have to be made.

    :raises NotFound: not the actor's, expired, or handed out already.
    """
    row = _row(session, file_id, once=True)
    name, media_type, size, stored_as = row.name, row.media_type, row.size, row.stored_as
    gone: Any = session.execute(
        delete(KeptFile).where(KeptFile.id == file_id), execution_options=BLIND
    )
    path = _path(data_dir, stored_as)
    if gone.rowcount != 1 or not path.exists():
        raise NotFound(GONE)
    content = b"".join(_pieces(path.open("rb"), stored_as))
    path.unlink()
    return Kept(name, media_type, size, iter([content]))


def _row(session: Session, file_id: int | None, *, once: bool = False) -> KeptFile:
    row: KeptFile | None = session.scalar(select(KeptFile).where(KeptFile.id == file_id))
    if row is None or row.expires_at <= now() or row.is_once != once:
        raise NotFound(GONE)
    return row


def read_kept(session: Session, data_dir: Path, file_id: int | None) -> bytes:
    """As `open_kept`, in one piece."""
    return b"".join(open_kept(session, data_dir, file_id).content)


def _pieces(source: BinaryIO, name: str) -> Iterator[bytes]:
    with source:
        yield from opened(source, name)


def discard(session: Session, data_dir: Path, file_id: int) -> None:
    """Delete one's own file before its time.

    :raises NotFound: not the actor's.
    """
    mine = KeptFile.id == file_id
    stored_as = session.scalar(select(KeptFile.stored_as).where(mine))
    if stored_as is None:
        raise NotFound(GONE)
    session.execute(delete(KeptFile).where(mine), execution_options=BLIND)
    _path(data_dir, stored_as).unlink(missing_ok=True)


def purge(session: Session, data_dir: Path) -> int:
    """Delete what has expired, and what no row names; returns how many files. System actors."""
    old = KeptFile.expires_at <= now()
    for stored_as in session.scalars(select(KeptFile.stored_as).where(old)).all():
        _path(data_dir, stored_as).unlink(missing_ok=True)
    gone: Any = session.execute(delete(KeptFile).where(old), execution_options=BLIND)
    known = set(session.scalars(select(KeptFile.stored_as)))
    before = time.time() - ORPHAN_SECONDS
    orphans = [
        path
        for path in (data_dir / FOLDER).glob("*" + SUFFIX)
        if path.name.removesuffix(SUFFIX) not in known and path.stat().st_mtime < before
    ]
    for path in orphans:
        path.unlink(missing_ok=True)
    return int(gone.rowcount) + len(orphans)


def _path(data_dir: Path, stored_as: str) -> Path:
    return data_dir / FOLDER / (stored_as + SUFFIX)
