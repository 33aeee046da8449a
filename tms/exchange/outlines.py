"""What can be exported: columns, filters and joins of units, files and the section tables."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session, aliased

from tms.access import Actor, Permission
from tms.access.policy import may_see
from tms.dictionary import Field
from tms.exchange import labels
from tms.exchange.filters import (
    Filter,
    equals,
    field_filters,
    in_state,
    one_of,
    subtree,
    unreadable,
)
from tms.exchange.labels import Fixed
from tms.exchange.options import find_code
from tms.exchange.project import (
    OutColumn,
    Show,
    code_labels,
    coded,
    field_columns,
    fixed_column,
    looked_up,
    plain,
    show_of,
    written,
)
from tms.exchange.unit_cells import COLUMNS, KINDS
from tms.models import TABLES, SectionRecord, Teacher, Unit
from tms.records.files import BASIC

BIRTH_YEAR: Final = Fixed("birth_year", "出生年份", "year of birth")
IN_FORCE_SINCE: Final = Fixed("in_force_since", "生效时间", "in force since")
#: Copies of basic information that the header has.
COPIES: Final = (
    "gender",
    "personnel_status",
    "highest_education",
    "highest_degree_level",
    "current_post_category",
    "current_post_level",
    "current_professional_title",
)


@dataclass(frozen=True)
class Outline:
    """One kind of export."""

    name: str
    columns: list[OutColumn]
    filters: dict[str, Filter]
    #: The school category of a row; code lists depend on it.
    category: Any
    order: tuple[Any, ...]
    join: Callable[[Select[Any]], Select[Any]] = lambda statement: statement


def _units_by_id(session: Session) -> tuple[dict[Any, str], dict[Any, str]]:
    """Codes and names of the units in reach: two lookups are cheaper than two joins."""
    found = session.execute(select(Unit.id, Unit.code, Unit.name)).all()
    return {i: code for i, code, _ in found}, {i: name for i, _, name in found}


def _place(session: Session, lang: str) -> list[OutColumn]:
    codes, names = _units_by_id(session)
    school, inner = Teacher.unit_id, Teacher.secondary_unit_id
    return [
        fixed_column(labels.SCHOOL_CODE, school, lang, looked_up(codes)),
        fixed_column(labels.SCHOOL, school, lang, looked_up(names)),
        fixed_column(labels.SECONDARY_UNIT, inner, lang, looked_up(names)),
    ]


def of_records(
    session: Session,
    actor: Actor,
    model: type[SectionRecord],
    lang: str,
    only: set[str] | None,
) -> Outline:
    """Rows of a section's table with whose they are and what state they are in."""
    table = model.dictionary
    states = {state: names[lang == "en"] for state, names in labels.STATES.items()}
    columns = [
        *_identity(lang, has_names=table.key == BASIC),
        *_place(session, lang),
        fixed_column(labels.STATE, model.state, lang, looked_up(states)),
        *field_columns(actor, table, lambda key: getattr(model, key), lang, only),
    ]
    filters = {
        **field_filters(actor, table, lambda key: getattr(model, key)),
        "state": in_state(model.state),
        "unit": subtree(session, model.unit_path),
        "category": one_of("category", Teacher.school_category, "school_category"),
        "teacher_no": equals(Teacher.teacher_no),
    }
    return Outline(
        table.label(lang),
        columns,
        filters,
        Teacher.school_category,
        (model.unit_path, model.id),
        lambda statement: statement.join(Teacher, Teacher.id == model.teacher_id),
    )


def _identity(lang: str, *, has_names: bool) -> list[OutColumn]:
    """Who a row is about; where the table itself has name and number, the personal number does."""
    number = fixed_column(labels.TEACHER_NO, Teacher.teacher_no, lang)
    if has_names:
        return [number]
    return [
        number,
        fixed_column(labels.NAME, Teacher.name, lang),
        fixed_column(labels.ID_NUMBER, Teacher.id_number_mask, lang),
    ]


