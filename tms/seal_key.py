"""The key that seals the audit trail: apart from the keys of the data (SECURITY.md S13).

Web processes never read it; the sealer, `audit verify`, backup and restore do.
"""

from __future__ import annotations

import hmac
import json
import os
import secrets
import stat
from dataclasses import dataclass
from pathlib import Path
from typing import Final

SEAL_FILE: Final = "seal.key"
KEY_BYTES: Final = 32


class SealKeyError(RuntimeError):
    """The file is missing, can be read by others, or lacks the key of a seal."""


@dataclass(frozen=True)
class SealKey:
    """Keys by id, and the one that new seals get."""

    current: str
    keys: dict[str, bytes]

    def mac(self, text: str, key_id: str | None = None) -> str:
        """HMAC-SHA-256 of *text* in hex, under the current key or an older one."""
        name = key_id or self.current
        if name not in self.keys:
            raise SealKeyError(f"{SEAL_FILE} has no key {name}")
        return hmac.digest(self.keys[name], text.encode(), "sha256").hex()


def ensure(folder: Path) -> SealKey:
    """The key in *folder*; made where there is none, never replaced."""
    path = folder / SEAL_FILE
    if not path.exists():
        text = json.dumps({"current": "s1", "keys": {"s1": secrets.token_hex(KEY_BYTES)}})
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "w", encoding="ascii") as file:
            file.write(text)
    return load(folder)


def load(folder: Path) -> SealKey:
    """The key in *folder*.

    :raises SealKeyError: there is none, or others can read it.
    """
    path = folder / SEAL_FILE
    if not path.exists():
        raise SealKeyError(f"no {SEAL_FILE}: run `flask tms init`, or put it back from the backup")
    if stat.S_IMODE(path.stat().st_mode) & 0o077:
        raise SealKeyError(f"{SEAL_FILE} must be readable by its owner only (chmod 600)")
    data = json.loads(path.read_text("ascii"))
    return SealKey(data["current"], {name: bytes.fromhex(k) for name, k in data["keys"].items()})
