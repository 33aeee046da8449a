"""Code tables: CSV files beside this module, and administrative divisions from two packages."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache, cached_property
from pathlib import Path

from tms.dictionary.regions import REGIONS, region_names

DIRECTORY = Path(__file__).parent / "codes"


@dataclass(frozen=True)
class Code:
    """One entry. A retired code stays readable but is no longer offered."""

    code: str
    zh: str
    en: str
    parent: str = ""
    retired: bool = False
    extra: Mapping[str, str] = field(default_factory=dict, compare=False)

    def label(self, lang: str) -> str:
        """The label in "zh" or "en"."""
        return self.en if lang == "en" else self.zh


@dataclass(frozen=True, eq=False)
class CodeTable:
    """A list of codes with where it comes from."""

    name: str
    zh: str
    en: str
    entries: tuple[Code, ...]
    standard: str = ""
    source: str = ""
    code_status: str = ""
    note: str = ""

    @cached_property
    def by_code(self) -> dict[str, Code]:
        """The entries by their code."""
        return {entry.code: entry for entry in self.entries}

    @cached_property
    def _by_label(self) -> dict[str, str | None]:
        """Code by label; None for a label that several entries bear."""
        found: dict[str, str | None] = {}
        for entry in self.entries:
            for label in {entry.zh, entry.en}:
                found[label] = None if label in found else entry.code
        return found

    def get(self, code: str) -> Code | None:
        """The entry of *code*."""
        return self.by_code.get(code)

    def label(self, code: str, lang: str = "zh") -> str:
        """The label of *code*; the code itself where it is unknown."""
        entry = self.get(code)
        return entry.label(lang) if entry else code

    def find(self, text: str) -> str | None:
        """The code meant by a code, a label that only one entry bears, or "code-label"."""
        text = text.strip()
        if text in self.by_code:
            return text
        if text in self._by_label:
            return self._by_label[text]
        code, *label = re.split("[-－]", text, maxsplit=1)
        entry = self.get(code.strip())
        fits = entry and label and label[0].strip() in (entry.zh, entry.en)
        return entry.code if entry and fits else None


@cache
def code_table(name: str) -> CodeTable:
    """:raises KeyError: there is no such table."""
    if name == REGIONS:
        entries = tuple(Code(code, label, label) for code, label in region_names().items())
        return CodeTable(REGIONS, "行政区划", "administrative division", entries, "GB/T 2260")
    about = dict(_tables()[name])
    del about["name"]
    return CodeTable(name, entries=tuple(_read(name)), **about)


def _read(name: str) -> Iterable[Code]:
    for row in _rows(DIRECTORY / f"{name}.csv"):
        known = {key: row.pop(key) for key in ("code", "zh", "en")}
        parent, retired = row.pop("parent", ""), bool(row.pop("retired", ""))
        yield Code(**known, parent=parent, retired=retired, extra=row)


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@cache
def _tables() -> dict[str, dict[str, str]]:
    return {row["name"]: row for row in _rows(DIRECTORY / "_tables.csv")}


CODE_TABLES: tuple[str, ...] = tuple(_tables())
