"""Pinyin initials of Chinese labels, worked out when asked, so that a new code stays one line."""

from __future__ import annotations

import re
from functools import lru_cache

#: What people do not type when they abbreviate a label.
_SILENT = re.compile(r"[^0-9a-z]+")


@lru_cache(maxsize=20_000)
def initials(text: str) -> str:
    """Initials of *text* in small letters: "hz" of 汉族, "zgmz" of 中国(民族).

    The package is imported by the first form that needs it: its tables take 0.2 s and 30 MB.
    """
    from pypinyin import Style, lazy_pinyin

    letters = "".join(lazy_pinyin(text, style=Style.FIRST_LETTER))
    return _SILENT.sub("", letters.lower())


def matches(term: str, code: str, label: str) -> bool:
    """Whether *term* means the entry: by its code, a part of its label, or its initials."""
    wanted = term.strip().lower()
    if not wanted or code.lower().startswith(wanted) or wanted in label.lower():
        return True
    return wanted.isascii() and wanted.isalnum() and wanted in initials(label)
