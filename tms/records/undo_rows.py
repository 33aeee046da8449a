"""Which rows of an act can still be put back, and putting them back."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import insert
from sqlalchemy.orm import Session

from tms.access import Actor, unscoped
from tms.among import among
from tms.errors import Because, Message, Text, TmsError, message
from tms.models import TABLES, RowState, SectionRecord
from tms.models.types import now
from tms.records import checks
from tms.records.act_traces import FileTrace, Place, RowTrace
from tms.records.audit import Event
from tms.records.holds import Hold
from tms.records.patches import field_of, typed
from tms.records.read import Header, UnderWay, chunks, rows_by_id, rows_where
from tms.records.row_writes import FOUND, change_rows, delete_rows, remains
from tms.records.values import from_row

OUT_OF_REACH = message("档案已不在您的管理范围内。").because(Because.OUT_OF_REACH)
TOUCHED = message("此后又有修改，保留现状。").because(Because.MOVED_SINCE)
GONE = message("此后已被删除。").because(Because.MOVED_SINCE)
IN_FORCE = message("已审核生效，须申请变更。").because(Because.IN_FORCE)
IN_REVIEW = message("已报送审核，退回后才能改。").because(Because.IN_REVIEW)


@dataclass(frozen=True)
class Kept:
    """Something of an act that stays as it is, and why."""

    teacher_id: int
    reason: Text
    table: str = ""
    row_id: int | None = None


@dataclass
class Undone:
    """What was taken back, in rows, and what was not."""

    #: Files that the act made and that are gone again.
    files: int = 0
    #: New rows deleted, changed ones put back, deleted ones restored, requests withdrawn.
    deleted: int = 0
    changed: int = 0
    restored: int = 0
    withdrawn: int = 0
    kept: list[Kept] = field(default_factory=list)
    #: The rows that are as before, or gone again.
    places: set[Place] = field(default_factory=set)
    requests: set[int] = field(default_factory=set)


@dataclass
class Undoing:
    """One call of an undo: who, of which act, over which files."""

    session: Session
    actor: Actor
    act_id: str
    files: Mapping[int, Header]
    frozen: Mapping[int, Hold]
    submissions: Mapping[int, UnderWay]
    at: datetime = field(default_factory=now)
    done: Undone = field(default_factory=Undone)
    events: dict[int, Event] = field(default_factory=dict)

    def event(self, teacher_id: int) -> Event:
        """The one of the file."""
        made = Event(self.files[teacher_id].unit_path, teacher_id, detail={"undoes": self.act_id})
        return self.events.setdefault(teacher_id, made)

    def note(self, teacher_id: int, place: Place, version: int, former: dict[str, Any]) -> None:
        """Tell of a row's new version and of what the act had put there."""
        event, (table, row_id) = self.event(teacher_id), place
        event.rows.setdefault(table, {})[str(row_id)] = version
        event.former.setdefault(table, {})[str(row_id)] = former
        self.done.places.add(place)

    def keep(self, teacher_id: int, trace: RowTrace, reason: Text) -> None:
        """The row stays."""
        self.done.kept.append(Kept(teacher_id, reason, *trace.place))


def undo_rows(undoing: Undoing, found: Sequence[FileTrace]) -> None:
    """Put back the rows of *found* that nobody touched since; the others are told of."""
    by_table: dict[str, list[tuple[int, RowTrace]]] = defaultdict(list)
    for file in found:
        for trace in file.rows.values():
            by_table[trace.table].append((file.teacher_id, trace))
    for table, mine in by_table.items():
        _table(undoing, TABLES[table], mine)


def _table(
    undoing: Undoing, model: type[SectionRecord], found: Sequence[tuple[int, RowTrace]]
) -> None:
    present = rows_by_id(undoing.session, model, [trace.row_id for _, trace in found])
    taken = _taken_numbers(undoing, model, found)
    room = _rooms(undoing, model, found)
    back: dict[tuple[str, ...], list[dict[str, Any]]] = defaultdict(list)
    gone: list[dict[str, Any]] = []
    restored: list[dict[str, Any]] = []
    for teacher_id, trace in found:
        row = present.get(trace.row_id)
        if trace.version == 0 and (trace.is_new or row is not None):
            continue  # made and deleted by one act, or there again
        reason = _bar(undoing, model, teacher_id, trace, row)
        if reason is None and (trace.row_id in taken or teacher_id in room):
            reason = taken.get(trace.row_id) or room[teacher_id]
        if reason is not None:
            undoing.keep(teacher_id, trace, reason)
        elif row is None:
            restored.append(_restored(undoing, model, teacher_id, trace))
        elif trace.is_new:
            gone.append(_removed(undoing, teacher_id, trace, row))
        else:
            columns = _put_back(undoing, model, teacher_id, trace, row)
            back[tuple(sorted(columns))].append(columns)
    _write(undoing, model, back, gone, restored)


def _write(
    undoing: Undoing,
    model: type[SectionRecord],
    back: Mapping[tuple[str, ...], list[dict[str, Any]]],
    gone: list[dict[str, Any]],
    restored: list[dict[str, Any]],
) -> None:
    session, actor, done = undoing.session, undoing.actor, undoing.done
    for rows in back.values():
        change_rows(session, actor, model, rows, undoing.at, undoing.submissions)
        done.changed += len(rows)
    if gone:
        delete_rows(session, actor, model, gone)
        done.deleted += len(gone)
    if restored:
        session.execute(unscoped(insert(model), FOUND), restored)
        done.restored += len(restored)


