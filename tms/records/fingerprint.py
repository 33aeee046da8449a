"""Whether a file says the same as it did: a blind digest over what its rows hold (R44, R45).

Over values and not over versions, so that a value which was changed and changed back is the same.
Numbers enter by their blind index; the digest itself is made under that key, so that nobody can try
values against it.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any

from tms.crypto import keyring
from tms.dictionary import get_table
from tms.records.audit import plain

Rows = Mapping[str, Iterable[Mapping[str, Any]]]
#: {table: {row: content version}}
Versions = dict[str, dict[str, int]]


def digest_of(rows: Rows) -> str:
    """64 characters that are the same as long as every value of every row is."""
    told = {
        table: sorted([row["id"], *(plain(row[key]) for key in _columns(table))] for row in found)
        for table, found in sorted(rows.items())
        if found
    }
    text = json.dumps(told, ensure_ascii=False, separators=(",", ":"))
    return keyring().blind_index("form", hashlib.sha256(text.encode()).hexdigest())


@cache
def _columns(table: str) -> tuple[str, ...]:
    fields = get_table(table).fields.values()
    return tuple(sorted(f"{f.key}_index" if f.encrypted else f.key for f in fields))


def versions_of(rows: Rows) -> Versions:
    """Which version of which row it was."""
    return {
        table: {str(row["id"]): row["content_version"] for row in found}
        for table, found in rows.items()
        if found
    }


def number_of(rows: Rows) -> int:
    """The version of the file as a number: how often its rows were written."""
    return sum(row["content_version"] for found in rows.values() for row in found)


def shortened(digest: str) -> str:
    """As paper bears it: three groups of four."""
    return "-".join(digest[start : start + 4].upper() for start in (0, 4, 8))
