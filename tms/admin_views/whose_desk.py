"""Whose desk a file lies on: who holds it, since when, until when, what comes next."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from tms.admin_views.labels import day_of
from tms.admin_views.notes import menders, open_notes
from tms.admin_views.page import Page
from tms.db import db
from tms.errors import term
from tms.i18n import gettext as _
from tms.i18n import listed, say
from tms.models import RecordStatus
from tms.models.types import now
from tms.records.holders import holders
from tms.workflow.outcome import OpenTask
from tms.workflow.routes import Desk

#: Desks and persons named; departments in parallel are more.
NAMED = 4


@dataclass(frozen=True)
class Holding:
    """One desk that a file lies on now."""

    who: str
    #: What its holder does next.
    step: str
    names: str
    since: str
    days: int
    due: str
    is_overdue: bool


def holder_of(task: OpenTask) -> str:
    """Superiors, departments and secondary units by name, the school's own people by their part."""
    return say(task.step.who) if task.step.desk is Desk.SCHOOL else task.unit


def in_short(row: Any, page: Page) -> str:
    """In a cell: the reader, the desk's holder (of parallel ones all), or whoever fills it in."""
    task = page.tasks.get(row.id)
    if task is None or row.record_status == RecordStatus.RETURNED:
        return "" if row.record_status == RecordStatus.APPROVED else str(_("填报人"))
    me, seat = str(_("我")), page.seat
    own = (seat.holds(desk.unit_id, desk.permission) for desk in task.desks)
    named = [me if mine else holder_of(desk) for desk, mine in zip(task.desks, own, strict=True)]
    return _join(sorted(named, key=lambda name: name != me))


def holdings(row: Any, page: Page) -> Iterator[Holding]:
    """Each desk that the file lies on now; of a returned one whoever mends it is the first."""
    if row.record_status == RecordStatus.RETURNED:
        yield from _menders(row)
    task = page.tasks.get(row.id)
    desks = task.desks if task else ()
    people = holders(db.session(), [(desk.unit_id, desk.permission) for desk in desks])
    for desk in desks:
        names = people.get((desk.unit_id, desk.permission), [])
        yield Holding(
            holder_of(desk),
            say(term(desk.step)),
            _join(names),
            day_of(desk.since),
            (now() - desk.since).days + 1,
            day_of(desk.due_at),
            desk.is_overdue,
        )


def _menders(row: Any) -> Iterator[Holding]:
    """The teacher, the school or both, since the file came back."""
    found = open_notes(row.id)
    if found:
        since = min(note.written_at for note in found)
        who = menders({note.filler for note in found})
        days = (now() - since).days + 1
        yield Holding(who, str(_("修改后重新报送")), "", day_of(since), days, "", is_overdue=False)


def _join(names: list[str]) -> str:
    shown = listed(dict.fromkeys(names[:NAMED]))
    return str(_("%(names)s等", names=shown)) if len(names) > NAMED else shown
