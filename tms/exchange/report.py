"""The report of an import: the uploaded workbook back, with what became of every row.

The same sheets, rows and values at the same places, so that a row named in a problem is the row
one sees; beside them the result and what is wrong, on the wrong cells a colour and a note. Mended
and sent again it is taken like any file: an import passes over the columns added here.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any, BinaryIO, Final

import xlsxwriter

from tms.errors import Say, Term, message, term
from tms.exchange.book import NARROWEST, WIDEST, sheet_name, width_of
from tms.exchange.columns import normal
from tms.exchange.labels import (
    PROBLEMS,
    RECORD_ID,
    RESULT,
    ROW,
    TEACHER_NO,
    VERSION,
    Fixed,
)
from tms.exchange.refused import COLON, SEMICOLON
from tms.exchange.stages import CheckedRow, Problem, RawRow, Sheet
from tms.exchange.write_xlsx import DATE_FORMAT, HEADER, OPTIONS

#: What became of a row, in words.
RESULTS: Final = {
    "new": Term("新增", "added"),
    "change": Term("更改", "changed"),
    "request": Term("转为变更申请", "change request"),
    "unchanged": Term("不变", "unchanged"),
    "closed": Term("不变，有列不收", "unchanged, columns not taken"),
    "waits": Term("等待", "waits"),
    "refused": Term("不收", "not taken"),
}
_COLOURS: Final = {
    "new": "#DDF0DF",
    "change": "#DDF0DF",
    "request": "#DDF0DF",
    "closed": "#FBE9CF",
    "waits": "#FBE9CF",
    "refused": "#F9DCD6",
}
#: Notes of a workbook. A program draws each, XlsxWriter keeps each until the end; what comes after
#: has its colour and stands in the last column like the others.
NOTES: Final = 20_000
NOTES_CUT: Final = message(
    "批注最多写%(n)d处，从这一行起只着色；每一行的全部问题都写在这一列。", n=NOTES
)
_WRONG: Final = {"error": "#F6B8AC", "warning": "#FBE3A6"}


@dataclass(frozen=True)
class Outcome:
    """What became of one row."""

    #: A key of `RESULTS`.
    result: str
    problems: tuple[Problem, ...] = ()
    #: The personal number of the file that the row made.
    teacher_no: str = ""


#: By name of the sheet and number of the row.
Outcomes = Mapping[tuple[str, int], Outcome]


def outcome_of(row: CheckedRow, teacher_no: str = "") -> Outcome:
    """The outcome of a row as the check left it."""
    return Outcome(row.outcome, row.problems, "" if row.is_refused else teacher_no)


def write_report(
    out: BinaryIO,
    sheets: Sequence[Sheet],
    outcomes: Outcomes,
    say: Say = str,
    folder: Path | None = None,
) -> None:
    """Write the workbook to *out*; rows without an outcome come back as they are."""
    options = OPTIONS | ({"tmpdir": str(folder)} if folder else {})
    with xlsxwriter.Workbook(out, options) as workbook:
        looks, notes = _Looks(workbook), iter(range(NOTES))
        for sheet in sheets:
            _Page(workbook, sheet, outcomes, say, looks, notes).write()


@dataclass
class _Looks:
    """Cell formats, made when they are first asked for.

    Text has the form of text, or a number would lose its digits when somebody mends it.
    """

    workbook: Any
    known: dict[tuple[str, str], Any] = field(default_factory=dict)

    def of(self, colour: str = "", form: str = "@") -> Any:
        """The format with that background and number format."""
        if (colour, form) not in self.known:
            fill = {"bg_color": colour} if colour else {}
            made = self.workbook.add_format(fill | {"num_format": form})
            self.known[colour, form] = made
        return self.known[colour, form]


@dataclass
class _Page:
    """One sheet of the report."""

    workbook: Any
    sheet: Sheet
    outcomes: Outcomes
    say: Say
    looks: _Looks
    #: As many as there may still be notes.
    notes: Iterator[int]
    #: Whether there were more.
    is_cut: bool = False

    def write(self) -> None:
        """Header and rows where they stood."""
        self.page = self.workbook.add_worksheet(sheet_name(self.sheet.name))
        self.kept = [
            n for n, h in enumerate(self.sheet.header) if not _is(h, ROW, PROBLEMS, RESULT)
        ]
        header = [self.sheet.header[place] for place in self.kept]
        self.number = next((n for n, h in enumerate(header) if _is(h, TEACHER_NO)), None)
        if self.number is None and any(map(self._number_of, self.sheet.rows)):
            self.number = len(header)
            header.append(self.say(term(TEACHER_NO)))
        self.places = {label: place for place, label in enumerate(header)}
        self.own = len(header)
        self._header([*header, *(self.say(term(own)) for own in (RESULT, PROBLEMS))])
        for raw in self.sheet.rows:
            self._row(raw, self._outcome(raw))

    def _outcome(self, raw: RawRow) -> Outcome | None:
        return self.outcomes.get((self.sheet.name, raw.number))

    def _number_of(self, raw: RawRow) -> str:
        outcome = self._outcome(raw)
        return outcome.teacher_no if outcome else ""

    def _header(self, header: Sequence[str]) -> None:
        row = self.sheet.header_row - 1
        style = self.looks.workbook.add_format(HEADER | {"text_wrap": True})
        for place, label in enumerate(header):
            hidden = {"hidden": True} if _is(label, RECORD_ID, VERSION) else {}
            width = min(max(NARROWEST, width_of(label) + 4, 14), WIDEST)
            self.page.set_column(place, place, width, self.looks.of(), hidden)
            self.page.write_string(row, place, label, style)
        self.page.set_column(self.own + 1, self.own + 1, 70, self.looks.of())
        self.page.freeze_panes(row + 1, 0)
        last = max((raw.number for raw in self.sheet.rows), default=row + 1) - 1
        self.page.autofilter(row, 0, max(last, row), len(header) - 1)

    def _row(self, raw: RawRow, outcome: Outcome | None) -> None:
        row, problems = raw.number - 1, outcome.problems if outcome else ()
        wrong = self._by_place(problems)
        cells = [raw.cells[place] for place in self.kept if place < len(raw.cells)]
        cells += [""] * (self.own - len(cells))
        if outcome and outcome.teacher_no and self.number is not None:
            cells[self.number] = outcome.teacher_no
        for place, cell in enumerate(cells):
            found = wrong.get(place, ())
            self._cell(row, place, cell, found)
        if outcome:
            self._result(row, outcome, problems)
        for extra, cell in enumerate(raw.cells[len(self.sheet.header) :], self.own + 2):
            self._cell(row, extra, cell, ())

    def _by_place(self, problems: Iterable[Problem]) -> dict[int, list[Problem]]:
        found: dict[int, list[Problem]] = defaultdict(list)
        for problem in problems:
            place = self.places.get(str(problem.column))
            if place is not None:
                found[place].append(problem)
        return found

    def _cell(self, row: int, place: int, cell: Any, wrong: Sequence[Problem]) -> None:
        colour = ""
        if wrong:
            colour = _WRONG["error" if any(p.severity == "error" for p in wrong) else "warning"]
            self._note(row, place, wrong)
        if isinstance(cell, bool):
            self.page.write_boolean(row, place, cell, self.looks.of(colour, "General"))
        elif isinstance(cell, int | float):
            self.page.write_number(row, place, cell, self.looks.of(colour, "General"))
        elif isinstance(cell, datetime | date):
            self.page.write_datetime(row, place, cell, self.looks.of(colour, DATE_FORMAT))
        elif cell not in ("", None):
            self.page.write_string(row, place, str(cell), self.looks.of(colour))
        elif wrong:
            self.page.write_blank(row, place, None, self.looks.of(colour))

    def _note(self, row: int, place: int, wrong: Sequence[Problem]) -> None:
        """The reasons on the cell itself, as long as a program can still show them all."""
        if next(self.notes, None) is not None:
            note = "\n".join(dict.fromkeys(self.say(p.reason) for p in wrong))
            self.page.write_comment(row, place, note, {"x_scale": 1.6})
        elif not self.is_cut:
            self.is_cut = True
            self.page.write_comment(row, self.own + 1, self.say(NOTES_CUT), {"x_scale": 1.6})

    def _result(self, row: int, outcome: Outcome, problems: Iterable[Problem]) -> None:
        look = self.looks.of(_COLOURS.get(outcome.result, ""))
        self.page.write_string(row, self.own, self.say(RESULTS[outcome.result]), look)
        colon = self.say(COLON)
        said = [f"{self.say(p.column)}{colon}{self.say(p.reason)}" for p in problems]
        if said:
            text = self.say(SEMICOLON).join(dict.fromkeys(said))
            self.page.write_string(row, self.own + 1, text, self.looks.of())


def _is(header: str, *fixed: Fixed) -> bool:
    return normal(header) in {normal(name) for each in fixed for name in each.names}
