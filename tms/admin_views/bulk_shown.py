"""What the pages of a bulk edit list: rows with old and new content, figures, reasons."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import select

from tms.access import Actor
from tms.admin_views.labels import label_of
from tms.admin_views.values import stored_of, text_of
from tms.db import db
from tms.dictionary import Field, Table, stored
from tms.i18n import lang, listed, say
from tms.i18n import lazy_gettext as _l
from tms.models import TABLES, BulkAct, BulkItem, Fate, Teacher
from tms.records import bulk_parts as parts
from tms.records.bulk_acts import ORDER, WRITTEN, Words, count, tally, targets
from tms.records.bulk_plan import Line, plan
from tms.records.bulk_spec import Spec

SIZE = 50
#: Tone and word of what becomes of a row, before and after it is done.
FATES = {
    Fate.CHANGE: ("review", _l("更改"), _l("已更改")),
    Fate.ADD: ("force", _l("新增"), _l("已新增")),
    Fate.REQUEST: ("review", _l("变更申请"), _l("已提出变更申请")),
    Fate.SAME: ("draft", _l("不动"), _l("未动")),
    Fate.CANNOT: ("error", _l("不能改"), _l("未改")),
}
UNDOS = {parts.UNDONE: ("back", _l("已撤销")), parts.KEPT: ("warn", _l("保留"))}


@dataclass(frozen=True)
class Tab:
    """Some of the items: which ones, and by which column they are told apart further."""

    key: str
    label: Any
    condition: Any
    why: Any


_written = BulkItem.fate.in_(WRITTEN)
PREVIEW = (
    Tab("write", _l("要写入的"), _written, BulkItem.reason),
    Tab("findings", _l("带来新问题"), BulkItem.finding.is_not(None), BulkItem.finding),
    Tab("cannot", _l("不能改"), BulkItem.fate == Fate.CANNOT, BulkItem.reason),
    Tab("same", _l("不动"), BulkItem.fate == Fate.SAME, BulkItem.reason),
)
_done = BulkItem.done.is_not(None)
RESULT = (
    Tab("done", _l("已写入"), BulkItem.done.in_(WRITTEN), BulkItem.left_why),
    Tab("left", _l("未写入"), _done & BulkItem.done.not_in(WRITTEN), BulkItem.left_why),
)
#: Of an act that was taken back: what came of that first.
UNDONE = (
    Tab("undone", _l("已撤销"), BulkItem.undone == parts.UNDONE, BulkItem.kept_why),
    Tab("kept", _l("未能撤销"), BulkItem.undone == parts.KEPT, BulkItem.kept_why),
    *RESULT,
)


@dataclass(frozen=True)
class Told:
    """One value, before and after."""

    label: Any
    was: str
    now: str


@dataclass(frozen=True)
class Row:
    """One item as it is listed."""

    teacher_id: int
    name: str
    number: str
    tone: str
    word: Any
    reason: str = ""
    about: str = ""
    changes: tuple[Told, ...] = ()
    #: Fields of a new row that are copied besides.
    copied: int = 0
    findings: tuple[tuple[str, str], ...] = ()


@dataclass
class Figures:
    """An act counted: items by what became of them."""

    act: BulkAct
    fates: Counter[str] = field(default_factory=Counter)
    done: Counter[str] = field(default_factory=Counter)
    undone: Counter[str] = field(default_factory=Counter)
    findings: int = 0

    @classmethod
    def of(cls, act: BulkAct) -> Figures:
        """Counted now."""
        made = cls(act)
        for counter, what in (
            (made.fates, BulkItem.fate),
            (made.done, BulkItem.done),
            (made.undone, BulkItem.undone),
        ):
            counter.update(dict(tally(db.session(), act.id, what)))
        made.findings = count(db.session(), act.id, BulkItem.finding.is_not(None))
        return made

    @property
    def total(self) -> int:
        """All that was chosen and looked at."""
        return self.fates.total()

    @property
    def to_write(self) -> int:
        """What applying would write."""
        return sum(self.fates[fate] for fate in WRITTEN)

    @property
    def written(self) -> int:
        """What applying wrote."""
        return sum(self.done[fate] for fate in WRITTEN)

    @property
    def left(self) -> int:
        """What applying left out, though the preview had meant to write it."""
        return self.done.total() - self.written


def reasons(act: BulkAct, tab: Tab) -> list[tuple[str, str, int]]:
    """(key, sentence, items) within a tab, the commonest first."""
    words, found = Words(act), tally(db.session(), act.id, tab.why, tab.condition)
    return [(key, say(words.text(key)), number) for key, number in found]


def preview_rows(actor: Actor, act: BulkAct, tab: Tab, why: str, page: int) -> list[Row]:
    """One page of what would be done, worked out anew: the list shows what holds now."""
    found = _targets(act, tab, why, page)
    spec = Spec.of(act.spec)
    lines = plan(db.session(), actor, spec, found)
    people = _people(target.teacher_id for target in found)
    return [_Drawing(actor, spec, line).row(people.get(line.target.teacher_id)) for line in lines]


def _targets(act: BulkAct, tab: Tab, why: str, page: int) -> Any:
    conditions = (tab.condition, tab.why == why) if why else (tab.condition,)
    return targets(db.session(), act.id, *conditions, limit=SIZE, offset=page * SIZE)


def _people(ids: Iterable[int]) -> dict[int, Any]:
    statement = select(Teacher.id, Teacher.name, Teacher.teacher_no)
    return {row.id: row for row in db.session.execute(statement.where(Teacher.id.in_(set(ids))))}


@dataclass(frozen=True)
class _Drawing:
    """Puts the values of one line into words."""

    actor: Actor
    spec: Spec
    line: Line

    @property
    def table(self) -> Table:
        """Of the rows."""
        return TABLES[self.spec.table].dictionary

    def row(self, person: Any) -> Row:
        """The line as it is listed."""
        line = self.line
        tone, word, _past = FATES[line.fate]
        changes = tuple(self.changes()) if line.header else ()
        return Row(
            line.target.teacher_id,
            (person.name if person else "") or "",
            person.teacher_no if person else "",
            tone,
            word,
            reason=say(line.reason) if line.reason else "",
            about=self.about(),
            changes=changes,
            copied=len(line.after) - len(changes) if self.spec.copies else 0,
            findings=tuple((each.severity, each.message(lang())) for each in line.findings),
        )

    def about(self) -> str:
        """Which of the file's rows it is: what tells them apart."""
        if self.line.row is None or self.line.header is None:
            return ""
        texts = (self.there(self.table.fields[key]) for key in self.table.natural_key)
        return listed([text for text in texts if text])

    def changes(self) -> Iterator[Told]:
        """The fields of the steps, before and after; of a copied row as in the one it is from."""
        for step in self.spec.steps:
            if step.field in self.line.after:
                each = self.table.fields[step.field]
                now = self.text(each, stored(each, self.line.after[step.field]))
                yield Told(label_of(each), self.there(each) if self.line.row else "", now)

    def there(self, each: Field) -> str:
        """What the row holds now."""
        return self.text(each, stored_of(self.line.row or {}, each))

    def text(self, each: Field, value: Any) -> str:
        """A value as the reader may see it; what cannot be stored, as it was typed."""
        assert self.line.header is not None  # noqa: S101  without a file nothing is listed
        category = self.line.header.category
        if value is None or not each.applies(category):
            return ""
        return text_of(self.actor, self.table, each, value, category)


# -- what was done ---------------------------------------------------------------------------------


def result_rows(act: BulkAct, tab: Tab, why: str, page: int) -> list[Row]:
    """One page of what became of the items."""
    columns = (BulkItem.teacher_id, BulkItem.done, BulkItem.left_why)
    statement = select(*columns, BulkItem.undone, BulkItem.kept_why).where(
        BulkItem.bulk_id == act.id, tab.condition, *([tab.why == why] if why else [])
    )
    statement = statement.order_by(*ORDER).offset(page * SIZE).limit(SIZE)
    found = db.session.execute(statement).all()
    people, words = _people(item.teacher_id for item in found), Words(act)
    return [_item(tab, item, people.get(item.teacher_id), words) for item in found]


def _item(tab: Tab, item: Any, person: Any, words: Words) -> Row:
    tone, _word, word = FATES[Fate(item.done)]
    reason = words.text(item.left_why)
    if tab not in RESULT:
        tone, word = UNDOS[item.undone]
        reason = words.text(item.kept_why)
    return Row(
        item.teacher_id,
        (person.name if person else "") or "",
        person.teacher_no if person else "",
        tone,
        word,
        reason=say(reason) if reason else "",
    )
