"""Checking rows of the one importer of files: `teacher` and `basic_information` are the same.

A row whose number is new makes a file from the account items and the school; a row whose number is
known corrects the file's basic information.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy.orm import Session

from tms.access import Actor, Permission
from tms.access.policy import ACCOUNT_ITEMS, may_fill_at_creation
from tms.among import among
from tms.dictionary import Category, is_empty
from tms.errors import message, term
from tms.exchange.changing import Changing, merged, named_row
from tms.exchange.closing import Plans, tell_known, tell_new
from tms.exchange.columns import Layout
from tms.exchange.judging import defaults_asked, judge_changed, judge_new
from tms.exchange.labels import SCHOOL_CODE
from tms.exchange.matching import Existing, difference
from tms.exchange.people import MASK, Named, People, index_of
from tms.exchange.places import SCHOOL_KEYS, Place, Places, find_places
from tms.exchange.reading import Complaints, Reading, complain, read_row
from tms.exchange.stages import Action, Checked, CheckedRow, Options, Origin, RawRow
from tms.models import TABLES, PersonKind
from tms.records import checks
from tms.records.binned import IN_BIN
from tms.records.files import BASIC
from tms.records.holds import Hold, frozen, frozen_at
from tms.records.read import Header, chunks, open_submissions, rows_where
from tms.records.values import DEFAULT_ID_TYPE, from_row

MODEL = TABLES[BASIC]
TABLE = MODEL.dictionary
NEEDED = tuple(key for key in ACCOUNT_ITEMS if key != "id_type")
#: Taken for granted where the file has no such column, as a form would show it: without 国籍 the
#: file's 民族 would be refused. Only for the checks; nothing of it is stored.
DEFAULTS = defaults_asked(TABLE)
KEEPS_ACCOUNT = message("档案已存在；账号信息由学校信息管理员在档案中修改。")
KEEPS_FILE = message("已有这份档案且内容不同；追加方式不修改。")
OTHER_SCHOOL = message("该教师的档案在另一单位，调动须办理变动业务，不能通过导入修改。")


@dataclass
class _Check:
    session: Session
    actor: Actor
    options: Options
    people: People
    places: Places
    rows: Mapping[int, Mapping[str, Any]]
    changing: Changing
    frozen: Mapping[int, Hold]
    plans: Plans
    seen: dict[str, Origin] = field(default_factory=dict)

    @property
    def fills_records(self) -> bool:
        return self.actor.can(Permission.RECORD_WRITE)


def check_teachers(
    session: Session,
    actor: Actor,
    options: Options,
    layouts: Sequence[Layout],
    named: Sequence[Sequence[tuple[Named, Complaints]]],
    people: People,
) -> Checked:
    """Check all rows; files that would be made are announced to *people*.

    :raises NotAllowed: the role makes no files.
    """
    actor.require(Permission.FILE_CREATE)
    check = _prepare(session, actor, options, named, people)
    checked = Checked(BASIC)
    for layout, names in zip(layouts, named, strict=True):
        checked.remarks += layout.remarks
        for raw, (name, complaints) in zip(layout.rows, names, strict=True):
            checked.rows.append(_row(check, layout, raw, name, complaints))
    return checked


def _prepare(
    session: Session,
    actor: Actor,
    options: Options,
    named: Sequence[Sequence[tuple[Named, Complaints]]],
    people: People,
) -> _Check:
    rows = [(name, complaints) for names in named for name, complaints in names]
    found = (people.find(name) for name, _ in rows if name)
    ids = sorted({header.id for header in found if header})
    keys = (*SCHOOL_KEYS, "secondary_unit_code")
    texts = {complaints.cell(key) for _, complaints in rows for key in keys}
    places = find_places(session, texts, [people.headers[i].unit_id for i in ids])
    # Who makes files compares account items with files in reach, though records are not shown.
    reason = None if actor.can(Permission.RECORD_READ) else "compared, never shown"
    by_owner = {
        row["teacher_id"]: row
        for part in chunks(ids)
        for row in rows_where(session, MODEL, among(MODEL.teacher_id, part), reason=reason)
    }
    places.frozen = frozen_at(session, [place.path for place in places.by_id.values()])
    held = frozen(session, [people.headers[i] for i in ids])
    stored = [row["id"] for row in by_owner.values()]
    changing = Changing(session, actor, options, MODEL, open_submissions(session, ids), stored)
    plans = Plans(actor, may_fill_at_creation)
    return _Check(session, actor, options, people, places, by_owner, changing, held, plans)


def _row(
    check: _Check, layout: Layout, raw: RawRow, name: Named, complaints: Complaints
) -> CheckedRow:
    origin, named_by = Origin(layout.sheet, raw), complaints.shown(name.key)
    header = check.people.find(name) if name else None
    token = str(header.id) if header and header.id > 0 else name.index
    earlier = check.seen.setdefault(token, origin) if token else origin
    what: dict[str, Any] = {}
    if earlier is not origin:
        reason = message("该号码与%(place)s重复，一人只能有一行。", place=earlier.place)
        complaints.add(name.key, "B05", reason)
    elif header is not None and header.id > 0:
        what = _known(check, layout, header, raw, complaints)
    elif name.teacher_no:
        complaints.add("teacher_no", "teacher", message("在您的管理范围内没有这位教师的档案。"))
    else:
        what = _unknown(check, layout, name, raw, complaints)
    return CheckedRow(origin, tuple(complaints.problems), named_by=named_by, **what)


# -- a new number ----------------------------------------------------------------------------------


def _unknown(
    check: _Check, layout: Layout, name: Named, raw: RawRow, complaints: Complaints
) -> dict[str, Any]:
    """What a `CheckedRow` is to say of it."""
    if name.index in check.people.elsewhere:
        reason = IN_BIN if name.index in check.people.binned else checks.TAKEN
        complaints.add("id_number", "B05", reason)
    school = check.places.school(complaints)
    if school is None and not any(p.rule == "school" for p in complaints.problems):
        key = next((k for k in SCHOOL_KEYS if k in layout.fixed), SCHOOL_KEYS[0])
        complaints.add(key, "required", message("请填写所在学校。"), label=term(SCHOOL_CODE))
    secondary = check.places.inner(complaints, school) if school else None
    place = secondary or school
    if place is not None and place.path in check.places.frozen:
        complaints.add(name.key, "frozen", check.places.frozen[place.path].sentence)
    # Without a school the category is unknown; the account items are the same in all.
    category = Category(school.category) if school and school.category else Category.KINDERGARTEN
    path = place.path if place else check.actor.unit_path
    reading = read_row(check.plans.of(layout, category, path), raw, complaints)
    if school is not None:
        tell_new(reading, complaints)
    reading.values["id_type"] = reading.values.get("id_type") or DEFAULT_ID_TYPE
    _judge_new(check, category, reading, complaints, any_field=school is not None)
    owner = _announce(check, name, school, secondary, reading) if name.index else None
    values = {k: v for k, v in reading.values.items() if v not in ("", None, [])}
    return {"owner": owner, "values": values, "place": (school, secondary)}


def _judge_new(
    check: _Check, category: Category, reading: Reading, complaints: Complaints, *, any_field: bool
) -> None:
    """Only the account items must be there; what the file lacks is taken at its default."""
    values = {**DEFAULTS, **reading.values}
    found = judge_new(TABLE, category, values, check.options, needed=NEEDED)
    found = [f for f in found if f.field in reading.values or f.rule == "required"]
    if not any_field:
        found = [f for f in found if f.field in ACCOUNT_ITEMS]
    complain(complaints, found, reading)


def _announce(
    check: _Check, name: Named, school: Place | None, secondary: Place | None, reading: Reading
) -> int:
    check.people.made += 1
    category = Category(school.category) if school and school.category else Category.KINDERGARTEN
    unit = school.id if school else 0
    path = (secondary or school).path if school else ""
    kind = str(PersonKind.ESTABLISHED)
    header = Header(-check.people.made, "", unit, path, category, kind, "", in_force=False)
    check.people.announce(name.index, header, str(reading.values.get("name") or ""))
    return header.id


# -- a number that is known ------------------------------------------------------------------------


def _known(
    check: _Check, layout: Layout, header: Header, raw: RawRow, complaints: Complaints
) -> dict[str, Any]:
    """As `_unknown`, of a file that is there."""
    _same_place(check, header, complaints)
    reading = read_row(check.plans.of(layout, header.category, header.unit_path), raw, complaints)
    stored = check.rows.get(header.id)
    unchanged = {"owner": header.id, "action": "unchanged"}
    if stored is None:
        return unchanged
    before = from_row(MODEL, stored)
    touched = _touched(reading, stored, before)
    version = _version(stored, complaints)
    tell_known(check.changing, header, Existing(stored, before), version, reading, complaints)
    touched = merged(check.changing, header, stored, version, touched, complaints)
    if not touched:
        return unchanged
    action: Action = "change"
    if not check.fills_records or check.options.mode == "append":
        reason = KEEPS_FILE if check.fills_records else KEEPS_ACCOUNT
        complaints.add(next(iter(touched)), "append", reason)
    else:
        action = _judge_changed(check, header, stored, touched, reading, complaints)
    return {
        "owner": header.id,
        "action": action,
        "row_id": stored["id"],
        "version": stored["content_version"],
        "values": touched,
        "before": {key: value for key, value in before.items() if key in touched},
    }


def _version(stored: Mapping[str, Any], complaints: Complaints) -> int:
    """Of the row when the file was taken out; 0 where nobody knows."""
    named = named_row(complaints)
    return named[1] if named and named[0] == stored["id"] else 0


def _same_place(check: _Check, header: Header, complaints: Complaints) -> None:
    school = check.places.school(complaints)
    if school is None:
        return
    if school.id != header.unit_id:
        key = next(k for k in SCHOOL_KEYS if complaints.cell(k))
        complaints.add(key, "school", OTHER_SCHOOL)
        return
    inner = check.places.inner(complaints, school)
    if inner and inner.path != header.unit_path:
        complaints.add("secondary_unit_code", "school", OTHER_SCHOOL)


def _touched(
    reading: Reading, stored: Mapping[str, Any], before: Mapping[str, Any]
) -> dict[str, Any]:
    """What differs from the stored row; numbers are compared by their blind index."""
    values = dict(reading.canonical)
    unreadable = {k: v for k, v in reading.values.items() if k not in values}
    number = values.pop("id_number", None)
    if unreadable.get("id_type", values.get("id_type", "")) in ("", None):
        values.pop("id_type", None)  # as for new files, an empty type is no statement
        unreadable.pop("id_type", None)
    touched = difference(values, before) | unreadable
    if number and MASK not in number:
        kind = str(values.get("id_type") or before["id_type"] or "")
        if index_of(number, kind) != stored["id_number_index"]:
            touched["id_number"] = number
    return touched


def _judge_changed(
    check: _Check,
    header: Header,
    stored: Mapping[str, Any],
    touched: Mapping[str, Any],
    reading: Reading,
    complaints: Complaints,
) -> Action:
    if header.id in check.frozen:
        complaints.add(next(iter(touched)), "frozen", check.frozen[header.id].sentence)
        return "change"
    action = check.changing.way(header, stored, touched, complaints)
    filled = from_row(MODEL, stored, open_numbers=True)
    lacking = {key: value for key, value in DEFAULTS.items() if key not in reading.values}
    before = lacking | {key: value for key, value in filled.items() if not is_empty(value)}
    kind = header.person_kind
    found = judge_changed(TABLE, header.category, before, touched, check.options, person_kind=kind)
    complain(complaints, found, reading)
    return action
