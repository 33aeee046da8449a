"""What stands on a form, section by section, as data for the typesetter: a name is no markup."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from tms.access import Actor, policy
from tms.dictionary import Category, Field, Section, Table
from tms.documents.form_values import Show, is_drawn, show_of
from tms.errors import Say, message
from tms.models import SECTIONS
from tms.records.form_files import FormFile

#: Tables with more columns than this have their values beside their labels, record by record.
COLUMNS: Final = 6
NOTHING: Final = message("无")
NO_RECORD: Final = message("无记录")


@dataclass(frozen=True)
class Column:
    """One field of a table on paper."""

    field: Field
    label: str
    show: Show


@dataclass
class Layout:
    """How files are laid out for one reader; what is alike in many files is worked out once."""

    actor: Actor
    lang: str
    say: Say
    #: The tables that are wanted; None is all of them.
    tables: Sequence[str] | None = None
    _columns: dict[Any, list[Column]] = field(default_factory=dict)

    def parts(self, file: FormFile) -> list[dict[str, Any]]:
        """All tables that schools of the file's category collect, in the order of the sections."""
        return [
            self._part(section, table, file)
            for section, table in self._tables(file.header.category)
            if self.columns(table, file)
        ]

    def _tables(self, category: Category) -> Iterator[tuple[Section, Table]]:
        for section in SECTIONS:
            for table in section.tables:
                if table.applies(category) and (self.tables is None or table.key in self.tables):
                    yield section, table

    def columns(self, table: Table, file: FormFile) -> list[Column]:
        """What the reader sees of *table* in a file of that category at that place."""
        category, path = file.header.category, file.header.unit_path
        key = (table.key, category, self.actor.policy.zone(path))
        if key not in self._columns:
            shown = policy.shown_fields(self.actor, table, category, path)
            self._columns[key] = [
                Column(each, each.label(self.lang), self._show(table, each, category))
                for each in shown
                if is_drawn(each)
            ]
        return self._columns[key]

    def _show(self, table: Table, shown: Field, category: Category) -> Show:
        return show_of(self.actor, table, shown, category, self.lang)

    def _part(self, section: Section, table: Table, file: FormFile) -> dict[str, Any]:
        part: dict[str, Any] = {"label": self._label(section, table)}
        rows, columns = file.rows.get(table.key, ()), self.columns(table, file)
        if not rows:
            return part | {"note": self.say(NO_RECORD)}
        if _says_none(table, rows):
            return part | {"note": self.say(NOTHING)}
        if table.cardinality == "one":
            return part | {"facts": _pairs(columns, rows[0])}
        if len(columns) <= COLUMNS:
            heads = [column.label for column in columns]
            return part | {"heads": heads, "rows": [_texts(columns, row) for row in rows]}
        return part | {"records": [_filled(_pairs(columns, row)) for row in rows]}

    def _label(self, section: Section, table: Table) -> str:
        number, label = f"{section.no} ", table.label(self.lang)
        if len(section.tables) == 1:
            return number + label
        name = section.en if self.lang == "en" else section.zh
        return f"{number}{name} · {label}"


def _says_none(table: Table, rows: Sequence[Mapping[str, Any]]) -> bool:
    """Whether the one record there is says that there is nothing to report."""
    return len(rows) == 1 and table.says_none(rows[0])


def _texts(columns: Sequence[Column], row: Mapping[str, Any]) -> list[str]:
    return [column.show(row) for column in columns]


def _pairs(columns: Sequence[Column], row: Mapping[str, Any]) -> list[list[str]]:
    return [[column.label, column.show(row)] for column in columns]


def _filled(pairs: Sequence[list[str]]) -> list[list[str]]:
    return [pair for pair in pairs if pair[1]]
