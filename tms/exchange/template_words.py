"""What a template says: notes at its headers, the guide, what is wrong with a cell."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from tms.dictionary import Category, Field, Filler, Kind, Table
from tms.dictionary.live import depends_on
from tms.errors import Term
from tms.exchange.how import How
from tms.exchange.stamp import said
from tms.exchange.template_codes import entries_of, shown_few
from tms.exchange.template_columns import Need, Slot
from tms.models import TABLES

#: So many codes are listed; more are told by their number.
FEW: Final = 12

NEEDS: Final = {
    Need.MUST: Term("必填", "required"),
    Need.EITHER: Term("至少填一项", "one of them is required"),
    Need.LATER: Term("报送前必填", "required before submission"),
    Need.WHEN: Term("视其他项而定", "depends on other columns"),
    Need.MAY: Term("选填", "optional"),
}
#: Before the label of a column; an import passes over them.
MARKS: Final = {Need.MUST: "*", Need.EITHER: "☆", Need.LATER: "※", Need.WHEN: "※", Need.MAY: ""}

FORMS: Final = {
    Kind.TEXT: Term("文字", "text"),
    Kind.CODE: Term("从下拉列表中选择", "choose from the list"),
    Kind.DATE: Term("日期，如 2020-01-31", "date, such as 2020-01-31"),
    Kind.MONTH: Term("年月，如 2020-01", "month, such as 2020-01"),
    Kind.YEAR: Term("四位年份，如 2020", "year, such as 2020"),
    Kind.INTEGER: Term("整数", "whole number"),
    Kind.DECIMAL: Term("数字，两位小数", "number with two places"),
    Kind.ID_NUMBER: Term("文本，字母大写", "text, letters upper case"),
    Kind.PHOTO: Term("照片", "photo"),
}
SEVERAL: Final = Term("可多选，用；隔开", "several, separated by ;")
UP_TO: Final = Term("最多{n}字", "at most {n} characters")
BETWEEN: Final = Term("{low}至{high}", "{low} to {high}")
FILLERS: Final = {
    Filler.TEACHER: Term("教师", "teacher"),
    Filler.SCHOOL: Term("学校", "school"),
    Filler.BUREAU: Term("主管部门", "bureau"),
}
FILLED_BY: Final = Term("由谁填写：", "Filled in by: ")
WANTED: Final = Term("要求：", "Required: ")
FORM: Final = Term("格式：", "Form: ")
RULE: Final = Term("检查：", "Checked: ")
LOOKS_AT: Final = Term("取决于：", "Depends on: ")
OFFERED: Final = Term("下拉列表共{n}项", "{n} entries in the list")
ABOUT: Final = {
    "teacher_no": Term("已有档案的教师填写；新教师留空", "for teachers on file; empty for others"),
    "name": Term("只用于核对，防止错行", "compared only, against slips of a line"),
    "id_number": Term("按文本填写，不要用数字格式", "as text, never in a numeric cell"),
    "school_code": Term("学校的标识码，新教师必填", "code of the school, for new teachers"),
    "secondary_unit_code": Term("二级单位的代码或名称", "code or name of the secondary unit"),
}


def form_of(field: Field, lang: str) -> str:
    """How a value is to be written."""
    found = [said(FORMS[field.kind], lang)]
    if field.multiple:
        found.append(said(SEVERAL, lang))
    if field.length and field.kind in (Kind.TEXT, Kind.ID_NUMBER):
        found.append(said(UP_TO, lang).format(n=field.length))
    if field.minimum is not None and field.maximum is not None:
        found.append(said(BETWEEN, lang).format(low=field.minimum, high=field.maximum))
    return _joined(found, lang)


def codes_of(field: Field, category: Category, how: How) -> str:
    """The codes that may be chosen, or how many there are."""
    table = field.codes_for(category)
    if table is None:
        return ""
    entries = entries_of(table, how)
    return shown_few(entries, FEW) or said(OFFERED, how.lang).format(n=len(entries))


def filler_of(slot: Slot, lang: str) -> str:
    """Who fills the column in."""
    return said(FILLERS[slot.filler], lang) if slot.filler else ""


def rules_of(field: Field, lang: str) -> list[str]:
    """What is asked of each value."""
    return [said(Term(rule.zh, rule.en), lang) for rule in field.rules]


def note_of(table: Table, slot: Slot, category: Category, how: How) -> str:
    """What stands at the header when one points to it."""
    return "\n".join(_note(table, slot, category, how))


def _note(table: Table, slot: Slot, category: Category, how: How) -> Iterator[str]:
    lang, field = how.lang, slot.field
    yield said(WANTED, lang) + said(NEEDS[slot.need], lang)
    if field is None:
        yield said(ABOUT[slot.column.key], lang)
        return
    yield said(FILLED_BY, lang) + filler_of(slot, lang)
    yield said(FORM, lang) + form_of(field, lang)
    if codes := codes_of(field, category, how):
        yield codes
    if others := depending(table, field, category, lang):
        yield said(LOOKS_AT, lang) + others
    for rule in rules_of(field, lang)[:2]:
        yield said(RULE, lang) + rule


def depending(table: Table, field: Field, category: Category, lang: str) -> str:
    """Labels of the columns that decide whether this one is wanted."""
    names = depends_on(table, category, field.key)
    fields = [TABLES[section].dictionary.fields[key] for section, key in names]
    return _joined(list(dict.fromkeys(f.label(lang) for f in fields)), lang)


def _joined(parts: list[str], lang: str) -> str:
    return ("；" if lang != "en" else "; ").join(parts)
