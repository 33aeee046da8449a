"""What adding one row of a section for everyone would do to one file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from tms.access.policy import fillable_fields
from tms.dictionary import Kind, is_empty
from tms.errors import Because, Term, TmsError, message, term
from tms.models import Fate
from tms.records import checks
from tms.records.bulk_plan import MOVED, NO_FILE, Ground, Line, Target, judge, read
from tms.records.read import Header
from tms.records.values import from_row

NOTHING_TO_COPY = message("没有可以复制的记录。").because(Because.NOTHING)
EXISTS = message("已有这样的记录。").because(Because.ONE_ONLY)


def added(ground: Ground, target: Target) -> Line:
    """What row the file would get."""
    header = ground.files.get(target.id)
    if header is None:
        return Line(target, Fate.CANNOT, reason=NO_FILE)
    line = Line(target, Fate.CANNOT, header)
    try:
        checks.applies(ground.model, header)
        checks.makeable(ground.actor, ground.model, header)
    except TmsError as refused:
        return replace(line, reason=refused.text)
    if ground.spec.copies:
        source = ground.latest(header.id)
        if source is None:
            return replace(line, reason=NOTHING_TO_COPY)
        if target.version not in (None, source["content_version"]):
            return replace(line, reason=MOVED)
        line = replace(line, row=source)
    return _judged(ground, replace(line, after=_values(ground, header, line.row)), header)


def _values(ground: Ground, header: Header, source: Mapping[str, Any] | None) -> dict[str, Any]:
    """The new row's content: what is copied of the role's fields, then what the form says."""
    model = ground.model
    found: dict[str, Any] = {}
    if source is not None:
        stored = from_row(model, source)
        at = header.category, header.unit_path
        mine = fillable_fields(ground.actor, model.dictionary, *at)
        keys = (f.key for f in mine if not f.encrypted and f.kind is not Kind.PHOTO)
        found = {key: stored[key] for key in keys}
    for step in ground.spec.steps:
        found[step.field] = read(model.dictionary.fields[step.field], step.after(found))
    return {key: value for key, value in found.items() if not is_empty(value)}


def _judged(ground: Ground, line: Line, header: Header) -> Line:
    model, values = ground.model, line.after
    try:
        checks.fillable(ground.actor, model, values, header)
    except TmsError as refused:
        return replace(line, reason=refused.text)
    bad, findings = judge(model, header, {}, values, values)
    if bad:
        return replace(line, reason=Term(bad[0].zh, bad[0].en))
    if model.dictionary.cardinality == "one" and ground.by_file[header.id]:
        text = message("“%(table)s”只能有一条记录。", table=term(model.dictionary))
        return replace(line, reason=text.because(Because.ONE_ONLY))
    if _exists(ground, header, values):
        return replace(line, reason=EXISTS)
    if header.id in ground.frozen:
        return replace(line, reason=ground.frozen[header.id].sentence)
    return replace(line, fate=Fate.ADD, findings=findings)


def _exists(ground: Ground, header: Header, values: Mapping[str, Any]) -> bool:
    """Whether the file has a row with this natural key; without any key, one exactly alike."""
    table = ground.model.dictionary
    is_keyed = any(values.get(name) is not None for name in table.natural_key)
    names = table.natural_key if is_keyed else tuple(table.fields)
    there = (from_row(ground.model, row) for row in ground.by_file[header.id])
    return any(all(row[name] == values.get(name) for name in names) for row in there)
