"""The versions of a university's route: which is in use, who made it, what differs between two."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tms.access import Actor, Family, unscoped
from tms.access.scope import reaches
from tms.dictionary import Category, Department, Routing, Table, code_table
from tms.dictionary.routing import words
from tms.errors import Message, NotFound, Term, message, term
from tms.models import Person, RouteVersion, Submission, Unit, UnitKind, User
from tms.records.routing import Routings, read_routing
from tms.workflow.own_routing import same, tables
from tms.workflow.plans import read_route
from tms.workflow.routes import UNIVERSITY, Step

REASON = "everybody of a university reads how its files are reviewed"


@dataclass(frozen=True)
class Version:
    """One version; number 0 is the default that comes with the program."""

    number: int
    id: int | None
    steps: tuple[Step, ...]
    routings: Routings
    note: str = ""
    by: str = ""
    at: datetime | None = None

    @cached_property
    def is_default(self) -> bool:
        """Whether it says what the default says."""
        return not self.routings and self.steps == UNIVERSITY.steps


DEFAULT = Version(0, None, UNIVERSITY.steps, {})


@dataclass(frozen=True)
class Difference:
    """One thing that differs: what it is, as it was, as it is; nothing where it is not there."""

    what: Message | Term
    was: Message | Term | None
    now: Message | Term | None


def university(session: Session, actor: Actor, unit_id: int) -> Unit:
    """A university whose route *actor* may read: his own, or one in his reach.

    :raises NotFound: any other, whether it is there or not.
    """
    statement = select(Unit).where(
        Unit.id == unit_id,
        Unit.kind == UnitKind.SCHOOL,
        Unit.school_category == Category.HIGHER_EDUCATION,
    )
    found: Unit | None = session.scalar(unscoped(statement, REASON))
    if found is None or not _may_read(actor, found):
        raise NotFound(message("没有这个单位。"))
    return found


def _may_read(actor: Actor, unit: Unit) -> bool:
    is_own = bool(unit.unit_path) and actor.unit_path.startswith(unit.unit_path)
    return is_own or reaches(actor, Family.UNITS, unit.unit_path)


def own_university(session: Session, actor: Actor) -> int | None:
    """The university that *actor* works at, in whichever part of it."""
    above = [actor.unit_path, actor.parent_path]
    statement = select(Unit.id).where(
        Unit.unit_path.in_(above),
        Unit.kind == UnitKind.SCHOOL,
        Unit.school_category == Category.HIGHER_EDUCATION,
    )
    found: int | None = session.scalar(unscoped(statement, REASON))
    return found


def versions(session: Session, unit_id: int) -> list[Version]:
    """All versions, the one in use first; the default stands behind the first one made."""
    statement = (
        select(RouteVersion, Person.name)
        .outerjoin(User, User.id == RouteVersion.made_by)
        .outerjoin(Person, Person.id == User.person_id)
        .where(RouteVersion.unit_id == unit_id)
        .order_by(RouteVersion.version.desc())
    )
    rows = session.execute(unscoped(statement, REASON)).all()
    return [*(_version(row, name or "") for row, name in rows), DEFAULT]


def in_use(session: Session, unit_id: int) -> Version:
    """The version that a submission of today begins with."""
    return versions(session, unit_id)[0]


def _version(row: RouteVersion, by: str) -> Version:
    tables: Mapping[str, Any] = row.plan.get("routing", {})
    routings = {key: read_routing(each) for key, each in tables.items()}
    steps = read_route(row.id, row.plan).steps
    return Version(row.version, row.id, steps, routings, row.note, by, row.made_at)


def open_by_version(session: Session, unit: Unit) -> dict[int | None, int]:
    """How many open submissions of the university go by which version (its id)."""
    statement = (
        select(Submission.route_version_id, func.count())
        .where(Submission.is_open, Submission.unit_path.startswith(unit.unit_path))
        .group_by(Submission.route_version_id)
    )
    return {version: count for version, count in session.execute(unscoped(statement, REASON))}


# -- what differs ----------------------------------------------------------------------------------


def differences(was: Version, now: Version) -> list[Difference]:
    """What a reader would want to know, steps first."""
    return [*_steps(was.steps, now.steps), *_routings(was.routings, now.routings)]


def _steps(was: Sequence[Step], now: Sequence[Step]) -> Iterator[Difference]:
    before, after = {s.key: s for s in was}, {s.key: s for s in now}
    for key in dict.fromkeys([*before, *after]):
        said, says = (_said(steps[key]) if key in steps else None for steps in (before, after))
        if str(said) != str(says):
            yield Difference(term(after.get(key) or before[key]), said, says)
    kept = [[s for s in steps if s.key in before and s.key in after] for steps in (was, now)]
    if [s.key for s in kept[0]] != [s.key for s in kept[1]]:
        yield Difference(message("顺序"), _order(was), _order(now))


def _said(step: Step) -> Message:
    if not step.days:
        return message("%(step)s：%(who)s，不限天数", step=term(step), who=step.who)
    return message("%(step)s：%(who)s，%(days)d天", step=term(step), who=step.who, days=step.days)


def _order(steps: Iterable[Step]) -> Term:
    found = list(steps)
    return Term(" → ".join(s.zh for s in found), " → ".join(s.en for s in found))


def _routings(was: Routings, now: Routings) -> Iterator[Difference]:
    for table in tables():
        one = was.get(table.key, table.reviewer)
        other = now.get(table.key, table.reviewer)
        if same(one, other):
            continue
        before, after = _lines(table, one), _lines(table, other)
        for kind in dict.fromkeys([*before, *after]):
            said, says = before.get(kind), after.get(kind)
            if said != says:
                yield Difference(kind, said, says)


def _lines(table: Table, routing: Routing) -> dict[Term, Term]:
    """By the kind of rows in words the departments that judge them."""
    found: dict[Term, Term] = {}
    for row in routing.rows:
        said = words(table, row)
        found[_of(table, said)] = names(row.departments)
    rest = _of(table, Term("其余", "all others"))
    found[rest if found else term(table)] = names(routing.default)
    return found


def _of(table: Table, which: Term) -> Term:
    """A table's name, and which of its rows are meant."""
    return Term("（".join((table.zh, which)) + "）", f"{table.en} ({which.en})")


def names(departments: Iterable[Department]) -> Term:
    """Several departments in words."""
    known, asked = code_table("functional_department").by_code, set(departments)
    chosen = [known[d] for d in Department if d in asked]
    return Term("、".join(d.zh for d in chosen), ", ".join(d.en for d in chosen))
