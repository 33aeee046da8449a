"""The authenticator (TOTP, RFC 6238) and the codes that stand for it once (SECURITY.md S18).

The secret lies sealed under the key ring, bound to its row; of recovery codes only an HMAC is kept.
A time step is used up by a compare-and-set: the same six digits open nothing twice.
"""

from __future__ import annotations

import hmac
import secrets
from datetime import datetime
from typing import Any, Final

import pyotp
from sqlalchemy import delete, func, or_, select, update
from sqlalchemy.orm import Session

from tms import crypto
from tms.access import Actor, Permission, unscoped
from tms.access.passwords import CODE_ALPHABET, plain_code
from tms.db import BLIND
from tms.errors import NotFound, message
from tms.models import RecoveryCode, User
from tms.models.types import now
from tms.records import login_sessions
from tms.records.accounts import must_keep
from tms.records.audit import Event, write_events
from tms.records.put_rows import put

REASON: Final = "the account that is logging in, or was found by scope"
STEP: Final = 30
#: A clock may be one step off.
NEAR: Final = (-1, 0, 1)
CODES, CODE_LENGTH = 10, 10


def new_secret(user_id: int) -> tuple[str, str]:
    """A secret for the account's authenticator, plain and sealed; nothing is stored yet."""
    secret = pyotp.random_base32()
    return secret, crypto.keyring().seal(secret, **_place(user_id))


def open_secret(sealed: str, user_id: int) -> str:
    """What `new_secret` sealed for this account; another account's does not open."""
    return crypto.keyring().open(sealed, **_place(user_id))


def _place(user_id: int) -> dict[str, Any]:
    return {"table": User.__tablename__, "column": "totp", "row": user_id}


def address_of(secret: str, name: str, issuer: str) -> str:
    """What the authenticator reads from the QR code."""
    return pyotp.TOTP(secret).provisioning_uri(name=name, issuer_name=issuer)


def step_of(secret: str, code: str, at: datetime) -> int | None:
    """The time step that *code* is of; None if of none that is near."""
    totp, typed = pyotp.TOTP(secret), plain_code(code)
    step_now = int(at.timestamp()) // STEP
    for step in (step_now + off for off in NEAR):
        if hmac.compare_digest(totp.generate_otp(step).encode(), typed.encode()):
            return step
    return None


def enrol(session: Session, actor: Actor, user_id: int, sealed: str, step: int) -> list[str]:
    """Let the authenticator stand; returns the recovery codes, which are stored nowhere.

    :param step: of the code that proved it, which is used up thereby.
    """
    values = {"totp": sealed, "totp_at": now(), "totp_step": step}
    change = update(User).where(User.id == user_id).values(values)
    session.execute(unscoped(change, REASON), execution_options=BLIND)
    codes = _new_codes(session, user_id)
    write_events(session, actor, "factor.enrol", [Event(actor.unit_path)])
    return codes


def _new_codes(session: Session, user_id: int) -> list[str]:
    _forget_codes(session, user_id)
    made = ["".join(map(secrets.choice, [CODE_ALPHABET] * CODE_LENGTH)) for _ in range(CODES)]
    hashes = [_hash(user_id, code) for code in made]
    put(session, RecoveryCode, [{"user_id": user_id, "code_hash": each} for each in hashes])
    half = CODE_LENGTH // 2
    return [f"{code[:half]}-{code[half:]}" for code in made]


def _forget_codes(session: Session, user_id: int) -> None:
    old = delete(RecoveryCode).where(RecoveryCode.user_id == user_id)
    session.execute(unscoped(old, REASON), execution_options=BLIND)


def _hash(user_id: int, code: str) -> str:
    return crypto.keyring().blind_index(f"recovery:{user_id}", plain_code(code))


def use(session: Session, user_id: int, sealed: str, code: str, at: datetime) -> str | None:
    """Use up a code: "totp" or "recovery" says which it was; None if it is none."""
    step = step_of(open_secret(sealed, user_id), code, at)
    if step is not None:
        fresh = or_(User.totp_step.is_(None), User.totp_step < step)
        change = update(User).where(User.id == user_id, fresh).values(totp_step=step)
        return "totp" if _changed(session, change) else None
    mine = (RecoveryCode.user_id == user_id, RecoveryCode.code_hash == _hash(user_id, code))
    change = update(RecoveryCode).where(*mine, RecoveryCode.used_at.is_(None)).values(used_at=at)
    return "recovery" if _changed(session, change) else None


def _changed(session: Session, change: Any) -> bool:
    done: Any = session.execute(unscoped(change, REASON), execution_options=BLIND)
    return bool(done.rowcount)


def codes_left(session: Session, user_id: int) -> int:
    """How many recovery codes were not used yet."""
    mine = select(func.count()).select_from(RecoveryCode)
    mine = mine.where(RecoveryCode.user_id == user_id, RecoveryCode.used_at.is_(None))
    return session.scalar(unscoped(mine, REASON)) or 0


def release(session: Session, actor: Actor, user_id: int) -> None:
    """Take the authenticator off an account in reach, whose holder lost it; its sessions end.

    :raises NotFound: no such account in reach. :raises NotAllowed: not the actor's to keep.
    """
    actor.require(Permission.ACCOUNT_WRITE)
    path = session.scalar(select(User.unit_path).where(User.id == user_id))
    if path is None:
        raise NotFound(message("没有这个账号。"))
    must_keep(session, actor, user_id)
    remove(session, user_id)
    login_sessions.end_all(session, user_id)
    write_events(session, actor, "factor.release", [Event(path, detail={"user": user_id})])


def remove(session: Session, user_id: int) -> None:
    """No authenticator any more, and no codes for it."""
    values = dict.fromkeys(("totp", "totp_at", "totp_step"))
    change = update(User).where(User.id == user_id).values(values)
    session.execute(unscoped(change, REASON), execution_options=BLIND)
    _forget_codes(session, user_id)
