"""What happened to a file, in words: who, when, from what to what."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any

from tms.access import Actor
from tms.admin_views import notes
from tms.admin_views.audit_words import act_word
from tms.admin_views.labels import coded, label_of, moment
from tms.admin_views.request_words import asked_title
from tms.admin_views.values import text_of
from tms.dictionary import Category
from tms.errors import term
from tms.i18n import clauses, listed, say
from tms.i18n import gettext as _
from tms.models import TABLES
from tms.records.act_traces import UNDO_ACTS
from tms.records.history import Entry
from tms.workflow.routes import ROUTES

#: Tables named in one line; the rest is "and others".
NAMED = 3
#: By the first word of an act: icon of the line.
ICONS = {"return": "back", "pass": "check", "report": "upload", "submit": "clock"}
ICONS |= {"freeze": "lock", "bin": "bin"}


@dataclass
class Told:
    """One change of one value."""

    label: Any
    was: str
    now: str


@dataclass
class Moment:
    """One act."""

    title: str
    icon: str
    who: str
    when: str
    note: str = ""
    changes: list[Told] = field(default_factory=list)


def moments(actor: Actor, entries: Iterable[Entry], category: Category) -> Iterator[Moment]:
    """The acts of a file's history, newest first: one moment an act, however many rows it wrote."""
    every = list(entries)
    reasons = _reasons(actor, [each for each in every if each.act.startswith("return")])
    for _event, group in groupby(every, key=lambda entry: entry.event):
        written = list(group)
        first = written[0]
        word, _sep, step = first.act.partition(".")
        who = (first.unit, first.user or coded("account_role", first.role))
        yield Moment(
            _title(written, word, step),
            ICONS.get(word, "pen"),
            " · ".join(filter(None, who)),
            moment(first.at),
            reasons.get(first.act_id) or _detail(first).get("note", ""),
            [told for entry in written for told in _changes(actor, entry, category)],
        )


def _reasons(actor: Actor, returns: Sequence[Entry]) -> dict[str, str]:
    """By act what its notes say, each with the place it is about."""
    found: dict[str, list[str]] = defaultdict(list)
    for note in notes.of_acts({e.act_id for e in returns}, {e.submission_id for e in returns}):
        place = notes.named(actor, note)
        text = _("%(table)s：%(text)s", table=place, text=note.reason) if place else note.reason
        found[str(note.act)].append(text.rstrip("。."))
    return {act: clauses(dict.fromkeys(texts)) for act, texts in found.items()}


def _detail(entry: Entry) -> dict[str, Any]:
    return entry.detail if isinstance(entry.detail, dict) else {}


def _title(written: list[Entry], word: str, step: str) -> str:
    tables = list(dict.fromkeys(e.table for e in written if e.table in TABLES))
    if tables and word != "create":
        what = _of_rows(written, [label_of(TABLES[str(key)].dictionary) for key in tables])
        return str(_("撤销：%(what)s", what=what)) if written[0].act in UNDO_ACTS else what
    named = {
        "create": _("建立档案"),
        "bulk": _("撤销批量操作"),
        "import": _("撤销导入"),
        "submit": _("核对无变化") if _detail(written[0]).get("nochange") else _("报送"),
        "report": _("上报"),
        "pass": _("%(step)s：通过", step=_step(step)),
        "return": _("%(step)s：退回", step=_step(step)),
        "withdraw": _("撤回报送"),
        "undo": _("%(step)s：撤销裁定", step=_step(step.rpartition(".")[2])),
        "find": _("按证件号码查到"),
        "freeze": _("锁定到%(day)s", day=_detail(written[0]).get("until", "")),
        "release": _("解除锁定"),
        "bin": _("删除到回收站"),
        "restore": _("从回收站恢复"),
        "number": _("转为正式标识码“%(number)s”", number=_official(written[0])),
        "move": _("从“%(former)s”调整到“%(school)s”", **_way(written[0])),
        "unit": _("所在单位并入“%(unit)s”", unit=_detail(written[0]).get("into", "")),
    }
    return str(named.get(word) or asked_title(written[0]) or act_word(written[0].act))


def _official(entry: Entry) -> str:
    return str((_detail(entry).get("number") or [""])[-1])


def _way(entry: Entry) -> dict[str, str]:
    detail = _detail(entry)
    return {"former": detail.get("from", ""), "school": detail.get("to", "")}


def _of_rows(written: list[Entry], labels: list[Any]) -> str:
    """What was done to rows: named where they are of a kind, else counted."""
    names = listed(labels[:NAMED])
    if len(labels) > NAMED:
        names = _("%(names)s等", names=names)
    versions = {min(entry.version or 0, 2) for entry in written}
    words = {
        0: _("删除%(table)s", table=names),
        1: _("新增%(table)s", table=names),
        2: _("修改%(table)s", table=names),
    }
    word = words[versions.pop()] if len(versions) == 1 else _("填写%(table)s", table=names)
    return str(word if len(written) == 1 else _("%(what)s（%(n)s条）", what=word, n=len(written)))


def _step(key: str) -> str:
    steps = (step for route in ROUTES.values() for step in route.steps)
    return next((say(term(step)) for step in steps if step.key == key), key)


def _changes(actor: Actor, entry: Entry, category: Category) -> Iterator[Told]:
    if entry.table not in TABLES:
        return
    table = TABLES[str(entry.table)].dictionary
    for change in entry.changes:
        declared = table.fields[change.field]
        was, now = (
            text_of(actor, table, declared, value, category)
            for value in (change.former, change.after)
        )
        yield Told(label_of(declared), was or "—", now or "—")
