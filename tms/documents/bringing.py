"""Papers as they are brought: read, cleaned before anything is written, then taken together."""

from __future__ import annotations

import math
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

from sqlalchemy.orm import Session

from tms.access import Actor
from tms.documents.attachments import MAX_OF_ROW, Place, attach, refuse, spot_of
from tms.documents.clean import MAX_PICTURE, Cleaned, Crop, clean
from tms.documents.papers import safe_name, writable
from tms.documents.photos import ask_photo, set_photo
from tms.errors import Invalid, message

#: The whole picture, as it is.
WHOLE: Final = "whole"


class Brought:
    """An upload: its name, and its content once it is read, no more than is ever taken."""

    def __init__(self, upload: Any) -> None:
        self.name = str(upload.filename or "")
        with upload.stream:  # a large one lies in a file of its own meanwhile
            self.content = upload.read(MAX_PICTURE + 1)

    def cleaned(self, crop: Crop | None = None) -> Cleaned:
        """:raises Invalid: it cannot be taken; says which and why."""
        try:
            return clean(self.content, crop)
        except Invalid as error:
            text = message("“%(name)s”：%(text)s", name=safe_name(self.name), text=error.text)
            raise Invalid(text) from error


def take(
    session: Session, actor: Actor, data_dir: Path, place: Place, brought: Sequence[Brought]
) -> int:
    """All of the papers for one row, or none; says how many. See `attach` for what is raised.

    Asks first, then cleans outside of a transaction: that takes its time.
    """
    if not brought:
        raise Invalid(message("请先选择文件。"))
    if len(brought) > MAX_OF_ROW:
        raise Invalid(message("一条记录最多附%(n)d份材料。", n=MAX_OF_ROW))
    refuse(session, actor, spot_of(session, *place))
    session.rollback()
    made = [(each.name, each.cleaned()) for each in brought]
    for name, content in made:
        attach(session, actor, data_dir, place, name, content)
    return len(made)


def photo_from(
    session: Session,
    actor: Actor,
    data_dir: Path,
    teacher_id: int,
    brought: Brought,
    crop: Crop,
    reason: str | None,
) -> int | None:
    """The photo of a file; with a *reason* it is applied for, and the request's id is returned.

    See `set_photo` and `ask_photo` for what is raised.
    """
    writable(session, actor, teacher_id)
    session.rollback()
    made, name = brought.cleaned(crop), brought.name
    if reason is not None:
        return ask_photo(session, actor, data_dir, teacher_id, name, made, reason)
    set_photo(session, actor, data_dir, teacher_id, name, made)
    return None


def crop_of(how: str, box: str) -> Crop:
    """What of the picture is wanted: a box that was drawn, its middle, or all of it.

    :raises Invalid: the box is no box.
    """
    if not box:
        return Crop(is_centred=how != WHOLE)
    try:
        left, top, width, height = (float(part) for part in box.split(","))
    except ValueError as error:
        raise Invalid(message("裁剪范围有误，请重新选取。")) from error
    if not all(map(math.isfinite, (left, top, width, height))) or min(width, height) <= 0:
        raise Invalid(message("裁剪范围有误，请重新选取。"))
    return Crop((left, top, width, height))
