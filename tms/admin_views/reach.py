"""谁看过我的档案: for the teacher, who read or took out their own file (SECURITY.md S30)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from flask import request, url_for
from flask_admin import BaseView, expose

from tms.admin_views.audit_words import act_word
from tms.admin_views.file_history import Moment
from tms.admin_views.labels import coded, day_of, label_of, moment
from tms.auth import get_actor
from tms.db import db
from tms.exchange.joined import DOT
from tms.exchange.reading import without_numbers
from tms.exchange.stamp import number_of
from tms.exchange.wanted import TEACHER
from tms.gate import where
from tms.i18n import gettext as _
from tms.i18n import lazy_gettext as _l
from tms.i18n import listed
from tms.models import TABLES
from tms.records.files import BASIC
from tms.records.own_trace import CODE, EXPORT, PAPER, PROOF, Trace, traces
from tms.records.printed_forms import ACT as FORM
from tms.records.readings import PRINT, READ

LINES: Final = 50
#: Whoever asks for pages beyond this is a program.
MAX_PAGE: Final = 200
#: Labels named one by one; of more their number is said.
NAMED: Final = 12
ICONS: Final = {READ: "person", EXPORT: "download", PRINT: "list", FORM: "list", CODE: "key"} | {
    PROOF: "person",
    PAPER: "person",
}
#: Said otherwise than to an auditor.
WORDS: Final = {
    "find.number": _l("按证件号码查到"),
    PROOF: _l("打开证明材料"),
    PAPER: _l("打开材料"),
    CODE: _l("发放一次性口令（账号条）"),
}
#: Lists that are none of a section.
LISTS: Final = {
    TEACHER: _l("教师列表"),
    "inbox": _l("待我审核"),
    "waiting": _l("等待最久"),
    "returned": _l("退回跟踪"),
    "request": _l("变更申请"),
    "reopening": _l("重开补正"),
}


class ReachView(BaseView):
    """One's own file only; staff have no such page."""

    GATES = {"index": where("own file", lambda actor: actor.teacher_id is not None)}

    @expose("/")
    def index(self) -> Any:
        """Newest first, page by page."""
        here = _page()
        found = traces(db.session(), get_actor(), here * LINES, LINES + 1)
        page = {
            "heading": _("谁看过我的档案"),
            "moments": [_told(each) for each in found[:LINES]],
            "newer": _url(here - 1) if here else "",
            "older": _url(here + 1) if len(found) > LINES and here < MAX_PAGE else "",
        }
        return self.render("admin/reach.html", **page)


def _page() -> int:
    text = request.args.get("page", "")
    is_number = text.isascii() and text.isdigit() and len(text) < 10
    return min(int(text), MAX_PAGE) if is_number else 0


def _url(page: int) -> str:
    return url_for("reach.index", page=page or None)


def _told(trace: Trace) -> Moment:
    who = (trace.unit, coded("account_role", trace.role), trace.user)
    is_of_day = trace.act == READ
    return Moment(
        str(_title(trace)),
        ICONS.get(trace.act, "search"),
        " · ".join(filter(None, who)),
        day_of(trace.at) if is_of_day else moment(trace.at),
        " · ".join(_notes(trace)),
    )


def _title(trace: Trace) -> Any:
    if trace.act == EXPORT:
        return _("导出 %(number)s", number=number_of(trace.act_id))
    return WORDS.get(trace.act) or act_word(trace.act)


def _notes(trace: Trace) -> Iterator[str]:
    """What it held of the file, how its number stood there, and what for."""
    detail = trace.detail
    if trace.act in (EXPORT, PRINT):
        yield from contents_of(detail)
        is_full = bool(detail.get("fields"))
        yield _("含完整证件号码") if is_full else _("证件号码已遮盖")
    if purpose := detail.get("purpose"):
        yield _("用途：%(purpose)s", purpose=without_numbers(str(purpose)))


# -- what an export held ---------------------------------------------------------------------------


def contents_of(detail: Mapping[str, Any]) -> Iterator[str]:
    """Its tables and, as far as they were chosen, its columns."""
    columns = [str(key) for key in detail.get("columns") or ()]
    if tables := detail.get("tables"):
        yield _several([_table(str(key)) for key in tables])
        return
    table = str(detail.get("table", ""))
    if table != "joined":
        yield _with_columns(table, columns)
        return
    chosen: dict[str, list[str]] = defaultdict(list)
    for key in columns:
        of, _dot, name = key.partition(DOT)
        chosen[of].append(name)
    for of, names in chosen.items():
        yield _with_columns(of, names)


def _with_columns(table: str, keys: Iterable[str]) -> str:
    declared = TABLES[table if table in TABLES else BASIC].dictionary.fields
    labels = [str(label_of(declared[key])) for key in keys if key in declared]
    if not labels:
        return _table(table)
    return _("%(table)s：%(text)s", table=_table(table), text=_several(labels))


def _table(key: str) -> str:
    return str(label_of(TABLES[key].dictionary) if key in TABLES else LISTS.get(key, key))


def _several(labels: list[str]) -> str:
    if len(labels) <= NAMED:
        return listed(labels)
    return _("%(names)s等%(n)s项", names=listed(labels[:NAMED]), n=len(labels))
