"""Encryption of ID numbers at rest, their blind index, their mask (DESIGN.md 4.5, SECURITY.md S7).

A value is ``v1:<key id>:<base64 of nonce and AES-256-GCM ciphertext>``. Table, column, row and key
id are authenticated with it, so that a ciphertext copied to another row does not open.
"""

from __future__ import annotations

import base64
import hmac
import json
import os
import secrets
import stat
from dataclasses import dataclass, replace
from pathlib import Path
from time import monotonic, sleep

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

VERSION = "v1"
NONCE_BYTES = 12
KEY_BYTES = 32
#: Seconds for which the ring's file is not looked at again: rows by the thousand ask for it.
TRUSTED = 0.02


class KeyringError(RuntimeError):
    """The key file is missing, unreadable by right, or lacks a key a value was written with."""


@dataclass(frozen=True)
class Keyring:
    """Keys by id, the one that new values get, and the separate key of the blind index."""

    current: str
    keys: dict[str, bytes]
    index_key: bytes
    #: Whether values may still lie under an older key (`rotate-keys` is not through).
    is_rotating: bool = False

    @classmethod
    def generate(cls) -> Keyring:
        """A new ring with one random key."""
        return cls("k1", {"k1": secrets.token_bytes(KEY_BYTES)}, secrets.token_bytes(KEY_BYTES))

    @classmethod
    def load(cls, path: Path) -> Keyring:
        """Read a ring written by `save`. A file others can read is refused (S8, S25)."""
        if stat.S_IMODE(path.stat().st_mode) & 0o077:
            raise KeyringError(
                f"key file {path.name} must be readable by its owner only (chmod 600)"
            )
        data = json.loads(path.read_text("ascii"))
        keys = {kid: base64.b64decode(key) for kid, key in data["keys"].items()}
        index = base64.b64decode(data["index"])
        return cls(data["current"], keys, index, data.get("rotating", False))

    def save(self, path: Path) -> None:
        """Write the ring with mode 0600 and never over an existing file."""
        text = json.dumps(
            {
                "current": self.current,
                "keys": {kid: base64.b64encode(k).decode() for kid, k in self.keys.items()},
                "index": base64.b64encode(self.index_key).decode(),
                "rotating": self.is_rotating,
            }
        )
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "w", encoding="ascii") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())

    def replace(self, path: Path) -> None:
        """Put this ring in the place of the one in *path*, at one stroke, and use it."""
        fresh = path.with_name(f"{path.name}.{secrets.token_hex(4)}")
        self.save(fresh)
        fresh.replace(path)
        install(self, path)
        sleep(2 * TRUSTED)  # from here on nobody takes up the former ring

    def rotated(self) -> Keyring:
        """This ring with one more key, under which new values come from here on (S8)."""
        number = 1 + max(int(kid.removeprefix("k")) for kid in self.keys)
        keys = self.keys | {f"k{number}": secrets.token_bytes(KEY_BYTES)}
        return replace(self, current=f"k{number}", keys=keys, is_rotating=True)

    def settled(self) -> Keyring:
        """This ring, once nothing but the audit trail lies under older keys."""
        return replace(self, is_rotating=False)

    @property
    def prefix(self) -> str:
        """How values begin that were sealed under the current key."""
        return f"{VERSION}:{self.current}:"

    def seal(self, plaintext: str, *, table: str, column: str, row: int) -> str:
        """Encrypt for exactly this table, column and row."""
        nonce = os.urandom(NONCE_BYTES)
        place = _place(table, column, row, self.current)
        sealed = AESGCM(self.keys[self.current]).encrypt(nonce, plaintext.encode(), place)
        return f"{VERSION}:{self.current}:{base64.b64encode(nonce + sealed).decode()}"

    def open(self, value: str, *, table: str, column: str, row: int) -> str:
        """Decrypt; a value moved from another place, or altered, raises `KeyringError`."""
        version, kid, body = value.split(":", 2)
        key = self._key(kid)
        if version != VERSION or key is None:
            raise KeyringError(f"no key {kid} for a value of version {version}")
        raw = base64.b64decode(body)
        place = _place(table, column, row, kid)
        try:
            plain = AESGCM(key).decrypt(raw[:NONCE_BYTES], raw[NONCE_BYTES:], place)
        except InvalidTag as error:
            raise KeyringError(f"{table}.{column} of row {row} does not open") from error
        return plain.decode()

    def _key(self, kid: str) -> bytes | None:
        """A key of this ring; or of the installed one, where keys were rotated meanwhile."""
        found = self.keys.get(kid)
        return found if found or _ring is None else keyring(at_once=True).keys.get(kid)

    def seal_file(self, content: bytes, name: str) -> bytes:
        """Encrypt a file that is kept for a while; it opens under the same *name* only."""
        nonce = os.urandom(NONCE_BYTES)
        sealed = AESGCM(self.keys[self.current]).encrypt(nonce, content, _file(name, self.current))
        return f"{VERSION}:{self.current}:".encode() + nonce + sealed

    def open_file(self, content: bytes, name: str) -> bytes:
        """What `seal_file` sealed."""
        version, kid, body = content.split(b":", 2)
        key = self._key(kid.decode())
        if version.decode() != VERSION or key is None:
            raise KeyringError(f"no key for file {name}")
        try:
            aead = AESGCM(key)
            return aead.decrypt(body[:NONCE_BYTES], body[NONCE_BYTES:], _file(name, kid.decode()))
        except InvalidTag as error:
            raise KeyringError(f"file {name} does not open") from error

    def blind_index(self, kind: str, value: str) -> str:
        """Equality without the value: HMAC-SHA-256 over type and upper-cased number, in hex."""
        text = f"{kind}:{value.strip().upper()}".encode()
        return hmac.digest(self.index_key, text, "sha256").hex()


