"""The language of conditions, rules and option filters.

A small part of Python's grammar, parsed once and compiled to closures; nothing is ever `eval`ed,
and the browser can run the same text:

* ``and or not``, one comparison ``== != < <= > >= in [list]  not in [list]``, product ``*``;
* text and whole numbers, lists of these;
* ``field`` of the record, ``section.field`` of the file, ``helper(…)`` of `helpers`;
* in option filters also ``code``, ``parent`` and ``en`` of the entry under question.

An empty value is ''. An ordering with an empty side is false. A month or date equals only
another; compared with an empty one the question is not asked. A month against a date compares
by month. What cannot be asked (`NotAsked`) is neither true nor false.
"""

from __future__ import annotations

import ast
import operator
import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, reduce
from typing import Any, Final

from tms.dictionary.helpers import HELPERS, IMPLIED, SCOPED
from tms.dictionary.scope import NotAsked, Scope

Run = Callable[[Scope], Any]

#: Names that only option filters know: parts of the code table's entry.
OPTION_NAMES: Final = frozenset({"code", "parent", "en"})

_ORDER: Final[dict[type[ast.cmpop], Callable[[Any, Any], bool]]] = {
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
}


class ExpressionError(ValueError):
    """A text that is not of the language."""


@dataclass(frozen=True, eq=False)
class Expression:
    """A compiled text and what it names."""

    text: str
    #: Fields of the record, those that a helper implies included.
    names: tuple[str, ...]
    #: Pairs (section, field).
    foreign: tuple[tuple[str, str], ...]
    helpers: frozenset[str]
    run: Run

    def ask(self, scope: Scope) -> bool | None:
        """Whether it holds; None while it cannot be asked."""
        if scope.unreadable and not scope.unreadable.isdisjoint(self.names):
            return None
        try:
            return bool(self.run(scope))
        except NotAsked:
            return None


@cache
def expression(text: str) -> Expression:
    """Compile *text*.

    :raises ExpressionError: it is not of the language.
    """
    try:
        tree = ast.parse(f"({text}\n)", mode="eval").body
        run = _compile(tree)
    except (SyntaxError, ValueError, RecursionError, MemoryError, re.error) as error:
        raise ExpressionError(f"{text!r}: {error}") from error
    nodes = list(ast.walk(tree))
    helpers = [n.func.id for n in nodes if isinstance(n, ast.Call) and isinstance(n.func, ast.Name)]
    sections = {id(n.value) for n in nodes if isinstance(n, ast.Attribute)}
    names = [
        n.id
        for n in nodes
        if isinstance(n, ast.Name) and n.id not in HELPERS and id(n) not in sections
    ]
    names += [name for helper in helpers for name in IMPLIED.get(helper, ())]
    foreign = [
        (n.value.id, n.attr)
        for n in nodes
        if isinstance(n, ast.Attribute) and isinstance(n.value, ast.Name)
    ]
    return Expression(text, tuple(dict.fromkeys(names)), tuple(foreign), frozenset(helpers), run)


def _compile(node: ast.expr) -> Run:
    match node:
        case ast.BoolOp(op=ast.And(), values=values):
            return reduce(_both, map(_compile, values))
        case ast.BoolOp(values=values):
            return reduce(_either, map(_compile, values))
        case ast.UnaryOp(op=ast.Not(), operand=operand):
            inner = _compile(operand)
            return lambda scope: not inner(scope)
        case ast.Compare(left=left, ops=[op], comparators=[right]):
            return _compare(left, op, right)
        case ast.BinOp(left=left, op=ast.Mult(), right=right):
            return _product(_compile(left), _compile(right))
        case ast.Constant() | ast.List():
            constant = _constant(node)
            return lambda scope: constant
        case ast.Name(id=name) if name in OPTION_NAMES:
            return lambda scope: scope.option[name]
        case ast.Name(id=name):
            return lambda scope: scope.values.get(name, "")
        case ast.Attribute(value=ast.Name(id=section), attr=name):
            return lambda scope: scope.reach(section, name)
        case ast.Call(func=ast.Name(id=name), args=args, keywords=[]):
            return _call(name, args)
    raise ExpressionError(f"{ast.unparse(node)!r} is not of the language")


def _both(a: Run, b: Run) -> Run:
    return lambda scope: a(scope) and b(scope)


def _either(a: Run, b: Run) -> Run:
    return lambda scope: a(scope) or b(scope)


def _constant(node: ast.expr) -> Any:
    if isinstance(node, ast.List):
        return [_constant(item) for item in node.elts]
    if isinstance(node, ast.Constant) and type(node.value) in (str, int):
        return node.value
    raise ExpressionError(f"{ast.unparse(node)!r} is not a constant")


def _compare(left: ast.expr, op: ast.cmpop, right: ast.expr) -> Run:
    a, b = _compile(left), _compile(right)
    match left, op, right:
        # Most questions of the dictionary; a text that is not empty equals no date.
        case ast.Name(id=name), ast.Eq(), ast.Constant(value=str(word)) if (
            word and name not in OPTION_NAMES
        ):
            return lambda scope: scope.values.get(name, "") == word
    match op:
        case ast.In():
            options = _options(right)
            return lambda scope: a(scope) in options
        case ast.NotIn():
            options = _options(right)
            return lambda scope: a(scope) not in options
        case ast.Eq():
            return lambda scope: _equal(a(scope), b(scope))
        case ast.NotEq():
            return lambda scope: not _equal(a(scope), b(scope))
    order = _ORDER.get(type(op))
    if order is None:
        raise ExpressionError("is and is not are not of the language")
    return lambda scope: _ordered(order, a(scope), b(scope))


def _options(node: ast.expr) -> list[Any]:
    if not isinstance(node, ast.List):
        raise ExpressionError("in needs a list of constants")
    return list(_constant(node))


def _equal(a: Any, b: Any) -> bool:
    if isinstance(a, tuple) or isinstance(b, tuple):
        if a == "" or b == "":
            raise NotAsked
        shared = min(len(a), len(b))
        return bool(a[:shared] == b[:shared])
    return bool(a == b)


def _ordered(order: Callable[[Any, Any], bool], a: Any, b: Any) -> bool:
    if a == "" or b == "":
        return False
    if isinstance(a, tuple) and isinstance(b, tuple):
        shared = min(len(a), len(b))
        return order(a[:shared], b[:shared])
    try:
        return order(a, b)
    except TypeError as error:
        raise NotAsked from error


def _product(left: Run, right: Run) -> Run:
    def run(scope: Scope) -> Any:
        a, b = left(scope), right(scope)
        return "" if a == "" or b == "" else a * b

    return run


def _call(name: str, args: list[ast.expr]) -> Run:
    helper = HELPERS.get(name)
    if helper is None:
        raise ExpressionError(f"there is no helper {name}()")
    scoped = name in SCOPED
    if helper.__code__.co_argcount != len(args) + scoped:
        raise ExpressionError(f"{name}() takes {helper.__code__.co_argcount - scoped} values")
    if name == "matches" and isinstance(args[1], ast.Constant):
        re.compile(str(args[1].value))  # a mistaken pattern fails at the start
    parts = [_compile(arg) for arg in args]
    if scoped and len(parts) == 1:
        only = parts[0]
        return lambda scope: helper(scope, only(scope))
    if scoped:
        return lambda scope: helper(scope, *[part(scope) for part in parts])
    return lambda scope: helper(*[part(scope) for part in parts])
