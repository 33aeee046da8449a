"""Whose row is it: teachers by personal number or ID number, looked up for all rows at once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from sqlalchemy import select
from sqlalchemy.orm import Session

from tms.access import Actor
from tms.among import among
from tms.errors import message
from tms.exchange.cells import read_identifier
from tms.exchange.columns import Layout
from tms.exchange.options import find_code
from tms.exchange.reading import Complaints
from tms.models import Teacher
from tms.records import checks
from tms.records.binned import InBins, in_bins
from tms.records.read import Header, chunks, headers
from tms.records.values import DEFAULT_ID_TYPE, number_index

MASK = "*"
MASKED = message("证件号码是掩码，不能据此找到教师，请提供个人标识码。")


@dataclass(frozen=True, slots=True)
class Named:
    """How a row names its teacher; an empty name names nobody."""

    teacher_no: str = ""
    index: str = ""
    #: The field under whose header the name stands.
    key: str = "id_number"

    def __bool__(self) -> bool:
        return bool(self.teacher_no or self.index)


@dataclass
class People:
    """The files that rows may be about. Ids below zero are files that the same import makes."""

    headers: dict[int, Header] = field(default_factory=dict)
    by_no: dict[str, int] = field(default_factory=dict)
    by_index: dict[str, int] = field(default_factory=dict)
    names: dict[int, str] = field(default_factory=dict)
    #: Numbers that somebody's file outside the actor's reach has.
    elsewhere: set[str] = field(default_factory=set)
    #: Of these, numbers of files in the bin of the actor's own school.
    binned: set[str] = field(default_factory=set)
    #: Files that are still to be made get ids below zero; so many have one.
    made: int = 0

    def find(self, named: Named) -> Header | None:
        """The file in reach that *named* names."""
        found = self.by_no.get(named.teacher_no) if named.teacher_no else None
        if found is None and not named.teacher_no:
            found = self.by_index.get(named.index)
        return self.headers.get(found) if found is not None else None

    def announce(self, index: str, header: Header, name: str) -> None:
        """A file that is still to be made."""
        self.by_index[index] = header.id
        self.headers[header.id] = header
        self.names[header.id] = name


def name_of(complaints: Complaints) -> Named:
    """How the row names its teacher; the personal number goes before the ID number.

    Beside a personal number the ID number is not read: exports show it masked.
    """
    teacher_no = read_identifier(complaints.cell("teacher_no"))
    if teacher_no:
        return Named(teacher_no=teacher_no, key="teacher_no")
    number = read_identifier(complaints.cell("id_number"))
    if not number:
        return Named()
    if MASK in number:
        complaints.add("id_number", "teacher", MASKED)
        return Named()
    return Named(index=index_of(number, complaints.cell("id_type")))


def index_of(number: str, id_type: str) -> str:
    """Blind index of *number*; *id_type* is a cell's text."""
    kind = (find_code("id_type", id_type) or id_type) if id_type else DEFAULT_ID_TYPE
    return number_index("id_number", number, {"id_type": kind})


def look_up(
    session: Session, actor: Actor, named: Iterable[Named], *, with_names: bool = False
) -> People:
    """The files that *named* name, as far as the actor reaches; a handful of statements for all."""
    everybody = list(named)
    owners = checks.owner_of(session, [n.index for n in everybody if n.index])
    numbers = _by_no(session, {n.teacher_no for n in everybody if n.teacher_no})
    people = People(headers(session, {*owners.values(), *numbers.values()}), numbers)
    people.by_index = {i: owner for i, owner in owners.items() if owner in people.headers}
    elsewhere = {i: owner for i, owner in owners.items() if owner not in people.headers}
    bins = in_bins(session, actor, elsewhere.values()) if elsewhere else InBins()
    people.elsewhere = {i for i, owner in elsewhere.items() if owner not in bins.expired}
    people.binned = {i for i, owner in elsewhere.items() if owner in bins.own}
    if with_names:
        people.names = _names(session, people.headers)
    return people


def owners(session: Session, named: Iterable[Named]) -> dict[Named, int]:
    """The file that each name means, in reach or not: rows of one file belong together.

    For putting rows in order only; nothing of it is shown. Where all name their files in one way,
    nothing has to be asked: then the name itself says what belongs together.
    """
    everybody = {name for name in named if name}
    if len({bool(name.teacher_no) for name in everybody}) < 2:
        return {}
    by_index = checks.owner_of(session, [n.index for n in everybody if n.index])
    by_no = _by_no(session, {n.teacher_no for n in everybody if n.teacher_no})
    found = {name: by_no.get(name.teacher_no) or by_index.get(name.index) for name in everybody}
    return {name: owner for name, owner in found.items() if owner is not None}


def _by_no(session: Session, numbers: set[str]) -> dict[str, int]:
    found: dict[str, int] = {}
    for part in chunks(sorted(numbers)):
        statement = select(Teacher.teacher_no, Teacher.id).where(among(Teacher.teacher_no, part))
        found |= {number: teacher for number, teacher in session.execute(statement)}
    return found


def _names(session: Session, ids: Mapping[int, Header]) -> dict[int, str]:
    found: dict[int, str] = {}
    for part in chunks(sorted(ids)):
        statement = select(Teacher.id, Teacher.name).where(among(Teacher.id, part))
        found |= {teacher: name or "" for teacher, name in session.execute(statement)}
    return found


def needs_names(layouts: Iterable[Layout]) -> bool:
    """Whether a sheet has a column of names to compare."""
    return any("name" in layout.fixed for layout in layouts)
