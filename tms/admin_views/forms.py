"""Forms of the file's tables, made from the declarations: one class per table, category and fields.

They convert nothing and forbid nothing: what was typed goes to `tms.records` as it is, and comes
back with the dictionary's findings at its fields.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from functools import cache
from typing import Any

from flask import request
from flask_wtf import FlaskForm
from wtforms import HiddenField, SelectField, StringField, TextAreaField

from tms.admin_views.fields import (
    MAX_OPTIONS,
    NONE,
    CheckboxesField,
    LookupField,
    keep_current,
    options,
)
from tms.admin_views.labels import codes_of
from tms.dictionary import Category, Condition, Field, Kind, Table
from tms.i18n import lang

LONG_TEXT = 200
#: Kinds whose values bear no blanks around them; text is judged as it stands (rule B01).
EXACT = frozenset(Kind) - {Kind.TEXT}


class RecordForm(FlaskForm):
    """Common to all; `row_version` says which content the editor saw."""

    row_version = HiddenField()
    #: The dictionary's fields by key.
    declared: Mapping[str, Field] = {}

    def typed(self) -> dict[str, Any]:
        """Raw values of the fields that were sent; an ID number left empty stays what it is."""
        values: dict[str, Any] = {}
        for key, field in self.declared.items():
            value = self[key].data
            if key not in request.form or (field.encrypted and not value):
                continue
            exact = isinstance(value, str) and field.kind in EXACT
            values[key] = value.strip() if exact else value
        return values


@cache
def form_class(
    table: Table, category: Category, keys: tuple[str, ...], language: str
) -> type[RecordForm]:
    """The form for the fields *keys* of *table*; cached, since pages of a campaign ask for few."""
    declared = {key: table.fields[key] for key in keys}
    fields = {key: _field(field, category) for key, field in declared.items()}
    return type(f"{table.key}_form", (RecordForm,), {"declared": declared, **fields})


def make_form(
    table: Table, category: Category, fields: Iterable[Field], values: Mapping[str, Any]
) -> RecordForm:
    """The form with *values* (canonical, by key), or with what was posted."""
    keys = tuple(field.key for field in fields if field.kind is not Kind.PHOTO)
    form = form_class(table, category, keys, lang())(data=_texts(table, values))
    for field in form:
        if isinstance(field, SelectField | CheckboxesField):
            keep_current(field)
    for key in keys:
        if table.fields[key].encrypted and values.get(key):
            form[key].render_kw = form[key].render_kw | {"placeholder": values[key]}
    return form


def _texts(table: Table, values: Mapping[str, Any]) -> dict[str, Any]:
    """Values as inputs hold them; an ID number is never sent back, not even masked."""
    found: dict[str, Any] = {}
    for key, value in values.items():
        field = table.fields.get(key)
        if field is None:
            found[key] = value
        elif not field.encrypted and value is not None:
            several = isinstance(value, list | tuple)
            found[key] = list(value) if several else _text(value)
    return found


def _text(value: Any) -> str:
    return value.isoformat() if isinstance(value, date) else str(value)


def _code(field: Field, category: Category, common: dict[str, Any]) -> Any:
    entries = codes_of(field, category)
    if len(entries) > MAX_OPTIONS:
        return LookupField(lookup=f"/lookup/code/{field.codes_for(category)}", **common)
    if field.multiple:
        return CheckboxesField(choices=options(entries), validate_choice=False, **common)
    return SelectField(choices=[NONE, *options(entries)], validate_choice=False, **common)


def _text_field(field: Field, category: Category, common: dict[str, Any]) -> Any:
    is_long = field.length is not None and field.length >= LONG_TEXT
    return TextAreaField(**common) if is_long else StringField(**common)


def _typed(**attributes: str) -> Callable[[Field, Category, dict[str, Any]], Any]:
    """A text input that asks for the right keyboard, and takes bad text so that it can be named."""

    def make(field: Field, category: Category, common: dict[str, Any]) -> Any:
        return StringField(**common | {"render_kw": common["render_kw"] | attributes})

    return make


MAKERS: Mapping[Kind, Callable[[Field, Category, dict[str, Any]], Any]] = {
    Kind.TEXT: _text_field,
    Kind.CODE: _code,
    Kind.DATE: _typed(type="date"),
    Kind.MONTH: _typed(placeholder="2020-01", inputmode="numeric"),
    Kind.YEAR: _typed(placeholder="2020", inputmode="numeric"),
    Kind.INTEGER: _typed(inputmode="numeric"),
    Kind.DECIMAL: _typed(inputmode="decimal"),
    Kind.ID_NUMBER: _typed(autocomplete="off"),
}


def _field(field: Field, category: Category) -> Any:
    common = {
        "label": field.label(lang()),
        "render_kw": {"data_required": _mark(field.required.get(category))},
    }
    return MAKERS[field.kind](field, category, common)


def _mark(condition: Condition | None) -> str:
    """Whether always, sometimes or never required: the template says it."""
    return condition if isinstance(condition, str) else "when"


def account_items(table: Table, keys: Sequence[str]) -> dict[str, Any]:
    """Unbound fields for the items a file is made from, which are alike in all categories."""
    category = Category.PRIMARY_SECONDARY
    return {key: _field(table.fields[key], category) for key in keys}
