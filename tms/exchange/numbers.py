"""Checking rows of a confirmation list: whose number becomes official, and whether it may (R47)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from sqlalchemy.orm import Session

from tms.access import Actor, Permission
from tms.errors import Term, message
from tms.exchange.cells import read_identifier
from tms.exchange.columns import Layout
from tms.exchange.number_columns import NUMBER, OFFICIAL
from tms.exchange.people import Named, People
from tms.exchange.reading import Complaints
from tms.exchange.sections import NAMELESS, NOT_FOUND, compare_name
from tms.exchange.stages import Checked, CheckedRow, FileRefused, Options, Origin
from tms.models import NumberStatus
from tms.records.numbers import TAKEN, owners, problem, standing
from tms.records.read import Header, headers

NOT_IN_FORCE = message("档案尚未审核生效，不能转为正式标识码。")
HAS_ONE = message("已有正式标识码“%(number)s”；正式标识码不再变更。")


@dataclass
class _Check:
    people: People
    #: {number of a row: the file that has it}
    taken: Mapping[str, int]
    #: Files in reach: (number, its status).
    now: Mapping[int, tuple[str, str]]
    heads: Mapping[int, Header]
    #: By file and by number the row that named it first.
    seen: dict[Any, Origin] = field(default_factory=dict)


def check_numbers(
    session: Session,
    actor: Actor,
    options: Options,
    layouts: Sequence[Layout],
    named: Sequence[Sequence[tuple[Named, Complaints]]],
    people: People,
) -> Checked:
    """Check all rows; a list that was taken before changes nothing.

    :raises NotAllowed: the role makes no number official. :raises FileRefused: a column is missing.
    """
    actor.require(Permission.NUMBER)
    for layout in layouts:
        if not layout.has(OFFICIAL.key):
            raise FileRefused(message("缺少“正式标识码”列。"))
    check = _prepare(session, named, people)
    checked = Checked(NUMBER)
    for layout, names in zip(layouts, named, strict=True):
        checked.remarks += layout.remarks
        _first_rows(check, layout)
        for raw, (name, complaints) in zip(layout.rows, names, strict=True):
            row = CheckedRow(Origin(layout.sheet, raw), (), named_by=complaints.shown(name.key))
            row = _row(check, row, name, complaints)
            checked.rows.append(replace(row, problems=tuple(complaints.problems)))
    return checked


def _prepare(
    session: Session, named: Sequence[Sequence[tuple[Named, Complaints]]], people: People
) -> _Check:
    rows = [row for names in named for row in names]
    taken = owners(session, {number for _, c in rows if (number := _number(c))})
    found = {header.id for name, _ in rows if name and (header := people.find(name))}
    heads = headers(session, {*taken.values(), *found})
    return _Check(people, taken, standing(session, heads), heads)


def _number(complaints: Complaints) -> str:
    return read_identifier(complaints.cell(OFFICIAL.key))


def _first_rows(check: _Check, layout: Layout) -> None:
    """Which row names a number first, in the whole sheet: windows do not see each other."""
    place = layout.fixed[OFFICIAL.key].place
    for raw in layout.sheet.rows:
        number = read_identifier(raw.cells[place])
        if number:
            check.seen.setdefault(number, Origin(layout.sheet, raw))


def _row(check: _Check, row: CheckedRow, name: Named, complaints: Complaints) -> CheckedRow:
    number = _number(complaints)
    header = _header(check, name, number)
    if header is None:
        if not complaints.problems:
            complaints.add(name.key, "teacher", NOT_FOUND if name else NAMELESS)
        return row
    row = replace(row, owner=header.id)
    compare_name(check.people, header, complaints)
    earlier = check.seen.setdefault(header.id, row.origin)
    if earlier is not row.origin:
        reason = message("该号码与%(place)s重复，一人只能有一行。", place=earlier.place)
        complaints.add(name.key, "natural_key", reason)
        return row
    was, status = check.now[header.id]
    if number == was and status == NumberStatus.OFFICIAL:
        return replace(row, action="unchanged")
    _judge(check, row, header, number, complaints)
    values = {OFFICIAL.key: number}
    return replace(row, action="change", values=values, before={OFFICIAL.key: was})


def _header(check: _Check, name: Named, number: str) -> Header | None:
    """The file; once a list was taken, the temporary number in it names nobody any more."""
    header = check.people.find(name) if name else None
    if header is None and name.teacher_no:
        header = check.heads.get(check.taken.get(number, 0))
        is_official = header and check.now[header.id][1] == NumberStatus.OFFICIAL
        return header if is_official else None
    return header


def _judge(
    check: _Check, row: CheckedRow, header: Header, number: str, complaints: Complaints
) -> None:
    """At most one thing is said of a number."""
    first = check.seen.get(number, row.origin)
    if not number:
        label = Term(OFFICIAL.zh, OFFICIAL.en)
        reason = message("请填写“%(field)s”。", field=label)
        complaints.add(OFFICIAL.key, "required", reason)
    elif check.now[header.id][1] == NumberStatus.OFFICIAL:
        reason = replace(HAS_ONE, params={"number": check.now[header.id][0]})
        complaints.add(OFFICIAL.key, "number", reason)
    elif wrong := problem(number):
        complaints.add(OFFICIAL.key, "number", wrong)
    elif number in check.taken:
        complaints.add(OFFICIAL.key, "taken", TAKEN)
    elif first.raw is not row.origin.raw:
        reason = message("该标识码与%(place)s重复。", place=first.place)
        complaints.add(OFFICIAL.key, "natural_key", reason)
    elif not header.in_force:
        complaints.add(OFFICIAL.key, "number", NOT_IN_FORCE)
