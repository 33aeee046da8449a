"""Last stage: what was checked is taken, person by person, through the doors that forms use."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from tms.access import Actor
from tms.errors import message
from tms.exchange.number_columns import NUMBER, OFFICIAL
from tms.exchange.stages import Checked, CheckedRow, Keep, Problem, Removal
from tms.exchange.unit_cells import UNIT
from tms.models import Unit
from tms.records.audit import new_act_id
from tms.records.files import BASIC, NewFile, create_files
from tms.records.numbers import make_official
from tms.records.read import chunks
from tms.records.request_bulk import apply_many
from tms.records.request_checks import Wanted
from tms.records.save import RowChange, save
from tms.records.units import NewUnit, change_unit, create_unit

#: Files per call of the door.
BATCH: Final = 2_000
ACT: Final = "import"
#: What rows that wait for another one say.
WAITS_FOR: Final = {
    "file": message("文件中%(place)s有误，本行等待其改正后一并导入。"),
    "person": message("同一人的%(place)s有误，本行等待其改正后一并导入。"),
}


def hold_back(tables: Sequence[Checked], keep: Keep) -> list[Checked]:
    """The same tables, where rows that must wait for another row carry a problem saying so.

    What waits together is a person, nothing (`row`) or everything (`file`).
    """
    if keep == "row":
        refused = {row.owner for table in tables for row in table.rows if row.is_refused}
        return [replace(t, removals=_bearable(t, refused - {None})) for t in tables]
    blockers: dict[Hashable, CheckedRow] = {}
    for table in tables:
        for row in table.rows:
            if row.is_refused:
                blockers.setdefault(None if keep == "file" else row.owner, row)
    if keep == "person":
        blockers.pop(None, None)
    return [
        replace(
            table,
            rows=[_waiting(row, blockers, keep) for row in table.rows],
            removals=_bearable(table, blockers.keys()),
        )
        for table in tables
    ]


def _bearable(table: Checked, blocked: Iterable[Hashable]) -> list[Removal]:
    """Nothing is removed of a person whose rows could not all be read."""
    owners = set(blocked)
    return [] if None in owners else [r for r in table.removals if r.owner not in owners]


def _waiting(row: CheckedRow, blockers: dict[Hashable, CheckedRow], keep: Keep) -> CheckedRow:
    blocker = blockers.get(None if keep == "file" else row.owner)
    if blocker is None or row.is_refused:
        return row
    place = blocker.origin.place
    reason = replace(WAITS_FOR[keep], params={"place": place})
    sheet, number = row.origin.sheet.name, row.origin.raw.number
    problem = Problem(sheet, number, *row.named_by, "person", reason, "warning")
    return replace(row, problems=(*row.problems, problem), is_waiting=True)


@dataclass
class _Work:
    """What is to be written for one file."""

    changes: dict[str, list[RowChange]] = field(default_factory=lambda: defaultdict(list))


def load(
    session: Session,
    actor: Actor,
    tables: Sequence[Checked],
    *,
    act_id: str | None = None,
    reason: str = "",
) -> dict[int, int]:
    """Write every row that is not refused and does not wait, within the caller's transaction.

    :param act_id: of the import that this is a part of.
    :param reason: of the change requests that rows in force become.
    :returns: {owner as the check called it: file} of the files that were made.
    :raises TmsError: something moved between check and load; the caller rolls everything back.
    """
    act_id = act_id or new_act_id()
    by_table = {table.table: table for table in tables}
    if UNIT in by_table:
        _load_units(session, actor, by_table[UNIT])
    _load_numbers(session, actor, by_table.get(NUMBER), act_id)
    made = _make_files(session, actor, by_table.get(BASIC), act_id)
    _ask(session, actor, tables, reason, act_id)
    work = _gather(tables, made)
    for owners in chunks(sorted(work), BATCH):
        changes: dict[str, list[RowChange]] = defaultdict(list)
        for owner in owners:
            for name, rows in work[owner].changes.items():
                changes[name] += rows
        save(session, actor, changes, act=ACT, act_id=act_id)
    return made


def _ask(
    session: Session, actor: Actor, tables: Sequence[Checked], reason: str, act_id: str
) -> None:
    """Change requests for the rows in force."""
    for table in tables:
        for rows in chunks(_taken(table, "request"), BATCH):
            wanted = [
                Wanted(
                    row.owner, table.table, int(row.row_id or 0), int(row.version or 0),
                    row.values, reason,
                )
                for row in rows
            ]  # fmt: skip
            apply_many(session, actor, wanted, act_id=act_id)


def _taken(table: Checked | None, *actions: str) -> list[CheckedRow]:
    rows = table.rows if table else []
    return [row for row in rows if row.is_taken and row.action in actions]


def _make_files(
    session: Session, actor: Actor, table: Checked | None, act_id: str
) -> dict[int, int]:
    """Make the new files; returns their ids by the ids that the check gave them."""
    made: dict[int, int] = {}
    for rows in chunks(_taken(table, "new"), BATCH):
        files = [
            NewFile(row.place[0].id, row.values, row.place[1].id if row.place[1] else None)
            for row in rows
        ]
        ids = create_files(session, actor, files, act_id=act_id)
        made |= {row.owner: teacher_id for row, teacher_id in zip(rows, ids, strict=True)}
    return made


def _gather(tables: Iterable[Checked], made: dict[int, int]) -> dict[int, _Work]:
    """All changes by file, so that each file gets one audit event."""
    work: dict[int, _Work] = defaultdict(_Work)
    for table in tables:
        if table.table in (UNIT, NUMBER):
            continue
        for gone in table.removals:
            change = RowChange(gone.owner, {}, gone.row_id, gone.version, delete=True)
            work[gone.owner].changes[table.table].append(change)
        for row in _taken(table, "change" if table.table == BASIC else "new", "change"):
            owner = made.get(row.owner, row.owner)
            version = row.version if row.action == "change" else None
            change = RowChange(owner, row.values, row.row_id, version)
            work[owner].changes[table.table].append(change)
    return work


def _load_numbers(session: Session, actor: Actor, table: Checked | None, act_id: str) -> None:
    """Temporary numbers become official ones."""
    for rows in chunks(_taken(table, "change"), BATCH):
        key = OFFICIAL.key
        wanted = {row.owner: (str(row.before[key]), str(row.values[key])) for row in rows}
        make_official(session, actor, wanted, act_id=act_id)


def _load_units(session: Session, actor: Actor, table: Checked) -> None:
    """In the order of the check: superiors first."""
    new = _taken(table, "new")
    codes = {row.place for row in new if row.place}
    ids: dict[Any, int] = {}
    for part in chunks(sorted(codes)):
        statement = select(Unit.code, Unit.id).where(Unit.code.in_(part))
        ids |= {code: unit_id for code, unit_id in session.execute(statement)}
    for row in new:
        values = {k: v for k, v in row.values.items() if v is not None}
        unit = create_unit(session, actor, NewUnit(**values, supervisor_id=ids.get(row.place)))
        ids[unit.code] = unit.id
    for row in _taken(table, "change"):
        change_unit(session, actor, int(row.row_id or 0), dict(row.values))
