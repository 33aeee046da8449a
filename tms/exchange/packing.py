"""The end of a file of an export: putting it together, told as it goes.

A workbook of Excel waits as loose rows until its end and is compressed then, which may take as long
as a third of the rest. Another thread does that; here is only looked at how far it has come.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor, wait
from pathlib import Path
from typing import BinaryIO, Final

from tms.exchange.write import Writer

#: Seconds between two looks.
EVERY: Final = 1.0
#: Bytes of loose rows that are compressed to guess how large the file will be.
SAMPLE: Final = 1 << 20


def packing(writer: Writer, file: BinaryIO, folder: Path) -> Iterator[int]:
    """Close *writer*; yields how much is done, in percent, about once a second.

    :param folder: where the format keeps what is not yet written; *file* lies there too.
    """
    expected = max(_expected(folder), 1)
    with ThreadPoolExecutor(1) as pool:
        closing = pool.submit(writer.close)
        while not wait((closing,), EVERY).done:
            yield min(100 * _size(file) // expected, 99)
        closing.result()


def _expected(folder: Path) -> int:
    """Size of the file, guessed from the loose rows: they compress alike."""
    loose = sorted(((p.stat().st_size, p) for p in folder.rglob("*") if p.is_file()), reverse=True)
    if not loose:
        return 0
    with loose[0][1].open("rb") as largest:
        sample = largest.read(SAMPLE)
    share = len(zlib.compress(sample)) / max(len(sample), 1)
    return int(sum(size for size, _path in loose) * share)


def _size(file: BinaryIO) -> int:
    return Path(file.name).stat().st_size
