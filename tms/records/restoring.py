"""Putting a backup back: into an empty place, or in the place of an upgrade that failed."""

from __future__ import annotations

import shutil
import tarfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

from sqlalchemy import Engine, inspect, text

from tms.config import SECRET_FILE
from tms.db import writing
from tms.errors import Conflict, Invalid, message
from tms.records import dumps
from tms.records.backups import (
    FILES,
    FOLDERS,
    KEYS,
    Manifest,
    digest_of,
    problems,
    sqlite_engine,
)
from tms.records.seals import HEADS_FILE

#: What is in a data directory before anybody did anything.
BY_ITSELF: Final = frozenset({SECRET_FILE, "lost+found"})
#: Things in the way that are named.
NAMED: Final = 3
#: Brings the schema of an empty database to a revision.
Migrate = Callable[[str], object]


class NotProved(Invalid):
    """What was restored is not what was backed up; `wrong` says where, for the console."""

    def __init__(self, wrong: list[str]) -> None:
        super().__init__(message("恢复的内容与备份不一致，已全部撤回。"))
        self.wrong = wrong


def require_empty(engine: Engine, data_dir: Path) -> None:
    """:raises Conflict: there is something; nothing is ever written over or mixed with it."""
    found = sorted(_names(data_dir) - BY_ITSELF)
    if found:
        raise Conflict(
            message(
                "数据目录%(name)s不是空的（有%(found)s），恢复只写入空的数据目录。",
                name=data_dir.name,
                found="、".join(found[:NAMED]),
            )
        )
    if _has_units(engine):
        raise Conflict(message("数据库里已有一套系统，恢复只写入空的数据库。"))


@contextmanager
def leaving_nothing(data_dir: Path) -> Iterator[None]:
    """What fails in this block takes the data directory away that our start has made."""
    try:
        yield
    except BaseException:
        if _names(data_dir) <= {SECRET_FILE}:
            (data_dir / SECRET_FILE).unlink(missing_ok=True)
            with suppress(OSError):  # a disk of its own, or it is not there
                data_dir.rmdir()
        raise


def _names(folder: Path) -> set[str]:
    return {each.name for each in folder.iterdir()} if folder.is_dir() else set()


def _has_units(engine: Engine) -> bool:
    path = engine.url.database or ""
    if engine.dialect.name == "sqlite":
        return Path(path).exists()
    with writing(False), engine.connect() as connection:
        if not inspect(connection).has_table("unit"):
            return False
        return connection.execute(text("SELECT 1 FROM unit LIMIT 1")).first() is not None


def restore(
    engine: Engine, data_dir: Path, folder: Path, keys: Path, manifest: Manifest, migrate: Migrate
) -> None:
    """Database, files, heads and keys; proved before anything counts as restored.

    :raises NotProved: something differs; then nothing is left.
    """
    if digest_of(folder / FILES) != manifest["files"]["digest"]:
        raise NotProved(["files.tar: another content"])
    try:
        for name in FOLDERS:
            (data_dir / name).mkdir(mode=0o700, parents=True)
        with tarfile.open(folder / FILES) as archive:
            archive.extractall(data_dir, filter="data")
        for source in (*(keys / name for name in KEYS), folder / HEADS_FILE):
            if source.exists():
                _private(source, data_dir / source.name)
        put_database(engine, folder, keys, manifest, migrate)  # last: what has one counts as whole
    except BaseException:
        for name in (*KEYS, HEADS_FILE):
            (data_dir / name).unlink(missing_ok=True)
        for name in FOLDERS:
            shutil.rmtree(data_dir / name, ignore_errors=True)
        raise


def put_database(
    engine: Engine, folder: Path, keys: Path, manifest: Manifest, migrate: Migrate
) -> None:
    """The backup's database in place of whatever there is; proved first, then at one stroke.

    :param keys: the folder of the keys that its numbers and seals are proved with.
    """
    if engine.dialect.name == "sqlite":
        _put_file(engine, folder, keys, manifest)
        return
    migrate(manifest["revision"])
    with writing(), engine.begin() as connection:
        dumps.read_postgresql(connection, folder / dumps.TABLES, manifest["sequences"])
        _prove(problems(connection, manifest, folder, keys))


def _put_file(engine: Engine, folder: Path, keys: Path, manifest: Manifest) -> None:
    path = Path(engine.url.database or "")
    fresh = path.with_name(f"{path.name}.part")
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    try:
        _private(folder / dumps.DATABASE, fresh)
        with writing(False), sqlite_engine(fresh).connect() as connection:
            _prove(problems(connection, manifest, folder, keys))
        engine.dispose()
        for suffix in ("-wal", "-shm"):
            path.with_name(path.name + suffix).unlink(missing_ok=True)
        fresh.replace(path)
    finally:
        fresh.unlink(missing_ok=True)


def take_back(
    engine: Engine, folder: Path, keys: Path, manifest: Manifest, migrate: Migrate
) -> None:
    """After an upgrade that failed: the state before it, unless the engine kept that itself."""
    engine.dispose()
    with writing(False), engine.connect() as connection:
        is_old = dumps.revision(connection) == manifest["revision"]
        if is_old and dumps.measures(connection) == manifest["tables"]:
            return
    if engine.dialect.name == "postgresql":
        with writing(), engine.begin() as connection:
            dumps.clear_postgresql(connection)
    put_database(engine, folder, keys, manifest, migrate)


def _prove(wrong: list[str]) -> None:
    if wrong:
        raise NotProved(wrong)


def _private(source: Path, target: Path) -> None:
    """A copy that only its owner reads, from its first byte."""
    target.touch(mode=0o600)
    target.chmod(0o600)
    shutil.copyfile(source, target)
