"""Whose export a file is: the number it bears, and the audit event of that number (S11).

A workbook tells it in the properties of the document, which survive being edited and saved again;
other files, and copies that lost it, in their name.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator
from typing import Any, BinaryIO, Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from tms.errors import NotFound, message
from tms.exchange.export import ACT
from tms.exchange.kinds import DAMAGE
from tms.exchange.stamp import NUMBER, act_prefix, number_of
from tms.exchange.write_xlsx import PROPERTY
from tms.models import AuditEvent, Person, Unit, User

#: Parts of a workbook that hold properties of the document; no more of them is read than this.
_PARTS: Final = ("docProps/custom.xml", "meta.xml")
_MOST: Final = 1 << 16
#: What a file of JSON begins with.
_JSON: Final = b'{"export"'
_NAMED = re.compile(rf"(?:{PROPERTY}|number).{{0,300}}?({NUMBER.pattern})", re.DOTALL)


def number_in(file: BinaryIO, filename: str) -> str | None:
    """The number of the export that *file* says it is, else the one in *filename*."""
    for text in _tellers(file):
        found = _NAMED.search(text)
        if found:
            return found[1]
    named = NUMBER.search(filename)
    return named[0] if named else None


def _tellers(file: BinaryIO) -> Iterator[str]:
    """What in the file may tell; of no file more than a few parts is read."""
    if file.read(len(_JSON)) == _JSON:
        yield file.read(_MOST).decode("utf-8", "replace")
        return
    try:
        with zipfile.ZipFile(file) as archive:
            for name in set(_PARTS) & set(archive.namelist()):
                with archive.open(name) as part:
                    yield part.read(_MOST).decode("utf-8", "replace")
    except DAMAGE:
        return


def find_export(session: Session, number: str) -> AuditEvent:
    """The event of export *number*, in the actor's reach.

    :raises NotFound: there is none.
    """
    wanted = select(AuditEvent).where(
        AuditEvent.act == ACT, AuditEvent.act_id.startswith(act_prefix(number))
    )
    event = session.scalars(wanted.order_by(AuditEvent.id)).first()
    if event is None:
        raise NotFound(message("没有编号为%(number)s的导出。", number=number))
    return event


def told(session: Session, event: AuditEvent) -> dict[str, Any]:
    """Who took it, when and what: the event as one object, names beside ids."""
    person = (
        select(User.username, Person.name)
        .join(Person, Person.id == User.person_id)
        .where(User.id == event.user_id)
    )
    username, name = next(iter(session.execute(person)), (None, None))
    unit = session.scalar(select(Unit.name).where(Unit.id == event.unit_id))
    who = {"user": username, "name": name, "role": event.role, "unit": unit}
    about = {"number": number_of(event.act_id), "at": event.at.isoformat()}
    return about | who | (event.detail or {})