# -- may it ----------------------------------------------------------------------------------------


def _bar(
    undoing: Undoing,
    model: type[SectionRecord],
    teacher_id: int,
    trace: RowTrace,
    row: Mapping[str, Any] | None,
) -> Text | None:
    """Why the row stays as it is; None where it can be put back."""
    header = undoing.files.get(teacher_id)
    if header is None:
        return OUT_OF_REACH
    if teacher_id in undoing.frozen:
        return undoing.frozen[teacher_id].sentence
    if trace.version != 0:
        moved = _moved(trace, row)
        if moved is not None:
            return moved
    try:
        _ask(undoing, model, header, trace, row)
    except TmsError as refused:
        return refused.text
    return None


def _moved(trace: RowTrace, row: Mapping[str, Any] | None) -> Message | None:
    if row is None:
        return GONE
    if row["content_version"] != trace.version:
        return TOUCHED
    if row["state"] == RowState.IN_FORCE:
        return IN_FORCE
    return IN_REVIEW if trace.is_new and row["state"] != RowState.DRAFT else None


def _ask(
    undoing: Undoing,
    model: type[SectionRecord],
    header: Header,
    trace: RowTrace,
    row: Mapping[str, Any] | None,
) -> None:
    """The door's own questions. See `checks` for what is raised."""
    actor, submission = undoing.actor, undoing.submissions.get(header.id)
    touched = dict.fromkeys(field_of(model, column) for column in trace.former)
    if row is None:
        checks.applies(model, header)
        checks.makeable(actor, model, header)
    elif trace.is_new:
        checks.deletable(actor, model, row, header, submission)
    else:
        checks.alterable(actor, model, row, touched, header, submission)


def _rooms(
    undoing: Undoing, model: type[SectionRecord], found: Sequence[tuple[int, RowTrace]]
) -> dict[int, Text]:
    """Files whose one record of the table was made anew since the act deleted it."""
    owners = [owner for owner, trace in found if trace.version == 0 and not trace.is_new]
    if model.dictionary.cardinality != "one" or not owners:
        return {}
    taken = {
        row["teacher_id"]
        for part in chunks(owners)
        for row in rows_where(undoing.session, model, among(model.teacher_id, part))
    }
    return dict.fromkeys(taken, TOUCHED)


def _taken_numbers(
    undoing: Undoing, model: type[SectionRecord], found: Sequence[tuple[int, RowTrace]]
) -> dict[int, Text]:
    """Rows whose former number is another file's by now."""
    numbers = {
        trace.former["id_number_index"]: (owner, trace.row_id)
        for owner, trace in found
        if trace.former.get("id_number_index")
    }
    owners = checks.owner_of(undoing.session, list(numbers)) if numbers else {}
    return {numbers[i][1]: checks.TAKEN for i, owner in owners.items() if owner != numbers[i][0]}


# -- what is written -------------------------------------------------------------------------------


def _put_back(
    undoing: Undoing,
    model: type[SectionRecord],
    teacher_id: int,
    trace: RowTrace,
    row: dict[str, Any],
) -> dict[str, Any]:
    columns = typed(model, trace.former)
    after = from_row(model, {**row, **columns})
    former = {name: row[name] for name in columns}
    undoing.note(teacher_id, trace.place, row["content_version"] + 1, former)
    return columns | {
        "b_id": row["id"],
        "b_version": row["content_version"],
        "b_state": row["state"],
        "functions": checks.functions(model, undoing.files[teacher_id], after),
    }


def _removed(
    undoing: Undoing, teacher_id: int, trace: RowTrace, row: dict[str, Any]
) -> dict[str, Any]:
    undoing.note(teacher_id, trace.place, 0, remains(row))
    return row


def _restored(
    undoing: Undoing, model: type[SectionRecord], teacher_id: int, trace: RowTrace
) -> dict[str, Any]:
    """The row under its old id, which its ciphertext is bound to; a version nobody has seen."""
    header, former = undoing.files[teacher_id], typed(model, _known(model, trace.former))
    version: int = (former.get("content_version") or 0) + 1
    row: dict[str, Any] = dict.fromkeys(_columns(model)) | {
        "created_by": undoing.actor.user_id,
        "created_at": undoing.at,
        **former,
        "id": trace.row_id,
        "teacher_id": teacher_id,
        "unit_path": header.unit_path,
        "state": RowState.DRAFT,
        "content_version": version,
        "updated_by": undoing.actor.user_id,
        "updated_at": undoing.at,
    }
    row["functions"] = checks.functions(model, header, from_row(model, row))
    empty = {key: None for key in model.dictionary.fields if row[key] is not None}
    undoing.note(teacher_id, trace.place, version, empty)
    return row


def _columns(model: type[SectionRecord]) -> Iterator[str]:
    return (column.key for column in model.__table__.columns)


def _known(model: type[SectionRecord], former: Mapping[str, Any]) -> dict[str, Any]:
    """*former* without columns that a migration has taken away since."""
    names = set(_columns(model))
    return {name: value for name, value in former.items() if name in names}
