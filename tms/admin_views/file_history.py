"""What happened to a file, in words: who, when, from what to what."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from flask_babel import gettext as _

from tms.access import Actor
from tms.admin_views.labels import coded, label_of, moment
from tms.admin_views.values import text_of
from tms.dictionary import Category
from tms.errors import term
from tms.i18n import say
from tms.models import TABLES
from tms.records.history import Entry
from tms.workflow.routes import ROUTES

#: By the first word of an act: icon of the line.
ICONS = {"return": "back", "pass": "check", "report": "upload", "submit": "clock"}


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
    """The acts of a file's history, newest first; several rows of one act stay apart."""
    for entry in entries:
        word, _sep, step = entry.act.partition(".")
        who = "　".join(filter(None, (entry.unit, entry.user or coded("account_role", entry.role))))
        note = (entry.detail or {}).get("note", "") if isinstance(entry.detail, dict) else ""
        yield Moment(
            _title(entry, word, step),
            ICONS.get(word, "pen"),
            who,
            moment(entry.at),
            note,
            list(_changes(actor, entry, category)),
        )


def _title(entry: Entry, word: str, step: str) -> str:
    if entry.table in TABLES and word != "create":
        label = str(label_of(TABLES[str(entry.table)].dictionary))
        if entry.version == 0:
            return str(_("删除%(table)s", table=label))
        if entry.version == 1:
            return str(_("新增%(table)s", table=label))
        return str(_("修改%(table)s", table=label))
    named = {
        "create": _("建立档案"),
        "submit": _("报送"),
        "report": _("上报"),
        "pass": _("%(step)s：通过", step=_step(step)),
        "return": _("%(step)s：退回", step=_step(step)),
        "find": _("按证件号码查到"),
    }
    return str(named.get(word, entry.act))


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
