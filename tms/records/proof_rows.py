"""Rows of proofs; their content lies on disk (`tms.documents.proofs`)."""

from __future__ import annotations

from typing import Any

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from tms.access import Actor, door, unscoped
from tms.db import BLIND
from tms.errors import NotFound, message
from tms.models import Proof
from tms.models.types import now
from tms.records.audit import Event, write_events
from tms.records.read import Header

COLUMNS = ("id", "teacher_id", "unit_path", "name", "media_type", "size", "stored_as", "made_by")


def enter(
    session: Session,
    actor: Actor,
    header: Header,
    name: str,
    media_type: str,
    size: int,
    stored_as: str,
) -> int:
    """Write a proof of a file in reach down; returns its id."""
    values = {
        "teacher_id": header.id,
        "unit_path": header.unit_path,
        "functions": 0,
        "name": name,
        "media_type": media_type,
        "size": size,
        "stored_as": stored_as,
        "made_by": actor.user_id,
        "made_at": now(),
    }
    statement = unscoped(insert(Proof).returning(Proof.id), "the file was found by scope")
    made: int = session.scalars(statement, [values]).one()
    detail = {"proof": made, "size": size}
    write_events(session, actor, "proof", [Event(header.unit_path, header.id, detail=detail)])
    return made


def find(session: Session, proof_id: int) -> Any:
    """`COLUMNS` of a proof in reach; None where there is none."""
    statement = select(*(getattr(Proof, each) for each in COLUMNS)).where(Proof.id == proof_id)
    return session.execute(statement).one_or_none()


def attach(session: Session, proof_id: int | None, teacher_id: int, functions: int) -> None:
    """The proof goes with a request: the departments that judge the one see the other.

    :raises NotFound: the proof is another file's.
    """
    if proof_id is None:
        return
    found = find(session, proof_id)
    if found is None or found.teacher_id != teacher_id:
        raise NotFound(message("没有这份证明材料。"))
    statement = update(Proof).where(Proof.id == proof_id).values(functions=functions)
    with door(session):
        session.execute(statement, execution_options=BLIND)


def seen(session: Session, actor: Actor, proof: Any) -> None:
    """Somebody opened it (R93)."""
    event = Event(proof.unit_path, proof.teacher_id, detail={"proof": proof.id})
    write_events(session, actor, "proof.read", [event])
