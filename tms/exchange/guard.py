"""Neutral cells of CSV: what a spreadsheet program would compute or shorten is kept as text.

* Text that begins with ``= + - @``, tab or carriage return could be run as a formula: it gets a
  single quote in front. So that the importer knows its own quotes, text that begins with a quote
  gets one too.
* Numbers of more than eleven digits and with leading zeros lose digits when the file is opened and
  saved: they get a tab in front, which spreadsheet programs take for text.

The importer takes both away again (`open_cell`), so a round trip changes nothing. XLSX needs
neither: its cells are written as text.
"""

from __future__ import annotations

import re
from typing import Final

QUOTE: Final = "'"
DANGEROUS: Final = ("=", "+", "-", "@", "\t", "\r", "\n", QUOTE)
_STARTS: Final = frozenset(DANGEROUS)
#: Full-width signs, which some programs fold before they look.
_FOLDED: Final = frozenset("＝＋－＠")
_LONG = re.compile(r"0[0-9]+|[0-9]{12,}")
_GUARDED = re.compile(r"\t(?:0[0-9]+|[0-9]{12,})")


def guard_cell(text: str) -> str:
    """*text* as a CSV cell that no program runs or shortens."""
    first = text[:1]
    if first in _STARTS or first in _FOLDED:
        return QUOTE + text if first else text
    return "\t" + text if first.isdigit() and _LONG.fullmatch(text) else text


def open_cell(text: str) -> str:
    """What `guard_cell` was given."""
    first = text[:1]
    if first == QUOTE and (text[1:2] in _STARTS or text[1:2] in _FOLDED) and len(text) > 1:
        return text[1:]
    return text[1:] if first == "\t" and _GUARDED.fullmatch(text) else text
