"""What the columns of a confirmation list of official numbers mean."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from tms.errors import Term
from tms.exchange import labels
from tms.exchange.columns import Target
from tms.exchange.labels import Fixed

NUMBER: Final = "number"
OFFICIAL: Final = Fixed(
    "official_no", "正式标识码", "official number", ("正式个人标识码", "正式教师标识码")
)
#: How such lists call the number that a file has till now.
TEMPORARY: Final = ("临时标识码", "临时个人标识码", "temporary number")
TARGET: Final = Target(
    NUMBER,
    Term("正式标识码确认表", "list of official numbers"),
    {},
    (
        replace(labels.TEACHER_NO, aliases=(*labels.TEACHER_NO.aliases, *TEMPORARY)),
        labels.ID_TYPE,
        labels.ID_NUMBER,
        labels.NAME,
        *labels.PLACE,
        OFFICIAL,
    ),
    (("teacher_no", "id_number"), ("official_no",)),
)
