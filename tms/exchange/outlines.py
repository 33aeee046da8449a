"""What can be exported of a section's table: columns, filters and joins."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass, replace
from typing import Any, Final

from sqlalchemy import Select, select
from sqlalchemy.orm import Session, aliased

from tms.access import Actor
from tms.dictionary import Table
from tms.exchange import labels
from tms.exchange.filters import Filter, equals, field_filters, in_state, one_of, subtree
from tms.exchange.how import How
from tms.exchange.project import OutColumn, field_columns, fixed_column, looked_up, written
from tms.exchange.reveal import opened, sealed
from tms.models import TABLES, SectionRecord, Teacher, Unit
from tms.records.files import BASIC

#: Beside a row of another table, where numbers are wanted in full.
_BASIC: Final = aliased(TABLES[BASIC])


def alone(statement: Select[Any]) -> Select[Any]:
    """Nothing needs to be joined."""
    return statement


def with_basic(statement: Select[Any]) -> Select[Any]:
    """With the basic information of each file, for its number in full."""
    return statement.outerjoin(_BASIC, _BASIC.teacher_id == Teacher.id)


@dataclass(frozen=True)
class Outline:
    """One kind of export."""

    name: str
    columns: list[OutColumn]
    filters: dict[str, Filter]
    #: The school category of a row; code lists depend on it.
    category: Any
    order: tuple[Any, ...]
    join: Callable[[Select[Any]], Select[Any]] = alone
    #: Keys of the columns that show numbers in full.
    revealed: tuple[str, ...] = ()

    def with_columns(self, columns: list[OutColumn]) -> Outline:
        """The same rows, shown in other columns."""
        return replace(self, columns=columns)


def _units_by_id(session: Session) -> tuple[dict[Any, str], dict[Any, str]]:
    """Codes and names of the units in reach: two lookups are cheaper than two joins."""
    found = session.execute(select(Unit.id, Unit.code, Unit.name)).all()
    return {i: code for i, code, _ in found}, {i: name for i, _, name in found}


def place(session: Session, how: How) -> list[OutColumn]:
    """Where the file of a row lies."""
    codes, names = _units_by_id(session)
    school, inner = Teacher.unit_id, Teacher.secondary_unit_id
    return [
        fixed_column(labels.SCHOOL_CODE, school, how, looked_up(codes), width=12),
        fixed_column(labels.SCHOOL, school, how, looked_up(names), width=24),
        fixed_column(labels.SECONDARY_UNIT, inner, how, looked_up(names), width=14),
    ]


def of_records(
    session: Session,
    actor: Actor,
    model: type[SectionRecord],
    how: How,
    only: Collection[str] | None,
) -> Outline:
    """Rows of a section's table with whose they are and what state they are in."""
    table = model.dictionary
    columns = [
        *identity(table, how),
        *place(session, how),
        state_of(model, how),
        *fields_of(actor, model, how, only),
        *(for_editing(model, how) if how.for_editing else ()),
    ]
    has_numbers = how.purpose and (table.key != BASIC or "id_number" in _keys(columns))
    return Outline(
        table.label(how.lang),
        columns,
        _filters(session, actor, model),
        Teacher.school_category,
        (model.unit_path, model.id),
        _joined_to_teacher(model, how),
        ("id_number",) if has_numbers else (),
    )


def _filters(session: Session, actor: Actor, model: type[SectionRecord]) -> dict[str, Filter]:
    return {
        **field_filters(actor, model.dictionary, lambda key: getattr(model, key)),
        "state": in_state(model.state),
        "unit": subtree(session, model.unit_path),
        "category": one_of("category", Teacher.school_category, "school_category"),
        "teacher_no": equals(Teacher.teacher_no),
    }


def state_of(model: type[SectionRecord], how: How) -> OutColumn:
    """The state of each row."""
    states = {state: names[how.lang == "en"] for state, names in labels.STATES.items()}
    return fixed_column(labels.STATE, model.state, how, looked_up(states), width=8)


def _keys(columns: Collection[OutColumn]) -> set[str]:
    return {column.key for column in columns}


def _joined_to_teacher(
    model: type[SectionRecord], how: How
) -> Callable[[Select[Any]], Select[Any]]:
    needs_basic = how.purpose and model.__tablename__ != BASIC

    def join(statement: Select[Any]) -> Select[Any]:
        joined = statement.join(Teacher, Teacher.id == model.teacher_id)
        return with_basic(joined) if needs_basic else joined

    return join


def fields_of(
    actor: Actor, model: type[SectionRecord], how: How, only: Collection[str] | None
) -> list[OutColumn]:
    """The fields of the table that *actor* sees, numbers masked unless there is a purpose."""
    found = field_columns(actor, model.dictionary, lambda key: getattr(model, key), how, only)
    if not how.purpose:
        return found
    encrypted = {key for key, field in model.dictionary.fields.items() if field.encrypted}
    return [_in_full(model, c) if c.key in encrypted else c for c in found]


def _in_full(model: Any, column: OutColumn) -> OutColumn:
    shows = opened(BASIC, column.key)
    return OutColumn(column.head, sealed(model, column.key), shows, column.key)


def for_editing(model: type[SectionRecord], how: How) -> list[OutColumn]:
    """Which row it is and which version of it; nobody needs to see it."""
    return [
        fixed_column(labels.RECORD_ID, model.id, how, written, is_hidden=True),
        fixed_column(labels.VERSION, model.content_version, how, written, is_hidden=True),
    ]


def identity(table: Table, how: How) -> list[OutColumn]:
    """Who a row is about; where the table itself has name and number, the personal number does."""
    number = fixed_column(labels.TEACHER_NO, Teacher.teacher_no, how, width=16)
    if table.key == BASIC:
        return [number]
    own = {field.label(how.lang) for field in table.fields.values()}
    name = labels.FULL_NAME if labels.NAME.label(how.lang) in own else labels.NAME
    return [number, fixed_column(name, Teacher.name, how, width=10), id_number(how)]


def id_number(how: How) -> OutColumn:
    """The number of the file's teacher: its mask, or in full (then `with_basic` is needed)."""
    column = fixed_column(labels.ID_NUMBER, Teacher.id_number_mask, how, width=20)
    return _in_full(_BASIC, column) if how.purpose else column
