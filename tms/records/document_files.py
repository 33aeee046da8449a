"""Contents of papers on disk: encrypted, each once, gone with the last row that names it.

A file is found by a keyed digest of its content, which only this installation can compute, and has
a name that begins with it. Its name is authenticated with its content.
"""

from __future__ import annotations

import hashlib
import secrets
import time
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from tms import pending_files
from tms.access import unscoped
from tms.crypto import keyring
from tms.models import Document
from tms.records.kept import ORPHAN_SECONDS, SUFFIX

FOLDER: Final = "documents"
#: Where proofs lay before there were other papers.
FORMER: Final = "proofs"
FOLDERS: Final = (FOLDER, FORMER)
#: Behind the name of a content, of its thumbnail.
THUMB: Final = ".t"
DIGEST: Final = 32
REASON: Final = "equal content is kept once, whoever brought it"


@dataclass(frozen=True)
class Stored:
    """Where a content lies."""

    digest: str
    stored_as: str


def digest_of(content: bytes) -> str:
    """The keyed digest of a content."""
    plain = hashlib.sha256(content).hexdigest()
    return keyring().blind_index("document", plain)[:DIGEST]


def put(session: Session, data_dir: Path, content: bytes, thumb: bytes) -> Stored:
    """Keep a content, and its thumbnail if it has one; new files go with a rollback.

    The row that names equal content is held meanwhile, so that nobody takes the file away.
    """
    digest = digest_of(content)
    known = select(Document.stored_as).where(Document.digest == digest).limit(1)
    name = session.scalar(unscoped(known.with_for_update(read=True), REASON))
    if name is None or not path_of(data_dir, name).is_file():
        name = digest + secrets.token_hex(4)
        _write(session, data_dir, name, content)
        if thumb:
            _write(session, data_dir, name + THUMB, thumb)
    return Stored(digest, name)


def read(data_dir: Path, name: str) -> bytes | None:
    """A content, or a thumbnail; None where the file is gone."""
    try:
        sealed = path_of(data_dir, name).read_bytes()
    except FileNotFoundError:
        return None
    return keyring().open_file(sealed, name)


def release(session: Session, data_dir: Path, names: Iterable[str]) -> None:
    """Those of the files that no row names any more go when the transaction is committed."""
    wanted = set(names)
    statement = select(Document.stored_as).where(Document.stored_as.in_(wanted))
    for name in wanted - set(session.scalars(unscoped(statement, REASON))):
        pending_files.discard(session, path_of(data_dir, name))
        pending_files.discard(session, path_of(data_dir, name + THUMB))


def purge(session: Session, data_dir: Path) -> int:
    """Delete files that no row names, unless a transaction may be under way; says how many."""
    known = set(session.scalars(unscoped(select(Document.stored_as), REASON)))
    before = time.time() - ORPHAN_SECONDS
    orphans = [
        path
        for folder in FOLDERS
        for path in (data_dir / folder).glob("*" + SUFFIX)
        if path.name.removesuffix(SUFFIX).removesuffix(THUMB) not in known
        and path.stat().st_mtime < before
    ]
    for path in orphans:
        path.unlink(missing_ok=True)
    return len(orphans)


def path_of(data_dir: Path, name: str) -> Path:
    """Where the file of that name lies, or would."""
    former = data_dir / FORMER / (name + SUFFIX)
    return former if former.is_file() else data_dir / FOLDER / (name + SUFFIX)


def _write(session: Session, data_dir: Path, name: str, content: bytes) -> None:
    with pending_files.create(session, path_of(data_dir, name)) as file:
        file.write(keyring().seal_file(content, name))
