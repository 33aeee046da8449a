"""Which functional departments of a university judge a row: declared, or the university's own.

A line of one's own picks rows by the codes of one field. It is written in the language of
conditions like those that are declared, and read back from it.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tms.dictionary.codes import code_table
from tms.dictionary.expressions import Expression, expression
from tms.dictionary.scope import Scope, today
from tms.dictionary.terms import Category, Department
from tms.dictionary.values import Unreadable
from tms.errors import Term, term

if TYPE_CHECKING:
    from tms.dictionary.fields import Field
    from tms.dictionary.tables import Table

HE = Category.HIGHER_EDUCATION


@dataclass(frozen=True)
class Routed:
    """Rows of one condition and the departments that judge them."""

    when: str
    departments: tuple[Department, ...]
    #: The condition in words; of a line of one's own they are worked out (`words`).
    zh: str = ""
    en: str = ""


@dataclass(frozen=True)
class Routing:
    """The first line whose condition holds decides, else the default; several all judge."""

    default: tuple[Department, ...]
    rows: tuple[Routed, ...] = ()

    def asks(self) -> list[tuple[Expression, int]]:
        """Conditions in order, each with the mask it leads to."""
        return [(expression(row.when), mask_of(row.departments)) for row in self.rows]

    def fields(self, table: Table) -> list[Field]:
        """The fields of *table* that conditions ask for."""
        names = {name for asked, _ in self.asks() for name in asked.names}
        return [f for f in table.fields_for(HE) if f.key in names]

    def mask(self, table: Table, values: Mapping[str, Any]) -> int:
        """Bit mask of the departments that judge a row of *values*."""
        if not self.rows:
            return mask_of(self.default)
        asks = self.asks()
        scope = Scope(table.key, today())
        for field in self.fields(table):
            with suppress(Unreadable):
                scope.take(field, values.get(field.key))
        return next((mask for asked, mask in asks if asked.ask(scope)), mask_of(self.default))


def mask_of(departments: Iterable[Department]) -> int:
    """Their bits together."""
    return sum(department.mask for department in set(departments))


# -- lines of one's own ----------------------------------------------------------------------------


def own_line(field: Field, codes: Iterable[str], departments: Iterable[Department]) -> Routed:
    """Rows in which *field* is one of *codes*."""
    listed = "[" + ", ".join(f"'{code}'" for code in codes) + "]"
    when = f"contains_any({field.key}, {listed})" if field.multiple else f"{field.key} in {listed}"
    return Routed(when, tuple(departments))


def read_line(when: str) -> tuple[str, tuple[str, ...]] | None:
    """(field, codes) of a condition as `own_line` writes it; None of any other."""
    match ast.parse(when, mode="eval").body:
        case ast.Compare(ast.Name(name), [ast.In()], [ast.List(items)]):
            pass
        case ast.Call(ast.Name("contains_any"), [ast.Name(name), ast.List(items)]):
            pass
        case _:
            return None
    return name, tuple(str(item.value) for item in items if isinstance(item, ast.Constant))


def words(table: Table, routed: Routed) -> Term:
    """The condition of a line in both languages."""
    declared = next((row for row in table.reviewer.rows if row.when == routed.when), routed)
    if declared.zh:
        return term(declared)
    own = read_line(routed.when)
    field = table.fields.get(own[0]) if own else None
    codes = field.codes_for(HE) if field else None
    if own is None or field is None or codes is None:
        return Term(routed.when, routed.when)
    known = code_table(codes)
    zh, en = ([known.label(code, lang) for code in own[1]] for lang in ("zh", "en"))
    return Term(f"{field.zh}：{'、'.join(zh)}", f"{field.en}: {', '.join(en)}")
