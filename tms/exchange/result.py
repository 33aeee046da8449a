"""What an import did, for people and for scripts (DESIGN.md 5)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tms.errors import Say
from tms.exchange.refused import write_refused
from tms.exchange.stages import Checked, CheckedRow, Problem, Sheet


@dataclass(frozen=True)
class ImportResult:
    """Counts in rows; `refused` counts rows not taken, those that only wait included."""

    section: str | None
    rows: int
    new: int
    changed: int
    unchanged: int
    refused: int
    #: In the order of the file.
    problems: tuple[Problem, ...]
    #: Rows that `replace` deleted.
    deleted: int = 0
    is_dry_run: bool = False
    #: One result per table, where the file had several.
    sections: tuple[ImportResult, ...] = ()
    #: Rows not taken, to be given back as a file.
    left: tuple[CheckedRow, ...] = field(default=(), repr=False)

    def as_json(self, say: Say = str) -> dict[str, Any]:
        """The object that ``import --json`` prints; *say* puts reasons into a language."""
        counts = ("section", "rows", "new", "changed", "unchanged", "refused")
        found: dict[str, Any] = {name: getattr(self, name) for name in counts}
        found["problems"] = [_said(problem, say) for problem in self.problems]
        if self.sections:
            found["sections"] = [section.as_json(say) for section in self.sections]
        return found

    def write_refused(self, path: Path, say: Say = str) -> int:
        """The rows not taken as a file, CSV or XLSX by *path*'s ending, to be mended and sent back.

        :returns: how many rows it holds.
        """
        return write_refused(path, self.left, say)


def _said(problem: Problem, say: Say) -> dict[str, Any]:
    words = {"column": say(problem.column), "reason": say(problem.reason)}
    return vars(problem) | words


def result_of(table: Checked, name: str, sheets: Sequence[Sheet], dry_run: bool) -> ImportResult:
    """The result of one table under the name the user knows it by."""
    order = {sheet.name: place for place, sheet in enumerate(sheets)}
    rows = sorted(table.rows, key=lambda r: (order[r.origin.sheet.name], r.origin.raw.number))
    left = tuple(row for row in rows if not row.is_taken)
    actions = Counter(row.action for row in rows if row.is_taken)
    found = [*table.remarks, *(problem for row in rows for problem in row.problems)]
    return ImportResult(
        section=name,
        rows=len(rows),
        new=actions["new"],
        changed=actions["change"],
        unchanged=actions["unchanged"],
        refused=len(left),
        problems=tuple(found),
        deleted=len(table.removals),
        is_dry_run=dry_run,
        left=left,
    )


def total_of(
    sections: Sequence[ImportResult], remarks: Sequence[Problem], dry_run: bool
) -> ImportResult:
    """One result of all: the only one, or the totals."""

    def total(name: str) -> int:
        return sum(getattr(section, name) for section in sections)

    problems = [*remarks, *(p for section in sections for p in section.problems)]
    return ImportResult(
        section=sections[0].section if len(sections) == 1 else None,
        rows=total("rows"),
        new=total("new"),
        changed=total("changed"),
        unchanged=total("unchanged"),
        refused=total("refused"),
        problems=tuple(problems),
        deleted=total("deleted"),
        is_dry_run=dry_run,
        sections=tuple(sections) if len(sections) > 1 else (),
        left=tuple(row for section in sections for row in section.left),
    )
