"""Sealing the audit trail: ranges of events, in order of id, each chained to the one before.

Writers are not held up by it (SECURITY.md S13): they only insert; a sealer comes afterwards. The
heads of the chain are noted in a file outside the database, too, and go along in every backup: who
takes away the last events together with their seals is found by that.
"""

from __future__ import annotations

import hashlib
import json
import os
import time
import zlib
from array import array
from collections.abc import Generator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from sqlalchemy import insert, select, text
from sqlalchemy.orm import Session

from tms import seal_key
from tms.access import CONSOLE, acting
from tms.db import WRITERS_LOCK, is_sqlite
from tms.errors import Conflict, Message, message
from tms.jobs import Mark, Work
from tms.models import AuditSeal
from tms.models.types import now
from tms.seal_key import SealKey

HEADS_FILE: Final = "seal.heads"
#: Events in one range.
PART: Final = 20_000
#: So much of each event's digest is kept, to say which one was altered; the root holds them whole.
LEAF: Final = 8
#: What is sealed of an event, all but its id. Never changed: older seals would not fit any more.
COLUMNS: Final = (
    "at",
    "act",
    "act_id",
    "user_id",
    "assignment_id",
    "role",
    "unit_id",
    "unit_path",
    "teacher_id",
    "submission_id",
    "files",
    "rows",
    "former",
    "detail",
)
#: How long the sealer waits for those who write, and how often it looks.
PATIENCE: Final = 60.0
LOOK: Final = 0.05
STILL_WRITING: Final[Message] = message("有事务长时间未结束，审计日志暂未封存，请稍后再试。")


@dataclass(frozen=True)
class Range:
    """Events as they stand in the database: ids, and the digest of each."""

    ids: array[int]
    digests: list[bytes]

    @property
    def root(self) -> str:
        """One digest for all."""
        return hashlib.sha256(b"".join([self.ids.tobytes(), *self.digests])).hexdigest()

    @property
    def leaves(self) -> bytes:
        """The beginning of each digest."""
        return b"".join([digest[:LEAF] for digest in self.digests])

    @property
    def steps(self) -> bytes:
        """The ids, packed: mostly ones."""
        steps = array("q", [b - a for a, b in zip([0, *self.ids[:-1]], self.ids, strict=True)])
        return zlib.compress(steps.tobytes(), 1)


def unpacked(steps: bytes) -> array[int]:
    """The ids that `Range.steps` packed."""
    found, last = array("q"), 0
    for step in memoryview(zlib.decompress(steps)).cast("q"):
        last += step
        found.append(last)
    return found


def events_between(session: Session, after: int, up_to: int, most: int | None = None) -> Range:
    """Events with ids above *after* up to *up_to*, at most *most*: read as they are stored."""
    make = "json_array" if is_sqlite(session) else "json_build_array"
    columns = ", ".join(f'"{name}"' for name in COLUMNS)
    limit = f" LIMIT {most}" if most else ""
    statement = (
        f"SELECT id, CAST({make}({columns}) AS TEXT) FROM audit_event "  # noqa: S608  our names
        f"WHERE id > :after AND id <= :up_to ORDER BY id{limit}"
    )
    found = session.connection().execute(text(statement), {"after": after, "up_to": up_to}).all()
    digest = hashlib.sha256
    return Range(
        array("q", [row[0] for row in found]), [digest(row[1].encode()).digest() for row in found]
    )


def settled(session: Session, patience: float = PATIENCE) -> int:
    """The newest event before which no other can appear any more; 0 where there is none.

    On PostgreSQL ids are committed out of order: who writes has `WRITERS_LOCK`, shared, from its
    beginning, so that everybody who could still bring an older event is among its holders.

    :raises Conflict: one of them goes on for too long.
    """
    newest = session.connection().execute(text("SELECT max(id) FROM audit_event")).scalar() or 0
    if is_sqlite(session):
        return int(newest)
    waiting_for, until = _writers(session), time.monotonic() + patience
    while waiting_for & _writers(session):
        if time.monotonic() > until:
            raise Conflict(STILL_WRITING)
        time.sleep(LOOK)
    return int(newest)


