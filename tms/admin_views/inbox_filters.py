"""What the inbox and the lists of waiting work are narrowed by."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from sqlalchemy import or_, true

from tms.admin_views import filters
from tms.admin_views.asked import Asked
from tms.admin_views.columns import Filter
from tms.admin_views.lookups import parse_id
from tms.errors import term
from tms.i18n import lazy_gettext as _l
from tms.i18n import say
from tms.models import ReviewTask
from tms.models.types import now
from tms.workflow import inbox
from tms.workflow.routes import ROUTES

#: Arguments of a sample; they narrow what is shown, never what an act over the pile takes.
SAMPLE, SEED = "sample", "seed"
#: Which findings to look for; worked out for a part of the desk, see `InboxView.conditions`.
FINDINGS = "findings"


def _steps() -> list[tuple[str, str]]:
    found = {step.key: step for route in ROUTES.values() for step in route.steps}
    return [(key, say(term(step))) for key, step in found.items()]


def step() -> Filter:
    """Tasks at one step."""
    return filters.chosen("step", _l("环节"), ReviewTask.step, _steps)


def overdue() -> Filter:
    """Tasks whose term is over, or is not yet."""

    def condition(value: str) -> Any:
        in_time = or_(ReviewTask.due_at.is_(None), ReviewTask.due_at >= now())
        return {"1": inbox.overdue(), "0": in_time}.get(value)

    return Filter("overdue", _l("已超期"), condition, filters.options_of("yes_no"))


def _carried(key: str) -> Filter:
    def condition(value: str) -> Any:
        return None if parse_id(value) is None else true()

    return Filter(key, key, condition, hidden=True, silent=True)


def _findings() -> Filter:
    named = {"error": _l("有错误"), "warning": _l("有提醒"), "none": _l("没有问题")}

    def condition(value: str) -> Any:
        return true() if value in named else None

    return Filter(FINDINGS, _l("完整性检测"), condition, lambda: list(named.items()))


PILE = Filter("pile", _l("改动"), inbox.of_shape, hidden=True, silent=True)
COMMON = (filters.unit(ReviewTask), step(), overdue())
INBOX = (PILE, *COMMON, _findings(), _carried(SAMPLE), _carried(SEED))


def without(asked: Asked, *keys: str) -> Asked:
    """The same, narrowed by less."""
    kept = {key: value for key, value in asked.filters.items() if key not in keys}
    return replace(asked, filters=kept, page=0)
