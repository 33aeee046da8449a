"""Documents through typst, with the fonts that come with the program, each in its own process."""

from __future__ import annotations

import json
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path
from threading import Thread
from typing import Any, Final

FONTS: Final = "pylopdf_fonts_zh_cn"
CHILD: Final = Path(__file__).with_name("typeset_child.py")
SOURCES: Final = Path(__file__).resolve().parents[2] / "templates" / "print"
#: Fifty forms take two or three seconds.
SECONDS: Final = 180


class Document:
    """One document that is being set; its maker goes on with the next meanwhile.

    What it holds goes through pipes and is never on disk.
    """

    def __init__(self, source: str, data: Any) -> None:
        command = [sys.executable, "-I", str(CHILD), str(SOURCES / source), str(fonts())]
        self._child = subprocess.Popen(  # noqa: S603  our own script
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
        )
        self._made = b""
        told = json.dumps(data, ensure_ascii=False).encode()
        self._waiting = Thread(target=self._wait, args=(told,), daemon=True)
        self._waiting.start()

    def _wait(self, told: bytes) -> None:
        try:
            self._made, _nothing = self._child.communicate(told, timeout=SECONDS)
        except subprocess.TimeoutExpired:
            self._child.kill()
            self._child.communicate()

    def pdf(self) -> bytes:
        """The finished document.

        :raises RuntimeError: it could not be set in time, or at all; names no text of it.
        """
        self._waiting.join()
        if self._child.returncode or not self._made.startswith(b"%PDF-"):
            raise RuntimeError(f"typst ended with {self._child.returncode}")
        return self._made


def fonts() -> Path:
    """The folder of the fonts that come with the program."""
    found = find_spec(FONTS)
    if found is None or found.origin is None:
        raise FileNotFoundError(FONTS)
    return Path(found.origin).parent
