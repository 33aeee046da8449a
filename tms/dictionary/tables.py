"""What a table of the teacher's file is; tables are collected from the section models."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from dataclasses import field as attribute
from types import MappingProxyType
from typing import Any, Literal

from sqlalchemy import String
from sqlalchemy.orm import MappedColumn, mapped_column

from tms.dictionary.columns import BLIND_INDEX, MASK
from tms.dictionary.fields import INFO, Field, Rule, by_category, complete
from tms.dictionary.routing import Routing
from tms.dictionary.terms import ALL, TEACHER, Category, Department, Filler, Sensitivity


@dataclass(frozen=True)
class Expectation:
    """A campaign expects a record of a period (assumption): the first field that applies says it.

    `period` is the last full year or the current academic year, by the calendar.
    """

    fields: tuple[str, ...]
    period: Literal["last_full_year", "current_academic_year"]
    note: str


@dataclass(frozen=True, eq=False, kw_only=True)
class Table:
    """One table of the file: a section, or a part of the achievements."""

    key: str = ""
    zh: str
    en: str
    cardinality: Literal["one", "many"] = "many"
    applies_to: tuple[Category, ...] = ALL
    #: In the order of declaration.
    fields: Mapping[str, Field] = attribute(default_factory=dict)
    rules: tuple[Rule, ...] = ()
    natural_key: tuple[str, ...] = ()
    order_by: tuple[str, ...] = ()
    #: Field and code of the record that says "nothing to report" and excludes others.
    none_record: tuple[str, str] | None = None
    min_records: Mapping[Category, int] = attribute(default_factory=dict)
    exempt_person_kinds: tuple[str, ...] = ()
    entry_range: str = ""
    current_record: str = ""
    campaign_rule: Expectation | None = None
    reviewer: Routing = Routing((Department.HR,))
    fillers: Mapping[Category, Filler] = attribute(default_factory=dict)
    sensitivity: Sensitivity = Sensitivity.LOW
    note: str = ""
    source: str = ""

    def applies(self, category: Category) -> bool:
        """Whether schools of *category* have the table."""
        return category in self.applies_to

    def filled_by(self, category: Category) -> Filler:
        """Who fills in the records, as far as a field does not say otherwise."""
        return self.fillers[category]

    def fields_for(self, category: Category) -> tuple[Field, ...]:
        """The fields that schools of *category* have."""
        return tuple(f for f in self.fields.values() if f.applies(category))

    def label(self, lang: str) -> str:
        """The label in "zh" or "en"."""
        return self.en if lang == "en" else self.zh

    def says_none(self, values: Mapping[str, Any]) -> bool:
        """Whether a record of *values* is the one that says "nothing to report"."""
        return self.none_record is not None and self.none_record in values.items()

    def functions_of(self, values: Mapping[str, Any], own: Routing | None = None) -> int:
        """Bit mask of the departments that judge a row of *values* at a university.

        :param own: the university's, in place of what is declared.
        """
        return (own or self.reviewer).mask(self, values)


@dataclass(frozen=True)
class Heading:
    """What a section of several tables is called; one of a single table is called like that."""

    zh: str
    en: str
    note: str = ""
    source: str = ""


@dataclass(frozen=True, eq=False)
class Section:
    """A numbered section (信息子集) with its tables."""

    no: int
    key: str
    zh: str
    en: str
    tables: tuple[Table, ...]
    note: str = ""
    source: str = ""


def table(
    zh: str,
    en: str,
    *,
    applies_to: tuple[Category, ...] = ALL,
    filled_by: Filler | Mapping[Category, Filler] = TEACHER,
    min_records: int | Mapping[Category, int] = 0,
    **more: Any,
) -> Table:
    """Declare a table, to be stored as ``__dictionary__`` of its model; `more` as in `Table`."""
    return Table(
        zh=zh,
        en=en,
        applies_to=applies_to,
        fillers=by_category(filled_by, applies_to, TEACHER),
        min_records=by_category(min_records, applies_to, 0),
        **more,
    )


_TABLES: dict[str, Table] = {}
_SECTIONS: list[Section] = []


def collect_table(cls: type) -> Table:
    """The table of model *cls*: its ``__dictionary__`` with the fields its columns declare.

    Fields inherit as sections.yaml meta.conventions says. An encrypted field gets its two
    companion columns here: a blind index to find it by and a mask to show.
    """
    declared: Table = cls.__dict__["__dictionary__"]
    inherited = {
        "applies_to": declared.applies_to,
        "filled_by": declared.fillers,
        "sensitivity": declared.sensitivity,
        "source": declared.source,
    }
    fields: dict[str, Field] = {}
    for key, (form, declared_) in _declared_fields(cls):
        fields[key] = complete(key, form, declared_, inherited)
        if fields[key].encrypted:
            setattr(
                cls, f"{key}_index", mapped_column(String(BLIND_INDEX), index=True, unique=True)
            )
            setattr(cls, f"{key}_mask", mapped_column(String(MASK)))
    name = str(cls.__dict__["__tablename__"])
    _TABLES[name] = replace(declared, key=name, fields=MappingProxyType(fields))
    return _TABLES[name]


def _declared_fields(cls: type) -> Iterator[tuple[str, Any]]:
    """Keys and declarations in order; long tables are declared in parts, as mixins."""
    for part in cls.__mro__:
        for key, column in list(vars(part).items()):
            if isinstance(column, MappedColumn) and INFO in column.column.info:
                yield key, column.column.info[INFO]


def get_table(key: str) -> Table:
    """:raises KeyError: there is no such table."""
    return _TABLES[key]


def publish(sections: tuple[Section, ...]) -> tuple[Section, ...]:
    """Make *sections* the table of contents that `sections()` gives."""
    _SECTIONS[:] = sections
    return sections


def sections() -> tuple[Section, ...]:
    """The published sections; `tms.models.sections` publishes them when it is imported."""
    return tuple(_SECTIONS)
