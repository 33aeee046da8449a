"""What a bulk edit's form asks: per field what becomes of it, or what a new row holds."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from flask import request
from sqlalchemy import func, select

from tms.access import Actor, Permission
from tms.admin_views.forms import RecordForm, make_form
from tms.admin_views.labels import label_of
from tms.db import db
from tms.dictionary import Category, Field, Table, is_empty
from tms.i18n import lazy_gettext as _l
from tms.models import TABLES, BulkAct, BulkItem, BulkKind, Teacher
from tms.records.bulk_spec import MAX_PHRASE, Op, Spec, Step, is_text, offered_fields, sources
from tms.records.request_checks import MAX_REASON

KEEP = ""
OPS = {
    Op.SET: _l("设为"),
    Op.CLEAR: _l("清除内容"),
    Op.COPY: _l("从另一项复制"),
    Op.REPLACE: _l("替换文字"),
}


@dataclass(frozen=True)
class Offer:
    """One field of the form: what may become of it, and the input for a value."""

    field: Field
    input: Any
    ops: list[tuple[str, Any]]
    sources: list[tuple[str, Any]]
    step: Step | None

    @property
    def op(self) -> str:
        """What was chosen so far."""
        return self.step.op if self.step else KEEP

    @property
    def label(self) -> Any:
        """What it is called."""
        return label_of(self.field)


class BulkForm:
    """The form of one act; what was typed is turned into a spec, which the records judge."""

    def __init__(self, actor: Actor, act: BulkAct) -> None:
        self.actor, self.act = actor, act
        self.table: Table = TABLES[act.table_name].dictionary
        self.spec = self._typed() if request.method == "POST" else self._kept()

    @property
    def is_edit(self) -> bool:
        """Whether rows change; else everyone gets a new one."""
        return self.act.kind == BulkKind.EDIT

    @property
    def may_apply(self) -> bool:
        """Whether rows in force can be changed by application."""
        return self.is_edit and self.actor.can(Permission.CHANGE)

    @property
    def has_latest(self) -> bool:
        """Whether a file has several rows of the table."""
        return self.table.cardinality == "many"

    @property
    def max_phrase(self) -> int:
        """How long a text to look for may be."""
        return MAX_PHRASE

    @property
    def max_reason(self) -> int:
        """How long a reason may be."""
        return MAX_REASON

    @cached_property
    def categories(self) -> list[Category]:
        """The school categories of the chosen files that have the table, the commonest first."""
        files = select(BulkItem.teacher_id).where(BulkItem.bulk_id == self.act.id)
        rows = select(Teacher.school_category).where(Teacher.id.in_(files))
        rows = rows.group_by(Teacher.school_category).order_by(func.count().desc())
        found = [Category(each) for each in db.session.scalars(rows)]
        return [each for each in found if self.table.applies(each)] or list(self.table.applies_to)

    @cached_property
    def fields(self) -> list[Field]:
        """What the role fills in these schools."""
        offered = offered_fields(self.actor, self.table)
        return [field for field in offered if any(map(field.applies, self.categories))]

    @cached_property
    def _forms(self) -> list[RecordForm]:
        """Inputs by the first category that has the field: options differ between categories."""
        values = {} if request.method == "POST" else self._values()
        return list(forms_of(self.table, self.categories, self.fields, values))

    def _values(self) -> dict[str, Any]:
        return {step.field: step.value for step in self.spec.steps if step.op is Op.SET}

    @property
    def offers(self) -> list[Offer]:
        """The fields with their inputs, as declared."""
        inputs = {key: form[key] for form in self._forms for key in form.declared}
        steps = {step.field: step for step in self.spec.steps}
        return [self._offer(field, inputs[field.key], steps) for field in self.fields]

    def _offer(self, field: Field, input_: Any, steps: Mapping[str, Step]) -> Offer:
        others = [(f.key, label_of(f)) for f in sources(self.actor, self.table, field)]
        ops = [Op.SET, Op.CLEAR]
        ops += [Op.COPY] if others else []
        ops += [Op.REPLACE] if is_text(field) else []
        named: list[tuple[str, Any]] = [(str(op), OPS[op]) for op in ops]
        return Offer(field, input_, named, others, steps.get(field.key))

    # -- what was typed ----------------------------------------------------------------------------

    def _kept(self) -> Spec:
        if self.act.spec:
            return Spec.of(self.act.spec)
        return Spec(BulkKind(self.act.kind), self.act.table_name)

    def _typed(self) -> Spec:
        values: dict[str, Any] = {}
        for form in self._forms:
            values |= form.typed()
        steps = self._edits(values) if self.is_edit else self._contents(values)
        return Spec(
            BulkKind(self.act.kind),
            self.act.table_name,
            tuple(steps),
            only_empty=self.is_edit and "only_empty" in request.form,
            only_latest=self.is_edit and "only_latest" in request.form,
            copies=not self.is_edit and request.form.get("copies") == "1",
            as_requests=self.is_edit and "as_requests" in request.form,
            reason=request.form.get("reason", "").strip(),
        )

    def _edits(self, values: Mapping[str, Any]) -> Iterable[Step]:
        """Steps of every field whose operation was chosen: forged ones too, to be refused."""
        asked = [name.removeprefix("op-") for name in request.form if name.startswith("op-")]
        for key in asked:
            op = request.form.get(f"op-{key}", KEEP)
            if op not in set(Op):
                continue
            yield Step(
                key,
                Op(op),
                values.get(key) if op == Op.SET else None,
                request.form.get(f"source-{key}", "") if op == Op.COPY else "",
                request.form.get(f"find-{key}", "") if op == Op.REPLACE else "",
                request.form.get(f"put-{key}", "") if op == Op.REPLACE else "",
            )

    def _contents(self, values: Mapping[str, Any]) -> Iterable[Step]:
        for key, value in values.items():
            if not is_empty(value):
                yield Step(key, Op.SET, value)


def forms_of(
    table: Table, categories: Sequence[Category], fields: Iterable[Field], values: Mapping[str, Any]
) -> Iterable[RecordForm]:
    """A form for the fields of each category, each field in the first that has it."""
    groups: dict[Category, list[Field]] = defaultdict(list)
    for field in fields:
        groups[next(filter(field.applies, categories))].append(field)
    for category, group in groups.items():
        mine = {field.key: values[field.key] for field in group if field.key in values}
        yield make_form(table, category, group, mine)
