"""What the page of one file on a desk shows: what travels, what moved, who else decides."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from tms.access import Actor
from tms.admin_views.acts import NAMES
from tms.admin_views.file_history import moments
from tms.admin_views.file_page import RECENT, findings_of, states_of, summary_of
from tms.admin_views.page import Page
from tms.admin_views.papers import photo_box
from tms.admin_views.review_panels import Moved, Section, Sections, moved_since
from tms.admin_views.whose_desk import holdings
from tms.db import db
from tms.models import RowState
from tms.records.history import Entry, history
from tms.records.read import headers, rows_of_files
from tms.workflow.offered import Act
from tms.workflow.review_file import Turn, decisions

#: How far back the history is read for what a row held at an earlier verdict.
BACK = 300


@dataclass(frozen=True)
class Place:
    """Where a file lies among those to be judged."""

    number: int
    total: int
    previous: int | None
    next: int | None


def place_of(teacher_id: int, ids: list[int]) -> Place:
    """Of a file among *ids*; one that is not among them stands before the first."""
    at = ids.index(teacher_id) if teacher_id in ids else -1
    before = ids[at - 1] if at > 0 else None
    after = ids[at + 1] if at + 1 < len(ids) else None
    return Place(at + 1, len(ids), before, after)


class Review:
    """One open task as its page shows it."""

    def __init__(self, actor: Actor, teacher: Any, turn: Turn) -> None:
        self.actor, self.teacher, self.turn = actor, teacher, turn
        self.page = Page([teacher], actor)
        self.header = headers(db.session(), [teacher.id])[teacher.id]
        self._rows = rows_of_files(db.session(), [teacher.id])
        self._findings = findings_of(actor, self.header, self._rows)

    @cached_property
    def entries(self) -> list[Entry]:
        """What happened to the file, newest first."""
        limit = BACK if self.turn.before else RECENT
        return history(db.session(), self.actor, self.teacher.id, limit)

    @cached_property
    def moved(self) -> Moved:
        """What changed since the desk's last verdict."""
        before = self.turn.before
        act = before.act if before else None
        return moved_since(self.entries, self.turn.moved, act)

    @cached_property
    def sections(self) -> list[Section]:
        """What travels with the submission."""
        rows = self._some(travels=True)
        return list(Sections(self.actor, self.header, rows, self._findings, self.moved))

    @property
    def rest(self) -> list[Section]:
        """What the file holds besides: in force, or a draft that stays behind."""
        return list(Sections(self.actor, self.header, self._some(travels=False), ()))

    def _some(self, *, travels: bool) -> dict[str, list[dict[str, Any]]]:
        return {
            table: [
                row
                for row in rows
                if ((table, row["id"]) in self.turn.rows) is travels
                and (travels or row["state"] == RowState.IN_FORCE)
            ]
            for table, rows in self._rows.items()
        }

    def about(self) -> dict[str, Any]:
        """What the template draws."""
        found = decisions(db.session(), self.turn.submission.id)
        moments_ = list(moments(self.actor, self.entries, self.header.category))[:RECENT]
        return {
            "row": self.teacher,
            "heading": self.name,
            "summary": summary_of(self.actor, self.teacher, self.page),
            "states": list(states_of(self.teacher, self.page)),
            "desks": list(holdings(self.teacher, self.page)),
            "photo": photo_box(self.actor, self.header, self._rows),
            "mask": self.teacher.id_number_mask,
            "sections": self.sections,
            "rest": self.rest,
            "turn": self.turn,
            "act": self.verb,
            "verb": NAMES[self.verb],
            "before": self.turn.before,
            "moved": sum(section.moved for section in self.sections),
            "joint": [each for each in found if each.in_parallel],
            "totals": _totals(self._findings),
            "whole": self.actor.reads_whole_files,
            "moments": moments_,
            "is_last": self.is_last,
        }

    @property
    def verb(self) -> Act:
        """What sends the file on from here."""
        return Act(self.turn.step.verb.value)

    @property
    def is_last(self) -> bool:
        """Whether passing puts it in force."""
        return self.turn.route.after(self.turn.step) is None

    @property
    def name(self) -> str:
        """The person's, or the file's number."""
        found: str = self.teacher.name or self.teacher.teacher_no
        return found


def _totals(findings: list[Any]) -> dict[str, int]:
    return {
        kind: sum(finding.severity == kind for finding in findings) for kind in ("error", "warning")
    }
