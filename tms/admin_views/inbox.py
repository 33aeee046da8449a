"""待我审核: what lies on the reader's desk, in piles; a verdict over rows, a pile, or all of it."""

from __future__ import annotations

import secrets
from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import Select, false, select

from tms.access import Permission
from tms.admin_views import counts
from tms.admin_views.acts import DESK_ACTS, NAMES, ActsMixin
from tms.admin_views.asked import Asked
from tms.admin_views.belongings import TasksView
from tms.admin_views.columns import Column
from tms.admin_views.grid import Item
from tms.admin_views.inbox_columns import COLUMNS, InboxPage, columns_for
from tms.admin_views.inbox_filters import FINDINGS, INBOX, SAMPLE, SEED, without
from tms.admin_views.lists import once
from tms.admin_views.lookups import parse_id
from tms.admin_views.my_verdicts import MyVerdictsMixin
from tms.admin_views.page import Page
from tms.admin_views.review import ReviewMixin
from tms.auth import current_actor
from tms.db import db
from tms.i18n import gettext as _
from tms.i18n import say
from tms.models import ReviewTask, Teacher
from tms.models.types import now
from tms.records import completeness
from tms.workflow import inbox, shapes
from tms.workflow.desks import held_by, mine
from tms.workflow.offered import verbs_for

#: Files of a sample; and those of a desk that are checked for findings when asked, since nobody
#: keeps findings and checking takes about a millisecond a file.
SAMPLE_SIZE, CHECKED = 10, 300
MAX_SEED = 10_000


