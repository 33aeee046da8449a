"""What the inbox says of one file: what it changes, who passed it, how long it has waited."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import Any

from sqlalchemy import select

from tms.access import Actor, policy
from tms.admin_views.belongings import TasksPage, name_column
from tms.admin_views.columns import Column, State
from tms.admin_views.labels import day_of, label_of
from tms.admin_views.page import Page
from tms.admin_views.section_columns import usual
from tms.admin_views.values import stored_of, text_of
from tms.db import db
from tms.dictionary import Category, Field, Table
from tms.errors import term
from tms.i18n import clauses, listed, say
from tms.i18n import gettext as _
from tms.i18n import lazy_gettext as _l
from tms.models import TABLES, Level, RequestKind, Submission
from tms.models.types import now
from tms.records.read import rows_where
from tms.workflow import inbox, shapes

#: Values of a new row, and tables of a mixed one, that a cell names.
NAMED = 3


class InboxPage(TasksPage):
    """What a page of tasks needs besides: submissions, what they bring, who passed them."""

    @cached_property
    def submissions(self) -> dict[int, Any]:
        """Submissions by id."""
        columns = (Submission.id, Submission.shape, Submission.submitted_at, Submission.round)
        wanted = select(*columns).where(Submission.id.in_(self._submission_ids))
        return {row.id: row for row in db.session.execute(wanted)}

    @property
    def _submission_ids(self) -> list[int]:
        return [row.submission_id for row in self.rows]

    @cached_property
    def passed(self) -> dict[int, inbox.Passed]:
        """Who passed each submission last."""
        return inbox.passed_below(db.session(), self._submission_ids)

    @cached_property
    def brought(self) -> dict[int, inbox.Brought]:
        """What each submission brings."""
        return inbox.brought(db.session(), self.actor, self._submission_ids)

    @cached_property
    def new_rows(self) -> dict[tuple[str, int], Mapping[str, Any]]:
        """The new rows of submissions that bring rows of one table only."""
        wanted: dict[str, list[int]] = {}
        for each in self.brought.values():
            if len(each.new) == 1 and not each.requests:
                ((table, ids),) = each.new.items()
                wanted.setdefault(table, []).extend(ids)
        return {
            (table, row["id"]): row
            for table, ids in wanted.items()
            for row in rows_where(db.session(), TABLES[table], TABLES[table].id.in_(ids))
        }

    def category(self, row: Any) -> Category:
        """The school category of the task's file."""
        return Category(self.teachers[row.teacher_id].school_category)


def _one_field(row: Any, page: InboxPage, side: str) -> str:
    """The value before (`former`) or after (`patch`), where one field changes."""
    _kind, table_key, key = shapes.parts(page.submissions[row.submission_id].shape)
    requests = page.brought[row.submission_id].requests
    if not (key and requests):
        return ""
    table = TABLES[table_key].dictionary
    texts = [_value(page, row, table, table.fields[key], getattr(each, side)) for each in requests]
    return listed([text or str(_("尚无")) for text in texts])


def _value(page: InboxPage, row: Any, table: Table, field: Field, values: Mapping[str, Any]) -> str:
    if not policy.may_see(page.actor, field):
        return ""
    return text_of(page.actor, table, field, stored_of(values, field), page.category(row))


def _what(row: Any, page: InboxPage) -> str:
    """What the submission brings, in a line."""
    brought = page.brought[row.submission_id]
    if not (brought.new or brought.requests):
        return str(_("无内容改动"))
    only = [(table, ids) for table, ids in brought.new.items() if not brought.requests]
    if len(only) == 1 and len(only[0][1]) <= NAMED:
        told = clauses(_new_row(row, page, only[0][0], each) for each in only[0][1])
        table = label_of(TABLES[only[0][0]].dictionary)
        return str(_("%(table)s：%(text)s", table=table, text=told))
    return listed([*_requests(row, page, brought), *_tables(brought)])


