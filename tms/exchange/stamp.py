"""The watermark of an export: who took what when, under a number that leads to its audit event."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from tms.access import Actor
from tms.dictionary.scope import SHANGHAI
from tms.errors import Term
from tms.exchange.book import Stamp
from tms.exchange.how import How
from tms.exchange.sheet_names import ABOUT

#: As it stands in file names, on sheets and in the properties of documents.
NUMBER: Final = re.compile("E[0-9A-F]{12}")
_DIGITS: Final = 12

_NUMBER: Final = Term("导出编号", "export number")
_WHO: Final = Term("导出人", "exported by")
_WHEN: Final = Term("导出时间", "exported at")
_WHAT: Final = Term("内容", "content")
_WHERE: Final = Term("筛选条件", "filters")
_NUMBERS: Final = Term("证件号码与电话", "document and telephone numbers")
_MASKED: Final = Term("已遮盖", "masked")
_REMARK: Final = Term("说明", "remark")
_CARE: Final = Term(
    "本文件含个人信息，仅限本次用途，请妥善保管，用毕删除。本页不参与导入。",
    "This file holds personal information: use it for its purpose only, keep it safe, delete it "
    "afterwards. This sheet is not imported.",
)


def number_of(act_id: str) -> str:
    """The number of the export that the act *act_id* is."""
    return "E" + act_id[:_DIGITS].upper()


def act_prefix(number: str) -> str:
    """What the act of export *number* begins with."""
    return number[1:].lower()


def stamp_of(actor: Actor, act_id: str, how: How, name: str, detail: Mapping[str, Any]) -> Stamp:
    """The watermark in the language of the export.

    :param name: what the sheets are called.
    """
    at = f"{datetime.now(SHANGHAI):%Y-%m-%d %H:%M}"
    number = number_of(act_id)
    who = f"{actor.unit_name} {actor.name}".strip()
    lines = [
        (_NUMBER, number),
        (_WHO, who),
        (_WHEN, at),
        (_WHAT, name),
        (_WHERE, "；".join(f"{key}={text}" for key, text in detail.get("where", {}).items())),
        (_NUMBERS, how.purpose or said(_MASKED, how.lang)),
        (_REMARK, said(_CARE, how.lang)),
    ]
    return Stamp(
        number,
        said(ABOUT, how.lang),
        [(said(term, how.lang), text) for term, text in lines if text],
        f"{who}  {at}  {said(_NUMBER, how.lang)} {number}",
    )


def said(term: Term, lang: str) -> str:
    """*term* in "zh" or "en"."""
    return term.en if lang == "en" else str(term)
