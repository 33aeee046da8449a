"""Where a code table is used."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from tms.dictionary.fields import Field
from tms.dictionary.header import HEADER
from tms.dictionary.tables import Table, sections


def fields_using(codes: str) -> list[tuple[Table | None, Field]]:
    """The fields whose values are codes of that table; those of the file's header without table."""
    found = [(None, field) for field in HEADER if codes in _names(field)]
    return [*found, *((table, f) for table, f in _declared() if codes in _names(f))]


def _declared() -> Iterator[tuple[Table, Field]]:
    for section in sections():
        for table in section.tables:
            for field in table.fields.values():
                yield table, field


def _names(field: Field) -> set[str | None]:
    return set(field.codes.values()) if isinstance(field.codes, Mapping) else {field.codes}
