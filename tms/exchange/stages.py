"""What passes between the stages of an import: parse → check → load. No stage knows the next."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final, Literal

from tms.errors import Message, Text, TmsError, message

Mode = Literal["append", "update", "replace"]
Keep = Literal["person", "row", "file"]
Incomplete = Literal["refuse", "draft"]
InForce = Literal["refuse", "request"]
Severity = Literal["error", "warning"]


class FileRefused(TmsError):
    """The file as a whole cannot be taken; the sentence says why and what to do."""

    status = 422


class NoValue(str):
    """What stands in a cell that has a formula but no value: an error such as ``#N/A``, or ``=``.

    It is not empty: an empty cell would clear what is stored.
    """


@dataclass(frozen=True, slots=True)
class RawRow:
    """One line of a sheet with the number the spreadsheet shows. Cells are text, numbers, dates."""

    number: int
    cells: list[Any]


@dataclass(frozen=True)
class Sheet:
    """A parsed sheet: what stands in it, before anybody asks what it means."""

    name: str
    header: list[str]
    rows: list[RawRow]
    header_row: int = 1
    #: Of the sheet rather than of a row: what is odd about it without being wrong.
    remarks: list[Problem] = field(default_factory=list)
    is_hidden: bool = False


@dataclass(frozen=True)
class Problem:
    """What is wrong, and where the user finds it. Values of ID numbers are masked."""

    sheet: str
    row: int
    #: The header as it stands there; a label where the file has no such column.
    column: Message | str
    value: str
    rule: str
    reason: Text
    severity: Severity = "error"


@dataclass(frozen=True)
class Origin:
    """Where a row came from."""

    sheet: Sheet
    raw: RawRow

    @property
    def place(self) -> Message:
        """The row as one names it to the user."""
        return message("%(sheet)s第%(row)d行", sheet=self.sheet.name, row=self.raw.number)


#: Rules of cells that are not taken because their column is closed here (`exchange.closing`).
NOT_TAKEN: Final = ("closed", "category")
#: What is to become of a row.
Action = Literal["new", "change", "unchanged", "request"]


@dataclass(frozen=True)
class CheckedRow:
    """A row that was read, matched and judged; without errors it can be loaded.

    `owner` is what waits together: a file's id (negative while the file is still to be made), a
    unit's code; None where the row could not be assigned.
    """

    origin: Origin
    problems: tuple[Problem, ...]
    owner: Any = None
    #: Header and shown value of the cell that names the owner, for rows that only wait.
    named_by: tuple[Message | str, str] = ("", "")
    action: Action = "new"
    #: Of the row that changes.
    row_id: int | None = None
    version: int | None = None
    #: What the row is to hold: fields of the table by key.
    values: Mapping[str, Any] = field(default_factory=dict)
    #: Of what it is to hold, what the stored row holds now.
    before: Mapping[str, Any] = field(default_factory=dict)
    #: Importers of units and files: what else they need to make one.
    place: Any = None
    #: Without fault itself, but held back with the rows of the same person.
    is_waiting: bool = False

    @property
    def outcome(self) -> str:
        """What becomes of it: its action, "refused", or "waits" with another row of its person.

        "closed": it would have changed something, but only in columns that are not taken.
        """
        if self.is_refused:
            return "refused"
        if self.is_waiting:
            return "waits"
        is_closed = self.action == "unchanged" and any(p.rule in NOT_TAKEN for p in self.problems)
        return "closed" if is_closed else self.action

    @property
    def is_taken(self) -> bool:
        """Whether nothing keeps the row out."""
        return not self.is_waiting and not self.is_refused

    @property
    def is_refused(self) -> bool:
        """Whether an error keeps the row out."""
        return any(problem.severity == "error" for problem in self.problems)


@dataclass(frozen=True)
class Removal:
    """A row that `replace` deletes, because the file no longer has it."""

    owner: Any
    row_id: int
    version: int


@dataclass
class Checked:
    """All rows of one table, in the order of the file."""

    table: str
    rows: list[CheckedRow] = field(default_factory=list)
    removals: list[Removal] = field(default_factory=list)
    #: Of the file rather than of a row: columns nobody knows.
    remarks: list[Problem] = field(default_factory=list)


@dataclass(frozen=True)
class Options:
    """How the user wants the file taken."""

    mode: Mode = "update"
    keep: Keep = "person"
    incomplete: Incomplete = "refuse"
    dry_run: bool = False
    #: The day taken as today; None is today.
    on: date | None = None
    #: What becomes of changes to rows in force: refused, or asked for by change requests.
    in_force: InForce = "refuse"
    #: Of such requests.
    reason: str = ""
