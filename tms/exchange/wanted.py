"""What an export is to hold and how it is to look, as JSON: for jobs, and for saved exports."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final, cast

from sqlalchemy import Select
from sqlalchemy.orm import Session

from tms.access import Actor
from tms.dictionary.scope import today
from tms.errors import Invalid, Term, message
from tms.exchange.contents import Content, of_sections, of_table
from tms.exchange.how import CODES, Codes, How
from tms.exchange.joined import NAME, of_joined
from tms.exchange.stamp import number_of, said
from tms.exchange.write import require_format
from tms.models import TABLES

#: What each row of the list gives: itself, its teacher's roster line, its teacher's whole file.
ROWS, ROSTER, FILES = "rows", "roster", "files"
CONTENTS: Final = (ROWS, ROSTER, FILES)
TEACHER: Final = "teacher"
#: What is chosen of more columns than this was never read.
MAX_COLUMNS: Final = 300
FILES_NAME: Final = Term("教师档案", "teachers' files")
MEDIA_TYPES: Final = {
    "csv": "text/csv",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "ods": "application/vnd.oasis.opendocument.spreadsheet",
    "json": "application/json",
}


@dataclass(frozen=True)
class Wanted:
    """One export as it was asked for."""

    #: The list it was asked from: ``teacher`` or the key of a table.
    grid: str
    content: str = ROWS
    #: Of rows: field keys; of a roster: ``table.key``; of whole files: keys of tables. Empty: all.
    columns: tuple[str, ...] = ()
    #: The section of which a roster has a line per row.
    spread: str = ""
    fmt: str = "xlsx"
    lang: str = "zh"
    codes: Codes = "code-label"
    for_editing: bool = False
    #: Never saved: who wants full numbers says every time what for.
    purpose: str = ""

    def __post_init__(self) -> None:
        require_format(self.fmt)
        known = (TEACHER, *TABLES)
        has_sense = self.content == ROWS or self.grid == TEACHER
        if self.grid not in known or self.content not in CONTENTS or not has_sense:
            raise Invalid(message("没有这样的导出。"))
        if len(self.columns) > MAX_COLUMNS or self.codes not in CODES:
            raise Invalid(message("没有这样的导出。"))
        if self.content == FILES and self.fmt == "csv":
            raise Invalid(message("CSV只能放一张表，多张表请选择 XLSX、ODS 或 JSON。"))

    @property
    def how(self) -> How:
        """How it is to look."""
        editable = self.for_editing and self.content != ROSTER and self.grid in self._editable
        return How(self.lang, self.codes, editable, self.purpose)

    @property
    def _editable(self) -> tuple[str, ...]:
        """Headers of files are not imported as such, whole files are."""
        return (*TABLES, TEACHER) if self.content == FILES else tuple(TABLES)

    @property
    def name(self) -> Term:
        """What the file is called, without date and number."""
        if self.content == ROSTER:
            return NAME
        if self.content == FILES:
            return FILES_NAME
        if self.grid == TEACHER:
            return Term("教师", "teachers")
        return Term(TABLES[self.grid].dictionary.zh, TABLES[self.grid].dictionary.en)

    def file_name(self, act_id: str) -> str:
        """Name of the file with the number of the export; never anybody's own number (S10)."""
        title = said(self.name, self.lang).replace("/", "-")
        return f"{title}-{today():%Y%m%d}-{number_of(act_id)}.{self.fmt}"

    def contents(self, session: Session, actor: Actor, rows: Select[Any] | None = None) -> Content:
        """What it holds of *rows* (ids of the grid's rows; None is all).

        :raises NotAllowed: the role takes none of it. :raises Invalid: there are no such columns.
        """
        if self.content == ROSTER:
            return of_joined(session, actor, self.columns, self.how, rows, self.spread)
        if self.content == FILES:
            tables = self.columns or tuple(TABLES)
            return of_sections(session, actor, tables, self.how, rows)
        only = list(self.columns) if self.columns else None
        return of_table(session, actor, self.grid, self.how, only=only, rows=rows)

    def as_json(self) -> dict[str, Any]:
        """As jobs and saved exports keep it."""
        return vars(self) | {"columns": list(self.columns)}

    def as_saved(self) -> dict[str, Any]:
        """As it is saved: without the purpose, so with masks."""
        return replace(self, purpose="").as_json()


def wanted_of(given: Mapping[str, Any]) -> Wanted:
    """What `as_json` gave, or a form says.

    :raises Invalid: it makes no sense.
    """
    columns: Sequence[str] = given.get("columns") or ()
    known = {key: given[key] for key in Wanted.__dataclass_fields__ if key in given}
    fitting = {**known, "columns": tuple(columns), "for_editing": bool(given.get("for_editing"))}
    return Wanted(**cast("Any", fitting))
