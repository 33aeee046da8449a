"""What a field is, and how a section's file declares one in a line."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final, Literal, TypeVar

from sqlalchemy.orm import MappedColumn, mapped_column

from tms.dictionary.columns import column_type
from tms.dictionary.terms import Category, Filler, Kind, Sensitivity

#: Key under which a column carries what was declared for it.
INFO: Final = "dictionary"

T = TypeVar("T")


@dataclass(frozen=True)
class When:
    """A condition in the language of `tms.dictionary.expressions`."""

    expression: str


Condition = Literal["always", "never"] | When
ALWAYS: Final = "always"
NEVER: Final = "never"
when = When


@dataclass(frozen=True)
class Rule:
    """What must not hold of a value or a record, and the words to say so."""

    id: str
    fails_when: str
    zh: str
    en: str
    severity: Literal["error", "warning"] = "error"
    note: str = ""


def warning(id: str, fails_when: str, zh: str, en: str, note: str = "") -> Rule:
    """A rule whose finding does not block 报送."""
    return Rule(id, fails_when, zh, en, "warning", note)


@dataclass(frozen=True, eq=False, kw_only=True)
class Form:
    """The outer form of a value, as the constructors below make it."""

    kind: Kind
    length: int | None = None
    multiple: bool = False
    codes: str | Mapping[Category, str] | None = None
    minimum: Decimal | None = None
    maximum: Decimal | None = None
    unit: str = ""


def text(length: int, codes: str | None = None) -> Form:
    """Free text; *codes* only suggests."""
    return Form(kind=Kind.TEXT, length=length, codes=codes)


def code(codes: str | Mapping[Category, str]) -> Form:
    """One code of a table, which may differ by category."""
    return Form(kind=Kind.CODE, codes=codes)


def choices(codes: str) -> Form:
    """Several codes of a table."""
    return Form(kind=Kind.CODE, codes=codes, multiple=True)


def integer(minimum: int, maximum: int) -> Form:
    """A whole number within bounds, both included."""
    return Form(kind=Kind.INTEGER, minimum=Decimal(minimum), maximum=Decimal(maximum))


def decimal(length: int, minimum: str, maximum: str, unit: str) -> Form:
    """A number with two places within bounds, both included; *length* in characters."""
    low, high = Decimal(minimum), Decimal(maximum)
    return Form(kind=Kind.DECIMAL, length=length, minimum=low, maximum=high, unit=unit)


def id_number(length: int) -> Form:
    """The number of an identity document."""
    return Form(kind=Kind.ID_NUMBER, length=length)


DATE: Final = Form(kind=Kind.DATE)
MONTH: Final = Form(kind=Kind.MONTH)
YEAR: Final = Form(kind=Kind.YEAR)
PHOTO: Final = Form(kind=Kind.PHOTO)


@dataclass(frozen=True, eq=False, kw_only=True)
class Field(Form):
    """One indicator (指标项) with everything that is declared about it."""

    key: str
    zh: str
    en: str
    applies_to: tuple[Category, ...]
    required: Mapping[Category, Condition]
    forbidden: Mapping[Category, Condition]
    filled_by: Mapping[Category, Filler]
    sensitivity: Sensitivity
    encrypted: bool = False
    #: A value, or "=own_school", "=current_month", "=current_academic_year".
    default: Any = None
    readonly: bool = False
    derived_from: str = ""
    #: One of the six key items: it changes only with a document that proves it (DOMAIN.md 11).
    #: A number is its type and itself; highest education and degree follow their records.
    needs_proof: bool = False
    #: Kinds of person (file header) of whom the field is not required.
    exempt_person_kinds: tuple[str, ...] = ()
    #: Condition on each chosen code; also knows `code`, `parent` and `en` of the entry.
    options_filter: str | None = None
    note: str = ""
    source: str = ""
    rules: tuple[Rule, ...] = ()

    def applies(self, category: Category) -> bool:
        """Whether schools of *category* have the field."""
        return category in self.applies_to

    def codes_for(self, category: Category) -> str | None:
        """Name of the code table, None where there is none."""
        return self.codes.get(category) if isinstance(self.codes, Mapping) else self.codes

    def label(self, lang: str) -> str:
        """The label in "zh" or "en"."""
        return self.en if lang == "en" else self.zh


def field(
    zh: str,
    en: str,
    form: Form,
    *,
    required: Condition | Mapping[Category, Condition] = NEVER,
    forbidden: Condition | Mapping[Category, Condition] = NEVER,
    encrypted: bool = False,
    **more: Any,
) -> MappedColumn[Any]:
    """Declare a field of a section; `more` are other attributes of `Field`.

    A mapping names the categories that differ from "never". What is left out and `Field` has
    no default for (`applies_to`, `filled_by`, `sensitivity`, `source`) comes from the table.
    """
    declared = {"zh": zh, "en": en, "required": required, "forbidden": forbidden}
    info = {INFO: (form, declared | {"encrypted": encrypted} | more)}
    return mapped_column(column_type(form, encrypted), nullable=True, info=info)


def complete(
    key: str, form: Form, declared: Mapping[str, Any], inherited: Mapping[str, Any]
) -> Field:
    """Make the field from what was declared and what its table passes on."""
    given = {**inherited, **{k: v for k, v in declared.items() if v is not None}}
    for name in ("required", "forbidden", "filled_by"):
        default = inherited["filled_by"] if name == "filled_by" else NEVER
        given[name] = by_category(given[name], given["applies_to"], default)
    shape = {f.name: getattr(form, f.name) for f in dataclasses.fields(Form)}
    return Field(key=key, **shape, **given)


def by_category(
    value: T | Mapping[Category, T], categories: tuple[Category, ...], default: Any
) -> dict[Category, T]:
    """Spell *value* out for each category; *default* serves those a mapping leaves out."""
    if not isinstance(value, Mapping):
        return dict.fromkeys(categories, value)
    rest = default if isinstance(default, Mapping) else dict.fromkeys(categories, default)
    return {c: value.get(c, rest[c]) for c in categories}
