"""Rows of papers; their content lies on disk (`tms.records.document_files`).

A proof is seen by the departments that judge its request. Any other paper is seen with the row it
goes with, or with the file: it carries no mask of its own that could fall behind.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import delete, exists, func, insert, select, update
from sqlalchemy.orm import Session

from tms.access import Actor, door, unscoped
from tms.db import BLIND
from tms.errors import NotFound, message
from tms.models import TABLES, Document, DocumentKind
from tms.models.types import now
from tms.records.audit import Event, write_events
from tms.records.read import Header, headers

COLUMNS: Final = tuple(Document.__table__.columns.keys())
REASON: Final = "papers of a file that was found by scope"
#: Papers of a row that is gone are kept so long: an undo may bring it back.
KEPT: Final = timedelta(days=30)
#: What is written down of a paper, by its kind.
ACTS: Final = {DocumentKind.PROOF: "proof"}
SEEN: Final = {DocumentKind.PROOF: "proof.read"}


def enter(session: Session, actor: Actor, header: Header, values: Mapping[str, Any]) -> int:
    """Write a paper of a file in reach down; returns its id."""
    kind = DocumentKind(values.get("kind", DocumentKind.PROOF))
    row = {
        "kind": kind,
        "teacher_id": header.id,
        "unit_path": header.unit_path,
        "functions": 0,
        "made_by": actor.user_id,
        "made_at": now(),
        "digest": "",
        "has_thumb": False,
        **values,
    }
    statement = unscoped(insert(Document).returning(Document.id), "the file was found by scope")
    made: int = session.scalars(statement, [row]).one()
    event = Event(header.unit_path, header.id, detail=_detail(made, {**row, "id": made}))
    write_events(session, actor, ACTS.get(kind, "document"), [event])
    return made


def find(session: Session, document_id: int) -> Any:
    """`COLUMNS` of a paper in reach; None where there is none."""
    wanted = Document.id == document_id
    found = session.execute(unscoped(_columns().where(wanted), REASON)).one_or_none()
    if found is None or found.kind == DocumentKind.PROOF:
        return session.execute(_columns().where(wanted)).one_or_none()
    return found if _is_reached(session, found) else None


def _is_reached(session: Session, found: Any) -> bool:
    if found.table_name is None:
        return found.teacher_id in headers(session, [found.teacher_id])
    model = TABLES[found.table_name]
    row = select(model.id).where(model.id == found.row_id, model.teacher_id == found.teacher_id)
    return session.scalar(row) is not None


def of_file(session: Session, teacher_id: int, *kinds: DocumentKind) -> list[Any]:
    """`COLUMNS` of the papers of a file in reach, the oldest first; of these kinds, or all.

    Whoever shows them shows those of rows in reach.
    """
    wanted = [Document.teacher_id == teacher_id, Document.gone_at.is_(None)]
    if kinds:
        wanted.append(Document.kind.in_(kinds))
    return list(session.execute(unscoped(_columns().where(*wanted).order_by(Document.id), REASON)))


def used(session: Session, teacher_id: int) -> tuple[int, int]:
    """How many papers the file has, and how many bytes they take."""
    statement = select(func.count(), func.coalesce(func.sum(Document.size), 0))
    statement = statement.where(Document.teacher_id == teacher_id)
    count, size = session.execute(unscoped(statement, REASON)).one()
    return int(count), int(size)


def attach(session: Session, document_id: int | None, teacher_id: int, functions: int) -> None:
    """The proof goes with a request: the departments that judge the one see the other.

    :raises NotFound: the proof is another file's.
    """
    if document_id is None:
        return
    found = find(session, document_id)
    if found is None or found.teacher_id != teacher_id:
        raise NotFound(message("没有这份证明材料。"))
    statement = update(Document).where(Document.id == document_id).values(functions=functions)
    with door(session):
        session.execute(statement, execution_options=BLIND)


def remove(session: Session, actor: Actor, papers: Iterable[Any]) -> None:
    """Take papers in reach out; the caller releases their files."""
    found = list(papers)
    statement = delete(Document).where(Document.id.in_([paper.id for paper in found]))
    session.execute(unscoped(statement, REASON), execution_options=BLIND)
    events = [
        Event(paper.unit_path, paper.teacher_id, detail=_detail(paper.id, paper._mapping))
        for paper in found
    ]
    write_events(session, actor, "document.remove", events)


def seen(session: Session, actor: Actor, paper: Any) -> None:
    """Somebody opened it (R93)."""
    event = Event(paper.unit_path, paper.teacher_id, detail=_detail(paper.id, paper._mapping))
    write_events(session, actor, SEEN.get(paper.kind, "document.read"), [event])


def _detail(document_id: int, row: Mapping[str, Any]) -> dict[str, Any]:
    kind = DocumentKind(row["kind"])
    if kind is DocumentKind.PROOF:
        return {"proof": document_id, "size": row["size"]}
    about = {"document": document_id, "kind": kind.value, "size": row["size"]}
    place = {"table": row.get("table_name"), "row": row.get("row_id")}
    return about | {key: value for key, value in place.items() if value is not None}


def _columns() -> Any:
    return select(*(getattr(Document, name) for name in COLUMNS))


# -- every night -----------------------------------------------------------------------------------


def forget(session: Session, at: datetime) -> int:
    """Notice whose rows are gone or back again; delete what was gone long enough."""
    for name, model in TABLES.items():
        there = exists().where(model.id == Document.row_id)
        mine = Document.table_name == name
        for meets, value in (
            (~there & Document.gone_at.is_(None), at),
            (there & Document.gone_at.is_not(None), None),
        ):
            statement = update(Document).where(mine, meets).values(gone_at=value)
            session.execute(unscoped(statement, "housekeeping"), execution_options=BLIND)
    old = delete(Document).where(Document.gone_at < at - KEPT)
    gone: Any = session.execute(unscoped(old, "housekeeping"), execution_options=BLIND)
    return int(gone.rowcount)
