"""What has to be filled in, field by field; system administrators say here who fills it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from flask import flash, redirect, request
from flask_admin import BaseView, expose
from flask_wtf import FlaskForm

from tms.access import Actor, Permission
from tms.access.fill_policy import HIDDEN, choices
from tms.access.policy import filler_of, table_filler
from tms.admin_views.attempts import attempt
from tms.admin_views.condition_words import in_words
from tms.admin_views.labels import coded, label_of
from tms.auth import get_actor
from tms.db import db
from tms.dictionary import (
    ALWAYS,
    NEVER,
    Category,
    Condition,
    Field,
    Filler,
    Kind,
    Rule,
    Sensitivity,
    Table,
    When,
    code_table,
)
from tms.gate import needs
from tms.i18n import clauses, listed
from tms.i18n import gettext as _
from tms.i18n import lazy_gettext as _l
from tms.models import SECTIONS, TABLES
from tms.records.fill_policy import set_fillers

#: What names of the form's fields begin with.
FIELD = "fill-"
FIRST_TABLE = "basic_information"
KINDS = {
    Kind.TEXT: _l("文字"),
    Kind.CODE: _l("代码"),
    Kind.DATE: _l("日期"),
    Kind.MONTH: _l("年月"),
    Kind.YEAR: _l("年份"),
    Kind.INTEGER: _l("整数"),
    Kind.DECIMAL: _l("数字"),
    Kind.ID_NUMBER: _l("证件号码"),
    Kind.PHOTO: _l("照片"),
}
#: Units of measure as declarations name them, without what they add in brackets.
UNITS = {"CNY": _l("元"), "10,000 CNY": _l("万元")}
FILLERS = {
    Filler.TEACHER: _l("教师本人"),
    Filler.SCHOOL: _l("学校"),
    Filler.BUREAU: _l("主管部门"),
}
WORDS = {**{str(filler): label for filler, label in FILLERS.items()}, HIDDEN: _l("隐藏")}
SENSITIVITIES = {
    Sensitivity.LOW: _l("一般"),
    Sensitivity.MEDIUM: _l("较敏感"),
    Sensitivity.HIGH: _l("敏感"),
}


@dataclass(frozen=True)
class Asks:
    """Whether a field must, or must not, be filled: always, never, or when."""

    is_always: bool
    #: The condition as it is declared, and in words; empty where there is none.
    when: str
    words: str


@dataclass(frozen=True)
class FieldLine:
    """One field of the page."""

    field: Field
    label: Any
    kind: Any
    form: str
    codes: str
    codes_label: Any
    required: Asks
    forbidden: Asks
    filler: Any
    #: What the reader's unit may say, and what it has said; nothing where it has no choice.
    choices: list[tuple[str, Any]]
    said: str
    sensitivity: Any
    rules: tuple[Rule, ...]


class PolicyView(BaseView):
    """Straight from the declarations and settings that forms, imports and checks follow."""

    GATES = {
        "index": needs(Permission.DICTIONARY_READ),
        "save": needs(Permission.POLICY_WRITE),
    }

    @expose("/")
    def index(self) -> Any:
        """One table in one school category."""
        actor = get_actor()
        category, table = _category(), TABLES[_table()].dictionary
        lines = [_line(actor, table, field, category) for field in table.fields_for(category)]
        return self.render(
            "admin/policy.html",
            heading=self.name,
            category=category,
            categories=[(c, coded("school_category", c)) for c in Category],
            table=table,
            title=label_of(table),
            sections=[(label_of(s), [(t.key, label_of(t)) for t in s.tables]) for s in SECTIONS],
            form=FlaskForm(),
            may_set=any(line.choices for line in lines),
            lines=lines if table.applies(category) else [],
            facts=list(_facts(actor, table, category)) if table.applies(category) else [],
        )

    @expose("/save/", methods=("POST",))
    def save(self) -> Any:
        """What the reader's unit says of one table, for the schools of one category."""
        category, table = _category(), request.values.get("table", "")
        said = {
            key.removeprefix(FIELD): word
            for key, word in request.form.items()
            if key.startswith(FIELD)
        }
        changed, status = attempt(
            lambda: set_fillers(db.session(), get_actor(), category, table, said)
        )
        if changed is not None:
            flash(_("已保存：%(n)d项，立即生效。", n=changed), "success")
            return redirect(self.get_url(".index", category=category, table=table))
        return self.index(), status


