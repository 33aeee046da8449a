"""Codes in cells: the code, its label, or "code-label" that belong together."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from functools import cache, lru_cache
from typing import Any, Final

from tms.dictionary import code_table

#: Between the choices of a cell.
SEPARATORS: Final = re.compile(r"[,，;；、\r\n]+")
#: What an export writes between choices.
JOINT: Final = "；"
#: A code that went through a program which makes all numbers fractions.
_FLOAT = re.compile(r"([0-9]+)\.0+")
_BLANKS = re.compile(r"[\s\u200b-\u200f\ufeff]+")
_DASHES = str.maketrans(dict.fromkeys("－–—―‐−_", "-"))


def _normal(text: str) -> str:
    folded = unicodedata.normalize("NFKC", text).casefold().translate(_DASHES)
    return _BLANKS.sub("", folded)


@cache
def _index(table: str) -> dict[str, str | None]:
    """Code by everything that may stand for it; None for a label that several codes bear."""
    found: dict[str, str | None] = {}
    entries = code_table(table).entries
    for entry in entries:
        for label in {_normal(entry.zh), _normal(entry.en)}:
            found[label] = None if label in found else entry.code
    for entry in entries:
        for label in (entry.zh, entry.en):
            found[_normal(f"{entry.code}-{label}")] = entry.code
    if "是" in found and "否" in found:
        found |= {"true": found["是"], "false": found["否"]}  # a cell may hold a truth value
    return found | {_normal(entry.code): entry.code for entry in entries}


@cache
def _lengths(table: str) -> tuple[int, ...]:
    return tuple(sorted({len(entry.code) for entry in code_table(table).entries}))


@lru_cache(maxsize=50_000)
def find_code(table: str, text: str) -> str | None:
    """The code of *table* that *text* means; None where there is none or more than one.

    Digits alone may have lost their zeros in a numeric cell: they are given back where the bare
    code is unknown and exactly one longer one exists.
    """
    codes = code_table(table)
    if text in codes.by_code:
        return text
    if whole := _FLOAT.fullmatch(text):
        text = whole[1]
    found = _index(table).get(_normal(text))
    if found is None and text.isascii() and text.isdigit():
        padded = {text.zfill(n) for n in _lengths(table) if n > len(text)} & codes.by_code.keys()
        found = padded.pop() if len(padded) == 1 else None
    return found


def code_labels(table: str, lang: str, style: str = "code-label") -> dict[str, str]:
    """What stands for each code in a file: the code, its label, or "code-label"."""
    entries = code_table(table).entries
    if style == "code":
        return {e.code: e.code for e in entries}
    if style == "label":
        return {e.code: e.label(lang) for e in entries}
    return {e.code: f"{e.code}-{e.label(lang)}" for e in entries}


def read_code(table: str, text_of: Callable[[Any], str], cell: Any) -> str:
    """The code that *cell* means; text that means none is given back as it stands."""
    text = text_of(cell)
    return (find_code(table, text) or text) if text else ""


def read_codes(table: str, text_of: Callable[[Any], str], cell: Any) -> list[str]:
    """The codes that *cell* means, each once; a label may itself hold a separator."""
    text = text_of(cell)
    whole = find_code(table, text) if text else None
    if whole:
        return [whole]
    parts = [part.strip() for part in SEPARATORS.split(text) if part.strip()]
    return list(dict.fromkeys(find_code(table, part) or part for part in parts))
