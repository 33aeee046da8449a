"""What stands in a spreadsheet's cell, as the dictionary reads values.

A reader gives near-canonical text; what it cannot read it leaves as it is, for the dictionary to
name. Only what the dictionary cannot know raises `CellError`: that Excel has spoilt a number.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from datetime import date, datetime, time
from decimal import Decimal
from functools import cache, partial
from typing import Any, Final

from tms.dictionary import Category, Field, Kind
from tms.errors import Message, message
from tms.exchange.dates import (
    DAY_FIRST,
    HALF_MONTH,
    SHORT_YEAR,
    read_date,
    read_month,
    read_year,
)
from tms.exchange.options import read_code, read_codes
from tms.exchange.stages import NoValue

#: Excel keeps fifteen digits; what is longer has lost its end.
EXACT: Final = 10**15
#: Stripped around every value, besides what `str.strip` knows (NBSP and the ideographic space).
_INVISIBLE: Final = "\u200b\u200c\u200d\u200e\u200f\u2060\ufeff"
#: Within a value: blanks that do not break, and characters without width but those that join
#: letters of some scripts. They come along when text is copied from web pages.
_STRAY = re.compile("[\u00a0\u2007\u202f\u200b\u200e\u200f\u2060\ufeff]")
_STRAYS: Final = {ord(c): " " if c in "\u00a0\u2007\u202f" else None for c in _STRAY.pattern[1:-1]}
_BLANKS = re.compile(r"\s+")
#: What spreadsheets show in place of a result, or of a number too long for them.
_USELESS = re.compile(
    r"(#(?:N/A|REF!|VALUE!|DIV/0!|NAME\?|NULL!|NUM!)|Err:5[0-9][0-9])"
    r"|[0-9](?:\.[0-9]+)?[Ee]\+?[0-9]{2}"
)
_GROUPED = re.compile(r"-?[0-9]{1,3}(?:,[0-9]{3})+(?:\.[0-9]+)?")
_WHOLE = re.compile(r"(-?[0-9]+)\.0+")
_LONG_FRACTION = re.compile(r"-?[0-9]{1,15}\.[0-9]{7,}")
#: Put in front of a number so that a spreadsheet takes it for text.
_APOSTROPHES: Final = "'`‘’"

Reader = Callable[[Any], Any]


class CellError(ValueError):
    """A cell that cannot be read; the text says why and what to do."""

    def __init__(self, text: Message) -> None:
        super().__init__(str(text))
        self.text = text


SPOILT: Final = message(
    "长号码存成了数字，Excel 只保留15位有效数字，后面的位数已丢失；请把该列设为文本格式后重新填写。"
)
FAILED: Final = message("公式出错，没有结果；请改正公式或直接填写。")
UNCOUNTED: Final = message("公式没有保存结果；请在表格软件中重新计算并保存，或粘贴为数值。")
AMBIGUOUS: Final = message("分不清哪个是月、哪个是日，请写成 1980-01-02 这样的形式。")
CENTURY: Final = message("年份请写四位数，例如 1980-01-02。")
OCTOBER: Final = message("存成了数字，分不清是1月还是10月，请写成 2001-01 或 2001-10 这样的文本。")


def clean(cell: Any) -> Any:
    """*cell* without outer blanks, visible or not, and without stray characters within.

    Browsers end lines with two characters, spreadsheets with one: it is one here.
    """
    if type(cell) is not str:
        return cell
    text = cell.strip()
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    if text.isascii():
        return text
    if text[0] in _INVISIBLE or text[-1] in _INVISIBLE:
        while text != (text := text.strip(_INVISIBLE).strip()):
            pass
    return text.translate(_STRAYS) if _STRAY.search(text) else text


def as_text(cell: Any) -> str:
    """The text a user sees in *cell*.

    :raises CellError: a number with more digits than Excel keeps.
    """
    cell = clean(cell)
    if type(cell) is str:
        if useless := _USELESS.fullmatch(cell):
            raise CellError(FAILED if useless[1] else SPOILT)
        return cell
    if cell is None:
        return ""
    if isinstance(cell, NoValue):
        raise CellError(FAILED if _USELESS.fullmatch(cell) else UNCOUNTED)
    if isinstance(cell, bool):
        return "TRUE" if cell else "FALSE"
    if isinstance(cell, int | float):
        return _number(cell)
    if isinstance(cell, datetime):
        return cell.isoformat(" ") if cell.time() != time() else cell.date().isoformat()
    return cell.isoformat() if isinstance(cell, date | time) else str(cell)


def _number(cell: float) -> str:
    if abs(cell) >= EXACT:
        raise CellError(SPOILT)
    return str(int(cell)) if float(cell).is_integer() else repr(cell)


def folded(cell: Any) -> str:
    """`as_text` with full-width digits, letters and signs made ordinary."""
    text = as_text(cell)
    return text if text.isascii() else clean(unicodedata.normalize("NFKC", text)) or ""


def shown(cell: Any) -> str:
    """The text to quote in a problem; never fails."""
    try:
        return as_text(cell)
    except CellError:
        return str(cell)


def compact(cell: Any) -> str:
    """`folded` without blanks, for what is written without any: numbers, dates, identifiers."""
    text = folded(cell)
    return _BLANKS.sub("", text) if _BLANKS.search(text) else text


def read_number(cell: Any) -> Any:
    """A plain whole or decimal number as text, without thousands separators."""
    text = compact(round(cell, 6) if type(cell) is float and abs(cell) < EXACT else cell)
    if _GROUPED.fullmatch(text):
        text = text.replace(",", "")
    whole = _WHOLE.fullmatch(text)
    return whole[1] if whole else text


def read_decimal(cell: Any) -> Any:
    """As `read_number`, to the cent: Excel's 1234.5 is often 1234.4999999999999."""
    if type(cell) is float and abs(cell) < EXACT:
        return Decimal(repr(round(cell, 6))).normalize()
    text = compact(cell)
    if _LONG_FRACTION.fullmatch(text):
        return round(Decimal(text), 6).normalize()
    return text.replace(",", "") if _GROUPED.fullmatch(text) else text