class InboxView(ReviewMixin, MyVerdictsMixin, ActsMixin, TasksView):
    """Open tasks of the reader's desk, the most urgent first."""

    reads = Permission.FILE_READ
    columns = COLUMNS
    filters = INBOX
    can_edit = False
    page_class = InboxPage
    list_template = "admin/inbox.html"

    GATES = {
        "index_view": "has_desk",
        "print_view": "has_desk",
        "action_view": "has_desk",
        "file_view": "has_desk",
        "judge_view": "has_desk",
        "mine_view": "has_desk",
        "undo_view": "has_desk",
    }

    @property
    def has_desk(self) -> bool:
        """Whether the role decides anything anywhere."""
        actor = current_actor()
        return actor is not None and bool(held_by(actor))

    # -- which tasks -------------------------------------------------------------------------------

    def conditions(self, asked: Asked) -> Iterator[Any]:
        yield mine(db.session(), self.actor)
        yield from super().conditions(asked)
        if asked.filters.get(FINDINGS):
            yield ReviewTask.teacher_id.in_(self._with_findings(asked))

    def _with_findings(self, asked: Asked) -> list[int]:
        """Of the most urgent files those with such findings."""
        wanted, rest = asked.filters[FINDINGS], without(asked, FINDINGS)
        ids = inbox.in_order(db.session(), self.actor, list(self.conditions(rest)))[:CHECKED]
        found = once("findings", lambda: list(completeness.findings(db.session(), ids)))
        worst = {
            header.id: max((f.severity for f in each), key=_SEVERITY.index, default="none")
            for header, each in found
        }
        return [teacher for teacher, severity in worst.items() if severity == wanted]

    def fetch(self, asked: Asked, limit: int) -> Sequence[Any]:
        """A page of the pile; or a sample of it, the same again for the same seed."""
        ids = self.sampled(asked)
        if ids is None:
            return super().fetch(asked, limit)
        conditions = (mine(db.session(), self.actor), ReviewTask.teacher_id.in_(ids))
        rows = select(ReviewTask).where(*conditions).order_by(*inbox.urgency())
        return db.session.scalars(rows.limit(limit)).all()

    def sampled(self, asked: Asked) -> list[int] | None:
        """The files of the sample; None where none is asked for, or nonsense is."""
        size, seed = (parse_id(asked.filters.get(key, "")) for key in (SAMPLE, SEED))
        if not size:
            return None
        conditions = list(self.conditions(asked))
        return inbox.sample(db.session(), self.actor, conditions, min(size, 100), seed or 0)

    def _order(self, asked: Asked) -> Iterator[Any]:
        yield from inbox.urgency()

    def chosen_ids(self) -> Select[Any]:
        """The files of the pile, or of all that match; a sample takes nothing away."""
        tasks = select(ReviewTask.teacher_id).where(*self.conditions(self.asked)).subquery()
        return select(Teacher.id).where(Teacher.id.in_(select(tasks.c.teacher_id)))

    def shown_columns(self, asked: Asked) -> list[Column]:
        return columns_for(self.actor, asked.filters.get("pile", ""))

    # -- how they are drawn ------------------------------------------------------------------------

    def key_of(self, row: Any) -> int:
        found: int = row.teacher_id
        return found

    def link_args(self) -> dict[str, Any]:
        return self.asked.matching

    def items(self, row: Any, page: Page) -> Iterator[Item]:
        yield Item(_("审核"), self.get_url(".file_view", **self.link_args(), id=row.teacher_id))
        yield self.file_item(row)

    def get_actions_list(self) -> tuple[list[tuple[str, str]], dict[str, str]]:
        """The verbs of desks."""
        verbs = [act for act in verbs_for(self.actor) if act in DESK_ACTS]
        return [(str(act), str(NAMES[act])) for act in verbs], {}

    def is_action_allowed(self, name: str) -> bool:
        """Whether it is a verb of the reader's desk."""
        return name in dict(self.get_actions_list()[0])

    def waiting(self, asked: Asked) -> tuple[int, bool]:
        """All that lies on the desk."""
        return counts.waiting(db.session(), self.actor)

    # -- piles and samples -------------------------------------------------------------------------

    @property
    def found_piles(self) -> list[inbox.Pile]:
        """The piles as the address narrows them; worked out once a request."""
        conditions = list(self._beside_piles(self.asked))
        return once("piles", lambda: inbox.piles(db.session(), self.actor, conditions))

    def piles(self) -> list[dict[str, Any]]:
        """The piles as the page draws them: label, hint, count, address."""
        asked, found = self.asked, self.found_piles
        is_exact = sum(each.count for each in found) <= inbox.MOST
        chosen = asked.filters.get("pile", "")
        return [
            {
                "label": say(shapes.label(each.shape)),
                "hint": say(hint) if (hint := shapes.hint(each.shape)) else "",
                "count": counts.shown(each.count, is_exact),
                "url": self.get_url(".index_view", **_pile_args(asked, each.shape)),
                "on": each.shape == chosen,
            }
            for each in found
        ]

    def _count(self, asked: Asked, found: Sequence[Any]) -> tuple[int, bool]:
        """The piles were counted already; findings and samples narrow further."""
        if set(asked.filters) & {FINDINGS, SAMPLE}:
            return super()._count(asked, found)
        piles, chosen = self.found_piles, asked.filters.get("pile")
        total = sum(each.count for each in piles if chosen in (None, each.shape))
        return min(total, inbox.MOST), sum(each.count for each in piles) <= inbox.MOST

    def _beside_piles(self, asked: Asked) -> Iterator[Any]:
        """What narrows all piles alike."""
        offered = {each.key: each for each in self.offered_filters}
        for key, value in asked.filters.items():
            if key not in ("pile", FINDINGS):
                condition = offered[key].condition(value)
                yield false() if condition is None else condition

    def pile_name(self) -> str:
        """What is chosen, in words."""
        chosen = self.asked.filters.get("pile")
        return say(shapes.label(chosen)) if chosen else str(_("全部"))

    def every_url(self) -> str:
        """The whole desk, narrowed as it is."""
        return str(self.get_url(".index_view", **_pile_args(self.asked, "")))

    def sample_url(self) -> str:
        """A sample of the pile, another one each time."""
        seed = secrets.randbelow(MAX_SEED)
        args = without(self.asked, SAMPLE, SEED).matching | {SAMPLE: SAMPLE_SIZE, SEED: seed}
        return str(self.get_url(".index_view", **args))

    def whole_url(self) -> str:
        """The pile without sampling."""
        return str(self.get_url(".index_view", **without(self.asked, SAMPLE, SEED).matching))

    def oldest_days(self) -> tuple[int | None, int]:
        """How many days the first of these has waited, how many are overdue."""
        piles = self.found_piles
        first = min((each.since for each in piles), default=None)
        days = None if first is None else (now() - first).days
        return days, sum(each.overdue for each in piles)


#: From none to worst.
_SEVERITY = ("none", "warning", "error")


def _pile_args(asked: Asked, shape: str) -> dict[str, str]:
    """Arguments of a pile's address: one pile at a time, samples are drawn anew."""
    rest = without(asked, "pile", SAMPLE, SEED).matching
    return ({"pile": shape} if shape else {}) | rest
