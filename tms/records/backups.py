"""A backup: one folder with database, files and the heads of the seals; keys apart (DESIGN.md 5).

Nothing in it is half: it is written beside its name and gets that at the end. Whoever finds the
folder without the keys reads no number, no proof and no upload.
"""

from __future__ import annotations

import hashlib
import json
import shutil
import tarfile
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from sqlalchemy import Connection, Engine, inspect, text
from sqlalchemy.orm import Session

from tms.crypto import Keyring, KeyringError
from tms.db import writing
from tms.errors import Conflict, Invalid, message
from tms.records import document_files, dumps, kept
from tms.records.rotation import encrypted_columns
from tms.records.seal_check import verify
from tms.records.seals import HEADS_FILE, heads
from tms.seal_key import SEAL_FILE
from tms.seal_key import load as load_seal_key

FORMAT: Final = 1
MANIFEST: Final = "manifest.json"
FILES: Final = "files.tar"
KEY_FILE: Final = "keys.json"
#: Apart from the data: in a folder of their own, on another medium if one can.
KEYS: Final = (KEY_FILE, SEAL_FILE)
#: Encrypted files beside the database.
FOLDERS: Final = (kept.FOLDER, *document_files.FOLDERS)

#: What an upgrade may not make fewer of.
STAYS: Final = ("unit", "app_user", "teacher", "audit_event")

Manifest = dict[str, Any]


def write(engine: Engine, data_dir: Path, target: Path, at: datetime) -> Manifest:
    """Put a backup into *target*, which is not there yet or empty. Others may work meanwhile.

    :raises Conflict: *target* is in use.
    """
    require_unused(target)
    part = target.with_name(f"{target.name}.part")
    shutil.rmtree(part, ignore_errors=True)
    part.mkdir(mode=0o700, parents=True)
    # Heads before the snapshot: every seal that they name is in it.
    _lines(part / HEADS_FILE, heads(data_dir))
    manifest = {"format": FORMAT, "engine": engine.dialect.name, "at": f"{at:%FT%TZ}"}
    manifest |= _database(engine, part)
    # Files after it: what a row names was on the disk before the row was.
    manifest["files"] = _pack(data_dir, part / FILES)
    _text(part / MANIFEST, json.dumps(manifest, indent=1))
    if target.exists():
        target.rmdir()
    part.rename(target)
    return manifest


def write_keys(data_dir: Path, target: Path) -> None:
    """Put the keys into a folder of their own.

    :raises Conflict: it is in use.
    """
    require_unused(target)
    target.mkdir(mode=0o700, parents=True, exist_ok=True)
    for name in KEYS:
        if (data_dir / name).exists():
            _text(target / name, (data_dir / name).read_text("ascii"))


def require_unused(target: Path) -> None:
    """:raises Conflict: there is something in *target*; nothing is written over."""
    if target.exists() and any(target.iterdir()):
        raise Conflict(message("目录%(name)s不是空的，备份须放在新的目录。", name=target.name))


def _database(engine: Engine, part: Path) -> Manifest:
    if engine.dialect.name == "sqlite":
        dumps.write_sqlite(engine, part / dumps.DATABASE)
        return _measured(part / dumps.DATABASE)
    with writing(False), engine.connect() as found:
        connection = found.execution_options(isolation_level="REPEATABLE READ")
        tables = dumps.write_postgresql(connection, part / dumps.TABLES)
        return {
            "revision": dumps.revision(connection),
            "tables": tables,
            "sequences": dumps.sequences(connection),
        }


def _measured(path: Path) -> Manifest:
    """What the file holds that was just written."""
    with writing(False), sqlite_engine(path).connect() as connection:
        revision, tables = dumps.revision(connection), dumps.measures(connection)
    return {"revision": revision, "tables": tables, "sequences": {}}


def sqlite_engine(path: Path) -> Engine:
    """An engine for one file that nobody else uses."""
    import pysqlite3.dbapi2
    from sqlalchemy import create_engine
    from sqlalchemy.pool import NullPool

    return create_engine(f"sqlite:///{path}", module=pysqlite3.dbapi2, poolclass=NullPool)


