"""Which fields: who fills what and who sees what (R20, R21).

The dictionary declares it; units move single fields (`tms.access.fill_policy`). The actor carries
what is in force, loaded once a request or job part, so that every answer is given here.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Final

from tms.access.actor import Actor
from tms.access.fill_policy import ACCOUNT_ITEMS
from tms.access.permissions import Permission
from tms.dictionary import Category, Field, Filler, Finding, Sensitivity, Table, get_table
from tms.errors import Because

__all__ = ["ACCOUNT_ITEMS"]

#: Masked to 3 + 4 unless the role fills the table (DESIGN.md 4.5).
TELEPHONES: Final = frozenset({"phone", "mobile"})
_ORDER = {Sensitivity.LOW: 0, Sensitivity.MEDIUM: 1, Sensitivity.HIGH: 2}


def may_fill(actor: Actor, field: Field, category: Category, path: str) -> bool:
    """Whether the role fills *field* in files of *category* at *path*; state is asked later."""
    return why_not_fill(actor, field, category, path) is None


def why_not_fill(actor: Actor, field: Field, category: Category, path: str) -> Because | None:
    """What keeps the role from filling *field* in files of *category* at *path*; None: nothing."""
    if field.readonly:
        return Because.DERIVED
    if not field.applies(category) or actor.policy.hides(field, category, path):
        return Because.NOT_COLLECTED
    if not actor.can(Permission.RECORD_WRITE):
        return Because.ROLE
    return None if filler_of(actor, field, category, path) in actor.fills else Because.NOT_YOURS


def filler_of(actor: Actor, field: Field, category: Category, path: str) -> Filler:
    """Who fills *field* in files of *category* at *path*."""
    return actor.policy.filler(field, category, path)


def table_filler(actor: Actor, table: Table, category: Category, path: str) -> Filler:
    """Who makes and deletes records of *table* in files of *category* at *path*."""
    return actor.policy.filler_of_table(table, category, path)


def may_fill_at_creation(actor: Actor, field: Field, category: Category, path: str) -> bool:
    """As `may_fill`; who may only make files gives the account items and nothing else."""
    if may_fill(actor, field, category, path):
        return True
    return actor.can(Permission.FILE_CREATE) and field.key in ACCOUNT_ITEMS


def may_see(actor: Actor, field: Field) -> bool:
    """Whether the role sees *field*; of encrypted fields everybody sees only the mask."""
    if actor.policy and _is_hidden_here(actor, field):
        return False
    if field.encrypted:
        return actor.can(Permission.RECORD_READ)
    return _ORDER[field.sensitivity] <= _ORDER[actor.spec.sees]


def _is_hidden_here(actor: Actor, field: Field) -> bool:
    """Whether no file in the actor's own unit and below has the field."""
    own = actor.unit_category
    categories = own_categories(actor) if own else field.applies_to
    return all(actor.policy.hides(field, c, actor.unit_path) for c in categories)


def own_categories(actor: Actor) -> Sequence[Category]:
    """Categories of the schools at and below the actor's unit: a school's own, else any."""
    return [Category(actor.unit_category)] if actor.unit_category else list(Category)


def visible_fields(actor: Actor, table: Table) -> list[Field]:
    """The fields of *table* that lists, forms, filters and exports may show to *actor*."""
    return [field for field in table.fields.values() if may_see(actor, field)]


def shown_fields(actor: Actor, table: Table, category: Category, path: str) -> list[Field]:
    """The fields of *table* that *actor* sees in files of *category* at *path*."""
    return [
        field
        for field in visible_fields(actor, table)
        if field.applies(category) and not actor.policy.hides(field, category, path)
    ]


def fillable_fields(actor: Actor, table: Table, category: Category, path: str) -> list[Field]:
    """The fields of *table* that *actor* fills in files of *category* at *path*."""
    return [f for f in table.fields.values() if may_fill(actor, f, category, path)]


def may_fill_table(
    actor: Actor, table: Table, categories: Iterable[Category], path: str | None = None
) -> bool:
    """Whether there is anything in *table* for the role to fill, in any of *categories*.

    :param path: of a file; None asks of the actor's own unit.
    """
    at = actor.unit_path if path is None else path
    return any(fillable_fields(actor, table, c, at) for c in categories if table.applies(c))


def addressed(
    actor: Actor, found: Sequence[Finding], category: Category, path: str
) -> list[Finding]:
    """*found* of a file with who is to mend each; what is hidden there has nothing to mend."""
    if not actor.policy.zone(path):
        return list(found)
    readdressed = (_addressed(actor, each, category, path) for each in found)
    return [each for each in readdressed if each is not None]


def _addressed(actor: Actor, found: Finding, category: Category, path: str) -> Finding | None:
    table = get_table(found.table)
    field = table.fields.get(found.field or "")
    if field is None:
        return replace(found, filler=table_filler(actor, table, category, path))
    if actor.policy.hides(field, category, path):
        return None
    return replace(found, filler=filler_of(actor, field, category, path))
