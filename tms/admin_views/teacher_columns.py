"""The columns and filters of the list of files."""

from __future__ import annotations

from typing import Any

from tms.access import Actor
from tms.admin_views import check_figures, filters
from tms.admin_views.columns import Column, Filter, State, everywhere, nowhere
from tms.admin_views.labels import TONES, brief, coded, day_of, label_of
from tms.admin_views.page import Page
from tms.admin_views.whose_desk import in_short
from tms.db import db
from tms.dictionary import Category
from tms.i18n import gettext as _
from tms.i18n import lazy_gettext as _l
from tms.models import TABLES, RecordStatus, Teacher
from tms.models.types import now
from tms.workflow.offered import on_my_desk

BASIC = TABLES["basic_information"].dictionary
#: Items that the header copies, with the code tables of their values.
COPIES = {
    "gender": "gender",
    "personnel_status": "personnel_status",
    "highest_education": "education_level",
    "highest_degree_level": "degree_level",
    "current_post_category": "post_category",
    "current_post_level": "post_level",
    "current_professional_title": "professional_title",
}


def link(row: Any) -> tuple[str, int]:
    """A file's page."""
    return "teacher.details_view", row.id


def only(*categories: Category) -> Any:
    """A default column where the list is about one of *categories*."""
    return lambda category: category in categories


def _copy(key: str, shown: Any = nowhere) -> Column:
    field, table = BASIC.fields[key], COPIES[key]
    column = getattr(Teacher, key)
    return Column(
        key,
        label_of(field),
        lambda r, p: coded(table, getattr(r, key)),
        column,
        field=field,
        default=shown,
    )


def _in_force(row: Any, _page: Page) -> Any:
    if row.in_force_since is None:
        return _("尚未")
    return State("force", day_of(row.in_force_since))


def _status(row: Any, page: Page) -> Any:
    """在办, in words; what is in force and has no open work is at rest. Frozen files say so."""
    held = _("已锁定") if row.id in page.holds else ""
    if row.record_status == RecordStatus.APPROVED:
        return State("", "—", held)
    tone = TONES[RecordStatus(row.record_status)]
    return State(tone, brief("record_status", row.record_status), held)


def _days(row: Any, page: Page) -> Any:
    task = page.tasks.get(row.id)
    return "" if task is None else (now() - task.since).days


def _text(value: Any) -> Any:
    return value if value is not None else ""


COLUMNS = (
    Column("name", _l("姓名"), lambda r, p: r.name or "—", Teacher.name, link=link, place="who"),
    Column(
        "id_number",
        label_of(BASIC.fields["id_number"]),
        lambda r, p: r.id_number_mask or "",
        field=BASIC.fields["id_number"],
        place="lo id",
    ),
    Column(
        "teacher_no",
        _l("个人标识码"),
        lambda r, p: r.teacher_no,
        Teacher.teacher_no,
        place="lo id",
        default=nowhere,
    ),
    Column("unit", _l("学校"), lambda r, p: p.unit(r.unit_id), place="c-unit"),
    Column(
        "secondary_unit",
        _l("二级单位"),
        lambda r, p: p.unit(r.secondary_unit_id),
        default=only(Category.HIGHER_EDUCATION),
    ),
    _copy("current_post_category", only(Category.HIGHER_EDUCATION, Category.SECONDARY_VOCATIONAL)),
    _copy("current_professional_title", everywhere),
    _copy("highest_education", only(Category.KINDERGARTEN)),
    Column("in_force", _l("生效"), _in_force, Teacher.in_force_since),
    Column(
        "confirmed",
        _l("最近核对"),
        lambda r, p: day_of(r.confirmed_at) if r.confirmed_at else "",
        Teacher.confirmed_at,
        default=nowhere,
    ),
    Column("status", _l("在办"), _status, Teacher.record_status, place="c-state"),
    Column("holder", _l("在谁手上"), in_short),
    Column("days", _l("天数"), _days, place="c-days", is_number=True),
    Column(
        "category",
        _l("学校类别"),
        lambda r, p: coded("school_category", r.school_category),
        Teacher.school_category,
        default=nowhere,
    ),
    Column(
        "kind",
        _l("人员类别"),
        lambda r, p: coded("collection_person_kind", r.person_kind),
        Teacher.person_kind,
        default=nowhere,
    ),
    _copy("gender"),
    Column(
        "birth_year",
        _l("出生年份"),
        lambda r, p: _text(r.birth_year),
        Teacher.birth_year,
        field=BASIC.fields["birth_date"],
        default=nowhere,
        is_number=True,
    ),
    _copy("personnel_status"),
    _copy("highest_degree_level"),
    _copy("current_post_level"),
    Column(
        "number",
        _l("标识码状态"),
        lambda r, p: coded("teacher_no_status", r.teacher_no_status),
        default=nowhere,
    ),
    Column(
        "contract_end",
        _l("合同终止日期"),
        lambda r, p: _text(r.contract_end),
        Teacher.contract_end,
        default=nowhere,
    ),
    *check_figures.COLUMNS,
)


def _code(key: str) -> Filter:
    field = BASIC.fields[key]
    return filters.coded(key, label_of(field), getattr(Teacher, key), COPIES[key], field=field)


FILTERS = (
    filters.unit(Teacher),
    filters.coded("category", _l("学校类别"), Teacher.school_category, "school_category"),
    filters.coded("status", _l("在办"), Teacher.record_status, "record_status"),
    *check_figures.FILTERS,
    filters.coded("kind", _l("人员类别"), Teacher.person_kind, "collection_person_kind"),
    *(_code(key) for key in COPIES),
    filters.year(
        "birth", _l("出生年份，起"), Teacher.birth_year, "from", field=BASIC.fields["birth_date"]
    ),
    filters.year(
        "birth", _l("出生年份，止"), Teacher.birth_year, "to", field=BASIC.fields["birth_date"]
    ),
    filters.day("in_force", _l("生效日期，起"), Teacher.in_force_since, "from"),
    filters.day("in_force", _l("生效日期，止"), Teacher.in_force_since, "to"),
    filters.day("confirmed", _l("最近核对，起"), Teacher.confirmed_at, "from"),
    filters.day("confirmed", _l("最近核对，止"), Teacher.confirmed_at, "to"),
)


def desk_filter(actor: Actor) -> Filter:
    """Whose desk; what "mine" is depends on who asks."""
    return filters.holder(lambda: on_my_desk(db.session(), actor))
