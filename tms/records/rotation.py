"""Sealing anew, under the current key, what lies under older ones: numbers and stored files (S8).

Part by part, each a short transaction of the caller's. What is found is found by its key's name, so
that nothing has to be remembered: after a kill it goes on where it was. Audit events keep the
ciphertext of their time, and the ring keeps the keys for it.
"""

from __future__ import annotations

import os
import secrets
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, BinaryIO, Final, cast

from sqlalchemy import Column, bindparam, select, update
from sqlalchemy.orm import Session

from tms.access import CONSOLE
from tms.crypto import VERSION, keyring
from tms.models import TABLES, ChangeRequest, Document, KeptFile, User
from tms.records import document_files, kept
from tms.records.audit import Event, write_events
from tms.sealed import MAGIC, SealedWriter, opened

#: Yields after each part how many values it sealed anew; the caller commits.
Reseal = Callable[[Session, Path], Iterator[int]]
#: Values in one transaction.
PART: Final = 500
ACT: Final = "keys.rotate"


def encrypted_columns() -> list[Column[Any]]:
    """The columns that hold ciphertext: of section tables, and the secrets of authenticators."""
    declared = [
        model.__table__.columns[key]
        for model in TABLES.values()
        for key, field in model.dictionary.fields.items()
        if field.encrypted
    ]
    return [*declared, User.__table__.columns["totp"]]


def columns(session: Session, _data_dir: Path) -> Iterator[int]:
    """Values in columns; neither version nor index changes, so that the lock lets them."""
    for column in encrypted_columns():
        yield from _column(session, column)


def _column(session: Session, column: Column[Any]) -> Iterator[int]:
    table, last = column.table, 0
    change = update(table).where(table.c.id == bindparam("row"))
    change = change.values({column.name: bindparam("sealed")})
    while True:
        ring, connection = keyring(), session.connection()
        old = (table.c.id > last, column.is_not(None), ~column.startswith(ring.prefix))
        rows = select(table.c.id, column).where(*old).order_by(table.c.id).limit(PART)
        found = connection.execute(rows.with_for_update()).all()
        if not found:
            return
        fresh = []
        for row_id, value in found:
            place = {"table": table.name, "column": column.name, "row": row_id}
            fresh.append({"row": row_id, "sealed": ring.seal(ring.open(value, **place), **place)})
        connection.execute(change, fresh)
        last = found[-1][0]
        yield len(found)


def requests(session: Session, _data_dir: Path) -> Iterator[int]:
    """Numbers that change requests bring, sealed for the row they are about."""
    keys = {column.name for column in encrypted_columns()}
    table, last = ChangeRequest.__table__, 0
    wanted = (table.c.id, table.c.table_name, table.c.row_id, table.c.patch)
    while True:
        rows = select(*wanted).where(table.c.id > last).order_by(table.c.id).limit(PART)
        found = session.connection().execute(rows.with_for_update()).all()
        if not found:
            return
        yield sum(_request(session, row, keys) for row in found)
        last = found[-1].id


def _request(session: Session, row: Any, keys: set[str]) -> int:
    ring, patch = keyring(), dict(row.patch or {})
    old = [k for k in keys if patch.get(k) and not str(patch[k]).startswith(ring.prefix)]
    for key in old:
        place = {"table": row.table_name, "column": key, "row": row.row_id}
        patch[key] = ring.seal(ring.open(patch[key], **place), **place)
    if old:
        table = ChangeRequest.__table__
        statement = update(table).where(table.c.id == row.id).values(patch=patch)
        session.connection().execute(statement)
    return len(old)


def files(session: Session, data_dir: Path) -> Iterator[int]:
    """Uploads, results and papers on disk; whoever reads one meanwhile has the old file open."""
    names = session.connection().execute(select(KeptFile.__table__.c.stored_as)).scalars().all()
    papers = session.connection().execute(select(Document.__table__.c.stored_as)).scalars().all()
    papers = [*papers, *(name + document_files.THUMB for name in papers)]
    yield sum(_framed(data_dir / kept.FOLDER / f"{name}{kept.SUFFIX}", name) for name in names)
    yield sum(
        _whole(document_files.path_of(data_dir, name), name) for name in dict.fromkeys(papers)
    )


def _framed(path: Path, name: str) -> int:
    """A file in frames, as `sealed` writes them."""
    head = MAGIC + f"{keyring().current}:".encode()
    if not path.exists() or _begins(path, head):
        return 0

    def write(out: BinaryIO) -> None:
        with path.open("rb") as source, SealedWriter(out, name) as fresh:
            for piece in opened(source, name):
                cast("BinaryIO", fresh).write(piece)

    return _replace(path, write)


def _whole(path: Path, name: str) -> int:
    """A file that was sealed in one piece."""
    ring = keyring()
    if not path.exists() or _begins(path, ring.prefix.encode()):
        return 0
    content = ring.open_file(path.read_bytes(), name)
    return _replace(path, lambda out: out.write(ring.seal_file(content, name)))


def _begins(path: Path, head: bytes) -> bool:
    with path.open("rb") as source:
        return source.read(len(head)) == head


def _replace(path: Path, write: Callable[[BinaryIO], Any]) -> int:
    fresh = path.with_name(f"{path.name}.{secrets.token_hex(4)}")
    try:
        with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as out:
            write(out)
            out.flush()
            os.fsync(out.fileno())
        fresh.replace(path)
    finally:
        fresh.unlink(missing_ok=True)
    return 1


def is_old(content: bytes) -> bool:
    """Whether *content*, sealed in one piece, lies under an older key."""
    return content.startswith(f"{VERSION}:".encode()) and not content.startswith(
        keyring().prefix.encode()
    )


def note(session: Session, values: int) -> None:
    """The event: which key is in use from here on, and how much was sealed anew."""
    detail = {"key": keyring().current, "values": values}
    write_events(session, CONSOLE, ACT, [Event("", detail=detail, files=0)])
