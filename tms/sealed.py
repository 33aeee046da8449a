"""Encrypted files of any size, written and read in frames of a mebibyte (SECURITY.md S7).

Each frame is authenticated with the file's name, its place and whether it is the last: frames can
be neither exchanged, nor left out, nor cut off unnoticed.
"""

from __future__ import annotations

import io
import os
import struct
from collections.abc import Iterator
from types import TracebackType
from typing import BinaryIO, Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from tms.crypto import NONCE_BYTES, KeyringError, keyring

MAGIC: Final = b"tms1"
FRAME: Final = 1 << 20
_TAG: Final = 16
_LENGTH = struct.Struct(">I")


class SealedWriter(io.RawIOBase):
    """Encrypts what is written to it; `close` writes the last frame.

    :param name: under which alone the file opens.
    """

    def __init__(self, out: BinaryIO, name: str) -> None:
        super().__init__()
        ring = keyring()
        self._out, self._name, self._key_id = out, name, ring.current
        self._aead = AESGCM(ring.keys[ring.current])
        self._rest = bytearray()
        self._frames = 0
        #: Bytes of the content so far.
        self.size = 0
        out.write(MAGIC + f"{ring.current}:".encode())

    def writable(self) -> bool:
        """It is."""
        return True

    def write(self, content: bytes) -> int:  # type: ignore[override]
        """Take *content*; whole frames go out at once."""
        self._rest += content
        self.size += len(content)
        while len(self._rest) > FRAME:
            self._frame(bytes(self._rest[:FRAME]), is_last=False)
            del self._rest[:FRAME]
        return len(content)

    def close(self) -> None:
        """Write the last frame; without it the file does not open."""
        if not self.closed:
            self._frame(bytes(self._rest), is_last=True)
        super().close()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """After an error the file stays without its end."""
        if kind is None:
            self.close()
        else:
            super().close()

    def _frame(self, content: bytes, *, is_last: bool) -> None:
        nonce = os.urandom(NONCE_BYTES)
        place = _place(self._name, self._key_id, self._frames, is_last=is_last)
        sealed = nonce + self._aead.encrypt(nonce, content, place)
        self._out.write(_LENGTH.pack(len(sealed)) + sealed)
        self._frames += 1


def opened(source: BinaryIO, name: str) -> Iterator[bytes]:
    """The content of a file that `SealedWriter` wrote, frame by frame.

    :raises KeyringError: it was altered, cut off, or is another file.
    """
    aead, key_id = _key(source, name)
    place, sealed = 0, _next(source)
    while sealed is not None:
        following = _next(source)
        about = _place(name, key_id, place, is_last=following is None)
        try:
            yield aead.decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], about)
        except InvalidTag as error:
            raise KeyringError(f"file {name} does not open") from error
        place, sealed = place + 1, following
    if place == 0:
        raise KeyringError(f"file {name} is empty")


def _key(source: BinaryIO, name: str) -> tuple[AESGCM, str]:
    head = source.read(len(MAGIC))
    key_id = b""
    while head == MAGIC and len(key_id) < 40 and (byte := source.read(1)) not in (b":", b""):
        key_id += byte
    key = keyring().keys.get(key_id.decode("ascii", "replace"))
    if key is None:
        raise KeyringError(f"no key for file {name}")
    return AESGCM(key), key_id.decode()


def _next(source: BinaryIO) -> bytes | None:
    head = source.read(_LENGTH.size)
    if len(head) < _LENGTH.size:
        return None
    (length,) = _LENGTH.unpack(head)
    return source.read(min(length, FRAME + NONCE_BYTES + _TAG))


def _place(name: str, key_id: str, place: int, *, is_last: bool) -> bytes:
    return f"file|{name}|{key_id}|{place}|{'last' if is_last else 'more'}".encode()
