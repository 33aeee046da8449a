"""The page of one section: records as cards, what may be done with each, what may be added."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from flask import url_for

from tms.admin_views.columns import State
from tms.admin_views.file_panels import Panels, newest_first, state_of_row
from tms.admin_views.labels import label_of
from tms.admin_views.papers import Paper, row_url
from tms.dictionary import Finding, Section, Table
from tms.i18n import gettext as _
from tms.i18n import lang
from tms.models import RowState
from tms.self_service.check import Found, told
from tms.self_service.own import OwnFile, Row


@dataclass(frozen=True)
class Card:
    """One record."""

    key: str
    title: str
    #: Who filled it in, if not oneself.
    by: str
    state: State
    facts: list[tuple[Any, str]]
    found: list[Found]
    #: Where it is edited, copied, taken away; "" where it may not be.
    edit: str
    copy: str
    remove: str
    version: int
    #: Of a record in force: what may be asked for.
    asks: list[tuple[Any, str]]
    why: str
    papers: Sequence[Paper]
    #: Where papers are brought; "" where they may not be now.
    bring: str


@dataclass
class Pile:
    """One table with its cards."""

    key: str
    label: Any
    is_mine: bool
    cards: list[Card] = field(default_factory=list)
    #: About no record.
    found: list[Found] = field(default_factory=list)
    add: str = ""
    #: Where 无 is said with one tap.
    none: str = ""


class Cards(Panels):
    """The panel's way of drawing a file, as cards."""

    def __init__(self, own: OwnFile) -> None:
        super().__init__(own.actor, own.header, own.rows, own.findings)
        self.own = own

    def piles(self, section: Section) -> Iterator[Pile]:
        """The tables of *section*."""
        for table in self.own.tables(section):
            yield self._pile(table)

    def _pile(self, table: Table) -> Pile:
        rows = newest_first(table, self.rows.get(table.key, ()))
        about: dict[Any, list[Finding]] = defaultdict(list)
        for finding in self.findings[table.key]:
            about[finding.record].append(finding)
        pile = Pile(table.key, label_of(table), self.own.makes(table))
        pile.cards = [self._card(table, row, about.pop(row["id"], [])) for row in rows]
        pile.found = list(told(self.own, [each for rest in about.values() for each in rest]))
        if self.own.may_add(table):
            pile.add = url_for("mine.create", table=table.key)
            if not rows and none_of(table, self.own):
                pile.none = url_for("mine.none", table=table.key)
        return pile

    def _by(self, table: Table, row: Row) -> str:
        """What is one's own to fill, and was not written by oneself last."""
        is_other = row["updated_by"] not in (None, self.own.actor.user_id)
        is_asked = row["state"] == RowState.DRAFT and self.own.makes(table)
        return _("由学校代填，请核对") if is_other and is_asked else ""

    def _card(self, table: Table, row: Row, found: list[Finding]) -> Card:
        writable = self.own.writable(table, row)
        at = {"table": table.key, "id": row["id"]}
        may_copy = self.own.may_add(table) and table.cardinality == "many"
        may_copy = may_copy and not table.says_none(row)
        facts = [(each, self._text(table, each, row)) for each in self._fields(table)]
        return Card(
            key=f"{table.key}-{row['id']}",
            title=self.own.title(table, row),
            by=self._by(table, row),
            state=state_of_row(row),
            facts=[(each.label(lang()), text) for each, text in facts if text],
            found=list(told(self.own, found)),
            edit=url_for("mine.edit", **at) if writable.fields else "",
            copy=url_for("mine.create", table=table.key, like=row["id"]) if may_copy else "",
            remove=url_for("mine.remove", **at) if writable.may_delete else "",
            version=row["content_version"],
            asks=list(self._asks(table, row)),
            why=self._why_row(table, row),
            papers=self.papers.get((table.key, row["id"]), ()),
            bring=row_url((table.key, row["id"])) if writable.fields else "",
        )


def none_of(table: Table, own: OwnFile) -> dict[str, str]:
    """The values of the record that says 无; empty where the school has no such record."""
    if table.none_record is None:
        return {}
    key, code = table.none_record
    return {key: code} if table.fields[key].applies(own.header.category) else {}
