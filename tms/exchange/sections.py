"""Checking rows of a section's table: whose, which record, and what is wrong with it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy.orm import Session

from tms.access import Actor, Permission
from tms.errors import Invalid, Text, TmsError, message
from tms.exchange.beginnings import Beginnings
from tms.exchange.changing import GONE, Changing, Gone, merged, named_row
from tms.exchange.closing import Plans, tell_known, tell_new
from tms.exchange.columns import Layout
from tms.exchange.judging import judge_changed, judge_new
from tms.exchange.labels import RECORD_ID
from tms.exchange.matching import Existing, Matcher, difference
from tms.exchange.people import Named, People
from tms.exchange.reading import Complaints, Reading, complain, read_row
from tms.exchange.stages import (
    Action,
    Checked,
    CheckedRow,
    FileRefused,
    Options,
    Origin,
    Problem,
    RawRow,
    Removal,
)
from tms.models import TABLES, SectionRecord
from tms.records import checks
from tms.records.holds import Hold, frozen
from tms.records.read import Header, open_submissions, rows_of_files

NOT_FOUND = message("在您的管理范围内没有这位教师的档案。")
NAMELESS = message("请填写证件号码或个人标识码，以便找到教师。")
NO_CONTENT = message("这一行没有填写内容。")
NOTHING_TAKEN = message("这一行填写的各项都不收取，没有可写入的内容。")


@dataclass
class _Check:
    session: Session
    actor: Actor
    options: Options
    model: type[SectionRecord]
    people: People
    matcher: Matcher
    changing: Changing
    frozen: Mapping[int, Hold]
    plans: Plans
    beginnings: Beginnings


def check_section(
    session: Session,
    actor: Actor,
    options: Options,
    table: str,
    layouts: Sequence[Layout],
    named: Sequence[Sequence[tuple[Named, Complaints]]],
    people: People,
) -> Checked:
    """Check all rows of *table*.

    :param named: for each layout, row by row, how it names its teacher.
    :raises NotAllowed: the role fills no records. :raises FileRefused: no column names teachers.
    """
    actor.require(Permission.RECORD_WRITE)
    model = TABLES[table]
    check = _prepare(session, actor, options, model, layouts, named, people)
    checked = Checked(table, remarks=[r for layout in layouts for r in layout.remarks])
    for layout, names in zip(layouts, named, strict=True):
        for raw, (name, complaints) in zip(layout.rows, names, strict=True):
            checked.rows.append(_row(check, layout, raw, name, complaints))
    if options.mode == "replace":
        _remove(check, checked)
    return checked


def _prepare(
    session: Session,
    actor: Actor,
    options: Options,
    model: type[SectionRecord],
    layouts: Sequence[Layout],
    named: Sequence[Sequence[tuple[Named, Complaints]]],
    people: People,
) -> _Check:
    for layout in layouts:
        if not layout.has("teacher_no", "id_number"):
            raise FileRefused(message("缺少“身份证件号码”或“个人标识码”列，无法找到教师。"))
    found = (people.find(name) for names in named for name, _ in names if name)
    heads = {header.id: header for header in found if header}
    ids = sorted(i for i in heads if i > 0)
    keys = [k for k in model.dictionary.natural_key if all(la.has(k) for la in layouts)]
    matcher = Matcher(model, tuple(keys))
    matcher.load(rows_of_files(session, ids, [model.__tablename__])[model.__tablename__])
    stored = (existing.row["id"] for rows in matcher.rows.values() for existing in rows)
    submissions, held = open_submissions(session, ids), frozen(session, heads.values())
    changing = Changing(session, actor, options, model, submissions, stored)
    rest = Plans(actor), Beginnings(session, model.dictionary, options.on)
    return _Check(session, actor, options, model, people, matcher, changing, held, *rest)


def _row(
    check: _Check, layout: Layout, raw: RawRow, name: Named, complaints: Complaints
) -> CheckedRow:
    header = check.people.find(name) if name else None
    row = CheckedRow(Origin(layout.sheet, raw), (), named_by=complaints.shown(name.key))
    if header is None:
        if not complaints.problems:
            complaints.add(name.key, "teacher", NOT_FOUND if name else NAMELESS)
        return replace(row, problems=tuple(complaints.problems))
    compare_name(check.people, header, complaints)
    try:
        checks.applies(check.model, header)
        row = _matched(check, layout, header, row, complaints)
    except Gone as error:
        complaints.add(RECORD_ID.key, "gone", error.text)
    except Invalid as error:
        complaints.add(name.key, "category", error.text)
    return replace(row, owner=header.id, problems=tuple(complaints.problems))


def _matched(
    check: _Check, layout: Layout, header: Header, row: CheckedRow, complaints: Complaints
) -> CheckedRow:
    plan = check.plans.of(layout, header.category, header.unit_path)
    reading = read_row(plan, row.origin.raw, complaints)
    named = named_row(complaints)
    if named is None:
        existing = _match(check, header, reading, row.origin, complaints)
    else:
        existing = _by_id(check, header, named[0], row.origin, complaints)
    if existing is None:
        _refuse_frozen(check, header, complaints)
        return replace(row, values=_new(check, header, reading, complaints))
    version = named[1] if named else 0
    values, action = _changed(check, header, reading, existing, version, complaints)
    if values:
        _refuse_frozen(check, header, complaints)
    return replace(
        row,
        action=action,
        row_id=existing.row["id"],
        version=existing.row["content_version"],
        values=values,
        before={key: existing.values.get(key) for key in values},
    )


def _refuse_frozen(check: _Check, header: Header, complaints: Complaints) -> None:
    """A row that would write to a frozen file."""
    if header.id in check.frozen:
        named_by = (k for k in ("teacher_no", "id_number") if complaints.layout.has(k))
        key = next(named_by, "id_number")
        complaints.add(key, "frozen", check.frozen[header.id].sentence)


def compare_name(people: People, header: Header, complaints: Complaints) -> None:
    """A name beside the number is only compared; it catches numbers pasted one line too low."""
    name = complaints.cell("name") if "name" in complaints.layout.fixed else ""
    known = people.names.get(header.id)
    if name and known is not None and name != known.strip():
        complaints.add("name", "name", message("姓名与该号码的档案不一致，请核对。"))


def _by_id(
    check: _Check, header: Header, row_id: int, origin: Origin, complaints: Complaints
) -> Existing | None:
    """The row that a file taken out for editing names; its natural key may have been mended.

    :raises Gone: it is not there any more, or not this teacher's.
    """
    rows = check.matcher.rows.get(header.id, ())
    existing = next((each for each in rows if each.row["id"] == row_id), None)
    if existing is None:
        raise Gone(GONE)
    earlier = check.matcher.seen.setdefault((header.id, (RECORD_ID.key, row_id)), origin.place)
    if earlier != origin.place:
        reason = message("与%(place)s是同一条记录，文件中重复。", place=earlier)
        complaints.add(RECORD_ID.key, "natural_key", reason)
    existing.is_matched = True
    return existing


def _match(
    check: _Check, header: Header, reading: Reading, origin: Origin, complaints: Complaints
) -> Existing | None:
    """The stored row that this row is about; None for a new one, or after a complaint."""
    matcher = check.matcher
    candidates = matcher.candidates(header.id, reading.known)
    identical = [e for e in candidates if not difference(reading.known, e.values)]
    if reading.closed and not identical:
        identical = [e for e in candidates if not difference(reading.canonical, e.values)]
    if identical and len(reading.canonical) == len(reading.values):
        candidates = identical[:1]
    key = (header.id, matcher.key(reading.known))
    earlier = matcher.seen.setdefault(key, origin.place)
    first = next(iter(matcher.key_fields), "id_number")
    if earlier != origin.place and not identical:
        reason = message("与%(place)s是同一条记录，文件中重复。", place=earlier)
        complaints.add(first, "natural_key", reason)
        return None
    if len(candidates) > 1:
        reason = message("该教师有多条这样的记录，无法确定是哪一条，请在表中提供更多列。")
        complaints.add(first, "natural_key", reason)
        return None
    for existing in candidates:
        existing.is_matched = True
    return candidates[0] if candidates else None


def _new(check: _Check, header: Header, reading: Reading, complaints: Complaints) -> dict[str, Any]:
    table = check.model.dictionary
    is_told = tell_new(reading, complaints, table.natural_key)
    if check.beginnings.says_nothing(header, reading.values):
        complaints.add("id_number", "required", NOTHING_TAKEN if is_told else NO_CONTENT)
        return {}
    found = judge_new(
        table, header.category, reading.values, check.options, person_kind=header.person_kind
    )
    complain(complaints, found, reading)
    return reading.canonical


def _changed(
    check: _Check,
    header: Header,
    reading: Reading,
    existing: Existing,
    version: int,
    complaints: Complaints,
) -> tuple[dict[str, Any], Action]:
    """What changes, and by which way; *version* is that of the row when the file was taken out."""
    unreadable = {k: v for k, v in reading.values.items() if k not in reading.canonical}
    touched = difference(reading.canonical, existing.values)
    tell_known(check.changing, header, existing, version, reading, complaints)
    touched = merged(check.changing, header, existing.row, version, touched, complaints)
    touched |= unreadable
    if not touched:
        return {}, "unchanged"
    action = check.changing.way(header, existing.row, touched, complaints)
    if check.options.mode == "append":
        reason = message("已有这条记录且内容不同；追加方式不修改已有记录。")
        complaints.add(next(iter(touched)), "append", reason)
    found = judge_changed(
        check.model.dictionary,
        header.category,
        existing.values,
        touched,
        check.options,
        person_kind=header.person_kind,
    )
    complain(complaints, found, reading)
    return touched, action


def _remove(check: _Check, checked: Checked) -> None:
    """Replace: rows that the file no longer has are deleted; a row that must not go holds back."""
    first: dict[int, int] = {}
    for place, row in enumerate(checked.rows):
        if row.owner is not None:
            first.setdefault(row.owner, place)
    for owner, place in first.items():
        for existing in check.matcher.left_over(owner):
            stored = existing.row
            if owner in check.frozen:
                checked.rows[place] = _held_back(checked.rows[place], check.frozen[owner].sentence)
                continue
            try:
                checks.deletable(
                    check.actor,
                    check.model,
                    stored,
                    check.people.headers[owner],
                    check.changing.submissions.get(owner),
                )
                checked.removals.append(Removal(owner, stored["id"], stored["content_version"]))
            except TmsError as error:
                checked.rows[place] = _held_back(checked.rows[place], error.text)


def _held_back(row: CheckedRow, reason: Text) -> CheckedRow:
    sheet, number = row.origin.sheet.name, row.origin.raw.number
    text = message("替换会删除该教师文件中没有的记录：%(reason)s", reason=reason)
    problem = Problem(sheet, number, *row.named_by, "replace", text)
    return replace(row, problems=(*row.problems, problem))
