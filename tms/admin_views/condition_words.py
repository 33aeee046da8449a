"""Conditions of declarations in words: labels instead of keys, meanings instead of codes."""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping
from typing import Any, Final

from tms.admin_views.labels import label_of
from tms.dictionary import Category, Field, Table, code_table
from tms.i18n import gettext as _
from tms.i18n import lang
from tms.i18n import lazy_gettext as _l

#: By operator, of one value or several.
COMPARED: Final[Mapping[type[ast.cmpop], Any]] = {
    ast.Eq: _l("“%(field)s”为“%(value)s”"),
    ast.NotEq: _l("“%(field)s”不为“%(value)s”"),
    ast.In: _l("“%(field)s”为“%(value)s”"),
    ast.NotIn: _l("“%(field)s”不为“%(value)s”"),
}
#: The call that asks whether one of several was chosen, plain and denied.
ANY: Final = {True: _l("“%(field)s”含“%(value)s”"), False: _l("“%(field)s”不含“%(value)s”")}


class Unsayable(Exception):
    """Beyond comparisons of the table's own fields with values."""


def in_words(text: str, table: Table, category: Category) -> str:
    """The condition *text* in the reader's language; nothing where it cannot be said simply."""
    try:
        return _said(ast.parse(text, mode="eval").body, table, category)
    except Unsayable:
        return ""


def _said(node: ast.expr, table: Table, category: Category) -> str:
    say = SAID.get(type(node))
    if say is None:
        raise Unsayable
    return say(node, table, category)


def _joined(node: Any, table: Table, category: Category) -> str:
    parts = [_said(each, table, category) for each in node.values]
    word = _("并且") if isinstance(node.op, ast.And) else _("或者")
    return (f" {word} " if lang() == "en" else f"，{word}").join(parts)


def _compared(node: Any, table: Table, category: Category) -> str:
    pattern = COMPARED.get(type(node.ops[0]))
    if pattern is None or len(node.ops) > 1:
        raise Unsayable
    field = _field(node.left, table)
    values = _values(node.comparators[0])
    return str(pattern) % _filled(field, values, category)


def _denied(node: Any, table: Table, category: Category) -> str:
    if not (isinstance(node.op, ast.Not) and isinstance(node.operand, ast.Call)):
        raise Unsayable
    return _called(node.operand, table, category, is_so=False)


def _called(node: Any, table: Table, category: Category, is_so: bool = True) -> str:
    if getattr(node.func, "id", "") != "contains_any":
        raise Unsayable
    values = _values(node.args[1])
    return str(ANY[is_so]) % _filled(_field(node.args[0], table), values, category)


def _field(node: ast.expr, table: Table) -> Field:
    found = table.fields.get(node.id) if isinstance(node, ast.Name) else None
    if found is None:
        raise Unsayable
    return found


def _values(node: ast.expr) -> list[str]:
    try:
        found = ast.literal_eval(node)
    except ValueError as error:
        raise Unsayable from error
    return [str(each) for each in (found if isinstance(found, list) else [found])]


def _filled(field: Field, values: list[str], category: Category) -> dict[str, str]:
    name = field.codes_for(category)
    known = {each: code_table(name).get(each) for each in values} if name else {}
    words = [entry.label(lang()) if (entry := known.get(v)) else v or _("未填") for v in values]
    either = (_("”或“")).join(words)
    return {"field": str(label_of(field)), "value": either}


SAID: Final[Mapping[type[ast.expr], Callable[[Any, Table, Category], str]]] = {
    ast.BoolOp: _joined,
    ast.Compare: _compared,
    ast.UnaryOp: _denied,
    ast.Call: _called,
}
