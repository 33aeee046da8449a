"""What a bulk edit is to do, spelled out: one table, and what becomes of some of its fields.

A form's fields become a `Spec`; it is kept as JSON, so that the job does what the preview showed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any

from tms.access import Actor, policy
from tms.dictionary import Category, Field, Kind, Table, is_empty
from tms.errors import Because, Invalid, NotAllowed, message, term
from tms.models import TABLES, BulkKind
from tms.records.request_checks import MAX_REASON

BASIC = "basic_information"
#: What is looked for, and what takes its place.
MAX_PHRASE = 100


NOTHING_TO_DO = {
    BulkKind.EDIT: message("请至少选择一项要修改的内容。"),
    BulkKind.ADD: message("请至少填写一项内容。"),
}


class Op(StrEnum):
    """What becomes of one field."""

    SET = "set"
    CLEAR = "clear"
    COPY = "copy"
    REPLACE = "replace"


@dataclass(frozen=True)
class Step:
    """One operation on one field."""

    field: str
    op: Op = Op.SET
    #: SET: the value as a form has it.
    value: Any = None
    #: COPY: the field of the same row that it is taken from; an empty one changes nothing.
    source: str = ""
    #: REPLACE: plain text, no pattern.
    find: str = ""
    put: str = ""

    def after(self, before: Mapping[str, Any]) -> Any:
        """What the field holds then, given a row's canonical values."""
        now = before.get(self.field)
        if self.op is Op.COPY:
            taken = before.get(self.source)
            return now if is_empty(taken) else taken
        if self.op is Op.REPLACE:
            return now.replace(self.find, self.put) if isinstance(now, str) else now
        return self.value if self.op is Op.SET else None


@dataclass(frozen=True)
class Spec:
    """One bulk edit, or one new row for everyone."""

    kind: BulkKind
    table: str
    steps: tuple[Step, ...] = ()
    #: Edit: only fields that are empty; only the latest row of each file.
    only_empty: bool = False
    only_latest: bool = False
    #: Addition: beginning with the file's latest row.
    copies: bool = False
    #: Edit: of rows in force, changes are applied for, for this reason.
    as_requests: bool = False
    reason: str = ""

    def plain(self) -> dict[str, Any]:
        """As JSON."""
        return asdict(self)

    @classmethod
    def of(cls, plain: Mapping[str, Any]) -> Spec:
        """From JSON."""
        steps = tuple(Step(**{**step, "op": Op(step["op"])}) for step in plain["steps"])
        return cls(**{**plain, "kind": BulkKind(plain["kind"]), "steps": steps})


def offered_tables(actor: Actor, kind: BulkKind) -> list[Table]:
    """The tables in which the role fills anything; a file's first record is made with the file."""
    tables = (model.dictionary for model in TABLES.values())
    return [
        table
        for table in tables
        if offered_fields(actor, table) and not (kind == BulkKind.ADD and table.key == BASIC)
    ]


def offered_fields(
    actor: Actor, table: Table, categories: Sequence[Category] | None = None
) -> list[Field]:
    """The fields that the role fills in schools of some category, in many files alike.

    A number or a photo is one person's.

    :param categories: None is those of the schools at and below the actor's unit.
    """
    asked = policy.own_categories(actor) if categories is None else categories
    return [
        field
        for field in table.fields.values()
        if not field.encrypted
        and field.kind is not Kind.PHOTO
        and any(
            policy.may_fill(actor, field, c, actor.unit_path) for c in asked if table.applies(c)
        )
    ]


def sources(actor: Actor, table: Table, field: Field) -> list[Field]:
    """The fields whose content *field* can take over."""
    return [
        other
        for other in policy.visible_fields(actor, table)
        if other.key != field.key
        and not other.encrypted
        and (other.kind, other.multiple) == (field.kind, field.multiple)
        and _codes(other) == _codes(field)
    ]


def _codes(field: Field) -> set[str | None]:
    return {field.codes_for(c) for c in field.applies_to if field.kind is Kind.CODE}


def is_text(field: Field) -> bool:
    """Whether text in it can be replaced."""
    return field.kind is Kind.TEXT and not field.encrypted


def refuse(actor: Actor, spec: Spec) -> None:
    """Ask what does not depend on any row.

    :raises NotAllowed: a field is not the role's to fill. :raises Invalid: it says nothing to do.
    """
    model = TABLES.get(spec.table)
    if model is None or (spec.kind == BulkKind.ADD and spec.table == BASIC):
        raise Invalid(message("请选择要修改的表。"))
    if not spec.steps:
        raise Invalid(NOTHING_TO_DO[spec.kind])
    table = model.dictionary
    offered = {field.key: field for field in offered_fields(actor, table)}
    for step in spec.steps:
        if step.field not in offered:
            label = term(table.fields[step.field]) if step.field in table.fields else step.field
            text = message("“%(field)s”不由您填写。", field=label)
            raise NotAllowed(text.because(Because.NOT_YOURS))
        _refuse_step(actor, table, offered[step.field], step)
    if len({step.field for step in spec.steps}) < len(spec.steps):
        raise Invalid(message("同一个信息项只能选择一次。"))
    if spec.as_requests and not 0 < len(spec.reason.strip()) <= MAX_REASON:
        raise Invalid(message("请说明变更的理由。"))


def _refuse_step(actor: Actor, table: Table, field: Field, step: Step) -> None:
    label = term(field)
    if step.op is Op.SET and is_empty(step.value):
        raise Invalid(message("请填写“%(field)s”的新内容，或选择清除内容。", field=label))
    if step.op is Op.COPY and step.source not in {f.key for f in sources(actor, table, field)}:
        raise Invalid(message("请选择“%(field)s”从哪个信息项复制。", field=label))
    if step.op is Op.REPLACE:
        if not is_text(field):
            raise Invalid(message("“%(field)s”不是文字，不能替换文字。", field=label))
        if not 0 < len(step.find) <= MAX_PHRASE or len(step.put) > MAX_PHRASE:
            text = message("请填写要替换的文字，不超过%(n)d个字。", n=MAX_PHRASE)
            raise Invalid(text)
