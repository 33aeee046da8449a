"""What the page of an import shows: where it stands, the tally, and the rows asked for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from itertools import groupby
from typing import Any, Final

from flask import url_for
from sqlalchemy.orm import Session

from tms.admin_views.jobs import Shown
from tms.admin_views.labels import codes_of
from tms.dictionary import Kind
from tms.exchange import batches, parts
from tms.exchange.closing import MSGIDS
from tms.exchange.load import WAITS_FOR
from tms.exchange.parts import OUTCOMES, TO_SEE, Entry, Phase
from tms.i18n import lang, say
from tms.i18n import lazy_gettext as _l
from tms.models import TABLES, ImportBatch
from tms.packed import unpack
from tms.records.files import BASIC
from tms.records.kept import is_kept

SIZE: Final = 50
#: Of the steps the one at which rows are looked at and mistakes mended.
PREVIEW: Final = 3
#: Reasons that get a chip of their own.
CHIPS: Final = 12
#: The rows, whatever becomes of them, of which some column is not taken for one reason.
CLOSED: Final = "closed"

#: How each outcome looks, and what it is called before and after writing.
LOOKS: Final = {
    "new": ("force", "f-force", _l("将新增"), _l("已新增")),
    "change": ("review", "f-review", _l("将更改"), _l("已更改")),
    "request": ("late", "f-accent", _l("转为变更申请"), _l("已转为变更申请")),
    "unchanged": ("draft", "f-idle", _l("与现有相同，不动"), _l("与现有相同，未动")),
    "closed": ("warn", "f-back", _l("不变，有列不收"), _l("不变，有列未收")),
    "refused": ("error", "f-error", _l("有错，不收"), _l("有错，未收")),
    "waits": ("warn", "f-warn", _l("随同一人等待"), _l("随同一人等待")),
}
RARE: Final = ("request", "closed")
#: What is offered to look at, by the word in the address.
TABS: Final = {
    "see": (_l("要看的行"), TO_SEE),
    "waits": (_l("随同一人等待"), ("waits",)),
    "new": (_l("新增的行"), ("new",)),
    "change": (_l("更改的行"), ("change", "request")),
    "same": (_l("不变的行"), ("unchanged",)),
    CLOSED: (_l("有列不收的行"), OUTCOMES),
}


@dataclass(frozen=True)
class Cell:
    """One cell: its text, what stood there before, what is wrong with it."""

    text: str
    was: str | None = None
    said: str = ""
    tone: str = ""


class Preview:
    """An import as its page draws it."""

    def __init__(self, session: Session, batch: ImportBatch, asked: Mapping[str, str]) -> None:
        self.session, self.batch, self.asked = session, batch, asked
        jobs = batches.jobs_of(session, batch)
        self.jobs = {name: Shown(job) for name, job in jobs.items()}
        self.phase: Phase = "load" if batch.loaded is not None else "check"

    @property
    def running(self) -> Shown | None:
        """The job that one waits for, or that broke off."""
        for name in ("report", "undo", "load", "check"):
            shown = self.jobs.get(name)
            is_over = name == "load" and self.batch.undo_job is not None
            if shown is not None and (shown.is_pending or (shown.may_retry and not is_over)):
                return shown
        return None

    @property
    def undo_until(self) -> datetime | None:
        """Until when it can be taken back."""
        load = self.jobs.get("load")
        return batches.undo_until(self.batch, load.job if load else None)

    @property
    def has_report(self) -> bool:
        """Whether the workbook is there that tells of this phase."""
        told = self.jobs.get("report")
        load = self.jobs.get("load")
        if told is None or told.is_pending or not is_kept(self.session, self.batch.report_id):
            return False
        return load is None or load.job.id < told.job.id

    @property
    def step(self) -> int:
        """1 upload, 2 check, 3 preview, 4 written."""
        if self.batch.loaded is not None or "load" in self.jobs:
            return 4
        return PREVIEW if self.batch.checked is not None else 2

    @cached_property
    def _tally(self) -> Any:
        return parts.tally(self.session, self.batch.id, self.phase)

    @property
    def total(self) -> int:
        """Rows of the file."""
        return sum(self._tally[0].values())

    @property
    def taken(self) -> int:
        """Rows that would be written, or were."""
        return sum(self._tally[0][name] for name in parts.TAKEN)

    @property
    def is_barred(self) -> bool:
        """Whether the whole file waits for its errors to be mended."""
        return self.batch.options["keep"] == "file" and bool(self._tally[0]["refused"])

    def tally(self) -> Iterator[tuple[str, Any, int]]:
        """(colour, name, rows) of each outcome; of the rarer ones only where they occur."""
        for name in OUTCOMES:
            _tone, fill, before, after = LOOKS[name]
            count = self._tally[0][name]
            if count or name not in RARE:
                yield fill, after if self.phase == "load" else before, count

    def bar(self) -> Iterator[tuple[str, float, float]]:
        """(colour, from, width) in percent, side by side."""
        start = 0.0
        for name in OUTCOMES:
            width = 100 * self._tally[0][name] / self.total if self.total else 0.0
            if width:
                yield LOOKS[name][1], start, width
            start += width

    # -- which rows ----------------------------------------------------------------------------

    @property
    def tab(self) -> str:
        """The rows asked for; without asking those that somebody has to look at."""
        asked = self.asked.get("rows", "")
        is_there = asked in TABS and (asked != CLOSED or self.reason in self._tally[1])
        return asked if is_there else self._first

    @cached_property
    def _first(self) -> str:
        return next((key for key, (_n, of) in TABS.items() if self._count(of)), "new")

    def _count(self, outcomes: Any) -> int:
        return sum(self._tally[0][name] for name in outcomes)

    def tabs(self) -> Iterator[tuple[str, Any, int, bool]]:
        """(address, name, rows, is here); who waits for nobody needs no tab for it."""
        for key, (name, outcomes) in TABS.items():
            count = self._count(outcomes)
            if key != CLOSED and (count or key != "waits"):
                yield self._url(rows=key), name, count, key == self.tab
        if self.tab == CLOSED:
            here = self._url(rows=CLOSED, why=self.reason)
            yield here, TABS[CLOSED][0], self._tally[1][self.reason][1], True

    def not_taken(self) -> Iterator[tuple[str, str, int, bool]]:
        """(address of its rows, the column and why it is not taken, rows, is here)."""
        for key, (reason, count) in self._tally[1].items():
            if _msgid(reason) in MSGIDS:
                here = self.tab == CLOSED and key == self.reason
                yield self._url(rows=CLOSED, why=key), say(unpack(reason)), count, here

    @property
    def reason(self) -> str:
        """Only rows for this reason."""
        return self.asked.get("why", "")[:12]

    def chips(self) -> Iterator[tuple[str, str, int, bool]]:
        """(address, reason, how often, is here), the most frequent first.

        Of those that wait each names another row; they have a tab instead. For those of closed
        columns see `not_taken`.
        """
        elsewhere = MSGIDS | {waits.msgid for waits in WAITS_FOR.values()}
        all_ = self._tally[1].items()
        reasons = [(key, *told) for key, told in all_ if _msgid(told[0]) not in elsewhere]
        for key, reason, count in reasons[:CHIPS]:
            here = key == self.reason
            url = self._url(rows=self.tab) if here else self._url(rows=self.tab, why=key)
            yield url, say(unpack(reason)), count, here

    @property
    def number(self) -> int:
        """Page, from 0."""
        text = self.asked.get("page", "")
        return min(int(text), 100_000) if text.isdecimal() else 0

    @cached_property
    def entries(self) -> list[Entry]:
        """The rows of the page, and one more if there are more."""
        outcomes = TABS[self.tab][1]
        start = self.number * SIZE
        args = (self.batch.id, self.phase, outcomes, self.reason, start, SIZE + 1)
        return parts.page(self.session, *args)

    @property
    def before_url(self) -> str:
        """The page before; nothing on the first."""
        return self._page(self.number - 1) if self.number else ""

    @property
    def next_url(self) -> str:
        """The page after; nothing on the last."""
        return self._page(self.number + 1) if len(self.entries) > SIZE else ""

    def _page(self, number: int) -> str:
        more = {"why": self.reason} if self.reason else {}
        return self._url(rows=self.tab, page=str(number), **more)

    def _url(self, **args: str) -> str:
        return url_for("import.batch_view", id=self.batch.id, **dict[str, Any](args))

    # -- how they look -------------------------------------------------------------------------

    def sheets(self) -> Iterator[tuple[Any, list[tuple[Entry, list[Cell]]]]]:
        """Sheet by sheet its columns, and the rows of the page."""
        known = {(s["table"], s["name"]): s for s in (self.batch.checked or {}).get("sheets", ())}
        shown = self.entries[:SIZE]
        for (table, name), rows in groupby(shown, key=lambda entry: (_table(entry), entry.sheet)):
            sheet = known.get((table, name)) or {
                "name": name,
                "table": table,
                "header": [],
                "meant": [],
            }
            yield sheet, [(entry, self._cells(entry, sheet)) for entry in rows]

    @staticmethod
    def _cells(entry: Entry, sheet: Mapping[str, Any]) -> list[Cell]:
        wrong = {problem[0]: problem for problem in reversed(entry.problems)}
        meant = sheet["meant"]
        cells = []
        for place, text in enumerate(entry.cells[: len(sheet["header"])]):
            key = meant[place] if place < len(meant) else ""
            was = was_text(entry.table, key, entry.before[key]) if key in entry.before else None
            problem = wrong.get(place)
            said = say(unpack(problem[4])) if problem else ""
            tone = {"error": "bad", "warning": "odd"}[problem[5]] if problem else ""
            cells.append(Cell(text, was, said, tone))
        return cells

    def look(self, entry: Entry) -> tuple[str, Any]:
        """Tone and word of what becomes of a row."""
        tone, _fill, before, after = LOOKS[entry.outcome]
        return tone, after if self.phase == "load" else before

    @staticmethod
    def elsewhere(entry: Entry) -> list[str]:
        """Reasons that no cell of the file shows."""
        return [say(unpack(p[4])) for p in entry.problems if p[0] < 0]

    def remarks(self) -> Iterator[tuple[str, str, str]]:
        """(sheet, column, what is said of it)."""
        for sheet, column, reason in (self.batch.checked or {}).get("remarks", ()):
            yield sheet, say(unpack(column)), say(unpack(reason))


def _msgid(reason: Any) -> str | None:
    """Which sentence a packed reason is."""
    return reason.get("msgid") if isinstance(reason, dict) else None


def _table(entry: Entry) -> str:
    return "teacher" if entry.table == BASIC else entry.table


def was_text(table: str, key: str, value: Any) -> str:
    """A stored value as one reads it."""
    field = TABLES[table].dictionary.fields.get(key) if table in TABLES else None
    if value in (None, "", []):
        return "—"
    if field is None or field.kind is not Kind.CODE:
        return str(value)
    labels = {code.code: code.label(lang()) for code in codes_of(field, None)}
    values = value if isinstance(value, list) else [value]
    return "、".join(labels.get(str(each), str(each)) for each in values)
