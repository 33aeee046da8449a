"""Which column is which: headers against keys and labels, and without `--into` which table."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Final

from tms.dictionary import Category, Field, Kind
from tms.errors import Message, Term, message, term
from tms.exchange import labels
from tms.exchange.labels import Fixed
from tms.exchange.stages import FileRefused, Problem, RawRow, Sheet

#: Marks that schools and templates put around a label.
_MARKS: Final = re.compile(
    r"[\s\u200b-\u200f\ufeff\"'“”‘’]+|\((?:必填|选填|必选|可选|required|optional)项?\)"
)
_ENDS: Final = "*★☆※:"


@dataclass(frozen=True)
class Target:
    """What a file's columns can mean for one importer."""

    key: str
    label: Term
    fields: Mapping[str, Field]
    fixed: tuple[Fixed, ...]
    #: Fixed columns of which a file must have at least one for the table to be chosen.
    needs: tuple[tuple[str, ...], ...] = ()
    names: dict[str, tuple[Field | Fixed, ...]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        items: list[Field | Fixed] = [*self.fields.values(), *self.fixed, *labels.SILENT]
        for item in items:
            for name in set(map(normal, names_of(item))):
                meant = self.names.get(name, ())
                # A fixed column gives way to a field of the table that bears the label.
                if not meant or (isinstance(item, Field) and isinstance(meant[0], Field)):
                    self.names[name] = (*meant, item)


@dataclass(frozen=True)
class Column:
    """One understood column: its place, its header as shown, what it means.

    `fields` has several entries where a label belongs to one field in some school categories and to
    another in others.
    """

    place: int
    header: str
    fields: tuple[Field, ...] = ()
    fixed: Fixed | None = None

    def field_for(self, category: Category) -> Field | None:
        """The field it means in schools of *category*."""
        return next((f for f in self.fields if f.applies(category)), None)

    @property
    def keys(self) -> tuple[str, ...]:
        """Keys of what it means."""
        return (self.fixed.key,) if self.fixed else tuple(f.key for f in self.fields)


@dataclass(frozen=True)
class Layout:
    """The columns of a sheet as one importer understands them."""

    sheet: Sheet
    target: Target
    fields: tuple[Column, ...]
    fixed: Mapping[str, Column]
    remarks: tuple[Problem, ...]
    #: The rows that are meant; None is all of the sheet.
    part: Sequence[RawRow] | None = None

    @property
    def rows(self) -> Sequence[RawRow]:
        """The rows that are meant."""
        return self.sheet.rows if self.part is None else self.part

    @cached_property
    def by_key(self) -> dict[str, Column]:
        """The column of each field or fixed column that is there."""
        fields = {key: column for column in self.fields for key in column.keys}
        return {**fields, **self.fixed}

    def has(self, *keys: str) -> bool:
        """Whether one of the columns *keys* is there."""
        return any(key in self.by_key for key in keys)

    def header_of(self, key: str, otherwise: str = "") -> str:
        """The header above field or fixed column *key*, else its label."""
        if key in self.by_key:
            return self.by_key[key].header
        known = self.target.fields.get(key)
        return otherwise or (term(known) if known else key)


def names_of(item: Field | Fixed) -> tuple[str, ...]:
    """What a header may say for *item*; label and key together where the label is not enough."""
    if isinstance(item, Fixed):
        return item.names
    both = (f"{item.zh}({item.key})", f"{item.en}({item.key})")
    return (item.key, item.zh, item.en, *both)


def normal(label: str) -> str:
    """*label* without what does not distinguish: width, case, blanks, stars, “(必填)”."""
    text = unicodedata.normalize("NFKC", label).casefold()
    return _MARKS.sub("", text).strip(_ENDS)


def lay_out(sheet: Sheet, target: Target) -> Layout:
    """Match the headers of *sheet*.

    :raises FileRefused: a header, or two headers that mean the same, stand there twice.
    """
    fields: list[Column] = []
    fixed: dict[str, Column] = {}
    remarks: list[Problem] = []
    seen: dict[str, str] = {}
    for place, header in enumerate(sheet.header):
        meant = target.names.get(normal(header), ())
        _refuse_twice(header, [item.key for item in meant] or [normal(header)], seen)
        if not meant:
            remarks += _remark(sheet, place, header, message("无法识别这一列，已忽略。"))
        elif isinstance(meant[0], Fixed):
            fixed[meant[0].key] = Column(place, header, fixed=meant[0])
        else:
            known = tuple(item for item in meant if isinstance(item, Field))
            if all(_is_closed(item) for item in known):
                reason = message("这一列由系统生成或不能导入，已忽略。")
                remarks += _remark(sheet, place, header, reason)
            else:
                fields.append(Column(place, header, known))
    return Layout(sheet, target, tuple(fields), fixed, tuple(remarks))


def _is_closed(item: Field) -> bool:
    return item.readonly or item.kind is Kind.PHOTO


def _refuse_twice(header: str, keys: Iterable[str], seen: dict[str, str]) -> None:
    for key in keys:
        if key and key in seen:
            raise FileRefused(
                message("列“%(a)s”与“%(b)s”重复，请只保留一列。", a=seen[key], b=header)
            )
        seen[key] = header


def _remark(sheet: Sheet, place: int, header: str, reason: Message) -> list[Problem]:
    """A warning at the header; a column without header and content is not worth one."""
    if not header and all(row.cells[place] in ("", None) for row in sheet.rows):
        return []
    shown = header or message("第%(n)d列", n=place + 1)
    return [Problem(sheet.name, sheet.header_row, shown, header, "column", reason, "warning")]


def choose(sheet: Sheet, targets: Sequence[Target]) -> Target | None:
    """The table whose columns *sheet* has; None where it has those of no table.

    :raises FileRefused: several tables fit equally well.
    """
    headers = {normal(header) for header in sheet.header}
    scores = [(_score(headers, target), target) for target in targets]
    best = max((score for score, _ in scores), default=0)
    found = [target for score, target in scores if score == best and best > 0]
    named = [t for t in found if normal(sheet.name) in (normal(t.label), normal(t.key))]
    if len(found) > 1 and len(named) != 1:
        names = Term(
            "、".join(f"{target.label}({target.key})" for target in found),
            ", ".join(f"{target.label.en} ({target.key})" for target in found),
        )
        raise FileRefused(
            message("表头不能确定是哪张表：%(names)s。请在导入时指定表名。", names=names)
        )
    return next(iter(named or found), None)


def _score(headers: set[str], target: Target) -> int:
    meant = [item for header in headers for item in target.names.get(header, ())[:1]]
    keys = {item.key for item in meant}
    if not all(keys & set(either) for either in target.needs):
        return 0
    has_content = not target.fields or any(isinstance(item, Field) for item in meant)
    return len(meant) if has_content else 0
