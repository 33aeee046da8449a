"""The oracle: `tests/authz.csv`, signed by hand from DOMAIN.md 2 and never made from the program.

A line says of one operation (family of endpoints, method, what hides behind it) who may do it:

* `operation`: `family.function METHOD`; `section` is any of the file's tables, `*` any family that
  has no line of its own. Lines called `see` say whose rows may show on any page at all.
* `detail`: what the rule of the address hides (`action:`, `type:`, `filter:`, `field:`, `into:`,
  `role:`), and which tables are meant: `teacher`, `school` (who fills the table, in schools of all
  categories), `either` (the school in primary schools, the teacher elsewhere), `basic`, `one`
  (tables of one record a file), `research` and `other` (who judges the rows at universities).
* `state`: the file's stage; of an account the class of its role. Empty is any.
* `answer`, `refused`, `outside`: the status for targets that succeed, that are in reach but
  refused, and for all others. `*` means that something is changed; without it nothing may be.
* `shows`: what a successful page must show, so that the search for canaries cannot fail to find.
* one column per kind of principal. `-`: 403, nobody is sent to the login. `+`: allowed, there is no
  target. Letters before the slash: targets that succeed; after it: refused ones. m: one's own file
  or account; o: own unit and its parts; d: directly below; u: further below; p: the school of a
  secondary unit or department; s: sibling and below; a: above; f: foreign.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

FILE = Path(__file__).parents[1] / "authz.csv"
SEE = "see"
SHUT, OPEN = "-", "+"
ANY = "any"


@dataclass(frozen=True)
class Expected:
    """What an answer must be: one of these statuses, and whether something changes."""

    statuses: frozenset[int]
    changes: bool = False

    def allows(self, status: int) -> bool:
        """Whether *status* is one of them; none named means any but an error of the server's."""
        return status in self.statuses or (not self.statuses and status < 500)


@dataclass(frozen=True)
class Line:
    """One line of the file."""

    number: int
    operation: str
    detail: str
    states: tuple[str, ...]
    answer: str
    refused: str
    outside: str
    shows: str
    cells: tuple[tuple[str, str], ...]

    @property
    def words(self) -> tuple[str, ...]:
        """The words of the detail."""
        return tuple(self.detail.split())

    @property
    def is_refusal(self) -> bool:
        """Whether nobody may at all."""
        return all(cell == SHUT for _, cell in self.cells)

    def cell(self, column: str) -> str:
        """What the column says."""
        return dict(self.cells)[column]

    def letters(self, column: str) -> tuple[str, str]:
        """(relations that succeed, relations that are refused)."""
        good, _, bad = self.cell(column).partition("/")
        return good.strip(SHUT), bad

    def succeeds(self, column: str, relation: str) -> bool:
        """Whether the act succeeds on a target that lies so; without target, at all."""
        return self.cell(column) == OPEN or bool(relation) and relation in self.letters(column)[0]

    def expected(self, column: str, relation: str) -> Expected:
        """What the oracle says of a principal and a target that lies so."""
        if self.cell(column) == SHUT:
            return Expected(frozenset({302 if column == "nobody" else 403}))
        if self.succeeds(column, relation) or not relation:
            return _parse(self.answer)
        is_refused = bool(relation) and relation in self.letters(column)[1]
        return _parse(self.refused if is_refused else self.outside)


def _parse(text: str) -> Expected:
    assert text, "the line does not say which status"
    if text == ANY:
        return Expected(frozenset())
    return Expected(frozenset(map(int, text.rstrip("*").split("|"))), text.endswith("*"))


@cache
def lines() -> tuple[Line, ...]:
    """All lines of the file."""
    with FILE.open(encoding="utf-8", newline="") as file:
        return tuple(_line(number, row) for number, row in enumerate(csv.DictReader(file), 2))


def _line(number: int, row: dict[str, str]) -> Line:
    named = ("operation", "detail", "state", "answer", "refused", "outside", "shows")
    operation, detail, state, answer, refused, outside, shows = (row.pop(key) for key in named)
    cells = tuple(row.items())
    states = tuple(state.split())
    return Line(number, operation, detail, states, answer, refused, outside, shows, cells)


def operations() -> Iterator[Line]:
    """Lines about what can be done."""
    return (line for line in lines() if line.operation != SEE)


@cache
def sees() -> dict[str, Line]:
    """Kind of canary → line that says who may see it."""
    return {line.detail: line for line in lines() if line.operation == SEE}
