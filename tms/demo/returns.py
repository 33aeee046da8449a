"""What desks returned: whole files, or rows and fields that notes name."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tms.demo.state import Stage
from tms.dictionary import Department, Field
from tms.models import TABLES

if TYPE_CHECKING:
    from tms.demo.files import File

#: Of a file as a whole.
REASON = "请补充近年培训记录的证明材料，并核对任教学科。"
#: (table, field or the whole row, what is wrong), in this order where a file has them.
AT_SCHOOL = (
    ("domestic_training", "hours", "学时与证书不符，请核对。"),
    ("study_experience", "", "请补充毕业证书信息。"),
    ("work_experience", "", "起止年月与人事档案不一致，请核对。"),
)
IN_RESEARCH = (
    ("paper", "publish_month", "发表年月与刊物不符，请核对。"),
    ("project", "", "请补充立项文件。"),
    ("award", "", "请核对是否有获奖。"),
)
#: The department that returns while others go on.
RETURNS = Department.RESEARCH


@dataclass(frozen=True, slots=True)
class Note:
    """As `ReviewNote` has it."""

    reason: str
    table: str | None = None
    row_id: int | None = None
    field: str | None = None
    filler: str = ""


def judged_rows(file: File) -> Iterator[tuple[str, dict[str, Any]]]:
    """(table, row) of what the desk that returned the file judges."""
    mask = RETURNS.mask if file.last is Stage.DEPARTMENTS else 0
    for table, rows in file.columns.items():
        if file.gathers(table):
            yield from ((table, row) for row in rows if not mask or row["functions"] & mask)


def notes_of(file: File) -> list[Note]:
    """Why the file was returned; nothing of others."""
    standing = file.teacher.standing
    if standing.returned_at is None:
        return []
    named = list(_named(file)) if standing.is_named else []
    return named or [Note(REASON)]


def _named(file: File) -> Iterator[Note]:
    """Two rows at most, the last one of its table each."""
    found = dict(judged_rows(file))
    wanted = IN_RESEARCH if file.last is Stage.DEPARTMENTS else AT_SCHOOL
    for table, key, reason in [each for each in wanted if each[0] in found][:2]:
        declared = TABLES[table].dictionary
        field: Field | None = declared.fields.get(key)
        filler = field.filled_by[file.category] if field else declared.filled_by(file.category)
        yield Note(reason, table, found[table]["id"], key or None, filler.value)


def returned_rows(file: File) -> list[dict[str, Any]]:
    """The rows that are drafts again."""
    notes = notes_of(file)
    if not notes:
        return []
    named = {(note.table, note.row_id) for note in notes}
    if named == {(None, None)}:
        return [row for _, row in judged_rows(file)]
    return [row for table, row in judged_rows(file) if (table, row["id"]) in named]
