"""Second half of an export: which columns the actor sees, and stored values as people read them.

Values are shown column by column, a few thousand at a time: a dictionary lookup per value is what
makes 100,000 rows a second possible.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from tms.access import Actor
from tms.access.policy import TELEPHONES, may_fill_table, visible_fields
from tms.crypto import mask_number
from tms.dictionary import Category, Field, Kind, Table
from tms.dictionary.scope import SHANGHAI
from tms.exchange.book import CellType, Head
from tms.exchange.how import How
from tms.exchange.labels import Fixed
from tms.exchange.options import JOINT, SEPARATORS, code_labels

#: Shows all values of a column; the categories of the rows' schools stand beside them.
Show = Callable[[Sequence[Any], Sequence[str]], Iterable[str | None]]
#: Of columns whose kind says nothing else.
WIDTHS: Final = {Kind.DATE: 11, Kind.MONTH: 8, Kind.YEAR: 6, Kind.INTEGER: 8, Kind.DECIMAL: 12}


@dataclass(frozen=True)
class OutColumn:
    """One column of an export: header, what is selected, how it is shown."""

    head: Head
    #: Attribute of a mapped class, or a labelled expression.
    source: Any
    show: Show
    #: Key of the field or fixed column.
    key: str = ""


def plain(values: Sequence[Any], _categories: Sequence[str]) -> Iterable[str | None]:
    """Text as it is stored."""
    return values


def written(values: Sequence[Any], _categories: Sequence[str]) -> Iterable[str | None]:
    """Numbers and dates in canonical form."""
    return [None if value is None else str(value) for value in values]


def moments(values: Sequence[Any], _categories: Sequence[str]) -> Iterable[str | None]:
    """Instants as clocks in China show them, to the minute."""
    local = {at: at and at.astimezone(SHANGHAI) for at in set(values)}
    known = {at: here and here.isoformat(" ", "minutes")[:16] for at, here in local.items()}
    return [known[at] for at in values]


def _money(values: Sequence[Any], _categories: Sequence[str]) -> Iterable[str | None]:
    return [None if value is None else format(value, "f") for value in values]


def _masked(values: Sequence[Any], _categories: Sequence[str]) -> Iterable[str | None]:
    return [mask_number(value) if value else value for value in values]


def looked_up(labels: Mapping[Any, str]) -> Show:
    """Values by *labels*; what is not there is shown as stored."""
    return lambda values, _: [None if v is None else labels.get(v, str(v)) for v in values]


def coded(table: str, how: How) -> Show:
    """Codes as *how* wants them."""
    return looked_up(code_labels(table, how.lang, how.codes))


def _by_category(tables: Mapping[Category, str], how: How) -> Show:
    labels = {str(c): code_labels(name, how.lang, how.codes) for c, name in tables.items()}
    none: dict[str, str] = {}
    return lambda values, categories: [
        None if v is None else labels.get(c, none).get(v, v)
        for v, c in zip(values, categories, strict=True)
    ]


def _choices(table: str, how: How) -> Show:
    """Several codes; a label that holds a separator would come apart, so its code stands alone."""
    labels = {
        code: code if how.codes == "code-label" and SEPARATORS.search(label) else label
        for code, label in code_labels(table, how.lang, how.codes).items()
    }
    shown: dict[Any, str | None] = {None: None}

    def show(values: Sequence[Any], _categories: Sequence[str]) -> Iterable[str | None]:
        for value in set(values) - shown.keys():
            shown[value] = JOINT.join(labels.get(code, code) for code in value.split(","))
        return [shown[value] for value in values]

    return show


def show_of(field: Field, how: How, *, masks_telephones: bool) -> Show:
    """How values of *field* are shown."""
    if field.key in TELEPHONES and masks_telephones:
        return _masked
    if field.kind is Kind.CODE and field.codes:
        if isinstance(field.codes, Mapping):
            return _by_category(field.codes, how)
        return (_choices if field.multiple else coded)(field.codes, how)
    if field.kind is Kind.DECIMAL:
        return _money
    return written if field.kind in (Kind.DATE, Kind.YEAR, Kind.INTEGER) else plain


def head_of(field: Field, label: str, how: How) -> Head:
    """The column of *field* in a file: real dates and numbers, everything else text."""
    width = WIDTHS.get(field.kind) or _width_of_text(field, how)
    match field.kind:
        case Kind.DATE:
            return Head(label, CellType.DATE, width=width)
        case Kind.YEAR | Kind.INTEGER:
            return Head(label, CellType.NUMBER, width=width)
        case Kind.DECIMAL:
            return Head(label, CellType.NUMBER, places=2, width=width)
    return Head(label, width=width)


def _width_of_text(field: Field, how: How) -> int:
    """Codes take the room of a usual entry; text the room of half of what it may hold."""
    if field.kind is Kind.ID_NUMBER:
        return 20
    if field.kind is Kind.CODE:
        return {"code": 8, "label": 14, "code-label": 18}[how.codes] * (1 + field.multiple)
    return (field.length or 20) // 2 + 4


def field_columns(
    actor: Actor,
    table: Table,
    source_of: Callable[[str], Any],
    how: How,
    only: Collection[str] | None,
) -> list[OutColumn]:
    """The columns of the fields that *actor* may see, encrypted ones as masks, photos left out.

    :param only: keys of those wanted, in the order of a list or as declared; None is all.
    """
    masks = not (how.purpose or may_fill_table(actor, table, list(Category)))
    labels = labels_of(table, how.lang)
    return [
        OutColumn(
            head_of(field, labels[field.key], how),
            source_of(f"{field.key}_mask" if field.encrypted else field.key),
            plain if field.encrypted else show_of(field, how, masks_telephones=masks),
            field.key,
        )
        for field in in_order(visible_fields(actor, table), only)
    ]


def in_order(fields: Iterable[Field], only: Collection[str] | None) -> list[Field]:
    """Those of *fields* that are wanted, as the user ordered them."""
    known = {field.key: field for field in fields if field.kind is not Kind.PHOTO}
    if only is None:
        return list(known.values())
    wanted = only if isinstance(only, list | tuple) else [key for key in known if key in only]
    return [known[key] for key in wanted if key in known]


def labels_of(table: Table, lang: str) -> dict[str, str]:
    """Headers by field: the label, with the key where another field bears the same."""
    count = Counter(f.label(lang) for f in table.fields.values())
    return {
        key: f"{f.label(lang)}({key})" if count[f.label(lang)] > 1 else f.label(lang)
        for key, f in table.fields.items()
    }


def fixed_column(
    fixed: Fixed,
    source: Any,
    how: How,
    show: Show = plain,
    *,
    type: CellType = CellType.TEXT,
    width: int = 0,
    is_hidden: bool = False,
) -> OutColumn:
    """A column that is no field of the table."""
    head = Head(fixed.label(how.lang), type, width=width, is_hidden=is_hidden)
    return OutColumn(head, source, show, fixed.key)


def shown_rows(
    columns: Sequence[OutColumn], partition: Sequence[Sequence[Any]]
) -> Iterable[tuple[str | None, ...]]:
    """Rows of text; behind the columns each row carries its school's category, then what it may."""
    by_column = list(zip(*partition, strict=True))
    categories = by_column[len(columns)]
    shown = [
        column.show(values, categories) for column, values in zip(columns, by_column, strict=False)
    ]
    return zip(*shown, strict=True)
