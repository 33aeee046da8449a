"""Which fields: who fills what and who sees what, from the declarations (R20, R21)."""

from __future__ import annotations

from collections.abc import Iterable

from tms.access.actor import Actor
from tms.access.permissions import Permission
from tms.dictionary import Category, Field, Sensitivity, Table
from tms.errors import Because

#: The items from which a file is made (R22); the document type is 1 unless said otherwise.
ACCOUNT_ITEMS = ("name", "gender", "birth_date", "id_type", "id_number")

_ORDER = {Sensitivity.LOW: 0, Sensitivity.MEDIUM: 1, Sensitivity.HIGH: 2}


def may_fill(actor: Actor, field: Field, category: Category) -> bool:
    """Whether the role fills *field* in schools of *category*; the row's state is asked later."""
    return why_not_fill(actor, field, category) is None


def why_not_fill(actor: Actor, field: Field, category: Category) -> Because | None:
    """What keeps the role from filling *field* in schools of *category*; None is nothing."""
    if field.readonly:
        return Because.DERIVED
    if not field.applies(category):
        return Because.NOT_COLLECTED
    if not actor.can(Permission.RECORD_WRITE):
        return Because.ROLE
    return None if field.filled_by[category] in actor.spec.fills else Because.NOT_YOURS


def may_fill_at_creation(actor: Actor, field: Field, category: Category) -> bool:
    """As `may_fill`; who may only make files gives the account items and nothing else."""
    if may_fill(actor, field, category):
        return True
    return actor.can(Permission.FILE_CREATE) and field.key in ACCOUNT_ITEMS


def may_see(actor: Actor, field: Field) -> bool:
    """Whether the role sees *field*; of encrypted fields everybody sees only the mask."""
    if field.encrypted:
        return actor.can(Permission.RECORD_READ)
    return _ORDER[field.sensitivity] <= _ORDER[actor.spec.sees]


def visible_fields(actor: Actor, table: Table) -> list[Field]:
    """The fields of *table* that lists, forms, filters and exports may show to *actor*."""
    return [field for field in table.fields.values() if may_see(actor, field)]


def fillable_fields(actor: Actor, table: Table, category: Category) -> list[Field]:
    """The fields of *table* that *actor* fills in schools of *category*."""
    return [f for f in table.fields.values() if may_fill(actor, f, category)]


def may_fill_table(actor: Actor, table: Table, categories: Iterable[Category]) -> bool:
    """Whether there is anything in *table* for the role to fill, in any of *categories*."""
    return any(fillable_fields(actor, table, c) for c in categories if table.applies(c))
