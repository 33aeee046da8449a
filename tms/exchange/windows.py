"""A file in windows: a few hundred rows at a time, a person's rows always together.

So a file of any length is checked and taken piece by piece: what a piece needs of the database is
read when its turn comes, nothing long is done in one transaction, and a job goes on after the last
piece that was committed. The order is the file's own, so that windows are the same every time.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Final

from sqlalchemy.orm import Session

from tms.access import Actor
from tms.exchange.closing import remarks_of
from tms.exchange.columns import Layout, Target
from tms.exchange.load import hold_back
from tms.exchange.number_columns import NUMBER
from tms.exchange.numbers import check_numbers
from tms.exchange.people import Named, look_up, name_of, needs_names, owners
from tms.exchange.reading import Complaints
from tms.exchange.sections import check_section
from tms.exchange.stages import Checked, Options, Problem, RawRow, Sheet
from tms.exchange.teachers import check_teachers
from tms.exchange.unit_cells import UNIT
from tms.exchange.units import check_units

#: Rows of a window, unless one person has more: what a part writes at the least.
ROWS: Final = 200
TEACHER: Final = "teacher"
#: What is checked file by file, not row by row of a table.
FILES: Final = {TEACHER: check_teachers, NUMBER: check_numbers}
#: No window makes so many files: the ids that they have until then differ between windows.
MADE: Final = 1_000_000


@dataclass(frozen=True)
class Work:
    """The sheets of a file that go into one table."""

    target: Target
    layouts: list[Layout]


#: {table: rows of each of its layouts}
Window = Mapping[str, Sequence[Sequence[RawRow]]]


@dataclass(frozen=True)
class Prepared:
    """A file that was parsed, its columns understood and its rows put together by person."""

    sheets: Sequence[Sheet]
    works: Sequence[Work]
    #: Of the file as a whole.
    remarks: Sequence[Problem]
    windows: Sequence[Window]
    #: {id of a row: how it names its teacher}, of rows of which nothing was to be said on the way.
    names: Mapping[int, Named] = field(default_factory=dict)

    @cached_property
    def sizes(self) -> list[int]:
        """How many rows each window has."""
        return [size_of(window) for window in self.windows]


def size_of(window: Window) -> int:
    """Rows of a window."""
    return sum(len(rows) for parts in window.values() for rows in parts)


def prepare(
    session: Session, sheets: Sequence[Sheet], works: Sequence[Work], remarks: Sequence[Problem]
) -> Prepared:
    """Divide the rows of *works* into windows."""
    rows, names = _named(works)
    return Prepared(sheets, works, remarks, list(_windows(session, works, rows)), names)


def check_windows(
    session: Session, actor: Actor, options: Options, prepared: Prepared, places: Sequence[int]
) -> list[Checked]:
    """The rows of some windows, checked together; what waits for another row is held back."""
    windows = [prepared.windows[place] for place in places]
    works = [_part(actor, work, windows, is_first=0 in places) for work in prepared.works]
    works = [work for work in works if any(layout.rows for layout in work.layouts)]
    tables = _check(session, actor, options, works, prepared.names, places[0] * MADE)
    return hold_back(tables, "person" if options.keep == "person" else "row")


def _part(actor: Actor, work: Work, windows: Sequence[Window], *, is_first: bool) -> Work:
    """Only the rows of these windows; what is to be said of a column is said once."""
    parts = [window[work.target.key] for window in windows if work.target.key in window]
    layouts = [
        replace(
            layout,
            part=[raw for part in parts for raw in part[place]],
            remarks=tuple(remarks_of(actor, layout)) if is_first else (),
        )
        for place, layout in enumerate(work.layouts)
    ]
    return replace(work, layouts=layouts)


def _check(
    session: Session,
    actor: Actor,
    options: Options,
    works: Sequence[Work],
    known: Mapping[int, Named],
    made: int,
) -> list[Checked]:
    """All tables of a window; the files that it makes are known to the tables that follow."""
    persons = [work for work in works if work.target.key != UNIT]
    named = {
        work.target.key: [_names(layout, known) for layout in work.layouts] for work in persons
    }
    everybody = [name for names in named.values() for sheet in names for name, _ in sheet]
    layouts = [layout for work in persons for layout in work.layouts]
    people = look_up(session, actor, everybody, with_names=needs_names(layouts))
    people.made = made
    checked: list[Checked] = []
    for work in works:
        key = work.target.key
        if key == UNIT:
            checked.append(check_units(session, actor, options, work.layouts))
        elif key in FILES:
            check = FILES[key]
            checked.append(check(session, actor, options, work.layouts, named[key], people))
        else:
            rows = named[key]
            checked.append(check_section(session, actor, options, key, work.layouts, rows, people))
    return checked


def _names(layout: Layout, known: Mapping[int, Named]) -> list[tuple[Named, Complaints]]:
    found = []
    for raw in layout.rows:
        complaints = Complaints(layout, raw)
        name = known.get(id(raw))
        found.append((name_of(complaints) if name is None else name, complaints))
    return found


# -- who belongs together --------------------------------------------------------------------------


@dataclass(slots=True)
class _Row:
    table: str
    layout: int
    raw: RawRow
    name: Named


def _named(works: Sequence[Work]) -> tuple[list[_Row], dict[int, Named]]:
    """All rows that are about people, and the names that could be read without a complaint."""
    rows: list[_Row] = []
    names: dict[int, Named] = {}
    for work in works:
        for place, layout in enumerate(work.layouts if work.target.key != UNIT else ()):
            for raw in layout.sheet.rows:
                complaints = Complaints(layout, raw)
                name = name_of(complaints)
                rows.append(_Row(work.target.key, place, raw, name))
                if not complaints.problems:
                    names[id(raw)] = name
    return rows, names


def _windows(session: Session, works: Sequence[Work], rows: Sequence[_Row]) -> Sequence[Window]:
    whose = owners(session, [row.name for row in rows])
    groups: dict[Hashable, list[_Row]] = {}
    for number, row in enumerate(rows):
        groups.setdefault(whose.get(row.name) or row.name or number, []).append(row)
    found = [_window(part, works) for part in _packed(list(groups.values()))]
    units = [work for work in works if work.target.key == UNIT]
    if units:
        found.insert(0, {UNIT: [layout.sheet.rows for layout in units[0].layouts]})
    return found or [{}]


def _packed(groups: Sequence[list[_Row]]) -> Sequence[list[_Row]]:
    found: list[list[_Row]] = []
    for group in groups:
        if not found or len(found[-1]) + len(group) > ROWS:
            found.append([])
        found[-1] += group
    return found


def _window(rows: Sequence[_Row], works: Sequence[Work]) -> Window:
    found: dict[str, list[list[RawRow]]] = {
        work.target.key: [[] for _ in work.layouts] for work in works if work.target.key != UNIT
    }
    for row in rows:
        found[row.table][row.layout].append(row.raw)
    return found
