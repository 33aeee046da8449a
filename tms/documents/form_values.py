"""Stored values as they stand on paper: decoded, telephones masked for most, numbers too."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

from tms.access import Actor, policy
from tms.crypto import keyring, mask_number
from tms.dictionary import Category, Field, Kind, Table, code_table

#: A row → the text of one of its fields.
Show = Callable[[Mapping[str, Any]], str]


def show_of(actor: Actor, table: Table, field: Field, category: Category, lang: str) -> Show:
    """How *field* is shown to *actor*; the one whose file it is reads their number in full."""
    if field.encrypted:
        is_own = actor.teacher_id is not None
        return _opened(table.key, field.key) if is_own else _plain(f"{field.key}_mask")
    fills = policy.may_fill_table(actor, table, Category)
    if field.key in policy.TELEPHONES and not fills:
        return _masked(field.key)
    name = field.codes_for(category)
    if name is None:
        return _plain(field.key)
    return _coded(field.key, labels_of(name, lang), multiple=field.multiple)


@cache
def labels_of(name: str, lang: str) -> Mapping[str, str]:
    """What each code is called."""
    return {entry.code: entry.label(lang) for entry in code_table(name).entries}


def _plain(key: str) -> Show:
    def show(row: Mapping[str, Any]) -> str:
        value = row[key]
        return "" if value is None else str(value)

    return show


def _masked(key: str) -> Show:
    return lambda row: mask_number(row[key]) if row[key] else ""


def _coded(key: str, labels: Mapping[str, str], *, multiple: bool) -> Show:
    """A text whose list only suggests may hold what is none of its codes."""

    def show(row: Mapping[str, Any]) -> str:
        value = row[key]
        if value is None or value == "":
            return ""
        chosen = str(value).split(",") if multiple else [str(value)]
        return "、".join(labels.get(code, code) for code in chosen)

    return show


def _opened(table: str, key: str) -> Show:
    """The value itself: only on paper that is handed to whom it belongs to."""

    def show(row: Mapping[str, Any]) -> str:
        if not row[key]:
            return ""
        return keyring().open(row[key], table=table, column=key, row=row["id"])

    return show


def is_drawn(field: Field) -> bool:
    """A photo is no text; it has its own place."""
    return field.kind is not Kind.PHOTO
