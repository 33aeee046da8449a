"""Columns that are closed to who imports: by the same policy that the door asks, told by name.

A column may be open for some rows of a file and closed for others: schools of one category do not
collect it, or units above have moved or hidden it (R20). What stands in a closed cell is never
written. Where it says anything else than the row holds, the row says that it was not taken, and
why; where it says the same, nothing is said.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final

from tms.access import Actor, Permission
from tms.access.policy import ACCOUNT_ITEMS, filler_of, may_fill, may_see
from tms.dictionary import Category, Field, Filler, code_table
from tms.errors import Message, Term, message, term
from tms.exchange.cells import clean
from tms.exchange.changing import Changing, unmoved
from tms.exchange.columns import Column, Layout
from tms.exchange.matching import Existing
from tms.exchange.reading import Closed, Complaints, Plan, Reading, way_of
from tms.exchange.stages import Problem, Severity
from tms.records.read import Header

FOREIGN: Final = message("%(category)s不采集“%(field)s”，不收取。")
DERIVED: Final = message("%(category)s的“%(field)s”由系统生成，不收取。")
HIDDEN: Final = message("按填报权限，%(category)s不填“%(field)s”，不收取。")
MOVED: Final[Mapping[Filler, Message]] = {
    Filler.TEACHER: message("按填报权限，%(category)s的“%(field)s”由教师本人填写，不收取。"),
    Filler.SCHOOL: message("按填报权限，%(category)s的“%(field)s”由学校填写，不收取。"),
    Filler.BUREAU: message("按填报权限，%(category)s的“%(field)s”由主管部门填写，不收取。"),
}
#: How these sentences are known again once they were packed.
MSGIDS: Final = frozenset(m.msgid for m in (FOREIGN, DERIVED, HIDDEN, *MOVED.values()))
NO_ROLE: Final = message("这一列不由您填写，已忽略。")

May = Callable[[Actor, Field, Category, str], bool]


@dataclass
class Plans:
    """How to read each sheet's rows, by category and place: the policy is asked once for each."""

    actor: Actor
    may: May = may_fill
    _known: dict[tuple[int, Category, str], Plan] = field(default_factory=dict)

    def of(self, layout: Layout, category: Category, path: str) -> Plan:
        """The plan for rows of *layout* about files of *category* at *path*."""
        at = category, self.actor.policy.zone(path)
        found = self._known.get((id(layout), *at))
        if found is None:
            found = self._known[id(layout), *at] = self._plan(layout, *at)
        return found

    def _plan(self, layout: Layout, category: Category, path: str) -> Plan:
        fields = layout.target.fields.values()
        keys = frozenset(f.key for f in fields if self.may(self.actor, f, category, path))
        meant = [(column, column.field_for(category)) for column in layout.fields]
        ways = [way_of(c.place, f, category) for c, f in meant if f and f.key in keys]
        shut = [(c, f) for c, f in meant if not f or f.key not in keys]
        if not self.actor.can(Permission.RECORD_WRITE):
            shut = []  # closed in every row alike: the header says so
        closed = tuple(_closed(self.actor, c, f, category, path) for c, f in shut)
        return Plan(tuple(ways), closed, keys)


def _closed(
    actor: Actor, column: Column, known: Field | None, category: Category, path: str
) -> Closed:
    labels = code_table("school_category")
    params = {
        "category": Term(*(labels.label(category, lang) for lang in ("zh", "en"))),
        "field": term(known or column.fields[0]),
    }
    if known is None:
        return Closed(column, "category", replace(FOREIGN, params=params))
    way = way_of(column.place, known, category) if may_see(actor, known) else None
    said = MOVED[filler_of(actor, known, category, path)]
    if known.readonly or actor.policy.hides(known, category, path):
        said = DERIVED if known.readonly else HIDDEN
    return Closed(column, "closed", replace(said, params=params), way)


def remarks_of(actor: Actor, layout: Layout) -> Iterator[Problem]:
    """What is said of columns as a whole; also which of them the role fills in no row."""
    yield from layout.remarks
    if actor.can(Permission.RECORD_WRITE):
        return
    sheet = layout.sheet
    keys = set(ACCOUNT_ITEMS)
    for column in layout.fields:
        if not keys & set(column.keys):
            where = (sheet.name, sheet.header_row, column.header, column.header)
            yield Problem(*where, "column", NO_ROLE, "warning")


# -- told at the row -------------------------------------------------------------------------------


def is_content(value: Any) -> bool:
    """Whether a cell, or what was read of it, says anything."""
    return value not in ("", None, [])


def tell_new(reading: Reading, complaints: Complaints, key: Collection[str] = ()) -> bool:
    """Say of a record to be made what is not taken of it; returns whether there was anything.

    :param key: what tells its table's records apart; one that lacks a part of it is not made.
    """
    found = [shut for shut in reading.plan.closed if _says(shut, complaints)]
    _tell(found, complaints, key)
    return bool(found)


def tell_known(
    changing: Changing,
    header: Header,
    existing: Existing,
    version: int,
    reading: Reading,
    complaints: Complaints,
) -> None:
    """Say what would have changed of a stored row and is not taken.

    :param version: of the row when the file was taken out; 0 where nobody knows. What the file
        still says as it was then is not its own word.
    """
    if not reading.plan.closed:
        return
    other = {k: v for k, v in reading.closed.items() if v != existing.values[k]}
    old = unmoved(changing, header, existing.row, version, other)
    same = reading.closed.keys() - (other.keys() - old)
    _tell([s for s in reading.plan.closed if _differs(s, complaints, reading, same)], complaints)


def _says(shut: Closed, complaints: Complaints) -> bool:
    return is_content(clean(complaints.raw.cells[shut.column.place]))


def _differs(shut: Closed, complaints: Complaints, reading: Reading, same: Collection[str]) -> bool:
    key = shut.way.field.key if shut.way else ""
    return key not in same if key in reading.closed else _says(shut, complaints)


def _tell(found: Collection[Closed], complaints: Complaints, key: Collection[str] = ()) -> None:
    for shut in found:
        is_key = shut.way is not None and shut.way.field.key in key
        severity: Severity = "error" if is_key else "warning"
        complaints.add_at(shut.column, shut.rule, shut.reason, severity)
