"""The routing of rows as a university edits it: declared conditions, and lines of its own."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from tms.dictionary import (
    HE,
    Department,
    Field,
    Kind,
    Routed,
    Routing,
    Table,
    code_table,
)
from tms.dictionary.routing import own_line, read_line
from tms.errors import Message, message, term
from tms.models import SECTIONS, TABLES
from tms.records.routing import Routings

LINES_MAX: Final = 40
CODES_MAX: Final = 60


@dataclass(frozen=True)
class Line:
    """Rows in which a field is one of some codes: a line of one's own, as a form has it."""

    table: str
    field: str
    codes: tuple[str, ...] = ()
    departments: tuple[Department, ...] = ()


@dataclass(frozen=True)
class WantedRouting:
    """The routing as a form describes it."""

    #: {table: departments}
    defaults: Mapping[str, tuple[Department, ...]]
    #: {(table, number of the declared condition): departments}
    declared: Mapping[tuple[str, int], tuple[Department, ...]]
    lines: tuple[Line, ...] = ()


def tables() -> list[Table]:
    """The tables that universities have, in the order of the sections."""
    return [t for s in SECTIONS for t in s.tables if t.key in TABLES and t.applies(HE)]


def coded_fields(table: Table) -> list[Field]:
    """The fields by which a line may pick rows."""
    fields = table.fields_for(HE)
    return [f for f in fields if f.kind is Kind.CODE and f.codes_for(HE) and not f.readonly]


def wanted_of(routings: Routings) -> WantedRouting:
    """The routing in use as a form has it."""
    defaults, declared, lines = {}, {}, []
    for table in tables():
        routing = routings.get(table.key, table.reviewer)
        defaults[table.key] = routing.default
        own = {row.when: row.departments for row in routing.rows}
        for number, row in enumerate(table.reviewer.rows):
            declared[table.key, number] = own.pop(row.when, row.departments)
        for when, departments in own.items():
            read = read_line(when)
            if read is not None:
                lines.append(Line(table.key, *read, departments))
    return WantedRouting(defaults, declared, tuple(lines))


def build(wanted: WantedRouting) -> dict[str, Routing]:
    """The routing of those tables that differ from what is declared."""
    found = {}
    for table in tables():
        rows = [_row(table, line) for line in wanted.lines if line.table == table.key]
        for number, row in enumerate(table.reviewer.rows):
            rows.append(Routed(row.when, wanted.declared[table.key, number]))
        routing = Routing(wanted.defaults[table.key], tuple(rows))
        if not same(routing, table.reviewer):
            found[table.key] = routing
    return found


def _row(table: Table, line: Line) -> Routed:
    return own_line(table.fields[line.field], line.codes, line.departments)


def same(one: Routing, other: Routing) -> bool:
    """Whether both send every row to the same departments, whatever the words of conditions."""
    return _bare(one) == _bare(other)


def _bare(routing: Routing) -> object:
    rows = [(row.when, frozenset(row.departments)) for row in routing.rows]
    return frozenset(routing.default), rows


# -- what it must keep -----------------------------------------------------------------------------


def problems(wanted: WantedRouting) -> list[Message]:
    """Why this cannot be a routing; a sentence each."""
    found = list(_without_department(wanted))
    for number, line in enumerate(wanted.lines, 1):
        found += _line(number, line)
    if len(wanted.lines) > LINES_MAX:
        found.append(message("自定分送最多%(n)d条。", n=LINES_MAX))
    return found


def _without_department(wanted: WantedRouting) -> Iterator[Message]:
    for table in tables():
        numbers = range(len(table.reviewer.rows))
        chosen = [wanted.defaults[table.key], *(wanted.declared[table.key, n] for n in numbers)]
        if not all(chosen):
            yield message("“%(table)s”的每一类记录都须有部门审核。", table=term(table))


def _line(number: int, line: Line) -> Iterator[Message]:
    table = TABLES[line.table].dictionary
    field = table.fields[line.field]
    known = code_table(field.codes_for(HE) or "").by_code
    unknown = [code for code in line.codes if code not in known]
    if not line.codes:
        yield message("自定分送第%(n)d条没有选定“%(field)s”的代码。", n=number, field=term(field))
    if unknown:
        yield message("自定分送第%(n)d条：没有代码“%(code)s”。", n=number, code=unknown[0])
    if len(line.codes) > CODES_MAX:
        yield message("自定分送第%(n)d条的代码最多%(most)d个。", n=number, most=CODES_MAX)
    if not line.departments:
        yield message("自定分送第%(n)d条没有选定部门。", n=number)


def is_field(table: str, field: str) -> bool:
    """Whether a line may pick rows of *table* by *field*."""
    known = {t.key: t for t in tables()}.get(table)
    return known is not None and field in {f.key for f in coded_fields(known)}


def departments_of(names: Iterable[str]) -> tuple[Department, ...]:
    """Those that *names* name, in their order; what is none is dropped."""
    asked = set(names)
    return tuple(department for department in Department if department in asked)
