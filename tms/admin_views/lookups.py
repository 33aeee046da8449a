"""Completing what is typed: units and long code tables, by their beginning, a handful at a time."""

from __future__ import annotations

from itertools import islice
from typing import Any

from flask import Blueprint, Response, abort, jsonify, request
from sqlalchemy import or_, select
from sqlalchemy.orm import aliased

from tms.access import Permission
from tms.admin_views.initials import matches
from tms.auth import get_actor
from tms.db import db
from tms.dictionary import CODE_TABLES, Code, code_table
from tms.dictionary.regions import REGIONS
from tms.errors import NotFound, message
from tms.gate import LOGGED_IN, allow, needs
from tms.i18n import lang
from tms.models import Teacher, Unit
from tms.models.unit import AFTER

LIMIT = 20
#: Units shown of one level of the tree: more are found faster by typing.
LEVEL = 500
MAX_TERM = 60
#: Sorts after every other character.
LAST = "\U0010ffff"
#: Ids are 64 bits on both engines.
MAX_ID = 2**63 - 1

blueprint = Blueprint("lookup", __name__, url_prefix="/lookup")


@blueprint.get("/unit")
@allow(blueprint, needs(Permission.UNIT_READ))
def unit() -> Response:
    """Units in reach whose code or name begins with what is typed."""
    statement = select(Unit.code, Unit.name).where(_named(_term()), Unit.closed_on.is_(None))
    rows = db.session.execute(statement.order_by(Unit.unit_path).limit(LIMIT))
    return jsonify([f"{row.code}-{row.name}" for row in rows])


@blueprint.get("/below")
@allow(blueprint, needs(Permission.UNIT_READ))
def below() -> Response:
    """One level of the tree of units: those directly below a unit, or the reader's own unit."""
    code_, inner = request.args.get("below", "")[:MAX_TERM], aliased(Unit)
    more = select(inner.id).where(inner.supervisor_id == Unit.id).exists()
    statement = select(Unit.code, Unit.name, more.label("more"))
    if code_:
        above = select(inner.id).where(inner.code == code_).scalar_subquery()
        statement = statement.where(Unit.supervisor_id == above)
    else:
        statement = statement.where(Unit.id == get_actor().unit_id)
    rows = db.session.execute(statement.order_by(Unit.unit_path).limit(LEVEL))
    return jsonify([{"code": r.code, "name": r.name, "more": bool(r.more)} for r in rows])


@blueprint.get("/code/<name>")
@allow(blueprint, LOGGED_IN)
def code(name: str) -> Response:
    """Entries of a code table: code begins with, label holds, or initials hold what is typed."""
    if name not in (*CODE_TABLES, REGIONS):
        abort(404)
    term = _term()
    entries = (entry for entry in code_table(name).entries if not entry.retired)
    found = (_found(entry) for entry in entries if matches(term, entry.code, entry.label(lang())))
    return jsonify(list(islice(found, LIMIT)))


def _found(entry: Code) -> dict[str, str]:
    label = entry.label(lang())
    return {"code": entry.code, "label": label, "text": f"{entry.code}-{label}"}


def _term() -> str:
    return request.args.get("q", "").strip()[:MAX_TERM]


def begins(column: Any, term: str) -> Any:
    """*column* begins with *term*, taken literally: a range, which both engines find by index.

    Columns that are asked so compare by byte (collation C).
    """
    return (column >= term) & (column < term + LAST)


def whose(term: str) -> Any:
    """Condition on `Teacher`: this personal number, or a name that begins so.

    Names have no digits: one question alone is answered from one index.
    """
    if any(char.isdigit() for char in term):
        return Teacher.teacher_no == term
    return begins(Teacher.name, term)


def _named(term: str) -> Any:
    """Code or name begins so; or it is the beginning of "code-name", as suggestions are."""
    written = Unit.code.in_(_codes(term)) & (Unit.code + "-" + Unit.name).startswith(
        term, autoescape=True
    )
    return or_(begins(Unit.code, term), begins(Unit.name, term), written)


def _codes(text: str) -> list[str]:
    """What of "code-name" may be the code: codes may hold hyphens too, as those of colleges do."""
    parts = text.split("-")
    return ["-".join(parts[:end]) for end in range(1, len(parts))]


def find_unit(text: str) -> int | None:
    """The id of the one unit in reach meant by a code, "code-name" or a name."""
    text = text.strip()[: MAX_TERM * 3]
    written = Unit.code.in_(_codes(text)) & (Unit.code + "-" + Unit.name == text)
    meant = or_(Unit.code == text, Unit.name == text, written)
    found = db.session.scalars(select(Unit.id).where(meant).limit(2)).all()
    return found[0] if len(found) == 1 else None


def unit_id_of(text: str) -> int:
    """As `find_unit`.

    :raises NotFound: none, or several.
    """
    found = find_unit(text)
    if found is None:
        raise NotFound(message("没有这个单位。"))
    return found


def below_units(model: Any, text: str) -> Any:
    """Condition: the row lies at or below a unit in reach whose code or name begins so."""
    paths = db.session.scalars(select(Unit.unit_path).where(_named(text)).limit(LIMIT)).all()
    ranges = [(model.unit_path >= path) & (model.unit_path < path + AFTER) for path in paths]
    return or_(*ranges) if ranges else None


def parse_id(text: Any) -> int | None:
    """The row id *text* says; None for anything no row can have."""
    digits = str(text)
    is_id = digits.isascii() and digits.isdigit() and len(digits) < 20
    return int(digits) if is_id and int(digits) <= MAX_ID else None
