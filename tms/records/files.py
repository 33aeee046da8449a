"""Making teachers' files from the account items (R22): number, header, first record, account."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import lru_cache
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from tms.access import Actor, Permission, Role, door
from tms.access.policy import ACCOUNT_ITEMS, may_fill_at_creation
from tms.dictionary import HE, Category
from tms.errors import Invalid, NotAllowed, NotFound, message, term
from tms.models import (
    TABLES,
    NumberStatus,
    PersonKind,
    RecordStatus,
    Teacher,
    Unit,
    UnitKind,
)
from tms.models.types import now
from tms.records import checks, holds
from tms.records.accounts import Holder, store_accounts
from tms.records.audit import Event, new_act_id, write_events
from tms.records.binned import IN_BIN, in_bins, purge
from tms.records.ids import provinces, reserve_ids, temporary_number
from tms.records.put_rows import put
from tms.records.read import Header, chunks
from tms.records.refresh import copies_of_new
from tms.records.routing import routings_in_use
from tms.records.save import new_row
from tms.records.values import DEFAULT_ID_TYPE, number_index

BASIC = "basic_information"
YEAR = 365


@dataclass
class NewFile:
    """What a file is made from: the school, and values of basic_information by field key."""

    unit_id: int
    values: Mapping[str, Any] = field(default_factory=dict)
    secondary_unit_id: int | None = None
    person_kind: str = PersonKind.ESTABLISHED
    contract_start: date | None = None
    contract_end: date | None = None


def create_files(
    session: Session, actor: Actor, files: Sequence[NewFile], *, act_id: str | None = None
) -> list[int]:
    """Make the files, all or nothing; returns their ids in the order given.

    Every file has its temporary number at once, so that papers and commands can name it.

    :raises NotFound: a unit is out of the actor's reach. :raises NotAllowed: not the role's fields.
    :raises Invalid: an account item is missing or unreadable, or the number exists already.
    :raises Conflict: a unit is frozen.
    """
    actor.require(Permission.FILE_CREATE)
    units = _units(session, files)
    ids = reserve_ids(session, 2 * len(files))
    heads, rows = ids[: len(files)], ids[len(files) :]
    provinces_of = provinces(session, {unit.unit_path for unit in units.values()})
    own = routings_in_use(session, [u.id for u in units.values() if u.school_category == HE])
    at = now()
    made: list[tuple[dict[str, Any], dict[str, Any]]] = []
    for new, teacher_id, row_id in zip(files, heads, rows, strict=True):
        header = _header(new, teacher_id, units, provinces_of)
        if new.unit_id in own:
            header = replace(header, routing=own[new.unit_id])
        values = _values(actor, header, new)
        row = new_row(actor, TABLES[BASIC], header, row_id, values, at)
        of_header, of_row = copies_of_new(row)
        made.append((_teacher(actor, header, new, at) | of_header, row | of_row))
    _refuse_taken(session, actor, [row["id_number_index"] for _, row in made])
    with door(session):
        _insert(session, made)
        _accounts(session, actor, made)
        write_events(session, actor, "create", _events(made), act_id or new_act_id())
    return heads


def _units(session: Session, files: Sequence[NewFile]) -> dict[int, Any]:
    wanted = {n.unit_id for n in files} | {n.secondary_unit_id for n in files} - {None}
    found = {
        row.id: row
        for part in chunks(sorted(i for i in wanted if i is not None))
        for row in session.execute(
            select(Unit.id, Unit.unit_path, Unit.kind, Unit.school_category).where(
                Unit.id.in_(part), Unit.closed_on.is_(None)
            )
        )
    }
    if wanted - found.keys():
        raise NotFound(message("没有这个单位。"))
    holds.refuse(holds.frozen_at(session, {row.unit_path for row in found.values()}))
    for new in files:
        if found[new.unit_id].kind != UnitKind.SCHOOL:
            raise Invalid(message("档案只能建在学校下。"))
        inner = found.get(new.secondary_unit_id or new.unit_id)
        if inner and not inner.unit_path.startswith(found[new.unit_id].unit_path):
            raise Invalid(message("二级单位不属于该学校。"))
    return found


def _header(
    new: NewFile, teacher_id: int, units: Mapping[int, Any], provinces_of: Mapping[str, str]
) -> Header:
    unit = units[new.unit_id]
    path = units[new.secondary_unit_id or new.unit_id].unit_path
    number = temporary_number(teacher_id, provinces_of[unit.unit_path])
    category = Category(unit.school_category)
    return Header(teacher_id, number, unit.id, path, category, new.person_kind, "", in_force=False)


def _values(actor: Actor, header: Header, new: NewFile) -> dict[str, Any]:
    table = TABLES[BASIC].dictionary
    values = {"id_type": DEFAULT_ID_TYPE} | {k: v for k, v in new.values.items() if v}
    for key in sorted(values.keys() - _fillable_at(actor, header)):
        label = term(table.fields[key]) if key in table.fields else key
        raise NotAllowed(message("“%(field)s”不由您填写。", field=label))
    for key in ACCOUNT_ITEMS:
        if not values.get(key):
            raise Invalid(message("“%(field)s”必填。", field=term(table.fields[key])))
    _term(new)
    # The account is found by these: what contradicts itself is refused at once, not at submission.
    return checks.storable_values(TABLES[BASIC], values, header, None, ACCOUNT_ITEMS)


def _fillable_at(actor: Actor, header: Header) -> frozenset[str]:
    return _fillable(actor, header.category, actor.policy.zone(header.unit_path))


@lru_cache(100)
def _fillable(actor: Actor, category: Category, path: str) -> frozenset[str]:
    """Fields that the actor fills when a file is made; the actor carries the policy in force."""
    fields = TABLES[BASIC].dictionary.fields.values()
    return frozenset(f.key for f in fields if may_fill_at_creation(actor, f, category, path))


def _term(new: NewFile) -> None:
    """A contract counts by its term, not by the time served (R27)."""
    if new.person_kind != PersonKind.CONTRACT or not (new.contract_start and new.contract_end):
        return
    if (new.contract_end - new.contract_start).days + 1 < YEAR:
        raise Invalid(message("合同期限不足一年，不属于采集范围。"))


def _teacher(actor: Actor, header: Header, new: NewFile, at: Any) -> dict[str, Any]:
    return {
        "id": header.id,
        "teacher_no": header.teacher_no,
        "teacher_no_status": NumberStatus.TEMPORARY,
        "unit_id": header.unit_id,
        "secondary_unit_id": new.secondary_unit_id,
        "unit_path": header.unit_path,
        "school_category": str(header.category),
        "person_kind": str(new.person_kind),
        "contract_start": new.contract_start,
        "contract_end": new.contract_end,
        "record_status": RecordStatus.DRAFT,
        "created_by": actor.user_id,
        "created_at": at,
    }


def _refuse_taken(session: Session, actor: Actor, indexes: Sequence[str]) -> None:
    """A number in a bin is taken too, until its time there is over."""
    twice = [index for index, count in Counter(indexes).items() if count > 1]
    owners = checks.owner_of(session, indexes).values()
    if owners and in_bins(session, actor, owners).expired:
        purge(session)
        owners = checks.owner_of(session, indexes).values()
    if owners and in_bins(session, actor, owners).own:
        raise Invalid(IN_BIN, [checks.taken_finding(None, IN_BIN)])
    if twice or owners:
        raise Invalid(checks.TAKEN, [checks.taken_finding(None)])


def _insert(session: Session, made: Sequence[tuple[dict[str, Any], dict[str, Any]]]) -> None:
    """Units were checked by scope."""
    put(session, Teacher, [head for head, _ in made])
    put(session, TABLES[BASIC], [row for _, row in made])


def _accounts(
    session: Session, actor: Actor, made: Sequence[tuple[dict[str, Any], dict[str, Any]]]
) -> None:
    """A login for each teacher, without password until a code is handed out (R23)."""
    holders = [
        Holder(
            name=head["name"],
            role=Role.TEACHER,
            unit_id=head["unit_id"],
            unit_path=head["unit_path"],
            teacher_id=head["id"],
            login_index=row["id_number_index"],
        )
        for head, row in made
    ]
    store_accounts(session, actor, holders)


def _events(made: Sequence[tuple[dict[str, Any], dict[str, Any]]]) -> list[Event]:
    return [
        Event(head["unit_path"], head["id"], rows={BASIC: {str(row["id"]): 1}})
        for head, row in made
    ]


def index_of(values: Mapping[str, Any]) -> str:
    """Blind index of the account items' number, to find the file they belong to."""
    return number_index("id_number", values["id_number"], values)