def _category() -> Category:
    """As asked for; else that of the reader's school, else the one with most schools."""
    for text in (request.values.get("category"), get_actor().unit_category):
        if text in set(Category):
            return Category(str(text))
    return Category.PRIMARY_SECONDARY


def _table() -> str:
    asked = request.values.get("table", "")
    return asked if asked in TABLES else FIRST_TABLE


def _filler(actor: Actor, field: Field, category: Category) -> Any:
    """Who fills it in the reader's unit."""
    if field.readonly:
        return _("自动得出")
    if actor.policy.hides(field, category, actor.unit_path):
        return WORDS[HIDDEN]
    return FILLERS[filler_of(actor, field, category, actor.unit_path)]


def _choices(actor: Actor, table: Table, field: Field, category: Category) -> list[tuple[str, Any]]:
    if not _may_set(actor, category):
        return []
    found = choices(actor.policy, table, field, category, actor.unit_path)
    return [(word, WORDS[word]) for word in found] if len(found) > 1 else []


def _may_set(actor: Actor, category: Category) -> bool:
    """Whether the reader moves fields of schools of *category*."""
    return actor.can(Permission.POLICY_WRITE) and actor.unit_category in ("", category)


def _line(actor: Actor, table: Table, field: Field, category: Category) -> FieldLine:
    codes = field.codes_for(category) or ""
    return FieldLine(
        field=field,
        label=label_of(field),
        kind=KINDS[field.kind],
        form=clauses(_form(field)),
        codes=codes,
        codes_label=label_of(code_table(codes)) if codes else "",
        required=_asks(field.required[category], table, category),
        forbidden=_asks(field.forbidden[category], table, category),
        filler=_filler(actor, field, category),
        choices=_choices(actor, table, field, category),
        said=_said(actor, field, category),
        sensitivity=SENSITIVITIES[field.sensitivity],
        rules=field.rules,
    )


def _said(actor: Actor, field: Field, category: Category) -> str:
    """As it stands in a form that was sent and refused, else as it holds."""
    held = actor.policy.said_at(field, category, actor.unit_path)
    return request.form.get(f"{FIELD}{field.key}", held)


def _asks(condition: Condition, table: Table, category: Category) -> Asks:
    when = condition.expression if isinstance(condition, When) else ""
    return Asks(condition == ALWAYS, when, in_words(when, table, category) if when else "")


def _form(field: Field) -> Iterator[str]:
    """Length, bounds, unit; in words."""
    if field.length and field.kind in (Kind.TEXT, Kind.ID_NUMBER):
        yield _("最多%(n)s字", n=field.length)
    if field.minimum is not None and field.maximum is not None:
        low, high = _plain(field.minimum), _plain(field.maximum)
        yield _("%(low)s至%(high)s", low=low, high=high)
    if field.unit:
        yield str(UNITS.get(field.unit.split(" (")[0], field.unit))
    if field.multiple:
        yield _("可多选")
    if field.encrypted:
        yield _("加密存储")


def _plain(number: Decimal) -> str:
    return f"{number.normalize():f}"


def _facts(actor: Actor, table: Table, category: Category) -> Iterator[tuple[Any, Any]]:
    """What holds for the table as a whole."""
    many = {"one": _("每份档案一条"), "many": _("每份档案可有多条")}
    yield _("记录数"), many[table.cardinality]
    fewest = table.min_records[category]
    yield _("至少"), _("%(n)s条", n=fewest) if fewest else _("不限")
    yield _("谁填"), FILLERS[table_filler(actor, table, category, actor.unit_path)]
    keys = [str(label_of(table.fields[key])) for key in table.natural_key]
    yield _("不得重复"), listed(keys)
    required = [f for f in table.fields_for(category) if f.required[category] != NEVER]
    yield _("必填项"), len([f for f in required if f.required[category] == ALWAYS])
    yield _("有条件必填项"), len([f for f in required if f.required[category] != ALWAYS])
