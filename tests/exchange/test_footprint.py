"""No upload takes 512 MiB over idle, in all processes together (SECURITY.md F11)."""

from __future__ import annotations

import re
import sys
from pathlib import Path

import pytest

from tests.exchange.heavy import CASES
from tests.support.footprint import measure
from tms.exchange.limits import MAX_FILE

LIMIT = 512

pytestmark = [
    pytest.mark.full,
    pytest.mark.skipif(sys.platform != "linux", reason="memory is read from /proc"),
]


@pytest.mark.parametrize("name", CASES)
def test_no_upload_takes_more_memory_than_it_may(tmp_path: Path, name: str) -> None:
    make, words = CASES[name]
    path = tmp_path / "a.xlsx"
    path.write_bytes(make())
    size = path.stat().st_size

    # The child reads the file from memory that no process maps.
    found = measure("tests.exchange.reads_one", str(path), beside=min(size, MAX_FILE))

    assert re.search(words, found.said), found
    assert found.over_idle < LIMIT, found
