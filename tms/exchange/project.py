"""Second half of an export: which columns the actor sees, and stored values as people read them.

Values are shown column by column, a few thousand at a time: a dictionary lookup per value is what
makes 100,000 rows a second possible.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from tms.access import Actor
from tms.access.policy import may_fill_table, visible_fields
from tms.crypto import mask_number
from tms.dictionary import Category, Field, Kind, Table, code_table
from tms.exchange.labels import Fixed
from tms.exchange.options import JOINT, SEPARATORS

#: Shows all values of a column; the categories of the rows' schools stand beside them.
Show = Callable[[Sequence[Any], Sequence[str]], Iterable[str | None]]
#: Masked to 3 + 4 unless the role fills the table (DESIGN.md 4.5).
TELEPHONES: Final = frozenset({"phone", "mobile"})


@dataclass(frozen=True)
class OutColumn:
    """One column of an export: header, what is selected, how it is shown."""

    header: str
    #: Attribute of a mapped class, or a labelled expression.
    source: Any
    show: Show


def plain(values: Sequence[Any], _categories: Sequence[str]) -> Iterable[str | None]:
    """Text as it is stored."""
    return values


def written(values: Sequence[Any], _categories: Sequence[str]) -> Iterable[str | None]:
    """Numbers and dates in canonical form."""
    return [None if value is None else str(value) for value in values]


def _money(values: Sequence[Any], _categories: Sequence[str]) -> Iterable[str | None]:
    return [None if value is None else format(value, "f") for value in values]


def _masked(values: Sequence[Any], _categories: Sequence[str]) -> Iterable[str | None]:
    return [mask_number(value) if value else value for value in values]


def looked_up(labels: Mapping[Any, str]) -> Show:
    """Values by *labels*; what is not there is shown as stored."""
    return lambda values, _: [None if v is None else labels.get(v, str(v)) for v in values]


def coded(table: str, lang: str) -> Show:
    """Codes as "code-label", which an import reads again."""
    return looked_up(code_labels(table, lang))


def code_labels(table: str, lang: str) -> dict[str, str]:
    """ "code-label" by code."""
    return {e.code: f"{e.code}-{e.label(lang)}" for e in code_table(table).entries}


def _by_category(tables: Mapping[Category, str], lang: str) -> Show:
    labels = {str(c): code_labels(name, lang) for c, name in tables.items()}
    none: dict[str, str] = {}
    return lambda values, categories: [
        None if v is None else labels.get(c, none).get(v, v)
        for v, c in zip(values, categories, strict=True)
    ]


def _choices(table: str, lang: str) -> Show:
    """Several codes; a label that holds a separator would come apart, so its code stands alone."""
    labels = {
        code: code if SEPARATORS.search(label) else label
        for code, label in code_labels(table, lang).items()
    }
    shown: dict[Any, str | None] = {None: None}

    def show(values: Sequence[Any], _categories: Sequence[str]) -> Iterable[str | None]:
        for value in set(values) - shown.keys():
            shown[value] = JOINT.join(labels.get(code, code) for code in value.split(","))
        return [shown[value] for value in values]

    return show


def show_of(field: Field, lang: str, *, masks_telephones: bool) -> Show:
    """How values of *field* are shown."""
    if field.key in TELEPHONES and masks_telephones:
        return _masked
    if field.kind is Kind.CODE and field.codes:
        if isinstance(field.codes, Mapping):
            return _by_category(field.codes, lang)
        return (_choices if field.multiple else coded)(field.codes, lang)
    if field.kind is Kind.DECIMAL:
        return _money
    return written if field.kind in (Kind.DATE, Kind.YEAR, Kind.INTEGER) else plain


def field_columns(
    actor: Actor, table: Table, source_of: Callable[[str], Any], lang: str, only: set[str] | None
) -> list[OutColumn]:
    """The columns of the fields that *actor* may see, encrypted ones as masks, photos left out."""
    masks = not may_fill_table(actor, table, list(Category))
    fields = [
        f
        for f in visible_fields(actor, table)
        if f.kind is not Kind.PHOTO and (only is None or f.key in only)
    ]
    count = Counter(f.label(lang) for f in table.fields.values())
    twice = {label for label, n in count.items() if n > 1}
    return [
        OutColumn(
            f"{f.label(lang)}({f.key})" if f.label(lang) in twice else f.label(lang),
            source_of(f"{f.key}_mask" if f.encrypted else f.key),
            plain if f.encrypted else show_of(f, lang, masks_telephones=masks),
        )
        for f in fields
    ]


def fixed_column(fixed: Fixed, source: Any, lang: str, show: Show = plain) -> OutColumn:
    """A column that is no field of the table."""
    return OutColumn(fixed.label(lang), source, show)


def shown_rows(
    columns: Sequence[OutColumn], partition: Sequence[Sequence[Any]]
) -> Iterable[tuple[str | None, ...]]:
    """Rows of text; behind the columns each row carries its school's category."""
    by_column = list(zip(*partition, strict=True))
    categories = by_column[-1]
    shown = [
        column.show(values, categories)
        for column, values in zip(columns, by_column[:-1], strict=True)
    ]
    return zip(*shown, strict=True)
