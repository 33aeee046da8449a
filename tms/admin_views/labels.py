"""Words for what is shown: labels in the reader's language, values as people read them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from flask_babel import format_datetime
from flask_babel.speaklater import LazyString

from tms.dictionary import Category, Code, Field, Kind, Photo, code_table, from_stored
from tms.exchange.unit_cells import KINDS
from tms.i18n import gettext as _
from tms.i18n import lang, lazy_gettext, listed, say
from tms.models import RecordStatus, RowState

#: Where a row stands; the code tables speak of files.
ROW_STATES = {
    RowState.DRAFT: lazy_gettext("草稿"),
    RowState.IN_REVIEW: lazy_gettext("审核中"),
    RowState.IN_FORCE: lazy_gettext("已生效"),
}
#: How a file's label and a row's state look (templates/icons.html).
TONES = {
    RecordStatus.DRAFT: "draft",
    RecordStatus.SUBMITTED: "review",
    RecordStatus.UNIT_PASSED: "review",
    RecordStatus.DEPT_PASSED: "review",
    RecordStatus.SCHOOL_PASSED: "review",
    RecordStatus.REPORTED: "review",
    RecordStatus.APPROVED: "force",
    RecordStatus.RETURNED: "back",
}
ROW_TONES = {RowState.DRAFT: "draft", RowState.IN_REVIEW: "review", RowState.IN_FORCE: "force"}
UNIT_KINDS = {kind: LazyString(say, label) for kind, label in KINDS.items()}


def label_of(thing: Any) -> LazyString:
    """The label of a field, table or section, when it is shown."""
    return LazyString(lambda: thing.en if lang() == "en" else thing.zh)


def in_sentence(thing: Any) -> str:
    """The label within a sentence, where English begins it with a small letter."""
    label = str(thing.label(lang()))
    return label[:1].lower() + label[1:] if lang() == "en" else label


def coded(table: str, code: Any) -> str:
    """The label of *code*; nothing for nothing."""
    return code_table(table).label(str(code), lang()) if code not in (None, "") else ""


def brief(table: str, code: Any) -> str:
    """The label of *code* without what it adds in brackets: for cells."""
    return re.split(r"\s*[(,（]", coded(table, code), maxsplit=1)[0]


def codes_of(field: Field, category: Category | None) -> list[Code]:
    """The entries of the field's code table; of all its tables where the category is open."""
    if category is not None:
        name = field.codes_for(category)
        return list(code_table(name).entries) if name else []
    names = set(field.codes.values()) if isinstance(field.codes, Mapping) else {field.codes}
    found = {entry.code: entry for name in sorted(filter(None, names)) for entry in _entries(name)}
    return list(found.values())


def _entries(name: str) -> tuple[Code, ...]:
    return code_table(name).entries


def shown(field: Field, value: Any, category: Category) -> str:
    """A stored *value* of *field* as text."""
    value = from_stored(field, value)
    if value is None:
        return ""
    if field.kind is Kind.PHOTO:
        photo = Photo.read(str(value))
        return _("已有照片，%(w)d×%(h)d像素", w=photo.width, h=photo.height) if photo else ""
    name = field.codes_for(category)
    if name and field.kind is Kind.TEXT:  # a list that only suggests: the value may be a code
        known = code_table(name).get(str(value))
        return known.label(lang()) if known else str(value)
    if name and field.kind is Kind.CODE:
        chosen = [value] if isinstance(value, str) else value
        return listed(coded(name, code) for code in chosen)
    return value.isoformat() if isinstance(value, date) else str(value)


def moment(value: datetime | None) -> str:
    """An instant in China's time, to the minute."""
    return format_datetime(value, "yyyy-MM-dd HH:mm") if value else ""


def day_of(value: datetime | None) -> str:
    """An instant's day in China."""
    return format_datetime(value, "yyyy-MM-dd") if value else ""
