"""First half of an export: which rows. Only what the actor may see can be filtered by (S10)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from sqlalchemy import literal, select
from sqlalchemy.orm import Session

from tms.access import Actor
from tms.access.policy import visible_fields
from tms.dictionary import Category, Field, Kind, Table, Unreadable, canonical
from tms.errors import Invalid, message
from tms.exchange.cells import CellError, reader
from tms.exchange.columns import normal
from tms.exchange.labels import STATES
from tms.exchange.options import find_code
from tms.models import Unit
from tms.models.unit import AFTER

Condition = Any
#: Makes the condition from the text after the equals sign.
Filter = Callable[[str], Condition]


def conditions(where: Mapping[str, str], known: Mapping[str, Filter]) -> list[Condition]:
    """The conditions that *where* asks for.

    :raises Invalid: a key is unknown or not the actor's to see, or its value cannot be read.
    """
    found = []
    for key, text in where.items():
        make = known.get(key) or known.get(normal(key))
        if make is None:
            keys = "、".join(sorted(known))
            raise Invalid(message("不能按“%(key)s”筛选，可用：%(keys)s。", key=key, keys=keys))
        found.append(make(text))
    return found


def unreadable(key: str, text: str) -> Invalid:
    """The refusal of a value."""
    return Invalid(message("筛选条件“%(key)s”的值“%(value)s”无法识别。", key=key, value=text))


def subtree(session: Session, path: Any) -> Filter:
    """Rows at the unit of a code, or below it."""

    def make(code: str) -> Condition:
        top = session.scalar(select(Unit.unit_path).where(Unit.code == code))
        if top is None:
            raise unreadable("unit", code)
        return (path >= top) & (path < top + AFTER)

    return make


def one_of(key: str, column: Any, table: str) -> Filter:
    """Rows with a code of *table*, given as code, label or both."""

    def make(text: str) -> Condition:
        code = find_code(table, text)
        if code is None:
            raise unreadable(key, text)
        return column == code

    return make


def in_state(column: Any) -> Filter:
    """Rows in a state, by its name or label."""

    def make(text: str) -> Condition:
        for state, labels in STATES.items():
            if text in (state, *labels):
                return column == str(state)
        raise unreadable("state", text)

    return make


def equals(column: Any) -> Filter:
    """Rows with exactly this text."""
    return lambda text: column == text


def field_filters(actor: Actor, table: Table, source_of: Callable[[str], Any]) -> dict[str, Filter]:
    """Filters by the fields that *actor* sees; encrypted ones cannot be asked for."""
    found: dict[str, Filter] = {}
    for field in visible_fields(actor, table):
        if not field.encrypted and field.kind is not Kind.PHOTO:
            made = _by_field(field, source_of(field.key))
            found[field.key] = made
            found.setdefault(normal(field.zh), made)
    return found


def _by_field(field: Field, column: Any) -> Filter:
    def make(text: str) -> Condition:
        values = {str(v): v for c in field.applies_to if (v := _read(field, c, text)) is not None}
        if not values:
            raise unreadable(field.key, text)
        if field.multiple:
            listed = literal(",") + column + literal(",")
            return listed.contains(f",{next(iter(values.values()))[0]},", autoescape=True)
        return column.in_(list(values.values()))

    return make


def _read(field: Field, category: Category, text: str) -> Any:
    """*text* as a value of the field in schools of *category*, None where it is none."""
    if field.kind is Kind.CODE and (table := field.codes_for(category)):
        code = find_code(table, text)
        return [code] if code and field.multiple else code
    try:
        return canonical(field, reader(field, category)(text))
    except (CellError, Unreadable):
        return None
