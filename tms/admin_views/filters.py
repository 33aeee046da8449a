"""Filters that views share, made from models and from the dictionary's fields."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import date, datetime, time, timedelta
from typing import Any

from flask_babel.speaklater import LazyString
from sqlalchemy import literal, select

from tms.access import Permission
from tms.admin_views.columns import Filter
from tms.admin_views.labels import ROW_STATES, codes_of, label_of
from tms.admin_views.lookups import below_units, parse_id
from tms.dictionary import Category, Field, Kind, Unreadable, canonical, code_table
from tms.dictionary.scope import SHANGHAI
from tms.errors import term
from tms.i18n import lang, say
from tms.i18n import lazy_gettext as _l
from tms.models import Teacher
from tms.workflow.offered import waits_at
from tms.workflow.routes import ROUTES

#: A longer code table is typed, not chosen from.
MAX_OPTIONS = 120
RANGED = frozenset({Kind.DATE, Kind.MONTH, Kind.YEAR})


def unit(model: Any) -> Filter:
    """Rows of a unit and all below it."""
    return Filter(
        "unit",
        _l("单位（含下级）"),
        lambda text: below_units(model, text),
        lookup="/lookup/unit",
        permission=Permission.UNIT_READ,
        placeholder=_l("代码或名称开头"),
        unknown=_l("管理范围内没有这样开头的单位代码或名称。"),
        tree=True,
    )


def state(model: Any) -> Filter:
    """Rows that are drafts, in review or in force."""
    return chosen("state", _l("状态"), model.state, lambda: list(ROW_STATES.items()))


def chosen(
    key: str, label: Any, column: Any, options: Callable[[], list[tuple[Any, Any]]], **more: Any
) -> Filter:
    """Rows whose *column* equals one of *options*."""

    def condition(value: str) -> Any:
        known = {str(option) for option, _ in options()}
        return column == value if value in known else None

    return Filter(key, label, condition, options, **more)


def coded(key: str, label: Any, column: Any, table: str, **more: Any) -> Filter:
    """Rows by a code of *table*."""
    return chosen(key, label, column, options_of(table), **more)


def number(key: str, label: Any, column: Any) -> Filter:
    """Rows that belong to one other thing; links carry it, nobody types it."""

    def condition(text: str) -> Any:
        found = parse_id(text)
        return None if found is None else column == found

    return Filter(key, label, condition, hidden=True)


def of_fields(model: Any, fields: Iterable[Field]) -> Iterator[Filter]:
    """Codes by choice; years, months and dates from and to. Encrypted values are never asked."""
    for field in fields:
        if field.encrypted:
            continue
        if field.kind is Kind.CODE:
            yield _code(model, field)
        elif field.kind in RANGED:
            yield _bound(model, field, "from", _l("起"))
            yield _bound(model, field, "to", _l("止"))


def _options(entries: Iterable[Any]) -> list[tuple[str, str]]:
    return [(entry.code, entry.label(lang())) for entry in entries]


def _code(model: Any, field: Field) -> Filter:
    column = getattr(model, field.key)
    entries = codes_of(field, None)

    def condition(text: str) -> Any:
        code = text.split("-", 1)[0]
        if code not in {entry.code for entry in entries}:
            return None
        joined = literal(",") + column + ","
        return joined.contains(f",{code},", autoescape=True) if field.multiple else column == code

    if len(entries) > MAX_OPTIONS:
        lookup = f"/lookup/code/{field.codes}"
        return Filter(field.key, label_of(field), condition, lookup=lookup, field=field)
    return Filter(field.key, label_of(field), condition, lambda: _options(entries), field=field)


def _bound(model: Any, field: Field, end: str, word: Any) -> Filter:
    column = getattr(model, field.key)

    def condition(text: str) -> Any:
        try:
            value = canonical(field, text)
        except Unreadable:
            return None
        return column >= value if end == "from" else column <= value

    label = LazyString(lambda: f"{field.label(lang())} {word}")
    example = {Kind.DATE: "2020-01-31", Kind.MONTH: "2020-01", Kind.YEAR: "2020"}[field.kind]
    return Filter(f"{field.key}_{end}", label, condition, field=field, placeholder=example)


def category(model: Any) -> Filter:
    """Rows of files of schools of one category."""

    def condition(value: str) -> Any:
        if value not in set(Category):
            return None
        return model.teacher_id.in_(select(Teacher.id).where(Teacher.school_category == value))

    return Filter("category", _l("学校类别"), condition, options_of("school_category"))


def holder(mine: Callable[[], Any]) -> Filter:
    """Files by whose desk their work lies on: the reader's own (condition *mine*), or a step's."""
    steps = {step.key: step for route in ROUTES.values() for step in route.steps}

    def condition(value: str) -> Any:
        if value == "mine":
            return mine()
        return waits_at(value) if value in steps else None

    def options() -> list[tuple[str, Any]]:
        named = [(key, say(term(step))) for key, step in steps.items()]
        return [("mine", _l("我")), *named]

    return Filter("holder", _l("在谁手上"), condition, options)


def day(key: str, label: Any, column: Any, end: str, **more: Any) -> Filter:
    """Rows by the first or last day of an instant, in China's time."""

    def condition(text: str) -> Any:
        try:
            found = datetime.combine(date.fromisoformat(text), time(), SHANGHAI)
        except ValueError:
            return None
        if end == "from":
            return column >= found
        return column < found + timedelta(days=1)

    unknown = _l("没有这一天，请按2026-01-31的样子填写。")
    more = {"placeholder": "2026-01-31", "unknown": unknown} | more
    return Filter(f"{key}_{end}", label, condition, **more)


def year(key: str, label: Any, column: Any, end: str, **more: Any) -> Filter:
    """Rows by the first or last year of a number that is a year."""

    def condition(text: str) -> Any:
        if not (text.isascii() and text.isdigit() and len(text) == len("2026")):
            return None
        return column >= int(text) if end == "from" else column <= int(text)

    return Filter(f"{key}_{end}", label, condition, placeholder="1990", **more)


def yes_no(key: str, label: Any, column: Any) -> Filter:
    """Rows that are something, or are not."""

    def condition(value: str) -> Any:
        return column.is_(value == "1") if value in ("0", "1") else None

    return Filter(key, label, condition, options_of("yes_no"))


def options_of(table: str) -> Callable[[], list[tuple[str, str]]]:
    """The entries of *table*, when they are shown."""
    return lambda: _options(code_table(table).entries)
