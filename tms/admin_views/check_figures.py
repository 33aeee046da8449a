"""完整性检测 in lists and on pages: a column, a filter, and the panel of a unit's sums."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import timedelta
from typing import Any, Final

from flask import url_for
from sqlalchemy import select

from tms.access import Actor
from tms.admin_views.columns import Column, Filter, State, nowhere
from tms.db import db
from tms.dictionary.scope import today
from tms.i18n import gettext as _
from tms.i18n import lazy_gettext as _l
from tms.models import TABLES, CheckMark, RowState, Teacher
from tms.records.figure_sums import WITH_ERRORS, WITHOUT_ERRORS, Sums, is_pending, is_ready, sums

#: What ends within so many days is said to end soon.
SOON: Final = timedelta(days=60)
CERTIFICATE = TABLES["medicine_certificate"]
#: Words, colours of the bar (css/panels.css) and conditions, by what the address says.
MARKS: Final[dict[str, tuple[Any, str]]] = {
    CheckMark.TEACHER: (_l("教师填报项有错"), "f-back"),
    CheckMark.SCHOOL: (_l("仅学校填报项有错"), "f-error"),
    CheckMark.WARNINGS: (_l("只有提醒"), "f-warn"),
    CheckMark.CLEAN: (_l("没有问题"), "f-force"),
}
ASKED: Final[dict[str, tuple[Any, Callable[[], Any]]]] = {
    "errors": (_l("有错误"), lambda: Teacher.check_mark.in_(WITH_ERRORS)),
    "none": (_l("没有错误"), lambda: Teacher.check_mark.in_(WITHOUT_ERRORS)),
    "ready": (_l("没有错误，可以报送"), is_ready),
    "pending": (_l("待重新检测"), is_pending),
}
EXPIRED: Final[dict[str, tuple[Any, Callable[[], Any]]]] = {
    "contract": (_l("合同已到期"), lambda: Teacher.contract_end < today()),
    "contract_soon": (
        _l("合同60天内到期"),
        lambda: Teacher.contract_end.between(today(), today() + SOON),
    ),
    "certificate": (_l("医药证书已过有效期"), lambda: _has_certificate_until(today())),
}


def _has_certificate_until(day: Any) -> Any:
    in_force = CERTIFICATE.state == RowState.IN_FORCE
    mine = select(CERTIFICATE.teacher_id).where(CERTIFICATE.valid_until < day, in_force)
    return Teacher.id.in_(mine)


def _found(row: Any, _page: Any) -> Any:
    """What was found, in a word."""
    if row.check_mark is None:
        return _("待检测")
    errors = row.teacher_errors + row.school_errors + row.bureau_errors
    if errors:
        return State("back", _("%(n)s处错误", n=errors))
    if row.warnings:
        return State("draft", _("%(n)s处提醒", n=row.warnings))
    return State("force", _("没有问题"))


COLUMNS: Final = (
    Column("check", _l("完整性检测"), _found, default=nowhere, whole=True),
    Column(
        "checked_on",
        _l("检测日期"),
        lambda r, p: r.checked_on or "",
        default=nowhere,
        whole=True,
    ),
)


def _filter(key: str, label: Any, asked: dict[str, tuple[Any, Callable[[], Any]]]) -> Filter:
    def condition(value: str) -> Any:
        return asked[value][1]() if value in asked else None

    def options() -> list[tuple[str, Any]]:
        return [(value, words) for value, (words, _condition) in asked.items()]

    return Filter(key, label, condition, options, whole=True)


def _marked(mark: str) -> Callable[[], Any]:
    return lambda: Teacher.check_mark == mark


FILTERS: Final = (
    _filter(
        "check",
        _l("完整性检测"),
        ASKED | {str(mark): (words, _marked(mark)) for mark, (words, _fill) in MARKS.items()},
    ),
    _filter("expired", _l("到期"), EXPIRED),
)


# -- the panel -------------------------------------------------------------------------------------


def panel(actor: Actor, path: str = "", unit: str = "") -> dict[str, Any] | None:
    """What a page shows of the files in reach at and below *path*; None where there is nothing.

    :param unit: the unit's code, for the links.
    """
    if not actor.reads_whole_files:
        return None
    found = sums(db.session(), path)
    if not found.files:
        return None
    more: dict[str, Any] = {"unit": unit} if unit else {}
    return {
        "sums": found,
        "bar": list(shares(_marks(found, more))),
        "errors": url_for("teacher.index_view", check="errors", **more),
        "ready": url_for("teacher.index_view", check="ready", **more),
        "pending": url_for("teacher.index_view", check="pending", **more),
    }


def _marks(found: Sums, more: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for mark, (words, fill) in MARKS.items():
        url = url_for("teacher.index_view", check=str(mark), **more)
        yield {"label": words, "count": found.marks[CheckMark(mark)], "fill": fill, "url": url}
    yield {
        "label": _l("待检测"),
        "count": found.unchecked,
        "fill": "f-idle",
        "url": url_for("teacher.index_view", check="pending", **more),
    }


def shares(entries: Iterable[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """Entries that count something, with their part of a bar a hundred long."""
    counted = [entry for entry in entries if entry["count"]]
    total, start = sum(entry["count"] for entry in counted), 0.0
    for entry in counted:
        share = 100 * entry["count"] / total
        yield entry | {"start": start, "share": share}
        start += share
