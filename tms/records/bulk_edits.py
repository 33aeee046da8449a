"""What a bulk edit would do to one row that is there."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from tms.access import Permission
from tms.dictionary import is_empty
from tms.errors import Because, Conflict, Term, Text, TmsError, message, term
from tms.models import Fate
from tms.records import checks
from tms.records.bulk_plan import MISSING, MOVED, Ground, Line, Target, judge, read, same
from tms.records.read import Header
from tms.records.request_checks import NEEDS_DATE, NEEDS_PROOF, STATUS_FIELD, already_asked
from tms.records.values import from_row

NOT_LATEST = message("不是这份档案最近的一条，不动。")
AT_ONCE = message("已生效的记录可转为变更申请。").because(Because.IN_FORCE)
BY_SCHOOL = message("记录已生效，变更由学校信息管理员申请。").because(Because.IN_FORCE)


def edited(ground: Ground, target: Target) -> Line:
    """What would become of the row."""
    row, header = ground.rows.get(target.id), ground.files.get(target.teacher_id)
    if row is None or header is None or row["teacher_id"] != header.id:
        return Line(target, Fate.CANNOT, reason=MISSING)
    line = Line(target, Fate.SAME, header, row)
    if target.version is not None and target.version != row["content_version"]:
        return replace(line, fate=Fate.CANNOT, reason=MOVED)
    if ground.spec.only_latest and row is not ground.latest(header.id):
        return replace(line, reason=NOT_LATEST)
    before = from_row(ground.model, row, open_numbers=True)
    touched = _touched(ground, before)
    if not touched:
        return line
    line = replace(line, before={key: before[key] for key in touched}, after=touched)
    return _judged(ground, line, header, row, before)


def _touched(ground: Ground, before: Mapping[str, Any]) -> dict[str, Any]:
    """{field: value} of what the steps change; canonical where it can be read."""
    found: dict[str, Any] = {}
    for step in ground.spec.steps:
        if ground.spec.only_empty and not is_empty(before[step.field]):
            continue
        value = read(ground.model.dictionary.fields[step.field], step.after(before))
        if not same(value, before[step.field]):
            found[step.field] = value
    return found


def _judged(
    ground: Ground, line: Line, header: Header, row: Mapping[str, Any], before: Mapping[str, Any]
) -> Line:
    model, touched = ground.model, line.after
    bad, findings = judge(model, header, before, {**before, **touched}, touched)
    line = replace(line, fate=Fate.CHANGE, findings=findings)
    try:
        checks.applies(model, header)
        checks.fillable(ground.actor, model, touched, header)
    except TmsError as refused:
        return replace(line, fate=Fate.CANNOT, reason=refused.text)
    if bad:
        return replace(line, fate=Fate.CANNOT, reason=Term(bad[0].zh, bad[0].en))
    if header.id in ground.frozen:
        return replace(line, fate=Fate.CANNOT, reason=ground.frozen[header.id].sentence)
    submission = ground.submissions.get(header.id)
    try:
        checks.editable(ground.actor, model, row, touched, header, submission)
    except Conflict as refused:
        if not checks.is_locked(row["state"]):
            return replace(line, fate=Fate.CANNOT, reason=refused.text)
        barred = _no_request(ground, row, touched)
        return replace(line, fate=Fate.CANNOT if barred else Fate.REQUEST, reason=barred)
    return line


def _no_request(ground: Ground, row: Mapping[str, Any], touched: Mapping[str, Any]) -> Text | None:
    """Why the change of a row in force is not applied for; None where it is."""
    if not ground.actor.can(Permission.CHANGE):
        return BY_SCHOOL
    if not ground.spec.as_requests:
        return AT_ONCE
    fields = ground.model.dictionary.fields
    proof = next((fields[key] for key in touched if fields[key].needs_proof), None)
    if proof is not None:
        return message("“%(field)s”：%(text)s", field=term(proof), text=NEEDS_PROOF)
    if STATUS_FIELD in touched:
        return NEEDS_DATE
    asked = ground.asked.get(row["id"])
    return already_asked(asked) if asked else None