def _pack(data_dir: Path, path: Path) -> dict[str, Any]:
    """Uploads, results and papers, encrypted as they lie there; one may expire meanwhile."""
    count = 0
    with tarfile.open(path, "w") as archive:
        for folder in FOLDERS:
            for file in sorted((data_dir / folder).glob(f"*{kept.SUFFIX}")):
                try:
                    archive.add(file, f"{folder}/{file.name}")
                    count += 1
                except FileNotFoundError:
                    continue
    path.chmod(0o600)
    return {"count": count, "digest": digest_of(path)}


def digest_of(path: Path) -> str:
    """SHA-256 of a file's content."""
    with path.open("rb") as source:
        return hashlib.file_digest(source, "sha256").hexdigest()


def _text(path: Path, content: str) -> None:
    path.touch(mode=0o600)
    path.write_text(content, "utf-8")


def _lines(path: Path, entries: list[dict[str, Any]]) -> None:
    _text(path, "".join(json.dumps(entry) + "\n" for entry in entries))


# -- what a backup says, and whether a database is what it says ------------------------------------


def read_manifest(folder: Path, engine: Engine) -> Manifest:
    """What the backup in *folder* says of itself.

    :raises Invalid: there is none, or it is of another engine or format.
    """
    path = folder / MANIFEST
    if not path.is_file():
        raise Invalid(message("这里没有完整的备份。"))
    manifest: Manifest = json.loads(path.read_text("utf-8"))
    if manifest["format"] != FORMAT or manifest["engine"] != engine.dialect.name:
        raise Invalid(message("备份来自另一种数据库或另一个版本的格式，不能在这里恢复。"))
    return manifest


def problems(connection: Connection, manifest: Manifest, folder: Path, keys: Path) -> list[str]:
    """What of a restored database is not as the backup says: counts, digests, seals, a number."""
    found = dumps.measures(connection)
    wrong = [
        f"table {name}: {found.get(name, {}).get('rows')} rows instead of {said['rows']}"
        if found.get(name, {}).get("rows") != said["rows"]
        else f"table {name}: another content"
        for name, said in manifest["tables"].items()
        if found.get(name) != said
    ]
    if "audit_seal" in manifest["tables"]:
        wrong += seal_problems(connection, folder, keys)
    return wrong + number_problems(connection, keys / KEY_FILE)


def upgrade_problems(engine: Engine, before: Manifest, folder: Path, keys: Path) -> list[str]:
    """What an upgrade spoilt of what the backup in *folder* has."""
    with writing(False), engine.connect() as connection:
        found = dumps.measures(connection)
        wrong = [
            f"table {name}: rows are missing"
            for name in STAYS
            if found.get(name, {"rows": 0})["rows"] < before["tables"][name]["rows"]
        ]
        wrong += number_problems(connection, keys / KEY_FILE)
        return wrong + seal_problems(connection, folder, keys)


def seal_problems(connection: Connection, folder: Path, keys: Path) -> list[str]:
    """Places where the audit trail is not what was sealed."""
    if not (keys / SEAL_FILE).exists():
        return []  # never sealed
    with Session(bind=connection) as session:
        report = verify(session, load_seal_key(keys), heads(folder))
    return [f"audit: {each.shown()}" for each in report.findings[:20]]


def number_problems(connection: Connection, key_file: Path) -> list[str]:
    """Whether the keys open what is stored: one value of each encrypted column."""
    ring, wrong = Keyring.load(key_file), []
    for column in encrypted_columns():
        table, name = str(column.table), column.name
        if name not in {each["name"] for each in inspect(connection).get_columns(table)}:
            continue  # of an older version
        words = f'SELECT id, "{name}" FROM "{table}" WHERE "{name}" IS NOT NULL LIMIT 1'  # noqa: S608
        row = connection.execute(text(words)).first()
        if row is None:
            continue
        try:
            ring.open(row[1], table=table, column=name, row=row[0])
        except KeyringError:
            wrong.append(f"the keys do not open {table}.{name}")
    return wrong
