"""Dates, months and years as people write them into spreadsheets."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any, Final

Text = Callable[[Any], str]

#: Day 0 of Excel's calendar; before March 1900 it counts a day that never was.
_EPOCH: Final = date(1899, 12, 30)
#: Serial numbers that can be meant: 1927 to 2099. Others are years or months.
_SERIALS: Final = range(10_000, 73_051)

_TIME = r"(?:[ T]\d{1,2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?)?"
_WEEKDAY = r"(?:\s*(?:星期|周)[一二三四五六日天])?"
#: With the time of the day as a fraction.
_COUNTED = re.compile(r"(\d{5})(?:\.\d{1,12})?")
_DATE = re.compile(
    r"(\d{4})\s*[-./年]\s*(\d{1,2})\s*[-./月]\s*(\d{1,2})\s*[日.]?" + _WEEKDAY + _TIME
)
_COMPACT_DATE = re.compile(r"(\d{4})(\d{2})(\d{2})")
#: A date that Americans and Britons read differently; a year of two digits.
DAY_FIRST: Final = re.compile(r"\d{1,2}\s*([-./])\s*\d{1,2}\s*\1\s*\d{4}")
SHORT_YEAR: Final = re.compile(
    r"\d{2}\s*[-./年]\s*\d{1,2}\s*[-./月]\s*\d{1,2}\s*日?|\d{2}年\s*\d{1,2}\s*月?"
)
#: The number that 2001.10 becomes in a cell.
HALF_MONTH: Final = re.compile(r"\d{4}\.1")
#: A whole number that went through a program which makes all numbers fractions.
_FLOAT: Final = re.compile(r"(\d{4,8})\.0")
_MONTH = re.compile(r"(\d{4})\s*[-./年]\s*(\d{1,2})\s*月?")
_COMPACT_MONTH = re.compile(r"(\d{4})(\d{2})")
_CANONICAL_MONTH = re.compile(r"\d{4}-(?:0[1-9]|1[0-2])")
_YEAR = re.compile(r"(\d{4})\s*年?度?")


def read_date(cell: Any, text_of: Text) -> Any:
    """A date; text that is none is given back as it stands."""
    if isinstance(cell, date):
        return cell.date() if isinstance(cell, datetime) else cell
    if type(cell) is float and _SERIALS.start <= cell < _SERIALS.stop:
        return _EPOCH + timedelta(days=int(cell))  # a fraction is the time of the day
    text = _whole(text_of(cell))
    found = _DATE.fullmatch(text) or _COMPACT_DATE.fullmatch(text)
    if found is None:
        return _serial(text) or text
    try:
        return date(int(found[1]), int(found[2]), int(found[3]))
    except ValueError:
        return text


def read_month(cell: Any, text_of: Text) -> str:
    """A month as YYYY-MM; text that is none is given back as it stands.

    A cell with the number 2001.1 may have been written 2001.10, so it stays unread.
    """
    if isinstance(cell, date):
        return f"{cell:%Y-%m}"
    text = _whole(text_of(cell))
    if _CANONICAL_MONTH.fullmatch(text):
        return text
    if type(cell) is float and HALF_MONTH.fullmatch(text):
        return text
    day = read_date(cell if type(cell) is float else text, lambda same: str(same))
    if isinstance(day, date):
        return f"{day:%Y-%m}"
    found = _MONTH.fullmatch(text) or _COMPACT_MONTH.fullmatch(text)
    return f"{found[1]}-{int(found[2]):02}" if found else text


def read_year(cell: Any, text_of: Text) -> str:
    """A year of four digits."""
    if isinstance(cell, date):
        return f"{cell.year:04}"
    text = _whole(text_of(cell))
    found = _YEAR.fullmatch(text)
    return found[1] if found else text


def _whole(text: str) -> str:
    found = _FLOAT.fullmatch(text) if text.endswith(".0") else None
    return found[1] if found else text


def _serial(text: str) -> date | None:
    """The day that Excel counts as *text*: five digits are no other way to write a date."""
    found = _COUNTED.fullmatch(text)
    if found is None or int(found[1]) not in _SERIALS:
        return None
    return _EPOCH + timedelta(days=int(found[1]))
