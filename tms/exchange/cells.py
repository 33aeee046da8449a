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
from tms.exchange.dates import read_date, read_month, read_year
from tms.exchange.options import read_code, read_codes

#: Excel keeps fifteen digits; what is longer has lost its end.
EXACT: Final = 10**15
#: Stripped around every value, besides what `str.strip` knows (NBSP and the ideographic space).
_INVISIBLE: Final = "\u200b\u200c\u200d\u200e\u200f\u2060\ufeff"
_EXPONENT = re.compile(r"[0-9](?:\.[0-9]+)?[Ee]\+?[0-9]{2}")
_GROUPED = re.compile(r"-?[0-9]{1,3}(?:,[0-9]{3})+(?:\.[0-9]+)?")
_WHOLE = re.compile(r"(-?[0-9]+)\.0+")

Reader = Callable[[Any], Any]


class CellError(ValueError):
    """A cell that cannot be read; the text says why and what to do."""

    def __init__(self, text: Message) -> None:
        super().__init__(str(text))
        self.text = text


SPOILT: Final = message(
    "长号码存成了数字，Excel 只保留15位有效数字，后面的位数已丢失；请把该列设为文本格式后重新填写。"
)


def clean(cell: Any) -> Any:
    """*cell* without outer blanks, visible or not; text that was only blanks is empty."""
    if type(cell) is not str:
        return cell
    text = cell.strip()
    if text and (text[0] in _INVISIBLE or text[-1] in _INVISIBLE):
        while text != (text := text.strip(_INVISIBLE).strip()):
            pass
    return text


def as_text(cell: Any) -> str:
    """The text a user sees in *cell*.

    :raises CellError: a number with more digits than Excel keeps.
    """
    cell = clean(cell)
    if type(cell) is str:
        if _EXPONENT.fullmatch(cell):
            raise CellError(SPOILT)
        return cell
    if cell is None:
        return ""
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


def read_number(cell: Any) -> Any:
    """A plain whole or decimal number as text, without thousands separators."""
    text = folded(cell)
    if _GROUPED.fullmatch(text):
        text = text.replace(",", "")
    whole = _WHOLE.fullmatch(text)
    return whole[1] if whole else text


def read_decimal(cell: Any) -> Any:
    """As `read_number`, to the cent: Excel's 1234.5 is often 1234.4999999999999."""
    if type(cell) is float and abs(cell) < EXACT:
        return Decimal(repr(round(cell, 6))).normalize()
    text = folded(cell)
    return text.replace(",", "") if _GROUPED.fullmatch(text) else text


def read_id_number(cell: Any) -> str:
    """The number of a document, upper case."""
    return folded(cell).upper()


_READERS: Final[dict[Kind, Reader]] = {
    Kind.TEXT: as_text,
    Kind.PHOTO: as_text,
    Kind.ID_NUMBER: read_id_number,
    Kind.YEAR: lambda cell: read_year(cell, folded),
    Kind.INTEGER: read_number,
    Kind.DECIMAL: read_decimal,
    Kind.DATE: lambda cell: read_date(cell, folded),
    Kind.MONTH: lambda cell: read_month(cell, folded),
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
