"""Files that an act made go away again, with account and rows, while nobody has used them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from sqlalchemy import or_, select

from tms.access import Permission, unscoped
from tms.among import among
from tms.errors import Because, Text, message
from tms.models import TABLES, AuditEvent, RowState, Teacher, User
from tms.records import file_sweep
from tms.records.act_traces import FileTrace
from tms.records.files import BASIC
from tms.records.find import ACT as FIND
from tms.records.read import rows_where
from tms.records.readings import READ
from tms.records.reveal import ACT as REVEAL
from tms.records.row_writes import remains
from tms.records.undo_rows import IN_FORCE, OUT_OF_REACH, Kept, Undoing

REASON = "all that belongs to files which were found by scope and made by this act"
IN_USE = message("此后又有人填写、办理或登录，档案保留。").because(Because.MOVED_SINCE)
NOT_YOURS = message("您的角色不能删除档案。").because(Because.ROLE)
#: Looking a file up leaves it as it was.
LOOKS = (FIND, READ, REVEAL)


def undo_files_made(undoing: Undoing, found: Sequence[FileTrace]) -> list[FileTrace]:
    """Delete the files of *found* that the act made; what is left is for `undo_rows`.

    A file that was used since stays, with the record that it was made from.
    """
    made = [trace for trace in found if trace.is_made]
    if not made:
        return list(found)
    bars = _bars(undoing, made)
    going = [trace for trace in made if trace.teacher_id not in bars]
    _erase(undoing, going)
    for trace in made:
        if trace.teacher_id in bars:
            undoing.done.kept.append(Kept(trace.teacher_id, bars[trace.teacher_id]))
            trace.rows = {place: row for place, row in trace.rows.items() if place[0] != BASIC}
    gone = {trace.teacher_id for trace in going}
    return [trace for trace in found if trace.teacher_id not in gone]


def _bars(undoing: Undoing, made: Sequence[FileTrace]) -> dict[int, Text]:
    """By file why it stays."""
    used = _used(undoing, made)
    found: dict[int, Text] = {}
    for trace in made:
        header = undoing.files.get(trace.teacher_id)
        if header is None:
            found[trace.teacher_id] = OUT_OF_REACH
        elif not undoing.actor.can(Permission.FILE_CREATE):
            found[trace.teacher_id] = NOT_YOURS
        elif trace.teacher_id in undoing.frozen:
            found[trace.teacher_id] = undoing.frozen[trace.teacher_id].sentence
        elif header.in_force:
            found[trace.teacher_id] = IN_FORCE
        elif trace.teacher_id in used:
            found[trace.teacher_id] = IN_USE
    return found


def _used(undoing: Undoing, made: Sequence[FileTrace]) -> set[int]:
    """Files that somebody else's act is about, whose account was used, or whose rows moved."""
    session, ids = undoing.session, [trace.teacher_id for trace in made]
    others = select(AuditEvent.teacher_id).where(
        among(AuditEvent.teacher_id, ids),
        AuditEvent.act_id != undoing.act_id,
        AuditEvent.act.not_in(LOOKS),
    )
    opened = or_(User.password_hash.is_not(None), User.last_login_at.is_not(None))
    accounts = select(User.teacher_id).where(among(User.teacher_id, ids), opened)
    used = set(session.scalars(unscoped(others.distinct(), REASON)))
    used |= set(session.scalars(unscoped(accounts, REASON)))
    rows = _rows(undoing, ids)
    return {i for i in used if i is not None} | {
        trace.teacher_id
        for trace in made
        for place, row in rows[trace.teacher_id].items()
        if _is_moved(trace, place, row)
    }


def _is_moved(trace: FileTrace, place: tuple[str, int], row: dict[str, Any]) -> bool:
    left = trace.rows.get(place)
    version = left.version if left else None
    return bool(row["content_version"] != version or row["state"] != RowState.DRAFT)


def _rows(undoing: Undoing, ids: Sequence[int]) -> dict[int, dict[tuple[str, int], dict[str, Any]]]:
    """By file all its rows, whether the role reads rows or not."""
    found: dict[int, dict[tuple[str, int], dict[str, Any]]] = defaultdict(dict)
    for table, model in TABLES.items():
        mine = among(model.teacher_id, ids)
        for row in rows_where(undoing.session, model, mine, reason=REASON):
            found[row["teacher_id"]][table, row["id"]] = row
    return found


def _erase(undoing: Undoing, going: Sequence[FileTrace]) -> None:
    ids = [trace.teacher_id for trace in going]
    if not ids:
        return
    for teacher_id, rows in _rows(undoing, ids).items():
        for place, row in rows.items():
            undoing.note(teacher_id, place, 0, remains(row))
    for teacher_id, number in _numbers(undoing, ids).items():
        undoing.event(teacher_id).detail = {"undoes": undoing.act_id, "file": number}
    file_sweep.erase(undoing.session, ids)
    undoing.done.files += len(ids)


def _numbers(undoing: Undoing, ids: Sequence[int]) -> dict[int, str]:
    statement = select(Teacher.id, Teacher.teacher_no).where(among(Teacher.id, ids))
    return {row[0]: row[1] for row in undoing.session.execute(statement)}
