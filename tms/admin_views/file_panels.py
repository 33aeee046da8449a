"""The tables of one teacher's file, ready to be drawn: values, states, findings in their place."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from flask import url_for

from tms.access import Actor, Permission, policy
from tms.admin_views.columns import State
from tms.admin_views.labels import ROW_STATES, ROW_TONES, label_of
from tms.admin_views.papers import Paper, strips
from tms.admin_views.request_panels import undecided
from tms.admin_views.request_words import state_of
from tms.admin_views.section_columns import usual
from tms.admin_views.values import stored_of, text_of
from tms.admin_views.why import ADD, FILL, READ, why_url
from tms.db import db
from tms.dictionary import Category, Field, Filler, Finding, Table
from tms.i18n import gettext as _
from tms.models import SECTIONS, TABLES, RowState
from tms.records.checks import is_locked
from tms.records.editable import for_row, standing_of
from tms.records.read import Header
from tms.records.reopenings import open_ones

#: Rows of one table are drawn up to here; the rest is in the table's own list.
DRAWN = 12


@dataclass
class Line:
    """One record of a table with several."""

    id: int
    texts: list[str]
    state: State
    findings: list[Finding]
    #: Where the reader asks for a change of it: (name, address).
    asks: list[tuple[Any, str]] = field(default_factory=list)
    #: Where it is said why the reader, who fills such records, cannot write this one.
    why: str = ""
    papers: Sequence[Paper] = ()


@dataclass
class Panel:
    """One table of the file."""

    key: str
    label: Any
    filler: Filler
    heads: list[Any] = field(default_factory=list)
    lines: list[Line] = field(default_factory=list)
    #: Of a table with one record: (label, text, findings).
    facts: list[tuple[Any, str, list[Finding]]] = field(default_factory=list)
    state: State | None = None
    #: Findings about no record, or about the one record as a whole.
    findings: list[Finding] = field(default_factory=list)
    count: int = 0
    errors: int = 0
    warnings: int = 0
    waiting: int = 0
    #: Where to add a record, edit the one there is, see all.
    add: str = ""
    edit: str = ""
    every: str = ""
    #: As a line's, of a table with one record.
    asks: list[tuple[Any, str]] = field(default_factory=list)
    #: Where it is said why none of these is offered.
    why: str = ""
    #: Of a table with one record.
    papers: Sequence[Paper] = ()


class Panels:
    """All tables that a school of the file's category collects, as *actor* may see them."""

    def __init__(
        self,
        actor: Actor,
        header: Header,
        rows: Mapping[str, Sequence[dict[str, Any]]],
        findings: Sequence[Finding],
    ) -> None:
        self.actor, self.header, self.rows = actor, header, rows
        self.standing = standing_of(db.session(), header)
        self.is_frozen = self.standing.hold is not None
        self.leaves = open_ones(db.session(), header.id)
        self.requests = undecided(actor, header.id)
        self.papers = strips(actor, header.id)
        self.findings: dict[str, list[Finding]] = defaultdict(list)
        for finding in findings:
            self.findings[finding.table].append(finding)

    def __iter__(self) -> Iterator[Panel]:
        for section in SECTIONS:
            for table in section.tables:
                if table.applies(self.header.category):
                    yield self.panel(table)

    @property
    def at(self) -> tuple[Category, str]:
        """Of what category and where the file is: who fills what depends on both."""
        return self.header.category, self.header.unit_path

    def panel(self, table: Table) -> Panel:
        """One table."""
        rows, found = self.rows.get(table.key, ()), self.findings[table.key]
        panel = Panel(
            table.key,
            label_of(table),
            policy.table_filler(self.actor, table, *self.at),
            count=len(rows),
            errors=sum(f.severity == "error" for f in found),
            warnings=sum(f.severity == "warning" for f in found),
            waiting=sum(row["state"] == RowState.IN_REVIEW for row in rows),
            findings=[f for f in found if f.record is None],
            every=url_for(f"{table.key}.index_view", teacher_id=self.header.id),
        )
        fills = policy.may_fill_table(
            self.actor, table, [self.header.category], self.header.unit_path
        )
        has_room = table.cardinality == "many" or not rows
        if fills and has_room and not self.is_frozen:
            panel.add = url_for(f"{table.key}.create_view", teacher_id=self.header.id)
        (self._one if table.cardinality == "one" else self._many)(panel, table, rows, found)
        if not (panel.add or panel.edit):
            panel.why = self._why(table, rows)
        return panel

    def _why(self, table: Table, rows: Sequence[dict[str, Any]]) -> str:
        """The question that a reader has where neither adding nor changing is offered."""
        if not (rows or self.actor.reads_whole_files):
            return why_url(self.header.id, READ, table=table.key)
        if rows and table.cardinality == "one":
            return why_url(self.header.id, FILL, table=table.key, row=rows[0]["id"])
        return why_url(self.header.id, ADD, table=table.key)

    def _is_writable(self, table: Table, row: Mapping[str, Any]) -> bool:
        session, model = db.session(), TABLES[table.key]
        return bool(for_row(session, self.actor, model, row, self.header, self.standing).fields)

    def _why_row(self, table: Table, row: Mapping[str, Any]) -> str:
        fills = policy.fillable_fields(self.actor, table, *self.at)
        if not fills or self._is_writable(table, row):
            return ""
        return why_url(self.header.id, FILL, table=table.key, row=row["id"])

    def _fields(self, table: Table) -> list[Field]:
        return policy.shown_fields(self.actor, table, *self.at)

    def _text(self, table: Table, field_: Field, row: Mapping[str, Any]) -> str:
        value = stored_of(row, field_)
        return text_of(self.actor, table, field_, value, self.header.category)

    def _one(
        self, panel: Panel, table: Table, rows: Sequence[dict[str, Any]], found: list[Finding]
    ) -> None:
        if not rows:
            return
        row, by_field = rows[0], defaultdict(list)
        for finding in found:
            by_field[finding.field].append(finding)
        fields = self._fields(table)
        panel.facts = [
            (label_of(f), self._text(table, f, row), by_field.pop(f.key, [])) for f in fields
        ]
        panel.findings = [finding for rest in by_field.values() for finding in rest]
        panel.state = state_of_row(row)
        if self._is_writable(table, row):
            panel.edit = url_for(f"{table.key}.edit_view", id=row["id"])
        panel.asks = list(self._asks(table, row))
        panel.papers = self.papers.get((table.key, row["id"]), ())

    def _asks(self, table: Table, row: Mapping[str, Any]) -> Iterator[tuple[Any, str]]:
        """Of a row in force: what the reader may ask for, or the request that is open."""
        if not is_locked(row["state"]):
            return
        open_ = self.requests.get((table.key, row["id"]))
        if open_ is not None:
            told = _("变更申请：%(state)s", state=state_of(open_).text)
            yield told, url_for("request.details_view", id=open_.id)
            return
        opened = {each.table_name for each in self.leaves}
        may_ask = self.actor.can(Permission.CHANGE) or table.key in opened
        if may_ask and policy.may_fill_table(
            self.actor, table, [self.header.category], self.header.unit_path
        ):
            yield _("申请变更"), url_for(f"{table.key}.change_view", id=row["id"])
        if self.actor.can(Permission.WISH):
            yield _("更正意愿"), url_for(f"{table.key}.wish_view", id=row["id"])

    def _many(
        self, panel: Panel, table: Table, rows: Sequence[dict[str, Any]], found: list[Finding]
    ) -> None:
        wanted = usual(table, self.header.category)
        fields = [f for f in self._fields(table) if f.key in wanted]
        panel.heads = [label_of(f) for f in fields]
        by_row: dict[Any, list[Finding]] = defaultdict(list)
        for finding in found:
            by_row[finding.record].append(finding)
        panel.lines = [
            Line(
                row["id"],
                [self._text(table, f, row) for f in fields],
                state_of_row(row),
                by_row[row["id"]],
                list(self._asks(table, row)),
                self._why_row(table, row),
                self.papers.get((table.key, row["id"]), ()),
            )
            for row in newest_first(table, rows)[:DRAWN]
        ]


def state_of_row(row: Mapping[str, Any]) -> State:
    state = RowState(row["state"])
    return State(ROW_TONES[state], ROW_STATES[state])


def newest_first(table: Table, rows: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """As the declaration orders records, the latest on top."""
    keys = [key.removeprefix("-") for key in table.order_by] or ["id"]
    return sorted(rows, key=lambda row: [str(row.get(key) or "") for key in keys], reverse=True)
