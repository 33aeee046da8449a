"""Columns that are no fields of the table: who a row is about and where it belongs.

Declared once, so that what an export writes above them is what an import understands.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from tms.dictionary import HEADER, Field
from tms.models import TABLES, RowState

_HEADER: Final = {field.key: field for field in HEADER}
_BASIC: Final = TABLES["basic_information"].dictionary.fields


@dataclass(frozen=True)
class Fixed:
    """A column with its labels; `aliases` are understood, never written."""

    key: str
    zh: str
    en: str
    aliases: tuple[str, ...] = ()

    def label(self, lang: str) -> str:
        """The label in "zh" or "en"."""
        return self.en if lang == "en" else self.zh

    @property
    def names(self) -> tuple[str, ...]:
        """Everything that a header may say."""
        return (self.key, self.zh, self.en, *self.aliases)


def _as(field: Field, *aliases: str) -> Fixed:
    return Fixed(field.key, field.zh, field.en, aliases)


def header_label(key: str) -> Fixed:
    """The column of a field of the file's header."""
    return _as(_HEADER[key])


TEACHER_NO: Final = _as(_HEADER["teacher_no"], "教师标识码", "personal number")
NAME: Final = _as(_BASIC["name"], "教师姓名", "teacher's name")
#: The same above tables that have a name of their own.
FULL_NAME: Final = Fixed(NAME.key, "教师姓名", "teacher's name")
ID_TYPE: Final = _as(_BASIC["id_type"], "证件类型")
ID_NUMBER: Final = _as(_BASIC["id_number"], "证件号码", "身份证号", "身份证号码", "ID number")
SCHOOL_CODE: Final = Fixed(
    "school_code", "学校(机构)标识码", "school code", ("单位代码", "学校代码", "unit_code")
)
SCHOOL: Final = _as(_HEADER["school"], "学校", "学校名称", "单位名称")
SECONDARY_UNIT: Final = Fixed("secondary_unit_code", "二级单位", "secondary unit")
STATE: Final = Fixed("state", "记录状态", "state of the record", ("row_state",))
#: Written beside refused rows; when the mended file comes back they say nothing.
ROW: Final = Fixed("_row", "行号", "row")
PROBLEMS: Final = Fixed("_problems", "问题", "problems")
#: Beside every row of a report.
RESULT: Final = Fixed("_result", "导入结果", "import result")
#: Which row of the table it is and what it held, so that an import sees who changed what.
RECORD_ID: Final = Fixed("_id", "记录编号", "record id")
VERSION: Final = Fixed("_version", "记录版本", "record version")

#: What names the teacher of a row.
IDENTITY: Final = (TEACHER_NO, ID_TYPE, ID_NUMBER)
#: Understood above every table, and taken for nothing.
SILENT: Final = (STATE, ROW, PROBLEMS, RESULT, RECORD_ID, VERSION)
#: In a section's file these only say where the teacher is; nothing is compared or changed.
PLACE: Final = (SCHOOL_CODE, SCHOOL, SECONDARY_UNIT)

STATES: Final[dict[str, tuple[str, str]]] = {
    RowState.DRAFT: ("草稿", "draft"),
    RowState.IN_REVIEW: ("审核中", "in review"),
    RowState.IN_FORCE: ("已生效", "in force"),
}
