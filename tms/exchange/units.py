"""Checking rows of the importer of units: a tree, whose rows may come in any order."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from tms.access import Actor, Permission
from tms.errors import Invalid, Message, message, term
from tms.exchange.columns import Layout
from tms.exchange.reading import Complaints
from tms.exchange.stages import Checked, CheckedRow, Options, Origin
from tms.exchange.unit_cells import CODE, KIND, LEVEL, NAME, SUPERVISOR, UNIT, unit_values
from tms.models import Unit
from tms.records.read import chunks
from tms.records.units import NewUnit, fits, taken_codes

NO_SUPERVISOR: Final = message("在您的管理范围内没有这个上级单位。")


@dataclass
class _Check:
    actor: Actor
    options: Options
    #: In reach, by code; `None` as code is the root, where it is in reach.
    units: Mapping[str, Unit]
    root: Unit | None
    elsewhere: set[str]
    #: What the file itself makes, once its row is found good.
    made: dict[str, NewUnit] = field(default_factory=dict)
    seen: dict[str, Message] = field(default_factory=dict)


def check_units(
    session: Session, actor: Actor, options: Options, layouts: Sequence[Layout]
) -> Checked:
    """Check all rows, superiors before those they supervise.

    :raises NotAllowed: the role keeps no units.
    """
    actor.require(Permission.UNIT_WRITE)
    remarks = [remark for layout in layouts for remark in layout.remarks]
    rows = [
        (CheckedRow(Origin(layout.sheet, raw), ()), Complaints(layout, raw))
        for layout in layouts
        for raw in layout.rows
    ]
    check = _prepare(session, actor, options, [complaints for _, complaints in rows])
    done: dict[int, CheckedRow] = {}
    for place in _in_order([complaints for _, complaints in rows]):
        row, complaints = rows[place]
        row = _row(check, row, complaints)
        done[place] = replace(row, problems=tuple(complaints.problems))
    ordered = list(done.values())
    return Checked(UNIT, ordered, remarks=remarks)


def _prepare(
    session: Session, actor: Actor, options: Options, rows: Iterable[Complaints]
) -> _Check:
    codes = {row.cell(key) for row in rows for key in ("code", "supervisor_code")} - {""}
    found: dict[str, Unit] = {}
    for part in chunks(sorted(codes)):
        for unit in session.scalars(select(Unit).where(Unit.code.in_(part))):
            found[unit.code] = unit
    root = session.scalar(select(Unit).where(Unit.supervisor_id.is_(None)))
    elsewhere = taken_codes(session, codes) - found.keys()
    return _Check(actor, options, found, root, elsewhere)


def _in_order(rows: Sequence[Complaints]) -> list[int]:
    """Places of *rows*, each after its supervisor's; circles come as they stand."""
    by_code = {row.cell("code"): place for place, row in reversed(list(enumerate(rows)))}
    order: dict[int, None] = {}
    for start in range(len(rows)):
        chain: list[int] = []
        place: int | None = start
        while place is not None and place not in order and place not in chain:
            chain.append(place)
            place = by_code.get(rows[place].cell("supervisor_code"))
        order |= dict.fromkeys(reversed(chain))
    return list(order)


def _row(check: _Check, row: CheckedRow, complaints: Complaints) -> CheckedRow:
    code = complaints.cell("code")
    row = replace(row, owner=(UNIT, code), named_by=complaints.shown("code"))
    earlier = check.seen.setdefault(code, row.origin.place) if code else row.origin.place
    if earlier != row.origin.place:
        reason = message("该单位代码与%(place)s重复。", place=earlier)
        complaints.add("code", "natural_key", reason)
        return replace(row, owner=None)
    values = unit_values(complaints)
    existing = check.units.get(code)
    if existing is not None:
        return _known(check, row, existing, values, complaints)
    if code in check.elsewhere:
        complaints.add("code", "taken", message("单位代码“%(code)s”已存在。", code=code))
    return _new(check, row, values, complaints)


# -- new units and known ones ----------------------------------------------------------------------


def _new(
    check: _Check, row: CheckedRow, values: dict[str, Any], complaints: Complaints
) -> CheckedRow:
    for column in (CODE, NAME, LEVEL, KIND):
        if not complaints.cell(column.key):
            label = term(column)
            reason = message("请填写“%(field)s”。", field=label)
            complaints.add(column.key, "required", reason, label=label)
    above = complaints.cell("supervisor_code")
    supervisor = _supervisor(check, above)
    if supervisor is None:
        earlier = check.seen.get(above)
        reason = NO_SUPERVISOR
        if earlier:
            reason = message("上级单位所在的%(place)s未被接受。", place=earlier)
        complaints.add("supervisor_code", "supervisor", reason, label=term(SUPERVISOR))
    if any(problem.severity == "error" for problem in complaints.problems):
        return row
    new = NewUnit(**{k: v for k, v in values.items() if v is not None})
    try:
        fits(new, supervisor)
    except Invalid as error:
        key = "school_category" if "学校类别" in str(error.text) else "supervisor_code"
        complaints.add(key, "unit", error.text, label=term(SUPERVISOR))
        return row
    check.made[new.code] = new
    return replace(row, action="new", values=values, place=above)


def _supervisor(check: _Check, code: str) -> Any:
    """The superior, in reach or made by this file; without code it is the root."""
    if not code:
        return check.root
    return check.units.get(code) or check.made.get(code)


def _known(
    check: _Check,
    row: CheckedRow,
    unit: Unit,
    values: dict[str, Any],
    complaints: Complaints,
) -> CheckedRow:
    above = complaints.cell("supervisor_code")
    known = check.units.get(above)
    if above and (known is None or known.id != unit.supervisor_id):
        reason = message("上级单位不能通过导入修改，请办理单位划转。")
        complaints.add("supervisor_code", "supervisor", reason)
    touched = {k: v for k, v in values.items() if getattr(unit, k) != v}
    for key in ("kind", "function", "level"):
        if key in touched:
            column = "kind" if key == "function" else key
            complaints.add(column, "unit", message("已有单位的级别和类型不能修改。"))
    if touched and unit.id == check.actor.unit_id:
        complaints.add(next(iter(touched)), "unit", message("本单位的信息由上级单位维护。"))
    if "name" in touched and not touched["name"]:
        complaints.add("name", "required", message("请填写“%(field)s”。", field=term(NAME)))
    if touched and check.options.mode == "append":
        reason = message("已有这个单位且内容不同；追加方式不修改。")
        complaints.add(next(iter(touched)), "append", reason)
    action = "change" if touched else "unchanged"
    check.made.setdefault(unit.code, NewUnit(unit.code, unit.name, unit.level, unit.kind))
    before = {key: getattr(unit, key) for key in touched}
    return replace(row, action=action, row_id=unit.id, values=touched, before=before)  # type: ignore[arg-type]
