"""Documents name the test that shows a requirement: a name that is none would be believed."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from tests.test_house import ROOT, files

#: A path (only a test's file), or `::a_test` of the file named before, `*` at its end for several.
NAMED = re.compile(r"(?P<file>tests/[\w/]*\w\.py|\btest_\w+\.py)|::(?P<test>test_\w+\*?)")
TEST = re.compile(r"^(?:async )?def (test_\w+)", re.MULTILINE)


def test_every_test_that_a_document_names_exists() -> None:
    named = list(_named())

    missing = [f"{where.name}: {name}" for where, name, is_there in named if not is_there]

    assert len(named) > 100
    assert missing == []


def _named() -> Iterator[tuple[Path, str, bool]]:
    """(document, what it names, whether that exists); a bare file lies beside the one before."""
    for document in files("docs/*.md"):
        folder, current = ROOT / "tests", None
        for found in NAMED.finditer(document.read_text("utf-8")):
            if name := found["file"]:
                current = ROOT / name if "/" in name else folder / name
                folder = current.parent
                yield document, name, current.is_file()
            elif current is not None:
                yield document, f"{current.name}::{found['test']}", _has(current, found["test"])


def _has(file: Path, name: str) -> bool:
    names = _tests_of(file) if file.is_file() else frozenset()
    return any(each.startswith(name[:-1]) for each in names) if name[-1] == "*" else name in names


@cache
def _tests_of(file: Path) -> frozenset[str]:
    return frozenset(TEST.findall(file.read_text("utf-8")))