def _place(table: str, column: str, row: int, kid: str) -> bytes:
    return f"{table}|{column}|{row}|{kid}".encode()


def _file(name: str, kid: str) -> bytes:
    return f"file|{name}|{kid}".encode()


def mask_number(value: str) -> str:
    """First three and last four characters, the rest stars; short numbers keep only the first."""
    if len(value) < 10:
        return value[:1] + "*" * (len(value) - 1)
    return value[:3] + "*" * (len(value) - 7) + value[-4:]


_ring: Keyring | None = None
#: Where the ring was read, and what the file looked like then: another process may rotate keys.
_path: Path | None = None
_stamp: tuple[int, int] = (0, 0)
#: When it was looked at last, by the monotonic clock.
_looked_at = 0.0


def install(ring: Keyring, path: Path | None = None) -> None:
    """Make *ring* the one this process uses; `create_app` calls it.

    :param path: its file; when that is replaced, the new one is read.
    """
    global _ring, _path, _stamp
    _ring, _path = ring, path
    _stamp = _stamp_of(path) if path else (0, 0)


def _stamp_of(path: Path) -> tuple[int, int]:
    try:
        found = os.stat(path)
    except FileNotFoundError:
        return _stamp  # what is installed goes on
    return found.st_mtime_ns, found.st_ino


def ensure(path: Path) -> None:
    """Install the ring in *path*; make one first where there is none (`init` does, and tests do).

    A ring is never replaced: a second one would make what is stored unreadable.
    """
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        Keyring.generate().save(path)
    install(Keyring.load(path), path)


def keyring(*, at_once: bool = False) -> Keyring:
    """The installed ring, as its file is now, or was 20 ms ago unless it is wanted *at_once*."""
    global _looked_at
    if _ring is None:
        raise KeyringError("no keys: run `flask tms init` first")
    if _path is not None and (at_once or monotonic() > _looked_at + TRUSTED):
        if _stamp_of(_path) != _stamp:
            install(Keyring.load(_path), _path)
        _looked_at = monotonic()
    return _ring
