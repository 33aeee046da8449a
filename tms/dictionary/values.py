"""Values: from strict JSON to canonical Python, and between canonical and stored."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final

from tms.dictionary.fields import Form
from tms.dictionary.terms import Kind

_MONTH = re.compile("[0-9]{4}-(0[1-9]|1[0-2])")
_DATE = re.compile("[0-9]{4}-[0-9]{2}-[0-9]{2}")
_YEAR = re.compile("[1-9][0-9]{3}")
_INTEGER = re.compile("-?[0-9]+")
_DECIMAL = re.compile("-?[0-9]+([.][0-9]+)?")
#: Made once: this is asked of every value that is read, checked or written.
SIZED: Final = (str, list, tuple)


class Unreadable(ValueError):
    """The value is not of the kind that the field holds."""


def is_empty(raw: Any) -> bool:
    """Whether *raw* stands for nothing at all; zero and blanks do not."""
    return raw is None or (not raw and isinstance(raw, SIZED))


def canonical(field: Form, raw: Any) -> Any:
    """*raw* as the field's kind has it, None where it is empty.

    str for text, code, month ("YYYY-MM"), ID number (upper case) and photo; list of str for
    several codes; date; int for year and integer; Decimal. Text is not stripped.

    :raises Unreadable: it is of another kind or has another form.
    """
    if is_empty(raw):
        return None
    if field.multiple:
        return _codes(raw)
    return _READERS[field.kind](raw)


def text_form(raw: Any, value: Any) -> str:
    """The characters that a length counts."""
    return raw if isinstance(raw, str) else format(value, "f" if type(value) is Decimal else "")


def stored(field: Form, value: Any) -> Any:
    """What the column holds for a canonical *value*."""
    if is_empty(value):
        return None
    return ",".join(value) if field.multiple else value


def from_stored(field: Form, value: Any) -> Any:
    """The canonical value of what the column holds."""
    if is_empty(value):
        return None
    return value.split(",") if field.multiple else value


def _text(raw: Any) -> str:
    if not isinstance(raw, str) or "\0" in raw:
        raise Unreadable
    try:
        raw.encode()  # half of a surrogate pair cannot be stored
    except UnicodeEncodeError as error:
        raise Unreadable from error
    return raw


def _code(raw: Any) -> str:
    """Whatever it is: what is in no list is refused there."""
    if not isinstance(raw, str):
        raise Unreadable
    return raw


def _codes(raw: Any) -> list[str]:
    if isinstance(raw, str):
        return raw.split(",")
    if not isinstance(raw, Sequence):
        raise Unreadable
    return [_text(code) for code in raw]


def _date(raw: Any) -> date:
    if isinstance(raw, date) and not isinstance(raw, datetime):
        return raw
    try:
        return date.fromisoformat(_matching(_DATE, raw))
    except ValueError as error:
        raise Unreadable from error


def _month(raw: Any) -> str:
    return _matching(_MONTH, raw)


def _year(raw: Any) -> int:
    return int(_matching(_YEAR, str(raw) if type(raw) is int else raw))


def _integer(raw: Any) -> int:
    if type(raw) is int:
        return raw
    if type(raw) is float and raw.is_integer():
        return int(raw)  # JSON has one kind of number: 3.0 is 3
    try:
        return int(_matching(_INTEGER, raw))
    except ValueError as error:  # more digits than Python reads
        raise Unreadable from error


def _decimal(raw: Any) -> Decimal:
    if type(raw) in (int, float):
        raw = Decimal(str(raw))
    if isinstance(raw, Decimal):
        if not raw.is_finite():
            raise Unreadable
        return raw
    return Decimal(_matching(_DECIMAL, raw))


def _id_number(raw: Any) -> str:
    return _text(raw).upper()


def _matching(pattern: re.Pattern[str], raw: Any) -> str:
    if not isinstance(raw, str) or not pattern.fullmatch(raw):
        raise Unreadable
    return raw


_READERS: Final[dict[Kind, Callable[[Any], Any]]] = {
    Kind.TEXT: _text,
    Kind.CODE: _code,
    Kind.DATE: _date,
    Kind.MONTH: _month,
    Kind.YEAR: _year,
    Kind.INTEGER: _integer,
    Kind.DECIMAL: _decimal,
    Kind.ID_NUMBER: _id_number,
    Kind.PHOTO: _text,
}


def comparable(kind: Kind, value: Any) -> Any:
    """A canonical value as expressions see it: dates and months as tuples of numbers."""
    if kind is Kind.DATE:
        return value.year, value.month, value.day
    if kind is Kind.MONTH:
        return int(value[:4]), int(value[5:])
    return value
