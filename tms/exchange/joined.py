"""Teachers with chosen columns of chosen sections side by side: the roster that everybody wants.

What people expect of a roster is **a line per teacher**. So a section with one row gives it, and of
a section with many the current one: the rows in force where there are any (as everything that is
counted), of these the latest by the table's own order. Whoever wants all rows of one section says
so (`spread`): then each of them has a line, drafts too, and a teacher without any still has one.
Two sections cannot be spread at once, since their rows have nothing to do with each other.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from tms.access import Actor
from tms.among import among
from tms.errors import Invalid, Term, message
from tms.exchange.book import Head, Line, SheetRows
from tms.exchange.contents import FOR_RECORDS, PARTITION, Content
from tms.exchange.how import How, require_how
from tms.exchange.outlines import alone, fields_of, state_of, with_basic
from tms.exchange.outlines_files import of_files
from tms.exchange.project import OutColumn
from tms.exchange.stamp import said
from tms.models import TABLES, RowState, Teacher
from tms.records.reached import Reached

TEACHER = "teacher"
NAME = Term("教师名册", "roster of teachers")
#: A column is named by its table and its key.
DOT = "."


@dataclass(frozen=True)
class Group:
    """The columns that one table offers."""

    key: str
    label: str
    columns: list[OutColumn]


def offered(session: Session, actor: Actor, how: How) -> list[Group]:
    """What *actor* can choose from: the file's header, then section by section."""
    files = of_files(session, actor, how, None)
    found = [Group(TEACHER, files.name, files.columns)]
    for key, model in TABLES.items():
        columns = fields_of(actor, model, how, None)
        if columns:
            columns = [*columns, state_of(model, how)]
            found.append(Group(key, model.dictionary.label(how.lang), columns))
    return found


def of_joined(
    session: Session,
    actor: Actor,
    wanted: Sequence[str],
    how: How,
    teachers: Select[Any] | None = None,
    spread: str = "",
) -> Content:
    """The columns *wanted* (``table.key``, in this order) of *teachers* (their ids; None is all).

    :param spread: the table of which every row has a line; else a line is a teacher.
    :raises NotAllowed: the role exports nothing. :raises Invalid: there is no such column for it.
    """
    for permission in FOR_RECORDS:
        actor.require(permission)
    require_how(actor, how)
    chosen = _chosen(offered(session, actor, how), wanted)
    if spread and spread not in {table for table, _ in chosen}:
        raise Invalid(message("请选择要逐行列出的表中的列。"))
    heads = _heads(chosen, how)
    reached = Reached()
    lines = _Lines(session, chosen, teachers, spread, how, reached)
    revealed = {c.key for t, c in chosen if c.key == "id_number" and how.purpose}
    detail = {"table": "joined", "columns": list(wanted), "spread": spread}
    sheet = SheetRows(said(NAME, how.lang), heads, lines)
    return Content([sheet], how, detail, tuple(revealed), reached)


def _chosen(groups: Iterable[Group], wanted: Sequence[str]) -> list[tuple[str, OutColumn]]:
    known = {f"{g.key}{DOT}{column.key}": (g.key, column) for g in groups for column in g.columns}
    unknown = [key for key in wanted if key not in known]
    if unknown or not wanted:
        raise Invalid(message("没有这些列：%(keys)s。", keys="、".join(unknown) or "—"))
    return [known[key] for key in dict.fromkeys(wanted)]


def _heads(chosen: Sequence[tuple[str, OutColumn]], how: How) -> list[Head]:
    """Headers as they are; with the table's name where two tables have the same."""
    count = Counter(column.head.label for _, column in chosen)
    found = []
    for table, column in chosen:
        head = column.head
        if count[head.label] > 1 and table != TEACHER:
            label = f"{TABLES[table].dictionary.label(how.lang)}·{head.label}"
            head = replace(head, label=label)
        found.append(head)
    return found


@dataclass
class _Lines:
    """The lines, a partition of teachers at a time: one statement for each table chosen."""

    session: Session
    chosen: Sequence[tuple[str, OutColumn]]
    teachers: Select[Any] | None
    spread: str
    how: How
    reached: Reached

    def __iter__(self) -> Iterator[Line]:
        statement = self._statement()
        with self.session.execute(statement, execution_options={"yield_per": PARTITION}) as result:
            for partition in result.partitions():
                yield from self._shown([tuple(row) for row in partition])

    def of(self, ids: Sequence[int]) -> Iterator[Line]:
        """The lines of these teachers, at most as many as a partition."""
        found = self.session.execute(self._statement().where(among(Teacher.id, ids)))
        files = [tuple(row) for row in found]
        return iter(self._shown(files) if files else ())

    def _statement(self) -> Select[Any]:
        sources = [column.source for table, column in self.chosen if table == TEACHER]
        statement = select(Teacher.id, Teacher.school_category, *sources)
        join = with_basic if self.how.purpose else alone
        statement = join(statement).order_by(Teacher.unit_path, Teacher.id)
        if self.teachers is None:
            return statement
        return statement.where(Teacher.id.in_(self.teachers))

    def _shown(self, files: Sequence[tuple[Any, ...]]) -> Iterable[Line]:
        tables = dict.fromkeys(table for table, _ in self.chosen if table != TEACHER)
        ids = [row[0] for row in files]
        self.reached.add(ids)
        rows = {table: self._rows(table, ids) for table in tables}
        lines = list(self._lines(files, rows))
        categories = [line[TEACHER][1] for line in lines]
        places: Counter[str] = Counter({TEACHER: 2})
        shown = []
        for table, column in self.chosen:
            values = [row[places[table]] if (row := line[table]) else None for line in lines]
            places[table] += 1
            shown.append(column.show(values, categories))
        return zip(*shown, strict=True)

    def _lines(
        self, files: Sequence[tuple[Any, ...]], rows: Mapping[str, Mapping[int, list[Any]]]
    ) -> Iterator[dict[str, Any]]:
        """For each line the row of every table that stands in it."""
        for file in files:
            line: dict[str, Any] = {TEACHER: file}
            for table, found in rows.items():
                line[table] = found[file[0]][-1] if found[file[0]] else None
            if not self.spread:
                yield line
                continue
            for row in rows[self.spread][file[0]] or [None]:
                yield line | {self.spread: row}

    def _rows(self, table: str, ids: Sequence[int]) -> dict[int, list[Any]]:
        """By file the chosen values of its rows, as far as they count; the latest last."""
        model = TABLES[table]
        sources = [column.source for each, column in self.chosen if each == table]
        ranks = [getattr(model, key) for key in model.dictionary.order_by]
        statement = select(model.teacher_id, model.state, *ranks, *sources)
        statement = statement.where(among(model.teacher_id, ids)).order_by(model.id)
        found: dict[int, list[Any]] = defaultdict(list)
        for row in self.session.execute(statement):
            found[row[0]].append(tuple(row))
        start, of_all = 2 + len(ranks), table == self.spread
        return defaultdict(
            list,
            {i: _in_order(rows if of_all else _counting(rows), start) for i, rows in found.items()},
        )


def _counting(rows: list[Any]) -> list[Any]:
    return [row for row in rows if row[1] == RowState.IN_FORCE] or rows


def _in_order(rows: list[Any], start: int) -> list[Any]:
    """The values from *start* on, by what stands before; what has no date comes first."""

    def rank(row: Any) -> list[tuple[bool, Any]]:
        return [(value is not None, value) for value in row[2:start]]

    return [row[start:] for row in sorted(rows, key=rank)]
