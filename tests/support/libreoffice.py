"""LibreOffice without a screen: opens a file as a user's program would and saves it anew."""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from functools import cache
from pathlib import Path

import pytest

#: It starts within seconds; a machine at work may need longer.
TIMEOUT = 180

#: Filters by ending where LibreOffice needs to be told more. CSV: comma, quotes, encoding, cells
#: as they are shown.
CSV_UTF_8 = "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,true,false"
CSV_GB18030 = "csv:Text - txt - csv (StarCalc):44,34,85,1,,0,false,true,false"
#: How it is told to open CSV: as a Chinese user's does by itself.
FROM_CSV = "--infilter=CSV:44,34,76,1"
#: As its dialogue offers: divided at semicolons and tabs too.
FROM_CSV_DIVIDED = "--infilter=CSV:44/59/9,34,76,1"


@cache
def find_soffice() -> str | None:
    """The program, None where it is not installed."""
    return shutil.which("soffice") or shutil.which("libreoffice")


needs_libreoffice = pytest.mark.skipif(find_soffice() is None, reason="LibreOffice is missing")


def convert(path: Path, to: str, folder: Path, from_csv: str = FROM_CSV) -> Path:
    """Open *path* and save it in *folder* as *to*: an ending such as "xlsx", or `CSV_GB18030`.

    :param from_csv: how a CSV file is opened.
    :raises RuntimeError: LibreOffice did not save it; its words.
    """
    program = find_soffice()
    if program is None:
        raise RuntimeError("LibreOffice is not installed")
    made = folder / f"{path.stem}.{to.split(':')[0]}"
    made.unlink(missing_ok=True)
    with tempfile.TemporaryDirectory() as profile:
        options = [f"-env:UserInstallation=file://{profile}", "--headless", "--norestore"]
        if path.suffix == ".csv":
            options.append(from_csv)
        command = [program, *options, "--convert-to", to, "--outdir", str(folder), str(path)]
        done = subprocess.run(command, capture_output=True, timeout=TIMEOUT, check=False)
    if not made.exists():
        raise RuntimeError((done.stdout + done.stderr).decode("utf-8", "replace"))
    return made
