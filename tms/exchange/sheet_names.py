"""Names of the sheets that a workbook of ours holds beside the tables.

The header rules of an import ask nobody about them: such a sheet is left out without a remark.
"""

from __future__ import annotations

from typing import Final

from tms.errors import Term

#: How to fill a template, and what its columns want.
GUIDE: Final = Term("填写说明", "how to fill")
#: What the drop-downs offer.
CODES: Final = Term("代码表", "code lists")
#: Who exported when, and under which number.
ABOUT: Final = Term("导出说明", "about this export")

#: Compared without case, and without blanks around.
IGNORED_SHEETS: Final = frozenset(
    name.casefold() for term in (GUIDE, CODES, ABOUT) for name in (str(term), term.en)
)


def is_ignored(name: str) -> bool:
    """Whether an import passes over the sheet of that *name*."""
    return name.strip().casefold() in IGNORED_SHEETS
