"""S28: no pattern comes from a user, and no text however long keeps a check busy."""

from __future__ import annotations

import ast
import contextlib
import re
import time
from collections.abc import Iterator

import pytest

from tests.test_house import calls, files, name_of, place, sources
from tms.dictionary import Kind
from tms.dictionary.values import Unreadable, canonical
from tms.models import TABLES

LONG = 100_000
#: Processor seconds for one value; the longest takes some thousandths.
PATIENCE = 0.25
#: What tempts a pattern to try again and again.
HOSTILE = {
    "digits": "1" * LONG,
    "letters": "a" * LONG,
    "blanks": " " * LONG + "x",
    "wide blanks": "\u3000" * LONG + "x",
    "dates": "2020-01-" * (LONG // 8),
    "commas": "a," * (LONG // 2),
    "signs": "+-" * (LONG // 2),
    "ats": "a@" * (LONG // 2),
    "points": "1." * (LONG // 2) + "x",
    "letters last": "1" * LONG + "X!",
}
#: Patterns of declarations, which are checked at the start (`dictionary.expressions`).
DECLARED = {"tms/dictionary/helpers.py", "tms/dictionary/expressions.py"}
WORDS = {"compile", "match", "fullmatch", "search", "sub", "split", "findall", "finditer"}
#: Variables of loops over constants: `access.password_policy`, `exchange.kinds`.
LOOPS = {"kind", "magic"}
PATTERN = re.compile(r"matches\(\w+, '((?:[^'\\]|\\.)+)'\)")


def test_s28_every_pattern_is_written_in_the_program() -> None:
    found = [
        place(path, call.lineno)
        for path, call in calls()
        if is_of_re(call) and not is_ours(call.args[0]) and place(path) not in DECLARED
    ]

    assert not found


def is_of_re(call: ast.Call) -> bool:
    function = call.func
    is_re = isinstance(function, ast.Attribute) and name_of(function.value) == "re"
    return is_re and name_of(function) in WORDS and bool(call.args)


def is_ours(pattern: ast.expr) -> bool:
    """A literal, a constant in capitals, or the variable of a loop over such."""
    names = {each.id for each in ast.walk(pattern) if isinstance(each, ast.Name)}
    return all(name.strip("_").isupper() or name in LOOPS for name in names)


def test_s28_no_database_is_asked_with_a_pattern() -> None:
    words = re.compile(r"regexp|op\(\"~|similar_to|REGEXP|\bGLOB\b")
    assert not [place(p) for p in sources() if words.search(p.read_text("utf-8"))]


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE.keys())
@pytest.mark.parametrize("kind", [kind for kind in Kind if kind is not Kind.PHOTO])
def test_s28_reading_a_value_takes_linear_time(kind: Kind, text: str) -> None:
    fields = (f for table in TABLES.values() for f in table.dictionary.fields.values())
    field = next(f for f in fields if f.kind is kind)
    began = time.process_time()
    with contextlib.suppress(Unreadable):
        canonical(field, text)

    assert time.process_time() - began < PATIENCE


def declared() -> Iterator[str]:
    """The patterns that declarations ask values for."""
    for path in files("tms/models/sections/**/*.py"):
        for found in PATTERN.finditer(path.read_text("utf-8")):
            yield found[1].replace("\\\\", "\\")


def test_s28_declared_patterns_take_linear_time() -> None:
    patterns = sorted(set(declared()))
    slow = []
    for pattern in patterns:
        for name, text in HOSTILE.items():
            began = time.process_time()
            re.fullmatch(pattern, text)
            if time.process_time() - began > PATIENCE:
                slow.append((pattern, name))

    assert not slow
    assert len(patterns) >= 3
