"""The page that asks what to export; and what its form says."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

from flask import request

from tms.access import Actor, Permission
from tms.admin_views import counts
from tms.admin_views.asked import Asked
from tms.db import db
from tms.errors import Invalid, message
from tms.exchange.choosing import Choices, choices_of
from tms.exchange.how import LONGEST, SHORTEST
from tms.exchange.wanted import CONTENTS, FILES, ROSTER, ROWS, TEACHER, Wanted, wanted_of
from tms.i18n import lazy_gettext as _l
from tms.records.export_limits import limits

FORMATS: Final = {
    "xlsx": _l("XLSX，Excel 和 WPS"),
    "csv": _l("CSV，一张表"),
    "ods": _l("ODS，LibreOffice"),
    "json": _l("JSON，供程序读取"),
}
CODES: Final = {
    "code-label": _l("代码-名称，可以导回"),
    "label": _l("名称，便于阅读"),
    "code": _l("代码，可以导回"),
}
CONTENT_NAMES: Final = {
    ROWS: _l("列表"),
    ROSTER: _l("教师名册"),
    FILES: _l("整份档案"),
}
PAGE: Final = "page"


@dataclass
class ExportPage:
    """What the template draws."""

    view: Any
    actor: Actor
    asked: Asked
    lang: str

    formats = FORMATS
    codes = CODES
    shortest, longest = SHORTEST, LONGEST

    @property
    def content(self) -> str:
        """What is to be exported of each row."""
        text = request.values.get("content", "")
        return text if text in self.contents else ROWS

    @property
    def contents(self) -> Mapping[str, Any]:
        """Names of what there is to choose: of files more than the list."""
        return CONTENT_NAMES if self.view.endpoint == TEACHER else {ROWS: CONTENT_NAMES[ROWS]}

    @cached_property
    def groups(self) -> list[Choices]:
        """The columns, or tables, to tick."""
        session, grid = db.session(), self.view.endpoint
        return choices_of(session, self.actor, grid, self.content, self.lang)

    @cached_property
    def count(self) -> str:
        """How many rows match."""
        conditions = list(self.view.conditions(self.asked))
        return counts.shown(*counts.bounded(db.session(), self.view.model, conditions)) or "0"

    @property
    def on_page(self) -> int:
        """How many rows the page of the list shows at most."""
        return self.asked.size

    @property
    def offered_formats(self) -> Mapping[str, Any]:
        """Formats that can hold the content."""
        one_table = self.content != FILES
        return {key: name for key, name in FORMATS.items() if one_table or key != "csv"}

    @property
    def may_edit(self) -> bool:
        """Whether an import takes the export back."""
        is_table = self.content == ROWS and self.view.endpoint != TEACHER
        return (is_table or self.content == FILES) and self.actor.can(Permission.IMPORT)

    @property
    def may_unmask(self) -> bool:
        """Whether the role takes full numbers."""
        return self.actor.can(Permission.UNMASK)

    @property
    def alone(self) -> int:
        """People whose full numbers one takes on a day without a second person."""
        return limits().alone

    def given(self, key: str, usual: str = "") -> str:
        """What the form said, where it comes back."""
        return request.form.get(key, usual)

    def is_ticked(self, key: str, usual: bool) -> bool:
        """As the form said, where it comes back."""
        return key in request.form.getlist("column") if request.form else usual


def is_on_page(form: Mapping[str, str]) -> bool:
    """Whether only what is on the screen is wanted."""
    return form.get("rows") == PAGE


def wanted_from(form: Any, grid: str, lang: str) -> Wanted:
    """What the form asks for.

    :raises Invalid: it makes no sense, or asks for full numbers without a purpose.
    """
    chosen = list(dict.fromkeys(form.getlist("column")))
    order = [key for key in form.get("order", "").split(",") if key in chosen]
    purpose = form.get("purpose", "").strip() if "unmask" in form else ""
    if "unmask" in form and not purpose:
        raise Invalid(message("请写明导出完整号码的用途。"))
    if not chosen:
        raise Invalid(message("请至少选择一列。"))
    content = form.get("content", ROWS)
    return wanted_of(
        {
            "grid": grid,
            "content": content if content in CONTENTS else "",
            "columns": [*order, *(key for key in chosen if key not in order)],
            "spread": form.get("spread", ""),
            "fmt": form.get("fmt", ""),
            "lang": lang,
            "codes": form.get("codes", ""),
            "for_editing": "for_editing" in form,
            "purpose": purpose,
        }
    )
