"""Passwords: argon2id hashes and one-time codes (SECURITY.md S14, S15)."""

from __future__ import annotations

import os
import secrets
import threading
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError

from tms.errors import Busy, message

#: OWASP's parameters: 19 MiB, two passes; 0.03 s here, so that logins cannot exhaust the machine.
_hasher = PasswordHasher(memory_cost=19456, time_cost=2, parallelism=1)

#: So many at once in a process, the others wait for a while: each takes 19 MiB and a processor.
AT_ONCE = max(2, os.cpu_count() or 2)
PATIENCE = 5.0
_slots = threading.BoundedSemaphore(AT_ONCE)

#: No I, L, O, U, 0, 1: codes are read from paper and typed.
CODE_ALPHABET = "ABCDEFGHJKMNPQRSTVWXYZ23456789"
CODE_GROUPS = 4
CODE_GROUP = 4

#: Verified when there is no such account, so that both cases cost the same (S16).
_DUMMY = _hasher.hash(secrets.token_urlsafe(16))


@contextmanager
def hashing() -> Iterator[None]:
    """Within this block a password may be hashed or verified on behalf of a browser.

    :raises Busy: too many others do (S14). Nothing was counted or written.
    """
    if not _slots.acquire(timeout=PATIENCE):
        raise Busy(message("现在登录的人太多，请稍等几秒再试。"))
    try:
        yield
    finally:
        _slots.release()


def hash_password(password: str) -> str:
    """Argon2id hash of *password*, with its parameters."""
    return _hasher.hash(password)


def verify_password(stored: str | None, password: str) -> bool:
    """Whether *password* matches; exactly one verification is done, whatever *stored* is."""
    try:
        return _hasher.verify(stored or _DUMMY, password) and stored is not None
    except (VerifyMismatchError, InvalidHashError):
        return False


def needs_rehash(stored: str) -> bool:
    """Whether *stored* was made with other parameters than hashes get today."""
    return _hasher.check_needs_rehash(stored)


def one_time_code() -> str:
    """A random code of 78 bits in groups of four."""
    groups = (
        "".join(secrets.choice(CODE_ALPHABET) for _ in range(CODE_GROUP))
        for _ in range(CODE_GROUPS)
    )
    return "-".join(groups)


def plain_code(typed: str) -> str:
    """*typed* without hyphens, spaces, small or full-width letters: how codes are compared."""
    return "".join(sign for sign in unicodedata.normalize("NFKC", typed).upper() if sign.isalnum())


def as_code(typed: str) -> str:
    """*typed* as `one_time_code` writes it if it can be one, however it was typed; else as it is.

    For accounts that wait for their code only: a password of one's own is compared to the letter.
    """
    plain = plain_code(typed)
    if len(plain) != CODE_GROUPS * CODE_GROUP or not set(plain) <= set(CODE_ALPHABET):
        return typed
    return "-".join(plain[at : at + CODE_GROUP] for at in range(0, len(plain), CODE_GROUP))