def read_identifier(cell: Any) -> str:
    """The number of a person or document, upper case."""
    return compact(cell).lstrip(_APOSTROPHES).upper()


def read_day(cell: Any) -> Any:
    """As `read_date`.

    :raises CellError: day and month, or the century, cannot be told.
    """
    return _clear(read_date(cell, folded))


def read_of_month(cell: Any) -> Any:
    """As `read_month`.

    :raises CellError: the number 2001.1 may have been written 2001.10.
    """
    found = _clear(read_month(cell, folded))
    if type(cell) is float and HALF_MONTH.fullmatch(str(found)):
        raise CellError(OCTOBER)
    return found


def _clear(found: Any) -> Any:
    if type(found) is str:
        if DAY_FIRST.fullmatch(found):
            raise CellError(AMBIGUOUS)
        if SHORT_YEAR.fullmatch(found):
            raise CellError(CENTURY)
    return found


_READERS: Final[dict[Kind, Reader]] = {
    Kind.TEXT: as_text,
    Kind.PHOTO: as_text,
    Kind.ID_NUMBER: read_identifier,
    Kind.YEAR: lambda cell: read_year(cell, compact),
    Kind.INTEGER: read_number,
    Kind.DECIMAL: read_decimal,
    Kind.DATE: read_day,
    Kind.MONTH: read_of_month,
}


@cache
def reader(field: Field, category: Category) -> Reader:
    """The function that reads cells of *field* for schools of *category*.

    It gives what `tms.dictionary.canonical` reads, "" for an empty cell, and raises `CellError`.
    """
    codes = field.codes_for(category)
    if field.kind is not Kind.CODE or codes is None:
        return _READERS[field.kind]
    return partial(read_codes if field.multiple else read_code, codes, as_text)