def _new_row(row: Any, page: InboxPage, key: str, row_id: int) -> str:
    """The values that tell a new row from others."""
    table, values = TABLES[key].dictionary, page.new_rows.get((key, row_id))
    if values is None:
        return ""
    category = page.category(row)
    wanted = usual(table, category)
    fields = [f for f in policy.visible_fields(page.actor, table) if f.key in wanted]
    texts = (text_of(page.actor, table, f, stored_of(values, f), category) for f in fields)
    return " ".join(text for text in [text for text in texts if text][:NAMED])


def _requests(row: Any, page: InboxPage, brought: inbox.Brought) -> Iterator[str]:
    """The fields that requests change, old and new."""
    for request in brought.requests[:NAMED]:
        table = TABLES[request.table_name].dictionary
        if request.kind == RequestKind.DELETE:
            yield _("删除%(table)s", table=label_of(table))
            continue
        for field in table.fields.values():
            if field.key in shapes.fields_of(table, request.patch):
                yield from _change(row, page, table, field, request)


def _change(row: Any, page: InboxPage, table: Table, field: Field, request: Any) -> Iterator[str]:
    if policy.may_see(page.actor, field):
        was, becomes = (
            _value(page, row, table, field, values) or _("尚无")
            for values in (request.former, request.patch)
        )
        yield _("%(field)s：%(was)s → %(now)s", field=label_of(field), was=was, now=becomes)


def _tables(brought: inbox.Brought) -> Iterator[str]:
    """How many new rows of which tables; of many, how many in all."""
    if len(brought.new) > NAMED:
        yield _("全档%(n)s条", n=sum(map(len, brought.new.values())))
        return
    for key, ids in brought.new.items():
        yield _("%(table)s %(n)s条", table=label_of(TABLES[key].dictionary), n=len(ids))


def _passed(row: Any, page: InboxPage) -> str:
    found = page.passed.get(row.submission_id)
    return found.name if found else ""


def _waited(row: Any, _page: Page) -> Any:
    """Days on the desk; an overdue one says so in words."""
    days = (now() - row.opened_at).days
    late = row.due_at is not None and row.due_at < now()
    return State("late", _("超期，已等%(n)s天", n=days)) if late else _("%(n)s天", n=days)


def _sent(row: Any, page: InboxPage) -> str:
    return day_of(page.submissions[row.submission_id].submitted_at)


NAME = name_column("inbox.file_view")
SCHOOL = Column(
    "unit", _l("学校"), lambda r, p: p.unit(p.teachers[r.teacher_id].unit_id), place="c-unit"
)
STEP = Column("step", _l("环节"), lambda r, p: say(term(p.steps[r.id])), place="c-unit")
WAS = Column("was", _l("原值（生效）"), lambda r, p: _one_field(r, p, "former"), place="pair sec")
BECOMES = Column(
    "becomes", _l("新值（报送）"), lambda r, p: _one_field(r, p, "patch"), place="pair-new"
)
WHAT = Column("what", _l("改了什么"), _what, place="c-what")
PASSED = Column("passed", _l("下级审核"), _passed, place="lo sec nowrap")
SENT = Column("sent", _l("报送"), _sent, place="lo sec nowrap")
WAITED = Column("days", _l("等待"), _waited, place="c-late num")

COLUMNS = (NAME, SCHOOL, STEP, WAS, BECOMES, WHAT, PASSED, SENT, WAITED)


def columns_for(actor: Actor, shape: str) -> list[Column]:
    """Old and new side by side where one field changes, else what the submission brings.

    Within one school its name says nothing, but desks of several steps may be one person's.
    """
    has_pair = bool(shapes.parts(shape)[2])
    hidden = {WHAT} if has_pair else {WAS, BECOMES}
    hidden.add(SCHOOL if actor.unit_level == Level.SCHOOL else STEP)
    return [column for column in COLUMNS if column not in hidden]
