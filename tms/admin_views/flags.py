"""What a reviewer flagged, and what exactly a return of it unlocks, for whom."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from tms.access import Actor
from tms.access.policy import filler_of, table_filler
from tms.admin_views.labels import label_of
from tms.admin_views.lookups import parse_id
from tms.admin_views.notes import menders
from tms.admin_views.review_panels import Section
from tms.dictionary import Filler
from tms.dictionary.live import dependants
from tms.i18n import gettext as _
from tms.i18n import listed
from tms.models import TABLES
from tms.models.work import REQUESTS
from tms.records.read import Header
from tms.workflow.returns import NoteOn

#: More flags than a file has fields come from no page of ours.
MOST = 500


@dataclass(frozen=True)
class Flag:
    """One place that is wrong: a section, a row, a field of a row, or a change request."""

    text: str
    table: str
    row_id: int | None = None
    field: str | None = None

    def note(self, reason: str, suggestion: Any = None) -> NoteOn:
        """As the engine takes it."""
        return NoteOn(reason, self.table, self.row_id, self.field, suggestion)


@dataclass(frozen=True)
class Unlocks:
    """A line of the preview."""

    flag: Flag
    label: str
    #: Who mends it.
    who: str
    what: str


def read_flags(texts: Iterable[str], sections: Iterable[Section]) -> list[Flag]:
    """The flags of a form that are on the page; what was never there is dropped."""
    known = {"": Flag("", "")}
    for section in sections:
        known[section.key] = Flag(section.key, section.key)
        for record in section.records:
            known[record.flag] = _of(record.flag)
            known |= {v.flag: _of(v.flag) for v in record.values if v.flag}
    found = [known.get(text) or _request(text) for text in list(texts)[:MOST]]
    return [flag for flag in found if flag is not None and flag.table]


def _of(text: str) -> Flag:
    table, row, field, *_rest = [*text.split(":"), "", ""]
    return Flag(text, table, int(row), field or None)


def _request(text: str) -> Flag | None:
    """A change request; the engine says whether it travels with this submission."""
    table, _sep, row = text.partition(":")
    row_id = parse_id(row)
    return Flag(text, table, row_id) if table == REQUESTS and row_id is not None else None


def outermost(flags: list[Flag]) -> list[Flag]:
    """Without those that lie within another: a whole row says more than one of its fields."""
    sections = {flag.table for flag in flags if flag.row_id is None}
    rows = {(flag.table, flag.row_id) for flag in flags if flag.field is None}
    return [
        flag
        for flag in flags
        if (flag.row_id is None or flag.table not in sections)
        and (flag.field is None or (flag.table, flag.row_id) not in rows)
    ]


def preview(
    actor: Actor, flags: Iterable[Flag], header: Header, titles: Mapping[str, str]
) -> Iterator[Unlocks]:
    """Line by line what becomes writable again."""
    category = header.category
    at = category, header.unit_path
    for flag in flags:
        if flag.table == REQUESTS:
            who = menders([Filler.SCHOOL])
            yield Unlocks(flag, _("变更申请"), who, _("该申请可修改后重新报送"))
            continue
        table = TABLES[flag.table].dictionary
        label = str(label_of(table))
        title = titles.get(f"{flag.table}:{flag.row_id}", "")
        filler = table_filler(actor, table, *at)
        if flag.row_id is None:
            what = _("该信息子集本次报送的全部记录")
        elif flag.field is None:
            label, what = f"{label} {title}".strip(), _("该记录的全部信息项")
        else:
            declared = table.fields[flag.field]
            filler = filler_of(actor, declared, *at)
            keys = dependants(table, category, flag.field)
            fields = [f for key, f in table.fields.items() if key in keys]
            label = " · ".join(filter(None, (label, title, str(label_of(declared)))))
            what = listed(map(label_of, fields))
        yield Unlocks(flag, label, menders([filler]), what)


def titles_of(sections: Iterable[Section]) -> dict[str, str]:
    """What each row on the page is called."""
    return {record.flag: record.title for section in sections for record in section.records}


def texts_of(sections: Iterable[Section]) -> dict[str, str]:
    """What each value on the page says, by its flag."""
    records = (record for section in sections for record in section.records)
    return {value.flag: value.text for record in records for value in record.values if value.flag}
