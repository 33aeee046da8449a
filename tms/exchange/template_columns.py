"""Which columns a template has for whom: who a row is about, then what the actor may fill in."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

from sqlalchemy import null
from sqlalchemy.orm import Session

from tms.access import Actor
from tms.access.policy import ACCOUNT_ITEMS, fillable_fields, filler_of, may_fill_at_creation
from tms.dictionary import Category, Field, Filler, Kind, Table, When
from tms.exchange import labels
from tms.exchange.how import How
from tms.exchange.outlines import fields_of, identity, place
from tms.exchange.project import OutColumn, head_of, labels_of, plain
from tms.models import TABLES, SectionRecord
from tms.records.files import BASIC

#: Without one of them nobody knows whose row it is.
NAMING: Final = (labels.TEACHER_NO.key, labels.ID_NUMBER.key)
#: Without these no file is made (the document's type is taken for granted).
MAKING: Final = (*(key for key in ACCOUNT_ITEMS if key != "id_type"), labels.SCHOOL_CODE.key)


class Need(StrEnum):
    """Whether a column wants something in every row."""

    #: The row is not taken without it.
    MUST = "must"
    #: One of several columns.
    EITHER = "either"
    #: The row is taken, but the file cannot be submitted.
    LATER = "later"
    #: It depends on another column.
    WHEN = "when"
    MAY = "may"


@dataclass(frozen=True)
class Slot:
    """One column of a template."""

    column: OutColumn
    need: Need
    #: None where the column is no field of the table.
    field: Field | None = None
    filler: Filler | None = None


def slots_of(
    session: Session, actor: Actor, model: type[SectionRecord], category: Category, how: How
) -> list[Slot]:
    """The columns of the template of *model*; none where there is nothing for *actor* to fill."""
    table, at = model.dictionary, actor.unit_path
    fields = _fillable(actor, table, category)
    if not fields or not table.applies(category):
        return []
    seen = {c.key: c for c in fields_of(actor, model, how, None)}
    if not how.for_editing:  # what stays empty need not be seen
        seen = {f.key: _empty(table, f, how) for f in fields}
    content = [
        Slot(seen[f.key], _need(table, f, category), f, filler_of(actor, f, category, at))
        for f in fields
        if f.key in seen
    ]
    return [*_about(session, table, how), *content]


def _empty(table: Table, field: Field, how: How) -> OutColumn:
    head = head_of(field, labels_of(table, how.lang)[field.key], how)
    return OutColumn(head, null(), plain, field.key)


def _fillable(actor: Actor, table: Table, category: Category) -> list[Field]:
    at = actor.unit_path
    if table.key == BASIC:
        found: Iterable[Field] = (
            f for f in table.fields.values() if may_fill_at_creation(actor, f, category, at)
        )
    else:
        found = fillable_fields(actor, table, category, at)
    return [f for f in found if f.kind is not Kind.PHOTO]


def _about(session: Session, table: Table, how: How) -> list[Slot]:
    """Who the row is about; where files are made also at which school."""
    if table.key != BASIC:
        return [
            Slot(column, Need.EITHER if column.key in NAMING else Need.MAY)
            for column in identity(table, how)
        ]
    places: list[OutColumn] = [
        column
        for column in place(session, how)
        if column.key in (labels.SCHOOL_CODE.key, labels.SECONDARY_UNIT.key)
    ]
    found = [*identity(table, how), *places]
    return [Slot(c, Need.MUST if c.key in MAKING else Need.MAY) for c in found]


def _need(table: Table, field: Field, category: Category) -> Need:
    condition: Any = field.required[category]
    if isinstance(condition, When):
        return Need.WHEN
    if condition != "always":
        return Need.MAY
    return Need.LATER if table.key == BASIC and field.key not in MAKING else Need.MUST


def tables_for(actor: Actor, category: Category) -> list[str]:
    """Keys of the tables of which *actor* can have a template for schools of *category*."""
    return [
        key
        for key, model in TABLES.items()
        if model.dictionary.applies(category) and _fillable(actor, model.dictionary, category)
    ]
