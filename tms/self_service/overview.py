"""The first page: what is to be done next, what the check found, how far each section is."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from flask import url_for

from tms.admin_views.labels import TONES, label_of
from tms.dictionary import Section, Table
from tms.i18n import gettext as _
from tms.i18n import lazy_gettext as _l
from tms.i18n import say
from tms.models import RecordStatus
from tms.self_service.check import first_error
from tms.self_service.own import OwnFile
from tms.workflow.offered import Act

#: What is said while nothing is to be sent in, by the tone of the file's label.
STANDS = {
    "review": (_l("%(name)s，正在审核"), _l("审核期间不能修改报送的内容；有结果会显示在这里")),
    "force": (_l("%(name)s，档案已生效"), _l("有变化随时可以新增记录，审核通过后生效")),
}
IDLE = (_l("%(name)s，没有要报送的内容"), _l("填写后再报送"))


@dataclass(frozen=True)
class Line:
    """One section in the list."""

    label: Any
    hint: str
    #: ok, e (something is to be filled or mended), or nothing.
    tone: str
    url: str


@dataclass(frozen=True)
class Bar:
    """The act that is always in reach."""

    title: str
    hint: str
    label: str
    url: str


def headline(own: OwnFile) -> tuple[str, str]:
    """Whom one greets, and what comes next."""
    name, n = own.teacher.name or own.teacher.teacher_no, len(own.errors)
    if Act.SUBMIT not in own.acts:
        title, hint = STANDS.get(TONES[RecordStatus(own.teacher.record_status)], IDLE)
        waiting = sum(1 for _each in own.waiting)
        if waiting:
            hint = _("有%(n)s条没有报送的新记录，等这次审核结束后再报送", n=waiting)
        return str(title) % {"name": name}, str(hint)
    if own.notes:
        told = _("%(name)s，有%(n)s处退回待改", name=name, n=len(own.notes))
        return told, _("只改退回的地方，改好重新报送")
    if n:
        return _("%(name)s，还差%(n)s处", name=name, n=n), _("一处一处点进去填好，再报送")
    return _("%(name)s，可以报送了", name=name), _("您要填的都填好了")


def lines(own: OwnFile) -> Iterator[Line]:
    """The sections that are the teacher's, in order."""
    for section in own.sections:
        if own.fills(section):
            yield _line(own, section)


def school_lines(own: OwnFile) -> Iterator[Line]:
    """Those that the school fills: to be looked at."""
    for section in own.sections:
        if not own.fills(section):
            count = _count(own, section)
            hint = _("%(n)s条", n=count) if count else _("还没有记录")
            url = url_for("mine.section", section=section.key)
            yield Line(label_of(section), str(hint), "", url)


def _line(own: OwnFile, section: Section) -> Line:
    keys = {table.key for table in section.tables}
    missing = sum(each.table in keys for each in own.errors)
    count, url = _count(own, section), url_for("mine.section", section=section.key)
    if missing:
        return Line(label_of(section), _("%(n)s处要填或要改", n=missing), "e", url)
    if count and all(_says_none(own, table) for table in own.tables(section)):
        return Line(label_of(section), _("已确认：无"), "ok", url)
    hint = _("%(n)s条", n=count) if count else _("没有可不填")
    return Line(label_of(section), str(hint), "ok", url)


def _count(own: OwnFile, section: Section) -> int:
    return sum(len(own.rows.get(table.key, ())) for table in own.tables(section))


def _says_none(own: OwnFile, table: Table) -> bool:
    """Whether the table is empty or holds nothing but 无."""
    return all(map(table.says_none, own.rows.get(table.key, ())))


def bar(own: OwnFile) -> Bar | None:
    """Sending in: to what keeps it first, else to where it is confirmed."""
    if Act.SUBMIT not in own.acts:
        return None
    reason = own.acts[Act.SUBMIT]
    label = _("重新报送") if own.teacher.record_status == RecordStatus.RETURNED else _("报送")
    if own.notes:
        title, hint = _("退回了%(n)s处", n=len(own.notes)), _("只改这些，改好一起报送")
        return Bar(title, hint, _("去修改"), url_for("mine.mend"))
    if own.errors:
        title, hint = _("还有%(n)s处要填或要改", n=len(own.errors)), _("点报送会先带您去改")
        return Bar(title, hint, label, first_error(own))
    if reason is not None:
        why = url_for("why.index", file=own.header.id, do=Act.SUBMIT.value)
        return Bar(_("现在不能报送"), say(reason), _("为什么不能？"), why)
    n = len(own.warnings)
    hint = _("有%(n)s条提醒，报送前请核对", n=n) if n else _("没有发现问题")
    return Bar(_("可以报送了"), hint, label, url_for("mine.submit"))
