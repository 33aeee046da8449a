"""Recomputing the seals: whether the audit trail is what it was, and where it is not."""

from __future__ import annotations

from array import array
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Final

from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from tms.models import AuditSeal
from tms.models.lock import missing_guards
from tms.records.seals import LEAF, Range, events_between, sealed_text, unpacked
from tms.seal_key import SealKey, SealKeyError

#: Below every id that a forger may choose.
BEFORE_ALL: Final = -(2**62)


class Wrong(StrEnum):
    """What was done to the trail."""

    #: The event's content is another.
    ALTERED = "altered"
    #: It stands where another stood: `other` says whose place it took.
    MOVED = "moved"
    DELETED = "deleted"
    #: It was put in later among sealed ones.
    INSERTED = "inserted"
    #: A seal itself was altered, or made with another key.
    SEAL_ALTERED = "seal_altered"
    #: A seal is missing: its successor does not follow the one before.
    SEAL_MISSING = "seal_missing"
    #: A head that was noted outside the database has no seal any more: the end was cut off.
    TRUNCATED = "truncated"


@dataclass(frozen=True)
class Finding:
    """Something wrong, and its place."""

    wrong: Wrong
    seal: int
    event: int | None = None
    other: int | None = None

    def shown(self) -> dict[str, Any]:
        """As JSON has it."""
        found = {"wrong": str(self.wrong), "seal": self.seal, "event": self.event}
        return found | ({"other": self.other} if self.other else {})


@dataclass
class Report:
    """What a check found. `unsealed` events are newer than the last seal.

    `unguarded` names the triggers that are missing: from then on the trail could be altered.
    """

    seals: int = 0
    events: int = 0
    unsealed: int = 0
    findings: list[Finding] = field(default_factory=list)
    unguarded: list[str] = field(default_factory=list)

    @property
    def is_sound(self) -> bool:
        """Whether nothing was altered, and nothing stands open to be."""
        return not (self.findings or self.unguarded)


def verify(session: Session, key: SealKey, heads: Sequence[Mapping[str, Any]] = ()) -> Report:
    """Recompute every seal of the database, and compare with the *heads* noted elsewhere."""
    report, after = Report(), BEFORE_ALL
    prev: str | None = ""
    there: dict[int, tuple[str, int]] = {}
    found: list[Finding] = []
    for number in session.scalars(select(AuditSeal.id).order_by(AuditSeal.id)).all():
        columns = AuditSeal.__table__.c
        seal = session.execute(select(*columns).where(AuditSeal.id == number)).one()
        mine = list(_chained(seal, key, prev))
        # Events of a seal that is missing are not its successor's.
        mine += _events(session, seal, after if seal.prev == prev else seal.lo - 1)
        is_forged = any(each.wrong is Wrong.SEAL_ALTERED for each in mine)
        found += mine
        report.seals += 1
        report.events += seal.n
        prev, there[number] = None if is_forged else seal.mac, (seal.mac, seal.lo)
        after = max(after, seal.hi)
    found += _noted(heads, there)
    report.findings = list(dict.fromkeys(found))  # a seal may be found wrong in several ways
    report.unguarded = missing_guards(session.connection())
    newer = text("SELECT count(*) FROM audit_event WHERE id > :after")
    report.unsealed = session.connection().execute(newer, {"after": after}).scalar_one()
    return report


def _noted(
    heads: Sequence[Mapping[str, Any]], there: Mapping[int, tuple[str, int]]
) -> Iterator[Finding]:
    """Seals *there* (mac, first event) beside the *heads*: gone, or not what was noted."""
    for head in heads:
        mac, low = there.get(head["seal"], (None, head["hi"]))
        if mac != head["mac"]:
            wrong = Wrong.SEAL_ALTERED if mac else Wrong.TRUNCATED
            yield Finding(wrong, head["seal"], low)


def last_seal(session: Session) -> Any:
    """Number of seals, of sealed events, the last event and instant of sealing: for a page."""
    return session.execute(
        select(
            func.count(AuditSeal.id).label("seals"),
            func.coalesce(func.sum(AuditSeal.n), 0).label("events"),
            func.coalesce(func.max(AuditSeal.hi), 0).label("hi"),
            func.max(AuditSeal.at).label("at"),
        )
    ).one()


def _chained(seal: Any, key: SealKey, prev: str | None) -> Iterator[Finding]:
    """Whether it follows the one before (None: that was forged), and is what the key made."""
    if prev is not None and seal.prev != prev:
        yield Finding(Wrong.SEAL_MISSING, seal.id, seal.lo)
    try:
        mac = key.mac(sealed_text(seal), seal.key_id)
    except SealKeyError:
        mac = ""
    if mac != seal.mac:
        yield Finding(Wrong.SEAL_ALTERED, seal.id, seal.lo)


def _events(session: Session, seal: Any, after: int) -> Iterator[Finding]:
    """Events after the range before, up to this one's last, beside what was sealed."""
    now = events_between(session, after, seal.hi)
    if now.root == seal.root:
        return
    then = unpacked(seal.ids)
    leaves = [seal.leaves[at : at + LEAF] for at in range(0, len(seal.leaves), LEAF)]
    found = list(_compared(seal.id, dict(zip(then, leaves, strict=True)), now, then))
    yield from found or [Finding(Wrong.SEAL_ALTERED, seal.id, seal.lo)]


def _compared(
    seal: int, then: Mapping[int, bytes], now: Range, order: array[int]
) -> Iterator[Finding]:
    leaves = {i: digest[:LEAF] for i, digest in zip(now.ids, now.digests, strict=True)}
    places = {leaf: event for event, leaf in then.items()}
    for event in order:
        if event not in leaves:
            yield Finding(Wrong.DELETED, seal, event)
        elif leaves[event] != then[event]:
            other = places.get(leaves[event])
            yield Finding(Wrong.MOVED if other else Wrong.ALTERED, seal, event, other)
    yield from (Finding(Wrong.INSERTED, seal, event) for event in leaves if event not in then)
