"""What a value is by itself, before any other value is looked at; asked once of each value.

A file of 100,000 rows holds a handful of genders, some hundred codes and some thousand days: what
is known of one is kept for the next, in bounded number. Texts and numbers differ from row to row
and are judged each time.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from datetime import date
from functools import partial
from typing import Any, Final, NamedTuple

from tms.dictionary.codes import CodeTable
from tms.dictionary.fields import Field
from tms.dictionary.terms import Kind
from tms.dictionary.values import Unreadable, canonical, comparable, text_form

#: Kinds whose values repeat.
FEW: Final = frozenset({Kind.CODE, Kind.DATE, Kind.MONTH, Kind.YEAR, Kind.INTEGER})
#: What may be looked up: other types could be equal without being the same, as 1 and True.
PLAIN: Final = frozenset({str, date, int})
#: Values that are remembered of one field.
KEPT: Final = 5_000


class Answer(NamedTuple):
    """A value as the dictionary takes it."""

    #: Canonical; None where it cannot be read.
    value: Any
    #: As expressions see it.
    seen: Any
    #: Rules of the engine that it breaks by itself: type, code, length, range.
    broken: tuple[str, ...] = ()

    @property
    def is_usable(self) -> bool:
        """Whether other questions can be asked of it."""
        return not self.broken or self.broken[0] not in ("type", "code")


UNREADABLE: Final = Answer(None, None, ("type",))


def answers(f: Field, codes: CodeTable | None) -> Callable[[Any], Answer]:
    """The function that judges values of *f*, none of them empty."""
    if f.kind is Kind.TEXT and not f.multiple:
        return partial(_text, f, f.length or sys.maxsize)
    if f.multiple or f.kind not in FEW:
        return partial(_judge, f, codes)
    known: dict[Any, Answer] = {}

    def look_up(raw: Any) -> Answer:
        if type(raw) not in PLAIN:
            return _judge(f, codes, raw)
        found = known.get(raw)
        if found is None:
            found = _judge(f, codes, raw)
            if len(known) < KEPT:
                known[raw] = found
        return found

    return look_up


def _text(f: Field, length: int, raw: Any) -> Answer:
    """As `_judge`; text without a character that could be refused needs no closer look."""
    if type(raw) is str and raw.isprintable() and len(raw) <= length:
        return Answer(raw, raw)
    return _judge(f, None, raw)


def _judge(f: Field, codes: CodeTable | None, raw: Any) -> Answer:
    try:
        value = canonical(f, raw)
    except Unreadable:
        return UNREADABLE
    if codes and not all(code in codes.by_code for code in chosen(f, value)):
        return Answer(value, None, ("code",))
    broken = []
    if f.length is not None and len(text_form(raw, value)) > f.length:
        broken.append("length")
    if f.minimum is not None and f.maximum is not None and not f.minimum <= value <= f.maximum:
        broken.append("range")
    return Answer(value, comparable(f.kind, value), tuple(broken))


def chosen(f: Field, value: Any) -> Any:
    """The codes that a canonical value holds."""
    return value if f.multiple else (value,)
