"""The tree of units: making and changing them (DOMAIN.md 3)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tms.access import Actor, Permission, Role, unscoped
from tms.dictionary import Category, Department
from tms.errors import Conflict, Invalid, NotAllowed, NotFound, message
from tms.models import Unit, UnitKind, UnitName
from tms.models.unit import segment
from tms.records.audit import Event, write_events
from tms.records.read import chunks
from tms.records.unit_sweep import free_path

INNER = (UnitKind.SECONDARY_UNIT, UnitKind.FUNCTIONAL_DEPARTMENT)
#: What may be changed on a unit that exists; code and supervisor identify and place it.
CHANGEABLE = ("name", "school_category", "run_type", "sponsor_type", "region", "contact_email")


@dataclass(frozen=True)
class NewUnit:
    """What a unit is made from. Without supervisor it hangs under the root."""

    code: str
    name: str
    level: int
    kind: str
    function: str | None = None
    school_category: str | None = None
    supervisor_id: int | None = None
    run_type: str | None = None
    sponsor_type: str | None = None
    region: str | None = None
    contact_email: str | None = None
    opened_on: date | None = None


def create_root(session: Session, actor: Actor, new: NewUnit) -> Unit:
    """The one unit without supervisor; made by `init`.

    :raises Conflict: there is one already.
    """
    if actor.role != Role.CONSOLE:
        raise NotAllowed(message("您的角色不能进行此操作。"))
    if session.scalar(select(func.count()).select_from(Unit)):
        raise Conflict(message("根单位已存在。"))
    return _store(session, actor, new, segment(1))


def create_unit(session: Session, actor: Actor, new: NewUnit) -> Unit:
    """A unit below one in reach, at the next free place.

    :raises NotFound: no such supervisor in reach. :raises Invalid: it does not fit there.
    :raises Conflict: the code is taken.
    """
    actor.require(Permission.UNIT_WRITE)
    supervisor = _supervisor(session, new)
    fits(new, supervisor)
    if taken_codes(session, [new.code]):
        raise Conflict(message("单位代码“%(code)s”已存在。", code=new.code))
    path = free_path(session, supervisor.unit_path)
    return _store(session, actor, new, path, supervisor.id)


def _supervisor(session: Session, new: NewUnit) -> Unit:
    chosen = (
        Unit.supervisor_id.is_(None) if new.supervisor_id is None else Unit.id == new.supervisor_id
    )
    found: Unit | None = session.scalar(select(Unit).where(chosen))
    if found is None:
        raise NotFound(message("没有这个上级单位。"))
    return found


def taken_codes(session: Session, codes: Iterable[str]) -> set[str]:
    """Those of *codes* that units have, wherever: codes are unique in the installation."""
    found: set[str] = set()
    for part in chunks(sorted(set(codes))):
        statement = select(Unit.code).where(Unit.code.in_(part))
        found |= set(session.scalars(unscoped(statement, "unit codes are unique nationwide")))
    return found


def fits(new: NewUnit, supervisor: Unit | NewUnit) -> None:
    """:raises Invalid: kind, level, category or function do not fit below *supervisor*."""
    if not new.code.strip() or not new.name.strip():
        raise Invalid(message("单位代码和名称必填。"))
    if isinstance(supervisor, Unit) and supervisor.closed_on is not None:
        raise Invalid(message("上级单位“%(name)s”已撤销。", name=supervisor.name))
    if new.kind in INNER:
        if supervisor.kind != UnitKind.SCHOOL:
            raise Invalid(message("二级单位和职能部门只能设在学校下。"))
    elif supervisor.kind != UnitKind.BUREAU or new.level < supervisor.level + _step(new):
        raise Invalid(message("上级单位须为级别更高的教育行政部门。"))
    if new.kind == UnitKind.SCHOOL and new.school_category not in set(Category):
        raise Invalid(message("学校须有学校类别。"))
    if new.kind == UnitKind.FUNCTIONAL_DEPARTMENT and new.function not in set(Department):
        raise Invalid(message("职能部门须说明职能。"))


def _step(new: NewUnit) -> int:
    """A technology centre stands at its bureau's own level, every other unit below it."""
    return 0 if new.kind == UnitKind.TECH_CENTRE else 1


def _store(
    session: Session, actor: Actor, new: NewUnit, path: str, supervisor_id: int | None = None
) -> Unit:
    unit = Unit(**asdict(new) | {"unit_path": path, "supervisor_id": supervisor_id})
    session.add(unit)
    session.flush()
    first = new.opened_on or date.today()
    session.add(UnitName(unit_id=unit.id, unit_path=path, name=new.name, from_on=first))
    session.flush()
    write_events(session, actor, "unit.create", [Event(path, detail={"unit": unit.id})])
    return unit


def change_unit(session: Session, actor: Actor, unit_id: int, values: dict[str, Any]) -> bool:
    """Change descriptive values of a unit below the actor's own; says whether anything changed.

    :raises NotFound: out of reach. :raises NotAllowed: it is the actor's own unit.
    """
    actor.require(Permission.UNIT_WRITE)
    unit = session.scalar(select(Unit).where(Unit.id == unit_id))
    if unit is None:
        raise NotFound(message("没有这个单位。"))
    if unit.id == actor.unit_id:
        raise NotAllowed(message("本单位的信息由上级单位维护。"))
    former = {k: getattr(unit, k) for k, v in values.items() if getattr(unit, k) != v}
    if set(former) - set(CHANGEABLE):
        raise Invalid(message("单位代码、类型和上级单位不能直接修改。"))
    if not former:
        return False
    if unit.closed_on is not None:
        raise Conflict(message("该单位已于%(on)s撤销。", on=unit.closed_on))
    if "name" in former:
        set_name(session, unit, str(values["name"]))
    for key in former:
        setattr(unit, key, values[key])
    session.flush()
    event = Event(unit.unit_path, former={"unit": {str(unit.id): former}})
    write_events(session, actor, "unit.change", [event])
    return True


def set_name(session: Session, unit: Unit, name: str, from_on: date | None = None) -> None:
    """Give *unit* a new name from that day on (today); the former one keeps its dates.

    :raises Invalid: as `naming_day`.
    """
    first = naming_day(session, unit, from_on)
    current = _current_name(session, unit)
    if current is not None:
        current.to_on = first
    session.add(UnitName(unit_id=unit.id, unit_path=unit.unit_path, name=name, from_on=first))
    unit.name = name


def naming_day(session: Session, unit: Unit, from_on: date | None) -> date:
    """The day a new name of *unit* begins, if it can begin on *from_on*.

    :raises Invalid: the day lies ahead, or before the present name's own.
    """
    today = date.today()
    current = _current_name(session, unit)
    since = current.from_on if current else date.min
    first = from_on or max(today, since)
    if first > max(today, since):
        raise Invalid(message("日期不能晚于今天。"))
    if first < since:
        raise Invalid(message("现用名称自%(on)s起使用，新名称不能早于这一天。", on=since))
    return first


def _current_name(session: Session, unit: Unit) -> UnitName | None:
    statement = select(UnitName).where(UnitName.unit_id == unit.id, UnitName.to_on.is_(None))
    found: UnitName | None = session.scalar(statement)
    return found
