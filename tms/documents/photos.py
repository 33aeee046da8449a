"""The photo of a teacher: cut out, made anew, and named by the field of the basic record.

What the field holds says what the rules ask of the content (`tms.dictionary.Photo`), so that a
check of many files needs to open none.
"""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Any, Final

from sqlalchemy.orm import Session

from tms.access import Actor
from tms.access.policy import may_see
from tms.dictionary import Photo
from tms.documents.clean import Cleaned
from tms.documents.content import JPEG
from tms.documents.papers import GONE, Opened, store, writable
from tms.errors import Conflict, NotFound, message
from tms.models import TABLES, DocumentKind
from tms.records import RowChange, document_files, document_rows, save
from tms.records.changeable import for_change
from tms.records.checks import is_locked
from tms.records.editable import for_row
from tms.records.read import Header, rows_where
from tms.records.request_checks import Wanted
from tms.records.requests import ask

TABLE: Final = "basic_information"
FIELD: Final = "photo"


class Way(StrEnum):
    """How the photo of a file can be another now."""

    SET = "set"
    #: It is in force: by a change request.
    ASK = "ask"


def way_of(session: Session, actor: Actor, header: Header, row: dict[str, Any]) -> Way | None:
    """The way that is open to the actor; None where there is none."""
    asked, way = (for_change, Way.ASK) if is_locked(row["state"]) else (for_row, Way.SET)
    fields = asked(session, actor, TABLES[TABLE], row, header).fields
    return way if any(field.key == FIELD for field in fields) else None


def set_photo(
    session: Session, actor: Actor, data_dir: Path, teacher_id: int, name: str, made: Cleaned
) -> None:
    """The photo of a file is another; the one before goes.

    :raises NotFound: no such file. :raises NotAllowed: not the role's to fill.
    :raises Conflict: the basic record is locked now; says why.
    """
    header = writable(session, actor, teacher_id)
    row, former = _basic(session, header), _photos(session, teacher_id)
    _save(session, actor, header, row, str(_told(made)))
    kind, place = DocumentKind.PHOTO, (TABLE, row["id"])
    store(session, actor, data_dir, teacher_id, name, made, kind=kind, row=place)
    _drop(session, actor, data_dir, former)


def ask_photo(
    session: Session,
    actor: Actor,
    data_dir: Path,
    teacher_id: int,
    name: str,
    made: Cleaned,
    reason: str,
) -> int:
    """Apply for another photo of a file in force; returns the request's id.

    Who decides opens it as the request's proof. See `records.requests.ask` for what is raised.
    """
    row = _basic(session, writable(session, actor, teacher_id))
    kind, place = DocumentKind.PHOTO, (TABLE, row["id"])
    paper = store(session, actor, data_dir, teacher_id, name, made, kind=kind, row=place)
    values, version = {FIELD: str(_told(made))}, row["content_version"]
    return ask(session, actor, Wanted(teacher_id, TABLE, row["id"], version, values, reason, paper))


def remove_photo(session: Session, actor: Actor, data_dir: Path, teacher_id: int) -> None:
    """The file has no photo any more. See `set_photo` for what is raised."""
    header = writable(session, actor, teacher_id)
    _save(session, actor, header, _basic(session, header), None)
    _drop(session, actor, data_dir, _photos(session, teacher_id))


def open_photo(session: Session, actor: Actor, data_dir: Path, teacher_id: int) -> Opened:
    """The photo of a file in reach; the page that shows it notes who looked.

    :raises NotFound: out of reach, not for this role, or there is none.
    """
    model = TABLES[TABLE]
    rows = rows_where(session, model, model.teacher_id == teacher_id)
    held = Photo.read(rows[0][FIELD]) if rows else None
    if held is None or not may_see(actor, model.dictionary.fields[FIELD]):
        raise NotFound(GONE)
    for paper in _photos(session, teacher_id):
        content = document_files.read(data_dir, paper.stored_as)
        if paper.digest == held.digest and content is not None:
            return Opened(paper.name, paper.media_type, content)
    raise NotFound(GONE)


def _told(made: Cleaned) -> Photo:
    """What the rules ask of it."""
    digest = document_files.digest_of(made.content)
    is_jpeg = made.media_type == JPEG
    return Photo(len(made.content), is_jpeg, made.width or 0, made.height or 0, digest)


def _basic(session: Session, header: Header) -> dict[str, Any]:
    model = TABLES[TABLE]
    rows = rows_where(session, model, model.teacher_id == header.id)
    if not rows:
        raise Conflict(message("请先保存基本信息，再上传照片。"))
    return rows[0]


def _save(
    session: Session, actor: Actor, header: Header, row: dict[str, Any], value: str | None
) -> None:
    change = RowChange(header.id, {FIELD: value}, row["id"], row["content_version"])
    save(session, actor, {TABLE: [change]})


def _photos(session: Session, teacher_id: int) -> list[Any]:
    return document_rows.of_file(session, teacher_id, DocumentKind.PHOTO)


def _drop(session: Session, actor: Actor, data_dir: Path, papers: list[Any]) -> None:
    if papers:
        document_rows.remove(session, actor, papers)
        document_files.release(session, data_dir, [paper.stored_as for paper in papers])
