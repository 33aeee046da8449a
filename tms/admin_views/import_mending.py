"""What stands wrong many times in an import, offered to be mended by one answer each."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from flask import request
from sqlalchemy.orm import Session

from tms.admin_views.labels import codes_of
from tms.dictionary import Field
from tms.exchange import mending
from tms.exchange.mending import Mistake
from tms.i18n import lang
from tms.models import TABLES, ImportBatch

#: Mistakes offered at a time, and codes offered for one; a longer list is typed into.
OFFERED: Final = 8
CHOICES: Final = 60


@dataclass(frozen=True)
class Offer:
    """One mistake, how often it stands there, and what it may become."""

    mistake: Mistake
    count: int
    #: "code-label", the likeliest first; empty where the column has no code list.
    choices: tuple[str, ...] = ()
    #: Whether these are all there are, and whether the first is any likeness of it.
    is_whole: bool = False
    is_alike: bool = False


def offers(session: Session, batch: ImportBatch, reason: str) -> Iterator[Offer]:
    """What may be mended now: of one reason, or the most frequent of all."""
    meant = {
        (sheet["name"], place): key
        for sheet in (batch.checked or {}).get("sheets", ())
        for place, key in enumerate(sheet["meant"])
    }
    for mistake, count in mending.repeated(session, batch.id, reason, OFFERED):
        field = _field(mistake.table, meant.get((mistake.sheet, mistake.place), ""))
        found = closest(field, mistake.value) if field is not None else []
        choices, is_whole = tuple(text for text, _ in found[:CHOICES]), 0 < len(found) <= CHOICES
        yield Offer(mistake, count, choices, is_whole, any(alike for _, alike in found[:1]))


def _field(table: str, key: str) -> Field | None:
    field = TABLES[table].dictionary.fields.get(key) if table in TABLES else None
    return field if field is not None and field.codes else None


def closest(field: Field, value: str) -> list[tuple[str, bool]]:
    """("code-label", is alike) of the codes of *field*, the more alike to *value* the earlier.

    Labels of both languages are compared: a file may be written in either.
    """
    offered = [code for code in codes_of(field, None) if not code.retired]
    likeness = {code: max(_likeness(value, code.zh), _likeness(value, code.en)) for code in offered}
    ordered = sorted(likeness.items(), key=lambda item: -item[1])
    return [(f"{code.code}-{code.label(lang())}", alike > 0) for code, alike in ordered]


def _likeness(one: str, other: str) -> float:
    """From 0 to 2: shared letters, and whether one stands within the other."""
    one, other = one.casefold(), other.casefold()
    letters, others = set(one), set(other)
    within = one in other or other in one
    return len(letters & others) / (len(letters | others) or 1) + within


def asked() -> Mapping[str, Any]:
    """The form of an answer."""
    return {name: request.form.get(name, "") for name in ("sheet", "column", "was", "value")}
