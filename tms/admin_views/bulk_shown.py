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
from tms.dictionary import Category, Field, Table, stored
from tms.i18n import lang, listed, say
from tms.i18n import lazy_gettext as _l
from tms.models import TABLES, BulkAct, BulkItem, Fate, Teacher, Unit
from tms.records import bulk_parts as parts
from tms.records.bulk_acts import WRITTEN, Words, count, tally, targets
from tms.records.bulk_plan import Line, plan
from tms.records.bulk_spec import Spec

SIZE = 50
#: Tone and word of what becomes of a row, before and after it is done.
FATES = {
    Fate.CHANGE: ("review", _l("将更改"), _l("已更改")),
    Fate.ADD: ("force", _l("将新增"), _l("已新增")),
    Fate.REQUEST: ("review", _l("转为变更申请"), _l("已转为变更申请")),
    Fate.SAME: ("draft", _l("不动"), _l("未动")),
    Fate.CANNOT: ("error", _l("不能写入"), _l("未写入")),
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
    Tab("cannot", _l("不能写入"), BulkItem.fate == Fate.CANNOT, BulkItem.reason),
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
    #: School or unit of the file.
    unit: str
    tone: str
    word: Any
    reason: str = ""
    about: str = ""
    changes: tuple[Told, ...] = ()
    #: What of a new row is copied besides.
    copied: tuple[Told, ...] = ()
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
    def to_come(self) -> int:
        """What applying has not come to: it goes on, was stopped or broke off."""
        return self.to_write - self.done.total()

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
    people = people_of(target.teacher_id for target in found)
    nobody = Person()
    return [
        _Drawing(actor, spec, line).row(people.get(line.target.teacher_id, nobody))
        for line in lines
    ]


def _targets(act: BulkAct, tab: Tab, why: str, page: int) -> Any:
    conditions = (tab.condition, tab.why == why) if why else (tab.condition,)
    return targets(db.session(), act.id, *conditions, limit=SIZE, offset=page * SIZE)


@dataclass(frozen=True)
class Person:
    """Whose an item is."""

    name: str = ""
    number: str = ""
    unit: str = ""
    category: Category | None = None


def people_of(ids: Iterable[int]) -> dict[int, Person]:
    columns = (Teacher.id, Teacher.name, Teacher.teacher_no, Teacher.school_category)
    statement = select(*columns, Unit.name.label("unit")).outerjoin(
        Unit, Unit.id == Teacher.unit_id
    )
    found = db.session.execute(statement.where(Teacher.id.in_(set(ids))))
    return {
        id: Person(name or "", number or "", unit or "", Category(category))
        for id, name, number, category, unit in found
    }


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

    def row(self, person: Person) -> Row:
        """The line as it is listed."""
        line = self.line
        tone, word, _past = FATES[line.fate]
        changes = tuple(self.changes()) if line.header else ()
        return Row(
            line.target.teacher_id,
            person.name,
            person.number,
            person.unit,
            tone,
            word,
            reason=say(line.reason) if line.reason else "",
            about=self.about(),
            changes=changes,
            copied=tuple(self.copied()) if line.header and self.spec.copies else (),
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

    def copied(self) -> Iterator[Told]:
        """The other fields of a copied row, as they will be."""
        changed = {step.field for step in self.spec.steps}
        for key, value in self.line.after.items():
            if key not in changed:
                each = self.table.fields[key]
                yield Told(label_of(each), "", self.text(each, stored(each, value)))

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
