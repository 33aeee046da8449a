"""Forms of the file's tables, made from the declarations.

They convert nothing but ways of writing a date and forbid nothing: what was typed goes to
`tms.records`, and comes back with the dictionary's findings at its fields.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from functools import cache
from typing import Any

from flask import request
from flask_wtf import FlaskForm
from werkzeug.datastructures import MultiDict
from wtforms import HiddenField, SelectField, StringField, TextAreaField

from tms.access import policy
from tms.admin_views.fields import (
    FEW,
    MAX_OPTIONS,
    NONE,
    CheckboxesField,
    LookupField,
    keep_current,
    options,
    searchable,
)
from tms.admin_views.hints import hint_of
from tms.admin_views.labels import codes_of
from tms.auth import get_actor
from tms.dictionary import Category, Condition, Field, Kind, Table, says_nothing
from tms.errors import Invalid, message
from tms.exchange.cells import clean
from tms.exchange.dates import read_date, read_month, read_year
from tms.i18n import lang

LONG_TEXT = 200
#: Ways to write them, as an import takes them.
READERS: Mapping[Kind, Callable[[Any, Callable[[Any], str]], Any]] = {
    Kind.DATE: read_date,
    Kind.MONTH: read_month,
    Kind.YEAR: read_year,
}
#: Sent by the difference page: "take-<field>" says "theirs" where the other's value shall stay.
TAKE, THEIRS = "take-", "theirs"


class RecordForm(FlaskForm):
    """Common to all; says which content of which file the editor saw."""

    row_version = HiddenField()
    #: The row may be gone when the form comes back; the file is there still.
    file_id = HiddenField()
    #: The dictionary's fields by key.
    declared: Mapping[str, Field] = {}
    #: Its page lists what keeps it from being saved (see `base.tell`).
    sums_up = True
    #: What the browser sent, without the values that another editor's replace.
    sent: MultiDict[str, str] = MultiDict()

    def typed(self) -> dict[str, Any]:
        """Raw values of the fields that were sent; an ID number left empty stays what it is."""
        values: dict[str, Any] = {}
        for key, field in self.declared.items():
            value = self[key].data
            if key in self.sent and not (field.encrypted and not value):
                values[key] = as_typed(field, value)
        return values

    def all_sent(self, table: Table) -> dict[str, Any]:
        """`typed`, and what was sent for fields of *table* that are not on the form.

        It was closed since the page was opened, or somebody forged it: the door is to refuse that
        by name, not the form to pass over it.
        """
        beside = {
            key: as_typed(field, self.sent.getlist(key) if field.multiple else self.sent[key])
            for key, field in table.fields.items()
            if key in self.sent and key not in self.declared
        }
        return beside | self.typed()


def as_typed(field: Field, value: Any) -> Any:
    """What an input holds, cleaned as a cell of an import is; dates in the ways that it takes."""
    if not isinstance(value, str):
        return value
    reader = READERS.get(field.kind)
    return reader(value.strip(), str) if reader else clean(value)


def entered(form: RecordForm, *, is_new: bool) -> dict[str, Any]:
    """What a form holds that is not stored: what was typed, or a new row's defaults."""
    if form.is_submitted():
        return form.typed()
    return {key: form[key].data for key in form.declared} if is_new else {}


def refuse_blank(
    table: Table, category: Category, sent: Mapping[str, Any], fresh: Mapping[str, Any]
) -> None:
    """A record of which nothing is said is none; imports refuse it, too.

    :param fresh: the values that the form began with.
    :raises Invalid: nothing was filled in.
    """
    if says_nothing(table, category, sent, fresh):
        raise Invalid(message("什么也没有填写，没有保存。"))


@cache
def form_class(
    table: Table, category: Category, keys: tuple[str, ...], language: str
) -> type[RecordForm]:
    """The form for the fields *keys* of *table* in schools of *category*.

    Made once per key of the cache. Declarations change only with the program; what changes while
    it runs is which fields the policy lets somebody write now (his role, the row's state, the
    step). *keys* is that decision itself, so it serves as the policy's version: whoever may write
    other fields gets another class, and a stale one cannot be handed out.
    """
    declared = {key: table.fields[key] for key in keys}
    fields = {key: _field(table, field, category) for key, field in declared.items()}
    return type(f"{table.key}_form", (RecordForm,), {"declared": declared, **fields})


