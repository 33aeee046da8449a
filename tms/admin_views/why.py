""" "Why can't I?": the answer to any locked or missing button or field of a file, on a page.

Where scripts run, the same page's answer is shown in a dialog beside the button (static/why.js).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from flask import abort, request, url_for
from flask_admin import BaseView, expose
from sqlalchemy import select

from tms.access import Permission
from tms.admin_views.labels import label_of
from tms.admin_views.lookups import parse_id
from tms.admin_views.nav import may_open
from tms.admin_views.opened import opened
from tms.auth import get_actor
from tms.db import db, writing
from tms.gate import needs
from tms.i18n import gettext as _
from tms.i18n import lazy_gettext as _l
from tms.i18n import listed, say
from tms.models import TABLES, Teacher
from tms.workflow.desks import held_by
from tms.workflow.offered import verbs_for
from tms.workflow.why import ASKED, NAMES, Answer, Lead, Next, Verb, why_act, why_field, why_read

#: Questions about rows and fields; the others are verbs.
FILL, ADD, DELETE, READ = "fill", "add", "delete", "read"
#: By step on: what its button says and where it leads; before a dot alone stands the table.
OF_ROW: dict[Next, tuple[Any, str]] = {
    Next.EDIT: (_l("去修改"), ".edit_view"),
    Next.CHANGE: (_l("申请变更"), ".change_view"),
    Next.WISH: (_l("提出更正意愿"), ".wish_view"),
}
OF_FILE: dict[Next, tuple[Any, str]] = {
    Next.ADD: (_l("去新增"), ".create_view"),
    Next.OPEN_TABLE: (_l("打开“%(table)s”"), ".index_view"),
    Next.REOPEN: (_l("重开补正"), "reopening.open"),
    Next.REQUESTS: (_l("变更申请"), "request.index_view"),
    Next.UNDO: (_l("我的裁定"), "inbox.mine_view"),
}


@dataclass(frozen=True)
class Button:
    """A way on: an address, or a verb to post."""

    label: str
    url: str = ""
    do: str = ""


@dataclass(frozen=True)
class Answered:
    """One question and its answer, in the reader's language."""

    question: str
    sentence: str
    may: bool
    buttons: list[Button]


class WhyView(BaseView):
    """One question about one file, or all verbs of the reader's role."""

    GATES = {"index": needs(Permission.FILE_READ)}

    def is_visible(self) -> bool:
        return False

    @expose("/")
    def index(self) -> Any:
        """The question stands in the address; nothing of the answer's rehearsal remains."""
        teacher_id = parse_id(request.args.get("file", "")) or abort(404)
        answers = list(_answers(teacher_id))
        person = select(Teacher.id, Teacher.name, Teacher.teacher_no)
        row = db.session.execute(person.where(Teacher.id == teacher_id)).one()
        opened([teacher_id])
        page = {"heading": _("为什么不能？"), "row": row, "crumbs": _crumbs(row)}
        return self.render("admin/why.html", answers=answers, **page)


def why_url(teacher_id: int, do: str = "", **about: Any) -> str:
    """Address of a question; *about*: table, row and field."""
    asked = {"file": teacher_id, "do": do, **about}
    return url_for("why.index", **{key: value for key, value in asked.items() if value})


def _crumbs(row: Any) -> list[tuple[Any, str]]:
    file = url_for("teacher.details_view", id=row.id)
    return [(row.name or row.teacher_no, file), (_("为什么不能？"), "")]


# -- questions -------------------------------------------------------------------------------------


def _answers(teacher_id: int) -> Iterator[Answered]:
    asked = request.args.get("do", "")
    if asked in (FILL, ADD, DELETE, READ):
        yield _of_row(teacher_id, asked, request.args.get("table", ""))
        return
    if asked and asked not in set(Verb):
        abort(404)
    verbs = [Verb(asked)] if asked else _verbs()
    alike = groupby(rehearsed(teacher_id, verbs), key=lambda each: say(each[1].sentence))
    for _sentence, group in alike:
        found = list(group)
        names = [say(ASKED[verb]) for verb, _answer in found]
        question = _("为什么不能%(verbs)s？", verbs=listed(names))
        yield _answered(question, found[0][1], teacher_id)


def _verbs() -> list[Verb]:
    """Those of the reader's role; of a role without any the usual ones."""
    actor = get_actor()
    found = [Verb(act.value) for act in verbs_for(actor)]
    if held_by(actor):
        found.append(Verb.UNDO)
    return found or [Verb.SUBMIT, Verb.PASS, Verb.RETURN]


def rehearsed(teacher_id: int, verbs: list[Verb]) -> list[tuple[Verb, Answer]]:
    """The answers about *verbs*; a page that only reads becomes a writer as long as it tries."""
    session = db.session()
    session.rollback()
    with writing():
        found = [(verb, why_act(session, get_actor(), verb, teacher_id)) for verb in verbs]
        session.rollback()
    return found


def _of_row(teacher_id: int, asked: str, table: str) -> Answered:
    session, actor = db.session(), get_actor()
    row, field = parse_id(request.args.get("row", "")), request.args.get("field") or None
    ask: dict[str, Callable[[], Answer]] = {
        FILL: lambda: why_field(session, actor, teacher_id, table, row, field),
        ADD: lambda: why_field(session, actor, teacher_id, table),
        DELETE: lambda: why_field(session, actor, teacher_id, table, row, delete=True),
        READ: lambda: why_read(session, actor, teacher_id, table),
    }
    answer = ask[asked]()
    declared = TABLES[table].dictionary
    label = str(label_of(declared.fields[field] if field and asked == FILL else declared))
    questions = {
        FILL: _("为什么不能修改“%(label)s”？", label=label),
        ADD: _("为什么不能新增“%(label)s”？", label=label),
        DELETE: _("为什么不能删除这条“%(label)s”记录？", label=label),
        READ: _("为什么看不到“%(label)s”？", label=label),
    }
    return _answered(questions[asked], answer, teacher_id)


# -- answers ---------------------------------------------------------------------------------------


def _answered(question: str, answer: Answer, teacher_id: int) -> Answered:
    sentence = say(answer.sentence)
    buttons = [each for lead in answer.leads if (each := _button(lead, teacher_id))]
    return Answered(question, sentence[:1].upper() + sentence[1:], answer.may, buttons)


def _button(lead: Lead, teacher_id: int) -> Button | None:
    """Where the reader may go on; a page that is not theirs is not offered."""
    verbs = {verb.value: name for verb, name in NAMES.items()}
    if lead.next.value in verbs and lead.next is not Next.UNDO:
        return Button(say(verbs[lead.next.value]), do=f"{lead.next}:{teacher_id}")
    label, place = {**OF_ROW, **OF_FILE}[lead.next]
    endpoint = f"{lead.table}{place}" if place.startswith(".") else place
    about: dict[str, Any] = {"teacher_id": teacher_id}
    if lead.next in OF_ROW:
        about = {"id": lead.row_id}
    elif lead.next is Next.UNDO:
        about = {"act": lead.act}
    if not may_open(endpoint) or None in about.values():
        return None
    url = url_for(endpoint, **about, _anchor=lead.field or None)
    table = label_of(TABLES[lead.table].dictionary) if lead.table else ""
    return Button(str(label) % {"table": table}, url)
