"""What can be exported of units: columns as the importer of units reads them, and filters."""

from __future__ import annotations

from typing import Any

from sqlalchemy import func
from sqlalchemy.orm import Session, aliased

from tms.exchange.filters import equals, one_of, subtree, unreadable
from tms.exchange.how import How
from tms.exchange.options import code_labels, find_code
from tms.exchange.outlines import Outline
from tms.exchange.project import Show, coded, fixed_column, looked_up, plain
from tms.exchange.unit_cells import COLUMNS, KINDS
from tms.models import Unit


def of_units(session: Session, how: How) -> Outline:
    """Units as the importer of units reads them; the superior only where it is in reach."""
    above = aliased(Unit)
    sources = _unit_sources(how) | {"supervisor_code": (above.code, plain)}
    filters = {
        "unit": subtree(session, Unit.unit_path),
        "code": equals(Unit.code),
        "name": equals(Unit.name),
        "kind": equals(Unit.kind),
        "level": _by_level,
        "category": one_of("category", Unit.school_category, "school_category"),
    }
    columns = [
        fixed_column(fixed, sources[fixed.key][0], how, sources[fixed.key][1], width=14)
        for fixed in COLUMNS
    ]
    return Outline(
        "units" if how.lang == "en" else "单位",
        columns,
        filters,
        Unit.school_category,
        (Unit.unit_path,),
        lambda statement: statement.outerjoin(above, above.id == Unit.supervisor_id),
    )


def _unit_sources(how: How) -> dict[str, tuple[Any, Show]]:
    return {
        "code": (Unit.code, plain),
        "name": (Unit.name, plain),
        "level": (Unit.level, looked_up(_levels(how))),
        "kind": (Unit.kind + _function(), looked_up(_kinds(how))),
        "school_category": (Unit.school_category, coded("school_category", how)),
        "run_type": (Unit.run_type, coded("school_run_type", how)),
        "sponsor_type": (Unit.sponsor_type, coded("sponsor_type", how)),
        "region": (Unit.region, plain),
        "contact_email": (Unit.contact_email, plain),
    }


def _levels(how: How) -> dict[Any, str]:
    labels_ = code_labels("unit_level", how.lang, how.codes)
    return {int(code): label for code, label in labels_.items()}


def _kinds(how: How) -> dict[Any, str]:
    """A kind's English label is no name that an import knows: there the code stands alone."""
    if how.codes == "label":
        return {kind: label.en if how.lang == "en" else label for kind, label in KINDS.items()}
    is_both = how.codes == "code-label" and how.lang == "zh"
    return {kind: f"{kind}-{label}" for kind, label in KINDS.items() if is_both}


def _by_level(text: str) -> Any:
    code = find_code("unit_level", text)
    if code is None:
        raise unreadable("level", text)
    return Unit.level == int(code)


def _function() -> Any:
    """A department's function behind a colon, as the importer reads it."""
    return func.coalesce(":" + Unit.function, "")
