"""What the cells of a template offer and refuse while they are typed: data validation of Excel."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from xlsxwriter.utility import xl_rowcol_to_cell

from tms.dictionary import Category, Field, Kind, Table
from tms.errors import Term
from tms.exchange.stamp import said
from tms.exchange.template_codes import CodeSheet, Offer
from tms.exchange.template_columns import Slot
from tms.exchange.template_words import form_of

#: Rules stand below the header down to here; nobody fills in more by hand.
LAST_ROW: Final = 20_000
#: How long the programs let these texts be.
TITLE, TEXT = 30, 240

NOT_LISTED: Final = Term("不在可选项之内，请从下拉列表中选择。", "Please choose from the list.")
WRONG: Final = Term("请按格式填写：", "Please write it like this: ")


@dataclass(frozen=True)
class Checks:
    """The rules of one sheet."""

    page: Any
    table: Table
    slots: Sequence[Slot]
    category: Category
    lang: str

    def add(self, codes: CodeSheet) -> None:
        """Add a rule to every column that can have one."""
        for place, slot in enumerate(self.slots):
            if slot.field is not None:
                rule = self._rule(slot.field, codes)
                self.page.data_validation(1, place, LAST_ROW, place, rule)

    def _rule(self, field: Field, codes: CodeSheet) -> dict[str, Any]:
        offer = codes.offer(self.table, field, self.category, self._cell_of)
        said_ = self._said(field)
        if offer:
            return said_ | self._list(offer)
        return said_ | _TYPED.get(field.kind, _any)(field)

    def _cell_of(self, key: str) -> str | None:
        """Address of the column's cell in the first row, its column fixed."""
        places = [n for n, slot in enumerate(self.slots) if slot.column.key == key]
        return xl_rowcol_to_cell(1, places[0], col_abs=True) if places else None

    def _said(self, field: Field) -> dict[str, Any]:
        form = form_of(field, self.lang)
        return {
            "input_title": field.label(self.lang)[:TITLE],
            "input_message": form[:TEXT],
            "error_title": field.label(self.lang)[:TITLE],
            "error_message": (said(WRONG, self.lang) + form)[:TEXT],
        }

    def _list(self, offer: Offer) -> dict[str, Any]:
        """A list; where it depends on another cell, that one may still be empty: only warn."""
        is_cascade = isinstance(offer.source, str) and offer.source.startswith("=OFFSET")
        return {
            "validate": "list",
            "source": offer.source,
            "error_message": said(NOT_LISTED, self.lang),
            "error_type": "warning" if is_cascade else "stop",
            "show_error": not offer.is_open,
        }


def _any(_field: Field) -> dict[str, Any]:
    return {"validate": "any"}


def _text(field: Field) -> dict[str, Any]:
    return {"validate": "length", "criteria": "<=", "value": field.length}


def _between(kind: str, low: Any, high: Any) -> dict[str, Any]:
    return {"validate": kind, "criteria": "between", "minimum": low, "maximum": high}


def _date(_field: Field) -> dict[str, Any]:
    """The importer reads other forms too, so this only warns."""
    low, high = "=DATE(1900,3,1)", "=DATE(2199,12,31)"
    return _between("date", low, high) | {"error_type": "warning"}


def _year(_field: Field) -> dict[str, Any]:
    return _between("integer", 1900, 2199)


def _whole(field: Field) -> dict[str, Any]:
    return _between("integer", int(field.minimum or 0), int(field.maximum or 10**9))


def _amount(field: Field) -> dict[str, Any]:
    return _between("decimal", float(field.minimum or 0), float(field.maximum or 10**9))


_TYPED: Final = {
    Kind.TEXT: _text,
    Kind.ID_NUMBER: _text,
    Kind.DATE: _date,
    Kind.YEAR: _year,
    Kind.INTEGER: _whole,
    Kind.DECIMAL: _amount,
}
