"""One word for all rules that a check asks: it changes with any of them."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from functools import cache
from typing import Any, Final

from tms.dictionary.codes import CODE_TABLES, code_table
from tms.dictionary.regions import REGIONS
from tms.dictionary.tables import sections

LENGTH: Final = 16
#: What is said beside a declaration and asked by nobody.
REMARKS: Final = frozenset({"note", "source"})


@cache
def fingerprint() -> str:
    """Of all declarations and codes; what is not declared, the engine, is renewed at night."""
    codes = {name: code_table(name).entries for name in (*CODE_TABLES, REGIONS)}
    declared = [[table for table in section.tables] for section in sections()]
    words = json.dumps([_plain(declared), _plain(codes)], sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(words.encode()).hexdigest()[:LENGTH]


def _plain(value: Any) -> Any:
    if is_dataclass(value):
        return {
            f.name: _plain(getattr(value, f.name)) for f in fields(value) if f.name not in REMARKS
        }
    if isinstance(value, Mapping):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    return value if value is None or isinstance(value, bool | int) else str(value)