def _writers(session: Session) -> frozenset[str]:
    """Transactions that write at this moment, without our own."""
    statement = text(
        "SELECT virtualtransaction FROM pg_locks WHERE locktype = 'advisory' AND granted"
        " AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
        " AND classid = :high AND objid = :low AND objsubid = 1 AND pid <> pg_backend_pid()"
    )
    key = {"high": WRITERS_LOCK >> 32, "low": WRITERS_LOCK & 0xFFFFFFFF}
    return frozenset(session.connection().execute(statement, key).scalars())


def sealed_text(seal: Any) -> str:
    """What the mac of *seal* is over."""
    places = hashlib.sha256(seal.ids + seal.leaves).hexdigest()
    parts = (
        seal.lo,
        seal.hi,
        seal.n,
        seal.root,
        places,
        seal.prev,
        seal.key_id,
        f"{seal.at:%FT%T}",
    )
    return "|".join(map(str, parts))


def next_seal(session: Session, key: SealKey, up_to: int) -> AuditSeal | None:
    """The next range up to event *up_to*, not yet stored; None where everything is sealed."""
    last = session.execute(
        select(AuditSeal.hi, AuditSeal.mac).order_by(AuditSeal.id.desc()).limit(1)
    ).first()
    events = events_between(session, last.hi if last else 0, up_to, PART)
    if not events.ids:
        return None
    seal = AuditSeal(
        lo=events.ids[0],
        hi=events.ids[-1],
        n=len(events.ids),
        ids=events.steps,
        leaves=events.leaves,
        root=events.root,
        prev=last.mac if last else "",
        key_id=key.current,
        at=now(),
    )
    seal.mac = key.mac(sealed_text(seal))
    return seal


def store(session: Session, seal: AuditSeal) -> None:
    """Write *seal*; of two sealers at once the second fails, because `prev` is unique."""
    columns = [column.name for column in AuditSeal.__table__.columns if column.name != "id"]
    values = {name: getattr(seal, name) for name in columns}
    with acting(session, CONSOLE):
        session.execute(insert(AuditSeal), [values])


def seal_up(work: Work) -> Generator[Mark, None, dict[str, int]]:
    """The job: seal everything that is settled, range by range, and note the heads."""
    key = seal_key.ensure(work.data_dir)
    with work.reading() as session:
        up_to = settled(session)
    done = 0
    while True:
        with work.reading() as session:
            seal = next_seal(session, key, up_to)
        if seal is None:
            break
        store(work.session, seal)
        done += seal.n
        yield Mark(done)
    note_heads(work.session, work.data_dir)
    return {"events": done}


def seal_now(session: Session, data_dir: Path) -> int:
    """Seal everything that is settled; commits. Returns how many events it were."""
    key, done = seal_key.ensure(data_dir), 0
    up_to = settled(session)
    while seal := next_seal(session, key, up_to):
        store(session, seal)
        session.commit()
        done += seal.n
    note_heads(session, data_dir)
    session.rollback()
    return done


# -- heads: one line a seal, outside the database


def heads(folder: Path) -> list[dict[str, Any]]:
    """The heads noted in *folder*, oldest first."""
    path = folder / HEADS_FILE
    if not path.exists():
        return []
    return [json.loads(line) for line in path.read_text("ascii").splitlines() if line]


def note_heads(session: Session, folder: Path) -> None:
    """Add the heads of committed seals that the file does not have yet."""
    known = max((head["seal"] for head in heads(folder)), default=0)
    columns = (AuditSeal.id, AuditSeal.hi, AuditSeal.mac, AuditSeal.at)
    new = session.execute(select(*columns).where(AuditSeal.id > known).order_by(AuditSeal.id)).all()
    if new:
        append(folder / HEADS_FILE, new)


def append(path: Path, rows: Sequence[Any]) -> None:
    """Lines for *rows* at the end of *path*, which only its owner reads, down to the disk."""
    lines = [
        json.dumps({"seal": row.id, "hi": row.hi, "mac": row.mac, "at": f"{row.at:%FT%TZ}"})
        for row in rows
    ]
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    with os.fdopen(handle, "w", encoding="ascii") as file:
        file.write("\n".join(lines) + "\n")
        file.flush()
        os.fsync(file.fileno())