def make_form(
    table: Table,
    category: Category,
    fields: Iterable[Field],
    values: Mapping[str, Any],
    path: str = "",
    prefix: str = "",
) -> RecordForm:
    """The form with *values* (canonical, by key), or with what was posted.

    :param path: of the file's unit; "" is the actor's own.
    :param prefix: of the names on a page with several rows.
    """
    keys = tuple(field.key for field in fields if field.kind is not Kind.PHOTO)
    sent = _sent()
    made = form_class(table, category, keys, lang())
    form = made(formdata=sent, data=_texts(table, values), prefix=prefix)
    form.sent = _without(prefix, sent or MultiDict())
    for field in form:
        if isinstance(field, SelectField | CheckboxesField):
            keep_current(field)
    for key in keys:
        if table.fields[key].encrypted and values.get(key):
            form[key].render_kw = form[key].render_kw | {"placeholder": values[key]}
    _tell_fillers(form, table, category, path)
    return form


def _tell_fillers(form: RecordForm, table: Table, category: Category, path: str) -> None:
    """Where units moved fields, the hints of this form say so; the class says what is declared."""
    actor = get_actor()
    at = category, path or actor.unit_path
    if actor.policy.zone(at[1]):
        of_table = policy.table_filler(actor, table, *at)
        for key, field in form.declared.items():
            form[key].description = hint_of(field, policy.filler_of(actor, field, *at), of_table)


def _sent() -> MultiDict[str, str] | None:
    """What was posted; None where nothing was."""
    if request.method != "POST":
        return None
    theirs = {key for key in request.form if request.form.get(TAKE + key) == THEIRS}
    pairs = request.form.items(multi=True)
    return MultiDict([(key, value) for key, value in pairs if key not in theirs])


def _without(prefix: str, sent: MultiDict[str, str]) -> MultiDict[str, str]:
    """What was sent for the names that begin with *prefix*, by what follows it."""
    pairs = sent.items(multi=True)
    mine = [(key.removeprefix(prefix), v) for key, v in pairs if key.startswith(prefix)]
    return MultiDict(mine)


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
        return CheckboxesField(choices=searchable(entries), validate_choice=False, **common)
    if len(entries) > FEW:
        common = _with(common, data_combobox="1")
        return SelectField(choices=[NONE, *searchable(entries)], validate_choice=False, **common)
    return SelectField(choices=[NONE, *options(entries)], validate_choice=False, **common)


def _text_field(field: Field, category: Category, common: dict[str, Any]) -> Any:
    suggested = field.codes_for(category)
    if suggested:
        common = _with(common, data_free="1")
        return LookupField(lookup=f"/lookup/code/{suggested}", **common)
    is_long = field.length is not None and field.length >= LONG_TEXT
    return TextAreaField(**common) if is_long else StringField(**common)


def _typed(**attributes: str) -> Callable[[Field, Category, dict[str, Any]], Any]:
    """A text input that asks for the right keyboard, and takes bad text so that it can be named."""

    def make(field: Field, category: Category, common: dict[str, Any]) -> Any:
        return StringField(**_with(common, **attributes))

    return make


def _with(common: dict[str, Any], **attributes: str) -> dict[str, Any]:
    return common | {"render_kw": common["render_kw"] | attributes}


MAKERS: Mapping[Kind, Callable[[Field, Category, dict[str, Any]], Any]] = {
    Kind.TEXT: _text_field,
    Kind.CODE: _code,
    Kind.DATE: _typed(type="date"),
    Kind.MONTH: _typed(data_month="1", inputmode="numeric", autocomplete="off"),
    Kind.YEAR: _typed(inputmode="numeric", autocomplete="off"),
    Kind.INTEGER: _typed(inputmode="numeric", autocomplete="off"),
    Kind.DECIMAL: _typed(inputmode="decimal", autocomplete="off"),
    Kind.ID_NUMBER: _typed(autocomplete="off"),
}


def _field(table: Table, field: Field, category: Category) -> Any:
    common = {
        "label": field.label(lang()),
        "description": hint_of(field, field.filled_by[category], table.filled_by(category)),
        "render_kw": {"data_required": _mark(field.required.get(category))},
    }
    return MAKERS[field.kind](field, category, common)


def _mark(condition: Condition | None) -> str:
    """Whether always, sometimes or never required; where no state says so, the template does."""
    return condition if isinstance(condition, str) else "when"


def account_items(table: Table, keys: Sequence[str]) -> dict[str, Any]:
    """Unbound fields for the items a file is made from, which are alike in all categories."""
    category = Category.PRIMARY_SECONDARY
    return {key: _field(table, table.fields[key], category) for key in keys}
