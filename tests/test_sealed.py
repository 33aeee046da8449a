"""Encrypted files in frames: any size, and nothing altered, left out, exchanged or cut off."""

from __future__ import annotations

import io
import struct

import pytest

from tms import crypto
from tms.crypto import Keyring, KeyringError
from tms.sealed import FRAME, SealedWriter, opened

SIZES = [0, 1, FRAME - 1, FRAME, FRAME + 1, 3 * FRAME + 7]


@pytest.fixture(autouse=True)
def ring(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(crypto, "_ring", Keyring.generate())


def sealed(content: bytes, name: str = "name") -> bytes:
    out = io.BytesIO()
    with SealedWriter(out, name) as writer:
        for start in range(0, len(content), 100_000):
            writer.write(content[start : start + 100_000])
    return out.getvalue()


def read(data: bytes, name: str = "name") -> bytes:
    return b"".join(opened(io.BytesIO(data), name))


def opens(data: bytes) -> bool:
    try:
        read(data)
    except KeyringError:
        return False
    return True


def frames(data: bytes) -> list[bytes]:
    place, found = data.index(b":") + 1, [data[: data.index(b":") + 1]]
    while place < len(data):
        (length,) = struct.unpack(">I", data[place : place + 4])
        found.append(data[place : place + 4 + length])
        place += 4 + length
    return found


@pytest.mark.parametrize("size", SIZES)
def test_what_is_written_is_read(size: int) -> None:
    content = bytes(range(256)) * (size // 256 + 1)
    content = content[:size]
    data = sealed(content)

    assert read(data) == content
    assert content[:64] not in data or size < 16


def test_another_name_does_not_open_it() -> None:
    with pytest.raises(KeyringError):
        read(sealed(b"content"), "other")


def test_frames_are_neither_exchanged_nor_left_out_nor_cut_off() -> None:
    head, first, second, third = frames(sealed(b"x" * (2 * FRAME + 5)))
    other = frames(sealed(b"y" * (2 * FRAME + 5), "other"))

    broken = {
        "exchanged": head + second + first + third,
        "left out": head + first + third,
        "cut off": head + first + second,
        "of another file": head + first + other[2] + third,
        "twice": head + first + first + second + third,
        "in the middle of a frame": (head + first + second + third)[:-3],
        "nothing but the head": head,
        "nothing": b"",
    }
    for what, data in broken.items():
        assert not opens(data), what


def test_a_file_whose_writing_failed_does_not_open() -> None:
    out = io.BytesIO()

    def fail() -> None:
        with SealedWriter(out, "name") as writer:
            writer.write(b"x" * (FRAME + 1))
            raise OSError

    with pytest.raises(OSError):  # noqa: PT011  whichever
        fail()
    with pytest.raises(KeyringError):
        read(out.getvalue())
