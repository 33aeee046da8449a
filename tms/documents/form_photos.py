"""Photos for forms: as drawings, because all that the typesetter is given is text."""

from __future__ import annotations

import base64
from collections.abc import Iterable
from pathlib import Path
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from tms.access import Actor
from tms.access.policy import may_see
from tms.dictionary import Photo
from tms.documents.photos import FIELD, TABLE
from tms.models import TABLES, Document, DocumentKind
from tms.records import document_files
from tms.records.form_files import FormFile

#: The photo fills its frame of 26 mm × 32 mm, whatever its own proportion.
DRAWING: Final = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 26 32">'
    '<image width="26" height="32" preserveAspectRatio="xMidYMid slice"'
    ' href="data:{kind};base64,{content}"/></svg>'
)


def photos_of(
    session: Session, actor: Actor, data_dir: Path | None, files: Iterable[FormFile]
) -> dict[int, str]:
    """{file: drawing} of those of *files*, found by scope, that have a photo the actor sees."""
    if data_dir is None or not may_see(actor, TABLES[TABLE].dictionary.fields[FIELD]):
        return {}
    held = {file.header.id: _digest(file) for file in files}
    wanted = (Document.kind == DocumentKind.PHOTO, Document.teacher_id.in_(held))
    columns = (Document.teacher_id, Document.digest, Document.media_type, Document.stored_as)
    found: dict[int, str] = {}
    for paper in session.execute(select(*columns).where(*wanted)):
        content = document_files.read(data_dir, paper.stored_as)
        if content is not None and paper.digest == held[paper.teacher_id]:
            told = base64.b64encode(content).decode()
            found[paper.teacher_id] = DRAWING.format(kind=paper.media_type, content=told)
    return found


def _digest(file: FormFile) -> str:
    rows = file.rows.get(TABLE, ())
    photo = Photo.read(rows[0][FIELD]) if rows else None
    return photo.digest if photo else ""
