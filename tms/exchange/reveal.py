"""Numbers in full, for who may export them and says why (SECURITY.md S7, S9).

The only place that opens an encrypted value to show it. Whoever asks for it has been asked for the
permission and the purpose (`tms.exchange.how`), and the export's audit event names the fields.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import String, cast

from tms.crypto import keyring
from tms.exchange.project import Show


def sealed(model: Any, key: str) -> Any:
    """Row id and ciphertext in one column of a statement: a value opens at its place only."""
    return cast(model.id, String) + ":" + getattr(model, key)


def opened(table: str, key: str) -> Show:
    """Shows what `sealed` selects of *table*."""

    def show(values: Sequence[Any], _categories: Sequence[str]) -> Iterable[str | None]:
        ring = keyring()
        return [_open(ring, table, key, value) for value in values]

    return show


def _open(ring: Any, table: str, key: str, value: str | None) -> str | None:
    if value is None:
        return None
    row, _, secret = value.partition(":")
    return str(ring.open(secret, table=table, column=key, row=int(row)))
