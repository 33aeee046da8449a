"""What the drop-downs of a template offer, and the hidden sheet that holds the longer lists.

A short list stands in the cell's own rule. A longer one is a column of the hidden sheet under a
defined name. Where a list depends on another column (the name of a degree on its level), the
hidden sheet has its entries sorted by the code of that column, and the rule cuts out the part that
fits: OFFSET, MATCH and COUNTIF, which Excel, WPS and LibreOffice all know in such a rule. INDIRECT
would need a name for every code, and names made of codes are no names to all of them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import zip_longest
from typing import Any, Final

from xlsxwriter.utility import xl_col_to_name

from tms.dictionary import Category, Field, FileValues, Kind, Table, code_table, form_state
from tms.exchange.book import heads_of
from tms.exchange.how import How
from tms.exchange.options import code_labels
from tms.exchange.sheet_names import CODES
from tms.exchange.stamp import said

#: Excel takes so many characters for a list that stands in the rule itself.
INLINE: Final = 200
#: In front of codes that are looked up: "01" and "1" would count as the same number.
MARK: Final = "k"
#: (code of the other column, entry)
Pair = tuple[str, str]


@dataclass(frozen=True)
class Offer:
    """What a cell's list offers."""

    #: The entries, if they are short, else the formula that finds them.
    source: list[str] | str
    #: Whether something else than one entry may be right: several of them, or free text.
    is_open: bool = False


@dataclass
class CodeSheet:
    """The lists of a workbook, each written once."""

    how: How
    columns: list[Sequence[str]] = field(default_factory=list)
    headers: list[str] = field(default_factory=list)
    #: {name: (column, rows)}
    names: dict[str, tuple[int, int]] = field(default_factory=dict)
    _known: dict[Any, str] = field(default_factory=dict)

    def offer(
        self, table: Table, each: Field, category: Category, cell_of: Callable[[str], str | None]
    ) -> Offer | None:
        """The list for cells of the field *each*; None where there is none.

        :param cell_of: address of the cell of another column in the first row, if it is there.
        """
        codes = each.codes_for(category)
        if codes is None:
            return None
        is_open = each.multiple or each.kind is not Kind.CODE
        driver = driver_of(table, each, category)
        if driver and (cell := cell_of(driver.key)):
            pairs = pairs_of(table, each, driver, category, self.how)
            return Offer(self._cascade(f"{table.key}.{each.key}", each, pairs, cell), is_open)
        entries = entries_of(codes, self.how)
        if sum(map(len, entries)) + len(entries) <= INLINE and not any("," in e for e in entries):
            return Offer(entries, is_open)
        return Offer(f"={self._list(codes, each, entries)}", is_open)

    def _list(self, codes: str, each: Field, entries: Sequence[str]) -> str:
        if codes not in self._known:
            name = self._known[codes] = f"list_{len(self._known)}"
            self._add(name, code_table(codes).zh if self.how.lang == "zh" else codes, entries)
        return self._known[codes]

    def _cascade(self, key: str, each: Field, pairs: Sequence[Pair], cell: str) -> str:
        if key not in self._known:
            name = self._known[key] = f"list_{len(self._known)}"
            self._add(f"{name}_keys", f"{each.label(self.how.lang)} ↓", [k for k, _ in pairs])
            self._add(name, each.label(self.how.lang), [entry for _, entry in pairs])
        name = self._known[key]
        asked = f'"{MARK}"&LEFT({cell},FIND("-",{cell}&"-")-1)'
        keys = f"{name}_keys"
        return f"=OFFSET({name},MATCH({asked},{keys},0)-1,0,COUNTIF({keys},{asked}),1)"

    def _add(self, name: str, header: str, entries: Sequence[str]) -> None:
        self.names[name] = (len(self.columns), len(entries))
        self.headers.append(header)
        self.columns.append(entries)

    def write(self, workbook: Any) -> None:
        """The hidden sheet with the names of its lists; nothing where all lists were short."""
        if not self.columns:
            return
        title = said(CODES, self.how.lang)
        page = workbook.add_worksheet(title)
        page.hide()
        for place, head in enumerate(heads_of(self.headers)):
            page.write_string(0, place, head.label)
        for row, line in enumerate(zip_longest(*self.columns), 1):
            for place, entry in enumerate(line):
                if entry:
                    page.write_string(row, place, entry)
        for name, (place, count) in self.names.items():
            letters = _letters(place)
            area = f"'{title}'!${letters}$2:${letters}${count + 1}"
            first = f"'{title}'!${letters}$2"
            # What is cut out of begins at one cell; what is looked through is the whole column.
            workbook.define_name(name, f"={first if f'{name}_keys' in self.names else area}")


def _letters(place: int) -> str:
    return str(xl_col_to_name(place))


def entries_of(codes: str, how: How) -> list[str]:
    """What the list of that code table offers: entries that are still in use."""
    shown = code_labels(codes, how.lang, how.codes)
    return [shown[e.code] for e in code_table(codes).entries if not e.retired]


def driver_of(table: Table, each: Field, category: Category) -> Field | None:
    """The one column with a single code that narrows the choices of *each*; None if none does."""
    if not each.options_filter:
        return None
    names = _state(table, each, category, {}).narrowed_by
    fields = {table.fields[key] for section, key in names if section == table.key}
    single = [f for f in fields if f.kind is Kind.CODE and not f.multiple]
    return single[0] if len(single) == len(names) == 1 else None


def pairs_of(table: Table, each: Field, driver: Field, category: Category, how: How) -> list[Pair]:
    """For each code of *driver* what *each* may be then, as the dictionary itself answers."""
    shown = code_labels(each.codes_for(category) or "", how.lang, how.codes)
    found: list[Pair] = []
    for entry in code_table(driver.codes_for(category) or "").entries:
        options = _state(table, each, category, {driver.key: entry.code}).options or ()
        found += [(MARK + entry.code, shown[code]) for code in options]
    return found


def _state(table: Table, each: Field, category: Category, values: Mapping[str, Any]) -> Any:
    return form_state(table, values, FileValues(category, {}))[0][each.key]


def shown_few(entries: Iterable[str], most: int) -> str | None:
    """The entries in a line, where they are few."""
    listed = list(entries)
    return "；".join(listed) if len(listed) <= most else None
