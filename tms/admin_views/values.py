"""A stored value as one reader may see it: decoded, telephones masked for most."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tms.access import Actor, policy
from tms.access.policy import TELEPHONES
from tms.admin_views.labels import shown
from tms.crypto import mask_number
from tms.dictionary import Category, Field, Table


def fills(actor: Actor, table: Table) -> bool:
    """Whether the role fills anything in *table*: such readers see telephones whole."""
    return policy.may_fill_table(actor, table, Category)


def stored_of(row: Mapping[str, Any], field: Field) -> Any:
    """What may be shown of a row's value: of an encrypted one its mask."""
    return row.get(f"{field.key}_mask" if field.encrypted else field.key)


def text_of(actor: Actor, table: Table, field: Field, value: Any, category: Category) -> str:
    """*value* of *field* as text for *actor* (DESIGN.md 4.5)."""
    text = shown(field, value, category)
    if field.key in TELEPHONES and text and not fills(actor, table):
        return mask_number(text)
    return text
