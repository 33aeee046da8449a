"""backup · restore · upgrade."""

from __future__ import annotations

from pathlib import Path
from typing import Any, NoReturn

import click
from alembic.script import ScriptDirectory
from flask import current_app
from flask_migrate import upgrade as migrate

from tms.access import CONSOLE, bind
from tms.cli.running import alone
from tms.cli.support import as_json, command, refuse, show
from tms.db import db, writing
from tms.errors import Conflict, message
from tms.i18n import say
from tms.models import AuditSeal
from tms.models.types import now
from tms.records import backups, dumps
from tms.records.restoring import NotProved, leaving_nothing, require_empty, take_back
from tms.records.restoring import restore as put_back
from tms.records.seals import seal_now

FOLDER = click.Path(file_okay=False, path_type=Path)


@command("backup")
@click.argument("folder", type=FOLDER, metavar="DIR")
@click.option("--keys", type=FOLDER, help="Where the keys go; DIR.keys unless said otherwise.")
@as_json
def backup(folder: Path, keys: Path | None, as_json: bool) -> None:
    """Back up database and files into DIR, and the keys apart. The server may run."""
    data_dir = current_app.config["TMS_DATA_DIR"]
    beside = keys or folder.with_name(f"{folder.name}.keys")
    for each in (folder, beside):
        backups.require_unused(each)
    _seal(data_dir)
    manifest = backups.write(db.engine, data_dir, folder, now())
    backups.write_keys(data_dir, beside)
    rows = sum(table["rows"] for table in manifest["tables"].values())
    if as_json:
        show({"backup": str(folder), "keys": str(beside), "rows": rows})
    else:
        click.echo(f"已备份 {rows} 行、{manifest['files']['count']} 个文件到 {folder}")
        click.echo(f"密钥在 {beside}，请与备份分开保管", err=True)


def _seal(data_dir: Path) -> None:
    """What happened up to now, if it can be: a long transaction is no reason to have no backup."""
    bind(db.session(), CONSOLE)
    try:
        seal_now(db.session(), data_dir)
    except Conflict as error:
        click.echo(say(error.text), err=True)
    db.session.rollback()


@command("restore", needs_schema=False)
@click.argument("folder", type=FOLDER, metavar="DIR")
@click.option("--keys", type=FOLDER, help="Where the keys are; DIR.keys unless said otherwise.")
@as_json
def restore(folder: Path, keys: Path | None, as_json: bool) -> None:
    """Put a backup into an empty data directory and database, and prove what was restored."""
    data_dir = current_app.config["TMS_DATA_DIR"]
    beside = keys or folder.with_name(f"{folder.name}.keys")
    with leaving_nothing(data_dir):
        manifest = backups.read_manifest(folder, db.engine)
        if not (beside / backups.KEY_FILE).is_file():
            raise Conflict(message("没有找到密钥目录%(name)s。", name=beside.name))
        require_empty(db.engine, data_dir)
        try:
            put_back(db.engine, data_dir, folder, beside, manifest, _to_revision)
        except NotProved as error:
            _refuse(error, as_json=as_json)
    rows = sum(table["rows"] for table in manifest["tables"].values())
    if as_json:
        show({"restored": str(folder), "rows": rows, "proved": True})
    else:
        click.echo(f"已恢复 {rows} 行，行数、摘要、审计封条和密钥均已核对")


def _to_revision(revision: str) -> None:
    migrate(revision=revision)


@command("upgrade", is_alone=True)
@as_json
def upgrade(as_json: bool) -> None:
    """Back up, migrate, check; or back to what was there. Stop server and workers first."""
    data_dir = current_app.config["TMS_DATA_DIR"]
    if _is_newest():
        told: dict[str, Any] = {"upgraded": False}
        words = "数据库已是这个版本，不需要升级"
    else:
        db.session.remove()
        with alone(data_dir, db.engine):
            told = _upgraded(data_dir, as_json=as_json)
        words = f"已升级，升级前的备份在 {told['backup']}"
    if as_json:
        show(told)
    else:
        click.echo(words)


def _is_newest() -> bool:
    """Whether the schema is at the last migration that this version has."""
    config = current_app.extensions["migrate"].migrate.get_config()
    return dumps.revision_of(db.engine) == ScriptDirectory.from_config(config).get_current_head()


def _upgraded(data_dir: Path, *, as_json: bool) -> dict[str, Any]:
    folder = data_dir / "backups" / f"{now():%Y%m%dT%H%M%SZ}"
    with writing(False):
        _seal_if_there(data_dir)
    db.session.remove()
    manifest = backups.write(db.engine, data_dir, folder, now())
    wrong = _migrated(data_dir, manifest, folder)
    if wrong:
        take_back(db.engine, folder, data_dir, manifest, _to_revision)
        _refuse(NotProved(wrong), as_json=as_json)
    return {"upgraded": True, "from": manifest["revision"], "backup": str(folder)}


def _seal_if_there(data_dir: Path) -> None:
    if dumps.has(db.engine, AuditSeal.__tablename__):
        with writing():
            _seal(data_dir)


def _migrated(data_dir: Path, before: dict[str, Any], folder: Path) -> list[str]:
    """Migrate; what is wrong afterwards. Whatever ends a migration, also Alembic's own exit."""
    try:
        migrate()
    except (Exception, SystemExit) as error:
        return [f"migration: {type(error).__name__}"]
    return backups.upgrade_problems(db.engine, before, folder, data_dir)


def _refuse(error: NotProved, *, as_json: bool) -> NoReturn:
    for line in error.wrong[:20]:
        click.echo(f"  {line}", err=True)
    refuse(say(error.text), as_json=as_json)


COMMANDS = (backup, restore, upgrade)
