"""Columns and filters of the file's tables, made from their declarations."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from tms.admin_views import filters
from tms.admin_views.columns import Column, Filter, State, nowhere
from tms.admin_views.labels import ROW_STATES, ROW_TONES, label_of
from tms.admin_views.page import Page
from tms.admin_views.values import text_of
from tms.dictionary import ALWAYS, Category, Field, Kind, Table
from tms.i18n import lazy_gettext as _l
from tms.models import RowState, SectionRecord

#: Of the declared fields this many stand in the list unasked; the details show all.
LISTED = 6


def owner_columns(model: type[SectionRecord]) -> Iterator[Column]:
    def of(row: Any, page: Page) -> Any:
        return page.teachers.get(row.teacher_id)

    def link(row: Any) -> tuple[str, int]:
        return "teacher.details_view", row.teacher_id

    yield Column(
        "teacher",
        _l("姓名"),
        lambda r, p: getattr(of(r, p), "name", None) or "—",
        link=link,
        place="who",
    )
    yield Column(
        "teacher_no",
        _l("个人标识码"),
        lambda r, p: getattr(of(r, p), "teacher_no", ""),
        place="lo id",
        default=nowhere,
    )
    yield Column(
        "unit", _l("单位"), lambda r, p: p.unit(getattr(of(r, p), "unit_id", None)), place="c-unit"
    )


def state_column(model: type[SectionRecord]) -> Column:
    """Where the row stands."""

    def show(row: Any, _page: Page) -> State:
        return State(ROW_TONES[RowState(row.state)], ROW_STATES[row.state])

    return Column("state", _l("状态"), show, sort=model.state, place="c-state")


def usual(table: Table, category: Category | None) -> frozenset[str]:
    """Keys of the fields a list shows unasked: what tells records apart, then what is required."""
    fields = table.fields.values() if category is None else table.fields_for(category)
    categories = table.applies_to if category is None else (category,)

    def weight(field: Field) -> int:
        if field.key in (*table.natural_key, *table.order_by):
            return 0
        return 1 if any(field.required.get(c) == ALWAYS for c in categories) else 2

    listed = [f for f in fields if f.key != "name" and f.kind is not Kind.PHOTO]
    return frozenset(field.key for field in sorted(listed, key=weight)[:LISTED])


def field_column(model: type[SectionRecord], field: Field) -> Column:
    """The mask of an encrypted field, which cannot be sorted by; else the value with its label."""
    key = f"{field.key}_mask" if field.encrypted else field.key
    table = model.dictionary

    def show(row: Any, page: Page) -> str:
        owner = page.teachers.get(row.teacher_id)
        category = Category(owner.school_category) if owner else Category.PRIMARY_SECONDARY
        return text_of(page.actor, table, field, getattr(row, key), category)

    return Column(
        field.key,
        label_of(field),
        show,
        None if field.encrypted or field.multiple else getattr(model, key),
        field,
        default=lambda category: field.key in usual(table, category),
        is_number=field.kind in (Kind.INTEGER, Kind.DECIMAL),
    )


def section_filters(model: type[SectionRecord]) -> Iterator[Filter]:
    yield filters.state(model)
    yield filters.unit(model)
    yield filters.category(model)
    yield filters.number("teacher_id", _l("档案"), model.teacher_id)
    yield from filters.of_fields(model, model.dictionary.fields.values())
