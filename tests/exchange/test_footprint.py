"""No upload takes 512 MiB over idle, in all processes together (SECURITY.md F11)."""

from __future__ import annotations

import re
import sys
from pathlib import Path

import pytest

from tests.exchange.heavy import CASES
from tests.exchange.long_lists import LISTS
from tests.support.footprint import Footprint, measure
from tms.exchange.limits import MAX_FILE

#: MiB, and seconds until a file is refused.
LIMIT, PATIENCE = 512, 20

pytestmark = [
    pytest.mark.full,
    pytest.mark.skipif(sys.platform != "linux", reason="memory is read from /proc"),
]


def bearable(found: Footprint, words: str, taken: str) -> bool:
    """Whether that is said and little was taken; what says nothing of *taken* is a refusal."""
    is_quick = taken in found.said or found.seconds < PATIENCE
    return bool(re.search(words, found.said)) and found.over_idle < LIMIT and is_quick


@pytest.mark.parametrize("name", CASES)
def test_no_upload_takes_more_memory_than_it_may(tmp_path: Path, name: str) -> None:
    make, words = CASES[name]
    path = tmp_path / "a.xlsx"
    path.write_bytes(make())
    size = path.stat().st_size

    # The child reads the file from memory that no process maps.
    found = measure("tests.exchange.reads_one", str(path), beside=min(size, MAX_FILE))

    assert bearable(found, words, "rows"), found


@pytest.mark.usefixtures("cast")
@pytest.mark.parametrize(
    ("database_url", "name"),
    [*(("sqlite", name) for name in LISTS), ("postgresql", "mistakes.csv")],
    indirect=["database_url"],
)
def test_no_check_takes_more_memory_than_it_may(
    tmp_path: Path, database_url: str, name: str
) -> None:
    """From the upload to the first page of the preview, and on to the workbook with the reasons."""
    make, words = LISTS[name]
    path = tmp_path / name
    path.write_bytes(make())

    found = measure("tests.exchange.checks_one", str(path), database_url, str(tmp_path / "data"))

    assert bearable(found, words, "shown"), found
