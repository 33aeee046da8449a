"""填报说明: of one's own category each field with who fills it, when, and in which form."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from flask import render_template

from tms.access import policy
from tms.admin_views.downloads import handed_over
from tms.admin_views.labels import coded, label_of
from tms.db import db
from tms.dictionary import ALWAYS, Category, Field, Table, When
from tms.documents.guides import guide_pdf
from tms.exchange.how import How
from tms.exchange.template_columns import Need
from tms.exchange.template_words import (
    FILLERS,
    NEEDS,
    codes_of,
    depending,
    form_of,
    rules_of,
)
from tms.gate import allow
from tms.i18n import gettext as _
from tms.i18n import lang, say
from tms.i18n import lazy_gettext as _l
from tms.records.kept import Kept
from tms.self_service.own import OwnFile, own_file
from tms.self_service.place import OWN, blueprint


@dataclass(frozen=True)
class Line:
    """One field."""

    label: Any
    need: str
    filler: str
    form: str
    codes: str
    remarks: list[str]

    def plain(self) -> list[str]:
        """As a line of a table."""
        cells = [self.label, self.need, self.filler, self.form, self.codes]
        return [*map(str, cells), "\n".join(self.remarks)]


@dataclass(frozen=True)
class Chapter:
    """One table."""

    key: str
    label: Any
    filler: str
    lines: list[Line]

    def plain(self) -> dict[str, Any]:
        """As the typesetter takes it."""
        lines = [line.plain() for line in self.lines]
        return {"label": str(self.label), "filler": self.filler, "lines": lines}


#: Above the columns.
HEADS = (_l("指标项"), _l("要求"), _l("由谁填写"), _l("格式"), _l("可选项"), _l("说明"))
PDF = "application/pdf"


@blueprint.get("/guide/")
@allow(blueprint, OWN)
def guide() -> Any:
    """The whole guide on one page."""
    own = own_file()
    page = {"own": own, "title": _("填报说明"), "category": _category(own), "heads": HEADS}
    return render_template("self_service/guide.html", **page, chapters=list(chapters(own)))


@blueprint.get("/guide/file/")
@allow(blueprint, OWN)
def guide_file() -> Any:
    """The same as PDF, to be kept or printed."""
    own = own_file()
    data = {
        "title": _("填报说明"),
        "category": _category(own),
        "heads": list(map(str, HEADS)),
        "by": _("由谁填写："),
        "lang": lang(),
        "chapters": [chapter.plain() for chapter in chapters(own)],
    }
    db.session.rollback()  # nobody waits while type is set
    content = guide_pdf(data)
    name = f"{data['title']}-{data['category']}.pdf"
    return handed_over(Kept(name, PDF, len(content), iter([content])))


def _category(own: OwnFile) -> str:
    return coded("school_category", own.header.category)


def chapters(own: OwnFile) -> Iterator[Chapter]:
    """The tables of one's own file in order."""
    at = own.header.category, own.header.unit_path
    for section in own.sections:
        for table in own.tables(section):
            fields = policy.shown_fields(own.actor, table, *at)
            filler = FILLERS[policy.table_filler(own.actor, table, *at)]
            lines = [_line(own, table, each) for each in fields if not each.readonly]
            yield Chapter(table.key, label_of(table), say(filler), lines)


def _line(own: OwnFile, table: Table, field: Field) -> Line:
    category, path = own.header.category, own.header.unit_path
    others = depending(table, field, category, lang())
    return Line(
        label_of(field),
        say(NEEDS[_need(field, category)]),
        say(FILLERS[policy.filler_of(own.actor, field, category, path)]),
        form_of(field, lang()),
        codes_of(field, category, How(lang())),
        [*([_("取决于%(names)s", names=others)] if others else []), *rules_of(field, lang())],
    )


def _need(field: Field, category: Category) -> Need:
    required = field.required.get(category)
    if required == ALWAYS:
        return Need.MUST
    return Need.WHEN if isinstance(required, When) else Need.MAY
