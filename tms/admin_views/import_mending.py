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
    #: Whether these are all there are.
    is_whole: bool = False


def offers(session: Session, batch: ImportBatch, reason: str) -> Iterator[Offer]:
    """What may be mended now: of one reason, or the most frequent of all."""
    meant = {
        (sheet["name"], place): key
        for sheet in (batch.checked or {}).get("sheets", ())
        for place, key in enumerate(sheet["meant"])
    }
    for mistake, count in mending.repeated(session, batch.id, reason, OFFERED):
        field = _field(mistake.table, meant.get((mistake.sheet, mistake.place), ""))
        choices = closest(field, mistake.value) if field is not None else []
        yield Offer(mistake, count, tuple(choices[:CHOICES]), 0 < len(choices) <= CHOICES)


def _field(table: str, key: str) -> Field | None:
    field = TABLES[table].dictionary.fields.get(key) if table in TABLES else None
    return field if field is not None and field.codes else None


def closest(field: Field, value: str) -> list[str]:
    """The codes of *field* as a cell may say them, the more alike to *value* the earlier."""
    codes = [(code.code, code.label(lang())) for code in codes_of(field, None)]
    ordered = sorted(codes, key=lambda code: -_likeness(value, code[1]))
    return [f"{code}-{label}" for code, label in ordered]


def _likeness(one: str, other: str) -> float:
    """From 0 to 2: shared letters, and whether one stands within the other."""
    letters, others = set(one), set(other)
    within = one in other or other in one
    return len(letters & others) / (len(letters | others) or 1) + within


def asked() -> Mapping[str, Any]:
    """The form of an answer."""
    return {name: request.form.get(name, "") for name in ("sheet", "column", "was", "value")}
