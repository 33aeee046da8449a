"""Schools and their inner units by code or name, for files that are made or stay in place."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from tms.errors import message
from tms.exchange.reading import Complaints
from tms.models import Unit, UnitKind
from tms.records.holds import Hold
from tms.records.read import chunks

INNER = (UnitKind.SECONDARY_UNIT, UnitKind.FUNCTIONAL_DEPARTMENT)
SCHOOL_KEYS = ("school_code", "school")
UNKNOWN = message("在您的管理范围内没有这所学校。")
SAME_NAME = message("有几所学校同名，请填写学校标识码。")


@dataclass(frozen=True)
class Place:
    """A unit as far as making a file asks for it."""

    id: int
    code: str
    name: str
    kind: str
    category: str | None
    path: str


@dataclass
class Places:
    """Units in reach by what a cell may say."""

    by_id: dict[int, Place] = field(default_factory=dict)
    by_text: dict[str, list[Place]] = field(default_factory=lambda: defaultdict(list))
    #: By path those that are frozen: nobody comes there.
    frozen: Mapping[str, Hold] = field(default_factory=dict)

    def add(self, place: Place) -> None:
        """Make *place* known by code and name."""
        if place.id not in self.by_id:
            self.by_id[place.id] = place
            for text in {place.code, place.name}:
                self.by_text[text].append(place)

    def school(self, complaints: Complaints) -> Place | None:
        """The school that the row names; None after a complaint, or where it names none.

        Code and name, where both are there, must mean the same school.
        """
        found: Place | None = None
        for key in SCHOOL_KEYS:
            text = complaints.cell(key)
            if not text:
                continue
            fits = [p for p in self.by_text.get(text, ()) if p.kind == UnitKind.SCHOOL]
            if found and found not in fits:
                complaints.add(key, "school", message("学校名称与学校标识码不是同一所学校。"))
            elif not found and len(fits) != 1:
                complaints.add(key, "school", SAME_NAME if fits else UNKNOWN)
                return None
            found = found or fits[0]
        return found

    def inner(self, complaints: Complaints, school: Place) -> Place | None:
        """The secondary unit or department of *school* that the row names, if any."""
        text = complaints.cell("secondary_unit_code")
        if not text:
            return None
        fits = [
            p
            for p in self.by_text.get(text, ())
            if p.kind in INNER and p.path.startswith(school.path)
        ]
        if len(fits) != 1:
            reason = message("该学校没有这个二级单位。")
            complaints.add("secondary_unit_code", "school", reason)
            return None
        return fits[0]


def find_places(session: Session, texts: Iterable[str], ids: Iterable[int] = ()) -> Places:
    """Open units in reach whose code or name is among *texts*, or that *ids* name."""
    places = Places()
    columns = (Unit.id, Unit.code, Unit.name, Unit.kind, Unit.school_category, Unit.unit_path)
    statement = select(*columns).where(Unit.closed_on.is_(None)).order_by(Unit.id)
    for part in chunks(sorted({text for text in texts if text})):
        named = statement.where(or_(Unit.code.in_(part), Unit.name.in_(part)))
        for row in session.execute(named):
            places.add(Place(*row))
    for some in chunks(sorted(set(ids) - places.by_id.keys())):
        for row in session.execute(select(*columns).where(Unit.id.in_(some))):
            places.add(Place(*row))
    return places