def of_files(session: Session, actor: Actor, lang: str, only: set[str] | None) -> Outline:
    """Headers of files with their copies, as far as the role sees the originals."""
    basic = TABLES[BASIC].dictionary.fields
    columns = [
        fixed_column(labels.TEACHER_NO, Teacher.teacher_no, lang),
        fixed_column(labels.NAME, Teacher.name, lang),
    ]
    if actor.can(Permission.RECORD_READ):
        columns.append(fixed_column(labels.ID_NUMBER, Teacher.id_number_mask, lang))
    columns += _place(session, lang)
    fields = [basic[key] for key in COPIES if may_see(actor, basic[key])]
    columns += [_copy(field, lang) for field in fields if only is None or field.key in only]
    if may_see(actor, basic["birth_date"]) and (only is None or BIRTH_YEAR.key in only):
        columns.append(fixed_column(BIRTH_YEAR, Teacher.birth_year, lang, written))
    columns += _header_columns(lang, only)
    filters = {
        **{f.key: _copy_filter(f) for f in fields},
        "name": equals(Teacher.name),
        "teacher_no": equals(Teacher.teacher_no),
        "unit": subtree(session, Teacher.unit_path),
        "category": one_of("category", Teacher.school_category, "school_category"),
        "person_kind": one_of("person_kind", Teacher.person_kind, "collection_person_kind"),
        "file_status": one_of("file_status", Teacher.record_status, "record_status"),
    }
    filters["record_status"] = filters["file_status"]
    order = (Teacher.unit_path, Teacher.id)
    name = "teachers" if lang == "en" else "教师"
    return Outline(name, columns, filters, Teacher.school_category, order)


def _copy(field: Field, lang: str) -> OutColumn:
    return OutColumn(
        field.label(lang),
        getattr(Teacher, field.key),
        show_of(field, lang, masks_telephones=True),
    )


def _copy_filter(field: Field) -> Filter:
    table = field.codes_for(field.applies_to[0])
    column = getattr(Teacher, field.key)
    return one_of(field.key, column, table) if table else equals(column)


def _header_columns(lang: str, only: set[str] | None) -> list[OutColumn]:
    """What the header itself declares: kind of person, contract, states."""
    sources: dict[str, tuple[Any, Show]] = {
        "teacher_no_status": (Teacher.teacher_no_status, coded("teacher_no_status", lang)),
        "person_kind": (Teacher.person_kind, coded("collection_person_kind", lang)),
        "contract_start": (Teacher.contract_start, written),
        "contract_end": (Teacher.contract_end, written),
        "file_status": (Teacher.record_status, coded("record_status", lang)),
    }
    found = [
        fixed_column(labels.header_label(key), source, lang, show)
        for key, (source, show) in sources.items()
        if only is None or key in only
    ]
    return [*found, fixed_column(IN_FORCE_SINCE, Teacher.in_force_since, lang, written)]


def of_units(session: Session, lang: str) -> Outline:
    """Units as the importer of units reads them; the superior only where it is in reach."""
    above = aliased(Unit)
    sources = _unit_sources(lang) | {"supervisor_code": (above.code, plain)}
    filters = {
        "unit": subtree(session, Unit.unit_path),
        "code": equals(Unit.code),
        "name": equals(Unit.name),
        "kind": equals(Unit.kind),
        "level": _by_level,
        "category": one_of("category", Unit.school_category, "school_category"),
    }
    columns = [
        fixed_column(fixed, sources[fixed.key][0], lang, sources[fixed.key][1]) for fixed in COLUMNS
    ]
    return Outline(
        "units" if lang == "en" else "单位",
        columns,
        filters,
        Unit.school_category,
        (Unit.unit_path,),
        lambda statement: statement.outerjoin(above, above.id == Unit.supervisor_id),
    )


def _unit_sources(lang: str) -> dict[str, tuple[Any, Show]]:
    kinds = {kind: f"{kind}-{label}" for kind, label in KINDS.items() if lang == "zh"}
    return {
        "code": (Unit.code, plain),
        "name": (Unit.name, plain),
        "level": (Unit.level, looked_up(_levels(lang))),
        "kind": (Unit.kind + _function(), looked_up(kinds)),
        "school_category": (Unit.school_category, coded("school_category", lang)),
        "run_type": (Unit.run_type, coded("school_run_type", lang)),
        "sponsor_type": (Unit.sponsor_type, coded("sponsor_type", lang)),
        "region": (Unit.region, plain),
        "contact_email": (Unit.contact_email, plain),
    }


def _levels(lang: str) -> dict[Any, str]:
    return {int(code): label for code, label in code_labels("unit_level", lang).items()}


def _by_level(text: str) -> Any:
    code = find_code("unit_level", text)
    if code is None:
        raise unreadable("level", text)
    return Unit.level == int(code)


def _function() -> Any:
    """A department's function behind a colon, as the importer reads it."""
    return func.coalesce(":" + Unit.function, "")
