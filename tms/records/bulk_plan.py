"""What a bulk edit would do to each row: new content, new findings, or why nothing.

The preview and the job ask the same function, so that what was shown is what is done.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from dataclasses import field as attribute
from typing import Any

from sqlalchemy.orm import Session

from tms.access import Actor
from tms.among import among
from tms.dictionary import Field, Finding, Unreadable, canonical, check_record, is_empty
from tms.errors import Because, Text, message
from tms.models import TABLES, BulkKind, Fate, SectionRecord
from tms.records import holds
from tms.records.bulk_spec import Spec
from tms.records.changeable import asked
from tms.records.checks import UNSTORABLE
from tms.records.holds import Hold
from tms.records.read import Header, UnderWay, chunks, headers, open_submissions, rows_where

MISSING = message("记录不在您的管理范围内，或已被删除。").because(Because.OUT_OF_REACH)
NO_FILE = message("档案不在您的管理范围内，或已被删除。").because(Because.OUT_OF_REACH)
MOVED = message("预览之后又有修改，请重新预览。").because(Because.MOVED)
REASON = "rows that were found by scope"


@dataclass(frozen=True)
class Target:
    """One chosen row, or file, and the version that the preview saw (None before it)."""

    id: int
    teacher_id: int
    version: int | None = None


@dataclass(frozen=True)
class Line:
    """What would become of one target."""

    target: Target
    fate: Fate
    header: Header | None = None
    #: All columns of the row that changes, or of the one that a new row is copied from.
    row: Mapping[str, Any] | None = None
    #: {field: canonical value} before and after, of what changes; of a new row all of it.
    before: Mapping[str, Any] = attribute(default_factory=dict)
    after: Mapping[str, Any] = attribute(default_factory=dict)
    #: Only those that are not there already.
    findings: tuple[Finding, ...] = ()
    reason: Text | None = None

    @property
    def version(self) -> int | None:
        """Of the row that was looked at."""
        return self.row["content_version"] if self.row else None


@dataclass
class Ground:
    """What is known of the files of one part before its rows are judged."""

    session: Session
    actor: Actor
    spec: Spec
    model: type[SectionRecord]
    files: Mapping[int, Header] = attribute(default_factory=dict)
    frozen: Mapping[int, Hold] = attribute(default_factory=dict)
    submissions: Mapping[int, UnderWay] = attribute(default_factory=dict)
    #: Rows by id, and by file in order of time.
    rows: dict[int, dict[str, Any]] = attribute(default_factory=dict)
    by_file: dict[int, list[dict[str, Any]]] = attribute(default_factory=lambda: defaultdict(list))
    #: By row the status of its undecided change request.
    asked: Mapping[int, str] = attribute(default_factory=dict)

    def latest(self, teacher_id: int) -> dict[str, Any] | None:
        """The file's latest row: the last by what the table is ordered by."""
        return self.by_file[teacher_id][-1] if self.by_file[teacher_id] else None


def plan(session: Session, actor: Actor, spec: Spec, targets: Sequence[Target]) -> list[Line]:
    """What would become of each of *targets*, in the order given. Writes nothing."""
    from tms.records.bulk_additions import added
    from tms.records.bulk_edits import edited

    ground = _ground(session, actor, spec, targets)
    judge = added if spec.kind == BulkKind.ADD else edited
    return [judge(ground, target) for target in targets]


def _ground(session: Session, actor: Actor, spec: Spec, targets: Sequence[Target]) -> Ground:
    model = TABLES[spec.table]
    ground = Ground(session, actor, spec, model)
    owners = {target.teacher_id for target in targets}
    ground.files = headers(session, owners)
    ground.frozen = holds.frozen(session, ground.files.values())
    ground.submissions = open_submissions(session, owners)
    whole = spec.kind == BulkKind.ADD or spec.only_latest
    column, ids = (model.teacher_id, owners) if whole else (model.id, {t.id for t in targets})
    for part in chunks(sorted(ids)):
        for row in rows_where(session, model, among(column, part)):
            ground.rows[row["id"]] = row
            ground.by_file[row["teacher_id"]].append(row)
    for rows in ground.by_file.values():
        rows.sort(key=lambda row: _moment(model, row))
    if spec.as_requests:
        ground.asked = asked(session, model, list(ground.rows))
    return ground


def _moment(model: type[SectionRecord], row: Mapping[str, Any]) -> tuple[Any, ...]:
    """What rows of one file are ordered by; an unknown time comes first."""
    times = (row[name] for name in model.dictionary.order_by)
    return (*(("",) if time is None else ("x", time) for time in times), row["id"])


def judge(
    model: type[SectionRecord],
    header: Header,
    before: Mapping[str, Any],
    after: Mapping[str, Any],
    touched: Mapping[str, Any],
) -> tuple[list[Finding], tuple[Finding, ...]]:
    """What of *touched* cannot be stored, and what findings it brings besides.

    :param before: empty for a new row.
    """
    found = check_record(model.dictionary, header.category, after, person_kind=header.person_kind)
    bad = [f for f in found if f.rule in UNSTORABLE and f.field in touched]
    if not found or bad:
        return bad, ()
    known = _known(model, header, before)
    return [], tuple(f for f in found if (f.field, f.rule) not in known)


def _known(
    model: type[SectionRecord], header: Header, before: Mapping[str, Any]
) -> set[tuple[str | None, str]]:
    if not before:
        return set()
    found = check_record(model.dictionary, header.category, before, person_kind=header.person_kind)
    return {(f.field, f.rule) for f in found}


def same(one: Any, other: Any) -> bool:
    """Whether two canonical values are alike; nothing is nothing."""
    return (is_empty(one) and is_empty(other)) or bool(one == other)


def read(field: Field, raw: Any) -> Any:
    """*raw* in canonical form; what cannot be read as it is, for the dictionary to name."""
    try:
        return canonical(field, raw)
    except Unreadable:
        return raw
